"""The closed desk: what is handed to it, and what leaves it, an excerpt in its own words or a report that accuses nobody."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import F

from motcham.blocks.cases import rules, vault
from motcham.blocks.cases.acting import (
    arrive,
    become_late,
    begin_step,
    clear_public,
    leave_step,
    locked,
    place_field,
    save,
    say,
    tell,
)
from motcham.blocks.cases.actions_open import open_case
from motcham.blocks.cases.define import ClosedDesk, Filing, NewCase, Opened, Place, StepNotOpen, type_of
from motcham.blocks.cases.models import Case, Participant
from motcham.blocks.cases.queries import asks_for_closed_desk, confided
from motcham.blocks.cases.timeline import record
from motcham.blocks.identity import api as identity
from motcham.blocks.identity.define import Actor, Permission
from motcham.kernel.terms import Kind


@transaction.atomic
def excerpt(
    *,
    by: Actor,
    case_id: UUID,
    agency_id: int,
    text: str,
    category: str = "",
    area_code: str = "",
    at: datetime | None = None,
) -> Opened:
    """Open an ordinary case at an agency that the closed desk names, in the desk's own words. Nothing of the filer goes with
    it: no name, contact, photo or address; it does not say from which report it came, and the report stays where it is."""
    case, at = locked(case_id, None, at, by=by)
    by.demand(Permission.CASE_TRANSFER, agency_id=case.agency_id)
    if not case.confidential or agency_id == case.agency_id:
        raise ClosedDesk()
    case_type = type_of(case)
    words = next(each.name for each in case_type.fields if each.kind is Kind.LONG_TEXT)
    answers = {words: text}
    if case_type.category:
        answers[case_type.category] = category or case.answers.get(case_type.category, "")
    opened = open_case(
        NewCase(
            type_key=case.type_key,
            answers=answers,
            channel=case.channel,
            place=Place(None, None, area_code) if area_code else None,
            at=at,
            synthetic=case.synthetic,
            agency_id=agency_id,
            is_screened=True,
        ),
        by=by,
    )
    save(case, at)
    record(case, kind="excerpt", by=by, at=at, facts={"case": str(opened.id), "agency": agency_id})
    return opened


@transaction.atomic
def confide(*, by: Actor, case_id: UUID, reason: str, version: int | None = None, at: datetime | None = None) -> None:
    """Hand a case that accuses somebody in office to the closed desk of its kind: from then on its officers alone see it, in
    no list, figure or public page of anybody else. Whoever may read a case may do so. Its agency has seen the tracking code,
    so that whoever filed it gets a new one. Reports that were merged with it go on by themselves."""
    case, at = locked(case_id, version, at, by=by, even_merged=True)
    by.demand(Permission.CASE_READ, agency_id=case.agency_id)
    case_type = type_of(case)
    if case.confidential or not case_type.closed_desk:
        raise StepNotOpen()
    before = become_late(case, at)
    for other in Case.objects.select_for_update(of=("self",)).filter(merged_into=case).order_by("id"):
        _part(other, by=by, at=at)
        case.joined = max(0, case.joined - 1)
    if case.merged_into_id:
        _leave_leader(case)
    facts = {"from": case.agency_id, "joined": case.joined}
    filing = Filing({**case.answers, **vault.unseal(case)}, case.where(), case.channel, case.filed_at)
    case.confidential, case.joined = True, 0
    case.agency_id = identity.agency(code=case_type.closed_desk).id
    clear_public(case)
    say(case, case_type, filing)
    _change_code(case, at)
    facts |= _stand_anew(case, at)
    save(case, at)
    entry_id = record(case, kind="confided", by=by, at=at, message=reason, facts=facts, before=before)
    tell(case, "confided", at=at, entry_id=entry_id)


@transaction.atomic
def hand_back(
    *, by: Actor, case_id: UUID, agency_id: int, reason: str, version: int | None = None, at: datetime | None = None
) -> None:
    """Hand a case that accuses nobody from the closed desk to an agency, whole, under the clock that it had all the time; what
    was said in it at the closed desk stays there. Where whoever filed it asked for the closed desk, an excerpt alone leaves it."""
    case, at = locked(case_id, version, at, by=by)
    by.demand(Permission.CASE_TRANSFER, agency_id=case.agency_id)
    case_type = type_of(case)
    if not case.confidential or agency_id == case.agency_id or asks_for_closed_desk(case, case.answers):
        raise ClosedDesk()
    before = become_late(case, at)
    answers = {**case.answers, **vault.unseal(case)}
    place = answers.pop(place_field(case_type), None)
    case.joined = int(confided(case).get("joined", 0))
    facts = {"from": case.agency_id}
    case.confidential, case.agency_id = False, agency_id
    say(case, case_type, Filing(answers, rules.place_from_data(place) if place else None, case.channel, case.filed_at))
    facts |= _stand_anew(case, at)
    save(case, at)
    entry_id = record(case, kind="handed_back", by=by, at=at, message=reason, is_public=True, facts=facts, before=before)
    tell(case, "handed_back", at=at, entry_id=entry_id)


@transaction.atomic
def note_told(*, by: Actor, case_id: UUID, message: str = "", version: int | None = None, at: datetime | None = None) -> None:
    """Record that whoever filed it, and can be reached in no other way, was told the new code by telephone."""
    case, at = locked(case_id, version, at, by=by)
    by.demand(Permission.CASE_ACT, agency_id=case.agency_id)
    save(case, at)
    record(case, kind="told", by=by, at=at, message=message)


def _change_code(case: Case, at: datetime) -> None:
    """Give a case a code that no officer of its agency ever saw. The one before stays known, and opens nothing as long as the
    closed desk has the case."""
    Participant.objects.create(id=rules.new_id(), case_id=case.id, code=case.code, merged_from_id=case.id, at=at)
    case.code = rules.new_code()


def _stand_anew(case: Case, at: datetime) -> dict[str, Any]:
    """Stand a case at the beginning of its way, for another agency, open again where it was closed; its clock runs on."""
    case_type = type_of(case)
    clock = rules.CaseClock(case.clock)
    facts = leave_step(case, clock, at)
    if case.closed_at:
        clock.reopen(closed_at=case.closed_at, at=at)
        case.outcome, case.closed_at, case.rating = "", None, None
    arrive(case, clock, case_type.first, at)
    begin_step(case, clock, case_type.first, at)
    return facts


def _part(other: Case, *, by: Actor, at: datetime) -> None:
    """Let a report that was merged into another go on by itself, with whoever filed it."""
    before = vault.happening(other, kind="", at=at)
    _leave_leader(other)
    facts = _stand_anew(other, at)
    save(other, at)
    record(other, kind="parted", by=by, at=at, is_public=True, facts=facts, before=before)


def _leave_leader(case: Case) -> None:
    assert case.merged_into_id is not None, "a merged case has a leading one"
    Participant.objects.filter(case_id=case.merged_into_id, merged_from=case).delete()
    Case.objects.filter(id=case.merged_into_id, joined__gt=0).update(joined=F("joined") - 1)
    case.merged_into_id = None
