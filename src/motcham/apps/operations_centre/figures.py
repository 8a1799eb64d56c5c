"""The figures of the board in words, maps and bars: everything its templates show, worked out here."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import date, timedelta
from fractions import Fraction
from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from motcham.apps.operations_centre.measures import ONLINE, long
from motcham.apps.operations_centre.selection import Selection, families
from motcham.apps.operations_centre.source import Figures
from motcham.apps.operations_centre.words import (
    TOGETHER,
    change,
    change_of_share,
    interval,
    label_of,
    label_of_kind,
    name_of_agency,
    name_of_area,
    share,
)
from motcham.blocks.cases.define import case_types
from motcham.blocks.identity import api as identity
from motcham.blocks.indicators import api as indicators
from motcham.blocks.indicators.define import NOTHING, SHOWN_FROM, Counts, Scope, Span, Standing
from motcham.blocks.places import api as places
from motcham.ui import charts, formats

KINDS = {"ward": ("ward",), "department": ("department", "company", "desk", "city"), "area": ()}
SHOWN_DAYS = 30
FLOOD = 10
NINETY = Fraction(9, 10)
UNRANKED = 99


def summary(chosen: Selection, scope: Scope, key: str = "") -> dict[str, Any]:
    """Return the figures that head every page of the board, each beside the month before."""
    known = Figures(chosen, scope, key)
    month, ever, took = known.month.get(key, NOTHING), known.ever.get(key, NOTHING), known.took.get(key)
    before = known.before.get(key, NOTHING)
    buckets = took.buckets if took else {}
    return {
        "month": month,
        "ever": ever,
        "punctual": share(month.punctual),
        "interval": interval(month),
        "punctual_note": _beside(interval(month), change_of_share(month.punctual, before.punctual), chosen),
        "received_note": _beside("", change(month.received, before.received), chosen),
        "median": long(indicators.median_hours(buckets)),
        "ninety": _("nine of ten within %(time)s") % {"time": long(indicators.quantile_hours(buckets, NINETY))}
        if buckets
        else (_("not kept of that day") if chosen.on and month.closed else ""),
        "closed": ngettext("%(number)s case answered", "%(number)s cases answered", month.closed)
        % {"number": formats.number(month.closed)},
        "overdue_tone": "late" if ever.overdue else "",
        "overdue": formats.number(ever.overdue),
        "pending": _("of %(number)s in progress") % {"number": formats.number(ever.pending)},
        "stars": "–" if month.satisfaction is None else _("%(stars)s of 5") % {"stars": formats.number(month.satisfaction, 2)},
        "rated": ngettext("%(number)s rating", "%(number)s ratings", month.rated) % {"number": formats.number(month.rated)},
        **(_online(chosen) if scope is Scope.CITY else {}),
    }


def by_kind(chosen: Selection, scope: Scope, key: str = "") -> list[dict[str, Any]]:
    """Return the figures of each kind of case by itself, families as one, where several are counted together."""
    rows = []
    filed = (each.key for each in case_types if each.anyone_files or each.filed_by)
    for kind in dict.fromkeys(map(_family_of, filed)) if not chosen.case_type else ():
        told = summary(replace(chosen, case_type=kind), scope, key)
        if told["month"].received or told["ever"].pending:
            rows.append({"kind": kind, "label": label_of_kind(kind), "received": formats.number(told["month"].received), **told})
    return rows if len(rows) > 1 else []


def _family_of(kind: str) -> str:
    return next((name for name, keys in families().items() if kind in keys), kind)


def _online(chosen: Selection) -> dict[str, Any]:
    """Return which share came in online; channels are counted for the whole city alone."""
    found = Figures(chosen, Scope.CHANNEL).month
    whole = sum(each.received for each in found.values())
    part = sum(each.received for name, each in found.items() if name in ONLINE)
    if whole < SHOWN_FROM:
        return {}
    return {
        "online": share(Fraction(part, whole)),
        "online_note": _("%(number)s handed in online") % {"number": formats.number(part)},
    }


def _beside(first: str, moved: str, chosen: Selection) -> str:
    """Return a note with what changed against the month before, up to the same day of it."""
    since, until = chosen.before
    against = _("%(change)s against %(since)s–%(until)s")
    days = {"since": f"{since:%d/%m}", "until": f"{TOGETHER}{until:%d/%m}"}
    return " · ".join(part for part in (first, moved and against % {"change": moved, **days}) if part)


def arrivals(chosen: Selection) -> dict[str, Any]:
    """Return what came in today, by hour, beside the same weekday of last week up to the same hour."""
    today, before = chosen.today, chosen.today - timedelta(days=7)
    now, then = (indicators.arrivals(day=day, case_type=chosen.kinds) for day in (today, before))
    hour = timezone.localtime().hour
    # Only full hours are compared: the running one would always look like a fall.
    so_far, same = (sum(n for at, n in hours.items() if at < hour) for hours in (now, then))
    bars = [
        charts.Bar(
            _("%(hour)s:00–%(hour)s:59: %(number)s") % {"hour": f"{at:02}", "number": formats.number(now.get(at, 0))},
            now.get(at, 0),
            "quiet" if at == hour else "",
        )
        for at in range(24)
    ]
    return {
        "total": formats.number(sum(now.values())),
        "change": same_hours(so_far, same, before),
        "bars": charts.Bars(bars, _("Cases received today, by hour"), "00:00", "23:59"),
    }


def same_hours(so_far: int, same: int, before: date) -> str:
    """Say how what came in compares with the same hours of a day before; a flood in times, which percents would not tell."""
    if not same:
        return _("nothing last week to compare with")
    day = formats.day(before)
    if so_far >= FLOOD * same:
        return _("▲ %(times)s times %(day)s, same hours") % {"times": formats.number(so_far // same), "day": day}
    facts = {"share": formats.percent(abs(Fraction(so_far - same, same)), 0), "day": day}
    return (
        _("▲ %(share)s against %(day)s, same hours") % facts
        if so_far >= same
        else _("▼ %(share)s against %(day)s, same hours") % facts
    )


def days(chosen: Selection, scope: Scope, key: str = "") -> charts.Bars:
    """Return the arrivals of the last 30 days that the month has had."""
    until = chosen.last_day
    since = until - timedelta(days=SHOWN_DAYS - 1)
    found = indicators.by_day(scope=scope, key=key, since=since, until=until, case_type=chosen.kinds)
    bars = []
    for place in range(SHOWN_DAYS):
        day = since + timedelta(days=place)
        counts = found.get(day, NOTHING)
        words = _("%(day)s: %(received)s received, %(closed)s answered, %(late)s late") % {
            "day": formats.day(day),
            "received": formats.number(counts.received),
            "closed": formats.number(counts.closed),
            "late": formats.number(counts.late),
        }
        bars.append(charts.Bar(words, counts.received, "quiet" if day == chosen.today else ""))
    return charts.Bars(bars, _("Cases received, by day"), formats.day(since), formats.day(until))


def peak(bars: charts.Bars) -> str:
    """Return what the tallest bar stands for."""
    return _("at most %(number)s") % {"number": formats.number(max((bar.value for bar in bars.bars), default=0))}


def ranked(chosen: Selection, kind: str) -> list[dict[str, Any]]:
    """Return the rows of a ranking, of the agencies of one kind or of the areas in which things happened; those that had too
    little to do come last, without a place."""
    if kind == "area":
        scope = Scope.AREA
        names = {
            each.code: (name_of_area(each), reverse("board_ward", args=[each.code])) for each in places.areas(on=chosen.last_day)
        }
    else:
        scope = Scope.AGENCY
        agencies = [each for each in identity.agencies() if each.kind in KINDS[kind]]
        names = {str(each.id): (name_of_agency(each), reverse("board_agency", args=[each.code])) for each in agencies}
    found = Figures(chosen, scope).month
    standings = indicators.rank({key: counts for key, counts in found.items() if key in names})
    sizes, placed = Counter(each.group for each in standings), {each.key for each in standings}
    others = [
        Standing(key, found.get(key, NOTHING), Fraction(0), Fraction(1), 0, 0, 0, UNRANKED) for key in names if key not in placed
    ]
    return [_row(each, *names[each.key], sizes[each.group], chosen) for each in (*standings, *others)]


def _row(standing: Standing, name: str, href: str, size: int, chosen: Selection) -> dict[str, Any]:
    return {
        "key": standing.key,
        "rank": standing.rank,
        "name": name,
        "href": href + chosen.query,
        "score": share(standing.counts.punctual),
        "decided": standing.counts.decided,
        "late": standing.counts.late,
        "best": standing.best,
        "worst": standing.worst,
        "low": standing.best - 1,
        "high": standing.worst,
        "size": size,
        "group": standing.group,
    }


def pulling_down(chosen: Selection, city: Counts, *, most: int = 7) -> list[dict[str, Any]]:
    """Return the cells, agency by category, whose late cases cost the city's share most; too small cells stay hidden."""
    cells = indicators.by_key(scope=Scope.CELL, span=Span.MONTH, start=chosen.month, case_type=chosen.kinds)
    found = []
    for key, counts in cells.items():
        agency, _space, category = key.partition(" ")
        if counts.late >= SHOWN_FROM:
            found.append((counts.late, int(agency), category))
    found.sort(key=lambda each: (-each[0], each[1:]))
    shown = []
    for late, agency_key, category in found[:most]:
        agency_view = identity.agency(id=agency_key)
        shown.append(
            {
                "category": category,
                "label": label_of(category),
                "agency_id": agency_key,
                "agency": name_of_agency(agency_view),
                "href": reverse("board_agency", args=[agency_view.code]) + chosen.query,
                "late": ngettext("%(number)s late", "%(number)s late", late) % {"number": formats.number(late)},
                "cost": formats.number(Fraction(-100 * late, city.decided), 2) if city.decided else "–",
            }
        )
    return shown
