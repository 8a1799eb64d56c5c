"""How a typed text is read."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from motcham.apps.public_services.wording import LEGAL, LIGHT, MOST_WORDS, Everyday, Wording, fold, words

TABLE = (
    Everyday("cccd", "same", "căn cước"),
    Everyday("cà vẹt", "same", "đăng ký xe"),
    Everyday("má", "same", "mẹ"),
    Everyday("bố mẹ", "same", "cha mẹ"),
    Everyday("sao y bản chính", "same", "sao y"),
    Everyday("dk", "same", "đăng ký"),
    Everyday("sao", "filler"),
    Everyday("làm sao", "filler"),
    Everyday("mất", "means", "cấp lại", 1.5),
)
TEXTS = (
    "Thủ tục đăng ký khai sinh",
    "Cấp lại thẻ căn cước",
    "Đăng ký cai nghiện ma túy",
    "Người mẹ làm giấy khai sinh",
    "Cấp hộ chiếu",
    "sao y",
)


@pytest.fixture(scope="module")
def wording() -> Wording:
    return Wording.of(TABLE, TEXTS)


def read(wording: Wording, text: str) -> list[str]:
    return list(dict.fromkeys(" ".join(reading.words) for reading in wording.readings(text)))


def test_marks_fall_and_the_last_i_and_y_are_one() -> None:
    assert [fold(word) for word in ("Đăng", "KÝ", "kí", "thuý", "ước", "uỷ")] == ["dang", "ki", "ki", "thuy", "uoc", "uy"]


@pytest.mark.parametrize("text", ["hoà giải", "hòa giải", unicodedata.normalize("NFD", "hòa giải"), "HÒA  –  GIẢI,", "hòa_giải"])
def test_one_spelling_whatever_keyboard_case_or_dash(text: str) -> None:
    assert words(text) == ["hòa", "giải"]


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("ddang kys khai sinh", "dang ki khai sinh"),
        ("khai sinhh", "khai sinh"),
        ("dda8ng ky1 khai sinh", "dang ki khai sinh"),
        ("kai sinh", "khai sinh"),
        ("khai sihn", "khai sinh"),
        ("khaisinh", "khai sinh"),
        ("dangkykhaisinh", "dang ki khai sinh"),
        ("hộchiếu", "hộ chiếu"),
        ("căn cươcs", "căn cuoc"),
    ],
)
def test_slips_of_typing_are_mended(wording: Wording, typed: str, meant: str) -> None:
    assert " ".join(wording.mend(words(typed))) == meant


def test_a_good_word_that_is_not_known_is_left_alone(wording: Wording) -> None:
    assert wording.mend(["bánh"]) == ["bánh"]


def test_a_word_is_read_as_what_it_stands_for_and_as_what_the_law_says(wording: Wording) -> None:
    assert read(wording, "mất cccd") == ["mất căn cước", "cấp lại căn cước"]
    assert [reading.weights for reading in wording.readings("mất cccd")] == [(1.0, 1.0, 1.0), (1.5, 1.5, 1.0, 1.0)]
    assert [reading.trust for reading in wording.readings("mất cccd")] == [1.0, LEGAL]


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("dang ky cai nghien", "đăng kí cai nghiện"),
        ("nguoi me lam giay khai sinh", "người mẹ làm giấy khai sinh"),
        ("cap lai the can cuoc", "cấp lại thẻ căn cước"),
        ("khong ai biet", "khong ai biet"),
    ],
)
def test_marks_that_were_left_out_are_those_with_which_words_stand_together(wording: Wording, typed: str, meant: str) -> None:
    assert " ".join(wording.marked(words(typed))) == meant


def test_a_word_is_put_together_with_its_number_where_both_are_one(wording: Wording) -> None:
    made = Wording.of((Everyday("ct07", "means", "xác nhận cư trú"),), TEXTS)
    assert made.mend(words("ct 07")) == words("ct07") != words("ct 07")
    assert wording.mend(words("phường 07")) == words("phường 07")


def test_filler_without_marks_counts_little_and_a_word_that_may_be_another_counts_whole() -> None:
    made = Wording.of((Everyday("thì", "filler"), Everyday("đang", "filler")), TEXTS)
    weights = dict(zip(("thi", "dang"), made.readings("thi dang")[0].weights, strict=True))
    assert weights == {"thi": LIGHT, "dang": 1.0}


def test_a_typed_mark_must_be_that_of_the_phrase(wording: Wording) -> None:
    assert read(wording, "má làm giấy") == ["mẹ làm giấy"]
    assert read(wording, "mã làm giấy") == ["mã làm giấy"]
    assert read(wording, "cai nghien ma tuy") == ["cai nghien ma tuy", "cai nghiện ma túy"]


def test_a_phrase_of_several_words_is_known_without_marks(wording: Wording) -> None:
    assert read(wording, "bo me") == ["cha mẹ"]
    assert read(wording, "ca vet") == ["đăng kí xe"]


def test_fillers_go_unless_nothing_else_is_said_or_they_belong_to_a_phrase(wording: Wording) -> None:
    assert read(wording, "khai sinh làm sao") == ["khai sinh"]
    assert read(wording, "sao") == ["sao"]
    assert read(wording, "sao y") == ["sao y"]


@pytest.mark.parametrize(
    "text", ["a" * 10_000, "khai sinh " * 1_000, "ă" * 10_000, "🎉" * 10_000, "\u0301" * 10_000, "khaisinh" * 1_250]
)
def test_of_a_very_long_text_only_the_beginning_is_read(wording: Wording, text: str) -> None:
    assert all(len(reading.words) <= 2 * MOST_WORDS for reading in wording.readings(text))
    assert wording.readings(text) == wording.readings(text[:5_000])


@given(st.text(max_size=300))
def test_whatever_is_typed_is_read(text: str) -> None:
    for reading in Wording.of(TABLE, TEXTS).readings(text):
        assert len(reading.words) == len(reading.weights)
        assert all(reading.words)
