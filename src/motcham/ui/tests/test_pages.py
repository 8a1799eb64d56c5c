"""The frame of every page: its language, its menu, its weight; and the gallery as Chromium and axe see it."""

from __future__ import annotations

import gzip
import mimetypes
import re
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from django.contrib.staticfiles import finders
from django.template import RequestContext, Template
from django.test import Client
from django.utils import translation
from django.utils.translation import gettext
from playwright.sync_api import Browser, Page, Route

from motcham.ui.forms import Question
from motcham.ui.style import sheet
from motcham.ui.templatetags import ui
from motcham.ui.tests.test_examples import faults

AXE = Path(__file__).resolve().parents[4] / "node_modules/axe-core/axe.min.js"
LIMIT = 60_000


@pytest.fixture
def gallery(client: Client, settings) -> tuple[bytes, dict[str, str]]:
    settings.MODE = "demo"  # so that the band over replayed data is looked at as well
    answer = client.get("/ui/")
    assert answer.status_code == 200
    return answer.content, dict(answer.items())


def test_the_gallery_is_sound(gallery):
    assert faults(gallery[0].decode().replace("<!doctype html>", "")) == []


def test_the_page_speaks_vietnamese_until_english_is_chosen(client):
    assert b'<html lang="vi">' in client.get("/ui/").content

    answer = client.get("/ui/language/en/?next=/ui/")

    assert answer["Location"] == "/ui/"
    assert b'<html lang="en">' in client.get("/ui/").content


def test_the_switch_of_language_leads_back_to_the_page_it_stood_on(client):
    back = client.get("/ui/language/en/", headers={"Referer": "http://testserver/ui/?a=1"})
    assert back["Location"] == "http://testserver/ui/?a=1"
    assert client.get("/ui/language/en/", headers={"Referer": "https://elsewhere.example/"})["Location"] == "/"


@pytest.mark.parametrize("wanted", ["https://elsewhere.example/", "//elsewhere.example/", "javascript:alert(1)"])
def test_the_switch_of_language_leads_nowhere_else(client, wanted):
    assert client.get("/ui/language/en/", {"next": wanted})["Location"] == "/"


def test_an_unknown_language_is_a_missing_page(client):
    assert client.get("/ui/language/xx/").status_code == 404


def test_a_page_with_its_styles_and_script_stays_light(gallery):
    linked = re.findall(r'src="/static/(ui/[^"]+\.js)"', gallery[0].decode())
    sizes = [len(gzip.compress(Path(str(finders.find(path))).read_bytes())) for path in linked]
    sizes.append(len(gzip.compress(sheet()[1])))
    assert len(sizes) >= 3
    assert sum(sizes) + len(gzip.compress(gallery[0])) < LIMIT / 2


def show(page: Page, html: bytes, headers: dict[str, str]) -> list[str]:
    """Show the page from memory, its static files from the finders; return what the console complains of."""
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: said.append(str(error)))

    def fulfil(route: Route) -> None:
        path = urlsplit(route.request.url).path
        file = finders.find(path.removeprefix("/static/")) if path.startswith("/static/") else None
        if path.startswith(("/style/", "/manifest")):
            answer = Client().get(path)
            route.fulfill(body=answer.content, headers=dict(answer.items()))
        elif file:
            route.fulfill(path=str(file), content_type=mimetypes.guess_type(path)[0] or "application/octet-stream")
        else:
            route.fulfill(body=html, headers=headers | {"Content-Type": "text/html; charset=utf-8"})

    page.route("**/*", fulfil)
    page.goto("http://localhost/ui/")
    page.evaluate("document.fonts.ready")
    return said


@pytest.fixture(params=["light", "dark"])
def theme(request) -> str:
    return request.param


@pytest.fixture(params=[390, 1280])
def page(request, browser: Browser, theme: str) -> Iterator[Page]:
    size = {"width": request.param, "height": 844}
    with browser.new_context(viewport=size, color_scheme=theme, reduced_motion="reduce", service_workers="block") as context:
        yield context.new_page()


@pytest.mark.journey
def test_the_gallery_is_open_to_everyone(gallery, page):
    complaints = show(page, *gallery)

    assert complaints == []
    assert page.evaluate("document.documentElement.scrollWidth") <= page.viewport_size["width"]
    page.evaluate(AXE.read_text("utf-8"))
    found = page.evaluate("async () => (await axe.run(document, {resultTypes: ['violations']})).violations")
    assert [(each["id"], [node["html"][:160] for node in each["nodes"]][:4]) for each in found] == []


LIST = """{% extends "ui/page.html" %}{% block content %}<ul class="cases" data-keys>
<li><div class="what"><a href="#one">One</a></div></li><li><div class="what"><a href="#two">Two</a></div><input type="checkbox" aria-label="x"></li></ul>
<a href="#answer" data-key="t">Answer</a><form method="post" action="/sent/"><label>Words <input name="q"></label><button>Send</button></form>{% endblock %}"""


@pytest.fixture
def list_page(rf) -> bytes:
    return Template(LIST).render(RequestContext(rf.get("/ui/"))).encode()


@pytest.mark.journey
@pytest.mark.parametrize(("theme", "page"), [("light", 1280)], indirect=True)
def test_a_list_is_walked_and_opened_by_keys(list_page, page):
    show(page, list_page, {})
    where = "document.activeElement.textContent"

    page.keyboard.press("j")
    assert page.evaluate(where) == "One"
    page.keyboard.press("j")
    page.keyboard.press("x")
    assert page.locator("input[type=checkbox]").is_checked()
    page.keyboard.press("j")
    assert page.evaluate(where) == "Two"
    page.keyboard.press("k")
    page.keyboard.press("Enter")
    page.wait_for_url("**#one")
    page.keyboard.press("t")
    page.wait_for_url("**#answer")


@pytest.mark.journey
@pytest.mark.parametrize(("theme", "page"), [("light", 1280)], indirect=True)
def test_letters_typed_into_a_field_are_no_commands(list_page, page):
    show(page, list_page, {})
    page.locator("input[name=q]").press_sequentially("jtx")
    assert page.locator("input[name=q]").input_value() == "jtx"
    assert "#" not in page.url


@pytest.mark.journey
@pytest.mark.parametrize(("theme", "page"), [("light", 1280)], indirect=True)
def test_a_form_is_sent_once(list_page, page):
    show(page, list_page, {})
    page.evaluate(
        "window.sent = 0; document.addEventListener('submit', (e) => { if (!e.defaultPrevented) window.sent++; e.preventDefault(); })"
    )
    page.locator("main form button").click()
    page.locator("main form button").dispatch_event("click")
    assert page.evaluate("window.sent") == 1


PRINTED = """{% extends "ui/page.html" %}{% block content %}<form method="post"><ul class="cases cases-pick"><li><label class="pick"><input type="checkbox" aria-label="x"></label>
<div class="what"><a href="#one">A case of some length</a></div><div class="clock-bar">until</div><div class="due">left</div></li></ul></form>
<form method="post"><label>Words <input name="q"></label></form>{% endblock %}"""


@pytest.mark.journey
@pytest.mark.parametrize(("theme", "page"), [("light", 1280)], indirect=True)
def test_a_list_that_stands_in_a_form_is_printed_and_a_form_is_not(rf, page):
    show(page, Template(PRINTED).render(RequestContext(rf.get("/ui/"))).encode(), {})
    page.emulate_media(media="print")

    assert page.locator("input[name=q]").is_hidden() and page.locator(".pick").is_hidden()
    assert page.locator(".what").bounding_box()["width"] > 200


def test_the_list_of_what_is_wrong_tells_apart_questions_with_the_same_words():
    pages, copies = (Question(name, label, error="Enter a whole number.") for name, label in (("p", "Pages?"), ("c", "Copies?")))
    other = Question("n", "Name", error="Enter your name.")

    html = ui.error_summary([pages, copies, other])

    assert "Pages: Enter a whole number." in html and "Copies: Enter a whole number." in html
    assert ">Enter your name.<" in html


def test_the_list_of_what_is_wrong_names_each_question_left_open():
    with translation.override("en"):
        asked = (
            Question("n", "Your name", error=gettext("Fill this in.")),
            Question("k", "Which kind?", error=gettext("Choose one answer.")),
        )
        html = ui.error_summary(asked)

    assert ">Your name: Fill this in.<" in html and ">Which kind: Choose one answer.<" in html
