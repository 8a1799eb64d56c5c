"""What every act does: lock the case, see whether the actor may, record lateness that came before, write the row."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from functools import cache
from typing import Any
from uuid import UUID

from django.utils import timezone

from motcham.blocks.cases import promises, rules, vault
from motcham.blocks.cases.define import OPEN, CaseMerged, CaseMoved, CaseType, NoSuchCase, NotYours, Step
from motcham.blocks.cases.law import calendar, limit_on
from motcham.blocks.cases.models import Case, Participant, StepClock
from motcham.blocks.cases.timeline import record
from motcham.blocks.documents import api as documents
from motcham.blocks.identity.define import Actor, Permission
from motcham.kernel.clock import due


def owner_of(case_id: UUID) -> str:
    """Return how documents and entries name the case they belong to."""
    return f"case:{case_id}"


def locked(
    case_id: UUID, version: int | None, at: datetime | None, *, by: Actor, as_filer: bool = False
) -> tuple[Case, datetime]:
    """Return a case to act on, locked; for whoever may not see it, it does not exist."""
    case = next(iter(Case.objects.raw(_lock(), [case_id])), None)
    if case is None or not (as_filer or rules.is_visible(by, agency_id=case.agency_id, confidential=case.confidential)):
        raise NoSuchCase()
    if case.merged_into_id:
        raise CaseMerged()
    if version is not None and case.version != version:
        raise CaseMoved()
    return case, at or timezone.now()


@cache
def _lock() -> str:
    # Made once: putting a statement together takes longer than answering it.
    return str(Case.objects.select_for_update(of=("self",)).filter(id=UUID(int=0)).query.sql_with_params()[0])


def save(case: Case, at: datetime) -> None:
    """Write what changed of a case on which somebody acted. Whoever held it is in another agency once it is handed over."""
    case.version += 1
    case.changed_at = max(at, case.changed_at) if case.changed_at else at
    changes = case.changes()
    if case.holder_id and "agency_id" in changes and "holder_id" not in changes:
        case.holder_id = changes["holder_id"] = None
    Case.objects.filter(id=case.id).update(**changes)
    case.row |= changes


def attach_files(case: Case, found: Sequence[UUID], by: Actor) -> None:
    """Give files to a case."""
    if found:
        documents.attach(document_ids=found, owner=owner_of(case.id), by=by)
        case.documents = [*case.documents, *found]


def demand_step(case: Case, case_type: CaseType, by: Actor, *, as_filer: bool) -> None:
    """Refuse unless the actor's post, or having filed the case, allows an act at this step."""
    roles = case_type.step(case.step).roles
    if as_filer:
        if rules.FILER not in roles:
            raise NotYours()
        return
    by.demand(Permission.CASE_ACT, agency_id=case.agency_id)
    # The head of an agency may do what its officers may: somebody must when nobody else is there.
    if not any(by.holds(role, agency_id=case.agency_id) for role in (*roles, "agency_leader")):
        raise NotYours()


def demand_participant(case: Case, participant_id: UUID) -> None:
    """Refuse unless somebody takes part in the case."""
    if not Participant.objects.filter(id=participant_id, case_id=case.id).exists():
        raise NotYours()


def leave_step(case: Case, clock: rules.CaseClock, at: datetime) -> dict[str, Any]:
    """End the time that the step a case stands at has by itself; return what is recorded of it."""
    facts = clock.end_step(at)
    if facts:
        StepClock.objects.filter(case_id=case.id, ended_at=None).update(ended_at=at)
    return facts


def arrive(case: Case, clock: rules.CaseClock, step: Step, at: datetime) -> None:
    """Stand a case at a step: its state, its clock, its outcome; the step's own time begins once its agency is known."""
    case.step, case.state = step.key, rules.state_at(step)
    clock.pause(at) if step.pauses else clock.resume(at)
    if step.outcome:
        case.outcome, case.closed_at = step.outcome, at
    else:
        case.due_at, case.provisional = clock.due(calendar(), case.received_at)
    case.clock = clock.as_data()


def begin_step(case: Case, clock: rules.CaseClock, step: Step, at: datetime) -> None:
    """Start the time that a step has by itself."""
    if step.within:
        due_at = step_due(step, at)
        clock.begin_step(step.within, began=at, due=due_at)
        StepClock.objects.create(case_id=case.id, agency_id=case.agency_id, limit=step.within, began_at=at, due_at=due_at)
        case.clock = clock.as_data()


def step_due(step: Step, at: datetime) -> datetime:
    """Return by when a step with a time of its own must be left."""
    found = due(limit_on(step.within, at.date()).limit, calendar(), started_at=at)
    assert found, "without a pause there is a date"
    return found


def clear_public(case: Case) -> None:
    """Take out of a row what everybody could read of it."""
    case.released_at = case.cell = None
    case.public_text = case.public_reply = ""
    case.public_documents, case.public_after = [], []


def become_late(case: Case, at: datetime) -> Any:
    """Record what time did before the act (lateness, broken promises), then return how the case stands for whoever follows."""
    if case.state == OPEN and case.late_at is None and case.due_at and case.due_at <= at:
        record_late(case)
    if promises.PROMISED in case.clock:
        promises.break_due(case, at)
    return vault.happening(case, kind="", at=at)


def record_late(case: Case) -> None:
    """Record that the time of a case has run out, as of when it did."""
    assert case.due_at is not None, "only a case with a date becomes late"
    before = vault.happening(case, kind="", at=case.due_at)
    case.late_at = case.due_at
    Case.objects.filter(id=case.id).update(late_at=case.late_at)
    record(case, kind="became_late", by=Actor.system("clock"), at=case.due_at, before=before)
