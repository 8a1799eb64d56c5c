"""Cases of several people: joining one, merging two, splitting one, opening a closed one again."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from motcham.blocks.cases import aside, promises, rules, vault
from motcham.blocks.cases.acting import (
    arrive,
    attach_files,
    become_late,
    begin_step,
    clear_public,
    demand_participant,
    leave_step,
    locked,
    owner_of,
    save,
    tell,
)
from motcham.blocks.cases.actions_open import open_case
from motcham.blocks.cases.define import (
    CLOSED,
    Joined,
    LeaderWaits,
    NewCase,
    NotItsDocument,
    NotJoinable,
    NotMergeable,
    NotReopened,
    NotYours,
    Opened,
    ReopenTooLate,
    type_of,
)
from motcham.blocks.cases.law import calendar
from motcham.blocks.cases.models import STANDING, Case, Participant, Promise
from motcham.blocks.cases.public import NEAR_CLOSED
from motcham.blocks.cases.queries import reopen_until
from motcham.blocks.cases.timeline import record
from motcham.blocks.documents import api as documents
from motcham.blocks.identity.define import Actor, Permission
from motcham.kernel.calendar import CITY

MERGED = "merged"


@transaction.atomic
def join(
    *, by: Actor, case_id: UUID, contact: Mapping[str, Any], language: str = "vi", message: str = "", at: datetime | None = None
) -> Joined:
    """Join a released case that concerns one as well; return a code of one's own. The same account joins once; somebody who
    can be reached as another can is counted once."""
    case = Case.objects.select_for_update(of=("self",)).filter(id=case_id).first()
    at = at or timezone.now()
    if case is None or case.cell is None or case.merged_into_id or (case.closed_at and case.closed_at < at - NEAR_CLOSED):
        raise NotJoinable()
    if by.account_id and (known := Participant.objects.filter(case_id=case.id, account_id=by.account_id).first()):
        return Joined(known.id, known.code, case.id, is_repeat=True)
    participant_id = rules.new_id()
    sealed, contacts = vault.seal_contact(contact, participant_id)
    is_known = _is_known(case, contact)
    participant = Participant.objects.create(
        id=participant_id,
        case_id=case.id,
        code=rules.new_code(),
        sealed=sealed,
        contacts=contacts,
        language=language,
        account_id=by.account_id,
        at=at,
    )
    before = become_late(case, at)
    if not is_known:
        case.joined += 1
    save(case, at)
    facts = {"participant": str(participant.id), "counted": not is_known}
    record(case, kind="joined", by=by, at=at, message=message, facts=facts, before=before)
    return Joined(participant.id, participant.code, case.id)


def _is_known(case: Case, contact: Mapping[str, Any]) -> bool:
    found = vault.versions_of([str(contact[name]) for name in vault.SOUGHT if contact.get(name)])
    if {bytes(each) for each in case.contacts} & set(found):
        return True
    return bool(found) and Participant.objects.filter(case_id=case.id, contacts__overlap=found).exists()


@transaction.atomic
def merge(*, by: Actor, case_id: UUID, into: UUID, message: str = "", at: datetime | None = None) -> UUID:
    """Merge two reports of the same thing; return the leading one. The one that was filed first leads whichever was named;
    the other closes, its filer and all who joined it take part in the leading one, under both clocks: the first that ends counts."""
    # Locked in one order, so that two officers who merge the same two cases do not wait for each other.
    pair = [locked(each, None, at, by=by)[0] for each in sorted({case_id, into})]
    at = at or timezone.now()
    if len(pair) != 2:
        raise NotMergeable()
    leader, other = sorted(pair, key=lambda each: (each.filed_at, each.id))
    _demand_mergeable(leader, other, by)
    for each in pair:
        become_late(each, at)
    before = vault.happening(leader, kind="", at=at), vault.happening(other, kind="", at=at)
    _share_clock(leader, other, at)
    _bring_people(leader, other, at)
    if Promise.objects.filter(STANDING, case_id=other.id).update(case_id=leader.id):
        leader.clock = {**leader.clock, promises.PROMISED: True}
    Case.objects.filter(merged_into_id=other.id).update(merged_into_id=leader.id)
    clock = rules.CaseClock(other.clock)
    facts = leave_step(other, clock, at)
    other.clock, other.merged_into_id = clock.as_data(), leader.id
    other.state, other.outcome, other.closed_at = CLOSED, MERGED, at
    clear_public(other)
    save(leader, at)
    save(other, at)
    here, there = {"case": str(other.id), "joined": leader.joined}, {"into": str(leader.id), **facts}
    record(leader, kind="merged_in", by=by, at=at, is_public=True, facts=here, before=before[0])
    entry_id = record(other, kind=MERGED, by=by, at=at, message=message, is_public=True, facts=there, before=before[1])
    tell(other, MERGED, at=at, entry_id=entry_id)
    return leader.id


def _demand_mergeable(leader: Case, other: Case, by: Actor) -> None:
    by.demand(Permission.CASE_ACT, agency_id=other.agency_id)
    by.demand(Permission.CASE_READ, agency_id=leader.agency_id)
    if leader.agency_id != other.agency_id:
        by.demand(Permission.CASE_TRANSFER, agency_id=other.agency_id)
    same = leader.type_key == other.type_key and leader.confidential == other.confidential
    alone = not Case.objects.filter(parent_id__in=(leader.id, other.id)).exists() and not (leader.parent_id or other.parent_id)
    if not (same and alone and CLOSED not in (leader.state, other.state)):
        raise NotMergeable()
    if rules.CaseClock(leader.clock).is_paused and not rules.CaseClock(other.clock).is_paused:
        raise LeaderWaits()


def _share_clock(leader: Case, other: Case, at: datetime) -> None:
    # What became late before is counted with the other case, and stays counted; the leading one keeps its own date.
    if other.late_at:
        return
    clock = rules.CaseClock(leader.clock).joined_by(rules.CaseClock(other.clock), other_started=other.received_at, at=at)
    leader.clock = clock.as_data()
    leader.due_at, leader.provisional = clock.due(calendar(), leader.received_at)


def _bring_people(leader: Case, other: Case, at: datetime) -> None:
    """Let everyone of the other case take part in the leading one, each with the code they have."""
    here = set(Participant.objects.filter(case_id=leader.id, account__isnull=False).values_list("account_id", flat=True))
    Participant.objects.filter(case_id=other.id, account_id__in=here).update(account=None)
    Participant.objects.filter(case_id=other.id).update(case_id=leader.id)
    is_here = other.filer_id is None or other.filer_id in here or other.filer_id == leader.filer_id
    Participant.objects.create(
        id=rules.new_id(),
        case_id=leader.id,
        code=other.code,
        contacts=list(other.contacts),
        language=other.language,
        account_id=None if is_here else other.filer_id,
        merged_from_id=other.id,
        at=at,
    )
    leader.joined += 1 + other.joined


@transaction.atomic
def split(
    *,
    by: Actor,
    case_id: UUID,
    answers: Mapping[str, Any],
    agency_id: int | None = None,
    message: str = "",
    documents: Sequence[UUID] = (),
    at: datetime | None = None,
) -> Opened:
    """Split a second matter off a case: a new case of the same filer, received when the first was and under its clock, so
    that no time is gained. `answers` are what differs (its category, the words that belong to it); of `documents` it gets
    copies, so that the first case keeps all that it was judged by."""
    case, at = locked(case_id, None, at, by=by)
    by.demand(Permission.CASE_ACT, agency_id=case.agency_id)
    if case.state == CLOSED or case.confidential:
        raise NotMergeable()
    kept = {name: value for name, value in case.answers.items() if not isinstance(value, list)}
    new = NewCase(
        type_key=case.type_key,
        answers={**kept, **vault.unseal(case), **answers},
        channel=case.channel,
        place=case.where(),
        at=case.received_at,
        language=case.language,
        synthetic=case.synthetic,
        agency_id=agency_id,
        split_from_id=case.id,
        is_screened=True,
        documents=_copies(case, documents, by),
    )
    opened = open_case(new, by=by)
    part = Case.objects.select_for_update(of=("self",)).get(id=opened.id)
    before = vault.happening(part, kind="", at=at)
    clock = rules.CaseClock({name: value for name, value in case.clock.items() if name != "within"} | _within(part))
    clock.resume(at)
    part.clock, part.filer_id = clock.as_data(), case.filer_id
    part.due_at, part.provisional = clock.due(calendar(), part.received_at)
    save(part, at)
    record(part, kind="split_off", by=by, at=at, is_public=True, facts={"case": str(case.id)}, before=before)
    save(case, at)
    entry_id = record(case, kind="split", by=by, at=at, message=message, is_public=True, facts={"case": str(part.id)})
    tell(case, "split", at=at, entry_id=entry_id)
    return Opened(part.id, part.code, part.agency_id, part.due_at)


def _copies(case: Case, chosen: Sequence[UUID], by: Actor) -> list[UUID]:
    if not set(chosen) <= set(case.documents):
        raise NotItsDocument()
    return [
        documents.receive(
            stream=documents.content(document_id=each.id, owner=owner_of(case.id)), filename=each.name, by=by, purpose="split"
        ).id
        for each in documents.refs(chosen)
    ]


def _within(case: Case) -> dict[str, Any]:
    return {"within": case.clock["within"]} if "within" in case.clock else {}


@transaction.atomic
def reopen(
    *,
    by: Actor,
    case_id: UUID,
    reason: str,
    documents: Sequence[UUID] = (),
    as_filer: bool = False,
    participant_id: UUID | None = None,
    at: datetime | None = None,
) -> Opened | None:
    """Open a closed case again, within the dated limit of its type: by whoever filed it (`as_filer`), by whoever takes part
    in it, or by an officer of its agency. Its clock runs on with what was left when it was closed. Return the report that the
    reason became, where it is for the closed desk alone."""
    case, at = locked(case_id, None, at, by=by, as_filer=as_filer or participant_id is not None)
    if participant_id:
        demand_participant(case, participant_id)
    elif not as_filer:
        by.demand(Permission.CASE_ACT, agency_id=case.agency_id)
    if (as_filer or participant_id) and not type_of(case).reopened_by_filer:
        raise NotYours()
    until = reopen_until(case)
    if case.closed_at is None or until is None:
        raise NotReopened()
    if at > until:
        raise ReopenTooLate(until=f"{until.astimezone(CITY):%d/%m/%Y}")
    is_theirs = as_filer or participant_id is not None
    taken = aside.put(case, reason, by=by, at=at, documents=documents, participant_id=participant_id) if is_theirs else None
    reason, documents = (aside.unsaid(), ()) if taken else (reason, documents)
    before = vault.happening(case, kind="", at=at)
    case_type = type_of(case)
    clock, step = rules.CaseClock(case.clock), case_type.step(case_type.reopens_at) if case_type.reopens_at else case_type.first
    clock.reopen(closed_at=case.closed_at, at=at)
    # What the answer seemed to keep was not kept: the promise stands again, until its day.
    Promise.objects.filter(case_id=case.id, kept_at=case.closed_at).update(kept_at=None)
    case.outcome, case.closed_at, case.rating = "", None, None
    case.reopened += 1
    arrive(case, clock, step, at)
    begin_step(case, clock, step, at)
    attach_files(case, documents, by)
    save(case, at)
    who = {"participant": str(participant_id)} if participant_id else {"filer": True} if as_filer else {}
    files = {"documents": [str(each) for each in documents]} if documents else {}
    entry_id = record(case, kind="reopened", by=by, at=at, message=reason, is_public=True, facts={**who, **files}, before=before)
    promises.break_due(case, at)
    tell(case, "reopened", at=at, entry_id=entry_id)
    return taken
