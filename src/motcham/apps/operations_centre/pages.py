"""The pages of the board: the city, one agency, one ward, the rankings, and the figures as a file."""

from __future__ import annotations

import csv
import io
from collections import Counter
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from motcham.apps.operations_centre import figures as show
from motcham.apps.operations_centre import fresh
from motcham.apps.operations_centre.selection import Selection
from motcham.blocks.cases.define import case_types
from motcham.blocks.identity import api as identity
from motcham.blocks.identity.define import Permission
from motcham.blocks.indicators import api as indicators
from motcham.blocks.indicators.define import GROUPS, SHOWN_FROM, Counts, Scope, Span
from motcham.blocks.places import api as places
from motcham.kernel.access import public
from motcham.kernel.errors import Missing
from motcham.ui import formats

SHOWN = 7


class NoSuchRanking(Missing):
    """There is no ranking of this name. Choose wards or departments."""

    code = "board.no_such_ranking"


def _page(
    request: HttpRequest,
    template: str,
    chosen: Selection,
    context: dict[str, Any],
    *,
    of: dict[str, str] | None = None,
    agency_id: int | None = None,
) -> HttpResponse:
    """Render a page; `of` says of whom its figures are, for those who may open them down to their cases."""
    actor = request.actor  # type: ignore[attr-defined]
    if agency_id is not None:
        drills = actor.may(Permission.BOARD_DRILL, agency_id=agency_id)
    else:
        drills = actor.scope(Permission.BOARD_DRILL) is None
    month = {"month": f"{chosen.month:%Y-%m}", **({"type": chosen.case_type} if chosen.case_type else {})}
    shared = {
        "chosen": chosen,
        "counted": fresh.version(),
        "tag": request.tag.strip('"'),  # type: ignore[attr-defined]
        "months": [(each, f"{each:%Y-%m}") for each in dict.fromkeys([chosen.month, *indicators.months()])],
        "types": list(case_types),
        "drill": f"{reverse('board_cases')}?{urlencode({**month, **(of or {})})}" if drills else "",
        "today": f"{chosen.today}",
        "shown_from": SHOWN_FROM,
    }
    return render(request, f"operations_centre/{template}.html", {**shared, **context})


@public(reason="How the city serves is for everyone to see; counts only.")
@require_safe
def board(request: HttpRequest) -> HttpResponse:
    """Show the whole city."""
    chosen = Selection.read(request.GET)
    kind = "department" if request.GET.get("rank") == "department" else "ward"

    def make() -> HttpResponse:
        heads = show.summary(chosen, Scope.CITY)
        by_area = indicators.by_key(scope=Scope.AREA, span=Span.MONTH, start=chosen.month, case_type=chosen.case_type)
        ever = indicators.by_key(scope=Scope.AGENCY, span=Span.EVER, start=show.EVER, case_type=chosen.case_type)
        rows, days = show.ranked(chosen, kind), show.days(chosen, Scope.CITY)
        # Of the groups of like volume the one with most members is shown here, the others on the page of the ranking.
        sizes = Counter(each["group"] for each in rows if each["rank"])
        group = sizes.most_common(1)[0][0] if sizes else len(GROUPS) - 1
        arrivals = show.arrivals(chosen)
        context = {
            **heads,
            "areas": len(places.areas(on=chosen.last_day)),
            "bodies": sum(each.kind == "department" for each in identity.agencies(on=chosen.last_day)),
            "overdue_note": _overdue_note(sum(counts.overdue > 0 for counts in ever.values())),
            "arrivals": arrivals,
            "arrivals_peak": show.peak(arrivals["bars"]),
            "days": days,
            "days_peak": show.peak(days),
            "map": show.city_map(chosen, by_area),
            "as_of": places.map_shapes(on=chosen.last_day).as_of,
            "kind": kind,
            "rows": [each for each in rows if each["group"] == group][:SHOWN],
            "among": _group_title(group),
            "pulling": show.pulling_down(chosen, heads["month"]),
            "least": GROUPS[-1],
        }
        return _page(request, "board", chosen, context)

    return fresh.answer(request, (chosen, kind), make)


def _overdue_note(agencies: int) -> str:
    return ngettext("with %(number)s agency", "with %(number)s agencies", agencies) % {"number": formats.number(agencies)}


@public(reason="An agency's figures are for everyone to see; counts only.")
@require_safe
def agency(request: HttpRequest, code: str) -> HttpResponse:
    """Show one agency."""
    chosen, found = Selection.read(request.GET), identity.agency(code=code)

    def make() -> HttpResponse:
        heads = show.summary(chosen, Scope.AGENCY, str(found.id))
        kind = "ward" if found.kind == "ward" else "department"
        standing = next((each for each in show.ranked(chosen, kind) if each["key"] == str(found.id) and each["rank"]), None)
        context = {
            **heads,
            "agency": found,
            "name": show.name_of_agency(found),
            "days": show.days(chosen, Scope.AGENCY, str(found.id)),
            "standing": standing,
            "kind": kind,
            "cells": _cells(chosen, found.id),
        }
        return _page(request, "agency", chosen, context, of={"agency": found.code}, agency_id=found.id)

    return fresh.answer(request, (chosen, code), make)


def _cells(chosen: Selection, agency_id: int) -> dict[str, Any]:
    """Return an agency's cases by category; categories with too few are counted together, or not at all."""
    cells = indicators.by_key(scope=Scope.CELL, span=Span.MONTH, start=chosen.month, case_type=chosen.case_type)
    mine = {key.partition(" ")[2]: counts for key, counts in cells.items() if key.startswith(f"{agency_id} ") and counts.received}
    shown = sorted(((key, each) for key, each in mine.items() if each.received >= SHOWN_FROM), key=lambda each: -each[1].received)
    if len(mine) - len(shown) == 1:
        # One alone could be had by subtraction from the total.
        shown = shown[:-1]
    rest = sum((each.received for each in mine.values()), 0) - sum(each.received for _key, each in shown)
    return {"rows": [_cell(key, each) for key, each in shown], "rest": rest if rest >= SHOWN_FROM else 0}


def _cell(key: str, counts: Counts) -> dict[str, Any]:
    tells = counts.decided >= SHOWN_FROM and not 0 < counts.late < SHOWN_FROM and not 0 < counts.on_time < SHOWN_FROM
    return {
        "key": key,
        "label": show.label_of(key),
        "received": counts.received,
        "closed": _enough(counts.closed),
        "late": _enough(counts.late),
        "punctual": show.share(counts.punctual) if tells else "–",
    }


def _enough(number: int) -> str:
    return _("under %(least)s") % {"least": SHOWN_FROM} if 0 < number < SHOWN_FROM else formats.number(number)


@public(reason="A ward's figures are for everyone to see; counts only.")
@require_safe
def ward(request: HttpRequest, code: str) -> HttpResponse:
    """Show what happened in one ward, whichever agency holds it."""
    chosen = Selection.read(request.GET)
    found = places.area(code=code, on=chosen.last_day)

    def make() -> HttpResponse:
        by_area = indicators.by_key(scope=Scope.AREA, span=Span.MONTH, start=chosen.month, case_type=chosen.case_type)
        committee = next((each for each in identity.agencies(kind="ward", on=chosen.last_day) if each.area_code == code), None)
        context = {
            **show.summary(chosen, Scope.AREA, code),
            "area": found,
            "name": show.name_of_area(found),
            "days": show.days(chosen, Scope.AREA, code),
            "map": show.city_map(chosen, by_area, here=code),
            "committee": committee,
        }
        return _page(request, "ward", chosen, context, of={"area": found.code})

    return fresh.answer(request, (chosen, code), make)


@public(reason="Rankings are published with their counts, so that anyone can recompute them.")
@require_safe
def ranking(request: HttpRequest, kind: str) -> HttpResponse:
    """Show a whole ranking, group by group of like volume, and who is not ranked."""
    chosen = Selection.read(request.GET)
    if kind not in show.KINDS:
        raise NoSuchRanking()

    def make() -> HttpResponse:
        rows = show.ranked(chosen, kind)
        groups = [
            {"title": _group_title(place), "rows": [each for each in rows if each["group"] == place]}
            for place in range(len(GROUPS))
        ]
        return _page(
            request, "ranking", chosen, {"kind": kind, "groups": [each for each in groups if each["rows"]], "least": GROUPS[-1]}
        )

    return fresh.answer(request, (chosen, kind), make)


def _group_title(place: int) -> str:
    if place == show.UNRANKED:
        return _("fewer than %(least)s cases: not ranked") % {"least": formats.number(GROUPS[-1])}
    if place == 0:
        return _("%(least)s cases and more") % {"least": formats.number(GROUPS[0])}
    return _("%(least)s to %(most)s cases") % {
        "least": formats.number(GROUPS[place]),
        "most": formats.number(GROUPS[place - 1] - 1),
    }


@public(reason="Numerators and denominators behind every score, so that a stranger can recompute it.")
@require_safe
def figures(request: HttpRequest) -> HttpResponse:
    """Give the month's counts of the city, each agency and each ward as a file."""
    chosen = Selection.read(request.GET)

    def make() -> HttpResponse:
        text = io.StringIO()
        writer = csv.writer(text)
        writer.writerow(
            ["scope", "code", "name", "month", "received", "closed", "on_time", "late", "decided", "share", "rated", "stars"]
        )
        names = {str(each.id): (each.code, each.official_name) for each in identity.agencies()}
        areas = {each.code: (each.code, each.name) for each in places.areas(on=chosen.last_day)}
        for scope, known in ((Scope.CITY, {"": ("", "")}), (Scope.AGENCY, names), (Scope.AREA, areas)):
            found = indicators.by_key(scope=scope, span=Span.MONTH, start=chosen.month, case_type=chosen.case_type)
            for key, each in sorted(found.items(), key=lambda item: known.get(item[0], (item[0], ""))):
                # A share of counts, rounded half-up to four decimals.
                rounded = (
                    ""
                    if each.punctual is None
                    else str((10_000 * each.on_time * 2 + each.decided) // (2 * each.decided) / 10_000)
                )
                counts = [each.received, each.closed, each.on_time, each.late, each.decided, rounded, each.rated, each.stars]
                writer.writerow([scope.value, *known.get(key, (key, "")), f"{chosen.month:%Y-%m}", *counts])
        return HttpResponse(text.getvalue().encode("utf-8-sig"))

    response = fresh.answer(request, ("csv", chosen), make)
    response["Content-Type"] = "text/csv; charset=utf-8"
    response["Content-Disposition"] = f'attachment; filename="motcham-{chosen.month:%Y-%m}.csv"'
    return response
