"""A variant is a kind of case everywhere: in the API, on its page, in lists, in the inventory of personal data."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
from django.test import Client

from motcham.apps.public_services import making
from motcham.apps.public_services.dossiers.models import Dossier
from motcham.apps.public_services.dossiers.tests.test_dossier import case_of, filed, local, step
from motcham.apps.public_services.testing import BIRTH, MARRIAGE_STATUS, answers, known
from motcham.blocks.cases import api as cases
from motcham.blocks.cases.define import case_types, type_of
from motcham.blocks.identity.testing import an_agency, an_officer, client_of, system

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("house")]
API = "/api/v1/cases/public_services.dossier:1.004873"


def post(address: str, **body):
    return Client().post(address, json.dumps(body), content_type="application/json")


def test_a_program_files_a_dossier_and_is_told_what_is_wrong_by_field():
    wrong = post(API, answers=answers(personal_number="1"))
    assert wrong.status_code == 400 and "personal_number" in wrong.json()["fields"]
    answer = post(API, answers=answers())
    assert answer.status_code == 201 and answer.json()["due_at"] is None
    read = Client().get(answer.json()["href"]).json()
    assert (read["type"], read["category"], read["step"], read["state"]) == ("public_services.dossier", "1.004873", "1", "paused")


def test_a_family_is_not_filed_and_an_unknown_variant_is_not_there():
    for key in ("public_services.dossier", "public_services.dossier:9.999999"):
        assert post(f"/api/v1/cases/{key}", answers=answers()).status_code == 404


def test_the_description_of_the_api_names_the_variant_as_a_parameter():
    paths = Client().get("/api/v1/openapi.json").json()["paths"]
    found = paths["/api/v1/cases/public_services.dossier:{variant}"]["post"]
    assert [each["name"] for each in found["parameters"]] == ["variant", "Idempotency-Key"]
    assert "/api/v1/cases/public_services.dossier" not in paths


def test_the_page_of_a_variant_says_what_is_asked_and_by_which_law():
    page = Client().get("/services/public_services.dossier:1.004873/").content.decode()
    assert ("Tờ khai cấp Giấy xác nhận tình trạng hôn nhân" in page and "118/2025" in page) or "3 ngày làm việc" in page
    assert Client().get("/services/public_services.dossier/").status_code == 200
    assert Client().get("/services/personal-data/").status_code == 200


def test_lists_name_the_procedure_and_narrow_by_it():
    marriage_status = filed()
    filed("public_services.dossier:1.001193")
    client = client_of(an_officer(role="ward_officer", agency_code="ward.26740"))
    page = client.get("/desk/?list=new&category=1.001193").content.decode()
    assert BIRTH.title in page and str(marriage_status.id) not in page


def test_what_is_waited_for_by_the_office_and_by_the_citizen_are_two_lists():
    opened = filed()
    client = client_of(an_officer(role="ward_officer", agency_code="ward.26740"))
    assert str(opened.id) in client.get("/desk/?list=new").content.decode()
    assert str(opened.id) not in client.get("/desk/?list=waiting").content.decode()
    step(opened, "2", "2026-03-02 10:00")
    step(opened, "5", "2026-03-02 10:00", message="Thiếu")
    assert str(opened.id) not in client.get("/desk/?list=new").content.decode()
    assert str(opened.id) in client.get("/desk/?list=waiting").content.decode()


def test_a_new_version_of_a_procedure_leaves_old_dossiers_as_they_were():
    opened = filed()
    newer = replace(MARRIAGE_STATUS, version=2, papers=MARRIAGE_STATUS.papers[:1])
    with known(MARRIAGE_STATUS, newer):
        assert case_types["public_services.dossier:1.004873"].variant == "1.004873@2"
        assert type_of(case_of(opened)).field_named("paper_2") is not None
        assert case_types["public_services.dossier:1.004873"].field_named("paper_2") is None


def test_a_procedure_leads_to_its_full_form_where_there_is_one():
    assert making.form_of("2.000986") == "public_services.birth_registration"
    assert making.form_of("1.004873") == "public_services.marriage_status"
    assert making.form_of("1.001193") == "public_services.dossier:1.001193"


def test_nothing_is_made_before_it_is_asked_for():
    making._made.cache_clear()
    assert len([each for each in case_types if each.family == making.FAMILY]) == 1
    assert making._made.cache_info().currsize == 0


def test_the_same_key_files_once_and_gives_one_number():
    for _turn in range(2):
        Client().post(
            API, json.dumps({"answers": answers()}), content_type="application/json", headers={"Idempotency-Key": "a-key-of-mine"}
        )
    assert Dossier.objects.count() == 1


def test_a_linked_dossier_gives_each_agency_what_it_needs_and_no_more():
    for code in ("department.public_security", "centre.social_insurance"):
        an_agency(code=code, kind="department")
    child = {"child_name": "Nguyễn Minh An", "child_sex": "female", "child_born_on": "2026-02-20", "child_born_at": "Bệnh viện Từ Dũ",
             "filer_is": "mother", "lives_with": "mother", "treated_at": "Trạm y tế phường"}  # fmt: skip
    opened = filed("public_services.birth_registration", on="2026-03-02 09:00", **child)
    assert cases.case_by_id(opened.id, actor=system).sub_cases == ()
    step(opened, "2", "2026-03-02 10:00")
    parts = cases.case_by_id(opened.id, actor=system).sub_cases
    assert {each.category: local(each.due_at) for each in parts} == {
        "birth": "2026-03-02 17:00",
        "residence": "2026-03-05 17:00",
        "health_card": "2026-03-05 17:00",
    }
    assert sorted(each.category for each in parts) == ["birth", "health_card", "residence"]
    by_work = {each.category: cases.case_by_id(each.id, actor=system) for each in parts}
    assert by_work["health_card"].answers.get("treated_at") and "treated_at" not in by_work["residence"].answers
    assert "child_name" in by_work["residence"].sealed_fields and "child_name" not in by_work["residence"].answers
    assert cases.reveal(by=system, case_id=by_work["residence"].line.id, field="child_name", purpose="verify") == "Nguyễn Minh An"
