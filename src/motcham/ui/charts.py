"""Maps and small charts as plain data that the templates draw as SVG: no script, no inline style."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

STEPS = 6


@dataclass(frozen=True)
class Shape:
    """One area: its path, its step on the scale (None where nothing is known), where it leads, and its words."""

    path: str
    step: int | None
    title: str
    href: str = ""
    central: bool = False

    @property
    def fill(self) -> str:
        """The hatch where nothing is known: never a colour of the scale."""
        return "url(#none)" if self.step is None else ""


@dataclass(frozen=True)
class Inset:
    """The part of the map that is drawn once more, larger."""

    view_box: str
    label: str

    @property
    def frame(self) -> tuple[str, ...]:
        """x, y, width and height of its frame on the large map."""
        return tuple(self.view_box.split())


@dataclass(frozen=True)
class MapView:
    """A choropleth. `legend` has one label for each of the six steps; `here` marks one point as (x, y)."""

    shapes: Sequence[Shape]
    view_box: str
    label: str
    legend: Sequence[str]
    inset: Inset | None = None
    here: tuple[float, float] | None = None
    none_label: str = ""

    @property
    def inset_shapes(self) -> Sequence[Shape]:
        """The shapes that the inset needs; all of them where none is marked central."""
        return [shape for shape in self.shapes if shape.central] or self.shapes

    def steps(self) -> list[tuple[int, str]]:
        """Return each step with its label."""
        return list(enumerate(self.legend[:STEPS]))


@dataclass(frozen=True)
class Bar:
    """One bar: its words, its size, and its tone (quiet or late, else plain)."""

    title: str
    value: float
    tone: str = ""


@dataclass(frozen=True)
class Bars:
    """A row of bars over time; `first` and `last` are written under its ends."""

    bars: Sequence[Bar]
    label: str
    first: str = ""
    last: str = ""

    def drawn(self) -> list[tuple[str, str, str, str, Bar]]:
        """Return (x, y, width, height, bar), as percentages."""
        top = max((bar.value for bar in self.bars), default=0) or 1
        slot = 100 / max(1, len(self.bars))
        return [
            (f"{place * slot:.2f}%", f"{100 - 100 * bar.value / top:.2f}%", f"{slot * 0.8:.2f}%", f"{100 * bar.value / top:.2f}%", bar)
            for place, bar in enumerate(self.bars)
        ]


def spark_points(values: Sequence[float]) -> str:
    """Return the points of a small line in a box of 96 by 24, room left for its stroke."""
    low, high = min(values, default=0), max(values, default=0)
    span, step = (high - low) or 1, 92 / max(1, len(values) - 1)
    return " ".join(f"{2 + place * step:.1f},{22 - 20 * (value - low) / span:.1f}" for place, value in enumerate(values))
