"""What `motcham check` says about the connection to the national portal."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, register

from motcham.apps.public_services import data_used
from motcham.apps.public_services.national_portal import client


@register("national_portal")
def check_portal(app_configs: Any, **options: Any) -> list[CheckMessage]:
    """Look at the settings of the connection without calling anybody."""
    found: list[CheckMessage] = []
    if client.is_on() and not settings.NATIONAL_PORTAL_KEY:
        found.append(Error("MOTCHAM_NATIONAL_PORTAL_KEY is not set.", id="national_portal.E001"))
    if settings.MODE == "production" and client.is_on() and not settings.NATIONAL_PORTAL_URL.startswith("https://"):
        found.append(Error("MOTCHAM_NATIONAL_PORTAL_URL is not https.", id="national_portal.E002"))
    known = {each.key for each in data_used.databases()} | set(data_used.OF_THE_HOUSE)
    for each in settings.NATIONAL_PORTAL_SOURCES:
        key, _equals, code = each.strip().partition("=")
        if key not in known or not code:
            said = f"MOTCHAM_NATIONAL_PORTAL_SOURCES names '{each}'; write KEY=CODE with one of {', '.join(sorted(known))}."
            found.append(Error(said, id="national_portal.E003"))
    return found
