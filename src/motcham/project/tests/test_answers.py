"""What holds for every answer: its headers, how it is packed, and the pages of what is refused."""

from __future__ import annotations

import gzip
import re

import pytest
from django.test import Client, RequestFactory, override_settings
from django.utils import timezone

from motcham.blocks.identity.define import Actor
from motcham.kernel.errors import Overtaken, TooMany
from motcham.project import problems
from motcham.project.middleware import POLICY

pytestmark = pytest.mark.django_db
PACKED = {"accept-encoding": "gzip, br"}


def words(response) -> str:
    return response.content.decode()


# --- packing ---


def test_a_page_for_strangers_is_packed_and_says_so():
    plain, packed = Client().get("/services/"), Client(headers=PACKED).get("/services/")
    assert packed["Content-Encoding"] == "gzip" and int(packed["Content-Length"]) == len(packed.content) < len(plain.content) / 2
    assert "Content-Encoding" not in plain and "<h1>" in gzip.decompress(packed.content).decode()
    assert "Accept-Encoding" in plain["Vary"] and "Accept-Encoding" in packed["Vary"]


def test_the_tag_of_a_packed_page_is_weak_and_still_known(time_machine):
    time_machine.move_to(timezone.now(), tick=False)  # with the hour it is another page
    client = Client(headers=PACKED)
    first = client.get("/board/")
    assert first["ETag"].startswith('W/"')
    assert client.get("/board/", headers={"if-none-match": first["ETag"]}).status_code == 304


@pytest.mark.parametrize("path", ["/new/feedback_1022.report/", "/health/", "/board/share.png"])
def test_what_is_private_small_or_packed_already_is_left_as_it_is(path):
    assert "Content-Encoding" not in Client(headers=PACKED).get(path)


def test_a_page_of_somebody_with_a_session_is_never_packed():
    client = Client(headers=PACKED)
    client.cookies["sessionid"] = "x" * 32
    assert "Content-Encoding" not in client.get("/services/")


# --- headers ---


@pytest.mark.parametrize("path", ["/", "/services/", "/board/", "/nowhere/", "/api/v1/cases/none"])
def test_every_answer_is_strict(path):
    answer = Client().get(path)
    assert answer["Content-Security-Policy"].startswith(POLICY) and "unsafe" not in answer["Content-Security-Policy"]
    assert answer["X-Content-Type-Options"] == "nosniff" and answer["Referrer-Policy"] == "same-origin"
    assert answer["Cross-Origin-Opener-Policy"] == answer["Cross-Origin-Resource-Policy"] == "same-origin"


def test_only_what_others_are_to_show_may_be_shown_by_others():
    assert Client().get("/board/share.png")["Cross-Origin-Resource-Policy"] == "cross-origin"


@override_settings(SECURE_HSTS_SECONDS=31_536_000)
def test_in_production_browsers_are_told_to_come_by_tls_alone():
    assert Client().get("/services/", secure=True)["Strict-Transport-Security"] == "max-age=31536000"


# --- refusals ---


def refusal(error, *, language: str = "vi", method: str = "get"):
    from django.utils import translation

    request = getattr(RequestFactory(), method)("/1022/")
    request.actor, request.LANGUAGE_CODE = Actor.anonymous(language=language), language
    with translation.override(language):
        return problems.answer(request, error) if isinstance(error, Exception) else problems.problem(request, error)


@pytest.mark.parametrize("language", ["vi", "en"])
@pytest.mark.parametrize("code", sorted(problems.PROBLEMS))
def test_each_page_of_a_refusal_says_what_happened_what_to_do_and_a_number(code, language):
    answer = refusal(code, language=language)
    assert answer.status_code == problems.PROBLEMS[code][0]
    page = words(answer)
    heading, lead = re.search(r"<h1>(.+)</h1>\s*<p class=\"lead\">(.+)</p>", page).groups()
    assert heading and len(lead) > 40 and re.search(r'class="tag-code">[0-9a-f]{8}<', page)
    assert f'<html lang="{language}">' in page and 'href="/"' in page


def test_who_comes_too_often_is_told_when_to_come_again():
    answer = refusal(TooMany(seconds=42))
    assert answer.status_code == 429 and answer["Retry-After"] == "42"
    assert "42 giây" in words(answer) and re.search(r"<b><time datetime", words(answer))


def test_a_conflict_leads_back_to_what_was_typed():
    assert "data-back" in words(refusal(Overtaken()))


def test_a_form_without_its_token_is_refused_in_the_house_design():
    answer = Client(enforce_csrf_checks=True).post("/new/feedback_1022.report/", {"category": "lamp"})
    assert answer.status_code == 403 and str(problems.HEADINGS["form_expired"]) in words(answer)


def test_pages_of_refusals_are_found_by_nobody_who_searches():
    assert '<meta name="robots" content="noindex">' in words(Client().get("/nowhere/"))


@pytest.mark.parametrize("path", ["/api/v1/openapi.json", "/ledger/checkpoint"])
def test_a_wrong_method_is_told_to_programs_as_a_problem(path):
    told = Client().delete(path, headers={"accept": "application/json"})
    assert (told.status_code, told["Allow"]) == (405, "GET, HEAD")
    if path.startswith("/api/"):
        assert told["Content-Type"] == "application/problem+json"
        assert (told.json()["status"], told.json()["code"]) == (405, "wrong_method")


def test_who_opens_the_address_of_a_button_sees_a_page_and_not_a_blank():
    told = Client().get("/account/logout/")
    assert told.status_code == 405 and told["Allow"] == "POST"
    assert 'class="' in words(told) and str(problems.PROBLEMS["wrong_method"][1]) in words(told)
