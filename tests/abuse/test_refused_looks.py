"""Somebody who guesses a code, an officer of another agency, a link that ended: nothing is seen, and that it was tried is written."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine
from django.test import Client
from django.utils import timezone

from motcham.blocks.cases import api as cases
from motcham.blocks.cases.define import NewCase
from motcham.blocks.cases.testing import forget_callers
from motcham.blocks.documents import api as documents
from motcham.blocks.documents import testing as document_testing
from motcham.blocks.identity import testing as identity
from motcham.blocks.ledger.testing import written

pytestmark = pytest.mark.django_db
WORDS = "Đèn tắt trước số 12, đã ba đêm rồi."


@pytest.fixture(autouse=True)
def unhurried() -> None:
    forget_callers()
    document_testing.forget()


@pytest.fixture
def case():
    for code in ("ward.26740", "ward.26743"):
        identity.an_agency(code=code, area_code=code[-5:])
    here = identity.an_officer(role="ward_officer", agency_code="ward.26740").posts[0].agency_id
    answers = {"category": "infrastructure.street_light", "description": WORDS, "name": "Nguyễn Văn A", "phone": "0901234567"}
    new = NewCase(type_key="feedback_1022.report", answers=answers, channel="web", agency_id=here)
    return cases.open_case(new, by=identity.system)


@pytest.mark.parametrize("way", ["", "act/", "reveal/", "files/019a0000-0000-7000-8000-000000000000/", "?pane", "release/"])
def test_an_officer_of_another_agency_sees_nothing_and_it_is_written(case, way):
    other = identity.client_of(identity.an_officer(role="ward_officer", agency_code="ward.26743"))
    is_act = way in ("act/", "reveal/", "release/")
    ask = other.post if is_act else other.get
    answer = ask(
        f"/desk/{case.id}/{way}", {"act": "note", "note-message": "x", "field": "name", "purpose": "contact"} if is_act else {}
    )
    assert answer.status_code == 404 and WORDS not in answer.text and "Nguyễn" not in answer.text
    assert written("case.look_refused") == 1 and written("case.look") == 0


def test_an_officer_who_searches_by_code_or_by_the_api_leaves_the_same_trace(case):
    officer = identity.an_officer(role="ward_officer", agency_code="ward.26743")
    client = identity.client_of(officer)
    assert WORDS not in client.get("/desk/find/", {"code": case.code}, follow=True).text
    assert WORDS not in client.get(f"/desk/?list=due&open={case.id}").text
    program = Client(headers={"Authorization": f"Bearer {identity.token_of(officer)}"})
    assert program.get(f"/api/v1/desk/cases/{case.id}").status_code == 404
    assert written("case.look_refused") == 3


def test_handing_a_case_on_is_no_refused_look(case):
    officer = identity.an_officer(role="ward_officer", agency_code="ward.26740")
    cases.transfer(by=officer, case_id=case.id, agency_id=identity.an_agency(code="ward.26743", area_code="26743"))
    client = identity.client_of(officer)
    assert client.get(f"/desk/{case.id}/").status_code == 404
    assert written("case.look_refused") == 1


def test_whoever_guesses_codes_sees_nothing_and_each_guess_is_written(case):
    client = Client()
    for address in ("/track/0000000000000/", "/api/v1/cases/0000000000000"):
        assert client.get(address).status_code == 404
    assert client.post("/track/", {"code": "0000-0000-00000"}).status_code == 404
    assert written("case.code_missed") == 3
    for number in range(60):
        answer = client.get(f"/track/{number:013d}/")
    assert answer.status_code == 429 and client.get(f"/track/{case.code}/").status_code == 429
    assert written("case.code_missed") <= 31, "a flood of guesses does not fill the log"


def test_a_link_that_ended_was_taken_back_or_never_was_is_written_and_shows_nothing():
    who = identity.a_citizen()
    paper = documents.receive(stream=document_testing.a_pdf(), filename="giấy.pdf", by=who, purpose="papers")
    documents.attach(document_ids=[paper.id], owner="case:1", by=who)
    token = documents.share(document_id=paper.id, by=who, lasts=timedelta(hours=1))
    with time_machine.travel(timezone.now() + timedelta(hours=2), tick=False):
        for address in (f"/shared/{token}/", f"/shared/{'x' * 32}/"):
            for ask in (Client().get, Client().post):
                answer = ask(address)
                assert answer.status_code == 404 and b"%PDF" not in answer.content
    assert written("document.look_refused") == 4 and written("document.looked_at") == 0
    (held,) = documents.wallet(holder=who.ref)
    assert held.shares[0].looks == ()
