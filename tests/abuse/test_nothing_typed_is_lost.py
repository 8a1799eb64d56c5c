"""Whatever comes between typing and sending, the words come back: a session that ran out, a form that aged, a flood, a full disk."""

from __future__ import annotations

import re
from datetime import timedelta
from html import unescape

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from motcham.blocks.cases import api as cases
from motcham.blocks.cases import testing as case_testing
from motcham.blocks.cases.define import NewCase
from motcham.blocks.documents.testing import a_photo
from motcham.blocks.identity import testing as identity
from motcham.blocks.identity.api import kept_file
from motcham.blocks.identity.models import Session

pytestmark = pytest.mark.django_db
WARD = "ward.26740"
WORDS = 'Đã cho người đến thay bóng đèn lúc 9 giờ, cảm ơn bà con. "Xin" <chờ> & =1+1'
REPORT = "/new/feedback_1022.report/"


@pytest.fixture(autouse=True)
def unhurried() -> None:
    case_testing.forget_callers()


@pytest.fixture
def officer():
    identity.an_agency(code=WARD, area_code=WARD[-5:])
    return identity.an_officer(role="ward_officer", agency_code=WARD)


@pytest.fixture
def case(officer):
    answers = {"category": "infrastructure.street_light", "description": "Đèn tắt."}
    new = NewCase(type_key="feedback_1022.report", answers=answers, channel="web", agency_id=officer.posts[0].agency_id)
    return cases.open_case(new, by=identity.system)


def age(client: Client) -> None:
    """Let the session of a browser run out."""
    Session.objects.filter(session_key=client.cookies["sessionid"].value).update(
        expire_date=timezone.now() - timedelta(minutes=1), seen_at=timezone.now() - timedelta(hours=2)
    )


def sign_in_again(client: Client, who) -> None:
    """Come in again in the same browser, as the pages of sign-in do: what the session holds goes over into the new one."""
    kept = dict(client.session.items())
    client.cookies.update(identity.client_of(who).cookies)
    session = client.session
    session.update({name: value for name, value in kept.items() if name.startswith("kept_")})
    session.save()


def test_an_answer_written_until_the_session_ran_out_is_given_back_after_signing_in(officer, case):
    client = identity.client_of(officer)
    age(client)
    turned_away = client.post(
        f"/desk/{case.id}/act/",
        {"act": "note", "note-message": WORDS, "version": "1"},
        headers={"Referer": f"http://testserver/desk/{case.id}/"},
    )
    assert turned_away.status_code == 302
    assert turned_away["Location"] == "/account/login/?next=%2Faccount%2Fkept%2F"

    sign_in_again(client, officer)
    page = client.get("/account/kept/")
    assert WORDS in unescape(page.text)
    sent = dict(
        re.findall(r'<(?:input type="hidden"|textarea class="textarea") name="([\w-]+)"[^>]*?(?:value="([^"]*)")?>', page.text)
    )
    assert f'action="/desk/{case.id}/act/"' in page.text and {"act", "note-message", "version"} <= set(sent)

    done = client.post("/account/kept/")
    assert done["Location"] == f"/desk/{case.id}/"
    assert client.get("/account/kept/")["Location"] == "/"


def test_the_photos_of_an_answer_come_back_with_it_and_go_to_nobody_else(officer, case):
    client = identity.client_of(officer)
    age(client)
    photos = [SimpleUploadedFile("sau.jpg", a_photo()), SimpleUploadedFile("hỏng.jpg", b"no picture")]
    typed = {"act": "answered", "answered-message": WORDS, "version": "1", "answered-answer_photos": photos}
    client.post(f"/desk/{case.id}/act/", typed)

    sign_in_again(client, officer)
    client.cookies["language"] = "en"
    page = client.get("/account/kept/").text
    assert "sau.jpg" in page and "Choose these again, they could not be kept: hỏng.jpg" in unescape(page)
    given = dict(re.findall(r'<input type="hidden" name="([\w-]+)" value="([^"]*)">', page))
    token = unescape(given["answered-answer_photos-kept"])
    assert kept_file(token=token, by=identity.an_officer(role="ward_officer", agency_code=WARD)) is None
    assert kept_file(token=token[:-1], by=officer) is None

    given["answered-message"] = WORDS
    sent = client.post(f"/desk/{case.id}/act/", {name: unescape(value) for name, value in given.items()})
    assert sent.status_code == 302
    assert cases.case_by_id(case.id, actor=officer).documents == (kept_file(token=token, by=officer),)


def test_the_next_one_at_the_same_desk_does_not_read_it(officer, case):
    client = identity.client_of(officer)
    age(client)
    client.post(f"/desk/{case.id}/act/", {"act": "note", "note-message": WORDS})

    sign_in_again(client, identity.an_officer(role="ward_officer", agency_code=WARD))
    assert client.get("/account/kept/")["Location"] == "/"
    assert "kept_form" not in client.session


def test_what_is_kept_lies_sealed_and_no_password_is_among_it(officer, case):
    client = identity.client_of(officer)
    age(client)
    client.post(f"/desk/{case.id}/act/", {"act": "note", "note-message": WORDS})
    assert "bóng" not in str(dict(client.session.items()))

    other = identity.client_of(officer)
    age(other)
    answer = other.post("/account/password/", {"oldpassword": "a", "password1": "b", "password2": "b"})
    assert "kept" not in answer["Location"]


@pytest.mark.parametrize("path", [f"{REPORT}?x=1", "/1022/alert/", "/track/"])
def test_a_form_that_aged_shows_what_was_typed(path):
    client = Client(enforce_csrf_checks=True)
    refused = client.post(path, {"description": WORDS, "password": "not to be shown", "token": "x" * 40})
    assert refused.status_code == 403
    assert WORDS in unescape(refused.text)
    assert "not to be shown" not in refused.text and "x" * 40 not in refused.text


def test_the_draft_of_a_form_that_aged_is_there_when_the_page_is_opened_again():
    client = Client(enforce_csrf_checks=True)
    client.get(REPORT)
    token = client.cookies["csrftoken"].value
    first = client.post(f"{REPORT}3/", {"description": WORDS, "csrfmiddlewaretoken": token})
    assert first.status_code in (200, 302, 422)
    del client.cookies["csrftoken"]
    refused = client.post(f"{REPORT}4/", {"place-address": "1 Đồng Khởi, phường Sài Gòn"})
    assert refused.status_code == 403
    assert "1 Đồng Khởi, phường Sài Gòn" in unescape(refused.text)
    kept = client.get(f"{REPORT}3/").text
    assert WORDS in unescape(kept)


def test_a_file_of_300_megabytes_is_refused_unread_and_told_what_to_do():
    client = Client()
    client.post(f"{REPORT}3/", {"description": WORDS})
    answer = client.post(f"{REPORT}3/", {"description": "mới"}, headers={"Content-Length": str(300 * 1024 * 1024)})
    assert answer.status_code == 413
    assert "10 MB" in answer.text and WORDS in unescape(client.get(f"{REPORT}3/").text)


def test_a_flood_is_told_when_to_come_back_and_shown_its_words():
    client = Client(REMOTE_ADDR="203.0.113.9")
    for _each in range(200):
        client.cookies.clear()
        answer = client.post(REPORT, {"description": WORDS})
        if answer.status_code == 429:
            break
    assert answer.status_code == 429
    assert int(answer["Retry-After"]) > 0
    assert WORDS in unescape(answer.text)
