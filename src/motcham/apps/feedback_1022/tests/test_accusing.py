"""Accusations of people in office are told from ordinary reports: in sentences the words were mended on, and in others.

What is demanded of the sentences kept apart is what was measured, a little less: who changes the words learns whether they hold
elsewhere.
"""

from __future__ import annotations

import unicodedata

import pytest

from motcham import data
from motcham.apps.feedback_1022 import accusing
from motcham.data.areas.spelling import fold


def labelled(name):
    return [line for line in data.text(name).splitlines() if line[:1] in ("+", "-")]


LABELLED = labelled("accusation_examples.txt")


def measured(name, change=str):
    """Return the share of accusations that are heard, and of ordinary reports that are left alone."""
    heard = {sign: [accusing.accuses(change(line[2:])) for line in labelled(name) if line[0] == sign] for sign in "+-"}
    return sum(heard["+"]) / len(heard["+"]), 1 - sum(heard["-"]) / len(heard["-"])


HASTE = {
    "capitals": str.upper,
    "small letters": str.lower,
    "letters and marks apart": lambda text: unicodedata.normalize("NFD", text),
    "no marks": fold,
    "hỏi for ngã": lambda text: unicodedata.normalize("NFC", unicodedata.normalize("NFD", text).replace("\u0303", "\u0309")),
    "lines of their own": lambda text: f"Kính gửi 1022,\n{text}\nXin cảm ơn.",
    "cries": lambda text: f"{text}!!!",
}


@pytest.mark.parametrize("line", LABELLED)
def test_accusations_are_told_from_reports_as_labelled(line):
    assert accusing.accuses(line[2:]) is (line[0] == "+")


@pytest.mark.parametrize(
    ("text", "is_told"),
    [
        ("Trưởng ấp cho người nhà hưởng tiền hộ nghèo", True),
        ("cong an bat con toi ky giay trang", True),
        ("Bác sĩ trạm y tế khám kỹ", True),
        ("Nhờ cán bộ phường xuống đo tiếng ồn", False),
        ("Kẻ gian giả danh công an gọi điện", False),
        ("Đèn đường trước ủy ban phường tắt", False),
    ],
)
def test_what_somebody_in_office_did_is_noticed_whatever_it_was(text, is_told):
    assert accusing.tells_of_office(text) is is_told


def test_who_and_what_far_apart_are_no_accusation():
    assert not accusing.accuses("Cán bộ hướng dẫn tận tình. " + "Rất tốt. " * 20 + "Hàng xóm chửi nhau suốt đêm.")


@pytest.mark.parametrize("change", HASTE.values(), ids=HASTE)
def test_an_accusation_is_heard_however_hastily_it_is_typed(change):
    assert [line for line in LABELLED if line[0] == "+" and not accusing.accuses(change(line[2:]))] == []


@pytest.mark.parametrize("change", [change for name, change in HASTE.items() if name != "no marks"])
def test_what_only_sounds_like_an_accusation_does_so_however_it_is_typed(change):
    assert [line for line in LABELLED if line[0] == "-" and accusing.accuses(change(line[2:]))] == []


@pytest.mark.parametrize(
    ("name", "change", "recall", "left_alone"),
    [
        ("accusation_tuned.txt", str, 0.88, 0.97),
        ("accusation_tuned.txt", fold, 0.75, 0.95),
        ("accusation_held_out.txt", str, 0.85, 0.97),
        ("accusation_held_out.txt", str.upper, 0.85, 0.97),
        ("accusation_held_out.txt", fold, 0.75, 0.95),
    ],
)
def test_accusations_are_heard_and_ordinary_reports_left_alone(name, change, recall, left_alone):
    heard, alone = measured(name, change)

    assert heard >= recall and alone >= left_alone


def test_what_is_measured_on_was_not_mended_on():
    mended, apart = (set(labelled(f"accusation_{name}.txt")) for name in ("tuned", "held_out"))

    assert not apart & (mended | set(LABELLED))
    assert min(sum(line[0] == "+" for line in apart), sum(line[0] == "-" for line in apart)) >= 60
