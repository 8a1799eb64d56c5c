"""The nouns of figures: what is counted, over what, and how an exact figure is formed from counts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from fractions import Fraction
from typing import Any

# Members are ranked among those that had about as much to do; below the last figure chance decides, and nobody is ranked.
GROUPS = (500, 100, 20)
# The start of the one span that holds everything.
EVER = date.min
# A cell crossed by category is shown from this many cases on, so that nobody is recognised by it.
SHOWN_FROM = 5

# One kind of case by its key, several, or all where it is empty.
Kinds = str | tuple[str, ...]


class Scope(StrEnum):
    """Over what a count runs. A `CELL` is one agency crossed with one category, its key "agency category"."""

    CITY = "city"
    AGENCY = "agency"
    AREA = "area"
    CATEGORY = "category"
    CHANNEL = "channel"
    CELL = "cell"


class Span(StrEnum):
    """How much time a count covers; cells are counted by month only."""

    DAY = "day"
    MONTH = "month"
    EVER = "ever"


@dataclass(frozen=True, slots=True)
class Counts:
    """What was counted in one span: received by the day of receipt, closed and rated by the day of closing, late by the
    day on which the limit passed. `late_closed` are those closed after it passed, whenever that was.

    >>> Counts(received=10, closed=8, on_time=6, late=3).punctual
    Fraction(2, 3)
    """

    received: int = 0
    closed: int = 0
    on_time: int = 0
    late: int = 0
    rated: int = 0
    stars: int = 0

    @property
    def decided(self) -> int:
        """Return of how many cases it was decided in this span whether they kept their limit: closed within it, or past it.

        Each case is decided once, at the first of the two; leaving late cases open does not mend the figure.
        """
        return self.on_time + self.late

    @property
    def punctual(self) -> Fraction | None:
        """Return the share of the decided cases that were answered within their limit."""
        return Fraction(self.on_time, self.decided) if self.decided else None

    @property
    def pending(self) -> int:
        """Return how many are not closed; meaningful for `Span.EVER`."""
        return self.received - self.closed

    @property
    def overdue(self) -> int:
        """Return how many are past their limit and not closed; meaningful for `Span.EVER`."""
        return self.late - (self.closed - self.on_time)

    @property
    def satisfaction(self) -> Fraction | None:
        """Return the mean rating, of 1 to 5."""
        return Fraction(self.stars, self.rated) if self.rated else None

    def __add__(self, other: Counts) -> Counts:
        return Counts(
            self.received + other.received,
            self.closed + other.closed,
            self.on_time + other.on_time,
            self.late + other.late,
            self.rated + other.rated,
            self.stars + other.stars,
        )


NOTHING = Counts()


@dataclass(frozen=True, slots=True)
class Version:
    """How far the tallies are: the number grows with every fold that changed something."""

    number: int
    folded_at: datetime


@dataclass(frozen=True, slots=True)
class Standing:
    """One member of a ranking: its place among those of like volume, with the places that its interval allows."""

    key: str
    counts: Counts
    low: Fraction
    high: Fraction
    rank: int
    best: int
    worst: int
    group: int


@dataclass(frozen=True, slots=True)
class Recomputed:
    """What a full recompute found: how many cells there are, and how many differed and were put right."""

    cells: int
    changed: int
    seconds: float


@dataclass(frozen=True, slots=True)
class Distribution:
    """How many cases took how long: counts by bucket of `rules.EDGES`."""

    buckets: Mapping[int, int]

    @property
    def total(self) -> int:
        """Return how many cases it holds."""
        return sum(self.buckets.values())


@dataclass(frozen=True, slots=True)
class Closing:
    """The figures as they were known at the end of a day, with the entry of the log that has their hash."""

    day: date
    taken_at: datetime
    sha256: str
    entry_id: int
    text: str
    told: Mapping[str, Any]

    def counts(self, *, scope: Scope, span: Span, case_type: Kinds = "", key: str | None = None) -> dict[str, Counts]:
        """Return the counts of the month, or of all time, by key."""
        found: dict[str, Counts] = {}
        for each, kind, *figures in self.told[scope.value][span.value]:
            if (not case_type or kind in listed(case_type)) and key in {None, each}:
                found[each] = found.get(each, NOTHING) + Counts(*figures)
        return found

    def handling(self, *, scope: Scope, case_type: Kinds = "", key: str | None = None) -> dict[str, Distribution]:
        """Return how long the cases took that were closed in the month until that day, by key."""
        found: dict[str, dict[int, int]] = {}
        for each, kind, bucket, n in self.told[scope.value]["handling"]:
            if (not case_type or kind in listed(case_type)) and key in {None, each}:
                buckets = found.setdefault(each, {})
                buckets[bucket] = buckets.get(bucket, 0) + n
        return {each: Distribution(buckets) for each, buckets in found.items()}


def listed(kinds: Kinds) -> list[str]:
    """Return kinds of case as a list, one of them or several."""
    return [kinds] if isinstance(kinds, str) else list(kinds)


def first_of_month(day: date) -> date:
    """Return the first day of a month."""
    return day.replace(day=1)
