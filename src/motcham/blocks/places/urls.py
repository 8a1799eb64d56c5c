"""Addresses of areas for people (/places/) and for programs (/ogc/, by OGC API - Features)."""

from datetime import date

from django.urls import path, register_converter

from motcham.blocks.places import ogc, pages


class DayConverter:
    """A date as it stands in an address."""

    regex = "[0-9]{4}-[0-9]{2}-[0-9]{2}"

    def to_python(self, value: str) -> date:
        """Return the date; a ValueError makes the address unknown."""
        return date.fromisoformat(value)

    def to_url(self, value: date) -> str:
        """Return the text of a date."""
        return f"{value:%Y-%m-%d}"


register_converter(DayConverter, "day")

app_name = "places"
urlpatterns = [
    path("places/", pages.overview, name="list"),
    path("places/find.json", pages.find_json, name="find"),
    path("places/openapi.json", pages.find_described, name="find-openapi"),
    path("places/<str:code>/<day:since>/", pages.area, name="area"),
    path("ogc/", ogc.landing, name="ogc"),
    path("ogc/conformance", ogc.conformance, name="ogc-conformance"),
    path("ogc/api", ogc.openapi, name="ogc-openapi"),
    path("ogc/collections", ogc.collections, name="ogc-collections"),
    path("ogc/collections/<str:key>", ogc.collection, name="ogc-collection"),
    path("ogc/collections/<str:key>/items", ogc.items, name="ogc-items"),
    path("ogc/collections/<str:key>/items/<str:feature>", ogc.item, name="ogc-item"),
]
