"""Notes, in the transaction of an act, that the national portal is to be told of it."""

from __future__ import annotations

from django.conf import settings
from django.utils import timezone

from motcham.apps.public_services.national_portal.models import Message
from motcham.blocks.cases.define import Happening
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
    if not settings.NATIONAL_PORTAL_URL or happened.kind not in TOLD:
        return
    Message.objects.create(
        case_id=happened.case_id,
        agency_id=happened.agency_id,
        kind=happened.kind,
        step=happened.step,
        actor=by.ref[:80],
        at=happened.at,
        due_at=happened.due_at,
        next_at=timezone.now(),
    )
