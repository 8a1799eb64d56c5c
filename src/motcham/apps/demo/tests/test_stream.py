"""The timeline of the stream: complete, in order, the same from wherever it is taken up."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from motcham.apps.demo import stream
from motcham.apps.demo.stream import START, Act


def test_the_stream_holds_every_row_once_and_answers_come_after_the_real_time() -> None:
    rows = stream.rows()
    opened = {moment.row: moment.at for moment in stream.one_loop() if moment.act is Act.OPEN}
    closed = {moment.row: moment.at for moment in stream.one_loop() if moment.act in (Act.ANSWER, Act.REFUSE)}
    assert sorted(opened) == list(range(len(rows)))
    assert {number for number, row in enumerate(rows) if row.outcome} == set(closed)
    assert all((closed[number] - opened[number]) // stream.MINUTE == rows[number].handling for number in closed)
    assert all(opened[number] // stream.MINUTE == rows[number].minute for number in opened)


def test_each_case_is_opened_accepted_closed_and_rated_in_that_order() -> None:
    seen: dict[int, list[Act]] = {}
    for moment in stream.one_loop():
        seen.setdefault(moment.row, []).append(moment.act)
    assert all(acts == sorted(acts) and acts[0] is Act.OPEN for acts in seen.values())


def test_a_second_loop_starts_when_the_first_ends() -> None:
    moments = stream.after(START, until=2 * stream.length())
    first_of_second = min(moment.at for moment in moments if moment.loop == 1 and moment.act is Act.OPEN)
    last_of_first = max(moment.at for moment in moments if moment.loop == 0 and moment.act is Act.OPEN)
    assert last_of_first < stream.length() <= first_of_second < stream.length() + 2 * stream.MINUTE


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
