"""Addresses of the catalogue."""

from django.urls import path

from motcham.apps.public_services import pages, pages_stating

app_name = "procedures"
urlpatterns = [
    path("", pages.procedures, name="list"),
    path("conflicts/", pages.conflicts, name="conflicts"),
    path("unread/", pages.unread, name="unread"),
    path("events/<slug:key>/", pages.event, name="event"),
    path("<str:code>.json", pages.as_json, name="json"),
    path("<str:code>/state/", pages_stating.state, name="state"),
    path("<str:code>/", pages.procedure, name="procedure"),
]
