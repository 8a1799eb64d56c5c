"""Every component: it has examples, they are sound HTML without inline style or script, and text is always escaped."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from importlib.resources import files

import pytest
from django.template.loader import render_to_string

from motcham.ui import gallery, signs
from motcham.ui.charts import Bar, Bars, Frame, MapView, Shape
from motcham.ui.forms import Option, Question
from motcham.ui.templatetags import ui

EXAMPLES = [
    pytest.param(example, id=f"{component.key}: {example.name}") for component in gallery.load() for example in component.examples
]
VOID = {"area", "base", "br", "col", "hr", "img", "input", "link", "meta", "source"}


class Checker(HTMLParser):
    """Collects what is wrong with a piece of HTML: tags that do not match, ids twice, style or script written inline."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.open: list[str] = []
        self.ids: list[str] = []
        self.wrong: list[str] = []

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._look(tag, attrs)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._look(tag, attrs)
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if not self.open or self.open.pop() != tag:
            self.wrong.append(f"</{tag}> closes nothing")

    def _look(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        names = [name for name, _ in attrs]
        if len(names) != len(set(names)):
            self.wrong.append(f"<{tag}> has an attribute twice")
        if tag == "style" or "style" in names or any(name.startswith("on") for name in names):
            self.wrong.append(f"<{tag}> has style or script inline")
        self.ids += [value or "" for name, value in attrs if name == "id"]


def faults(html: str) -> list[str]:
    checker = Checker()
    checker.feed(html)
    checker.close()
    twice = [name for name in set(checker.ids) if checker.ids.count(name) > 1]
    return [*checker.wrong, *(f"<{tag}> stays open" for tag in checker.open), *(f"id {name} twice" for name in twice)]


@pytest.mark.parametrize("example", EXAMPLES)
def test_an_example_is_sound(example):
    html = example.render()
    assert html.strip()
    assert faults(html) == []


def test_every_component_is_shown_by_an_example():
    parts = {"question_label", "question_attributes", "map_frame"}
    made = {entry.name.removesuffix(".html") for entry in (files("motcham.ui") / "templates/ui/components").iterdir()} - parts
    shown = " ".join(example.template for component in gallery.load() for example in component.examples)
    small = {"clock_bar_small": "clock_bar bar compact=True"}
    assert {name for name in made if f"{{% {small.get(name, name)}" not in shown} == set()


@pytest.mark.parametrize(
    "drawn",
    [
        lambda text: ui.notice(text, tone="late", title=text),
        ui.chip,
        lambda text: ui.proof(text, code=text),
        lambda text: ui.timeline([{"title": text, "note": text, "said": text}]),
        lambda text: ui.stat(text, text, note=text, link=text),
        lambda text: ui.data_table(text, [{"label": text}], [[text]]),
        lambda text: ui.question(
            Question("x", text, value=text, hint=text, error=text, options=(Option(text, text, text),), widget="radios")
        ),
        lambda text: ui.question(Question("x", text, value=text, hint=text, widget="textarea")),
        lambda text: ui.choropleth(MapView(Frame("0 0 1 1", [Shape("M0 0", None, text, text)], text), [(0, text)])),
        lambda text: ui.bars(Bars([Bar(text, 1)], text, text, text)),
        lambda text: ui.empty(text, text, text, text),
        lambda text: ui.sign("pie", share=text),
    ],
)
def test_words_from_outside_never_become_markup(drawn):
    html = drawn('"><script>alert(1)</script>')
    assert "<script" not in html
    assert faults(html) == []


@pytest.mark.parametrize("name", signs.names())
def test_a_sign_is_sound(name):
    assert faults(signs.draw(name)) == []


def test_a_long_number_of_characters_is_not_written_with_dots_where_a_machine_reads_it():
    html = ui.question(Question("x", "x", widget="textarea", longest=2000))
    assert 'maxlength="2000"' in html


@pytest.mark.parametrize("name", ["500.html", "503.html"])
def test_the_pages_of_last_resort_ask_nothing_of_the_database(name):
    html = render_to_string(name, {"title": "x", "reference": "ab12", "status": 503})
    assert faults(html.replace("<!doctype html>", "")) == []
    assert "ab12" in html


def test_the_static_page_for_the_proxy_stands_alone():
    html = (files("motcham.ui") / "static/ui/unavailable.html").read_text("utf-8")
    assert faults(html.replace("<!doctype html>", "")) == []
    linked = re.findall(r'href="/static/([^"]+)"', html)
    assert linked
    assert all((files("motcham.ui") / "static" / path).is_file() for path in linked)


def test_the_script_stays_small():
    assert len((files("motcham.ui") / "static/ui/motcham.js").read_bytes()) <= 6_000
