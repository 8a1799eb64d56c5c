"""What an address names: real addresses, every name of every list, and what people do to names."""

from __future__ import annotations

from datetime import date

import pytest
from django.utils import translation
from hypothesis import assume, given
from hypothesis import strategies as st

from motcham.blocks.places import api, gazetteer, queries
from motcham.blocks.places.addresses import BEFORE
from motcham.blocks.places.define import Found, Level, Relation, Unit
from motcham.data.areas.spelling import fold, spell

TODAY = date(2026, 11, 22)
UNITS = list(queries.every_unit().values())
COMMUNES = [unit for unit in UNITS if unit.level is Level.COMMUNE]


def find(text: str, on: date = TODAY, limit: int = 60) -> Found:
    return api.find(text=text, on=on, limit=limit)


def names(found: Found) -> list[str]:
    return [unit.name for unit in found.areas]


@pytest.mark.parametrize(
    ("text", "named", "today"),
    [
        ("P. Bến Nghé, Q.1", "26740@2021-02-01", ["Phường Sài Gòn"]),
        ("Phường Đa Kao", "26737@2021-02-01", ["Phường Tân Định", "Phường Sài Gòn"]),
        ("P.5 Q.Phú Nhuận", "27046@2021-02-01", ["Phường Đức Nhuận"]),
        ("xã Bình Hưng, Bình Chánh", "27619@2021-02-01", ["Xã Bình Hưng"]),
        ("phường Bình Dương", "25760@2025-07-01", ["Phường Bình Dương"]),
        ("tỉnh Bình Dương", "74@2025-03-01", []),
        ("huyện Côn Đảo", "755@2025-03-01", ["Đặc khu Côn Đảo"]),
        ("đặc khu Côn Đảo", "26732@2025-07-01", ["Đặc khu Côn Đảo"]),
        ("12/3A Lý Tự Trọng P. Ben Nge Q1 TPHCM", "26740@2021-02-01", ["Phường Sài Gòn"]),
        ("12 lê lợi ben nghe quan 1", "26740@2021-02-01", ["Phường Sài Gòn"]),
        ("45 Nguyễn Thái Bình, P.12, Q. Tân Bình, Tp.HCM", "26971@2021-02-01", ["Phường Bảy Hiền"]),
        ("Ward 5, District 3", "27151@2021-02-01", ["Phường Bàn Cờ"]),
        ("Ben Thanh Ward, Ho Chi Minh City", "26743@2025-07-01", ["Phường Bến Thành"]),
        ("xã Hoà Bình, Xuyên Mộc, BRVT", "26641@2025-03-01", ["Xã Hòa Hội"]),
        ("P. Thắng Tam, TP Vũng Tàu", "26508@2025-03-01", ["Phường Vũng Tàu"]),
        ("Phường 01 quận 04", "27298@2021-02-01", ["Phường Vĩnh Hội"]),
        ("p01 q04", "27298@2021-02-01", ["Phường Vĩnh Hội"]),
        ("P.BN Q1", "26740@2021-02-01", ["Phường Sài Gòn"]),
        ("TT. Nhà Bè, H. Nhà Bè", "27643@2021-02-01", ["Xã Nhà Bè"]),
        ("F.5 Q.10", "27199@2021-02-01", ["Phường Diên Hồng"]),
        ("P.5, Q.PN", "27046@2021-02-01", ["Phường Đức Nhuận"]),
        ("P. Thắng Tam, TP.VT", "26508@2025-03-01", ["Phường Vũng Tàu"]),
        ("Long Sơn Vũng Tàu", "26545@2025-03-01", ["Xã Long Sơn"]),
        ("P.13 Gò Vấp", "26872@2021-02-01", ["Phường An Hội Đông", "Phường An Hội Tây"]),
        ("T.P Thủ Đức, phường Linh Trung", "26800@2021-02-01", ["Phường Linh Xuân"]),
        ("45 vo van ngan linh chieu thu duc", "26815@2021-02-01", ["Phường Thủ Đức"]),
        ("tan son nhi tan phu tphcm", "27010@2021-02-01", ["Phường Tân Sơn Nhì"]),
        ("phu cuong thu dau mot binh duong", "25747@2025-03-01", ["Phường Thủ Dầu Một"]),
        ("12 tran hung dao phu cuong thu dau mot", "25747@2025-03-01", ["Phường Thủ Dầu Một"]),
    ],
)
def test_an_address_names_its_unit_and_leads_to_today(text: str, named: str, today: list[str]) -> None:
    found = find(text)
    first = found.candidates[0].unit
    assert f"{first.code}@{first.valid_from}" == named
    assert names(found) == today


def test_a_code_names_what_it_named_at_each_time() -> None:
    found = {f"{each.unit.valid_from}": each for each in find("26737").candidates}
    assert {day: each.unit.name for day, each in found.items()} == {
        "2021-02-01": "Phường Đa Kao",
        "2025-07-01": "Phường Tân Định",
    }
    assert found["2021-02-01"].relation is Relation.PARTIAL
    assert find("26737").certain is None
    assert find("26737", on=date(2024, 1, 1)).candidates[0].unit.name == "Phường Đa Kao"


def test_a_name_that_many_bear_is_asked_about() -> None:
    found = find("Phường 1")
    assert len({each.unit.district for each in found.candidates}) > 10
    assert found.certain is None
    assert api.find(text="Phường 1", on=TODAY, limit=5).more > 5


def test_a_name_of_several_levels_is_asked_about() -> None:
    levels = {each.unit.level for each in find("Bình Thạnh").candidates}
    assert levels == {Level.COMMUNE, Level.DISTRICT}
    assert find("Bình Thạnh").certain is None
    assert {each.unit.level for each in find("Bình Dương").candidates} == {Level.COMMUNE, Level.PROVINCE}


def test_initials_of_two_districts_are_both() -> None:
    assert {each.unit.name for each in find("Q.BT").candidates} == {"Quận Bình Thạnh", "Quận Bình Tân"}
    assert {each.unit.district for each in find("P.12, Q.BT").candidates} == {"765"}


def test_initials_of_a_ward_are_read_where_a_ward_is_said_and_never_against_its_district() -> None:
    assert {each.unit.name for each in find("p.bn").candidates} == {"Phường Bến Nghé", "Phường Bình Nhâm"}
    assert [each.unit.name for each in find("P.ABC, Q.1").candidates] == ["Quận 1"]
    assert {each.unit.name for each in find("P.BN, Q.3").candidates} == {"Quận 3"}
    assert not find("BN").candidates


def test_a_district_alone_leads_to_all_that_took_it_over() -> None:
    assert sorted(names(find("Quận 3"))) == ["Phường Bàn Cờ", "Phường Nhiêu Lộc", "Phường Xuân Hòa"]
    assert find("Quận 3").certain is None


@pytest.mark.parametrize(
    ("text", "unit", "also"),
    [
        ("P. Thảo Điền, Quận 2", "Phường Thảo Điền", ""),
        ("Phường 6, Quận 3", "Phường Võ Thị Sáu", "Phường 6"),
        ("Quận 9", "Thành phố Thủ Đức", "Quận 9"),
        ("xã Phước Hưng, huyện Long Điền", "Xã Phước Hưng", ""),
    ],
)
def test_names_of_before_the_first_list_are_understood(text: str, unit: str, also: str) -> None:
    first = find(text).candidates[0]
    assert (first.unit.name, first.also) == (unit, also)


@pytest.mark.parametrize(
    "text",
    ["", " ", "💥" * 400, "Ơ" * 10_000, "phường", "P. Q. X.", "0", "\x00", "((((", "12/4/6", "Phường 99", "nan", "%s {0}"],
)
def test_rubbish_names_nothing(text: str) -> None:
    assert find(text).candidates == ()


def test_another_city_is_not_taken_for_this_one() -> None:
    for text in ("P. Phan Chu Trinh, Q. Hoàn Kiếm, Hà Nội", "phường Bến Thành, TP Buôn Ma Thuột, Đắk Lắk"):
        found = find(text)
        assert found.areas == ()
        assert {each.unit.level for each in found.candidates} == {Level.PROVINCE}


def test_what_contradicts_itself_is_never_certain() -> None:
    found = find("P. Bến Nghé, Q.3")
    assert found.certain is None
    assert max(each.score for each in found.candidates) < 70


def test_a_name_after_a_street_may_be_the_district_as_well_as_the_ward() -> None:
    found = find("12/3 le van sy phu nhuan")
    assert {each.unit.level for each in found.candidates} == {Level.COMMUNE, Level.DISTRICT}
    assert found.certain is None


def test_a_street_that_a_ward_elsewhere_is_called_after_is_no_ward() -> None:
    found = find("12 nguyen thai binh tan binh")
    assert "Phường Nguyễn Thái Bình" not in {each.unit.name for each in found.candidates}
    assert found.certain is None


def test_a_day_of_the_past_is_answered_as_of_that_day() -> None:
    found = find("Phường Sài Gòn", on=date(2023, 5, 5))
    assert {heir.unit.name for heir in found.candidates[0].heirs} == {
        "Phường Bến Nghé",
        "Phường Đa Kao",
        "Phường Nguyễn Thái Bình",
    }
    assert find("P. Bến Nghé, Q.1", on=date(2023, 5, 5)).certain == api.unit(code="26740", on=date(2023, 5, 5))


def written(unit: Unit) -> str:
    """Return a unit as an address ends with it."""
    above = queries.units_on(unit.valid_from)
    return ", ".join(
        [unit.name, *(above[code].name for code in (unit.district, unit.province) if code in above and code != unit.code)]
    )


def changes(name: str) -> list[str]:
    """Return a name as people, keyboards and other programs write it."""
    short = name
    for long, abbreviated in (
        ("Phường ", "P."),
        ("Quận ", "Q."),
        ("Huyện ", "H."),
        ("Thành phố ", "TP."),
        ("Xã ", "X."),
        ("Thị trấn ", "TT "),
    ):
        short = short.replace(long, abbreviated)
    return [name, name.upper(), name.lower(), fold(name), short, fold(short), f"  {name} "]


def test_every_name_of_every_list_finds_its_unit_however_it_is_written() -> None:
    lost = [
        text
        for unit in UNITS
        for text in changes(written(unit))
        if unit.key not in {each.unit.key for each in find(text).candidates if each.score >= 80}
    ]
    assert lost == []


def test_every_commune_of_the_past_leads_to_all_of_its_successors_and_to_nothing_else() -> None:
    for unit in COMMUNES:
        if unit.valid_to == date(2025, 6, 30):
            expected = {each.new.key for each in api.successors(unit=unit)}
            mine = next(each for each in find(written(unit)).candidates if each.unit.key == unit.key)
            assert {heir.unit.key for heir in mine.heirs} == expected, unit
            assert mine.relation is (Relation.FULL if len(expected) == 1 else Relation.PARTIAL), unit


@given(st.sampled_from(COMMUNES), st.data())
def test_one_wrong_letter_in_a_long_name_still_finds_it(unit: Unit, data: st.DataObject) -> None:
    bare = gazetteer.bare(unit.name)
    assume(len(bare) >= 8)
    place = data.draw(st.integers(1, len(bare) - 2))
    wrong = bare[:place] + bare[place + 1 :] if bare[place] != " " else bare[:place] + "e" + bare[place:]
    assume(not set(wrong.split()) & BEFORE.keys())
    above = queries.units_on(unit.valid_from)
    where = above[unit.district].name if unit.district else "TP.HCM"
    found = find(f"{unit.name.split()[0] if unit.kind != 'town' else 'Thị trấn'} {wrong}, {where}")
    assert unit.key in {each.unit.key for each in found.candidates}


@given(st.text(max_size=400))
def test_any_text_is_answered(text: str) -> None:
    found = find(text)
    assert all(50 <= each.score <= 100 for each in found.candidates)


@given(st.text(max_size=60))
def test_spelling_twice_is_spelling_once(text: str) -> None:
    assert spell(spell(text)) == spell(text)
    assert fold(fold(text)) == fold(text)


@given(st.sampled_from(UNITS), st.sampled_from([date(2021, 2, 1), date(2025, 1, 1), date(2025, 3, 1), date(2025, 7, 1), TODAY]))
def test_what_a_unit_was_or_became_exists_on_that_day(unit: Unit, day: date) -> None:
    for heir in queries.heirs(unit.key, day):
        assert heir.unit.is_valid_on(day)
    assert not (unit.is_valid_on(day) and queries.heirs(unit.key, day))


def test_wards_that_bore_one_number_are_offered_with_the_district_they_lay_in() -> None:
    with translation.override("vi"):
        offered = {each.name: each.why for each in api.offers(text="15 Trần Hưng Đạo, phường 5")}
    assert offered["Phường An Đông"] == "là Phường 5, Quận 5 cũ (tới 30/06/2025)"
    assert offered["Phường Bàn Cờ"] == "là Phường 5, Quận 3 cũ (tới 30/06/2025)"
    whole = [why for why in offered.values() if why.startswith("là Phường 5,")]
    assert len(whole) == len(set(whole)) == 10


def test_what_is_offered_is_named_in_the_language_of_the_page() -> None:
    with translation.override("en"):
        (only,) = api.offers(text="P. Bến Nghé, Q.1")
    assert only == ("26740", "Sai Gon Ward", "was Ben Nghe Ward, District 1 until 30/06/2025")
