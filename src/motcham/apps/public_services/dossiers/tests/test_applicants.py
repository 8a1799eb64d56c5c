"""Who files: for oneself, for somebody else, together with others, for a company; and as many papers as the source names."""

from __future__ import annotations

from dataclasses import replace

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from motcham.apps.public_services import asking
from motcham.apps.public_services.dossiers.models import Dossier
from motcham.apps.public_services.dossiers.tests.test_form import PAGES, TRUE
from motcham.apps.public_services.sources import Paper
from motcham.apps.public_services.testing import ALTERNATIVES, MARRIAGE_STATUS, answers, known
from motcham.blocks.cases import api as cases
from motcham.blocks.cases.define import NewCase, NotConfirmed, case_types
from motcham.blocks.documents.define import MAX_OF_ONE_OWNER
from motcham.blocks.documents.testing import a_photo
from motcham.blocks.identity.define import Actor
from motcham.blocks.identity.testing import a_citizen, actor, an_officer, client_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("house")]
FORM = "/new/public_services.dossier:1.004873/"
KEY = FORM.strip("/").removeprefix("new/")
OTHER = {"on_behalf": "other", "relation": "child", "for_name": "Trần Văn Dũng", "for_number": "079065000456"}


def read(key: str = KEY, **given):
    return cases.parse_answers(case_types[key].fields, answers(**given), now=timezone.now())


def test_a_representative_says_whom_they_stand_for_and_what_they_are_to_them():
    assert read(**OTHER).errors == {}
    assert set(read(on_behalf="other").errors) == {"relation", "for_name", "for_number"}
    assert set(read(**{**OTHER, "for_number": "079190000123"}).errors) == {"for_number"}


def test_a_guardian_needs_no_authorisation_and_others_have_a_slot_for_it():
    slot = next(each for each in case_types[KEY].fields if each.name == "authorisation")
    assert (
        slot.when
        and slot.when(OTHER)
        and not slot.when({**OTHER, "relation": "guardian"})
        and not slot.when({"on_behalf": "self"})
    )


def test_a_company_is_asked_for_its_code_and_who_leads_it_but_for_no_kinship():
    key = "public_services.dossier:1.009999"
    company = {"applicant": "company", "company": "Công ty Một", "tax_code": "0314409058", "papers_of": "g1"}
    assert read(key, **company).errors == {}
    assert set(read(key, **{**company, "tax_code": "0314409057"}).errors) == {"tax_code"}
    assert set(read(key, **{**company, "on_behalf": "other"}).errors) == {"for_name", "for_number"}


def test_those_who_apply_together_are_each_somebody_else():
    one = {"name": "Lê Minh Đức", "personal_number": "079093000777"}
    assert read(on_behalf="together", people=[one]).errors == {}
    assert set(read(on_behalf="together").errors) == {"people"}
    for wrong in ([one, one], [{**one, "personal_number": "079190000123"}]):
        assert set(read(on_behalf="together", people=wrong).errors) == {"people"}


def test_a_dossier_of_several_is_settled_when_all_confirmed():
    found = read(on_behalf="together", people=[{"name": "Lê Minh Đức", "personal_number": "079093000777"}])
    opened = cases.open_case(NewCase(type_key=KEY, answers=found.answers, channel="web"), by=Actor.anonymous())
    officer = actor(("ward_officer", opened.agency_id))
    assert "079093000777" not in str(Dossier.objects.get().case.answers)
    for step in ("2", "4"):
        cases.take_step(by=officer, case_id=opened.id, to=step)
    with pytest.raises(NotConfirmed):
        cases.take_step(by=officer, case_id=opened.id, to="9", answers={"electronic_result": False})
    cases.take_step(by=officer, case_id=opened.id, to="9", answers={"electronic_result": False, "attested": ["seen"]})
    assert Dossier.objects.get().case.answers["confirmed"] == ["counter"]


def test_more_papers_than_any_owner_may_have_are_taken_where_the_source_names_them():
    many = replace(MARRIAGE_STATUS, papers=tuple(Paper(f"Giấy tờ số {number}", "", 1, 0) for number in range(1, 27)))
    slots = [each.name for each in asking.slots(many)]
    assert len(slots) > MAX_OF_ONE_OWNER
    with known(many, ALTERNATIVES):
        client, address = Client(), FORM
        for values in PAGES[:4]:
            address = client.post(address, values)["Location"]
        pages = 0
        while "review" not in address:
            asked = [name for name in slots if f'name="{name}"' in client.get(address).content.decode()]
            assert len(asked) <= asking.PAPERS_A_PAGE
            files = {name: SimpleUploadedFile(f"{name}.jpg", a_photo(), "image/jpeg") for name in asked}
            answer = client.post(address, files if asked else PAGES[-1])
            assert answer.status_code == 302
            address, pages = answer["Location"], pages + bool(asked)
        assert pages == 3 and client.post(address, TRUE).status_code == 302
        case = Dossier.objects.get().case
        assert len(case.documents) == 26 and Dossier.objects.get().papers == 26
        sent = {"message": "Thêm một tờ", "photos": SimpleUploadedFile("more.jpg", a_photo(), "image/jpeg")}
        assert client.post(f"/track/{case.code}/add/", sent).status_code == 302
        case.refresh_from_db()
        assert len(case.documents) == 27


def test_what_one_says_of_an_earlier_marriage_is_for_officers_alone():
    given = {"side": "man", "before": "divorced", "before_paper": "Tòa án, 12/2024", "other_name": "Phạm Thu Hà", "other_number": "079198000222",
             "other_born_on": "1998-02-14", "other_address": "8 Pasteur", "other_before": "never", "truth": ["yes", "conditions"]}  # fmt: skip
    key = "public_services.marriage"
    opened = cases.open_case(NewCase(type_key=key, answers=read(key, **given).answers, channel="web"), by=Actor.anonymous())
    for page in (f"/track/{opened.code}/", f"/track/{opened.code}/confirm/"):
        text = client_of(a_citizen()).get(page).content.decode()
        assert (
            "Tòa án" not in text
            and "Phạm Thu Hà" not in text
            and str(case_types[key].field_named("before").choices[1].label) not in text
        )  # type: ignore[union-attr]
    officer = client_of(an_officer(role="ward_officer", agency_code="ward.26740")).get(f"/desk/{opened.id}/").content.decode()
    assert str(case_types[key].field_named("before").choices[1].label) in officer and "Tòa án" not in officer  # type: ignore[union-attr]
