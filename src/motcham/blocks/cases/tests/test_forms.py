"""Answers as people and programs send them."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from motcham.blocks.cases.forms import clean_text, parse_answers
from motcham.kernel.terms import Choice, Field, Kind

NOW = datetime(2026, 3, 2, 2, 0, tzinfo=UTC)
LE_LOI = {"lon": "106.699", "lat": "10.7798"}
AT_SEA = {"lon": "108.5", "lat": "9.0"}


def read(field: Field, value, **others):
    """Read one answer; return it, or the sentence that says what is wrong."""
    parsed = parse_answers((field,), {field.name: value, **others}, now=NOW)
    return next(iter(parsed.errors.values())) if parsed.errors else parsed.answers.get(field.name, parsed.place)


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("0901 234 567", "+84901234567"),
        ("+84 (90) 123-45.67", "+84901234567"),
        ("0084901234567", "+84901234567"),
        ("028 3829 1022", "+842838291022"),
        ("+1 650 253 0000", "+16502530000"),
    ],
)
def test_a_telephone_number_is_kept_in_one_spelling(typed, kept):
    assert read(Field("phone", "", Kind.PHONE), typed) == kept


@pytest.mark.parametrize(
    "typed", ["1022", "0123456789", "090123456", "+84 12", "chín không một", "０９０１２３４５６７８９", "🙂"]
)
def test_what_is_no_telephone_number_is_told_how_one_looks(typed):
    assert "0901 234 567" in read(Field("phone", "", Kind.PHONE), typed)


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ({"day": "29", "month": "2", "year": "2024"}, "2024-02-29"),
        ("2026-03-02", "2026-03-02"),
        ({"day": "", "month": "", "year": ""}, None),
    ],
)
def test_a_date_is_read_in_three_parts_or_as_iso(typed, kept):
    assert read(Field("on", "", Kind.DATE, required=False), typed) == kept


@pytest.mark.parametrize(
    "typed",
    [
        {"day": "30", "month": "2", "year": "2026"},
        {"day": "1", "month": "", "year": "2026"},
        {"day": "1", "month": "1", "year": "26"},
        {"day": "9" * 40, "month": "1", "year": "2026"},
        "hôm qua",
        "2026-13-01",
        ["2026-01-01"],
        {"day": {"a": 1}, "month": "1", "year": "2026"},
    ],
)
def test_an_impossible_date_is_an_error_and_nothing_worse(typed):
    assert parse_answers((Field("on", "", Kind.DATE),), {"on": typed}, now=NOW).errors


@pytest.mark.parametrize("typed", ["079123456789", "079 123 456 789"])
def test_a_personal_number_has_twelve_digits(typed):
    assert read(Field("number", "", Kind.PERSONAL_NUMBER), typed) == "079123456789"


@pytest.mark.parametrize("typed", ["07912345678", "999123456789", "000123456789", "٠٧٩١٢٣٤٥٦٧٨٩", 79123456789])
def test_other_numbers_are_no_personal_numbers(typed):
    assert parse_answers((Field("number", "", Kind.PERSONAL_NUMBER),), {"number": typed}, now=NOW).errors


@pytest.mark.parametrize(
    ("typed", "kept"), [("12", 12), ("1.234", 1234), ("1 000 000", 1_000_000), ("-3", -3), ("−3", -3), (7, 7)]
)
def test_a_whole_number_may_have_marks_of_thousands(typed, kept):
    assert read(Field("count", "", Kind.INTEGER), typed) == kept


@pytest.mark.parametrize("typed", ["1,5", "một", "1" * 16, True, 1.5, "1.23", {}])
def test_anything_else_is_no_whole_number(typed):
    assert parse_answers((Field("count", "", Kind.INTEGER),), {"count": typed}, now=NOW).errors


def test_text_is_one_spelling_without_what_cannot_be_seen():
    assert clean_text("Tho\u031b\u0309  \u202eabc\u0000\t x") == "Thở abc x"
    assert clean_text("một\r\n\r\n\r\n\r\nhai", lines=True) == "một\n\nhai"


def test_a_family_of_emoji_stays_together():
    assert clean_text("👨‍👩‍👧") == "👨‍👩‍👧"


def test_a_word_of_ten_thousand_letters_is_refused_with_how_much_is_too_much():
    words = read(Field("text", "", Kind.LONG_TEXT, longest=500), "ơ" * 10_000)
    assert "500" in words and ("9.500" in words or "9,500" in words)
    assert read(Field("text", "", Kind.LONG_TEXT, longest=10_000), "ơ" * 10_000) == "ơ" * 10_000


@given(st.text(max_size=60))
def test_cleaning_twice_changes_nothing(text):
    assert clean_text(clean_text(text)) == clean_text(text)
    assert clean_text(clean_text(text, lines=True), lines=True) == clean_text(text, lines=True)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)
EVERY = tuple(
    Field(kind.value, kind.value, kind, required=False, choices=(Choice("a", "A"),), fields=(Field("inner", "", Kind.DATE),))
    for kind in Kind
    if kind is not Kind.AGENCY
)


@given(st.sampled_from(EVERY), JSON)
def test_whatever_a_program_sends_is_an_answer_or_an_error(field, value):
    parsed = parse_answers((field,), {field.name: value}, now=NOW)
    assert json.loads(json.dumps(parsed.answers)) == parsed.answers


def test_a_question_that_is_not_asked_has_no_answer_and_no_error():
    fields = (Field("danger", "", Kind.YES_NO), Field("what", "", when=lambda answers: answers.get("danger") is True))
    assert parse_answers(fields, {"danger": "no", "what": "typed before"}, now=NOW).answers == {"danger": False}
    assert list(parse_answers(fields, {"danger": "yes"}, now=NOW).errors) == ["what"]


def test_a_check_sees_its_answer_and_those_before_it_and_is_not_asked_about_nothing():
    later = Field(
        "to", "", Kind.DATE, required=False, check=lambda value, answers: None if value > answers["since"] else "Too early."
    )
    fields = (Field("since", "", Kind.DATE), later)
    assert parse_answers(fields, {"since": "2026-03-02", "to": "2026-03-01"}, now=NOW).errors == {"to": "Too early."}
    assert not parse_answers(fields, {"since": "2026-03-02", "to": "2026-03-03"}, now=NOW).errors
    assert not parse_answers(fields, {"since": "2026-03-02"}, now=NOW).errors


def test_either_of_two_answers_is_enough():
    fields = (Field("phone", "Phone", Kind.PHONE, instead_of="email"), Field("email", "E-mail", Kind.EMAIL, instead_of="phone"))
    assert list(parse_answers(fields, {"phone": "", "email": ""}, now=NOW).errors) == ["phone"]
    assert not parse_answers(fields, {"phone": "0901234567"}, now=NOW).errors
    assert not parse_answers(fields, {"email": "a@vidu.vn", "phone": ""}, now=NOW).errors
    assert list(parse_answers(fields, {"email": "a@vidu.vn", "phone": "1"}, now=NOW).errors) == ["phone"]


def test_rows_of_a_group_name_their_own_mistakes_and_empty_rows_do_not_count():
    children = Field("children", "", Kind.GROUP, at_least=1, at_most=2, fields=(Field("name", ""), Field("born", "", Kind.DATE)))
    rows = [{"name": "", "born": ""}, {"name": "An", "born": "2020-02-30"}]
    assert list(parse_answers((children,), {"children": rows}, now=NOW).errors) == ["children-1-born"]
    assert "children" in parse_answers((children,), {"children": [{"name": ""}]}, now=NOW).errors
    assert "children" in parse_answers((children,), {"children": [{"name": "A", "born": "2020-01-01"}] * 3}, now=NOW).errors


def test_a_position_finds_its_ward():
    place = read(Field("place", "", Kind.PLACE), LE_LOI)
    assert place.area_code == "26740" and place.lon == 106.699


def test_a_ward_that_was_chosen_counts_more_than_the_position():
    place = read(Field("place", "", Kind.PLACE), {**LE_LOI, "area": "25747", "address": "chợ"})
    assert (place.area_code, place.lon) == ("25747", None)


def test_a_position_at_sea_is_told_so_and_the_address_still_serves():
    parsed = parse_answers((Field("place", "", Kind.PLACE),), {"place": AT_SEA}, now=NOW)
    assert list(parsed.errors) == ["place-area"]
    place = read(Field("place", "", Kind.PLACE), {**AT_SEA, "area": "26740", "address": "12 Lê Lợi"})
    assert (place.area_code, place.address, place.lon) == ("26740", "12 Lê Lợi", None)


def test_an_address_alone_is_enough_and_a_ward_alone_is_not():
    assert read(Field("place", "", Kind.PLACE), {"address": "gần cầu"}).area_code == ""
    assert list(parse_answers((Field("place", "", Kind.PLACE),), {"place": {"area": "26740"}}, now=NOW).errors) == [
        "place-address"
    ]


@pytest.mark.parametrize(
    "point",
    [{"lon": "x", "lat": "1"}, {"lon": "1"}, {"lon": 1e400, "lat": 0}, {"lon": "nan", "lat": "nan"}, "POINT(1 1)", [1, 2]],
)
def test_what_is_no_position_is_an_error(point):
    assert parse_answers((Field("place", "", Kind.PLACE),), {"place": point}, now=NOW).errors


def test_only_files_of_this_sender_may_be_named():
    mine, other = uuid4(), uuid4()
    photos = Field("photos", "", Kind.FILES, at_most=2)
    assert parse_answers((photos,), {"photos": [str(mine)]}, files=[mine], now=NOW).documents == (mine,)
    for named in ([str(other)], ["../../etc/passwd"], [str(UUID(int=0))] * 3, {"a": 1}):
        assert parse_answers((photos,), {"photos": named}, files=[mine], now=NOW).errors


def test_only_what_is_offered_can_be_chosen():
    colours = (Choice("red", "Red"), Choice("blue", "Blue"))
    assert read(Field("colours", "", Kind.CHOICES, choices=colours), ["blue", "red"]) == ["red", "blue"]
    for wrong in ("green", ["red"], {"red": 1}, 3):
        assert parse_answers((Field("colour", "", Kind.CHOICE, choices=colours),), {"colour": wrong}, now=NOW).errors
