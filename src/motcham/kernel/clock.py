"""The legal clock of a case: a pure function of a limit, a calendar and what happened; the same for inbox, reminder, index and auditor.

Rules, each with worked cases in `docs/reference/clock.md`:
1. Minutes and hours run round the clock; working hours run while offices are open.
2. Of a limit in days the day of receipt is not counted (Civil Code 91/2015, art. 147). A receipt after the cut-off of the procedure, after office
   hours or on a day off is a receipt of the next working day, where working days or working hours are counted.
3. A limit in working days ends when office hours end; a limit in calendar days ends at 24:00, and moves to the end of the next working
   day if it would end on a day off (art. 148).
4. A pause stops the clock. Time used before it is kept, the rest runs on from the resumption. A working day is its office hours, a calendar
   day 24 hours; a limit in days still ends when a day ends, so a day begun is granted whole.
5. Extensions add to the limit; one in another unit begins where the limit before it ends.
6. While the clock is paused nothing is due, except what was due already.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from enum import StrEnum
from itertools import pairwise
from zoneinfo import ZoneInfo

from motcham.kernel.calendar import WorkingCalendar
from motcham.kernel.terms import Limit, Unit

_NONE = timedelta(0)
_DAY = timedelta(days=1)
_HOUR = timedelta(hours=1)
_LENGTH = {Unit.MINUTES: timedelta(minutes=1), Unit.HOURS: _HOUR, Unit.WORKING_HOURS: _HOUR, Unit.CALENDAR_DAYS: _DAY}
_NEVER = (datetime.max, datetime.max)
_ROUND_THE_CLOCK = (Unit.MINUTES, Unit.HOURS)
_OFFICE = (Unit.WORKING_DAYS, Unit.WORKING_HOURS)


class State(StrEnum):
    """Whether the clock of a case runs."""

    RUNNING = "running"
    PAUSED = "paused"
    ENDED = "ended"


class Part(StrEnum):
    """What a stretch of the clock bar shows."""

    USED = "used"
    PAUSED = "paused"
    OVER = "over"
    LEFT = "left"


@dataclass(frozen=True)
class Pause:
    """A time in which the clock stood still; without an end it still does."""

    start: datetime
    end: datetime | None = None


@dataclass(frozen=True)
class Segment:
    """One stretch of the clock bar, in order of time; `share` is its part of the whole bar."""

    part: Part
    share: float


@dataclass(frozen=True)
class Reading:
    """What the clock shows at one moment. `due_at` is None while a pause holds it back; `left` then is what would remain after it.
    `late_by` does not grow in a pause. `provisional`: the date rests on days that are not announced yet."""

    due_at: datetime | None
    state: State
    provisional: bool
    left: timedelta
    late_by: timedelta
    segments: tuple[Segment, ...]

    @property
    def is_late(self) -> bool:
        """Whether the limit was passed."""
        return self.late_by > _NONE


def due(
    limit: Limit, calendar: WorkingCalendar, *, started_at: datetime, pauses: Sequence[Pause] = (), extra: Sequence[Limit] = ()
) -> datetime | None:
    """Return when the limit ends, or None while an open pause holds it back."""
    tz = calendar.tz
    stops = _merged((_local(each.start, tz), _local(each.end, tz) if each.end else datetime.max) for each in pauses)
    at: datetime | None = _received(limit, calendar, _local(started_at, tz))
    for stage in _stages(limit, extra):
        at = _end(stage, calendar, at, stops) if at else None
    return at.replace(tzinfo=tz) if at else None


def is_provisional(
    limit: Limit, calendar: WorkingCalendar, *, started_at: datetime, due_at: datetime, extra: Sequence[Limit] = ()
) -> bool:
    """Return whether the date rests on days that nobody announced, or that are announced as uncertain."""
    if all(each.unit in _ROUND_THE_CLOCK for each in (limit, *extra)):
        return False
    first, last = started_at.astimezone(calendar.tz).date(), due_at.astimezone(calendar.tz).date()
    return last > calendar.announced_through or any(first <= day <= last for day in calendar.uncertain)


def read(
    limit: Limit,
    calendar: WorkingCalendar,
    *,
    started_at: datetime,
    now: datetime,
    pauses: Sequence[Pause] = (),
    ended_at: datetime | None = None,
    extra: Sequence[Limit] = (),
) -> Reading:
    """Read the clock as it stood at `now`: what happened after that is not known yet; after `ended_at` nothing counts."""
    at, ended = (ended_at, True) if ended_at and ended_at <= now else (now, False)
    at = max(at, started_at)
    known = [Pause(each.start, each.end if each.end and each.end <= at else None) for each in pauses if each.start <= at]
    paused = any(each.end is None for each in known) and not ended
    lapsed = [Pause(each.start, each.end or at) for each in known]
    due_at = due(limit, calendar, started_at=started_at, pauses=lapsed if ended else known, extra=extra)
    end = due_at or due(limit, calendar, started_at=started_at, pauses=lapsed, extra=extra)
    assert end is not None, "every pause has an end here"
    still = _merged((each.start, each.end or at) for each in lapsed)
    return Reading(
        due_at=due_at,
        state=State.ENDED if ended else State.PAUSED if paused else State.RUNNING,
        provisional=is_provisional(limit, calendar, started_at=started_at, due_at=end, extra=extra),
        left=max(end - at, _NONE),
        late_by=max(at - end, _NONE) - sum((stop - max(start, end) for start, stop in still if stop > end), _NONE),
        segments=_segments(started_at, at, end, still),
    )


def _stages(limit: Limit, extra: Sequence[Limit]) -> list[Limit]:
    stages = [limit]
    for each in extra:
        last = stages[-1]
        if each.unit is last.unit:
            stages[-1] = Limit(last.amount + each.amount, last.unit, last.cutoff)
        else:
            stages.append(each)
    return stages


def _local(at: datetime, tz: ZoneInfo) -> datetime:
    return at.astimezone(tz).replace(tzinfo=None)


def _received(limit: Limit, calendar: WorkingCalendar, at: datetime) -> datetime:
    """Return the instant from which the limit's time is used up; for days this is the end of the day of receipt."""
    if limit.unit in _ROUND_THE_CLOCK:
        return at
    office = limit.unit in _OFFICE
    day = at.date() + _DAY if at.time() > (limit.cutoff or (calendar.closing if office else time.max)) else at.date()
    if office or limit.cutoff:
        day = calendar.next_working(day)
    if limit.unit is Unit.WORKING_HOURS:
        return at if day == at.date() else datetime.combine(day, time.min)
    return datetime.combine(day, calendar.closing if limit.unit is Unit.WORKING_DAYS else time.max)


def _end(limit: Limit, calendar: WorkingCalendar, begin: datetime, pauses: list[tuple[datetime, datetime]]) -> datetime | None:
    """Spend the limit's time between the pauses; return when it ends."""
    office = limit.unit in _OFFICE
    left = limit.amount * (calendar.day_length if limit.unit is Unit.WORKING_DAYS else _LENGTH[limit.unit])
    for start, resumed in (*pauses, _NEVER):
        if resumed <= begin:
            continue
        end = _close(limit.unit, calendar, calendar.advance(begin, left) if office else begin + left)
        if end <= start:
            return end
        if begin < start:
            left = max(left - (calendar.office_time(begin, start) if office else start - begin), _NONE)
        begin = resumed
    return None


def _close(unit: Unit, calendar: WorkingCalendar, at: datetime) -> datetime:
    """Move the end of a limit in days to the end of a day on which something can be asked of an office."""
    if unit is Unit.WORKING_DAYS:
        return calendar.close_from(at)
    if unit is Unit.CALENDAR_DAYS:
        return datetime.combine(calendar.next_working(at.date()), time.max)
    return at


def _merged(stretches: Iterable[tuple[datetime, datetime]]) -> list[tuple[datetime, datetime]]:
    merged: list[tuple[datetime, datetime]] = []
    for start, end in sorted(stretches):
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        elif start < end:
            merged.append((start, end))
    return merged


def _segments(started_at: datetime, at: datetime, end: datetime, pauses: list[tuple[datetime, datetime]]) -> tuple[Segment, ...]:
    """Cut the time from the receipt to the end, or to now where that is later, into what the bar shows."""
    last = max(at, end)
    whole = last - started_at
    if not whole:
        return (Segment(Part.USED, 1.0),)
    marks = {started_at, at, end, last}.union(*pauses)
    cuts = sorted(mark for mark in marks if started_at <= mark <= last)
    parts: list[tuple[Part, timedelta]] = []
    for left, right in pairwise(cuts):
        paused = any(start <= left < stop for start, stop in pauses)
        part = Part.PAUSED if paused else Part.LEFT if left >= at else Part.OVER if left >= end else Part.USED
        before = parts.pop()[1] if parts and parts[-1][0] is part else _NONE
        parts.append((part, before + (right - left)))
    return tuple(Segment(part, length / whole) for part, length in parts)
