"""What every page of this house knows: the city's name and whether what it shows is replayed."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest


def house(request: HttpRequest) -> dict[str, object]:
    """Return the context that all templates share."""
    return {
        "city_name": settings.CITY_NAME,
        "demo": settings.DEMO,
        "synthetic_notice": settings.MODE == "demo",
        "actor": getattr(request, "actor", None),
    }
