"""The working days of the city: weekends, days off, make-up days and office hours, as far as they are announced.

Days off are decided year by year, so they are rows, not code: those shipped in `data/calendars`, then those officials add.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from functools import cache, cached_property
from importlib.resources import files
from zoneinfo import ZoneInfo

CITY = ZoneInfo("Asia/Ho_Chi_Minh")
OFFICE_HOURS = ((time(7, 30), time(11, 30)), (time(13), time(17)))
_DAY = timedelta(days=1)
_NONE = timedelta(0)


class DayKind(StrEnum):
    """What a row says of its date; `ANNOUNCED_THROUGH` says that the calendar is complete up to and with it."""

    HOLIDAY = "holiday"
    DAY_OFF_IN_LIEU = "day_off_in_lieu"
    MAKEUP = "makeup"
    ANNOUNCED_THROUGH = "announced_through"


@dataclass(frozen=True)
class CalendarRow:
    """One date that is not what its weekday says. A make-up row on a weekday takes a day off back."""

    on: date
    kind: DayKind
    name: str = ""
    legal_basis: str = ""
    status: str = "announced"
    source: str = ""
    trust: str = "found"


@dataclass(frozen=True)
class WorkingCalendar:
    """Which days are worked, and at what hours. Instants given and returned are local and naive, in `tz`."""

    closed: frozenset[date] = frozenset()
    makeup: frozenset[date] = frozenset()
    announced_through: date = date.min
    uncertain: frozenset[date] = frozenset()
    sessions: tuple[tuple[time, time], ...] = OFFICE_HOURS
    tz: ZoneInfo = CITY

    @cached_property
    def day_length(self) -> timedelta:
        """Office time in one working day."""
        of_day = [datetime.combine(date.min, end) - datetime.combine(date.min, start) for start, end in self.sessions]
        return sum(of_day, _NONE)

    @cached_property
    def closing(self) -> time:
        """When office hours end."""
        return self.sessions[-1][1]

    def is_working(self, day: date) -> bool:
        """Whether offices work on `day`."""
        return day in self.makeup or (day.weekday() < 5 and day not in self.closed)

    def next_working(self, day: date) -> date:
        """Return `day` if it is worked, else the first working day after it."""
        while not self.is_working(day):
            day += _DAY
        return day

    def add_working_days(self, day: date, number: int) -> date:
        """Return the `number`-th working day after `day`; `day` itself for 0."""
        makeup, closed = self.makeup, self.closed
        while number > 0:
            day += _DAY
            if day in makeup or (day.weekday() < 5 and day not in closed):
                number -= 1
        return day

    def close_from(self, at: datetime) -> datetime:
        """Return the first end of office hours that is not before `at`."""
        day = at.date() if at.time() <= self.closing else at.date() + _DAY
        return datetime.combine(self.next_working(day), self.closing)

    def office_time(self, start: datetime, end: datetime) -> timedelta:
        """Return how long offices are open between two instants."""
        total, day, last = _NONE, start.date(), end.date()
        while day <= last:
            if self.is_working(day):
                if start.date() < day < last:
                    total += self.day_length
                else:
                    for opens, closes in self.sessions:
                        inside = min(end, datetime.combine(day, closes)) - max(start, datetime.combine(day, opens))
                        total += max(inside, _NONE)
            day += _DAY
        return total

    def advance(self, at: datetime, amount: timedelta) -> datetime:
        """Return the instant by which offices have been open for `amount` since `at`."""
        day = at.date()
        while amount > _NONE:
            if self.is_working(day):
                for opens, closes in self.sessions:
                    start = max(at, datetime.combine(day, opens))
                    open_for = max(datetime.combine(day, closes) - start, _NONE)
                    if amount <= open_for:
                        return start + amount
                    amount -= open_for
            whole = max(-(-amount // self.day_length) - 1, 0)
            amount -= whole * self.day_length
            day = self.add_working_days(day, whole) + _DAY
        return at


def load(rows: Iterable[CalendarRow]) -> WorkingCalendar:
    """Build the calendar from rows; of two rows on one date the later counts, so what officials add comes last."""
    days: dict[date, CalendarRow] = {}
    through = date.min
    for row in rows:
        if row.kind is DayKind.ANNOUNCED_THROUGH:
            through = max(through, row.on)
        else:
            days[row.on] = row
    return WorkingCalendar(
        closed=frozenset(on for on, row in days.items() if row.kind is not DayKind.MAKEUP),
        makeup=frozenset(on for on, row in days.items() if row.kind is DayKind.MAKEUP),
        uncertain=frozenset(on for on, row in days.items() if row.status != "announced"),
        announced_through=through,
    )


@cache
def shipped_rows() -> tuple[CalendarRow, ...]:
    """Return the rows carried in the package, year by year."""
    folder = files("motcham") / "data" / "calendars"
    rows: list[CalendarRow] = []
    for file in sorted(folder.iterdir(), key=lambda entry: entry.name):
        if file.name.endswith(".csv"):
            for record in csv.DictReader(file.read_text("utf-8").splitlines()):
                rows.append(CalendarRow(date.fromisoformat(record.pop("date")), DayKind(record.pop("kind")), **record))
    return tuple(rows)
