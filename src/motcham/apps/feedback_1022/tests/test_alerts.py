"""Whoever follows a ward by e-mail is told of each report that an officer publishes there, once, and of nothing else."""

from __future__ import annotations

import re

import pytest
from django.db import transaction
from django.test import Client

from motcham.apps.feedback_1022 import shared
from motcham.blocks.cases import api as cases
from motcham.blocks.cases.define import NewCase, Place
from motcham.blocks.cases.testing import forget_callers
from motcham.blocks.channels.testing import deliver, mail_server
from motcham.blocks.identity import api as identity
from motcham.blocks.identity.testing import system

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _fresh():
    identity.load_agencies(by=system)
    shared.forget()
    forget_callers()


def reported(area: str = "26740", category: str = "infrastructure.flooding"):
    answers = {"category": category, "description": "Nước ngập", "name": "Nguyễn Thị A", "phone": "+84901234567"}
    place = Place(106.7009, 10.7769, area, None, "212 Lê Lợi")
    new = NewCase(type_key="feedback_1022.report", answers=answers, channel="web", place=place)
    return cases.open_case(new, by=system).id


def follow(server, **given) -> None:
    client = Client()
    asked = {"area": "26740", "email": "lan@example.vn", "often": "each", **given}
    assert client.post("/1022/alert/", asked).status_code == 200
    deliver()
    text = server.got[-1][1].get_body(("plain",)).get_content()
    assert client.post(re.search(r"https://example\.vn(/notices/confirm/[\w.-]+/)", text)[1]).status_code == 200


def test_followers_are_told_of_what_is_published_and_of_nothing_before():
    with mail_server() as server:
        follow(server)
        case_id = reported()
        deliver()
        assert len(server.got) == 1
        cases.release(by=system, case_id=case_id, text="Nước ngập sâu")
        deliver()
    text = server.got[-1][1].get_body(("plain",)).get_content()
    assert len(server.got) == 2
    assert f"https://example.vn/1022/reports/{cases.public_ref(case_id)}/" in text
    assert not [secret for secret in ("Nguyễn Thị A", "Lê Lợi", "Nước ngập sâu", str(case_id)) if secret in text]


def test_publishing_anew_or_elsewhere_tells_nobody():
    with mail_server() as server:
        follow(server)
        case_id = reported()
        cases.release(by=system, case_id=case_id, text="Một")
        cases.release(by=system, case_id=case_id, text="Hai")
        cases.release(by=system, case_id=reported("26743"), text="Ba")
        deliver()
    assert len(server.got) == 2


def test_a_publication_that_is_undone_tells_nobody():
    with mail_server() as server:
        follow(server)
        case_id = reported()
        with transaction.atomic():
            cases.release(by=system, case_id=case_id, text="Một")
            transaction.set_rollback(True)
        deliver()
    assert len(server.got) == 1


def test_the_form_tells_all_that_is_wrong_at_once_beside_each_field_and_keeps_what_was_typed():
    answer = Client().post("/1022/alert/", {"area": "nowhere", "email": "lan@", "often": "each"})
    page = answer.content.decode()
    assert answer.status_code == 422
    assert re.search(r'id="q-area"[^>]*aria-invalid="true"', page) and re.search(r'id="q-email"[^>]*aria-invalid="true"', page)
    assert 'href="#q-area"' in page and 'href="#q-email"' in page
    assert 'value="lan@"' in page and re.search(r'value="each"[^>]*checked', page)


def test_the_letter_that_confirms_names_the_ward_and_the_form_says_no_more_to_strangers():
    with mail_server() as server:
        follow(server)
        again = Client().post("/1022/alert/", {"area": "26740", "email": "lan@example.vn", "often": "each"})
        assert again.status_code == 200
    assert "Sài Gòn" in server.got[0][1].get_body(("plain",)).get_content()
