"""What a report is listened for: danger to life; and that listening ends, whatever it is given."""

from __future__ import annotations

import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from motcham import data
from motcham.apps.feedback_1022 import accusing, words

DANGERS = [line.split(" ", 1) for line in data.text("emergency_examples.txt").splitlines() if line[:1] not in "#"]


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("Nhà số 5 đang cháy", "fire"),
        ("CHÁY! CHÁY NHÀ", "fire"),
        ("chay nha so 5", "fire"),
        ("Có người đuối nước dưới kênh", "water"),
        ("co nguoi duoi nuoc", "water"),
        ("Trụ đèn rò điện", "electric"),
        ("Mùi gas nồng nặc trong hẻm", "gas"),
        ("Hai xe đâm xe nhau", "crash"),
        ("Có người ngã xuống hố ga", "fall"),
        ("Cô ấy nói muốn tự tử", "suicide"),
        ("Đánh nhau có vũ khí trước quán", "violence"),
        ("Ông cụ bất tỉnh", "medical"),
    ],
)
def test_danger_to_life_is_heard_with_and_without_tone_marks(text, kind):
    assert kind in words.emergencies(text)


@pytest.mark.parametrize(
    "text",
    [
        "Báo cháy giả làm phiền cả chung cư",
        "Cây cháy nắng, cần tưới",
        "Đèn bị cháy bóng",
        "Trụ nước chữa cháy bị che",
        "Xe chạy ẩu trong hẻm",
        "Quán ăn chay mở nhạc lớn",
        "Đoạn này nguy cơ cháy nổ cao",
        "Suýt té xuống hố",
        "",
    ],
)
def test_words_that_only_sound_like_danger_raise_no_alarm(text):
    assert words.emergencies(text) == frozenset()


@pytest.mark.parametrize(("kind", "text"), DANGERS)
def test_danger_to_life_is_told_from_what_sounds_like_it_as_labelled(kind, text):
    assert (kind in words.emergencies(text)) if kind != "-" else (words.emergencies(text) == frozenset())


def test_a_real_fire_is_heard_beside_a_false_one():
    assert "fire" in words.emergencies("Không phải báo cháy giả đâu, đang cháy thật")


def test_the_number_most_in_charge_comes_first():
    assert words.numbers_for({"fire"})[0].number == "114"
    assert words.numbers_for({"violence"})[0].number == "113"
    assert words.numbers_for({"medical"})[0].number == "115"
    assert {each.number for each in words.numbers_for(())} == {"112", "113", "114", "115"}


def test_a_hundred_thousand_letters_are_listened_to_at_once():
    assert words.emergencies("a b " * 30_000 + " cháy") == frozenset()
    accusing.accuses("cán bộ hối lộ " * 8_000)


@pytest.mark.parametrize(
    "piece", ["mong cán bộ chửi ", "giả danh công an đòi tiền ", "thái độ tốt ", "phường ", "lấy tiền ", "k ", "g" * 40]
)
def test_listening_takes_time_with_the_length_of_a_text_and_not_with_its_square(piece):
    def steps(length):
        """Count the lines that run, which no busy machine changes."""
        count = 0

        def tick(*_frame):
            nonlocal count
            count += 1
            return tick

        text, before = piece * (length // len(piece)), sys.gettrace()
        sys.settrace(tick)
        try:
            accusing.accuses(text)
            words.emergencies(text)
        finally:
            sys.settrace(before)
        return count

    accusing.accuses(piece)
    words.emergencies(piece)
    assert steps(8_000) < 9 * steps(1_000) + 2_000


@given(st.text(max_size=300))
def test_any_text_is_listened_to(text):
    assert accusing.accuses(text) in (True, False)
    assert words.emergencies(text) <= {row["kind"] for row in data.rows("emergency_words.csv")}
