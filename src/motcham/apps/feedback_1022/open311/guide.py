"""The page for people about the interface, and its description for programs."""

from __future__ import annotations

import json

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from motcham.apps.feedback_1022.open311 import schema
from motcham.apps.feedback_1022.open311.services import services
from motcham.kernel.access import public


@public(reason="Whoever wants to build on it must be able to read how.")
@require_safe
def guide(request: HttpRequest) -> HttpResponse:
    """Explain what the interface is, with links to try and how to get a key."""
    every = services()
    groups: dict[str, list[object]] = {}
    for each in every.values():
        groups.setdefault(each.group, []).append(each)
    context = {
        "endpoint": request.build_absolute_uri(reverse("open311:endpoint")).rstrip("/"),
        "jurisdiction": settings.GEOREPORT_JURISDICTIONS[0],
        "is_open": settings.GEOREPORT_OPEN,
        "groups": groups.items(),
        "number": len(every),
        "asking": next((each for each in every.values() if each.attributes), None),
        "example": "infrastructure.street_light",
    }
    return render(request, "open311/guide.html", context)


@public(reason="What the API takes is for everyone to read.")
@require_safe
@cache_control(public=True, max_age=300)
def openapi(request: HttpRequest) -> HttpResponse:
    """Return the OpenAPI document of GeoReport v2 as it is served here."""
    response = HttpResponse(json.dumps(schema.openapi(), ensure_ascii=False), content_type="application/json")
    response["Access-Control-Allow-Origin"] = "*"
    return response
