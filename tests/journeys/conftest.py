"""A city that is ready, a browser, and people who use it by what they read on the screen."""

from __future__ import annotations

import io
import os
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pytest
from PIL import Image, ImageDraw
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, JSHandle, Locator, Page, Response
from playwright.sync_api import TimeoutError as TooLate

from motcham.apps.demo.seed import open_doors
from motcham.blocks.identity import api as identity
from motcham.blocks.identity.define import Actor

GPS = 0x8825
AXE = Path(__file__).parents[2] / "node_modules/axe-core/axe.min.js"
PHONE = {"width": 390, "height": 844}
SCREEN = {"width": 1280, "height": 800}
PICTURES = os.environ.get("JOURNEY_PICTURES", "")
"""A folder to keep a picture of every state that is looked at, for those who want to look with their own eyes."""

# What holds the focus: whether it is what was sought or belongs to its group, and whether an eye can find it.
FOCUS = """(wanted) => {
  const at = document.activeElement;
  if (!at || at === document.body) return null;
  const labels = at.labels ? [...at.labels] : [];
  const ringed = (each, part) => {
    const style = getComputedStyle(each, part);
    return style.outlineStyle !== "none" && parseFloat(style.outlineWidth) > 0;
  };
  const box = (at.matches("[type=radio], [type=checkbox]") && labels.length ? labels[0] : at).getBoundingClientRect();
  const inside = box.width > 1 && box.height > 1 && box.bottom > 0 && box.top < innerHeight && box.right > 0 && box.left < innerWidth;
  // Shapes of a map are ringed by their stroke, the parts of a day by the browser itself.
  const ring = [at, ...labels, at.parentElement].some((each) => ringed(each) || ringed(each, "::after"));
  window.walked ??= new Map();
  if (!window.walked.has(at)) window.walked.set(at, window.walked.size);
  return {
    here: at === wanted,
    beside: !!wanted && at.type === "radio" && wanted.type === "radio" && at.name === wanted.name && at.form === wanted.form,
    seen: inside && (ring || at.matches(".map a, .dots a, [type=date]")),
    number: window.walked.get(at),
    html: at.outerHTML.slice(0, 160),
  };
}"""
# Whether pressing it leads to another page: a link, or a button that sends a form, neither of them taken over by a script.
LEADS_ON = """each => !each.closest("[hx-get], [hx-post], [hx-boost=true]") && (each.matches("a[href]:not([href^='#'])")
  || (each.matches("button:not([type=button]), input[type=submit]") && !!each.form && each.form.method !== "dialog"))"""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark what lies in this folder as a journey."""
    for item in items:
        if "journeys" in item.path.parts:
            item.add_marker("journey")


@dataclass
class Person:
    """Somebody before a browser of their own."""

    page: Page
    base: str
    context: BrowserContext
    keyboard: bool = False
    """Whether this person uses the keyboard alone."""

    def goes_to(self, path: str) -> None:
        """Open an address of the house."""
        self.page.goto(path if path.startswith("http") else self.base + path)

    def clicks(self, words: str, *, exact: bool = False) -> None:
        """Press what is called this, a button before a link."""
        button, link = (self.page.get_by_role(each, name=words, exact=exact) for each in ("button", "link"))
        # The page that the press before led to may still be on its way.
        button.or_(link).first.wait_for(state="attached")
        self.hits((button if button.count() else link).first)

    def opens(self, words: str) -> None:
        """Unfold what is folded under these words."""
        self.hits(self.page.locator("summary", has_text=words).locator("visible=true").first)

    def writes(self, label: str, words: str, *, exact: bool = False) -> None:
        """Fill the visible field of this name."""
        field = self.page.get_by_label(label, exact=exact).locator("visible=true").first
        if not self.keyboard:
            field.fill(words)
            return
        self.walks_to(field)
        self.presses("Control+a")
        self.page.keyboard.type(words)

    def writes_day(self, label: str, day: date) -> None:
        """Fill the field of a day."""
        field = self.page.get_by_label(label).locator("visible=true").first
        if not self.keyboard:
            field.fill(day.isoformat())
            return
        self.walks_to(field)
        self.page.keyboard.type(f"{day:%m%d%Y}")  # the order in which the browser of the tests asks
        assert field.input_value() == day.isoformat()

    def selects(self, label: str, words: str) -> None:
        """Choose this entry of a list."""
        field = self.page.get_by_label(label).locator("visible=true").first
        if not self.keyboard:
            field.select_option(label=words)
            return
        self.walks_to(field)
        self.presses("Home")
        for _step in range(300):
            if field.evaluate("each => each.selectedOptions[0].label") == words:
                return
            self.presses("ArrowDown")
        raise AssertionError(f"{words} is not in the list {label}")

    def chooses(self, words: str) -> None:
        """Take this answer of a question."""
        label = self.page.locator("label", has_text=words).locator("visible=true").first
        if not self.keyboard:
            label.click()
            return
        self.walks_to(label.evaluate_handle("each => each.control"))
        self.presses("Space")

    def attaches(self, colour: str, *, at: tuple[float, float] | None = None) -> None:
        """Add a photo, taken at this place, to the visible field of files."""
        field = self.page.locator("input[type=file]").locator("visible=true").first
        files = [{"name": f"{colour}.jpg", "mimeType": "image/jpeg", "buffer": photo(colour, at)}]
        if not self.keyboard:
            field.set_input_files(files)
            return
        for patience in (5_000, 10_000, 30_000):
            self.walks_to(field)
            try:
                with self.page.expect_file_chooser(timeout=patience) as chooses:
                    self.presses("Space")
            except TooLate:
                # What came into the page meanwhile took the focus along: somebody would press again.
                if patience == 30_000:
                    raise
            else:
                chooses.value.set_files(files)
                return

    def hits(self, what: Locator, *, key: str = "Enter", leads_on: bool = True) -> None:
        """Press this, with the pointer or with a key."""
        if not self.keyboard:
            what.click()
            # A page that it led to has begun: whatever is asked of it next is asked of the whole of it.
            self.page.wait_for_load_state()
            return
        self.walks_to(what)
        if leads_on and what.evaluate(LEADS_ON):
            with self.page.expect_navigation():
                self.presses(key)
        else:
            self.presses(key)

    def walks_to(self, what: Locator | JSHandle) -> None:
        """Walk with the tabulator, and with the arrows among answers; wherever the focus rests, an eye must find it."""
        wanted = what.element_handle() if isinstance(what, Locator) else what
        for _step in range(200):
            at = self.page.evaluate(FOCUS, wanted)
            if at is not None:
                assert at["seen"], f"nobody sees that the focus is at {at['html']}"
                if at["here"]:
                    return
            self.presses("ArrowDown" if at is not None and at["beside"] else "Tab")
        raise AssertionError(f"{wanted} is not reached by the keyboard")

    def presses(self, *keys: str) -> None:
        """Press keys, one after the other."""
        for key in keys:
            self.page.keyboard.press(key)

    def is_never_trapped(self) -> None:
        """Walk once through the page: the focus is seen at every stop, comes by no stop twice, and leaves at the end."""
        self.page.evaluate("() => { document.activeElement?.blur(); window.walked = new Map(); }")
        last, stays = -1, 0
        for _press in range(400):
            self.page.keyboard.press("Tab")
            at = self.page.evaluate(FOCUS, None)
            if at is None or at["number"] < last:
                assert last > 2 and (at is None or at["number"] == 0), f"the focus is trapped at {at}"
                return
            # The day, the month, the year and the calendar of a date are a stop each.
            stays = stays + 1 if at["number"] == last else 0
            assert stays == 0 or (stays < 4 and 'type="date"' in at["html"]), f"the focus is trapped at {at}"
            assert at["seen"], f"nobody sees that the focus is at {at['html']}"
            last = at["number"]
        raise AssertionError("the focus does not leave the page")

    def finds_no_barrier(self) -> None:
        """Hold the page to its width and to the rules of accessibility that a program can check; with the keyboard, walk through it."""
        if PICTURES:
            self.is_pictured()
        self.page.wait_for_load_state()
        assert self.page.evaluate("document.documentElement.scrollWidth") <= self.page.viewport_size["width"]
        if self.keyboard:
            self.is_never_trapped()
            return
        self.page.evaluate(AXE.read_text())
        found = self.page.evaluate("axe.run({runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa']})")["violations"]
        assert found == [], [(each["id"], [node["html"] for node in each["nodes"]]) for each in found]

    def is_pictured(self) -> None:
        """Keep a picture of the whole page."""
        test = re.sub(r"\W+", "_", os.environ["PYTEST_CURRENT_TEST"].split("::")[-1])
        name = f"{test[:40]}-{len(os.listdir(PICTURES)):03}-{self.page.viewport_size['width']}.png"
        self.page.screenshot(path=f"{PICTURES}/{name}", full_page=True)

    def reads(self, words: str) -> None:
        """Find these words on the page."""
        self.page.get_by_text(words).locator("visible=true").first.wait_for()

    def reads_nowhere(self, words: str) -> None:
        """Find these words nowhere in the page, not even hidden."""
        assert words not in self.page.content()


@pytest.fixture
def city(transactional_db: None) -> None:
    """A city whose agencies are known and in which everybody has an account."""
    identity.load_agencies(by=Actor.system("test"))
    open_doors()


@pytest.fixture
def person(browser: Browser, live_server) -> Iterator[Callable[..., Person]]:
    """Seat people before browsers that share nothing; what a page's script complains of fails the journey."""
    seated: list[Person] = []
    complaints: list[str] = []

    def seat(*, wide: bool = False, script: bool = True, keyboard: bool = False) -> Person:
        context = browser.new_context(
            viewport=SCREEN if wide else PHONE, locale="vi-VN", java_script_enabled=script, reduced_motion="reduce"
        )
        page = context.new_page()
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("console", lambda message: complaints.append(message.text) if is_complaint(message) else None)
        page.on("response", lambda answer: complaints.append(f"{answer.status} {answer.url}") if is_missing(answer) else None)
        seated.append(Person(page, live_server.url, context, keyboard))
        return seated[-1]

    yield seat
    for each in seated:
        if PICTURES:
            each.is_pictured()
        each.context.close()
    assert complaints == []


def is_complaint(message: ConsoleMessage) -> bool:
    """Tell whether the console complains of more than an answer that the page itself explains."""
    return message.type == "error" and "Failed to load resource" not in message.text


def is_missing(answer: Response) -> bool:
    """Tell whether a part of a page, a picture say, did not come."""
    return answer.status >= 400 and answer.request.resource_type not in {"document", "fetch", "xhr"}


def photo(colour: str, at: tuple[float, float] | None = None) -> bytes:
    """Return a picture of a lamp; a camera that knows where it is writes that into it."""
    picture = Image.new("RGB", (640, 480), "#20303a")
    ImageDraw.Draw(picture).ellipse((240, 160, 400, 320), fill=colour)
    exif, out = Image.Exif(), io.BytesIO()
    if at is not None:
        exif[GPS] = {1: "N", 2: sixtieths(at[1]), 3: "E", 4: sixtieths(at[0])}
    picture.save(out, "JPEG", exif=exif)
    return out.getvalue()


def sixtieths(degrees: float) -> tuple[float, float, float]:
    """Return degrees, minutes and seconds, as cameras write them."""
    minutes, seconds = divmod(degrees * 3600, 60)
    return (minutes // 60, minutes % 60, seconds)
