"""The acts in a case: each one transaction with its row, its event and its entry of the log.

Every act may be given an `at` of its own, so that what happened elsewhere (a telephone call, a replayed day) is recorded
as of when it happened; being late is then recorded before the act, in the order of time.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from motcham.blocks.cases import aside, parts, promises, rules, vault
from motcham.blocks.cases.acting import (
    arrive,
    attach_files,
    become_late,
    begin_step,
    demand_participant,
    demand_step,
    demand_way,
    give_limit,
    leave_step,
    locked,
    mend,
    owner_of,
    promised,
    save,
    tell,
    without_given,
)
from motcham.blocks.cases.actions_open import open_accepted_parts, open_case, open_cases
from motcham.blocks.cases.actions_time import announce_day, became_late, follow_calendar, recompute_deadlines
from motcham.blocks.cases.define import (
    CLOSED,
    CaseType,
    ClosedDesk,
    NoExtensionLeft,
    NoReceiver,
    NotRated,
    Opened,
    Step,
    type_of,
)
from motcham.blocks.cases.law import calendar, extension_of, limit_on
from motcham.blocks.cases.timeline import record
from motcham.blocks.cases.together import demand_all
from motcham.blocks.identity import api as identity
from motcham.blocks.identity.define import Actor, Permission

__all__ = [
    "announce_day", "attach", "became_late", "extend", "follow_calendar", "note", "open_case", "open_cases", "owner_of", "rate",
    "recompute_deadlines", "take_step", "transfer",
]  # fmt: skip


@transaction.atomic
def take_step(
    *,
    by: Actor,
    case_id: UUID,
    to: str,
    message: str = "",
    answers: Mapping[str, Any] | None = None,
    documents: Sequence[UUID] = (),
    agency_id: int | None = None,
    version: int | None = None,
    at: datetime | None = None,
    as_filer: bool = False,
    mended: Mapping[str, Sequence[UUID]] | None = None,
) -> Opened | None:
    """Take a case to another step. `version` is the one its page showed: raises `CaseMoved` if somebody was quicker.
    `agency_id` is whom a step that transfers hands it to.
    `as_filer` is for whoever proved to be the one who filed, by code or by account; `mended` are the files that take the
    place of what was sent before, by field. Return the report that the words of the one who filed became, where they are
    for the closed desk alone."""
    case, at = locked(case_id, version, at, by=by, as_filer=as_filer)
    case_type = type_of(case)
    step = demand_step(case, case_type, to, by=by, as_filer=as_filer)
    demand_way(case, step, message)
    if step.transfers and case.confidential:
        raise ClosedDesk()
    before = become_late(case, at)
    if step.outcome and case_type.parts:
        parts.end(case, by=by, at=at) if step.outcome == "withdrawn" else parts.demand_closed(case)
    demand_all(case, case_type, step, answers or {})
    taken = aside.put(case, message, by=by, at=at, documents=documents) if as_filer else None
    message, documents = ("", ()) if taken else (message, documents)
    clock = rules.CaseClock(case.clock)
    answers = without_given(clock, step, answers or {})
    documents = [*documents, *mend(case, mended or {})]
    facts = {**answers, **({"documents": [str(each) for each in documents]} if documents else {})}
    facts |= {"mended": sorted(mended)} if mended else {}
    facts |= leave_step(case, clock, at)
    give_limit(clock, step, answers, at)
    is_accepted = step.begins and not clock.has_begun
    arrive(case, clock, step, at)
    attach_files(case, documents, by)
    if is_accepted:
        open_accepted_parts(case, by=by, at=at)
    if step.transfers:
        by.demand(Permission.CASE_TRANSFER, agency_id=case.agency_id)
        facts["from"], case.agency_id = case.agency_id, _receiver(case_type, step, agency_id)
    begin_step(case, clock, step, at)
    promises.settle(case, step, answers=answers, at=at)
    save(case, at)
    entry_id = record(case, kind="step", by=by, at=at, message=message, is_public=True, facts=facts, before=before)
    if step.tells and not (case.parent_id and rules.asks_filer(step)):
        tell(case, step.tells, at=at, entry_id=entry_id)
    if case.parent_id:
        parts.follow(case, step, was=case_type.step(before.step), by=by, at=at, message=message, facts=facts)
    return taken


def _receiver(case_type: CaseType, step: Step, agency_id: int | None) -> int:
    if step.key == case_type.unrouted:
        return identity.agency(code=case_type.desk).id
    if agency_id is None:
        raise NoReceiver()
    return identity.agency(id=agency_id).id


@transaction.atomic
def transfer(
    *, by: Actor, case_id: UUID, agency_id: int, message: str = "", version: int | None = None, at: datetime | None = None
) -> None:
    """Hand a case to another agency; the clock runs on, for the law does not restart when a letter is passed on."""
    case, at = locked(case_id, version, at, by=by)
    by.demand(Permission.CASE_TRANSFER, agency_id=case.agency_id)
    if case.confidential:
        raise ClosedDesk()
    before = become_late(case, at)
    sender, case.agency_id = case.agency_id, agency_id
    save(case, at)
    record(case, kind="transferred", by=by, at=at, message=message, is_public=True, facts={"from": sender}, before=before)


@transaction.atomic
def extend(
    *, by: Actor, case_id: UUID, reason: str, until: date | None = None, version: int | None = None, at: datetime | None = None
) -> datetime | None:
    """Extend the limit once more, as often as the law of this kind of case allows; return the new date. Where the law asks
    for an apology with a new date, `until` is that date."""
    case, at = locked(case_id, version, at, by=by)
    case_type = type_of(case)
    by.demand(Permission.CASE_ACT, agency_id=case.agency_id)
    clock = rules.CaseClock(case.clock)
    if case.state == CLOSED or clock.extended >= case_type.extensions:
        raise NoExtensionLeft(allowed=case_type.extensions)
    before = become_late(case, at)
    on = case.received_at.date()
    law = limit_on(case_type.apology, on) if case_type.apology else extension_of(case_type, case.clock, on)
    if law is None:
        raise NoExtensionLeft(allowed=0)
    clock.extend(promised(case, clock, ahead=law.limit, until=until, at=at) if case_type.apology else law.limit)
    case.clock = clock.as_data()
    case.due_at, case.provisional = clock.due(calendar(), case.received_at)
    save(case, at)
    was = before.due_at.isoformat() if before.due_at else None
    facts = {"due_at": case.due_at.isoformat() if case.due_at else None, "due_before": was, "legal_basis": str(law.legal_basis)}
    kind = "apologised" if case_type.apology else "extended"
    entry_id = record(case, kind=kind, by=by, at=at, message=reason, is_public=True, facts=facts, before=before)
    if case.parent_id:
        parts.extended(case, by=by, at=at, message=reason)
    elif case_type.apology_tells:
        tell(case, case_type.apology_tells, at=at, entry_id=entry_id)
    return case.due_at


@transaction.atomic
def note(
    *,
    by: Actor,
    case_id: UUID,
    message: str,
    documents: Sequence[UUID] = (),
    is_public: bool = False,
    at: datetime | None = None,
    as_filer: bool = False,
    participant_id: UUID | None = None,
    mended: Mapping[str, Sequence[UUID]] | None = None,
    version: int | None = None,
    tells: str = "",
) -> Opened | None:
    """Add words or photos to a case without moving it; `participant_id` is for whoever proved to be one of those who joined,
    whose words only the officers read; `tells` is the notice by which whoever filed hears of it. Return the report that they became instead, where they are for the closed desk alone."""
    case, at = locked(case_id, version, at, by=by, as_filer=as_filer or participant_id is not None)
    if participant_id:
        demand_participant(case, participant_id)
    elif not as_filer:
        by.demand(Permission.CASE_ACT, agency_id=case.agency_id)
    is_theirs = as_filer or participant_id is not None
    if is_theirs and (taken := aside.put(case, message, by=by, at=at, documents=documents, participant_id=participant_id)):
        return taken
    before = become_late(case, at)
    documents = [*documents, *mend(case, mended or {})]
    attach_files(case, documents, by)
    save(case, at)
    facts: dict[str, Any] = {"documents": [str(each) for each in documents]} if documents else {}
    facts |= {"mended": sorted(mended)} if mended else {}
    if participant_id:
        facts["participant"] = str(participant_id)
    kind = "participant_note" if participant_id else "filer_note" if as_filer else "note"
    is_public = is_public and not participant_id
    entry_id = record(case, kind=kind, by=by, at=at, message=message, is_public=is_public, facts=facts, before=before)
    if tells:
        tell(case, tells, at=at, entry_id=entry_id)
    return None


def attach(*, by: Actor, case_id: UUID, documents: Sequence[UUID], as_filer: bool = False) -> None:
    """Add photos to a case."""
    note(by=by, case_id=case_id, message="", documents=documents, as_filer=as_filer)


@transaction.atomic
def rate(*, by: Actor, case_id: UUID, rating: int, reason: str = "", at: datetime | None = None) -> Opened | None:
    """Record how the one who filed found the answer: 1 to 5, once. Return the report that the reason became, where it is for
    the closed desk alone."""
    case, at = locked(case_id, None, at, by=by, as_filer=True)
    if not type_of(case).rated or case.state != CLOSED or case.rating is not None or not 1 <= rating <= 5:
        raise NotRated()
    before = vault.happening(case, kind="", at=at)
    case.rating = rating
    save(case, at)
    taken = aside.put(case, reason, by=by, at=at)
    record(case, kind="rated", by=by, at=at, message="" if taken else reason, facts={"rating": rating}, before=before)
    return taken
