from django.urls import path

from support_orgs import views

app_name = "support_orgs"

urlpatterns = [
    path("ho-tro/", views.directory, name="directory"),
    path("ho-tro/cau-lac-bo/", views.clubs, name="clubs"),
    path("ho-tro/to-chuc/", views.organisations, name="organisations"),
    path("ho-tro/<str:code>/", views.organisation, name="organisation"),
]
