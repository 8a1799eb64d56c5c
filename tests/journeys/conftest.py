"""A city that is ready, a browser, and people who use it by what they read on the screen."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from PIL import Image, ImageDraw
from playwright.sync_api import Browser, BrowserContext, Page

AXE = Path(__file__).parents[2] / "node_modules/axe-core/axe.min.js"
PHONE = {"width": 390, "height": 844}
SCREEN = {"width": 1280, "height": 800}


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

    def goes_to(self, path: str) -> None:
        """Open an address of the house."""
        self.page.goto(path if path.startswith("http") else self.base + path)

    def clicks(self, words: str) -> None:
        """Press what is called this, a button before a link."""
        button = self.page.get_by_role("button", name=words)
        (button if button.count() else self.page.get_by_role("link", name=words)).first.click()

    def opens(self, words: str) -> None:
        """Unfold what is folded under these words."""
        self.page.locator("summary", has_text=words).first.click()

    def writes(self, label: str, words: str) -> None:
        """Fill the visible field of this name."""
        self.page.get_by_label(label).locator("visible=true").first.fill(words)

    def chooses(self, words: str) -> None:
        """Take this answer of a question."""
        self.page.locator("label", has_text=words).locator("visible=true").first.click()

    def attaches(self, colour: str) -> None:
        """Add a photo to the visible field of files."""
        field = self.page.locator("input[type=file]").locator("visible=true").first
        field.set_input_files([{"name": f"{colour}.jpg", "mimeType": "image/jpeg", "buffer": photo(colour)}])

    def finds_no_barrier(self) -> None:
        """Hold the page to the rules of accessibility that a program can check."""
        self.page.evaluate(AXE.read_text())
        found = self.page.evaluate("axe.run({runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa']})")["violations"]
        assert found == [], [(each["id"], [node["html"] for node in each["nodes"]]) for each in found]

    def reads(self, words: str) -> None:
        """Find these words on the page."""
        self.page.get_by_text(words).locator("visible=true").first.wait_for()


@pytest.fixture
def person(browser: Browser, live_server) -> Iterator[Callable[..., Person]]:
    """Seat people before browsers that share nothing; what a page's script complains of fails the journey."""
    seated: list[BrowserContext] = []
    complaints: list[str] = []

    def seat(*, wide: bool = False, script: bool = True) -> Person:
        context = browser.new_context(viewport=SCREEN if wide else PHONE, locale="vi-VN", java_script_enabled=script)
        seated.append(context)
        page = context.new_page()
        page.set_default_timeout(10_000)
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("console", lambda message: complaints.append(message.text) if "Content Security" in message.text else None)
        return Person(page, live_server.url, context)

    yield seat
    for context in seated:
        context.close()
    assert complaints == []


def photo(colour: str) -> bytes:
    """Return a picture of a lamp."""
    picture = Image.new("RGB", (640, 480), "#20303a")
    ImageDraw.Draw(picture).ellipse((240, 160, 400, 320), fill=colour)
    out = io.BytesIO()
    picture.save(out, "JPEG")
    return out.getvalue()
