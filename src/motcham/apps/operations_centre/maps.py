"""The map of the chosen measure: the city, the inner city enlarged, Côn Đảo, and its legend."""

from __future__ import annotations

import json
from fractions import Fraction
from itertools import pairwise
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from motcham.apps.operations_centre.measures import MEASURES, Facts, Measure
from motcham.apps.operations_centre.selection import Selection
from motcham.apps.operations_centre.source import Figures
from motcham.apps.operations_centre.words import group_title, interval, name_of_area
from motcham.blocks.indicators import api as indicators
from motcham.blocks.indicators.define import GROUPS, NOTHING
from motcham.blocks.places import api as places
from motcham.blocks.places.define import MapView as Drawn
from motcham.ui import charts, formats

STEPS = 6


def city_map(chosen: Selection, areas: Figures, *, here: str = "") -> charts.MapView | None:
    """Return the map of the chosen measure as the city was divided on the last day shown; None where no map of that day exists.

    A dot marks one area.
    """
    drawn = places.map_shapes(on=chosen.last_day)
    if not drawn.city.shapes:
        return None
    measure = MEASURES[chosen.measure]
    values = {area.code: measure.value(areas.facts(area.code)) for area in places.areas(on=chosen.last_day)}
    labels = {"inner": _("Inner city"), "islands": _("Côn Đảo")}
    sheet = _Sheet(chosen, areas, values, here)
    frames = [sheet.draw(view, labels.get(view.key, "")) for view in drawn.insets]
    title = _("%(measure)s, by ward") % {"measure": measure.label}
    return charts.MapView(sheet.draw(drawn.city, title), legend(measure, sheet.edges), frames, _("no data"))


def shown(chosen: Selection, areas: Figures, *, here: str = "") -> dict[str, Any]:
    """Return what a template needs to show the map, or to say that there is none of that day."""
    return {
        "map": city_map(chosen, areas, here=here),
        "in_force": places.map_shapes(on=chosen.last_day).as_of,
        "source": places.map_shapes(on=chosen.last_day).source,
        "map_words": json.dumps(_words_of_controls(), ensure_ascii=False),
    }


def _words_of_controls() -> dict[str, str]:
    return {
        "NavigationControl.ZoomIn": _("Zoom in"),
        "NavigationControl.ZoomOut": _("Zoom out"),
        "CooperativeGesturesHandler.WindowsHelpText": _("Hold Ctrl while scrolling to zoom the map"),
        "CooperativeGesturesHandler.MacHelpText": _("Hold ⌘ while scrolling to zoom the map"),
        "CooperativeGesturesHandler.MobileHelpText": _("Use two fingers to move the map"),
    }


def edges_for(measure: Measure, values: dict[str, Fraction | None]) -> tuple[Fraction, ...]:
    """Return the lower edges of the classes above the first: those that are set, else drawn from the values themselves."""
    known = [value for value in values.values() if value is not None]
    return measure.edges or indicators.edges_of(known, STEPS)


def legend(measure: Measure, edges: tuple[Fraction, ...]) -> list[tuple[int, str]]:
    """Return the paint and the words of each class, the lowest first."""
    words = [measure.brief(edge) for edge in edges]
    if not words:
        return []
    sign = "%" if measure.key in {"punctual", "promises"} else ""
    between = [_between(measure, low, high) for low, high in pairwise(edges)]
    spans = [f"< {words[0]}{sign}", *between, f"≥ {words[-1]}{sign}"]
    return [(paint(place, len(edges), measure.good), label) for place, label in enumerate(spans)]


def _between(measure: Measure, low: Fraction, high: Fraction) -> str:
    # Whole numbers are told from the first to the last that belongs to the class.
    if measure.whole:
        return measure.brief(low) if high - low == 1 else f"{measure.brief(low)}–{measure.brief(high - 1)}"
    return f"{measure.brief(low)}–{measure.brief(high)}"


def paint(step: int, edges: int, good: int) -> int:
    """Return the colour of a class among the six of the house: dark is many, or good where one end is better."""
    if good < 0:
        step = edges - step
    return step * (STEPS - 1) // edges if edges else STEPS - 1


def table(chosen: Selection, areas: Figures) -> list[dict[str, Any]]:
    """Return the wards by the chosen measure, the highest first, in groups of like volume: 20 cases are not compared with 2,000."""
    measure = MEASURES[chosen.measure]
    groups: dict[int, list[tuple[Fraction, dict[str, Any]]]] = {}
    for area in places.areas(on=chosen.last_day):
        facts = areas.facts(area.code)
        value = measure.value(facts)
        group = indicators.group_of(facts.month.received)
        low, high = indicators.wilson(facts.month.on_time, facts.month.decided)
        row = {
            "code": area.code,
            "name": name_of_area(area),
            "href": reverse("board_ward", args=[area.code]) + chosen.query,
            "value": measure.written(value),
            "of": formats.number(measure.of(facts)),
            "received": formats.number(facts.month.received),
            "before": measure.written(measure.value(Facts(month=areas.before.get(area.code, NOTHING)))),
            "low": float(low),
            "high": float(high),
            "interval": interval(facts.month) if measure.key == "punctual" else "",
        }
        order = Fraction(-1) if value is None else value
        groups.setdefault(len(GROUPS) if group is None else group, []).append((order, row))
    return [
        {
            "title": group_title(place),
            "rows": [row for _order, row in sorted(groups[place], key=lambda each: (-each[0], each[1]["name"]))],
        }
        for place in sorted(groups)
    ]


class _Sheet:
    """Draws frames of one map with the same paint and words."""

    def __init__(self, chosen: Selection, areas: Figures, values: dict[str, Fraction | None], here: str) -> None:
        self.query, self.here, self.measure = chosen.query, here, MEASURES[chosen.measure]
        self.edges = edges_for(self.measure, values)
        self.address = reverse("board_ward", args=["-"])
        self.known = {code: self._known(value, areas.facts(code)) for code, value in values.items()}

    def _known(self, value: Fraction | None, facts: Facts) -> tuple[int | None, str]:
        measure, step = self.measure, indicators.step_of(value, self.edges)
        words = measure.written(value)
        if measure.key != "volume":
            words = f"{words} ({formats.number(measure.of(facts))})"
        return None if step is None else paint(step, len(self.edges), measure.good), words

    def draw(self, view: Drawn, label: str) -> charts.Frame:
        """Return one frame."""
        shapes, dot = [], None
        for shape in view.shapes:
            code = shape.area.code
            step, words = self.known[code]
            if code == self.here:
                dot = (float(shape.x), float(shape.y))
            href = self.address.replace("-", code) + self.query
            shapes.append(charts.Shape(shape.d, step, f"{name_of_area(shape.area)}: {words}", href))
        return charts.Frame(view.view_box, shapes, label, dot)
