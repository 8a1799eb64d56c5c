"""The examples of each component, one TOML file each: the gallery shows them and the tests render them.

An example is a few lines of template and what it is given; tables of a known name become the dataclass that they describe.
"""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from fractions import Fraction
from functools import cache
from importlib.resources import files
from typing import Any

from django.template import Context, Template
from django.utils.safestring import SafeString

from motcham.kernel import terms
from motcham.kernel.clock import Part, Segment, State
from motcham.ui.charts import Bar, Bars, Frame, Line, MapView, Shape
from motcham.ui.clock_bar import ClockBar
from motcham.ui.forms import Option, Question


@dataclass(frozen=True)
class Example:
    """One way to use a component."""

    name: str
    template: str
    given: Mapping[str, Any]

    def render(self) -> SafeString:
        """Render the lines with nothing but what is given."""
        built = {key: BUILDERS[key](value) if key in BUILDERS else value for key, value in self.given.items()}
        return Template("{% load ui %}" + self.template).render(Context(built))


@dataclass(frozen=True)
class Component:
    """A component with its words and examples."""

    key: str
    title: str
    about: str
    examples: tuple[Example, ...]


@cache
def load() -> tuple[Component, ...]:
    """Return every component, by the name of its file."""
    folder = files("motcham.ui") / "examples"
    found = sorted((entry for entry in folder.iterdir() if entry.name.endswith(".toml")), key=lambda entry: entry.name)
    return tuple(_component(entry.name.removesuffix(".toml"), tomllib.loads(entry.read_text("utf-8"))) for entry in found)


def _component(key: str, told: Mapping[str, Any]) -> Component:
    examples = tuple(Example(each["name"], each["template"].strip(), each.get("given", {})) for each in told["example"])
    return Component(key, told["title"], told["about"], examples)


def _bar(told: Mapping[str, Any]) -> ClockBar:
    segments = tuple(Segment(Part(part), share) for part, share in told["segments"])
    left = timedelta(hours=told["left_hours"]) if "left_hours" in told else None
    limit = terms.working_days(told["working_days"]) if "working_days" in told else None
    return ClockBar(
        start=told["start"],
        due=told.get("due"),
        now=told["now"],
        segments=segments,
        state=State(told.get("state", "running")),
        ended=told.get("ended"),
        left=left,
        provisional=told.get("provisional", False),
        limit=limit,
    )


def _question(told: Mapping[str, Any]) -> Question:
    options = tuple(Option(*each) for each in told.get("options", ()))
    return Question(**{**told, "options": options})


def _map(told: Mapping[str, Any]) -> MapView:
    return MapView(_frame(told["city"]), list(enumerate(told["legend"])), [_frame(each) for each in told.get("insets", ())])


def _frame(told: Mapping[str, Any]) -> Frame:
    shapes = [Shape(path, None if step < 0 else step, title, href="#map") for path, step, title in told["shapes"]]
    x, y = told.get("here", (None, None))
    return Frame(told["view_box"], shapes, told["label"], None if x is None else (x, y))


def _course(told: Mapping[str, Any]) -> Line:
    values = [None if value < 0 else Fraction(str(value)) for value in told["values"]]
    return Line(values, told["words"])


def _chart(told: Mapping[str, Any]) -> Bars:
    return Bars([Bar(*each) for each in told["bars"]], told["label"], told.get("first", ""), told.get("last", ""))


BUILDERS: Mapping[str, Callable[[Any], Any]] = {
    "bar": _bar,
    "question": _question,
    "questions": lambda many: [_question(each) for each in many],
    "map": _map,
    "chart": _chart,
    "course": _course,
}
