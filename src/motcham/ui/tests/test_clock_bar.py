"""The clock bar: its words, its tone, and a drawing that adds up."""

from __future__ import annotations

from datetime import datetime, timedelta
from itertools import pairwise

import pytest
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from motcham.kernel import clock, terms
from motcham.kernel.calendar import CITY, load, shipped_rows
from motcham.ui.clock_bar import ClockBar

CALENDAR = load(shipped_rows())
START = datetime(2026, 11, 9, 9, 14, tzinfo=CITY)  # a Monday; five working days end on Monday the 16th
LIMIT = terms.working_days(5)


def bar(now: datetime, *, pauses: tuple[clock.Pause, ...] = (), ended: datetime | None = None) -> ClockBar:
    reading = clock.read(LIMIT, CALENDAR, started_at=START, now=now, pauses=pauses, ended_at=ended)
    return ClockBar.of(reading, start=START, now=now, ended=ended, limit=LIMIT)


def at(day: int, hour: int = 17) -> datetime:
    return datetime(2026, 11, day, hour, 0, tzinfo=CITY)


@pytest.mark.parametrize(
    ("shown", "words", "tone", "sign"),
    [
        (bar(at(10)), "còn 6 ngày", "ok", "pie"),
        (bar(at(15, 13)), "còn 1 ngày 4 giờ", "near", "pie"),
        (bar(at(18)), "trễ 2 ngày", "late", "late"),
        (bar(at(12), pauses=(clock.Pause(at(10)),)), "tạm dừng", "", "pause"),
        (bar(at(20), ended=at(13)), "đúng hạn", "ok", "check"),
        (bar(at(20), ended=at(17)), "xong, trễ 1 ngày", "late", "late"),
        (ClockBar(start=START, due=None, now=at(10), segments=()), "không có hạn", "", "none"),
    ],
)
def test_words_sign_and_tone_say_how_the_case_stands(shown, words, tone, sign):
    with translation.override("vi"):
        assert (shown.words, shown.tone, shown.sign) == (words, tone, sign)


def test_the_sentence_holds_both_dates_and_the_state():
    with translation.override("vi"):
        assert bar(at(15, 13)).sentence == "Tiếp nhận T2 09/11, 09:14; Trả lời trước T2 16/11, 17:00; còn 1 ngày 4 giờ"


def test_the_dot_of_now_is_drawn_whole_in_the_first_minute_and_in_the_last():
    assert [bar(START + timedelta(minutes=1)).here, bar(at(16) - timedelta(minutes=1)).here] == ["2.50%", "97.50%"]


def test_a_paused_case_names_no_date():
    with translation.override("vi"):
        paused = bar(at(12), pauses=(clock.Pause(at(10)),))
        assert [label for label, _ in paused.dates] == ["Tiếp nhận"]
        assert paused.note.startswith("Đồng hồ đang dừng")


@given(st.timedeltas(timedelta(0), timedelta(days=40)), st.booleans(), st.booleans())
def test_the_drawing_fits_the_bar(passed, is_paused, is_ended):
    now = START + passed
    shown = bar(now, pauses=(clock.Pause(START, START + passed / 3),) if is_paused else (), ended=now if is_ended else None)

    drawn = [(float(part.x[:-1]), float(part.width[:-1])) for part in shown.drawn()]
    assert all(x >= 0 and x + width <= 100.05 for x, width in drawn)
    assert all(x + width <= following + 0.05 for (x, width), (following, _) in pairwise(drawn))
    assert sum(width for _, width in drawn) / 100 + shown.share(clock.Part.LEFT) == pytest.approx(1, abs=0.01)
