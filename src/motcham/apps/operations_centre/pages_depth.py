"""The pages that go deeper: every ward of the map as a table, the course of time, kinds and channels, what is late tomorrow."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from motcham.apps.operations_centre import fresh, maps, series
from motcham.apps.operations_centre import words as say
from motcham.apps.operations_centre.frame import page
from motcham.apps.operations_centre.selection import Selection
from motcham.apps.operations_centre.source import Figures
from motcham.blocks.cases import api as cases
from motcham.blocks.identity import api as identity
from motcham.blocks.indicators import api as indicators
from motcham.blocks.indicators.define import NOTHING, SHOWN_FROM, Counts, Scope
from motcham.blocks.places import api as places
from motcham.kernel.access import public
from motcham.ui import formats

UNITS = ("day", "week", "month")
COUNTS_ONLY = "Counts of cases, and no case; how the city serves is for everyone to see."


@public(reason=COUNTS_ONLY)
@require_safe
def areas(request: HttpRequest) -> HttpResponse:
    """Show the chosen measure of every ward, as a map and as its table."""
    chosen = Selection.read(request.GET)

    def make() -> HttpResponse:
        known = Figures(chosen, Scope.AREA)
        return page(request, "areas", chosen, {**maps.shown(chosen, known), "groups": maps.table(chosen, known)})

    return fresh.answer(request, ("areas", chosen), make)


@public(reason=COUNTS_ONLY)
@require_safe
def times(request: HttpRequest) -> HttpResponse:
    """Show how the figures of the city, an agency or a ward move by day, week or month, and when people report."""
    chosen, unit = Selection.read(request.GET), request.GET.get("by", "")
    unit = unit if unit in UNITS else "day"
    of, scope, key, name, agency_id = _whose(request, chosen)

    def make() -> HttpResponse:
        found = series.steps(chosen, unit, scope, key)
        labels = {"day": _("Days"), "week": _("Weeks"), "month": _("Months")}
        base = {**chosen.asked, **of}
        context = {
            "name": name,
            "units": [{"label": labels[each], "href": _query(base, by=each), "current": each == unit} for each in UNITS],
            "multiples": series.multiples(found, chosen.today),
            "rows": series.table(found),
            "heat": series.heat(chosen) if scope is Scope.CITY else None,
        }
        return page(request, "times", chosen, context, of=of, agency_id=agency_id)

    return fresh.answer(request, ("times", chosen, unit, scope, key), make)


def _whose(request: HttpRequest, chosen: Selection) -> tuple[dict[str, str], Scope, str, str, int | None]:
    code, area = request.GET.get("agency", ""), request.GET.get("area", "")
    if code:
        agency = identity.agency(code=code)
        return {"agency": code}, Scope.AGENCY, str(agency.id), say.name_of_agency(agency), agency.id
    if area:
        return {"area": area}, Scope.AREA, area, say.name_of_area(places.area(code=area, on=chosen.last_day)), None
    return {}, Scope.CITY, "", "", None


def _query(base: Mapping[str, str], **more: str) -> str:
    return "?" + "&".join(f"{name}={value}" for name, value in {**base, **more}.items())


@public(reason=COUNTS_ONLY)
@require_safe
def kinds(request: HttpRequest) -> HttpResponse:
    """Show what is reported and by which way, beside the month before."""
    chosen = Selection.read(request.GET)

    def make() -> HttpResponse:
        context = {
            "categories": _compared(chosen, Scope.CATEGORY, say.label_of),
            "channels": _compared(chosen, Scope.CHANNEL, say.label_of_channel),
            "since": chosen.before[0],
            "until": chosen.before[1],
        }
        return page(request, "kinds", chosen, context)

    return fresh.answer(request, ("kinds", chosen), make)


def _compared(chosen: Selection, scope: Scope, name: Any) -> list[dict[str, Any]]:
    known = Figures(chosen, scope)
    shown = {key: each for key, each in known.month.items() if each.received >= SHOWN_FROM}
    hidden = sum((each.received for key, each in known.month.items() if key not in shown), 0)
    most = max((each.received for each in shown.values()), default=1)
    ordered = sorted(shown.items(), key=lambda item: (-item[1].received, item[0]))
    rows = [_row(key, each, known.before.get(key, NOTHING), most, name(key)) for key, each in ordered]
    if hidden >= SHOWN_FROM:
        rows.append({"label": _("kinds too rare to show one by one"), "received": formats.number(hidden), "key": ""})
    return rows


def _row(key: str, counts: Counts, before: Counts, most: int, label: str) -> dict[str, Any]:
    return {
        "key": key,
        "label": label,
        "received": formats.number(counts.received),
        "width": f"{100 * counts.received / most:.1f}%",
        "change": say.change(counts.received, before.received) if before.received >= SHOWN_FROM else "",
        "closed": _enough(counts.closed),
        "late": _enough(counts.late),
        "punctual": say.share(counts.punctual) if tells(counts) else "–",
        "moved": say.change_of_share(counts.punctual, before.punctual) if tells(counts) and tells(before) else "",
    }


def tells(counts: Counts) -> bool:
    """Tell whether a share may be shown: neither of its parts is so small that it would tell on anybody."""
    return counts.decided >= SHOWN_FROM and not 0 < counts.late < SHOWN_FROM and not 0 < counts.on_time < SHOWN_FROM


def _enough(number: int) -> str:
    return _("under %(least)s") % {"least": SHOWN_FROM} if 0 < number < SHOWN_FROM else formats.number(number)


@public(reason=COUNTS_ONLY)
@require_safe
def soon(request: HttpRequest) -> HttpResponse:
    """Show how much will be late by tomorrow at which agency, unless it is answered before."""
    chosen, now = Selection.read(request.GET), timezone.now()

    def make() -> HttpResponse:
        found = cases.soon(now=now, type_key=chosen.kinds)
        ever = indicators.up_to(scope=Scope.AGENCY, day=chosen.today, case_type=chosen.kinds)
        by_agency: Counter[int] = Counter()
        by_kind: Counter[str] = Counter()
        first: dict[int, datetime] = {}
        for each in found:
            by_agency[each.agency_id] += each.number
            by_kind[each.category] += each.number
            first[each.agency_id] = min(first.get(each.agency_id, each.first_due), each.first_due)
        most = max(by_agency.values(), default=1)
        rows = []
        for agency_id, number in by_agency.most_common():
            agency, counts = identity.agency(id=agency_id), ever.get(str(agency_id), NOTHING)
            rows.append(
                {
                    "code": agency.code,
                    "name": say.name_of_agency(agency),
                    "href": reverse("board_agency", args=[agency.code]),
                    "number": formats.number(number),
                    "width": f"{100 * number / most:.1f}%",
                    "first": first[agency_id],
                    "overdue": formats.number(counts.overdue),
                }
            )
        kinds_of = [(say.label_of(key), formats.number(n)) for key, n in by_kind.most_common(10) if n >= SHOWN_FROM]
        context = {
            "rows": rows,
            "total": sum(by_agency.values()),
            "kinds": kinds_of,
            "until": cases.next_working_day(now),
        }
        return page(request, "soon", chosen, context)

    # Limits move without a change of the tallies (an extension, a pause): the page is made anew every minute.
    return fresh.answer(request, ("soon", chosen, f"{timezone.localtime():%H:%M}"), make)
