"""Addresses of the export to the national portal."""

from django.urls import path

from motcham.apps.public_services.national_portal import pages

app_name = "national_portal"
urlpatterns = [
    path("", pages.waiting, name="waiting"),
    path("<int:message_id>/", pages.settle, name="settle"),
]
