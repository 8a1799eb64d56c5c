"""Notes, in the transaction of an act, that the national portal is to be told of it."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.conf import settings
from django.utils import timezone

from motcham.apps.public_services.national_portal.models import Message
from motcham.blocks.cases.define import CaseLine, Happening
from motcham.blocks.identity.define import Actor

TOLD = frozenset(
    {
        "opened", "step", "apologised", "extended", "transferred", "taken_back", "reopened", "due_changed",
        "part_asked", "part_went_on", "part_extended", "part_undone",
    }
)  # fmt: skip
"""Acts that change what the portal knows; looks and notes among officers do not."""


def note(happened: Happening, by: Actor) -> None:
    """Put an act of a dossier into the outbox, where there is a portal to tell."""
    if happened.kind in TOLD:
        _put(happened.kind, happened.case_id, happened.agency_id, happened.step, happened.due_at, by=by, at=happened.at)


def note_result(kind: str, line: CaseLine, *, by: Actor) -> None:
    """Put into the outbox that a result of a dossier was issued or withdrawn, where there is a portal to tell."""
    _put(kind, line.id, line.agency_id, line.step, line.due_at, by=by, at=timezone.now())


def _put(kind: str, case_id: UUID, agency_id: int, step: str, due_at: datetime | None, *, by: Actor, at: datetime) -> None:
    if not settings.NATIONAL_PORTAL_URL:
        return
    Message.objects.create(
        case_id=case_id,
        agency_id=agency_id,
        kind=kind,
        step=step,
        actor=by.ref[:80],
        at=at,
        due_at=due_at,
        next_at=timezone.now(),
    )
