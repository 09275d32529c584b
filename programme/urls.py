from django.urls import path

from programme import views

app_name = "programme"

urlpatterns = [
    path("chuong-trinh/", views.clauses, name="clauses"),
    path("chuong-trinh/<str:code>/", views.clause, name="clause"),
    path("hoat-dong/", views.activities, name="activities"),
    path("hoat-dong/<str:code>/", views.activity, name="activity"),
    path("bao-ve-du-lieu/", views.privacy, name="privacy"),
]
