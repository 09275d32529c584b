from django.urls import path

from core import views

app_name = "core"

urlpatterns = [
    path("healthz", views.health, name="health"),
    path("tep/<uuid:key>/", views.file, name="file"),
    path("viec-nen/<int:pk>/", views.job, name="job"),
    path("ngon-ngu/<slug:code>/", views.language, name="language"),
    path("robots.txt", views.robots_txt, name="robots"),
    path(".well-known/security.txt", views.security_txt, name="security_txt"),
]
