"""Words that want to be more than words: markup, formulas, headers, letters that turn round, vanish or pile up."""

from __future__ import annotations

import io
import json
from datetime import date
from html.parser import HTMLParser
from urllib.parse import quote
from zipfile import ZipFile

import pytest
from defusedxml.ElementTree import fromstring
from django.test import Client
from django.utils import timezone

from motcham.blocks.cases import api as cases
from motcham.blocks.cases.define import NewCase, case_types
from motcham.blocks.cases.models import Case
from motcham.blocks.cases.testing import forget_callers
from motcham.blocks.identity import api
from motcham.blocks.identity import testing as identity

pytestmark = pytest.mark.django_db
WARD = "ward.26740"
KEY = "feedback_1022.report"
MARKUP = (
    '<script>alert(1)</script><img src=x onerror=alert(1)>"><svg onload=alert(1)>'
    "{{ 7*7 }}{% debug %}${7*7}]]><!-- &lt;b&gt; '\" onmouseover=alert(1) javascript:alert(1)"
)
ODD = "👨‍👩‍👧‍👦🏳️‍🌈\u202eđảo\u202c \u200b\u200d\ufeff " + "e" + "\u0301" * 60 + " \x00\x07\x1b[31m\x0b " + "Ậ" * 1500
FORMULAS = ("=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", '=HYPERLINK("http://evil.example","x")', "＝1+1")


class Names(HTMLParser):
    """Collects what a page would run or load."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        source = dict(attrs).get("src") or ""
        if (tag == "script" and not source.startswith("/static/")) or source == "x":
            self.found.append(f"<{tag} {attrs}>")
        self.found += [f"<{tag} {name}>" for name, value in attrs if name.startswith("on") or "javascript:" in (value or "")[:20]]


def runs(page: str) -> list[str]:
    """Return what of a page would run that we did not write."""
    names = Names()
    names.feed(page)
    return [each for each in names.found if "application/json" not in each and "ld+json" not in each]


@pytest.fixture(autouse=True)
def unhurried(db: None) -> None:
    forget_callers()


@pytest.fixture
def officer():
    identity.an_agency(code=WARD, area_code=WARD[-5:])
    return identity.an_officer(role="ward_officer", agency_code=WARD)


def filed(words: str, officer, *, area: str = WARD[-5:]):
    """Open a report whose every free text is these words, as a program would."""
    answers = {"category": "infrastructure.street_light", "description": words, "pole": words[:80], "name": words[:80]}
    place = {"lon": 106.7031, "lat": 10.7769, "area": area, "address": words[:200]}
    read = cases.parse_answers(case_types[KEY].fields, {**answers, "phone": "0901234567", "place": place}, now=timezone.now())
    assert not read.errors, read.errors
    new = NewCase(type_key=KEY, answers=read.answers, channel="web", place=read.place, agency_id=officer.posts[0].agency_id)
    return cases.open_case(new, by=identity.system)


@pytest.mark.parametrize("words", [MARKUP, ODD], ids=["markup", "odd letters"])
def test_every_page_of_a_case_shows_words_as_words(words, officer):
    opened = filed(words, officer)
    desk, anybody = identity.client_of(officer), Client()
    ref = cases.public_ref(opened.id)
    assert desk.post(f"/desk/{opened.id}/release/", {"text": words, "reply": words}).status_code == 302
    assert desk.post(f"/desk/{opened.id}/act/", {"act": "note", "note-message": words}).status_code == 302
    anybody.post(f"/track/{opened.code}/add/", {"message": words, "words": words})
    read = 0
    for client, path in (
        (desk, f"/desk/{opened.id}/"),
        (desk, "/desk/?list=due"),
        (desk, f"/desk/?q={quote(words[:60])}"),
        (desk, f"/desk/?open={opened.id}"),
        (anybody, f"/track/{opened.code}/"),
        (anybody, f"/1022/reports/{ref}/"),
        (anybody, "/1022/reports/"),
        (anybody, f"/1022/reports/?area={quote(words[:60])}&category={quote(words[:60])}"),
        (anybody, f"/join/{ref}/"),
        (anybody, f"/places/?q={quote(words[:60])}"),
        (anybody, "/board/"),
    ):
        answer = client.get(path)
        assert answer.status_code < 500, path
        assert runs(answer.text) == [], path
        # What one searched for stands in the search as it was typed.
        assert "=" in path or ("\x00" not in answer.text and "\u202e" not in answer.text), path
        read += words[:8] in answer.text or "&lt;script&gt;" in answer.text
    assert words is ODD or read >= 3


@pytest.mark.parametrize("words", [MARKUP, ODD], ids=["markup", "odd letters"])
def test_every_feed_and_file_stays_what_it_is(words, officer):
    opened = filed(words, officer)
    identity.client_of(officer).post(f"/desk/{opened.id}/release/", {"text": words, "reply": words})
    client = Client()
    feed = fromstring(client.get("/1022/reports.atom").content)
    assert any("script" in (each.text or "") or words is ODD for each in feed.iter("{http://www.w3.org/2005/Atom}summary"))
    assert len(fromstring(client.get("/open311/v2/requests.xml").content)) == 1
    found = json.loads(client.get("/open311/v2/requests.json").content)
    assert found[0]["description"]
    assert json.loads(client.get(f"/api/v1/cases/{opened.code}").content)["answers"]["description"]


def test_the_draft_of_a_form_gives_words_back_as_words():
    client = Client()
    for page, name in ((3, "description"), (4, "place-address"), (6, "name")):
        answer = client.post(f"/new/feedback_1022.report/{page}/", {name: MARKUP}, follow=True)
        assert runs(answer.text) == []
        assert runs(client.get(f"/new/feedback_1022.report/{page}/").text) == []


def test_a_name_of_an_agency_is_a_name(officer):
    api.ensure_agency(
        by=identity.system,
        code="test-<b>",
        official_name=MARKUP[:200],
        kind="ward",
        valid_from=date(2025, 7, 1),
        area_code="26743",
    )
    for path in ("/agencies/", "/agencies/test-%3Cb%3E/", "/board/", "/board/agency/test-%3Cb%3E/", "/services/"):
        answer = Client(raise_request_exception=False).get(path)
        assert answer.status_code < 500 and runs(answer.text) == [], path


@pytest.mark.parametrize("words", FORMULAS)
def test_no_cell_of_a_table_is_a_formula(words, officer):
    opened = filed("Đèn tắt", officer)
    Case.objects.filter(id=opened.id).update(title=words)
    leader = identity.an_officer(role="agency_leader", agency_code=WARD)
    answer = identity.client_of(leader).get("/desk/export/?list=due")
    assert answer.status_code == 200
    book = ZipFile(io.BytesIO(b"".join(answer.streaming_content)))
    sheet = book.read("xl/worksheets/sheet1.xml").decode()
    assert "<f>" not in sheet and "hyperlink" not in sheet
    assert not any("externalLink" in name for name in book.namelist())


def test_no_header_of_an_answer_is_written_by_what_was_sent(officer):
    opened = filed("Đèn tắt", officer)
    client = identity.client_of(officer)
    for evil in ("a\r\nSet-Cookie: x=1", "a\nX-Evil: 1", "a%0d%0aX-Evil: 1"):
        for path in (
            f"/desk/?open={quote(evil)}",
            f"/new/feedback_1022.report/?category={quote(evil)}",
            f"/track/{quote(evil, safe='')}/",
        ):
            answer = client.get(path)
            assert "X-Evil" not in answer.headers and "x" not in {name for name in answer.cookies if name == "x"}
        client.post(f"/desk/{opened.id}/act/", {"act": "note", "note-message": evil, "back": f"/desk/?{evil}"})
