"""The acts of a case: each one transaction with its row, its event and its entry of the log.

Every act may be given an `at` of its own, so that what happened elsewhere (a telephone call, a replayed day) is recorded
as of when it happened; being late is then recorded before the act, in the order of time.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from contextlib import nullcontext
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.utils import timezone, translation

from motcham.blocks.cases import rules, vault
from motcham.blocks.cases.define import (
    CLOSED,
    OPEN,
    CaseMoved,
    CaseType,
    Filing,
    KeyReused,
    NewCase,
    NoExtensionLeft,
    NoReceiver,
    NoSuchCase,
    NotRated,
    NotYours,
    Opened,
    Part,
    PartsOpen,
    Step,
    case_types,
)
from motcham.blocks.cases.events import happened
from motcham.blocks.cases.law import CALENDAR_AGE, calendar, forget_calendar, limit_on
from motcham.blocks.cases.models import CalendarDay, Case
from motcham.blocks.cases.timeline import opened, record
from motcham.blocks.channels import api as channels
from motcham.blocks.documents import api as documents
from motcham.blocks.identity import api as identity
from motcham.blocks.identity.define import Actor, Permission
from motcham.blocks.ledger import api as ledger
from motcham.kernel.calendar import DayKind


def open_case(new: NewCase, *, by: Actor) -> Opened:
    """Open a case and its parts with other agencies; the same `idempotency_key` by the same actor opens it once."""
    case_type = case_types[new.type_key]
    # One statement is a transaction of its own, which spares two round trips; more than one needs a transaction around them.
    with transaction.atomic() if new.documents or case_type.parts or happened.is_followed_within else nullcontext():
        case = _build(new, case_type, by)
        body = vault.digest(new)
        earlier = opened(case, by=by, key=new.idempotency_key, body=body)
        if earlier:
            if earlier[1] != body:
                raise KeyReused()
            first = Case.objects.only("code", "agency_id", "due_at").get(id=earlier[0])
            return Opened(first.id, first.code, first.agency_id, first.due_at, is_repeat=True)
        if new.documents:
            documents.attach(document_ids=new.documents, owner=owner_of(case.id), by=by)
        for part in case_type.parts(_filing(new, case.filed_at)) if case_type.parts else ():
            _open_part(case, new, part, by=by)
        return Opened(case.id, case.code, case.agency_id, case.due_at)


def open_cases(new: Iterable[NewCase], *, by: Actor) -> list[Opened]:
    """Open many cases in one transaction: all of them or none."""
    with transaction.atomic():
        return [open_case(each, by=by) for each in new]


def _build(new: NewCase, case_type: CaseType, by: Actor) -> Case:
    at = new.at or timezone.now()
    filing = _filing(new, at)
    law = limit_on(new.limit or case_type.limit, at.date())
    asked = case_type.asked_limit(filing) if case_type.asked_limit else None
    clock = rules.CaseClock.new(asked or law.limit, law=law.key, legal_basis=str(law.legal_basis))
    due_at, provisional = clock.due(calendar(), at)
    case_id, place = rules.new_id(), new.place
    routed = case_type.route(filing)
    step = case_type.first if new.agency_id or routed or not case_type.unrouted else case_type.step(case_type.unrouted)
    kept, sealed, contacts = vault.split(case_type, new.answers, case_id)
    return Case(
        id=case_id,
        code=rules.new_code(),
        type_key=case_type.key,
        fingerprint=case_type.fingerprint(),
        agency_id=new.agency_id or identity.agency(code=routed or case_type.desk).id,
        area_code=place.area_code if place else "",
        area_from=place.area_from if place else None,
        category=str(new.answers.get(case_type.category) or "")[:60] if case_type.category else "",
        step=step.key,
        state=rules.state_at(step),
        title=_title(case_type, filing),
        channel=new.channel,
        filed_at=at,
        received_at=at,
        due_at=due_at,
        provisional=provisional,
        clock=clock.as_data(),
        answers=kept,
        sealed=sealed,
        contacts=contacts,
        lon=place.lon if place else None,
        lat=place.lat if place else None,
        address=place.address[:300] if place else "",
        documents=list(new.documents),
        language=new.language,
        synthetic=new.synthetic,
        filer_id=by.account_id if by.kind == Actor.ACCOUNT and not by.posts else None,
        parent_id=new.parent_id,
    )


def _title(case_type: CaseType, filing: Filing) -> str:
    # In the city's language whoever files: officers read the lists.
    with translation.override(settings.LANGUAGE_CODE):
        return str(case_type.title(filing))[:200]


def _filing(new: NewCase, at: datetime) -> Filing:
    return Filing(new.answers, new.place, new.channel, at)


def _open_part(whole: Case, new: NewCase, part: Part, *, by: Actor) -> None:
    open_case(
        NewCase(
            type_key=part.case_type,
            answers=part.answers,
            channel=new.channel,
            place=new.place,
            at=whole.filed_at,
            language=new.language,
            synthetic=new.synthetic,
            agency_id=identity.agency(code=part.agency).id,
            parent_id=whole.id,
            limit=part.limit,
        ),
        by=by,
    )


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
) -> None:
    """Take a case to another step. `version` is the one its page showed: raises `CaseMoved` if somebody was quicker.
    `agency_id` is whom a step that transfers hands it to.
    `as_filer` is for whoever proved to be the one who filed, by code or by account."""
    case, at = _locked(case_id, version, at)
    case_type = case_types[case.type_key]
    _demand(case, case_type, by, as_filer=as_filer)
    step = rules.step_to(case_type, current=case.step, to=to)
    if step.outcome and (parts := Case.objects.filter(parent_id=case.id).exclude(state=CLOSED).count()):
        raise PartsOpen(open=parts)
    before = _become_late(case, at)
    clock, case.step, case.state = rules.CaseClock(case.clock), step.key, rules.state_at(step)
    clock.pause(at) if step.pauses else clock.resume(at)
    case.clock = clock.as_data()
    if step.outcome:
        case.outcome, case.closed_at = step.outcome, at
    else:
        case.due_at, case.provisional = clock.due(calendar(), case.received_at)
    _attach(case, documents, by)
    facts = {**dict(answers or {}), **({"documents": [str(each) for each in documents]} if documents else {})}
    if step.transfers:
        by.demand(Permission.CASE_TRANSFER, agency_id=case.agency_id)
        facts["from"], case.agency_id = case.agency_id, _receiver(case_type, step, agency_id)
    _save(case)
    entry_id = record(case, kind="step", by=by, at=at, message=message, is_public=True, facts=facts, before=before)
    if step.tells:
        channels.send(
            to=owner_of(case.id),
            template=step.tells,
            facts={"case_type": case.type_key, "step": step.key},
            at=at,
            entry_id=entry_id,
            language=case.language,
            synthetic=case.synthetic,
        )


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
    case, at = _locked(case_id, version, at)
    by.demand(Permission.CASE_TRANSFER, agency_id=case.agency_id)
    before = _become_late(case, at)
    sender, case.agency_id = case.agency_id, agency_id
    _save(case)
    record(case, kind="transferred", by=by, at=at, message=message, is_public=True, facts={"from": sender}, before=before)


@transaction.atomic
def extend(*, by: Actor, case_id: UUID, reason: str, version: int | None = None, at: datetime | None = None) -> datetime | None:
    """Extend the limit once more, as often as the law of this kind of case allows; return the new date."""
    case, at = _locked(case_id, version, at)
    case_type = case_types[case.type_key]
    by.demand(Permission.CASE_ACT, agency_id=case.agency_id)
    clock = rules.CaseClock(case.clock)
    if case.state == CLOSED or len(clock.extra) >= case_type.extensions:
        raise NoExtensionLeft(allowed=case_type.extensions)
    before = _become_late(case, at)
    law = limit_on(case_type.extension_limit or case_type.limit, case.received_at.date())
    clock.extend(law.limit)
    case.clock = clock.as_data()
    case.due_at, case.provisional = clock.due(calendar(), case.received_at)
    _save(case)
    facts = {"due_at": case.due_at.isoformat() if case.due_at else None, "legal_basis": str(law.legal_basis)}
    record(case, kind="extended", by=by, at=at, message=reason, is_public=True, facts=facts, before=before)
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
) -> None:
    """Add words or photos to a case without moving it."""
    case, at = _locked(case_id, None, at)
    if not as_filer:
        by.demand(Permission.CASE_ACT, agency_id=case.agency_id)
    before = _become_late(case, at)
    _attach(case, documents, by)
    _save(case)
    facts = {"documents": [str(each) for each in documents]} if documents else {}
    kind = "filer_note" if as_filer else "note"
    record(case, kind=kind, by=by, at=at, message=message, is_public=is_public, facts=facts, before=before)


def attach(*, by: Actor, case_id: UUID, documents: Sequence[UUID], as_filer: bool = False) -> None:
    """Add photos to a case."""
    note(by=by, case_id=case_id, message="", documents=documents, as_filer=as_filer)


@transaction.atomic
def rate(*, by: Actor, case_id: UUID, rating: int, reason: str = "", at: datetime | None = None) -> None:
    """Record how the one who filed found the answer: 1 to 5, once."""
    case, at = _locked(case_id, None, at)
    if not case_types[case.type_key].rated or case.state != CLOSED or case.rating is not None or not 1 <= rating <= 5:
        raise NotRated()
    before = vault.happening(case, kind="", at=at)
    case.rating = rating
    _save(case)
    record(case, kind="rated", by=by, at=at, message=reason, facts={"rating": rating}, before=before)


def _attach(case: Case, found: Sequence[UUID], by: Actor) -> None:
    if found:
        documents.attach(document_ids=found, owner=owner_of(case.id), by=by)
        case.documents = [*case.documents, *found]


def owner_of(case_id: UUID) -> str:
    """Return how documents and entries name the case they belong to."""
    return f"case:{case_id}"


def _demand(case: Case, case_type: CaseType, by: Actor, *, as_filer: bool) -> None:
    roles = case_type.step(case.step).roles
    if as_filer:
        if rules.FILER not in roles:
            raise NotYours()
        return
    by.demand(Permission.CASE_ACT, agency_id=case.agency_id)
    # The head of an agency may do what its officers may: somebody must when nobody else is there.
    if not any(by.holds(role, agency_id=case.agency_id) for role in (*roles, "agency_leader")):
        raise NotYours()


def _locked(case_id: UUID, version: int | None, at: datetime | None) -> tuple[Case, datetime]:
    case = Case.objects.select_for_update(of=("self",)).filter(id=case_id).first()
    if case is None:
        raise NoSuchCase()
    if version is not None and case.version != version:
        raise CaseMoved()
    return case, at or timezone.now()


def _save(case: Case) -> None:
    case.version += 1
    case.save(force_update=True)


def _become_late(case: Case, at: datetime) -> Any:
    """Record lateness that came before the act, then return how the case stands for whoever follows."""
    if case.state == OPEN and case.late_at is None and case.due_at and case.due_at <= at:
        _record_late(case)
    return vault.happening(case, kind="", at=at)


def _record_late(case: Case) -> None:
    assert case.due_at is not None, "only a case with a date becomes late"
    before = vault.happening(case, kind="", at=case.due_at)
    case.late_at = case.due_at
    Case.objects.filter(id=case.id).update(late_at=case.late_at)
    record(case, kind="became_late", by=Actor.system("clock"), at=case.due_at, before=before)


def became_late(*, now: datetime | None = None, most: int = 500) -> int:
    """Record, once each, the open cases whose time has run out; return how many. Several workers may sweep at once."""
    now = now or timezone.now()
    with transaction.atomic():
        late = Case.objects.select_for_update(skip_locked=True, of=("self",)).filter(state=OPEN, late_at=None, due_at__lte=now)
        found = list(late.order_by("due_at")[:most])
        for case in found:
            _record_late(case)
    return len(found)


@transaction.atomic
def announce_day(*, by: Actor, on: date, kind: DayKind, name: str, legal_basis: str) -> None:
    """Announce a day off, a make-up day, or up to when the calendar is complete; the worker then computes the open cases anew."""
    by.demand(Permission.CALENDAR_EDIT)
    said = {"on": on.isoformat(), "kind": kind.value, "name": name, "legal_basis": legal_basis, "by": by.ref}
    receipt = ledger.append(kind="calendar.announced", subject=f"calendar:{on}", payload=said)
    row = {"kind": kind, "name": name, "legal_basis": legal_basis, "added_at": timezone.now(), "entry_id": receipt.entry_id}
    CalendarDay.objects.update_or_create(on=on, defaults={**row, "followed_at": None})
    transaction.on_commit(forget_calendar)


def follow_calendar(*, now: datetime | None = None) -> int:
    """Compute the open cases anew after a day was announced; return how many days that were. It waits until no process
    can still open a case by the calendar before."""
    now = now or timezone.now()
    days = list(
        CalendarDay.objects.filter(followed_at=None, added_at__lt=now - 2 * timedelta(seconds=CALENDAR_AGE)).values_list("id")
    )
    if days:
        forget_calendar()
        after = recompute_deadlines(by=Actor.system("calendar"))
        while after:
            after = recompute_deadlines(by=Actor.system("calendar"), after=after)
        CalendarDay.objects.filter(id__in=[each for (each,) in days]).update(followed_at=now)
    return len(days)


def recompute_deadlines(*, by: Actor, most: int = 500, after: UUID | None = None) -> UUID | None:
    """Compute the due dates of one batch of open cases anew, after the calendar changed, with an entry for each that
    moved; return where the next batch begins, or None at the end."""
    by.demand(Permission.CALENDAR_EDIT)
    with transaction.atomic():
        rows = Case.objects.select_for_update(of=("self",)).exclude(state=CLOSED).order_by("id")
        batch = list((rows.filter(id__gt=after) if after else rows)[:most])
        for case in batch:
            due_at, provisional = rules.CaseClock(case.clock).due(calendar(), case.received_at)
            if (due_at, provisional) != (case.due_at, case.provisional):
                before = vault.happening(case, kind="", at=timezone.now())
                case.due_at, case.provisional = due_at, provisional
                if case.late_at and due_at and due_at > timezone.now():
                    case.late_at = None
                _save(case)
                record(
                    case,
                    kind="due_changed",
                    by=by,
                    at=timezone.now(),
                    is_public=True,
                    facts={"due_at": str(due_at)},
                    before=before,
                )
    return batch[-1].id if len(batch) == most else None
