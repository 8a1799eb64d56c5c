"""The working-day calendar: its data as announced, and the arithmetic on office hours."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import holidays
import pytest
from hypothesis import given
from hypothesis import strategies as st

from motcham.kernel.calendar import CalendarRow, DayKind, WorkingCalendar, load, shipped_rows

CALENDAR = load(shipped_rows())
instants = st.datetimes(datetime(2024, 1, 1), datetime(2027, 12, 1))


@pytest.mark.parametrize("year", range(2024, 2028))
def test_every_holiday_that_the_package_knows_is_off_here(year: int) -> None:
    known = holidays.country_holidays("VN", years=year)

    assert [day for day in known if CALENDAR.is_working(day)] == []


@pytest.mark.parametrize(
    ("off", "worked"),
    [
        (date(2024, 4, 29), date(2024, 5, 4)),
        (date(2025, 5, 2), date(2025, 4, 26)),
        (date(2026, 1, 2), date(2026, 1, 10)),
        (date(2026, 8, 31), date(2026, 8, 22)),
    ],
)
def test_an_exchanged_day_is_off_and_its_saturday_is_worked(off: date, worked: date) -> None:
    assert not CALENDAR.is_working(off)
    assert worked.weekday() == 5 and CALENDAR.is_working(worked)


@pytest.mark.parametrize(
    ("first", "last"), [((2024, 2, 8), (2024, 2, 14)), ((2025, 1, 25), (2025, 2, 2)), ((2026, 2, 14), (2026, 2, 22))]
)
def test_tet_is_off_as_announced(first: tuple[int, int, int], last: tuple[int, int, int]) -> None:
    start, end = date(*first), date(*last)

    assert not any(CALENDAR.is_working(start + timedelta(days=n)) for n in range((end - start).days + 1))
    assert CALENDAR.is_working(CALENDAR.next_working(end + timedelta(days=1)))


def test_no_date_has_two_rows() -> None:
    dates = [row.on for row in shipped_rows() if row.kind is not DayKind.ANNOUNCED_THROUGH]

    assert len(set(dates)) == len(dates)


def test_each_row_says_its_name_law_and_source() -> None:
    rows = [row for row in shipped_rows() if row.kind is not DayKind.ANNOUNCED_THROUGH]

    assert [row for row in rows if not (row.name and row.legal_basis and row.source)] == []
    assert {row.status for row in rows} == {"announced", "provisional"}


def test_nothing_is_announced_beyond_2026() -> None:
    assert CALENDAR.announced_through == date(2026, 12, 31)
    assert all(row.status == "provisional" for row in shipped_rows() if row.on.year == 2027)


def test_a_later_row_takes_a_day_off_back() -> None:
    storm = CalendarRow(date(2026, 3, 3), DayKind.HOLIDAY, "Bão")
    over = CalendarRow(date(2026, 3, 3), DayKind.MAKEUP, "Đi làm lại")

    assert not load([*shipped_rows(), storm]).is_working(date(2026, 3, 3))
    assert load([*shipped_rows(), storm, over]).is_working(date(2026, 3, 3))


def test_an_undecided_holiday_that_is_decided_is_no_longer_uncertain() -> None:
    decided = CalendarRow(date(2027, 11, 24), DayKind.HOLIDAY, "Ngày Văn hóa Việt Nam")

    assert date(2027, 11, 24) in CALENDAR.uncertain
    assert date(2027, 11, 24) not in load([*shipped_rows(), decided]).uncertain


def test_a_later_row_announces_another_year() -> None:
    row = CalendarRow(date(2027, 12, 31), DayKind.ANNOUNCED_THROUGH)

    assert load([*shipped_rows(), row]).announced_through == date(2027, 12, 31)


@given(instants, st.integers(0, 60 * 24 * 10))
def test_office_time_spent_is_office_time_measured(at: datetime, amount: int) -> None:
    end = CALENDAR.advance(at, timedelta(minutes=amount))

    assert CALENDAR.office_time(at, end) == timedelta(minutes=amount)


@given(st.lists(instants, min_size=3, max_size=3).map(sorted))
def test_office_time_adds_up(three: list[datetime]) -> None:
    first, second, third = three

    assert CALENDAR.office_time(first, second) + CALENDAR.office_time(second, third) == CALENDAR.office_time(first, third)


@given(st.dates(date(2024, 1, 1), date(2027, 12, 1)), st.integers(0, 90), st.integers(0, 90))
def test_working_days_add_up(day: date, first: int, second: int) -> None:
    assert CALENDAR.add_working_days(CALENDAR.add_working_days(day, first), second) == CALENDAR.add_working_days(
        day, first + second
    )


def test_an_empty_calendar_knows_weekends_only() -> None:
    calendar = WorkingCalendar()

    assert calendar.is_working(date(2026, 1, 1)) and not calendar.is_working(date(2026, 1, 3))
    assert calendar.day_length == timedelta(hours=8)
