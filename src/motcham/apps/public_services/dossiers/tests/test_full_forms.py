"""The full forms: what each asks of whom, and what it says where an answer would cost a second visit."""

from __future__ import annotations

import re
from datetime import datetime
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from motcham.apps.public_services import asking, states
from motcham.apps.public_services.definitions import business_household, food_safety, land_transaction, poor_household
from motcham.apps.public_services.dossiers.models import Dossier
from motcham.apps.public_services.testing import answers
from motcham.blocks.cases import api as cases
from motcham.blocks.cases.define import CaseType, Filing, case_types
from motcham.blocks.documents.testing import a_photo
from motcham.blocks.identity.testing import an_agency
from motcham.kernel.calendar import CITY
from motcham.kernel.terms import Kind

NOW = datetime(2026, 3, 2, 9, tzinfo=CITY)
HOUSEHOLD, FOOD, POOR, LAND = (
    business_household.business_household,
    food_safety.food_safety,
    poor_household.poor_household,
    land_transaction.land_transaction,
)
SHOP = {
    "founded_by": "one",
    "business_name": "Minh An",
    "lines": [{"line": "Bán cơm tấm"}],
    "premises_are": "here",
    "capital": "50000000",
    "workers": "2",
}
WASHED = {
    "applicant": "citizen",
    "asks_for": "first",
    "facility": "workshop",
    "facility_name": "Nhà đóng gói số 1",
    "premises_are": "here",
    "goods": ["plants"],
    "products": [{"product": "Rau muống", "origin": "Ruộng nhà"}],
    "workers": "4",
}
HOME = {
    "role": "head",
    "standing": "neither",
    "members": [{"name": "Trần Thị Bình", "born_on": "1990-05-20", "relation": "head", "personal_number": "079190000123"}],
    "causes": ["illness"],
}
GIFT = {
    "applicant": "citizen",
    "deal": "gift",
    "asset": "land",
    "certificate": "BK 123456",
    "premises_are": "here",
    "parties": [
        {"side": "gives", "name": "Lê Thị Năm", "number": "079150000111", "signing": "signs"},
        {"side": "takes", "name": "Trần Thị Bình", "number": "079190000123", "signing": "signs"},
    ],
}


def read(form: CaseType, own: dict[str, Any], **changes: Any):
    """Read what a person types into a form who brings the papers to a counter."""
    return cases.parse_answers(form.fields, answers(**{**own, **changes}), now=NOW)


def wrong(form: CaseType, own: dict[str, Any], **changes: Any) -> dict[str, str]:
    return read(form, own, **changes).errors


def test_wards_stand_in_the_list_where_a_reader_looks_for_their_name():
    names = [str(each.label) for each in asking.areas()]
    found = [
        names.index(each)
        for each in (
            "Phường An Hội Đông",
            "Phường An Hội Tây",
            "Phường Cát Lái",
            "Phường Chợ Quán",
            "Phường Đông Hòa",
            "Phường Gò Vấp",
        )
    ]
    assert found == sorted(found) and names.index("Xã An Long") > found[-1] and names[-1].startswith("Đặc khu")


@pytest.mark.parametrize(
    ("form", "own"), [(HOUSEHOLD, SHOP), (FOOD, WASHED), (POOR, HOME), (LAND, GIFT)], ids=["shop", "food", "poor", "land"]
)
def test_the_shortest_way_through_a_form_has_nothing_to_mend(form, own):
    assert wrong(form, own) == {}
    assert [(each.key, each.leads_to) for each in form.steps] == [(each.code, each.leads_to) for each in states.STATES]


@pytest.mark.parametrize("form", [HOUSEHOLD, FOOD, POOR, LAND], ids=lambda form: form.counted_as)
def test_what_identifies_people_is_sealed_also_where_it_is_repeated(form):
    for each in form.fields:
        inner = each.fields if each.kind is Kind.GROUP else (each,)
        for one in inner:
            if re.search(r"(^|_)(name|number|born_on|phone|email|address|premises)$", one.name) and one.name not in (
                "business_name",
                "facility_name",
                "deal_name",
            ):
                assert one.identifies, one.name


# --- a household business


def test_members_are_asked_for_where_a_household_registers_and_nowhere_else():
    assert set(wrong(HOUSEHOLD, SHOP, founded_by="family")) == {"members"}
    husband = {"name": "Nguyễn Văn Cường", "personal_number": "079188000321", "born_on": "1988-01-02"}
    both = read(HOUSEHOLD, SHOP, founded_by="family", members=[husband])
    assert both.errors == {} and both.answers["members"] == [husband]
    assert "members" not in read(HOUSEHOLD, SHOP, members=[husband]).answers


def test_one_person_alone_hands_in_no_paper_and_a_household_one():
    alone = read(HOUSEHOLD, SHOP, papers_by="sent")
    assert alone.errors == {} and asking.PAPERS_BY not in alone.answers
    husband = {"name": "Nguyễn Văn Cường", "personal_number": "079188000321", "born_on": "1988-01-02"}
    assert set(wrong(HOUSEHOLD, SHOP, founded_by="family", members=[husband], papers_by="sent")) == {"paper_1"}


@pytest.mark.parametrize("name", ["Công ty Minh An", "doanh  nghiệp Minh An", "CÔNG TY"])
def test_a_name_that_the_office_would_send_back_is_refused_at_once(name):
    assert set(wrong(HOUSEHOLD, SHOP, business_name=name)) == {"business_name"}


@pytest.mark.parametrize(
    ("field", "value"),
    [("capital", "0"), ("capital", "-5"), ("workers", "0"), ("workers", "1001"), ("opens_on", "2020-01-01"), ("lines", [])],
)
def test_what_cannot_be_meant_is_refused_with_what_to_do(field, value):
    assert set(wrong(HOUSEHOLD, SHOP, **{field: value})) == {field}


def test_the_dossier_belongs_to_the_ward_of_the_shop():
    own = read(HOUSEHOLD, SHOP).answers
    assert HOUSEHOLD.place_of is not None and HOUSEHOLD.place_of(own).area_code == "26740"
    elsewhere = read(HOUSEHOLD, SHOP, premises_are="elsewhere", premises_area="26743", premises="5 Nguyễn Huệ").answers
    place = HOUSEHOLD.place_of(elsewhere)
    assert place.area_code == "26743" and not place.address
    filing = Filing(answers=elsewhere, place=place, channel="web", at=NOW)
    assert HOUSEHOLD.route(filing) == "ward.26743"


def test_a_ward_that_was_typed_and_is_asked_no_more_counts_no_more():
    kept = read(HOUSEHOLD, SHOP, premises_area="26743", premises="5 Nguyễn Huệ").answers
    assert HOUSEHOLD.place_of(kept).area_code == "26740"


# --- food safety


def test_who_serves_meals_is_sent_on_before_anything_else_is_asked():
    assert set(wrong(FOOD, WASHED, facility="meals")) >= {"facility"}
    assert "1022" in wrong(FOOD, WASHED, facility="meals")["facility"]


def test_a_boat_has_a_number_and_no_address():
    boat = {"facility": "boat", "boat": "SG 91234 TS"}
    found = read(FOOD, WASHED, **boat)
    assert found.errors == {} and "premises_are" not in found.answers
    assert set(wrong(FOOD, WASHED, facility="boat")) == {"boat"}


def test_the_earlier_certificate_is_asked_for_of_those_alone_who_have_one():
    assert "earlier" not in read(FOOD, WASHED, earlier="123/2023").answers
    assert read(FOOD, WASHED, asks_for="again", earlier="123/2023").answers["earlier"] == "123/2023"
    assert wrong(FOOD, WASHED, asks_for="again") == {}


# --- a poor household


def test_a_household_that_is_recognised_already_learns_what_else_there_is():
    assert "1.011608" in wrong(POOR, HOME, standing="poor")["standing"]


def test_a_household_has_one_head_and_every_person_once():
    head = HOME["members"][0]
    assert "members" in wrong(POOR, HOME, members=[head, {**head, "personal_number": "079190000124"}])
    assert "members" in wrong(POOR, HOME, members=[head, {**head, "relation": "spouse"}])
    child = {"name": "Trần Minh An", "born_on": "2020-07-07", "relation": "child"}
    assert wrong(POOR, HOME, members=[head, child, {**child, "name": "Trần Minh Ân"}]) == {}


def test_a_mistake_in_one_row_is_said_in_that_row():
    head = HOME["members"][0]
    errors = wrong(POOR, HOME, members=[head, {"name": "Trần Minh An", "born_on": "2999-01-01", "relation": "child"}])
    assert set(errors) == {"members-1-born_on"}


# --- a transaction on land


def test_both_sides_take_part_and_nobody_twice():
    gives, takes = GIFT["parties"]
    assert set(wrong(LAND, GIFT, parties=[gives, {**takes, "side": "gives"}])) == {"parties"}
    assert set(wrong(LAND, GIFT, parties=[gives, {**takes, "number": "079 150 000 111"}])) == {"parties"}
    assert set(wrong(LAND, GIFT, parties=[gives])) == {"parties"}


@pytest.mark.parametrize(
    ("number", "is_right"),
    [("079150000112", True), ("0314409058", True), ("0314409059", False), ("12345", False), ("chưa có", False)],
)
def test_a_party_is_a_person_or_an_organisation_with_a_number(number, is_right):
    gives, takes = GIFT["parties"]
    assert (wrong(LAND, GIFT, parties=[gives, {**takes, "number": number}]) == {}) is is_right


def test_who_cannot_sign_needs_two_witnesses_whom_they_or_the_office_bring():
    gives, takes = GIFT["parties"]
    parties = [{**gives, "signing": "witnessed"}, takes]
    assert set(wrong(LAND, GIFT, parties=parties)) == {"witnesses_by"}
    assert wrong(LAND, GIFT, parties=parties, witnesses_by="office") == {}
    one = {"name": "Phạm Văn Một", "personal_number": "079170000222"}
    assert set(wrong(LAND, GIFT, parties=parties, witnesses_by="brings", witnesses=[one])) == {"witnesses"}
    two = {"name": "Võ Thị Hai", "personal_number": "079171000333"}
    assert wrong(LAND, GIFT, parties=parties, witnesses_by="brings", witnesses=[one, two]) == {}


def test_an_interpreter_is_asked_for_where_somebody_speaks_no_vietnamese():
    gives, takes = GIFT["parties"]
    assert "interpreter" not in read(LAND, GIFT, interpreter="Ai đó").answers
    translated = read(LAND, GIFT, parties=[gives, {**takes, "signing": "translated"}], interpreter="Lý Văn Ba")
    assert translated.errors == {} and translated.answers["interpreter"] == "Lý Văn Ba"


def test_land_needs_its_certificate_and_a_movable_thing_only_if_it_has_one():
    assert set(wrong(LAND, GIFT, papers_by="sent")) == {"paper_1", "paper_2"}
    thing = {"asset": "movable", "thing": "Xe máy 59-A1 12345", "papers_by": "sent"}
    assert set(wrong(LAND, GIFT, **thing)) == {"paper_2"}
    assert set(wrong(LAND, GIFT, asset="movable")) == {"thing"}


def test_a_transaction_without_a_usual_name_is_named():
    assert set(wrong(LAND, GIFT, deal="other")) == {"deal_name"}


# --- their limits: what the page or the dated table says, nothing where both are silent


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("key", "channel", "limit"),
    [
        ("business_household", "web", (3, "working_days")),
        ("business_household", "counter", (3, "working_days")),
        ("food_safety", "web", (15, "calendar_days")),
        ("land_transaction", "counter", (2, "working_days")),
        ("poor_household", "counter", (15, "calendar_days")),
        ("poor_household", "post", (15, "calendar_days")),
        ("poor_household", "web", None),
    ],
)
def test_a_limit_is_that_of_the_page_or_of_the_dated_table(key, channel, limit):
    form = case_types[f"public_services.{key}"]
    found = form.sets_limit(Filing(answers={}, place=None, channel=channel, at=NOW))
    assert (found.limit and (found.limit.amount, found.limit.unit.value)) == limit
    assert found.legal_basis or limit is None


# --- in the browser


PAGES = (
    {"on_behalf": "self"},
    {
        "name": "Trần Thị Bình",
        "personal_number": "079190000123",
        "born_on-day": "20",
        "born_on-month": "5",
        "born_on-year": "1990",
    },
    {"phone": "0901 234 567", "area": "26740", "address": "12 Lê Lợi"},
    {"founded_by": "family"},
    {
        "members-0-name": "Nguyễn Văn Cường",
        "members-0-personal_number": "079188000321",
        "members-0-born_on-day": "2",
        "members-0-born_on-month": "1",
        "members-0-born_on-year": "1988",
    },
    {"business_name": "Minh An", "lines-0-line": "Bán cơm tấm", "lines-1-line": "Bán nước"},
    {"premises_are": "elsewhere"},
    {"premises_area": "26743", "premises": "5 Nguyễn Huệ"},
    {"capital": "50.000.000", "workers": "2"},
    {"papers_by": "sent"},
    {"paper_1": "authorised"},
    {"result_by": "online"},
)


@pytest.mark.django_db
@pytest.mark.usefixtures("house")
def test_a_household_business_is_filed_page_by_page_to_the_end():
    client = Client()
    address = "/new/public_services.business_household/"
    for values in PAGES:
        page = client.get(address)
        assert page.status_code == 200
        for name in values:
            assert f'name="{name.replace("lines-1", "lines-0")}"' in page.content.decode(), (address, name)
        files = {"paper_1": SimpleUploadedFile("uy-quyen.jpg", a_photo(), "image/jpeg")} if "paper_1" in values else {}
        answer = client.post(address, {**values, **files})
        assert answer.status_code == 302, re.sub(r"<[^>]+>", " ", answer.content.decode())[:2000]
        address = answer["Location"]
    review = client.get(address).content.decode()
    assert "Bán cơm tấm" in review and "Nguyễn Văn Cường" in review and "50.000.000" in review
    assert client.post(address, {"truth": "yes"}).status_code == 302
    case = Dossier.objects.get().case
    assert (case.category, case.area_code, case.agency.code) == ("1.001612", "26743", "ward.26743")
    assert not {"members", "premises", "name"} & set(case.answers)
    assert [each["line"] for each in case.answers["lines"]] == ["Bán cơm tấm", "Bán nước"]


@pytest.mark.django_db
@pytest.mark.usefixtures("house")
def test_the_department_settles_food_safety_wherever_the_place_is():
    an_agency(code="department.food_safety", kind="department")
    typed = read(FOOD, WASHED, premises_are="elsewhere", premises_area="26743", premises="Ấp 3").answers
    place = FOOD.place_of(typed)
    assert FOOD.route(Filing(answers=typed, place=place, channel="web", at=NOW)) == "department.food_safety"
    assert place.area_code == "26743"
