"""The board as Chromium and axe see it: every page, small and large, light and dark; and the map that moves, under our policy."""

from __future__ import annotations

import mimetypes
import re
import shutil
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.contrib.staticfiles import finders
from django.test import Client
from django.urls import reverse
from playwright.sync_api import Page, Route, expect, sync_playwright

from motcham.apps.operations_centre.tests.test_pages import opened
from motcham.blocks.cases import api as cases
from motcham.blocks.identity.define import Actor
from motcham.blocks.indicators.testing import counted
from motcham.blocks.places import api as places
from motcham.ui.style import sheet

AXE = Path(__file__).resolve().parents[5] / "node_modules/axe-core/axe.min.js"
FLAGS = [
    "--no-sandbox",
    "--no-first-run",
    "--disable-background-networking",
    "--use-angle=swiftshader",
    "--enable-unsafe-swiftshader",
]
Answers = dict[str, tuple[bytes, dict[str, str]]]
PAGES = ("", "wards/", "times/", "kinds/", "tomorrow/", "data/", "wall/", "card/city/all/", "ranking/area/")

pytestmark = pytest.mark.journey
PATIENCE = 60_000
expect.set_options(timeout=PATIENCE)


@pytest.fixture
def pages(ward: int) -> Answers:
    """The pages of a city in which something happened, as the server answers."""
    for each in opened(ward, count=24, days_ago=2)[:23]:
        cases.take_step(by=Actor.system("test"), case_id=each.id, to="answered")
    opened(ward, count=2, days_ago=30)
    cases.became_late()
    counted()
    client, found = Client(), {}
    for path in (*PAGES, "wards.geojson", f"ward/{places.areas()[0].code}/"):
        answer = client.get(f"/board/{path}")
        found[re.sub(r"/ward/\d+/", "/ward/any/", f"/board/{path}")] = (answer.content, dict(answer.items()))
    for path in (reverse("style", args=[sheet()[0]]), reverse("manifest"), reverse("favicon")):
        answer = client.get(path)
        found[path] = (answer.content, dict(answer.items()))
    return found


def in_browser(act: Callable[[Page], None], **settings: Any) -> None:
    """Do something with a page of a browser of its own, in a thread of its own: Playwright's loop is not to be in the thread
    that talks with the database. It draws WebGL without a graphics card."""
    program = shutil.which("chromium") or shutil.which("chromium-browser")

    def run() -> None:
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=program, args=FLAGS, timeout=3 * PATIENCE)
            with browser.new_context(reduced_motion="reduce", service_workers="block", **settings) as context:
                act(context.new_page())
            browser.close()

    with ThreadPoolExecutor(1) as thread:
        thread.submit(run).result()


def serve(page: Page, pages: Answers) -> tuple[list[str], list[str]]:
    """Answer the page's requests from memory; return what the console complains of, and what was asked of elsewhere."""
    said: list[str] = []
    elsewhere: list[str] = []
    # The worker for lost networks would ask past this page's answers; it has tests of its own.
    blocked = "Service Worker registration blocked"
    complains = {"error", "warning"}
    page.on("console", lambda each: said.append(each.text) if each.type in complains and blocked not in each.text else None)
    page.on("pageerror", lambda error: said.append(str(error)))

    def fulfil(route: Route) -> None:
        address = urlsplit(route.request.url)
        file = finders.find(address.path.removeprefix("/static/")) if address.path.startswith("/static/") else None
        if address.hostname != "localhost":
            elsewhere.append(route.request.url)
        if file:
            kind = "text/javascript" if address.path.endswith(".mjs") else mimetypes.guess_type(address.path)[0]
            route.fulfill(path=str(file), content_type=kind or "application/octet-stream")
        elif known := pages.get(re.sub(r"/ward/\d+/", "/ward/any/", address.path)):
            body, headers = known
            route.fulfill(body=body, headers=headers)
        else:
            route.fulfill(status=404, body="")

    page.route("**/*", fulfil)
    return said, elsewhere


@pytest.mark.parametrize(("width", "theme"), [(390, "dark"), (1280, "light")])
def test_no_page_of_the_board_has_a_barrier(pages: Answers, width: int, theme: str) -> None:
    def look(page: Page) -> None:
        said, elsewhere = serve(page, pages)
        for path in PAGES:
            page.goto(f"http://localhost/board/{path}")
            assert page.evaluate("document.documentElement.scrollWidth") <= width, path
            if path.startswith("card/"):
                continue  # its policy allows no script at all, so none can look at it
            page.evaluate(AXE.read_text("utf-8"))
            found = page.evaluate("async () => (await axe.run(document, {resultTypes: ['violations']})).violations")
            assert [(path, each["id"], [node["html"][:160] for node in each["nodes"]][:4]) for each in found] == []
        assert said == [] and elsewhere == []

    in_browser(look, viewport={"width": width, "height": 844}, color_scheme=theme)


@pytest.mark.parametrize("width", [390, 800, 1280])
def test_a_long_name_pushes_no_figure_out_of_its_table(pages: Answers, width: int) -> None:
    name = "Công ty TNHH MTV Thoát nước đô thị Thành phố Hồ Chí Minh (UDC)"
    hidden = "[...document.querySelectorAll('.scroll')].filter(each => each.scrollWidth > each.clientWidth).map(each => each.innerText)"

    def look(page: Page) -> None:
        serve(page, pages)
        for path in ("", "wards/", "ranking/area/"):
            page.goto(f"http://localhost/board/{path}")
            rows = page.locator(".scroll tbody th a")
            assert rows.count(), path
            rows.evaluate_all("(links, name) => links.forEach(each => each.textContent = name)", name)
            assert page.evaluate(hidden) == [], path

    in_browser(look, viewport={"width": width, "height": 844})


def test_the_map_moves_under_the_strict_policy_and_by_the_keyboard_alone(pages: Answers) -> None:
    def walk(page: Page) -> None:
        said, elsewhere = serve(page, pages)
        page.goto("http://localhost/board/")
        drawn, button = page.locator(".map-drawn .map-sheet"), page.locator('[data-map-part="button"]')
        expect(drawn).to_be_visible()
        button.focus()
        page.keyboard.press("Enter")
        expect(page.locator("canvas.maplibregl-canvas")).to_be_focused()
        expect(drawn).to_be_hidden()
        # The middle of the city's frame lies in the next province: westward comes a ward.
        words = page.locator('[data-map-part="words"]')
        for _ in range(12):
            page.keyboard.press("ArrowLeft")
            with suppress(AssertionError):
                expect(words).to_have_text(re.compile(r"\(\d"), timeout=2_000)
                break
        expect(words).to_have_text(re.compile(r"\(\d"))
        page.keyboard.press("Enter")
        page.wait_for_url(re.compile(r"/board/ward/\d+/"))
        assert [each for each in said if "GPU stall" not in each] == [] and elsewhere == []

    in_browser(walk, viewport={"width": 1280, "height": 844})


def test_where_the_map_cannot_be_loaded_the_drawn_one_stays(pages: Answers) -> None:
    def walk(page: Page) -> None:
        serve(page, {path: answer for path, answer in pages.items() if not path.endswith(".geojson")})
        page.goto("http://localhost/board/")
        page.locator('[data-map-part="button"]').click()
        expect(page.locator('[data-map-part="words"]')).to_have_text(re.compile(r".{20}"))
        expect(page.locator(".map-drawn .map-sheet")).to_be_visible()
        expect(page.locator(".map-live")).to_be_hidden()

    in_browser(walk, viewport={"width": 1280, "height": 844})
