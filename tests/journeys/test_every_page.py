"""Every page that somebody can walk to is looked at: on a phone in the light, on a screen in the dark.

Each role begins at the house's door and follows links. A page must answer, keep within its width, have one main heading,
speak one language, complain of nothing in the console, and show no barrier that axe can find. Strangers also walk in
English, and without any script.
"""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Callable, Iterator
from datetime import timedelta
from functools import cache
from pathlib import Path
from urllib.parse import urlsplit

import polib
import pytest
from django.conf import settings
from django.urls import Resolver404, resolve
from django.utils import timezone
from playwright.sync_api import Browser, Page

from motcham.apps.demo import replay
from motcham.apps.demo.seed import DOORS, open_door
from motcham.blocks.cases import api as cases
from motcham.blocks.cases.define import NewCase, Place
from motcham.blocks.identity.testing import actor, system
from motcham.blocks.indicators import api as indicators
from motcham.blocks.ledger import testing as ledger

AXE = Path(__file__).parents[2] / "node_modules/axe-core/axe.min.js"
PHONE, SCREEN, NARROW = {"width": 390, "height": 844}, {"width": 1280, "height": 800}, {"width": 320, "height": 640}
ROLES = ("stranger", *dict.fromkeys(door.role for door in DOORS))
Look = Callable[[Page, int], Iterator[str]]
# Two pages of a kind for one person, three for all: the first may be an exception of it.
OF_A_KIND, FOR_ALL = 2, 3
FILES = (".csv", ".json", ".xml", ".atom", ".png", ".xlsx", ".pdf", ".txt", ".geojson", ".tlog-proof")
HREFS = "links => links.map(each => new URL(each.getAttribute('href'), document.baseURI).href)"
RULES = "{runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'], resultTypes: ['violations']}"


SCRIPTLESS = "buttons => buttons.filter(each => each.offsetParent).map(each => each.outerHTML.slice(0, 120))"
TEXTS = """() => {
  const found = [], walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walk.nextNode()) if (!walk.currentNode.parentElement.closest("[lang], script")) found.push(walk.currentNode.data.trim());
  return found;
}"""


# What a finger must hit, by its label where it has one; links within a sentence are as high as its lines.
FINGER = """() => [...document.querySelectorAll(".button, summary, select, textarea, .input, .head nav a, .foot a, .breadcrumb a, .choice")]
  .filter(each => each.checkVisibility() && !each.closest(".hidden-text, fieldset.date") && each.getBoundingClientRect().height < 43.5)
  .map(each => `${Math.round(each.getBoundingClientRect().height)} px: ${each.outerHTML.slice(0, 100)}`)"""


@pytest.fixture
def city_at_work(city: None, tmp_path: Path) -> None:
    a_small_day()
    what_one_citizen_lived_through()
    indicators.fold()
    ledger.settle_anew(tmp_path)


def a_small_day() -> None:
    """Tell half a day of the replayed stream, so that no page is empty."""
    replay.settle(days=1)
    replay.tell(replay.LANES[0])


def what_one_citizen_lived_through() -> None:
    """Have the citizen of the demo at every station of a report, and two things that are not for everybody."""
    citizen = actor(account_id=open_door(DOORS[0]))
    asked, promised, answered, contested = [
        cases.open_case(report(words), by=citizen).id
        for words in ("Đèn tắt trước nhà.", "Cả dãy đèn tắt.", "Đèn chớp cả đêm.", "Đèn lại tắt.")
    ]
    cases.take_step(by=system, case_id=asked, to="asked", message="Đèn ở số nhà nào?")
    soon = f"{timezone.localdate() + timedelta(days=3):%Y-%m-%d}"
    cases.take_step(by=system, case_id=promised, to="promised", message="Chờ vật tư.", answers={"promised_on": soon})
    for each in (answered, contested):
        cases.take_step(by=system, case_id=each, to="answered", message="Đã thay bóng.")
    cases.reopen(by=citizen, case_id=contested, reason="Tối qua lại tắt.", as_filer=True)
    cases.publish(by=system, case_id=promised, text="Cả dãy đèn tắt.")
    cases.publish(by=system, case_id=answered, text="Đèn chớp cả đêm.", reply="Đã thay bóng.")
    cases.join(by=actor(account_id=open_door(DOORS[1])), case_id=promised, contact={"email": "lan@vidu.vn"})
    cases.open_case(report("Cán bộ phường vòi tiền mới chịu nhận hồ sơ."), by=citizen)


def report(words: str) -> NewCase:
    answers = {"category": "infrastructure.street_light", "description": words, "name": "Nguyễn Thị A", "phone": "0901234567"}
    place = Place(106.7009, 10.7769, "26740", timezone.localdate().replace(2025, 7, 1), "2 Lê Lợi")
    return NewCase(type_key="feedback_1022.report", answers=answers, channel="web", place=place)


@cache
def words_of_the_other(language: str) -> frozenset[str]:
    """Return the words of the interface that a page of this language must not show."""
    catalogue = polib.pofile(str(settings.LOCALE_PATHS[0] / "vi/LC_MESSAGES/django.po"))
    pairs = [(each.msgid, each.msgstr) for each in catalogue if each.msgstr and not each.msgid_plural and len(each.msgid) > 3]
    english, vietnamese = {one for one, _ in pairs}, {other for _, other in pairs}
    return frozenset(english - vietnamese if language == "vi" else vietnamese - english)


def route_of(base: str, address: str) -> str | None:
    """Return the route of an address, or nothing for what is elsewhere or no page."""
    parts = urlsplit(address)
    if (parts.netloc and not address.startswith(base)) or parts.path.endswith(FILES):
        return None
    try:
        found = str(resolve(parts.path).view_name)
    except Resolver404:
        return None
    # Whoever walks keeps their language.
    return None if found == "ui:language" else found


def walk(page: Page, base: str, start: str, seen: Counter[str], *, look: Look | None = None) -> Iterator[str]:
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
        yield from (f"{address}: {each}" for each in (*(look or faults)(page, response.status), *complaints))
        for link in page.locator("a[href]:not([download])").evaluate_all(HREFS):
            path = link.removeprefix(base).split("#")[0]
            if path not in queued:
                queued.add(path)
                ahead.append(path)


def faults(page: Page, status: int) -> Iterator[str]:
    """Yield what is wrong with the page that is open."""
    if status != 200:
        yield f"answered {status}"
    yield from out_of_reach(page)
    if (headings := page.locator("h1").count()) != 1:
        yield f"{headings} main headings"
    language = page.locator("html").get_attribute("lang")
    if language not in {"vi", "en"} or not page.title():
        yield "no language or no title"
    elif foreign := words_of_the_other(language) & set(page.evaluate(TEXTS)):
        yield f"words of the other language: {sorted(foreign)}"
    page.evaluate(AXE.read_text())
    for each in page.evaluate(f"axe.run({RULES})")["violations"]:
        yield f"{each['id']}: {[node['html'][:160] for node in each['nodes'][:3]]}"


def out_of_reach(page: Page) -> Iterator[str]:
    """Yield what lies beyond the edge of the screen, on a phone also of the narrowest, and what no finger hits."""
    view = page.viewport_size or PHONE
    on_phone = view["width"] <= PHONE["width"]
    for size in (NARROW, view) if on_phone else (view,):
        page.set_viewport_size(size)
        wide = page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
        if wide > 0:
            yield f"{wide} px wider than {size['width']} px"
    if on_phone and (small := page.evaluate(FINGER)):
        yield f"too small for a finger: {small[:4]}"


@pytest.mark.parametrize(("view", "colours"), [(PHONE, "light"), (SCREEN, "dark")], ids=["phone", "screen"])
def test_no_page_that_anybody_can_walk_to_shows_a_barrier(city_at_work, browser: Browser, live_server, view, colours):
    seen: Counter[str] = Counter()
    wrong: list[str] = []
    for role in ROLES:
        context = browser.new_context(viewport=view, locale="vi-VN", color_scheme=colours, reduced_motion="reduce")
        page = context.new_page()
        page.goto(live_server.url)
        if role != "stranger":
            page.locator(f"form[action$='/{role}/'] button").first.click()
        wrong += [f"{role} {each}" for each in walk(page, live_server.url, page.url.removeprefix(live_server.url), seen)]
        context.close()
    assert wrong == [], "\n".join(wrong)
    assert len(seen) > 20


def test_every_page_for_strangers_speaks_english_as_well(city_at_work, browser: Browser, live_server):
    context = browser.new_context(viewport=PHONE, locale="en-GB", color_scheme="dark", reduced_motion="reduce")
    context.add_cookies([{"name": "language", "value": "en", "url": live_server.url}])
    seen: Counter[str] = Counter()
    page = context.new_page()
    wrong = list(walk(page, live_server.url, "/", seen, look=in_english))
    context.close()
    assert wrong == [], "\n".join(wrong)
    assert len(seen) > 15


def test_every_page_for_strangers_works_without_script(city_at_work, browser: Browser, live_server):
    context = browser.new_context(viewport=PHONE, locale="vi-VN", java_script_enabled=False)
    seen: Counter[str] = Counter()
    page = context.new_page()
    wrong = list(walk(page, live_server.url, "/", seen, look=without_script))
    context.close()
    assert wrong == [], "\n".join(wrong)
    assert len(seen) > 15


def in_english(page: Page, status: int) -> Iterator[str]:
    """Yield what is wrong with the page that is open, its language first."""
    if page.locator("html").get_attribute("lang") != "en":
        yield "not in English"
    yield from faults(page, status)


def without_script(page: Page, status: int) -> Iterator[str]:
    """Yield what is wrong with the page where no script runs: a button that only a script would answer is a trap."""
    if status != 200:
        yield f"answered {status}"
    if dead := page.locator("button[type=button]").evaluate_all(SCRIPTLESS):
        yield f"answers to scripts alone: {dead}"
    if page.locator("h1").count() != 1:
        yield "no main heading"
