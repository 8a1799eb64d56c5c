"""The public nouns of the block: units of all dates, what became of them, where a point lies, what a text names, and maps."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import NamedTuple

# From this score on nothing speaks against a candidate.
CERTAIN = 85
# Candidates that come so close to the best are as likely.
CLOSE = 10


class Level(StrEnum):
    """How high a unit stands; there have been no districts since 2025-07-01."""

    PROVINCE = "province"
    DISTRICT = "district"
    COMMUNE = "commune"


class AreaKind(StrEnum):
    """What kind of unit it is, by its own name: the official lists' column of types is wrong for some."""

    WARD = "ward"
    COMMUNE = "commune"
    SPECIAL_ZONE = "special_zone"
    TOWN = "town"
    URBAN_DISTRICT = "urban_district"
    RURAL_DISTRICT = "rural_district"
    DISTRICT_TOWN = "district_town"
    DISTRICT_CITY = "district_city"
    PROVINCE = "province"
    MUNICIPALITY = "municipality"


@dataclass(frozen=True)
class Unit:
    """An administrative unit of some date, known by (code, valid_from): never by its code alone, never by its name.

    `valid_from` is the first day for which a list has it so, `listed_on` the last list that has it; `district` and
    `province` are codes of those days.
    """

    code: str
    valid_from: date
    valid_to: date | None
    level: Level
    kind: AreaKind
    name: str
    name_en: str
    district: str
    province: str
    listed_on: date

    @property
    def key(self) -> tuple[str, date]:
        """Return what names it."""
        return self.code, self.valid_from

    def is_valid_on(self, day: date) -> bool:
        """Return whether the unit existed on that day; `valid_to` is its last day."""
        return self.valid_from <= day and (self.valid_to is None or day <= self.valid_to)


@dataclass(frozen=True)
class Area(Unit):
    """A commune-level unit whose boundary is published: the point well inside it, and its bounding box."""

    lon: float
    lat: float
    west: float
    south: float
    east: float
    north: float


class Extent(StrEnum):
    """How much of an old unit went into a new one."""

    FULL = "full"
    PARTIAL = "partial"


@dataclass(frozen=True)
class Succession:
    """Of which unit all or a part went into which; `basis` is the law, or "none" where no law is known."""

    old: Unit
    new: Unit
    extent: Extent
    basis: str
    trust: str


class Note(StrEnum):
    """How a point lies towards the boundaries."""

    INSIDE = "inside"
    GAP = "gap"
    OVERLAP = "overlap"
    OUTSIDE = "outside"
    UNMAPPED = "unmapped"


@dataclass(frozen=True)
class Located:
    """Where a point is. `area` is set only when it is certain; in a gap or an overlap the `candidates` are to be asked
    about, the likeliest first. On a day without open boundaries the note is `unmapped`, and the candidates are the units of
    that day of which all or a part became the area that the point lies in today."""

    note: Note
    area: Area | None = None
    candidates: tuple[Unit, ...] = ()


class Relation(StrEnum):
    """What became of a unit that an address names, by the day that is asked about."""

    IS = "is"
    FULL = "full"
    PARTIAL = "partial"
    NONE = "none"


@dataclass(frozen=True)
class Heir:
    """A unit of the day that is asked about, and how much of the named unit went into it."""

    unit: Unit
    extent: Extent


@dataclass(frozen=True)
class Candidate:
    """A unit that an address may name: its score out of 100, and where it is to be found on the day that is asked about.

    `relation` is `is` where it exists on that day, `full` where all of it lies in one unit of that day, `partial` where it
    lies in several, `none` where nothing is known. `also` is the name of before 2021 by which it was found, if it was.
    """

    unit: Unit
    score: int
    relation: Relation
    heirs: tuple[Heir, ...] = ()
    also: str = ""

    def communes(self, on: date) -> tuple[Unit, ...]:
        """Return the communes of that day that it leads to: one, several, or none for a province."""
        led_to = tuple(heir.unit for heir in self.heirs) or (self.unit,)
        return tuple(unit for unit in led_to if unit.level is Level.COMMUNE and unit.is_valid_on(on))


@dataclass(frozen=True)
class Found:
    """What a text may name on the map of all dates, the likeliest first; `more` candidates were left off."""

    text: str
    on: date
    candidates: tuple[Candidate, ...] = ()
    more: int = 0

    @property
    def areas(self) -> tuple[Unit, ...]:
        """Return the communes of the day that the text may mean, the likeliest first: what a form offers to choose from."""
        return tuple({unit.key: unit for each in self.candidates for unit in each.communes(self.on)}.values())

    @property
    def certain(self) -> Unit | None:
        """Return the one commune of the day that the text can mean, or None where a person must be asked."""
        likely = [each for each in self.candidates if each.score >= self.candidates[0].score - CLOSE]
        if self.more or not likely or likely[0].score < CERTAIN:
            return None
        meant = {each.communes(self.on) for each in likely}
        only = meant.pop()
        return only[0] if not meant and len(only) == 1 else None


class Offered(NamedTuple):
    """A commune of today that an address may mean, to choose from: its code, its name, and why it is offered."""

    code: str
    name: str
    why: str


class Row(NamedTuple):
    """A row of a table: the cells as they came, and those that were added; `whole` is what programs are told, if it is more."""

    given: tuple[str, ...]
    added: tuple[str, ...]
    whole: Mapping[str, object] | None = None


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

    def at(self, *, lon: float, lat: float) -> tuple[float, float]:
        """Return the point of the drawing where a place lies, so that a case can be dotted on it."""
        x = (lon - self.west) / (self.east - self.west) * self.width
        y = (self.north - lat) / (self.north - self.south) * self.height
        return x, y


@dataclass(frozen=True)
class MapShapes:
    """The city as drawn: the mainland, and the insets that a map of it needs."""

    city: MapView
    insets: tuple[MapView, ...]
    source: str
    as_of: date
