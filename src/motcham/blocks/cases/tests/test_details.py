"""Details kept with an account: filled in where nothing was typed, marked, corrected, forgotten, and only as surely as one signed in."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest
import time_machine
from django.test import Client
from django.utils import timezone

from motcham.blocks.cases import details, tasks, throttle
from motcham.blocks.cases.models import Details
from motcham.blocks.cases.testing import a_case_type, registered
from motcham.blocks.identity.testing import a_citizen, an_agency, an_officer, by_password, client_of, forget
from motcham.blocks.ledger.testing import written
from motcham.kernel.terms import Field, Kind

pytestmark = pytest.mark.django_db
FORM = "/new/testing.report/"
FIELDS = (
    Field("description", "What?", Kind.LONG_TEXT),
    Field("name", "Your name", identifies="name", prefill="name", page="who"),
    Field("number", "Number", Kind.PERSONAL_NUMBER, identifies="personal_number", prefill="personal_number", page="who"),
    Field("born", "Born", Kind.DATE, identifies="birth", prefill="birth", page="who"),
    Field("phone", "Phone", Kind.PHONE, identifies="phone", prefill="phone", page="who"),
    Field("mother", "Your mother's name", identifies="name", required=False, page="who"),
)
SAID = {
    "name": "Trần Thị Bình",
    "personal_number": "079190000123",
    "birth-day": "20",
    "birth-month": "5",
    "birth-year": "1990",
    "phone": "0901 234 567",
    "email": "",
    "area": "26740",
    "address": "12 Lê Lợi",
}


@pytest.fixture(autouse=True)
def case_type() -> Iterator[None]:
    forget()
    throttle.forget()
    an_agency(code="test-desk", kind="desk")
    with registered(a_case_type(fields=FIELDS, category="", title=lambda filing: "x")):
        yield
    forget()


def test_details_fill_in_the_next_form_are_marked_and_can_be_corrected():
    who = a_citizen()
    client = client_of(who)
    assert client.post("/new/details/", SAID)["Location"] == "/new/details/"
    assert b"Tr\xe1\xba\xa7n" not in bytes(Details.objects.get().sealed) and written("case.details_kept") == 1

    client.post(FORM, {"description": "Đèn tắt"})
    page = client.get(f"{FORM}2/").text
    for value in ("Trần Thị Bình", "079190000123", "0901 234 567", 'value="1990"'):
        assert value in page
    assert page.count('id="q-name-note"') == page.count('id="q-phone-note"') == 1
    assert 'id="q-mother-note"' not in page and 'href="/new/details/"' in page

    typed = {
        "name": "Trần Thị Bình (sửa)",
        "number": "079190000123",
        "born-day": "20",
        "born-month": "5",
        "born-year": "1990",
        "phone": "",
    }
    assert client.post(f"{FORM}2/", typed).status_code == 422
    again = client.get(f"{FORM}2/").text
    assert "Trần Thị Bình (sửa)" in again and 'id="q-name-note"' not in again
    assert "0901 234 567" not in again, "what was cleared stays cleared"


def test_nothing_is_filled_in_for_others():
    who = a_citizen()
    client_of(who).post("/new/details/", SAID)
    for other in (Client(), client_of(a_citizen()), client_of(an_officer(role="ward_officer", agency_code="test-desk"))):
        other.post(FORM, {"description": "x"})
        assert "Trần Thị Bình" not in other.get(f"{FORM}2/").text
    assert "Trần Thị Bình" not in client_of(a_citizen()).get("/new/details/").text


def test_number_and_birth_are_filled_in_only_for_whom_an_identity_of_level_2_vouches():
    who = a_citizen()
    client_of(who).post("/new/details/", SAID)
    weaker = by_password(client_of(who))
    weaker.post(FORM, {"description": "x"})
    page = weaker.get(f"{FORM}2/").text
    assert "Trần Thị Bình" in page and "079190000123" not in page and 'value="1990"' not in page
    assert "079190000123" not in weaker.get("/new/details/").text
    weaker.post("/new/details/", {**SAID, "name": "An", "personal_number": "001190000001"})
    assert details.of(who) == {"name": "An", "phone": "+84901234567", "area": "26740", "address": "12 Lê Lợi"}
    page = client_of(who).get("/new/details/").text
    assert "079190000123" in page and "001190000001" not in page, "what is not vouched for is neither shown nor changed"


def test_what_a_form_says_is_kept_only_when_its_sender_ticks_it():
    who = a_citizen()
    client = client_of(who)
    typed = {
        "name": "Lê An",
        "number": "079190000123",
        "born-day": "20",
        "born-month": "5",
        "born-year": "1990",
        "phone": "0901234567",
    }
    for ticked in ({}, {"keep-details": "yes"}):
        client.post(FORM, {"description": "x"})
        client.post(f"{FORM}2/", typed)
        assert 'name="keep-details"' in client.get(f"{FORM}review/").text
        client.post(f"{FORM}review/", ticked)
        assert Details.objects.exists() == bool(ticked)
        client.cookies.pop("draft_testing_report")
    client.post(FORM, {"description": "x"})
    assert "Lê An" in client.get(f"{FORM}2/").text
    client.post(f"{FORM}2/", typed)
    assert 'name="keep-details"' not in client.get(f"{FORM}review/").text, "nothing new is said"
    assert 'name="keep-details"' not in Client().get(f"{FORM}review/", follow=True).text


def test_wrong_details_are_told_and_stay_on_the_page():
    client = client_of(a_citizen())
    told = client.post("/new/details/", {**SAID, "personal_number": "123456789", "birth-year": "2999", "phone": "12"})
    assert told.status_code == 422 and 'value="123456789"' in told.text and 'value="2999"' in told.text
    assert not Details.objects.exists()


def test_details_are_deleted_at_once_when_asked_and_in_time_when_forgotten():
    who = a_citizen()
    client = client_of(who)
    client.post("/new/details/", SAID)
    client.post("/new/details/", {"act": "forget"})
    assert not Details.objects.exists() and written("case.details_erased") == 1
    client.post("/new/details/", SAID)
    with time_machine.travel(timezone.now() + timedelta(days=731), tick=False):
        tasks.forget_keys()
    assert not Details.objects.exists()


def test_emptying_every_answer_keeps_nothing():
    client = client_of(a_citizen())
    client.post("/new/details/", SAID)
    client.post("/new/details/", dict.fromkeys(SAID, ""))
    assert not Details.objects.exists()
