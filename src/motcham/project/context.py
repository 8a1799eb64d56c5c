"""What every page of this house knows: the city's name and whether what it shows is replayed."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from motcham.blocks.channels import api as channels


def house(request: HttpRequest) -> dict[str, object]:
    """Return the context that all templates share."""
    return {
        "city_name": settings.CITY_NAME,
        "demo": settings.DEMO,
        "synthetic_notice": settings.MODE == "demo",
        "actor": getattr(request, "actor", None),
        # Counted where it is shown alone: the head of a page of somebody signed in.
        "unread": SimpleLazyObject(lambda: _unread(request)),
    }


def _unread(request: HttpRequest) -> str:
    actor = getattr(request, "actor", None)
    return channels.unread_words(account_id=actor.account_id) if actor and actor.account_id else ""
