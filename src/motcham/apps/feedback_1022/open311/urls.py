"""Addresses of Open311: the endpoint of GeoReport v2, its discovery, and the page for people."""

from django.urls import path, re_path

from motcham.apps.feedback_1022.open311 import guide, pages

FORM = r"(?:\.(?P<form>[A-Za-z0-9]{1,8}))?"

app_name = "open311"
urlpatterns = [
    # Lists and reports are asked for most, and patterns are tried in this order.
    re_path(rf"^v2/requests{FORM}$", pages.requests, name="requests"),
    path("v2/requests/<str:name>", pages.request_of_id, name="request"),
    re_path(rf"^v2/services{FORM}$", pages.service_list, name="services"),
    path("v2/services/<str:name>", pages.service_definition, name="service"),
    path("v2/tokens/<str:name>", pages.token, name="token"),
    re_path(rf"^(?:v2/)?discovery{FORM}$", pages.discovery, name="discovery"),
    re_path(rf"^v2/servicerequestupdates{FORM}$", pages.request_updates, name="updates"),
    path("v2/media/<str:ref>/<uuid:document_id>", pages.photo, name="photo"),
    path("v2/openapi.json", guide.openapi, name="openapi"),
    path("v2/", guide.guide, name="endpoint"),
    path("", guide.guide, name="guide"),
    path("v2/<path:name>", pages.nothing, name="nothing"),
]
