"""The portal's addresses. They are on posters: add freely, rename never."""

from django.conf import settings
from django.contrib import admin
from django.urls import include, path

from accounts.urls import allauth_names
from core.styleguide import styleguide
from ducpho_portal import office, views

urlpatterns = [
    path("", views.home, name="home"),
    path("viec-cua-toi/", views.home_work, name="home_work"),
    path("xac-nhan/", views.waiting_facts, name="waiting_facts"),
    path("xac-nhan/<slug:kind>/<int:pk>/<slug:step>/", office.fact_step, name="fact_step"),
    path("tim-kiem/", views.search, name="search"),
    path("", include("core.urls")),
    path("tai-khoan/", include("accounts.urls")),
    path("tai-khoan/", include(allauth_names)),
    path("", include("programme.urls")),
    path("", include("support_orgs.urls")),
    path("", include("projects.urls")),
    path("", include("contests.urls")),
    path("", include("reports.urls")),
    path("quan-tri/", admin.site.urls),
]

if settings.DEBUG:
    urlpatterns.append(path("kieu-mau/", styleguide, name="styleguide"))
