"""Confirming: somebody whom a case names beside the one who filed it says that they apply too."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db import transaction

from motcham.blocks.cases.acting import become_late, locked, save
from motcham.blocks.cases.define import CLOSED, CONFIRMED, NotNamed, StepNotOpen, type_of
from motcham.blocks.cases.models import CaseEvent
from motcham.blocks.cases.timeline import record
from motcham.blocks.cases.together import ACCOUNT, keep, unconfirmed
from motcham.blocks.identity.define import Actor, LevelTooLow, SignInNeeded

LEVEL = 2
"""How surely somebody must have proven who they are: an electronic identity of this level."""


@transaction.atomic
def confirm(*, by: Actor, case_id: UUID, personal_number: str, at: datetime | None = None) -> None:
    """Let somebody confirm a case by the personal number under which it names them; an account confirms for one person, and
    never for a case that it filed or that its agency settles. That the number is the account's own no provider tells us: whoever settles the case
    compares the papers."""
    if by.account_id is None:
        raise SignInNeeded
    if by.assurance < LEVEL:
        raise LevelTooLow(level=LEVEL)
    case, at = locked(case_id, None, at, by=by, as_filer=True)
    case_type = type_of(case)
    if case.state == CLOSED:
        raise StepNotOpen
    found = next((each for each in unconfirmed(case, case_type) if each.personal_number == personal_number), None)
    has_confirmed = CaseEvent.objects.filter(case_id=case.id, kind="confirmed", actor=by.ref).exists()
    # Whoever settles the case states what they saw; they do not confirm it for anybody.
    is_judge = case.agency_id in by.agency_ids
    if found is None or has_confirmed or is_judge or by.account_id == case.filer_id:
        raise NotNamed
    before = become_late(case, at)
    keep(case, f"{found.key}:{ACCOUNT}")
    save(case, at)
    facts = {CONFIRMED: [f"{found.key}:{ACCOUNT}"], "level": by.assurance}
    record(case, kind="confirmed", by=by, at=at, is_public=True, facts=facts, before=before)
