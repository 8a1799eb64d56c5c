"""The timeline of the stream: complete, in order, the same from wherever it is taken up."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from motcham.apps.demo import stream
from motcham.apps.demo.stream import START, Act, Moment


def six_loops() -> list[Moment]:
    return [moment for part in range(stream.PARTS) for moment in stream.one_loop(part)]


def test_six_loops_tell_every_row_once_and_answers_come_after_the_real_time() -> None:
    rows = stream.rows()
    opened = {moment.row: moment.at for moment in six_loops() if moment.act is Act.OPEN}
    closed = {moment.row: moment.at for moment in six_loops() if moment.act in (Act.ANSWER, Act.REFUSE)}
    assert sum(moment.act is Act.OPEN for moment in six_loops()) == len(rows)
    assert sorted(opened) == list(range(len(rows)))
    assert {number for number, row in enumerate(rows) if row.outcome} == set(closed)
    assert all((closed[number] - opened[number]) // stream.MINUTE == rows[number].handling for number in closed)
    assert all(opened[number] // stream.MINUTE == rows[number].minute for number in opened)


def test_a_loop_has_as_many_reports_a_day_as_1022_published() -> None:
    a_day = sum(moment.act is Act.OPEN for moment in stream.one_loop(0)) / (stream.length() / stream.MINUTE / 1440)
    assert abs(a_day / (14_707 / 30) - 1) < 0.05


def test_each_case_is_opened_taken_on_closed_and_rated_in_that_order() -> None:
    seen: dict[int, list[Act]] = {}
    for moment in six_loops():
        seen.setdefault(moment.row, []).append(moment.act)
    assert all(acts == sorted(acts) and acts[0] is Act.OPEN for acts in seen.values())


def test_a_second_loop_starts_when_the_first_ends() -> None:
    moments = stream.after(START, until=2 * stream.length())
    arrivals = [[moment.at for moment in moments if moment.loop == loop and moment.act is Act.OPEN] for loop in (0, 1)]
    assert max(arrivals[0]) < stream.length() <= min(arrivals[1])
    assert max(arrivals[1]) == stream.last_arrival(2)


@settings(max_examples=20, deadline=None)
@given(st.lists(st.integers(0, 3 * 62 * 60 * stream.MINUTE), min_size=1, max_size=6))
def test_taken_up_again_anywhere_nothing_is_missed_or_done_twice(cuts: list[int]) -> None:
    end = max(cuts)
    whole = stream.after(START, until=end)
    position, pieces = START, []
    for cut in sorted(cuts):
        piece = stream.after(position, until=cut)
        half = piece[: len(piece) // 2 + 1]
        pieces += half
        position = half[-1] if half else position
    pieces += stream.after(position, until=end)
    assert pieces == whole
