"""How figures move: by day, week and month, by the hour of the weekday, and beside the time before."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction
from typing import Any

from django.utils.translation import gettext as _

from motcham.apps.operations_centre.selection import Selection
from motcham.apps.operations_centre.words import share
from motcham.blocks.indicators import api as indicators
from motcham.blocks.indicators.define import NOTHING, Counts, Scope, first_of_month
from motcham.ui import charts, formats

DAYS, WEEKS, MONTHS = 42, 26, 24
HEAT_WEEKS = 8


@dataclass(frozen=True)
class Step:
    """One day, week or month of a series."""

    first: date
    last: date
    counts: Counts
    words: str


def steps(chosen: Selection, unit: str, scope: Scope, key: str) -> list[Step]:
    """Return the days, weeks or months up to the last day shown, the earliest first; what still runs is the last."""
    last = chosen.last_day
    if unit == "month":
        return _months(chosen, scope, key, last)
    if unit == "week":
        monday = last - timedelta(days=last.weekday())
        spans = [(monday - timedelta(weeks=back), monday - timedelta(weeks=back) + timedelta(days=6)) for back in range(WEEKS)]
    else:
        spans = [(last - timedelta(days=back), last - timedelta(days=back)) for back in range(DAYS)]
    spans.reverse()
    found = indicators.by_day(scope=scope, key=key, since=spans[0][0], until=last, case_type=chosen.kinds)
    return [Step(first, min(end, last), _sum(found, first, end), _words(unit, first)) for first, end in spans]


def _months(chosen: Selection, scope: Scope, key: str, last: date) -> list[Step]:
    firsts = [first_of_month(last)]
    while len(firsts) < MONTHS:
        firsts.append(first_of_month(firsts[-1] - timedelta(days=1)))
    firsts.reverse()
    found = indicators.by_month(scope=scope, key=key, since=firsts[0], until=firsts[-1], case_type=chosen.kinds)
    if chosen.on:
        days = indicators.between(scope=scope, since=firsts[-1], until=last, case_type=chosen.kinds, key=key)
        found[firsts[-1]] = days.get(key, NOTHING)
    ends = [first - timedelta(days=1) for first in firsts[1:]] + [last]
    shown = [Step(first, end, found.get(first, NOTHING), _words("month", first)) for first, end in zip(firsts, ends, strict=True)]
    # Months before anything was counted are left out.
    while len(shown) > 6 and shown[0].counts == NOTHING:
        shown.pop(0)
    return shown


def _sum(found: Mapping[date, Counts], first: date, last: date) -> Counts:
    return sum((found.get(first + timedelta(days=day), NOTHING) for day in range((last - first).days + 1)), NOTHING)


def _words(unit: str, first: date) -> str:
    if unit == "month":
        return f"{first:%m/%Y}"
    return _("week of %(day)s") % {"day": f"{first:%d/%m}"} if unit == "week" else formats.day(first)


def multiples(found: list[Step], today: date) -> list[dict[str, Any]]:
    """Return the small charts of one series, all on the same days: volumes as bars, the share in time as a line."""
    counted: tuple[tuple[str, Callable[[Counts], int], str], ...] = (
        (_("Received"), lambda each: each.received, ""),
        (_("Answered"), lambda each: each.closed, ""),
        (_("Became late"), lambda each: each.late, "late"),
    )
    shown = [_bars(label, pick, tone, found, today) for label, pick, tone in counted]
    shares = [each.counts.punctual for each in found]
    stars = [each.counts.satisfaction for each in found]
    return [
        *shown,
        {
            "title": _("Answered in time"),
            "line": charts.Line(shares, [f"{each.words}: {share(value)}" for each, value in zip(found, shares, strict=True)]),
            "note": _extent(shares, formats.percent),
            **_ends(found),
        },
        {
            "title": _("Satisfaction"),
            "line": charts.Line(stars, [f"{each.words}: {_star(value)}" for each, value in zip(found, stars, strict=True)]),
            "note": _extent(stars, lambda value: formats.number(value, 1)),
            **_ends(found),
        },
    ]


def _bars(label: str, pick: Callable[[Counts], int], tone: str, found: list[Step], today: date) -> dict[str, Any]:
    bars = []
    for each in found:
        number = pick(each.counts)
        bars.append(charts.Bar(f"{each.words}: {formats.number(number)}", number, "quiet" if each.last == today else tone))
    most = max((bar.value for bar in bars), default=0)
    return {
        "title": label,
        "bars": charts.Bars(bars, label),
        "note": _("at most %(number)s") % {"number": formats.number(most)},
        **_ends(found),
    }


def _ends(found: list[Step]) -> dict[str, str]:
    return {"first": found[0].words, "last": found[-1].words}


def _star(value: Fraction | None) -> str:
    return "–" if value is None else formats.number(value, 2)


def _extent(values: list[Fraction | None], words: Callable[[Fraction], str]) -> str:
    known = [value for value in values if value is not None]
    return f"{words(min(known))}–{words(max(known))}" if known else _("nothing decided yet")


def heat(chosen: Selection) -> dict[str, Any]:
    """Return the mean number of arrivals in each hour of each weekday of the last eight full weeks."""
    until = chosen.last_day - timedelta(days=chosen.last_day.weekday() + 1)
    since = until - timedelta(weeks=HEAT_WEEKS) + timedelta(days=1)
    found = indicators.arrivals_between(since=since, until=until, case_type=chosen.kinds)
    cells: dict[tuple[int, int], int] = {}
    for (day, hour), number in found.items():
        cells[day.weekday(), hour] = cells.get((day.weekday(), hour), 0) + number
    most = max(cells.values(), default=0)
    rows = []
    for weekday in range(7):
        row = [_cell(cells.get((weekday, hour), 0), most) for hour in range(24)]
        total = Fraction(sum(cells.get((weekday, hour), 0) for hour in range(24)), HEAT_WEEKS)
        rows.append({"day": formats.weekday(since + timedelta(days=weekday)), "cells": row, "total": formats.number(total)})
    return {"rows": rows, "hours": list(range(24)), "since": since, "until": until, "weeks": HEAT_WEEKS, "any": most > 0}


def _cell(number: int, most: int) -> dict[str, Any]:
    mean = Fraction(number, HEAT_WEEKS)
    words = formats.number(mean) if mean >= 10 or not number else formats.number(mean, 1)
    return {"words": words, "step": -(-5 * number // most) if number else 0}


def table(found: list[Step]) -> list[dict[str, str]]:
    """Return a series as rows of a table, the latest first."""
    return [
        {
            "words": each.words,
            "received": formats.number(each.counts.received),
            "closed": formats.number(each.counts.closed),
            "late": formats.number(each.counts.late),
            "punctual": share(each.counts.punctual),
            "stars": _star(each.counts.satisfaction),
            "since": f"{each.first}",
            "until": f"{each.last}",
        }
        for each in reversed(found)
    ]
