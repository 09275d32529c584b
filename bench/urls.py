"""The portal's addresses and, for each list, the same template over one bare query."""

from django.urls import path

from bench.bare import show
from ducpho_portal.urls import urlpatterns as portal

urlpatterns = [path("bench/<int:number>/", show), *portal]
