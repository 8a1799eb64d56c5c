"""What every act does: lock the case, see whether the actor may, record lateness that came before, write the row."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import nullcontext
from datetime import date, datetime, timedelta
from functools import cache
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db.models import Q
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from motcham.blocks.cases import promises, rules, vault
from motcham.blocks.cases.define import (
    OPEN,
    CaseMerged,
    CaseMoved,
    CaseType,
    Filing,
    NoLimitGiven,
    NoSuchCase,
    NotYours,
    OftenEnough,
    Place,
    ReasonMissing,
    Step,
    TooLateToSay,
    WrongDay,
    type_of,
)
from motcham.blocks.cases.law import calendar, count_on, limit_on
from motcham.blocks.cases.models import Case, Participant, StepClock
from motcham.blocks.cases.timeline import record
from motcham.blocks.channels import api as channels
from motcham.blocks.documents import api as documents
from motcham.blocks.documents.define import MAX_OF_ONE_OWNER
from motcham.blocks.identity.define import Actor, Permission
from motcham.kernel.calendar import CITY, WorkingCalendar
from motcham.kernel.clock import due
from motcham.kernel.terms import Field, Kind, Limit
from motcham.ui import formats


def say(case: Case, case_type: CaseType, filing: Filing) -> None:
    """Put what was said into the row; of a confidential case it is all sealed, and no list or figure tells what or where."""
    answers, shown = dict(filing.answers), filing.place
    if case.confidential:
        if shown:
            answers[place_field(case_type)] = rules.place_as_data(shown)
        shown, case.category = None, ""
        with translation.override(settings.LANGUAGE_CODE):
            case.title = _("Confidential report")
    else:
        case.title = _title(case_type, filing)
        case.category = (case_type.counted_as or str(answers.get(case_type.category) or ""))[:60]
    place = shown or Place(None, None)
    case.area_code, case.area_from, case.address = place.area_code, place.area_from, place.address[:300]
    case.lon, case.lat = place.lon, place.lat
    case.answers, case.sealed, case.contacts = vault.split(case_type, answers, case.id, everything=case.confidential)


def place_field(case_type: CaseType) -> str:
    """Return the name under which a kind of case keeps its place where it is sealed."""
    return next((each.name for each in case_type.fields if each.kind is Kind.PLACE), "place")


def _title(case_type: CaseType, filing: Filing) -> str:
    # In the city's language whoever files: officers read the lists.
    with nullcontext() if translation.get_language() == settings.LANGUAGE_CODE else translation.override(settings.LANGUAGE_CODE):
        return str(case_type.title(filing))[:200]


def owner_of(case_id: UUID) -> str:
    """Return how documents and entries name the case they belong to."""
    return f"case:{case_id}"


def locked(
    case_id: UUID, version: int | None, at: datetime | None, *, by: Actor, as_filer: bool = False, even_merged: bool = False
) -> tuple[Case, datetime]:
    """Return a case to act on, locked; for whoever may not see it, it does not exist."""
    case = next(iter(Case.objects.raw(_lock(), [case_id])), None)
    if case is None or not (as_filer or rules.is_visible(by, agency_id=case.agency_id, confidential=case.confidential)):
        raise NoSuchCase()
    if case.merged_into_id and not even_merged:
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
        documents.attach(document_ids=found, owner=owner_of(case.id), by=by, most=most_files(type_of(case)))
        case.documents = [*case.documents, *found]


def most_files(case_type: CaseType) -> int:
    """Return how many files a case may have: those that its form has slots for, and as many more as any owner for what comes later."""
    return MAX_OF_ONE_OWNER + sum(map(_slots, case_type.fields))


def _slots(field: Field) -> int:
    return field.at_most * (sum(map(_slots, field.fields)) if field.kind is Kind.GROUP else field.kind is Kind.FILES)


def demand_step(case: Case, case_type: CaseType, to: str, *, by: Actor, as_filer: bool) -> Step:
    """Return the step that an act leads to; refuse unless the actor's post, or having filed the case, allows this act here."""
    if not as_filer:
        by.demand(Permission.CASE_ACT, agency_id=case.agency_id)
    step, wanted = case_type.step(case.step), rules.step_to(case_type, current=case.step, to=to)
    if as_filer:
        if not filer_may(case.clock, step, wanted):
            raise NotYours()
        return wanted
    # The head of an agency may do what its officers may: somebody must when nobody else is there.
    if not any(by.holds(role, agency_id=case.agency_id) for role in (*(wanted.taken_by or step.roles), "agency_leader")):
        raise NotYours()
    return wanted


def filer_may(clock: Mapping[str, Any], step: Step, to: Step) -> bool:
    """Tell whether whoever filed a case may take it from a step to another: only an officer accepts it."""
    return rules.may_take(step, to, rules.FILER) and (not to.begins or rules.CaseClock(clock).has_begun)


def demand_way(case: Case, step: Step, message: str) -> None:
    """Refuse a step that is told without its reason, or to which the law lets a case come only so often."""
    if step.message_required and not message.strip():
        raise ReasonMissing()
    if step.at_most:
        allowed = count_on(step.at_most, case.filed_at.date())
        if times(case.id, case.parent_id, case.agency_id, step.key) >= allowed.number:
            raise OftenEnough(allowed=allowed.number, legal_basis=formats.law(allowed.legal_basis))


def times(case_id: UUID, parent_id: UUID | None, agency_id: int, step: str) -> int:
    """Return how often an agency has taken a case to a step: of a case that several settle, by the whole and by parts of its own."""
    kin = Q(id=case_id) | Q(parent_id=case_id, agency_id=agency_id)
    if parent_id:
        kin |= Q(id=parent_id, agency_id=agency_id) | Q(parent_id=parent_id, agency_id=agency_id)
    clocks = Case.objects.filter(kin).values_list("clock", flat=True)
    return sum(int(each.get("visits", {}).get(step, 0)) for each in clocks)


def demand_participant(case: Case, participant_id: UUID) -> None:
    """Refuse unless somebody takes part in the case."""
    if not Participant.objects.filter(id=participant_id, case_id=case.id).exists():
        raise NotYours()


def leave_step(case: Case, clock: rules.CaseClock, at: datetime) -> dict[str, Any]:
    """End the time that the step a case stands at has by itself; return what is recorded of it."""
    clock.data.pop("stands", None)
    facts = clock.end_step(at)
    if facts:
        StepClock.objects.filter(case_id=case.id, ended_at=None).update(ended_at=at)
    return facts


def arrive(case: Case, clock: rules.CaseClock, step: Step, at: datetime) -> None:
    """Stand a case at a step: its state, its clock, its outcome; the step's own time begins once its agency is known."""
    case.step, case.state = step.key, rules.state_at(step, is_held=bool(clock.awaits))
    if step.begins and not clock.has_begun:
        clock.begin(at, calendar())
        case.received_at = at
    if step.at_most:
        visits = clock.data.get("visits", {})
        clock.data["visits"] = {**visits, step.key: visits.get(step.key, 0) + 1}
    clock.pause(at) if step.pauses or clock.awaits else clock.resume(at)
    if step.outcome:
        # What is handed over after it was done was done before.
        case.outcome, case.closed_at = step.outcome, case.closed_at or at
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


def without_given(clock: rules.CaseClock, step: Step, answers: Mapping[str, Any]) -> dict[str, Any]:
    """Return what was said of a step without the day that sets a limit, where there is one: two promises are none."""
    return {name: value for name, value in answers.items() if name != step.sets or not clock.has_limit}


def give_limit(clock: rules.CaseClock, step: Step, answers: Mapping[str, Any], at: datetime) -> None:
    """Set the limit of a case for which nobody published one, from the day that whoever accepts it names."""
    if clock.has_limit or not step.begins:
        return
    if not (named := answers.get(step.sets)):
        raise NoLimitGiven()
    begun = rules.CaseClock(clock.as_data())
    begun.begin(at, calendar())
    limit = rules.working_days_to(date.fromisoformat(str(named)), begun, calendar(), started_at=at)
    if limit is None:
        raise WrongDay(after=_day(at))
    clock.set_limit(limit)


def _day(at: datetime) -> str:
    return f"{at.astimezone(CITY):%d/%m/%Y}"


def mend(case: Case, mended: Mapping[str, Sequence[UUID]]) -> list[UUID]:
    """Put files in the place of those sent before, which stay with the case; return them all."""
    if mended:
        case.answers = {**case.answers, **{name: [str(each) for each in found] for name, found in mended.items()}}
    return [each for found in mended.values() for each in found]


def promised(case: Case, clock: rules.CaseClock, *, ahead: Limit, until: date | None, at: datetime) -> Limit:
    """Return the time that an apology adds to a limit that has not passed, told in time before it: to the end of a day."""
    if case.due_at is None or until is None:
        raise WrongDay(after=_day(case.due_at or at))
    # What is due on the day of its acceptance can be told on that day alone.
    last = max(last_day_before(case.due_at, ahead, calendar()), case.received_at.astimezone(CITY).date())
    if at.astimezone(CITY).date() > last:
        raise TooLateToSay(until=f"{last:%d/%m/%Y}")
    limit = rules.working_days_to(until, clock, calendar(), started_at=case.received_at)
    if limit is None or until <= case.due_at.astimezone(CITY).date():
        raise WrongDay(after=_day(case.due_at))
    return limit


def last_day_before(due_at: datetime, ahead: Limit, calendar: WorkingCalendar) -> date:
    """Return the last day that lies so many working days before a date."""
    day, left = due_at.astimezone(CITY).date(), ahead.amount
    while left:
        day -= timedelta(days=1)
        left -= calendar.is_working(day)
    return day


def step_due(step: Step, at: datetime) -> datetime:
    """Return by when a step with a time of its own must be left."""
    found = due(limit_on(step.within, at.date()).limit, calendar(), started_at=at)
    assert found, "without a pause there is a date"
    return found


def tell(case: Case, template: str, *, at: datetime, entry_id: int) -> None:
    """Send word of an act to whoever the case concerns, in its transaction."""
    channels.send(
        to=owner_of(case.id),
        template=template,
        facts={"case_type": case.type_key, "step": case.step},
        at=at,
        entry_id=entry_id,
        language=case.language,
        synthetic=case.synthetic,
    )


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
