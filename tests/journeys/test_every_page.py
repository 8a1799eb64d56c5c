"""Every page that somebody can walk to is looked at: on a phone in the light, on a screen in the dark.

Each role begins at the house's door and follows links. A page must answer, keep within its width, have one main heading,
say its language, complain of nothing in the console, and show no barrier that axe can find.
"""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from django.conf import settings
from django.urls import Resolver404, resolve
from playwright.sync_api import Browser, Page

from motcham.apps.demo import replay
from motcham.apps.demo.seed import DOORS, open_doors
from motcham.blocks.identity import api as identity
from motcham.blocks.identity.define import Actor
from motcham.blocks.identity.testing import forget
from motcham.blocks.indicators import api as indicators
from motcham.blocks.ledger import testing as ledger

AXE = Path(__file__).parents[2] / "node_modules/axe-core/axe.min.js"
PHONE, SCREEN = {"width": 390, "height": 844}, {"width": 1280, "height": 800}
ROLES = ("stranger", *(door.role for door in DOORS))
# Two pages of a kind for one person, four for all: the first may be an exception of it.
OF_A_KIND, FOR_ALL = 2, 4
FILES = (".csv", ".json", ".xml", ".atom", ".png", ".xlsx", ".txt", ".geojson")
HREFS = "links => links.map(each => new URL(each.getAttribute('href'), document.baseURI).href)"
RULES = "{runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'], resultTypes: ['violations']}"


@pytest.fixture
def city(transactional_db):
    forget()
    identity.load_agencies(by=Actor.system("test"))
    open_doors()
    a_small_day()
    indicators.fold()
    ledger.settle_anew(settings.HOME)
    yield
    forget()


def a_small_day() -> None:
    """Tell half a loop of the replayed stream, so that no page is empty."""
    replay.settle(loops=1)
    replay.tell(replay.LANES[0])


def route_of(base: str, address: str) -> str | None:
    """Return the route of an address, or nothing for what is elsewhere or no page."""
    parts = urlsplit(address)
    if (parts.netloc and not address.startswith(base)) or parts.path.endswith(FILES):
        return None
    try:
        return str(resolve(parts.path).view_name)
    except Resolver404:
        return None


def walk(page: Page, base: str, start: str, seen: Counter[str]) -> Iterator[str]:
    """Follow links from a page, a few of each route, and yield what is wrong. `seen` counts what everybody saw."""
    mine: Counter[str] = Counter()
    complaints: list[str] = []
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
    ahead = deque([start])
    queued = {start}
    while ahead:
        address = ahead.popleft()
        route = route_of(base, address)
        if route is None or mine[route] >= OF_A_KIND or seen[route] >= FOR_ALL:
            continue
        mine[route] += 1
        seen[route] += 1
        complaints.clear()
        response = page.goto(base + address)
        if response is None or "text/html" not in response.headers.get("content-type", ""):
            continue
        yield from (f"{address}: {each}" for each in (*faults(page, response.status), *complaints))
        for link in page.locator("a[href]:not([download])").evaluate_all(HREFS):
            path = link.removeprefix(base).split("#")[0]
            if path not in queued:
                queued.add(path)
                ahead.append(path)


def faults(page: Page, status: int) -> Iterator[str]:
    """Yield what is wrong with the page that is open."""
    if status != 200:
        yield f"answered {status}"
    wide = page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
    if wide > 0:
        yield f"{wide} px wider than the screen"
    if (headings := page.locator("h1").count()) != 1:
        yield f"{headings} main headings"
    if page.locator("html").get_attribute("lang") not in {"vi", "en"} or not page.title():
        yield "no language or no title"
    page.evaluate(AXE.read_text())
    for each in page.evaluate(f"axe.run({RULES})")["violations"]:
        yield f"{each['id']}: {[node['html'][:160] for node in each['nodes'][:3]]}"


@pytest.mark.parametrize(("view", "colours"), [(PHONE, "light"), (SCREEN, "dark")], ids=["phone", "screen"])
def test_no_page_that_anybody_can_walk_to_shows_a_barrier(city, browser: Browser, live_server, view, colours):
    seen: Counter[str] = Counter()
    wrong: list[str] = []
    for role in ROLES:
        context = browser.new_context(viewport=view, locale="vi-VN", color_scheme=colours, reduced_motion="reduce")
        page = context.new_page()
        page.set_default_timeout(15_000)
        page.goto(live_server.url)
        if role != "stranger":
            page.locator(f"form[action$='/{role}/'] button").first.click()
        wrong += [f"{role} {each}" for each in walk(page, live_server.url, page.url.removeprefix(live_server.url), seen)]
        context.close()
    assert wrong == [], "\n".join(wrong)
    assert len(seen) > 20
