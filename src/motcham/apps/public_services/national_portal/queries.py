"""How the export stands: what waits, what was refused, when something was taken last."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Min, QuerySet
from django.utils import timezone

from motcham.apps.public_services.national_portal.models import Message

COUNTED = 1_000
"""Counts stop here: whether ten thousand or a million wait makes no difference to what is to be done."""


@dataclass(frozen=True)
class Standing:
    """How the export of some agencies stands; None stands for the whole city."""

    waiting: int
    refused: int
    oldest: datetime | None
    taken: int
    """In the last 24 hours."""
    last_taken: datetime | None


def standing(agencies: frozenset[int] | None = None) -> Standing:
    """Return how the export stands."""
    waiting, refused = of(agencies).filter(next_at__isnull=False), refused_of(agencies)
    return Standing(
        waiting=waiting.values("id")[:COUNTED].count(),
        refused=refused.values("id")[:COUNTED].count(),
        oldest=waiting.aggregate(at=Min("at"))["at"],
        taken=told_of(agencies).filter(done_at__gt=timezone.now() - timedelta(days=1)).values("id")[:COUNTED].count(),
        last_taken=told_of(agencies).values_list("done_at", flat=True).first(),
    )


def of(agencies: frozenset[int] | None) -> QuerySet[Message]:
    """Return the messages of some agencies."""
    return Message.objects.all() if agencies is None else Message.objects.filter(agency_id__in=agencies)


def refused_of(agencies: frozenset[int] | None) -> QuerySet[Message]:
    """Return what the portal refused and nobody settled, the latest first."""
    return of(agencies).filter(refused_at__isnull=False, done_at=None).order_by("-refused_at")


def failing_of(agencies: frozenset[int] | None) -> QuerySet[Message]:
    """Return what was tried and waits to be tried again, the soonest first."""
    return of(agencies).filter(next_at__isnull=False, tries__gt=0).exclude(problem="").order_by("next_at")


def told_of(agencies: frozenset[int] | None) -> QuerySet[Message]:
    """Return what the portal took, the latest first; what an officer left or was made up it never had."""
    return of(agencies).filter(done_at__isnull=False, refused_at=None, problem="").order_by("-done_at")
