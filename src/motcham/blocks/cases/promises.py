"""Promised days: made by a step, kept by answering in time, broken by the calendar, put off by a later promise; and how
the time was kept that single steps have by themselves."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from fractions import Fraction
from typing import Any

from django.db import connection, transaction
from django.utils import timezone

from motcham.blocks.cases.define import CaseLine, PromiseInPast, Step
from motcham.blocks.cases.models import STANDING, Case, Promise, StepClock
from motcham.blocks.cases.queries import line_of
from motcham.blocks.cases.timeline import record
from motcham.blocks.identity.define import Actor, Permission
from motcham.kernel.calendar import CITY

# Kept with the clock of a case that ever promised: of all others, which are most, no promise is looked for at every act.
PROMISED = "promised"
NOT_DONE = frozenset({"refused"})
"""Outcomes that end a case without what was promised."""


@dataclass(frozen=True, slots=True)
class PromiseLine:
    """One promise with its case; settled at the first of three times, standing while all are None."""

    id: int
    line: CaseLine
    agency_id: int
    promised_on: date
    made_at: datetime
    kept_at: datetime | None
    broken_at: datetime | None
    put_off_at: datetime | None


@dataclass(frozen=True, slots=True)
class PromisePage:
    """One page of promises by their day; `after` is the key of the next one, None at the end."""

    promises: tuple[PromiseLine, ...]
    after: tuple[date, int] | None


@dataclass(frozen=True, slots=True)
class PromiseRate:
    """What became of the promises for some days. One that was put off was not kept: only its successor can be."""

    made: int
    kept: int
    broken: int
    put_off: int

    @property
    def standing(self) -> int:
        """Return how many are open."""
        return self.made - self.kept - self.broken - self.put_off

    @property
    def rate(self) -> Fraction | None:
        """Return the share kept of those that are settled."""
        settled = self.kept + self.broken + self.put_off
        return Fraction(self.kept, settled) if settled else None


@dataclass(frozen=True, slots=True)
class StepRate:
    """How often a step was left within its own time. One still waited in counts as broken once its time is over."""

    kept: int
    broken: int
    waiting: int

    @property
    def rate(self) -> Fraction | None:
        """Return the share kept of those that are decided."""
        decided = self.kept + self.broken
        return Fraction(self.kept, decided) if decided else None


def settle(case: Case, step: Step, *, answers: Mapping[str, Any], at: datetime) -> None:
    """Follow a step: a new promise stands, or takes the place of the one before; an answer keeps what stands."""
    if step.outcome and PROMISED in case.clock:
        standing = Promise.objects.filter(STANDING, case_id=case.id)
        standing.update(**{"broken_at" if step.outcome in NOT_DONE else "kept_at": at})
    if step.promises and answers.get(step.promises):
        given = answers[step.promises]
        _promise(case, given if isinstance(given, date) else date.fromisoformat(str(given)), at)
        case.clock = {**case.clock, PROMISED: True}


def _promise(case: Case, day: date, at: datetime) -> None:
    if day < day_of(at):
        raise PromiseInPast()
    standing = Promise.objects.filter(STANDING, case_id=case.id)
    # The same agency that names an earlier day, or the same again, holds itself to its promise; a later day puts it off.
    if not standing.filter(agency_id=case.agency_id, promised_on__gte=day).update(promised_on=day):
        standing.update(put_off_at=at)
        Promise.objects.create(case_id=case.id, agency_id=case.agency_id, promised_on=day, made_at=at)


def take_back(case: Case) -> None:
    """Put promises and the time of steps back to where they stood before the last act in a case, which is taken back."""
    at = case.changed_at
    assert at, "somebody acted on it"
    Promise.objects.filter(case_id=case.id, made_at=at).delete()
    Promise.objects.filter(case_id=case.id, put_off_at=at).update(put_off_at=None)
    StepClock.objects.filter(case_id=case.id, began_at=at).delete()
    StepClock.objects.filter(case_id=case.id, ended_at=at).update(ended_at=None)


def day_of(at: datetime) -> date:
    """Return the day in the city."""
    return at.astimezone(CITY).date()


def end_of(day: date) -> datetime:
    """Return the moment at which a promised day is over."""
    return datetime.combine(day + timedelta(days=1), time.min, CITY)


def break_due(case: Case, at: datetime) -> int:
    """Record the promises of a case whose day was over before an act; return how many."""
    broken = list(Promise.objects.filter(STANDING, case_id=case.id, promised_on__lt=day_of(at)))
    for promise in broken:
        promise.broken_at = end_of(promise.promised_on)
        promise.save(force_update=True, update_fields=["broken_at"])
        facts = {"promised_on": promise.promised_on.isoformat(), "agency": promise.agency_id}
        record(case, kind="promise_broken", by=Actor.system("clock"), at=promise.broken_at, facts=facts)
    return len(broken)


def broken(*, now: datetime | None = None, most: int = 200) -> int:
    """Record, once each, the promises whose day is over; return how many."""
    now = now or timezone.now()
    with transaction.atomic():
        over = Promise.objects.filter(STANDING, promised_on__lt=day_of(now)).order_by("promised_on")
        ids = set(over.values_list("case_id", flat=True)[:most])
        cases = Case.objects.select_for_update(skip_locked=True, of=("self",)).filter(id__in=ids)
        return sum(break_due(case, now) for case in cases)


RATES = """
SELECT agency_id, count(*)::int, count(*) FILTER (WHERE kept_at < %(as_of)s)::int,
    count(*) FILTER (WHERE broken_at < %(as_of)s)::int, count(*) FILTER (WHERE put_off_at < %(as_of)s)::int
FROM cases_promise WHERE promised_on BETWEEN %(since)s AND %(until)s AND made_at < %(as_of)s
    AND NOT EXISTS (SELECT FROM cases_case c WHERE c.id = case_id AND c.confidential) GROUP BY agency_id
"""


def promise_rates(*, since: date, until: date, as_of: datetime | None = None) -> dict[int, PromiseRate]:
    """Return what became of the promises for the days from `since` to `until`, by agency; with `as_of`, what had become by
    that moment of those made before it. These figures are public."""
    with connection.cursor() as cursor:
        cursor.execute(RATES, {"since": since, "until": until, "as_of": as_of or datetime.max.replace(tzinfo=UTC)})
        return {row[0]: PromiseRate(*row[1:]) for row in cursor.fetchall()}


STEPS = """
SELECT agency_id, count(*) FILTER (WHERE ended_at <= due_at)::int, count(*) FILTER (WHERE coalesce(ended_at, %(now)s) > due_at)::int,
    count(*) FILTER (WHERE ended_at IS NULL AND due_at >= %(now)s)::int
FROM cases_stepclock WHERE "limit" = %(limit)s AND due_at >= %(since)s AND due_at < %(until)s
    AND NOT EXISTS (SELECT FROM cases_case c WHERE c.id = case_id AND c.confidential) GROUP BY agency_id
"""


def step_rates(*, limit: str, since: date, until: date, now: datetime | None = None) -> dict[int, StepRate]:
    """Return how the time of a step ("1022.transfer": the desk's five minutes) was kept on some days, by agency."""
    values: dict[str, Any] = {
        "limit": limit,
        "since": end_of(since - timedelta(days=1)),
        "until": end_of(until),
        "now": now or timezone.now(),
    }
    with connection.cursor() as cursor:
        cursor.execute(STEPS, values)
        return {row[0]: StepRate(*row[1:]) for row in cursor.fetchall()}


def promises(
    *,
    actor: Actor,
    agency_id: int | None = None,
    standing: bool = True,
    after: tuple[date, int] | None = None,
    most: int = 50,
) -> PromisePage:
    """Return one page of the promises that the actor may read: those that stand by their day, or the settled ones, the
    latest first."""
    scope = actor.scope(Permission.CASE_READ)
    found = Promise.objects.select_related("case").exclude(case__confidential=True)
    if not actor.is_system and actor.agency_ids:
        found = found | Promise.objects.select_related("case").filter(case__agency_id__in=actor.agency_ids)
    if scope is not None:
        found = found.filter(case__agency_id__in=scope)
    if agency_id is not None:
        found = found.filter(agency_id=agency_id)
    found = found.filter(STANDING) if standing else found.exclude(STANDING)
    if after:
        day, last = after
        sign = "gt" if standing else "lt"
        found = found.filter(**{f"promised_on__{sign}": day}) | found.filter(promised_on=day, **{f"id__{sign}": last})
    order = ("promised_on", "id") if standing else ("-promised_on", "-id")
    rows = list(found.order_by(*order)[: most + 1])
    lines = tuple(
        PromiseLine(
            row.id, line_of(row.case), row.agency_id, row.promised_on, row.made_at, row.kept_at, row.broken_at, row.put_off_at
        )
        for row in rows[:most]
    )
    return PromisePage(lines, (lines[-1].promised_on, lines[-1].id) if len(rows) > most else None)
