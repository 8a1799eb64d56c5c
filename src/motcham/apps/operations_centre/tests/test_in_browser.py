"""The board as Chromium and axe see it: every page, small and large, light and dark; and the map that moves, under our policy."""

from __future__ import annotations

import mimetypes
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from django.contrib.staticfiles import finders
from django.test import Client
from playwright.sync_api import Browser, Page, Route, expect

from motcham.apps.operations_centre import fresh
from motcham.apps.operations_centre.tests.test_pages import opened
from motcham.blocks.cases import api as cases
from motcham.blocks.cases import testing as cases_testing
from motcham.blocks.identity import testing as identity
from motcham.blocks.identity.define import Actor
from motcham.blocks.indicators.testing import counted
from motcham.blocks.places import api as places

AXE = Path(__file__).resolve().parents[5] / "node_modules/axe-core/axe.min.js"
Answers = dict[str, tuple[bytes, dict[str, str]]]
PAGES = ("", "wards/", "times/", "kinds/", "tomorrow/", "data/", "wall/", "card/city/all/", "ranking/area/")

pytestmark = pytest.mark.journey


@pytest.fixture
def pages(db: None) -> Iterator[Answers]:
    """The pages of a city in which something happened, as the server answers."""
    identity.forget()
    fresh.forget()
    with cases_testing.registered():
        identity.an_agency(code="test-desk", kind="desk")
        area = places.areas()[0]
        ward = identity.an_agency(code=f"ward.{area.code}", area_code=area.code)
        for each in opened(ward, count=24, days_ago=2)[:23]:
            cases.take_step(by=Actor.system("test"), case_id=each.id, to="answered")
        opened(ward, count=2, days_ago=30)
        cases.became_late()
        counted()
        client, found = Client(), {}
        for path in (*PAGES, "wards.geojson", f"ward/{area.code}/"):
            answer = client.get(f"/board/{path}")
            found[f"/board/{path}"] = (answer.content, dict(answer.items()))
        yield found
    identity.forget()
    fresh.forget()


@pytest.fixture(params=[(390, "dark"), (1280, "light")], ids=str)
def page(request: pytest.FixtureRequest, browser: Browser) -> Iterator[Page]:
    width, theme = request.param
    with browser.new_context(viewport={"width": width, "height": 844}, color_scheme=theme, reduced_motion="reduce") as context:
        yield context.new_page()


def serve(page: Page, pages: Answers) -> tuple[list[str], list[str]]:
    """Answer the page's requests from memory; return what the console complains of, and what was asked of elsewhere."""
    said: list[str] = []
    elsewhere: list[str] = []
    page.on("console", lambda message: said.append(message.text) if message.type in {"error", "warning"} else None)
    page.on("pageerror", lambda error: said.append(str(error)))

    def fulfil(route: Route) -> None:
        address = urlsplit(route.request.url)
        file = finders.find(address.path.removeprefix("/static/")) if address.path.startswith("/static/") else None
        if address.hostname != "localhost":
            elsewhere.append(route.request.url)
        if file:
            kind = "text/javascript" if address.path.endswith(".mjs") else mimetypes.guess_type(address.path)[0]
            route.fulfill(path=str(file), content_type=kind or "application/octet-stream")
        elif address.path in pages:
            body, headers = pages[address.path]
            route.fulfill(body=body, headers=headers)
        else:
            route.fulfill(status=404, body="")

    page.route("**/*", fulfil)
    return said, elsewhere


def test_no_page_of_the_board_has_a_barrier(pages: Answers, page: Page) -> None:
    said, elsewhere = serve(page, pages)
    width = page.viewport_size["width"]  # type: ignore[index]
    for path in PAGES:
        page.goto(f"http://localhost/board/{path}")
        assert page.evaluate("document.documentElement.scrollWidth") <= width, path
        if path.startswith("card/"):
            continue  # its policy allows no script at all, so none can look at it
        page.evaluate(AXE.read_text("utf-8"))
        found = page.evaluate("async () => (await axe.run(document, {resultTypes: ['violations']})).violations")
        assert [(path, each["id"], [node["html"][:160] for node in each["nodes"]][:4]) for each in found] == []
    assert said == [] and elsewhere == []


@pytest.fixture
def drawing_page(launch_browser: Callable[..., Browser]) -> Iterator[Page]:
    """A browser that draws WebGL without a graphics card."""
    browser = launch_browser(args=["--no-sandbox", "--use-angle=swiftshader", "--enable-unsafe-swiftshader"])
    with browser.new_context(viewport={"width": 1280, "height": 844}, reduced_motion="reduce") as context:
        yield context.new_page()
    browser.close()


def test_the_map_moves_under_the_strict_policy_and_by_the_keyboard_alone(pages: Answers, drawing_page: Page) -> None:
    page = drawing_page
    said, elsewhere = serve(page, pages)
    page.goto("http://localhost/board/")
    drawn, button = page.locator(".map-drawn .map-sheet"), page.locator('[data-map-part="button"]')
    expect(drawn).to_be_visible()
    button.focus()
    page.keyboard.press("Enter")
    expect(page.locator("canvas.maplibregl-canvas")).to_be_focused(timeout=60_000)
    expect(drawn).to_be_hidden()
    # The middle of the city's frame lies in the next province: westward comes a ward.
    words = page.locator('[data-map-part="words"]')
    for _ in range(12):
        if re.search(r"\(\d", words.inner_text()):
            break
        page.keyboard.press("ArrowLeft")
        page.wait_for_timeout(300)
    expect(words).to_have_text(re.compile(r"\(\d"))
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(r"/board/ward/\d+/"))
    assert [each for each in said if "404" not in each and "GPU stall" not in each] == [] and elsewhere == []


@pytest.mark.parametrize("page", [(1280, "light")], indirect=True)
def test_where_the_map_cannot_be_loaded_the_drawn_one_stays(pages: Answers, page: Page) -> None:
    serve(page, {path: answer for path, answer in pages.items() if not path.endswith(".geojson")})
    page.goto("http://localhost/board/")
    page.locator('[data-map-part="button"]').click()
    expect(page.locator('[data-map-part="words"]')).to_have_text(re.compile(r".{20}"), timeout=60_000)
    expect(page.locator(".map-drawn .map-sheet")).to_be_visible()
    expect(page.locator(".map-live")).to_be_hidden()
