"""Full forms: what they say of a procedure is what its source says, and what they ask fits together."""

from __future__ import annotations

import gzip
import json
from datetime import date, timedelta
from importlib.resources import files
from typing import Any

import pytest
from django.utils import timezone, translation
from hypothesis import given
from hypothesis import strategies as st

from motcham.apps.public_services import checking
from motcham.apps.public_services.definitions import death_registration, marriage, marriage_status, temporary_residence
from motcham.apps.public_services.numbers_of_law import NoSuchNumber, number_on, table
from motcham.apps.public_services.testing import answers
from motcham.blocks.cases import api as cases
from motcham.blocks.cases.define import CaseType

FORMS = {
    "1.004873": (marriage_status.procedure, marriage_status.marriage_status),
    "1.000894": (marriage.procedure, marriage.marriage),
    "1.000656": (death_registration.procedure, death_registration.death_registration),
    "1.004194": (temporary_residence.procedure, temporary_residence.temporary_residence),
}
SECOND = "079093000777"


@pytest.fixture(scope="module")
def source() -> dict[str, dict[str, str]]:
    raw = (files("motcham.data") / "procedures" / "commune_level.jsonl.gz").read_bytes()
    rows = (json.loads(line) for line in gzip.decompress(raw).splitlines())
    return {each["ma_thu_tuc"]: each for each in rows if each["ma_thu_tuc"] in FORMS}


@pytest.mark.parametrize("code", FORMS)
def test_it_says_of_its_procedure_what_the_source_says(code, source):
    procedure, found = FORMS[code][0], source[code]
    assert (procedure.title, procedure.field, procedure.levels) == (
        found["ten_thu_tuc"],
        found["linh_vuc"],
        (found["cap_thuc_hien"],),
    )
    assert ", ".join(procedure.subjects) == found["doi_tuong_thuc_hien"] and procedure.decision == found["so_quyet_dinh"]
    text = " ".join(found["thanh_phan_ho_so"].split()).casefold()
    for paper in procedure.papers:
        assert paper.name.casefold() in text


@pytest.mark.parametrize("code", FORMS)
def test_it_never_gives_a_limit_that_the_source_and_the_law_do_not(code):
    procedure = FORMS[code][0]
    assert all(each.value is None or each.unit for each in procedure.offers)


def read(case_type: CaseType, **given: Any) -> Any:
    return cases.parse_answers(case_type.fields, answers(**given), now=timezone.now())


def says(errors: dict[str, str], name: str) -> str:
    assert name in errors, errors
    return errors[name]


class TestMarriage:
    GIVEN: dict[str, Any] = {
        "side": "woman", "before": "never", "other_name": "Lê Minh Đức", "other_number": SECOND, "other_born_on": "1993-08-11",
        "other_address": "45 Nguyễn Huệ", "other_before": "never", "truth": ["yes", "conditions"],
    }  # fmt: skip

    def test_two_people_of_age_may(self):
        assert read(marriage.marriage, **self.GIVEN).errors == {}

    def test_nobody_marries_themselves(self):
        found = read(marriage.marriage, **{**self.GIVEN, "other_number": "079190000123", "other_born_on": "1990-05-20"})
        assert "other_number" in found.errors

    @pytest.mark.parametrize(("side", "name", "years"), [("woman", "other_born_on", 20), ("man", "other_born_on", 18)])
    def test_the_one_who_is_too_young_by_a_day_may_not_and_a_day_later_may(self, side, name, years):
        today = timezone.localdate()
        is_leap_day = (today.month, today.day) == (2, 29)
        birthday = today.replace(year=today.year - years, day=28 if is_leap_day else today.day)
        young = birthday + timedelta(days=2 if is_leap_day and years % 4 == 0 else 1)
        for born, is_refused in ((young, True), (birthday, False)):
            number = f"0792{born.year % 100:02}000777" if born.year >= 2000 else f"0790{born.year % 100:02}000777"
            found = read(
                marriage.marriage, **{**self.GIVEN, "side": side, "other_number": number, "other_born_on": born.isoformat()}
            )
            assert (name in found.errors) is is_refused, (born, found.errors)

    def test_both_statements_are_made(self):
        assert "truth" in read(marriage.marriage, **{**self.GIVEN, "truth": ["yes"]}).errors

    def test_an_earlier_marriage_is_asked_about_only_where_there_was_one(self):
        assert "before_paper" not in read(marriage.marriage, **self.GIVEN).errors
        assert "before_paper" in read(marriage.marriage, **{**self.GIVEN, "before": "widowed"}).errors


class TestMarriageStatus:
    GIVEN: dict[str, Any] = {
        "purpose": "marry", "marry_where": "here", "marry_whom": "Lê Minh Đức", "copies": "1", "status": "never", "had": "no",
    }  # fmt: skip

    def test_to_marry_one_certificate_is_issued_and_for_other_things_several(self):
        assert read(marriage_status.marriage_status, **self.GIVEN).errors == {}
        with translation.override("en"):
            words = says(read(marriage_status.marriage_status, **{**self.GIVEN, "copies": "2"}).errors, "copies")
        assert "1" in words and "163/QĐ-BTP" in words
        other = {**self.GIVEN, "purpose": "else", "purpose_words": "Bán nhà", "copies": "3"}
        assert read(marriage_status.marriage_status, **other).errors == {}

    def test_what_the_office_must_refuse_is_said_before_anybody_goes_there(self):
        assert "marry_where" in read(marriage_status.marriage_status, **{**self.GIVEN, "marry_where": "foreign_mission"}).errors

    def test_the_end_of_a_marriage_lies_behind_us(self):
        later = (timezone.localdate() + timedelta(days=1)).isoformat()
        given = {**self.GIVEN, "status": "divorced", "ended_by": "Tòa án", "ended_on": later}
        assert "ended_on" in read(marriage_status.marriage_status, **given).errors

    def test_the_earlier_certificate_is_needed_only_of_those_who_have_it(self):
        given = {**self.GIVEN, "papers_by": "sent"}
        assert "paper_1" not in read(marriage_status.marriage_status, **given).errors
        assert "paper_1" in read(marriage_status.marriage_status, **{**given, "had": "back"}).errors
        assert "lost_why" in read(marriage_status.marriage_status, **{**given, "had": "lost"}).errors


class TestDeath:
    GIVEN: dict[str, Any] = {
        "is_theirs": "child", "dead_name": "Trần Văn Dũng", "dead_number": "079055000456", "dead_born_on": "1955-09-02",
        "lived": "known", "lived_at": "12 Lê Lợi", "died_on": "2026-02-28", "died_at": "Bệnh viện", "notice": "none",
    }  # fmt: skip

    def test_somebody_who_died_long_ago_may_still_be_registered_and_is_told_what_it_means(self):
        found = read(death_registration.death_registration, **self.GIVEN)
        assert found.errors == {}
        (advice,) = death_registration.advises(found.answers)
        assert "15" in str(advice.text)
        assert not list(death_registration.advises({"died_on": timezone.localdate().isoformat()}))

    @pytest.mark.parametrize(
        ("name", "value"),
        [("died_on", "2999-01-01"), ("died_on", "1950-01-01"), ("dead_number", "079190000123"),
         ("died_hour", "25:10"), ("copies", "0")],
    )  # fmt: skip
    def test_a_day_or_a_number_that_cannot_be_is_refused(self, name, value):
        errors = read(death_registration.death_registration, **{**self.GIVEN, name: value}).errors
        # A century beyond reach is refused by the form itself.
        assert name in errors

    def test_a_number_that_says_another_year_is_pointed_out_and_holds_nobody_up(self):
        found = read(death_registration.death_registration, **{**self.GIVEN, "dead_born_on": "1956-09-02"})
        assert found.errors == {}
        advice = next(iter(death_registration.advises(found.answers)))
        assert "1955" in str(advice.text) and "1956" in str(advice.text)

    def test_the_year_alone_is_enough_where_nobody_knows_the_day(self):
        given = {**self.GIVEN, "dead_born_on": "", "dead_number": "", "dead_born_year": "1931"}
        assert read(death_registration.death_registration, **given).errors == {}

    def test_the_paper_depends_on_the_notice(self):
        given = {**self.GIVEN, "papers_by": "sent"}
        assert set(read(death_registration.death_registration, **given).errors) == {"paper_2"}
        on_paper = {**given, "notice": "paper", "notice_of": "Bệnh viện"}
        assert set(read(death_registration.death_registration, **on_paper).errors) == {"paper_1"}
        electronic = {**given, "notice": "electronic", "notice_of": "Bệnh viện"}
        assert read(death_registration.death_registration, **electronic).errors == {}


class TestTemporaryResidence:
    GIVEN: dict[str, Any] = {
        "applicant": "citizen", "who_moves": "alone", "place_is": "rented", "host_name": "Đặng Thị Sáu", "host_agrees": ["yes"],
        "since": "2026-03-01", "until": "2027-03-01",
    }  # fmt: skip

    def test_a_tenant_registers(self):
        assert read(temporary_residence.temporary_residence, **self.GIVEN).errors == {}

    @pytest.mark.parametrize(("until", "word"), [("2026-02-01", ""), ("2026-03-15", "30"), ("2028-03-02", "24")])
    def test_a_stay_is_as_long_as_the_law_lets_it_be(self, until, word):
        errors = read(temporary_residence.temporary_residence, **{**self.GIVEN, "until": until}).errors
        assert word in says(errors, "until")

    def test_the_last_day_that_the_law_allows_is_allowed(self):
        assert read(temporary_residence.temporary_residence, **{**self.GIVEN, "until": "2028-03-01"}).errors == {}

    def test_without_consent_of_the_host_nobody_registers(self):
        assert "host_agrees" in read(temporary_residence.temporary_residence, **{**self.GIVEN, "host_agrees": []}).errors
        assert read(temporary_residence.temporary_residence, **{**self.GIVEN, "place_is": "own", "host_name": ""}).errors == {}

    def test_whoever_is_under_age_needs_a_parent(self):
        born = date(timezone.localdate().year - 16, 1, 2)
        given = {**self.GIVEN, "born_on": born.isoformat(), "personal_number": f"0792{born.year % 100:02}000123"}
        assert {"guardian_name", "guardian_number"} == set(read(temporary_residence.temporary_residence, **given).errors)

    def test_a_company_hands_in_a_list_and_its_code_is_checked(self):
        given = {**self.GIVEN, "applicant": "company", "company": "Công ty Một", "tax_code": "0314409059", "who_moves": "listed",
                 "number_listed": "40", "place_is": "dormitory"}  # fmt: skip
        assert set(read(temporary_residence.temporary_residence, **given).errors) == {"tax_code"}
        given |= {"tax_code": "0314409058", "papers_by": "sent"}
        assert set(read(temporary_residence.temporary_residence, **given).errors) == {"paper_3", "paper_4"}

    def test_the_same_person_is_not_registered_twice(self):
        member = {"name": "Ai Đó", "personal_number": "079190000123", "born_on": "1990-05-20", "kin": "spouse"}
        assert (
            "members"
            in read(temporary_residence.temporary_residence, **{**self.GIVEN, "who_moves": "family", "members": [member]}).errors
        )


@given(st.dates(date(1900, 1, 1), date(2099, 12, 31)), st.integers(0, 130))
def test_an_age_changes_on_the_birthday_and_on_no_other_day(born, years):
    # Whoever was born on the 29th of February is a year older on the 1st of March.
    is_leap = (born.year + years) % 4 == 0 and ((born.year + years) % 100 != 0 or (born.year + years) % 400 == 0)
    is_missing = (born.month, born.day) == (2, 29) and not is_leap
    next_day = date(born.year + years, 3, 1) if is_missing else born.replace(year=born.year + years)
    assert (checking.age_on(born, next_day - timedelta(days=1)), checking.age_on(born, next_day)) == (years - 1, years)


@given(st.dates(date(1900, 1, 1), date(2099, 1, 1)), st.integers(0, 400))
def test_some_months_later_is_the_same_day_or_the_last_of_its_month(day, months):
    found = checking.months_after(day, months)
    assert (found.year * 12 + found.month) - (day.year * 12 + day.month) == months
    assert found.day == day.day or (found + timedelta(days=1)).day == 1


def test_every_number_has_its_law_and_no_two_hold_on_one_day():
    for row in table():
        assert row.legal_basis.document and row.legal_basis.trust and row.unit
        assert sum(number_on(row.key, row.valid_from) is each for each in table()) == 1
    with pytest.raises(NoSuchNumber):
        number_on("marriage.age.man", date(1900, 1, 1))
