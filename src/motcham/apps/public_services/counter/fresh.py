"""Answers that are sent again only when something changed: a page asks every few seconds and mostly hears that it is up to date."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Hashable

from django.conf import settings
from django.db.models import Count, Max
from django.http import HttpRequest, HttpResponse, HttpResponseNotModified
from django.utils import timezone
from django.utils.translation import get_language

from motcham.apps.public_services.counter.models import Ticket


def stamp(agency_id: int) -> tuple[object, ...]:
    """Return what changes with every act at an office, and once a minute with the time people waited."""
    now = timezone.localtime()
    rows = Ticket.objects.filter(agency_id=agency_id, on=now.date()).aggregate(Max("changed_at"), Count("id"))
    return (agency_id, rows["changed_at__max"], rows["id__count"], now.strftime("%Y-%m-%d %H:%M"))


def answer(request: HttpRequest, state: Hashable, make: Callable[[str], HttpResponse]) -> HttpResponse:
    """Answer with the page that `make` gives for its tag, or say that the visitor has it already."""
    whose = request.COOKIES.get(settings.SESSION_COOKIE_NAME, "")
    tag = hashlib.sha256(repr((request.get_full_path(), get_language(), whose, state)).encode()).hexdigest()[:24]
    if tag in request.headers.get("If-None-Match", ""):
        response: HttpResponse = HttpResponseNotModified()
    else:
        response = make(tag)
    response["ETag"] = f'"{tag}"'
    response["Cache-Control"] = "private, no-cache"
    return response
