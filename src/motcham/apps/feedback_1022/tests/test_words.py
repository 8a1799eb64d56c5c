"""What a report is listened for: danger to life, and accusations of people in office."""

from __future__ import annotations

import pytest

from motcham import data
from motcham.apps.feedback_1022 import words

LABELLED = [line for line in data.text("accusation_examples.txt").splitlines() if line[:1] in "+-" and line]


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


def test_a_real_fire_is_heard_beside_a_false_one():
    assert "fire" in words.emergencies("Không phải báo cháy giả đâu, đang cháy thật")


def test_the_number_most_in_charge_comes_first():
    assert words.numbers_for({"fire"})[0].number == "114"
    assert words.numbers_for({"violence"})[0].number == "113"
    assert words.numbers_for({"medical"})[0].number == "115"
    assert {each.number for each in words.numbers_for(())} == {"112", "113", "114", "115"}


@pytest.mark.parametrize("line", LABELLED)
def test_accusations_are_told_from_reports_as_labelled(line):
    assert words.accuses(line[2:]) is (line[0] == "+")


def test_who_and_what_far_apart_are_no_accusation():
    assert not words.accuses("Cán bộ hướng dẫn tận tình. " + "Rất tốt. " * 20 + "Hàng xóm chửi nhau suốt đêm.")


def test_a_hundred_thousand_letters_are_listened_to_at_once():
    assert words.emergencies("a" * 100_000 + " cháy") == frozenset()
    words.accuses("cán bộ hối lộ " * 8_000)
