"""The pages of the board: the city, one agency, one ward, and the rankings."""

from __future__ import annotations

from collections import Counter
from fractions import Fraction
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from motcham.apps.operations_centre import figures as show
from motcham.apps.operations_centre import fresh, maps, words
from motcham.apps.operations_centre.frame import page
from motcham.apps.operations_centre.selection import Selection
from motcham.apps.operations_centre.source import Figures
from motcham.blocks.cases import api as cases
from motcham.blocks.identity import api as identity
from motcham.blocks.indicators import api as indicators
from motcham.blocks.indicators.define import GROUPS, SHOWN_FROM, Counts, Scope, Span
from motcham.blocks.places import api as places
from motcham.kernel.access import public
from motcham.kernel.errors import Missing
from motcham.ui import formats

SHOWN = 7
DESK_LIMIT = "1022.transfer"


class NoSuchRanking(Missing):
    """There is no ranking of this name. Choose wards or departments."""

    code = "board.no_such_ranking"


@public(reason="How the city serves is for everyone to see; counts only.")
@require_safe
def board(request: HttpRequest) -> HttpResponse:
    """Show the whole city."""
    chosen = Selection.read(request.GET)
    kind = "department" if request.GET.get("rank") == "department" else "ward"

    def figures() -> dict[str, Any]:
        heads = show.summary(chosen, Scope.CITY)
        areas, ever = Figures(chosen, Scope.AREA), Figures(chosen, Scope.AGENCY).ever
        rows, days = show.ranked(chosen, kind), show.days(chosen, Scope.CITY)
        # Of the groups of like volume the one with most members is shown here, the others on the page of the ranking.
        sizes = Counter(each["group"] for each in rows if each["rank"])
        group = sizes.most_common(1)[0][0] if sizes else len(GROUPS) - 1
        arrivals = show.arrivals(chosen)
        return {
            **heads,
            "by_kind": show.by_kind(chosen, Scope.CITY),
            "areas": len(places.areas(on=chosen.last_day)),
            "bodies": sum(each.kind == "department" for each in identity.agencies(on=chosen.last_day)),
            "overdue_note": _overdue_note(sum(counts.overdue > 0 for counts in ever.values())),
            "arrivals": arrivals,
            "arrivals_peak": show.peak(arrivals["bars"]),
            "days": days,
            "days_peak": show.peak(days),
            **maps.shown(chosen, areas),
            "kind": kind,
            "rows": [each for each in rows if each["group"] == group][:SHOWN],
            "among": words.group_title(group),
            "pulling": show.pulling_down(chosen, heads["month"]),
            "least": GROUPS[-1],
            "soon": _soon(chosen) if chosen.is_current else None,
            "kept": _kept(chosen),
        }

    def make() -> HttpResponse:
        return page(request, "board", chosen, fresh.shared(("board", chosen, kind), figures))

    return fresh.answer(request, (chosen, kind), make)


def _soon(chosen: Selection) -> dict[str, Any] | None:
    now = timezone.now()
    found = fresh.for_a_while(("soon", chosen.kinds, chosen.today), lambda: cases.soon(now=now, type_key=chosen.kinds))
    agencies = len({each.agency_id for each in found})
    number = sum(each.number for each in found)
    return {"number": number, "agencies": agencies, "until": cases.next_working_day(now)} if found else None


def _kept(chosen: Selection) -> list[dict[str, str]]:
    """Return what no tally keeps: the desk's five minutes, and the promises, of the whole city in the month."""
    since, until = chosen.month, chosen.last_day
    steps = fresh.for_a_while(("steps", since, until), lambda: cases.step_rates(limit=DESK_LIMIT, since=since, until=until))
    promises = fresh.for_a_while(("promised", since, until), lambda: cases.promise_rates(since=since, until=until))
    passed, waited = (sum(getattr(each, name) for each in steps.values()) for name in ("kept", "broken"))
    kept = sum(each.kept for each in promises.values())
    settled = kept + sum(each.broken + each.put_off for each in promises.values())
    rows = ((_("Passed on by the desk within 5 minutes"), passed, passed + waited), (_("Promises kept"), kept, settled))
    return [
        {"label": label, "share": words.share(Fraction(part, whole)), "of": formats.number(whole)}
        for label, part, whole in rows
        if whole
    ]


def _overdue_note(agencies: int) -> str:
    return ngettext("with %(number)s agency", "with %(number)s agencies", agencies) % {"number": formats.number(agencies)}


@public(reason="An agency's figures are for everyone to see; counts only.")
@require_safe
def agency(request: HttpRequest, code: str) -> HttpResponse:
    """Show one agency."""
    chosen, found = Selection.read(request.GET), identity.agency(code=code)

    def figures() -> dict[str, Any]:
        heads = show.summary(chosen, Scope.AGENCY, str(found.id))
        kind = "ward" if found.kind == "ward" else "department"
        standing = next((each for each in show.ranked(chosen, kind) if each["key"] == str(found.id) and each["rank"]), None)
        return {
            **heads,
            "by_kind": show.by_kind(chosen, Scope.AGENCY, str(found.id)),
            "agency": found,
            "name": words.name_of_agency(found),
            "days": show.days(chosen, Scope.AGENCY, str(found.id)),
            "standing": standing,
            "kind": kind,
            "cells": _cells(chosen, found.id),
        }

    def make() -> HttpResponse:
        context = fresh.shared(("agency", chosen, code), figures)
        return page(request, "agency", chosen, context, of={"agency": found.code}, agency_id=found.id)

    return fresh.answer(request, (chosen, code), make)


def _cells(chosen: Selection, agency_id: int) -> dict[str, Any]:
    """Return an agency's cases by category; categories with too few are counted together, or not at all."""
    cells = indicators.by_key(scope=Scope.CELL, span=Span.MONTH, start=chosen.month, case_type=chosen.kinds)
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
        "label": words.label_of(key),
        "received": counts.received,
        "closed": _enough(counts.closed),
        "late": _enough(counts.late),
        "punctual": words.share(counts.punctual) if tells else "–",
    }


def _enough(number: int) -> str:
    return _("under %(least)s") % {"least": SHOWN_FROM} if 0 < number < SHOWN_FROM else formats.number(number)


@public(reason="A ward's figures are for everyone to see; counts only.")
@require_safe
def ward(request: HttpRequest, code: str) -> HttpResponse:
    """Show what happened in one ward, whichever agency holds it."""
    chosen = Selection.read(request.GET)
    found = places.area(code=code, on=chosen.last_day)

    def figures() -> dict[str, Any]:
        committee = next((each for each in identity.agencies(kind="ward", on=chosen.last_day) if each.area_code == code), None)
        return {
            **show.summary(chosen, Scope.AREA, code),
            "by_kind": show.by_kind(chosen, Scope.AREA, code),
            "area": found,
            "name": words.name_of_area(found),
            "days": show.days(chosen, Scope.AREA, code),
            **maps.shown(chosen, Figures(chosen, Scope.AREA), here=code),
            "committee": committee,
        }

    def make() -> HttpResponse:
        return page(request, "ward", chosen, fresh.shared(("ward", chosen, code), figures), of={"area": found.code})

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
            {"title": words.group_title(place), "rows": [each for each in rows if each["group"] == place]}
            for place in range(len(GROUPS))
        ]
        return page(
            request, "ranking", chosen, {"kind": kind, "groups": [each for each in groups if each["rows"]], "least": GROUPS[-1]}
        )

    return fresh.answer(request, (chosen, kind), make)
