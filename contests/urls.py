from django.urls import path

from contests import views

app_name = "contests"

urlpatterns = [
    path("cuoc-thi/", views.contests, name="contests"),
]
