"""The figures of the board in words, maps and bars: everything its templates show, worked out here."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from datetime import date, timedelta
from fractions import Fraction
from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from motcham.apps.operations_centre.selection import Selection
from motcham.blocks.cases.define import case_types
from motcham.blocks.identity import api as identity
from motcham.blocks.identity.define import AgencyView
from motcham.blocks.indicators import api as indicators
from motcham.blocks.indicators.define import NOTHING, SHOWN_FROM, Counts, Scope, Span, Standing
from motcham.blocks.places import api as places
from motcham.blocks.places.define import MapView as Drawn
from motcham.ui import charts, formats

KINDS = {"ward": ("ward",), "department": ("department", "company", "desk", "city"), "area": ()}
SHOWN_DAYS = 30
EVER = date.min
UNRANKED = 99
TOGETHER = "\u2060"  # no line may break here


def label_of(category: str) -> str:
    """Return the words of a category, from whichever kind of case asks for it."""
    for case_type in case_types:
        field = case_type.field_named(case_type.category) if case_type.category else None
        for choice in field.choices if field else ():
            if choice.key == category:
                return str(choice.label)
    return category or _("without a category")


def share(value: Fraction | None) -> str:
    """Return a share as words; a dash where nothing was decided."""
    return "–" if value is None else formats.percent(value)


def interval(counts: Counts) -> str:
    """Return the 95 % interval of the share answered in time."""
    if not counts.decided:
        return _("nothing decided yet")
    low, high = indicators.wilson(counts.on_time, counts.decided)
    return _("95%% interval %(low)s–%(high)s") % {
        "low": formats.number(low * 100, 1),
        "high": TOGETHER + formats.number(high * 100, 1),
    }


def long(hours: Fraction | None) -> str:
    """Return a handling time: in hours up to two days, else in days."""
    if hours is None:
        return "–"
    if hours < 48:
        return _("%(number)s hours") % {"number": formats.number(hours, 1)}
    return _("%(number)s days") % {"number": formats.number(hours / 24, 1)}


def summary(chosen: Selection, scope: Scope, key: str = "") -> dict[str, Any]:
    """Return the five figures that head every page of the board."""
    kind = chosen.case_type
    month = indicators.of(scope=scope, span=Span.MONTH, start=chosen.month, key=key, case_type=kind)
    ever = indicators.of(scope=scope, span=Span.EVER, start=EVER, key=key, case_type=kind)
    took = indicators.handling(scope=scope, start=chosen.month, case_type=kind, key=key).get(key)
    return {
        "month": month,
        "ever": ever,
        "punctual": share(month.punctual),
        "interval": interval(month),
        "median": long(indicators.median_hours(took.buckets)) if took else "–",
        "closed": ngettext("%(number)s case answered", "%(number)s cases answered", month.closed)
        % {"number": formats.number(month.closed)},
        "overdue_tone": "late" if ever.overdue else "",
        "overdue": formats.number(ever.overdue),
        "pending": _("of %(number)s in progress") % {"number": formats.number(ever.pending)},
        "stars": "–" if month.satisfaction is None else _("%(stars)s of 5") % {"stars": formats.number(month.satisfaction, 2)},
        "rated": ngettext("%(number)s rating", "%(number)s ratings", month.rated) % {"number": formats.number(month.rated)},
    }


def arrivals(chosen: Selection) -> dict[str, Any]:
    """Return what came in today, by hour, beside the same weekday of last week up to the same hour."""
    today, before = chosen.today, chosen.today - timedelta(days=7)
    now, then = (indicators.arrivals(day=day, case_type=chosen.case_type) for day in (today, before))
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
        "change": _change(so_far, same, before),
        "bars": charts.Bars(bars, _("Cases received today, by hour"), "00:00", "23:59"),
    }


def _change(so_far: int, same: int, before: date) -> str:
    if not same:
        return _("nothing last week to compare with")
    change = Fraction(so_far - same, same)
    facts = {"share": formats.percent(abs(change), 0), "day": formats.day(before)}
    return (
        _("▲ %(share)s against %(day)s, same hours") % facts
        if change >= 0
        else _("▼ %(share)s against %(day)s, same hours") % facts
    )


def days(chosen: Selection, scope: Scope, key: str = "") -> charts.Bars:
    """Return the arrivals of the last 30 days that the month has had."""
    until = chosen.last_day
    since = until - timedelta(days=SHOWN_DAYS - 1)
    found = indicators.by_day(scope=scope, key=key, since=since, until=until, case_type=chosen.case_type)
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


def city_map(chosen: Selection, by_area: Mapping[str, Counts], *, here: str = "") -> charts.MapView:
    """Return the map of the share answered in time, as the city is divided on the last day shown; a dot marks one area."""
    drawn = places.map_shapes(on=chosen.last_day)
    labels = {"inner": _("Inner city"), "islands": _("Côn Đảo")}
    frames = [_frame(view, by_area, chosen, labels.get(view.key, ""), here) for view in drawn.insets]
    city = _frame(drawn.city, by_area, chosen, _("Share answered in time, by ward"), here)
    legend = ("< 70%", "70–80", "80–90", "90–95", "95–98", "≥ 98%")
    return charts.MapView(city, legend, frames, _("nothing decided"))


def _frame(view: Drawn, by_area: Mapping[str, Counts], chosen: Selection, label: str, here: str) -> charts.Frame:
    shapes, dot = [], None
    for shape in view.shapes:
        counts = by_area.get(shape.area.code, NOTHING)
        words = ngettext("%(name)s: %(share)s of %(number)s case", "%(name)s: %(share)s of %(number)s cases", counts.decided) % {
            "name": name_of_area(shape.area),
            "share": share(counts.punctual),
            "number": formats.number(counts.decided),
        }
        href = reverse("board_ward", args=[shape.area.code]) + chosen.query
        if shape.area.code == here:
            dot = (float(shape.x), float(shape.y))
        shapes.append(charts.Shape(shape.d, indicators.step_of(counts.punctual), words, href))
    return charts.Frame(view.view_box, shapes, label, dot)


def name_of_area(area: Any) -> str:
    """Return the name of an area in the language of the page."""
    return str(area.name_en or area.name) if formats.is_english() else str(area.name)


def name_of_agency(agency: AgencyView) -> str:
    """Return a short name of an agency: a ward's committee goes by its ward."""
    if formats.is_english() and agency.name_en:
        return agency.name_en.replace("People's Committee of ", "")
    short = agency.official_name.replace("Ủy ban nhân dân ", "")
    return short[:1].upper() + short[1:]


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
    found = indicators.by_key(scope=scope, span=Span.MONTH, start=chosen.month, case_type=chosen.case_type)
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


def pulling_down(chosen: Selection, city: Counts, *, most: int = 10, agency_id: int | None = None) -> list[dict[str, Any]]:
    """Return the cells, agency by category, whose late cases cost the city's share most; too small cells stay hidden."""
    cells = indicators.by_key(scope=Scope.CELL, span=Span.MONTH, start=chosen.month, case_type=chosen.case_type)
    found = []
    for key, counts in cells.items():
        agency, _space, category = key.partition(" ")
        if counts.late >= SHOWN_FROM and (agency_id is None or int(agency) == agency_id):
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
