"""The register of agencies: codes old and new, what went on in what, and what is not published."""

from __future__ import annotations

from datetime import date

import pytest

from motcham.blocks.identity import api, rules, testing
from motcham.blocks.identity.define import CodeTaken, NoSuchAgency, NotPermitted, WrongCode
from motcham.blocks.identity.models import AgencyAlias

pytestmark = pytest.mark.django_db


def test_the_city_is_found_by_its_old_code_and_its_new_one(client):
    api.load_agencies(by=testing.system)
    for alias in ("H29", "h29", "000.00.00.H29", " 000.00.00.H29 "):
        assert api.agency(alias=alias).code == "city.leadership"
        assert client.get("/agencies/", {"q": alias})["Location"] == "/agencies/city.leadership/"
    shown = client.get("/agencies/city.leadership/").text
    assert "H29" in shown and "000.00.00.H29" in shown


def test_a_code_that_nobody_published_is_not_invented(client):
    api.load_agencies(by=testing.system)
    with pytest.raises(NoSuchAgency):
        api.agency(alias="000.00.01.H29")
    assert not AgencyAlias.objects.exclude(agency__code="city.leadership").exists()
    assert client.get("/agencies/desk.1022/").status_code == 200


@pytest.mark.parametrize(
    ("scheme", "code", "right"),
    [
        ("qd20", "H29", True),
        ("qd20", "H29.1.12", True),
        ("qd20", "H29..1", False),
        ("qd20", "h29", False),
        ("qd20", "H" * 36, False),
        ("qcvn102", "000.00.01.H29", True),
        ("qcvn102", "00.00.01.H29", False),
        ("qcvn102", "H29", False),
        ("other", "H29", False),
    ],
)
def test_a_code_has_the_form_of_its_scheme(scheme, code, right):
    assert rules.is_code_of(scheme, code) is right


def test_a_code_is_stated_with_its_source_and_belongs_to_one_agency():
    testing.an_agency(code="one")
    testing.an_agency(code="other")
    told = {"by": testing.system, "scheme": "qd20", "code": "H29.7"}
    api.state_code(**told, agency_code="one", source="12/QĐ-UBND")
    assert api.agency(alias="H29.7").code == "one"
    with pytest.raises(CodeTaken):
        api.state_code(**told, agency_code="other", source="12/QĐ-UBND")
    with pytest.raises(WrongCode):
        api.state_code(**{**told, "code": "H29.8"}, agency_code="one", source=" ")
    with pytest.raises(NotPermitted):
        api.state_code(**{**told, "by": testing.actor(("agency_leader", 1))}, agency_code="one", source="x")


def test_an_agency_that_went_on_in_two_shows_both_and_exists_no_more(client):
    for code in ("old", "new", "newer"):
        testing.an_agency(code=code)
    for code, is_partial in (("new", False), ("newer", True)):
        api.state_succession(
            by=testing.system, old="old", new=code, on=date(2026, 1, 1), legal_basis="1/NQ", is_partial=is_partial
        )
    assert not api.agency(code="old").is_valid(date(2026, 1, 1)) and api.agency(code="old").is_valid(date(2025, 12, 31))
    assert "/agencies/newer/" in client.get("/agencies/old/").text
    assert "/agencies/old/" in client.get("/agencies/new/").text
    assert "/agencies/old/" not in client.get("/agencies/").text
    assert "/agencies/old/" in client.get("/agencies/?on=2025-12-31").text


def test_names_are_found_without_marks_and_nonsense_does_no_harm(client):
    api.load_agencies(by=testing.system)
    assert "department.construction" in client.get("/agencies/?q=so+xay+dung").text
    for nonsense in ("?q=%00", "?on=2026-99-99", "?q=" + "x" * 5000, "?q=🙂"):
        assert client.get(f"/agencies/{nonsense}").status_code == 200
    assert client.get("/agencies/no-such/").status_code == 404
