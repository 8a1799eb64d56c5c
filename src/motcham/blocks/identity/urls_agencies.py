"""Addresses of the register of agencies."""

from django.urls import path

from motcham.blocks.identity import pages_agencies

urlpatterns = [
    path("", pages_agencies.agencies, name="agencies"),
    path("<str:code>/", pages_agencies.agency, name="agency"),
]
