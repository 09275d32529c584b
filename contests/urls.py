from django.urls import path

from contests.views import public

app_name = "contests"

urlpatterns = [
    path("cuoc-thi/", public.contests, name="contests"),
    path("cuoc-thi/<slug:slug>/", public.contest, name="contest"),
]
