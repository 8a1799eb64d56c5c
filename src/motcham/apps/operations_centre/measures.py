"""What the map and its table can show: each measure once, with how it is formed, written and classed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from fractions import Fraction

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from motcham.blocks.indicators import api as indicators
from motcham.blocks.indicators.define import NOTHING, Counts, Distribution
from motcham.ui import formats

SHARES = tuple(Fraction(n, 100) for n in (70, 80, 90, 95, 98))
ONLINE = ("web", "app", "api")
"""Channels by which a case is handed in online, as the national dictionary counts them."""
STARS = tuple(Fraction(n, 10) for n in (20, 30, 35, 40, 45))


@dataclass(frozen=True)
class Facts:
    """All that is known of one ward or agency: what the month counted, how it stands, how long cases took, and the rest."""

    month: Counts = NOTHING
    ever: Counts = NOTHING
    took: Distribution = field(default_factory=lambda: Distribution({}))
    reopened: int = 0
    kept: int = 0
    settled: int = 0


@dataclass(frozen=True)
class Measure:
    """One measure; `edges` are fixed where the law or the house set them, else drawn from the values shown. `good` says
    which end is better: 1 the high one, -1 the low one, 0 neither."""

    key: str
    label: str | Promise
    method: str | Promise
    value: Callable[[Facts], Fraction | None]
    of: Callable[[Facts], int]
    words: Callable[[Fraction], str]
    brief: Callable[[Fraction], str]
    edges: tuple[Fraction, ...] = ()
    good: int = 1
    whole: bool = False

    def written(self, value: Fraction | None) -> str:
        """Return a value as words; a dash where there is none."""
        return "–" if value is None else self.words(value)


def _percent(value: Fraction) -> str:
    return formats.percent(value)


def _points(value: Fraction) -> str:
    return formats.number(value * 100)


def _points_and_digit(value: Fraction) -> str:
    return formats.percent(value, 1)


def _whole(value: Fraction) -> str:
    return formats.number(value)


def _stars(value: Fraction) -> str:
    return _("%(stars)s of 5") % {"stars": formats.number(value, 2)}


def _one_digit(value: Fraction) -> str:
    return formats.number(value, 1)


def long(hours: Fraction | None) -> str:
    """Return a handling time: in hours up to two days, else in days."""
    if hours is None:
        return "–"
    if hours < 48:
        return _("%(number)s hours") % {"number": formats.number(hours, 1)}
    return _("%(number)s days") % {"number": formats.number(hours / 24, 1)}


def _share(part: int, whole: int) -> Fraction | None:
    return Fraction(part, whole) if whole else None


_ALL = (
    Measure(
        "punctual",
        gettext_lazy("Answered in time"),
        gettext_lazy(
            "Cases answered within their limit, of all cases decided in the month: answered within it, or past it. "
            "Each case is decided once; leaving a late case open does not mend the figure."
        ),
        lambda facts: facts.month.punctual,
        lambda facts: facts.month.decided,
        _percent,
        _points,
        SHARES,
    ),
    Measure(
        "volume",
        gettext_lazy("Cases received"),
        gettext_lazy("Cases received in the month, by the day of receipt."),
        lambda facts: Fraction(facts.month.received),
        lambda facts: facts.month.received,
        _whole,
        _whole,
        good=0,
        whole=True,
    ),
    Measure(
        "overdue",
        gettext_lazy("Overdue now"),
        gettext_lazy("Cases past their limit and not answered at this moment, whenever they were received."),
        lambda facts: Fraction(facts.ever.overdue),
        lambda facts: facts.ever.pending,
        _whole,
        _whole,
        good=-1,
        whole=True,
    ),
    Measure(
        "median",
        gettext_lazy("Median handling time"),
        gettext_lazy(
            "From receipt to answer, days off included, of cases answered in the month; the median, from counts by ranges of hours."
        ),
        lambda facts: indicators.median_hours(facts.took.buckets),
        lambda facts: facts.took.total,
        long,
        _whole,
        good=-1,
    ),
    Measure(
        "stars",
        gettext_lazy("Satisfaction"),
        gettext_lazy("Mean of the ratings of 1 to 5 given to cases that were closed in the month."),
        lambda facts: facts.month.satisfaction,
        lambda facts: facts.month.rated,
        _stars,
        _one_digit,
        STARS,
    ),
    Measure(
        "reopened",
        gettext_lazy("Reopened"),
        gettext_lazy("Cases that were opened again because the answer did not settle them, of those received in the month."),
        lambda facts: _share(facts.reopened, facts.month.received),
        lambda facts: facts.month.received,
        _percent,
        _points_and_digit,
        good=-1,
    ),
    Measure(
        "promises",
        gettext_lazy("Promises kept"),
        gettext_lazy("Promised days that were kept, of those that fell into the month; one that was put off was not kept."),
        lambda facts: _share(facts.kept, facts.settled),
        lambda facts: facts.settled,
        _percent,
        _points,
        SHARES,
    ),
)
MEASURES: dict[str, Measure] = {each.key: each for each in _ALL}
