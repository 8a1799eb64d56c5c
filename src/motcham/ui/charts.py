"""Maps and small charts as plain data that the templates draw as SVG: no script, no inline style."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise


@dataclass(frozen=True)
class Shape:
    """One area: its path, its step on the scale (None where nothing is known), its words, and where it leads."""

    path: str
    step: int | None
    title: str
    href: str = ""

    @property
    def paint(self) -> str:
        """The class of its step, or the hatch where nothing is known: never a colour of the scale."""
        return "step-none" if self.step is None else f"step-{self.step}"


@dataclass(frozen=True)
class Frame:
    """One drawing of areas in its own coordinates: the city, or a part of it that is drawn larger or lies far off."""

    view_box: str
    shapes: Sequence[Shape]
    label: str
    here: tuple[float, float] | None = None


@dataclass(frozen=True)
class MapView:
    """A choropleth: the city, its insets, and the paint and label of each class; `here` of a frame marks one point."""

    city: Frame
    legend: Sequence[tuple[int, str]]
    insets: Sequence[Frame] = ()
    none_label: str = ""


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
            (
                f"{place * slot:.2f}%",
                f"{100 - 100 * bar.value / top:.2f}%",
                f"{slot * 0.8:.2f}%",
                f"{100 * bar.value / top:.2f}%",
                bar,
            )
            for place, bar in enumerate(self.bars)
        ]


@dataclass(frozen=True)
class Line:
    """A line over time in a box of 100 by 40; a gap where a value is unknown. `words` are what each point stands for."""

    values: Sequence[Fraction | None]
    words: Sequence[str]

    def points(self) -> list[tuple[str, str, str]]:
        """Return (x, y, words) of the known points, as percentages."""
        return [(f"{x:.2f}%", f"{y:.2f}%", words) for x, y, words in self._placed() if y is not None]

    def segments(self) -> list[tuple[str, str, str, str]]:
        """Return (x1, y1, x2, y2) between neighbours that are both known, as percentages."""
        placed = self._placed()
        return [
            (f"{x1:.2f}%", f"{y1:.2f}%", f"{x2:.2f}%", f"{y2:.2f}%")
            for (x1, y1, _), (x2, y2, _) in pairwise(placed)
            if y1 is not None and y2 is not None
        ]

    def _placed(self) -> list[tuple[float, float | None, str]]:
        known = [float(value) for value in self.values if value is not None]
        low, high = min(known, default=0), max(known, default=1)
        slot, span = 100 / max(1, len(self.values)), (high - low) or 1
        return [
            ((place + 0.4) * slot, None if value is None else 95 - 90 * (float(value) - low) / span, words)
            for place, (value, words) in enumerate(zip(self.values, self.words, strict=True))
        ]
