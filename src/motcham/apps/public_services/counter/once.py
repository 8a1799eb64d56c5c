"""What makes a button that is pressed twice count once: the page names the press, and the act holds that name until it is done."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from django.db import connection
from django.http import HttpRequest

LOCK = "SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))"
PRESSED_TWICE = timedelta(seconds=5)
"""A page of the hall that is older is one that somebody else came back to."""


def of(request: HttpRequest) -> UUID | None:
    """Return by what the press of a button is known; None where its page said nothing."""
    try:
        return UUID(request.POST.get("once", ""))
    except ValueError:
        return None


def hold(name: object) -> None:
    """Hold a name until the transaction ends: whoever wants the same waits."""
    with connection.cursor() as cursor:
        cursor.execute(LOCK, (f"counter:{name}",))
