"""The public nouns of the block: an area, where a point was found to be, and the frames of a map."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum


class AreaKind(StrEnum):
    """What kind of commune-level unit an area is, since 2025-07-01."""

    WARD = "ward"
    COMMUNE = "commune"
    SPECIAL_ZONE = "special_zone"


@dataclass(frozen=True)
class Area:
    """A commune-level unit, known by (code, valid_from): never by its code alone, never by its name."""

    code: str
    valid_from: date
    valid_to: date | None
    name: str
    name_en: str
    kind: AreaKind
    lon: float
    lat: float
    west: float
    south: float
    east: float
    north: float

    def is_valid_on(self, day: date) -> bool:
        """Return whether the area existed on that day; `valid_to` is its last day."""
        return self.valid_from <= day and (self.valid_to is None or day <= self.valid_to)


class Note(StrEnum):
    """How a point lies towards the boundaries."""

    INSIDE = "inside"
    GAP = "gap"
    OVERLAP = "overlap"
    OUTSIDE = "outside"


@dataclass(frozen=True)
class Located:
    """Where a point is. `area` is set only when it is certain; in a gap or an overlap the `candidates` are to be asked
    about, the likeliest first."""

    note: Note
    area: Area | None = None
    candidates: tuple[Area, ...] = ()


@dataclass(frozen=True)
class Shape:
    """One area as drawn: an SVG path in whole numbers, and the point where its label or its dot goes."""

    area: Area
    d: str
    x: int
    y: int


@dataclass(frozen=True)
class MapView:
    """One frame of the map: "city" is the mainland, "inner" the inner city enlarged, "islands" Côn Đảo."""

    key: str
    width: int
    height: int
    west: float
    south: float
    east: float
    north: float
    shapes: tuple[Shape, ...]

    @property
    def view_box(self) -> str:
        """Return the value of the SVG attribute."""
        return f"0 0 {self.width} {self.height}"

    def at(self, *, lon: float, lat: float) -> tuple[int, int]:
        """Return the point of the drawing where a place lies, so that a case can be dotted on it."""
        x = (lon - self.west) / (self.east - self.west) * self.width
        y = (self.north - lat) / (self.north - self.south) * self.height
        return round(x), round(y)


@dataclass(frozen=True)
class MapShapes:
    """The city as drawn: the mainland, and the insets that a map of it needs."""

    city: MapView
    insets: tuple[MapView, ...]
    source: str
    as_of: date
