"""The timeline of the stream: complete, in order, day for day, the same from wherever it is taken up."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from motcham.apps.demo import dossiers, stream
from motcham.apps.demo.acts import Act
from motcham.apps.demo.stream import DAY, Moment

MONDAY = Moment(-1, 0, 0, Act.OPEN)
HOUR = 60 * stream.MINUTE


@pytest.fixture(autouse=True, scope="module")
def reports_alone() -> Iterator[None]:
    """Leave out the dossiers, which need a catalogue."""
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(dossiers, "how_many", lambda on: 0)
        forget()
        yield
    forget()


def forget() -> None:
    stream.dossiers_of.cache_clear()
    dossiers.plans.cache_clear()


def days(source: int) -> list[Moment]:
    """Return every moment of a day of the source, over the weeks that tell it."""
    return [moment for part in range(stream.PARTS) for moment in stream.one_day(source, part)]


def test_its_time_begins_on_a_monday_at_midnight_in_the_city() -> None:
    assert (stream.EPOCH.weekday(), stream.EPOCH.hour) == (0, 0)
    assert stream.moment_of(stream.time_of(stream.EPOCH + timedelta(hours=9))) == stream.EPOCH + timedelta(hours=9)
    assert stream.date_of(9).isoformat() == "2024-01-10"


def test_seven_parts_of_a_day_tell_each_of_its_rows_once_and_answers_come_after_the_real_time() -> None:
    rows = stream.rows()
    for source in (0, 1):
        opened = {moment.row: moment.at for moment in days(source) if moment.act is Act.OPEN}
        closed = {moment.row: moment.at for moment in days(source) if moment.act in (Act.ANSWER, Act.REFUSE)}
        assert sorted(opened) == [number for number, row in enumerate(rows) if row.minute // 1440 == source]
        assert {number for number in opened if rows[number].outcome} == set(closed)
        assert all((closed[number] - opened[number]) // stream.MINUTE == rows[number].handling for number in closed)
        assert all(opened[number] // stream.MINUTE == rows[number].minute % 1440 for number in opened)


def test_the_day_that_breaks_off_goes_on_as_the_one_before() -> None:
    rows = stream.rows()
    ended = rows[-1].minute % 1440
    for moment in days(2):
        if moment.act is Act.OPEN:
            assert rows[moment.row].minute // 1440 == (2 if rows[moment.row].minute % 1440 <= ended and moment.row >= 5871 else 1)
    assert max(moment.at for moment in days(2) if moment.act is Act.OPEN) > 23 * HOUR


def test_a_week_has_as_many_reports_a_day_as_1022_published_and_fewest_at_its_end() -> None:
    opened = [moment for moment in stream.after(MONDAY, until=7 * DAY - 1) if moment.act is Act.OPEN]
    assert abs(len(opened) / 7 / (14_707 / 30) - 1) < 0.05
    by_day = [sum(moment.at // DAY == day for moment in opened) for day in range(7)]
    assert max(by_day[5:]) < min(by_day[:5]) / 1.5


def test_night_stays_night_week_after_week() -> None:
    opened = [moment.at % DAY // HOUR for moment in stream.after(MONDAY, until=28 * DAY - 1) if moment.act is Act.OPEN]
    nights = sum(hour < 6 for hour in opened)
    assert nights < len(opened) * 0.05
    assert sum(8 <= hour < 17 for hour in opened) > len(opened) * 0.7


def test_no_two_days_of_a_week_tell_the_same_row_and_the_next_week_tells_others() -> None:
    told = [stream.part_of(day) for day in range(14)]
    assert len(set(told[:7])) == 7
    assert not set(told[:7]) & {told[day + 7] for day in range(7) if told[day] == told[day + 7]}


def test_each_case_is_opened_taken_on_closed_and_rated_in_that_order() -> None:
    seen: dict[int, list[Act]] = {}
    for moment in stream.one_day(1, 0):
        seen.setdefault(moment.row, []).append(moment.act)
    assert all(acts == sorted(acts) and acts[0] is Act.OPEN for acts in seen.values())


@settings(max_examples=20, deadline=None)
@given(st.lists(st.integers(0, 9 * DAY), min_size=1, max_size=6))
def test_taken_up_again_anywhere_nothing_is_missed_or_done_twice(cuts: list[int]) -> None:
    end = max(cuts)
    whole = stream.after(MONDAY, until=end)
    position, pieces = MONDAY, []
    for cut in sorted(cuts):
        piece = stream.after(position, until=cut)
        half = piece[: len(piece) // 2 + 1]
        pieces += half
        position = half[-1] if half else position
    pieces += stream.after(position, until=end)
    assert pieces == whole


def test_nothing_is_told_that_falls_long_after_its_day() -> None:
    for moment in stream.after(Moment(60 * DAY, stream.NEVER, 0, Act.RATE), until=61 * DAY):
        assert moment.at - moment.loop * DAY <= stream.LONGEST
