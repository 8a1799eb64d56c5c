"""The time that a step has by itself, where something else must come first: it stands, and begins anew once that is there."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db import transaction

from motcham.blocks.cases import rules
from motcham.blocks.cases.acting import begin_step, locked, save
from motcham.blocks.cases.define import CLOSED, type_of
from motcham.blocks.cases.models import StepClock
from motcham.blocks.cases.timeline import record
from motcham.blocks.identity.define import Actor


@transaction.atomic
def stand(*, by: Actor, case_id: UUID, reason: str, at: datetime | None = None) -> None:
    """Let the time of the step stand for a reason that everybody whom the case concerns reads: no agency is late meanwhile."""
    case, at = locked(case_id, None, at, by=by)
    clock = rules.CaseClock(case.clock)
    if clock.data.pop("within", None) is None:
        return
    StepClock.objects.filter(case_id=case.id, ended_at=None).delete()
    clock.data["stands"] = True
    case.clock = clock.as_data()
    save(case, at)
    record(case, kind="stands", by=by, at=at, message=reason, is_public=True)


@transaction.atomic
def go_on(*, by: Actor, case_id: UUID, reason: str, at: datetime | None = None) -> bool:
    """Let the time of the step begin, since what it waited for is there; tell whether it had stood."""
    case, at = locked(case_id, None, at, by=by)
    clock = rules.CaseClock(case.clock)
    if not clock.data.pop("stands", False) or case.state == CLOSED:
        return False
    case.clock = clock.as_data()
    begin_step(case, clock, type_of(case).step(case.step), at)
    save(case, at)
    record(case, kind="goes_on", by=by, at=at, message=reason, is_public=True)
    return True
