"""A leader hands out a directive from the desk and follows it there; its code leads nobody else to it."""

from __future__ import annotations

from collections.abc import Iterator
from uuid import UUID

import pytest
from django.test import Client

from motcham.blocks.cases import api
from motcham.blocks.cases.define import NoSuchCase
from motcham.blocks.channels.testing import deliver
from motcham.blocks.identity.testing import an_agency, an_officer, client_of, forget

pytestmark = pytest.mark.django_db
FORM = "/new/directives.directive/"
ANSWERS = {"subject": "Chống ngập khu vực chợ", "lead": "test-ward"}


@pytest.fixture(autouse=True)
def agencies() -> Iterator[None]:
    forget()
    an_agency(code="test-ward")
    an_agency(code="test-office", kind="department")
    yield
    forget()


@pytest.fixture
def leader() -> Client:
    return client_of(an_officer(role="city_leader", agency_code="test-office"))


def handed_out(leader: Client) -> str:
    """Hand out a directive by the form, and return its page on the desk."""
    leader.post(FORM, ANSWERS)
    review = leader.get(f"{FORM}review/").content.decode()
    assert 'name="channel"' not in review and "mã hóa" not in review, "it came in by no channel, and holds nobody's name"
    receipt = leader.post(f"{FORM}review/", follow=True)
    assert receipt.redirect_chain[-1][0] == f"{FORM}received/" and "/track/" not in receipt.content.decode().split("<main")[1]
    return str(receipt.context["href"])


def test_the_desk_of_a_leader_leads_to_the_form_and_that_of_others_does_not(leader):
    assert FORM in leader.get("/desk/").content.decode()
    other = client_of(an_officer(role="ward_officer", agency_code="test-ward"))
    assert FORM not in other.get("/desk/").content.decode()
    assert other.get(FORM).status_code == 403


def test_what_was_handed_out_is_followed_on_the_desk(leader):
    page = handed_out(leader)
    assert page.startswith("/desk/") and ANSWERS["subject"] in leader.get(page).content.decode()
    assert page in leader.get("/").content.decode(), "among one's own cases"


def test_the_leader_is_told_of_the_result(leader):
    page = handed_out(leader)
    officer = an_officer(role="ward_officer", agency_code="test-ward")
    api.take_step(case_id=UUID(page.split("/")[-2]), to="reported", by=officer, message="Đã nạo vét xong.")
    deliver()
    assert ANSWERS["subject"] in leader.get("/notices/").content.decode()


def test_its_code_leads_nobody_to_it(leader):
    handed_out(leader)
    code = leader.get(f"{FORM}received/").context["code"]
    assert Client().get(f"/track/{code}/").status_code == 404
    assert Client().get(f"/api/v1/cases/{code}").status_code == 404
    with pytest.raises(NoSuchCase):
        api.case_by_code(code)
