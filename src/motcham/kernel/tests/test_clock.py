"""The legal clock: worked cases of the law, then properties that hold for any limit, receipt and pauses."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from math import isclose

import pytest
from hypothesis import given
from hypothesis import strategies as st

from motcham.kernel import clock
from motcham.kernel.calendar import CITY, WorkingCalendar, load, shipped_rows
from motcham.kernel.clock import Part, Pause, State
from motcham.kernel.terms import Limit, Unit, hours, minutes, working_days
from motcham.kernel.tests.worked_cases import PAGE, WorkedCase, instant, rendered, worked_cases

CALENDAR = load(shipped_rows())
_DAYS = (Unit.WORKING_DAYS, Unit.CALENDAR_DAYS)

instants = st.datetimes(datetime(2024, 1, 1), datetime(2027, 12, 1)).map(lambda at: at.replace(tzinfo=CITY))
limits = st.builds(Limit, st.integers(0, 60), st.sampled_from(Unit))
stretches = st.tuples(st.integers(0, 40 * 24 * 60), st.integers(1, 20 * 24 * 60))


@st.composite
def paused_cases(draw):
    """A receipt and closed pauses after it, perhaps overlapping."""
    started_at = draw(instants)
    starts = draw(st.lists(stretches, max_size=3))
    pauses = [Pause(started_at + timedelta(minutes=at), started_at + timedelta(minutes=at + length)) for at, length in starts]
    return started_at, pauses


@pytest.mark.parametrize("case", worked_cases(), ids=lambda case: case.id)
def test_a_worked_case_of_the_law_comes_out_as_by_hand(case: WorkedCase) -> None:
    due_at = clock.due(case.limit, CALENDAR, started_at=case.started_at, pauses=case.pauses, extra=case.extra)

    assert due_at == case.due_at
    if due_at:
        assert (
            clock.is_provisional(case.limit, CALENDAR, started_at=case.started_at, due_at=due_at, extra=case.extra)
            is case.provisional
        )


def test_there_are_forty_worked_cases_and_each_says_its_law() -> None:
    cases = worked_cases()

    assert len({case.id for case in cases}) == len(cases) >= 40
    assert all(case.law and case.why for case in cases)


def test_the_reference_page_shows_the_worked_cases_as_they_are() -> None:
    assert PAGE.read_text("utf-8") == rendered(), "run: python -m motcham.kernel.tests.worked_cases"


@given(limits, paused_cases())
def test_a_pause_never_brings_a_limit_nearer(limit, case) -> None:
    started_at, pauses = case

    plain, paused = (clock.due(limit, CALENDAR, started_at=started_at, pauses=each) for each in ((), pauses))

    assert plain is not None and paused is not None and started_at <= plain <= paused


@given(limits, paused_cases())
def test_a_day_more_is_never_due_earlier(limit, case) -> None:
    started_at, pauses = case
    longer = Limit(limit.amount + 1, limit.unit)

    first, second = (clock.due(each, CALENDAR, started_at=started_at, pauses=pauses) for each in (limit, longer))

    assert first is not None and second is not None and first <= second


@given(limits, instants, st.integers(0, 30))
def test_an_extension_in_the_same_unit_is_a_longer_limit(limit, started_at, more) -> None:
    extended = clock.due(limit, CALENDAR, started_at=started_at, extra=(Limit(more, limit.unit),))

    assert extended == clock.due(Limit(limit.amount + more, limit.unit), CALENDAR, started_at=started_at)


@given(limits, paused_cases())
def test_a_limit_in_days_ends_with_a_working_day(limit, case) -> None:
    started_at, pauses = case

    due_at = clock.due(limit, CALENDAR, started_at=started_at, pauses=pauses)

    assert due_at is not None
    if limit.unit in _DAYS:
        assert CALENDAR.is_working(due_at.date())
        assert due_at.time() == CALENDAR.closing or due_at.time().hour == 23


@given(st.integers(0, 60), instants)
def test_working_days_are_as_many_as_the_limit_says(amount, started_at) -> None:
    due_at = clock.due(working_days(amount), CALENDAR, started_at=started_at)

    assert due_at is not None
    received_on = started_at.date() if started_at.time() <= CALENDAR.closing else started_at.date() + timedelta(days=1)
    received_on = CALENDAR.next_working(received_on)
    days = [received_on + timedelta(days=n) for n in range(1, (due_at.date() - received_on).days + 1)]
    assert sum(CALENDAR.is_working(day) for day in days) == amount


@given(st.sampled_from((Unit.MINUTES, Unit.HOURS)), st.integers(0, 500), paused_cases())
def test_round_the_clock_a_pause_costs_exactly_its_length(unit, amount, case) -> None:
    started_at, pauses = case
    limit = Limit(amount, unit)

    due_at = clock.due(limit, CALENDAR, started_at=started_at, pauses=pauses)

    plain = clock.due(limit, CALENDAR, started_at=started_at)
    assert due_at is not None and plain is not None
    minute = timedelta(minutes=1)
    before = round((due_at - started_at) / minute)
    stood = sum(any(each.start <= started_at + n * minute < (each.end or due_at) for each in pauses) for n in range(before))
    assert due_at - plain == stood * minute


@given(limits, paused_cases(), st.integers(0, 90 * 24 * 60), st.booleans())
def test_the_bar_is_whole_and_agrees_with_the_reading(limit, case, later, is_ended) -> None:
    started_at, pauses = case
    now = started_at + timedelta(minutes=later)

    reading = clock.read(limit, CALENDAR, started_at=started_at, now=now, pauses=pauses, ended_at=now if is_ended else None)

    assert isclose(sum(each.share for each in reading.segments), 1)
    parts = {each.part for each in reading.segments}
    assert (Part.OVER in parts) == reading.is_late
    assert (Part.LEFT in parts) == (reading.left > timedelta(0))
    assert (reading.due_at is None) <= (reading.state is State.PAUSED)


@given(limits, paused_cases(), st.integers(0, 90 * 24 * 60))
def test_what_happens_later_does_not_change_an_earlier_reading(limit, case, later) -> None:
    started_at, pauses = case
    now = started_at + timedelta(minutes=later)
    known = [Pause(each.start, each.end if each.end and each.end <= now else None) for each in pauses if each.start <= now]

    assert clock.read(limit, CALENDAR, started_at=started_at, now=now, pauses=pauses) == clock.read(
        limit, CALENDAR, started_at=started_at, now=now, pauses=known
    )


def test_a_running_clock_shows_what_is_left() -> None:
    reading = clock.read(working_days(5), CALENDAR, started_at=instant("2026-03-02 09:00"), now=instant("2026-03-05 17:00"))

    assert (reading.state, reading.due_at) == (State.RUNNING, instant("2026-03-09 17:00"))
    assert reading.left == timedelta(days=4) and not reading.is_late
    assert [each.part for each in reading.segments] == [Part.USED, Part.LEFT]


def test_a_paused_clock_is_due_at_no_time_and_still_shows_what_would_be_left() -> None:
    pauses = [Pause(instant("2026-03-04 17:00"))]

    reading = clock.read(
        working_days(5), CALENDAR, started_at=instant("2026-03-02 09:00"), now=instant("2026-03-20 17:00"), pauses=pauses
    )

    assert (reading.state, reading.due_at, reading.is_late) == (State.PAUSED, None, False)
    assert reading.left == instant("2026-03-25 17:00") - instant("2026-03-20 17:00")
    assert [each.part for each in reading.segments] == [Part.USED, Part.PAUSED, Part.LEFT]


def test_a_late_case_does_not_grow_later_while_it_is_paused() -> None:
    case = {"started_at": instant("2026-03-02 10:00"), "pauses": [Pause(instant("2026-03-02 15:00"))]}

    first = clock.read(hours(3), CALENDAR, now=instant("2026-03-02 15:00"), **case)
    later = clock.read(hours(3), CALENDAR, now=instant("2026-03-09 15:00"), **case)

    assert first.late_by == later.late_by == timedelta(hours=2)
    assert later.due_at == instant("2026-03-02 13:00")
    assert [each.part for each in later.segments] == [Part.USED, Part.OVER, Part.PAUSED]


def test_a_case_ended_in_time_is_never_late_afterwards() -> None:
    reading = clock.read(
        working_days(1),
        CALENDAR,
        started_at=instant("2026-03-02 09:00"),
        now=instant("2026-06-01 09:00"),
        ended_at=instant("2026-03-03 17:00"),
    )

    assert (reading.state, reading.is_late) == (State.ENDED, False)


def test_a_case_that_ends_while_it_is_paused_is_not_late() -> None:
    reading = clock.read(
        working_days(1),
        CALENDAR,
        started_at=instant("2026-03-02 09:00"),
        now=instant("2026-06-01 09:00"),
        pauses=[Pause(instant("2026-03-03 09:00"))],
        ended_at=instant("2026-03-30 10:00"),
    )

    assert (reading.state, reading.is_late) == (State.ENDED, False)
    assert reading.due_at is not None


def test_an_end_after_now_is_not_known_yet() -> None:
    reading = clock.read(
        minutes(5),
        CALENDAR,
        started_at=instant("2026-03-02 09:00"),
        now=instant("2026-03-02 09:10"),
        ended_at=instant("2026-03-02 09:20"),
    )

    assert (reading.state, reading.late_by) == (State.RUNNING, timedelta(minutes=5))


def test_the_clock_takes_universal_time_and_answers_in_the_citys() -> None:
    due_at = clock.due(working_days(1), CALENDAR, started_at=datetime(2026, 3, 1, 18, 0, tzinfo=UTC))

    assert due_at == instant("2026-03-03 17:00"), "18:00 UTC on Sunday is Monday in the city"
    assert due_at.tzinfo is CITY


def test_a_new_row_of_the_calendar_moves_an_open_limit() -> None:
    storm = WorkingCalendar(
        closed=CALENDAR.closed | {date(2026, 3, 3)}, makeup=CALENDAR.makeup, announced_through=CALENDAR.announced_through
    )

    assert clock.due(working_days(1), storm, started_at=instant("2026-03-02 09:00")) == instant("2026-03-04 17:00")
