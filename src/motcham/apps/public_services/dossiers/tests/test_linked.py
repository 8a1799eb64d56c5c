"""A linked dossier: whoever filed sees each agency's part with its time and its signed result; no agency reads more than its part."""

from __future__ import annotations

import io
import re
from typing import Any

import openpyxl
import pytest
from django.test import Client
from django.utils import timezone

from motcham.apps.public_services import states
from motcham.apps.public_services.dossiers.tests.papers import desk, row_of
from motcham.apps.public_services.testing import answers
from motcham.blocks.cases import api as cases
from motcham.blocks.cases.define import CaseLine, NewCase, case_types
from motcham.blocks.channels import api as channels
from motcham.blocks.documents import api as documents
from motcham.blocks.documents.testing import print_orders
from motcham.blocks.identity import api as identity
from motcham.blocks.identity.testing import a_citizen, an_agency, an_officer, client_of, forget, system

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("house")]
KEY = "public_services.birth_registration"
POLICE, INSURANCE, WARD = "department.public_security", "centre.social_insurance", "ward.26740"
CHILD = {
    "child_name": "Nguyễn Minh An", "child_sex": "female", "child_born_on": "2026-02-20", "child_born_at": "Bệnh viện Từ Dũ",
    "filer_is": "mother", "lives_with": "mother", "treated_at": "Trạm y tế phường",
}  # fmt: skip
DRAWN = {"title": "Thông báo", "fields": ["child_name"], "text": "Đã đăng ký.", "issue": "1"}


@pytest.fixture
def dossier() -> Any:
    """File a dossier of three agencies, and accept it."""
    for code in (POLICE, INSURANCE):
        an_agency(code=code, kind="department")
    forget()
    read = cases.parse_answers(case_types[KEY].fields, answers(**CHILD), now=timezone.now())
    assert read.errors == {}
    opened = cases.open_case(NewCase(type_key=KEY, answers=read.answers, channel="web"), by=a_citizen())
    for to in (states.ACCEPTED, states.IN_PROGRESS):
        cases.take_step(by=system, case_id=opened.id, to=to)
    return opened


def part(dossier: Any, agency: str) -> CaseLine:
    parts = cases.case_by_id(dossier.id, actor=system).sub_cases
    return next(each for each in parts if each.agency_id == identity.agency(code=agency).id)


def officer(agency: str) -> Client:
    return client_of(an_officer(role="department_officer", agency_code=agency))


def page_of(dossier: Any) -> str:
    return str(Client().get(f"/track/{dossier.code}/").content.decode())


def results(dossier: Any) -> list[str]:
    return [each.agency_code for each in documents.results(owner=f"case:{dossier.id}") if not each.withdrawn_at]


def test_whoever_filed_sees_who_has_which_part_until_when(dossier):
    shown = page_of(dossier)
    section = shown[shown.index('id="parts"') :].partition("</section>")[0]
    rows = [re.sub(r"<[^>]+>", " ", each) for each in section.split("<li")[1:]]
    assert len(rows) == 3 and section.count("<time") >= 3
    for work in ("Đăng ký khai sinh", "Đăng ký thường trú", "Cấp thẻ bảo hiểm y tế"):
        assert sum(work in row and "Đang xử lý" in row for row in rows) == 1


def test_a_parent_who_files_is_named_once_and_known_to_every_agency(dossier):
    assert "mother_name" not in cases.case_by_id(dossier.id, actor=system).sealed_fields
    for agency, name in ((POLICE, "mother_name"), (INSURANCE, "mother_number")):
        told = cases.reveal(by=system, case_id=part(dossier, agency).id, field=name, purpose="verify")
        assert told in ("Trần Thị Bình", "079190000123")


@pytest.mark.parametrize(
    ("said", "wrong"),
    [
        ({"filer_is": "mother", "father_number": "079190000123"}, "father_number"),
        ({"filer_is": "else", "mother_name": "Lê Thị Hoa", "mother_number": "079190000123"}, "mother_number"),
        (
            {"filer_is": "else", "mother_name": "Lê Thị Hoa", "mother_number": "079191000456", "father_number": "079191000456"},
            "father_number",
        ),
    ],
)
def test_nobody_is_both_parents_nor_a_grandparent_one_of_them(said, wrong):
    read = cases.parse_answers(case_types[KEY].fields, answers(**CHILD | said), now=timezone.now())
    assert set(read.errors) == {wrong}
    right = {**CHILD, **said, wrong: "079089000789"}
    assert cases.parse_answers(case_types[KEY].fields, answers(**right), now=timezone.now()).errors == {}


def test_each_agency_signs_the_result_of_its_part_for_the_page_of_the_whole(dossier):
    for agency in (POLICE, INSURANCE):
        answer = officer(agency).post(f"/dossiers/{part(dossier, agency).id}/result/", DRAWN)
        assert answer.status_code == 302 and part(dossier, agency).state == "closed"
    print_orders()
    assert sorted(results(dossier)) == sorted((POLICE, INSURANCE))
    found = documents.results(owner=f"case:{dossier.id}")
    assert all(f"/dossiers/of/{dossier.code}/results/{each.code}.pdf" in page_of(dossier) for each in found)
    held = documents.wallet(holder=f"account:{row_of(dossier).case.filer_id}")
    assert {each.code for each in found} == {each.result.code for each in held if each.result}
    cases.take_step(by=system, case_id=part(dossier, WARD).id, to=states.DONE)
    cases.take_step(by=system, case_id=dossier.id, to=states.DONE, answers={states.ELECTRONIC: False})
    assert row_of(dossier).electronic_result is True


def test_whoever_filed_is_told_of_every_part_with_what_its_agency_said(dossier):
    cases.take_step(by=system, case_id=part(dossier, POLICE).id, to=states.DONE, message="Cháu đã có tên trong hộ của mẹ.")
    cases.take_step(by=system, case_id=part(dossier, INSURANCE).id, to=states.STOPPED, message="Cháu đã có thẻ từ trước.")
    shown = page_of(dossier)
    assert "đã xong phần việc: Đăng ký thường trú" in shown and "Cháu đã có tên trong hộ của mẹ." in shown
    assert "dừng phần việc, chưa giải quyết được: Cấp thẻ bảo hiểm y tế" in shown and "Cháu đã có thẻ từ trước." in shown
    assert [each.template for each in channels.notices(to=f"case:{dossier.id}")].count("dossier_part") == 2


def test_an_agency_reads_its_part_and_nothing_else_of_the_dossier(dossier):
    police, ward = officer(POLICE), desk(WARD)
    officer(INSURANCE).post(f"/dossiers/{part(dossier, INSURANCE).id}/result/", {**DRAWN, "title": "Thẻ bảo hiểm y tế"})
    mine = police.get(f"/desk/{part(dossier, POLICE).id}/").content.decode()
    assert row_of(dossier).code in mine and f"/desk/{dossier.id}/" not in mine and "Thẻ bảo hiểm y tế" not in mine
    assert police.get(f"/desk/{dossier.id}/").status_code == 404
    [other] = documents.results(owner=f"case:{dossier.id}")
    assert police.get(f"/dossiers/{part(dossier, POLICE).id}/results/{other.code}.pdf").status_code == 404
    whole = ward.get(f"/desk/{dossier.id}/").content.decode()
    assert "Đăng ký thường trú" in whole and f"/desk/{part(dossier, POLICE).id}/" not in whole
    assert f"/desk/{part(dossier, WARD).id}/" in whole


def test_whoever_reads_out_the_number_of_the_whole_is_led_to_what_the_agency_has_of_it(dossier):
    number = row_of(dossier).code
    led = {agency: officer(agency).get("/desk/", {"q": number}) for agency in (WARD, POLICE)}
    assert led[WARD].headers["Location"] == f"/desk/{dossier.id}/"
    assert led[POLICE].headers["Location"] == f"/desk/{part(dossier, POLICE).id}/"
    an_agency(code="department.justice", kind="department")
    forget()
    assert officer("department.justice").get("/desk/", {"q": number}).status_code == 200, "who has no part of it is led nowhere"


def test_a_list_that_is_taken_out_names_the_whole_and_its_parts_by_the_number_on_the_slips(dossier):
    head = client_of(an_officer(role="agency_leader", agency_code=WARD))
    answer = head.get("/desk/export/", {"list": "all"})
    sheet = openpyxl.load_workbook(io.BytesIO(b"".join(answer.streaming_content))).active
    heading, *rows = [[cell.value for cell in row] for row in sheet.iter_rows()]
    numbers = [row[heading.index("Mã hồ sơ")] for row in rows]
    assert numbers == [row_of(dossier).code] * 2, "the whole, and the part of the ward"


def test_no_key_of_the_desk_opens_two_things(dossier):
    keys = re.findall(r'<summary data-key="(\w)"', desk(WARD).get(f"/desk/{dossier.id}/").content.decode())
    assert sorted(keys) == sorted(set(keys)) and {"t", "h", "c"} <= set(keys)


def test_a_wrong_result_is_withdrawn_by_the_agency_that_issued_it_alone(dossier):
    police, line = officer(POLICE), part(dossier, POLICE)
    police.post(f"/dossiers/{line.id}/result/", DRAWN)
    print_orders()
    [result] = documents.results(owner=f"case:{dossier.id}")
    why = {"reason": "Sai ngày sinh"}
    assert desk(WARD).post(f"/dossiers/{dossier.id}/results/{result.code}/withdraw/", why).status_code == 404
    assert results(dossier) == [POLICE]
    assert police.post(f"/dossiers/{line.id}/results/{result.code}/withdraw/", why).status_code == 302
    assert results(dossier) == [] and "Sai ngày sinh" in page_of(dossier)
    assert [each.template for each in channels.notices(to=f"case:{dossier.id}")].count("dossier_result_withdrawn") == 1
