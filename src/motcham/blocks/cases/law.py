"""Legal numbers and the calendar: dated rows with their legal basis, and the calendar with what officials announced since."""

from __future__ import annotations

import csv
import time as wall
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time
from functools import cache
from importlib.resources import files
from typing import Any

from motcham.blocks.cases.define import CaseType, Filing, NoSuchLimit, SetLimit
from motcham.blocks.cases.models import CalendarDay
from motcham.kernel.calendar import CITY, CalendarRow, DayKind, WorkingCalendar, load, shipped_rows
from motcham.kernel.terms import LegalBasis, Limit, Unit

CALENDAR_AGE = 5.0  # seconds after which a process looks whether officials added a day


@dataclass(frozen=True)
class DatedLimit:
    """One legal limit as in force from a day on; `trust` says how far it was confirmed."""

    key: str
    limit: Limit
    legal_basis: LegalBasis
    valid_from: date
    valid_to: date | None
    trust: str
    note: str


@cache
def dated_limits() -> tuple[DatedLimit, ...]:
    """Return every row of `data/limits.csv`."""
    text = (files("motcham.data") / "limits.csv").read_text("utf-8")
    return tuple(_dated_limit(row) for row in csv.DictReader(text.splitlines()))


def _dated_limit(row: dict[str, str]) -> DatedLimit:
    return DatedLimit(
        key=row["key"],
        limit=Limit(int(row["amount"]), Unit(row["unit"]), time.fromisoformat(row["cutoff"]) if row["cutoff"] else None),
        legal_basis=LegalBasis(row["legal_basis"], row["article"], trust=row["trust"]),
        valid_from=date.fromisoformat(row["valid_from"]),
        valid_to=date.fromisoformat(row["valid_to"]) if row["valid_to"] else None,
        trust=row["trust"],
        note=row["note"],
    )


@cache
def limit_on(key: str, on: date) -> DatedLimit:
    """Return the limit in force on a day; raise `NoSuchLimit` where the table has none."""
    for row in dated_limits():
        if row.key == key and row.valid_from <= on and (row.valid_to is None or on < row.valid_to):
            return row
    raise NoSuchLimit(key=key, on=on.isoformat())


def extension_of(case_type: CaseType, clock: Mapping[str, Any], on: date) -> DatedLimit | None:
    """Return the time by which a case may be extended by the law of a day; None where the table has none for its own limit."""
    return limit_of_case(clock, case_type.extension_limit or case_type.limit, on)


def limit_of_case(clock: Mapping[str, Any], name: str, on: date) -> DatedLimit | None:
    """Return a dated limit, None where there is none; a name that begins with a dot belongs to the limit of one case
    (`dossier.2.000986.online` and `.verified`)."""
    try:
        return limit_on(f"{clock['law']}{name}" if name.startswith(".") else name, on)
    except NoSuchLimit:
        return None


def law_of(case_type: CaseType, on: date) -> DatedLimit | SetLimit:
    """Return the limit that people are told of before they file: on the day and the way that most of them will."""
    if case_type.sets_limit:
        return case_type.sets_limit(Filing({}, None, "web", datetime.combine(on, time(8), CITY)))
    return limit_on(case_type.limit, on)


@dataclass(frozen=True)
class DatedCount:
    """How often the law allows something for one case, as in force from a day on."""

    key: str
    number: int
    legal_basis: LegalBasis
    valid_from: date
    valid_to: date | None


@cache
def dated_counts() -> tuple[DatedCount, ...]:
    """Return every row of `data/case_counts.csv`."""
    text = (files("motcham.data") / "case_counts.csv").read_text("utf-8")
    return tuple(
        DatedCount(
            row["key"],
            int(row["number"]),
            LegalBasis(row["legal_basis"], row["article"], trust=row["trust"]),
            date.fromisoformat(row["valid_from"]),
            date.fromisoformat(row["valid_to"]) if row["valid_to"] else None,
        )
        for row in csv.DictReader(text.splitlines())
    )


@cache
def count_on(key: str, on: date) -> DatedCount:
    """Return the number in force on a day; raise `NoSuchLimit` where the table has none."""
    for row in dated_counts():
        if row.key == key and row.valid_from <= on and (row.valid_to is None or on < row.valid_to):
            return row
    raise NoSuchLimit(key=key, on=on.isoformat())


_cached: tuple[float, WorkingCalendar] | None = None


def calendar() -> WorkingCalendar:
    """Return the calendar in force: what the package carries, then what officials announced."""
    global _cached
    now = wall.monotonic()
    if _cached is None or now - _cached[0] > CALENDAR_AGE:
        added = [CalendarRow(day.on, DayKind(day.kind), day.name, day.legal_basis) for day in CalendarDay.objects.order_by("id")]
        kept = _cached[1] if _cached else None
        found = load([*shipped_rows(), *added])
        # The same object while nothing changed keeps what the clock remembers of it.
        _cached = (now, kept if kept == found else found)
    return _cached[1]


def next_working_day(now: datetime) -> date:
    """Return the day that "tomorrow" means at every desk and on the board: on a Friday, Monday."""
    days = calendar()
    return days.add_working_days(now.astimezone(days.tz).date(), 1)


def forget_calendar() -> None:
    """Read the calendar anew at the next call: after a day was added, and between tests."""
    global _cached
    _cached = None
