"""The figures as files that anyone can recompute, the boundaries they are drawn in, and how they are made."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from fractions import Fraction
from functools import lru_cache
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop
from django.views.decorators.http import require_safe

from motcham.apps.operations_centre import described, fresh
from motcham.apps.operations_centre.frame import base_of, page
from motcham.apps.operations_centre.measures import MEASURES
from motcham.apps.operations_centre.selection import Selection
from motcham.apps.operations_centre.source import Figures
from motcham.apps.operations_centre.words import label_of, label_of_channel
from motcham.blocks.cases.define import UnreadableQuery
from motcham.blocks.identity import api as identity
from motcham.blocks.indicators import api as indicators
from motcham.blocks.indicators.define import NOTHING, SHOWN_FROM, Counts, Scope
from motcham.blocks.places import api as places
from motcham.kernel.access import public
from motcham.kernel.errors import Missing

UNFIT = gettext_noop("There are no figures of this. Leave it out, or ask for what the description names.")
COLUMNS = (
    "scope",
    "code",
    "name",
    "month",
    "received",
    "closed",
    "on_time",
    "late",
    "decided",
    "share",
    "rated",
    "stars",
    "kind",
    "synthetic",
)
# What is published whole; categories and channels only from `SHOWN_FROM` cases on.
WHOLE = (Scope.CITY, Scope.AGENCY, Scope.AREA)
NUMBERS = "Numerators and denominators behind every score, so that a stranger can recompute it."


def _chosen(request: HttpRequest) -> Selection:
    """Return what an address asks for. A page shows something near; a program must not take one month's figures for another's."""
    chosen = Selection.read(request.GET)
    taken = {
        "month": f"{chosen.month:%Y-%m}",
        "on": f"{chosen.on or chosen.today}",
        "type": chosen.case_type,
        "measure": chosen.measure,
    }
    if wrong := {name: _(UNFIT) for name, value in taken.items() if request.GET.get(name) not in (None, "", value)}:
        raise UnreadableQuery(fields=wrong)
    return chosen


def rounded(value: Fraction | None, digits: int = 4) -> str:
    """Return an exact fraction as decimals, rounded half-up once; nothing where there is none."""
    if value is None:
        return ""
    unit = 10**digits
    return str((Decimal((2 * value.numerator * unit + value.denominator) // (2 * value.denominator)) / unit).normalize())


def rows(chosen: Selection) -> Iterator[tuple[Scope, str, str, Counts, Figures]]:
    """Yield every figure that is published: of the city, each agency, each ward, each category and channel."""
    names = {str(each.id): (each.code, each.official_name) for each in identity.agencies()}
    areas = {each.code: (each.code, each.name) for each in places.areas(on=chosen.last_day)}
    for scope in (*WHOLE, Scope.CATEGORY, Scope.CHANNEL):
        known = Figures(chosen, scope)
        titles = {Scope.AGENCY: names, Scope.AREA: areas, Scope.CITY: {"": ("", "")}}.get(scope, {})
        for key, each in sorted(known.month.items(), key=lambda item: titles.get(item[0], (item[0], ""))):
            if scope in WHOLE or each.received >= SHOWN_FROM:
                label = label_of if scope is Scope.CATEGORY else label_of_channel
                code, name = titles.get(key, (key, "" if scope in WHOLE else label(key)))
                yield scope, code, name, each if scope in WHOLE else _enough(each), known


def _enough(counts: Counts) -> Counts:
    # A kind is told with its volume alone where anything else about it is so rare that it would tell on somebody.
    small = any(0 < part < SHOWN_FROM for part in (counts.closed, counts.on_time, counts.late, counts.rated))
    return Counts(received=counts.received) if small else counts


@public(reason=NUMBERS)
@require_safe
def as_csv(request: HttpRequest) -> HttpResponse:
    """Give the month's counts as a table."""
    chosen = _chosen(request)

    def make() -> HttpResponse:
        text = io.StringIO()
        writer = csv.writer(text)
        writer.writerow(COLUMNS)
        label = "yes" if settings.MODE == "demo" else "no"
        for scope, code, name, each, _known in rows(chosen):
            counts = [each.received, each.closed, each.on_time, each.late, each.decided, _four(each), each.rated, each.stars]
            writer.writerow([scope.value, code, name, f"{chosen.month:%Y-%m}", *counts, chosen.case_type, label])
        return HttpResponse(text.getvalue().encode("utf-8-sig"))

    return _file(fresh.answer(request, ("csv", chosen), make), "text/csv; charset=utf-8", chosen, "csv")


def _four(counts: Counts) -> str:
    """Return the share rounded half-up to four decimals, written as a number."""
    if counts.punctual is None:
        return ""
    return str((20_000 * counts.on_time + counts.decided) // (2 * counts.decided) / 10_000)


@public(reason=NUMBERS)
@require_safe
def as_json(request: HttpRequest) -> HttpResponse:
    """Give the same counts with what is worked out from them, the method, and how far they are."""
    chosen = _chosen(request)

    def make() -> HttpResponse:
        version = fresh.version()
        told = {
            "month": f"{chosen.month:%Y-%m}",
            "until": f"{chosen.last_day}",
            "type": chosen.case_type or None,
            "synthetic": settings.MODE == "demo",
            "version": version.number,
            "counted_at": version.folded_at.isoformat(timespec="seconds"),
            "method": {each.key: str(each.method) for each in MEASURES.values()}
            | {
                "rounding": _("Shares are exact fractions of the counts given here, rounded half-up once, to four decimals."),
                "interval": _("Wilson's interval of 95 %, in decimal arithmetic of 28 digits."),
                "hidden": _(
                    "Confidential cases are in no figure. Categories and channels with fewer than five cases are left out."
                ),
            },
            "figures": [_told(*each) for each in rows(chosen)],
        }
        return HttpResponse(json.dumps(told, ensure_ascii=False, separators=(",", ":")))

    return _file(fresh.answer(request, ("json", chosen), make), "application/json", chosen, "json")


def _told(scope: Scope, code: str, name: str, each: Counts, known: Figures) -> dict[str, Any]:
    low, high = indicators.wilson(each.on_time, each.decided)
    told: dict[str, Any] = {
        "scope": scope.value,
        "code": code,
        "name": name,
        "received": each.received,
        "closed": each.closed,
        "on_time": each.on_time,
        "late": each.late,
        "decided": each.decided,
        "share": rounded(each.punctual) or None,
        "interval": [rounded(low), rounded(high)] if each.decided else None,
        "rated": each.rated,
        "stars": each.stars,
    }
    if scope in WHOLE:
        key = _key(scope, code)
        ever = known.ever.get(key, NOTHING)
        hours = indicators.median_hours(known.took[key].buckets) if key in known.took else None
        told |= {"overdue": ever.overdue, "pending": ever.pending, "median_hours": rounded(hours) or None}
    return told


def _key(scope: Scope, code: str) -> str:
    return str(identity.agency(code=code).id) if scope is Scope.AGENCY else code


def _file(response: HttpResponse, kind: str, chosen: Selection, ending: str) -> HttpResponse:
    response["Content-Type"] = kind
    response["Content-Disposition"] = f'attachment; filename="motcham-{chosen.on or f"{chosen.month:%Y-%m}"}.{ending}"'
    return response


@public(reason="Boundaries of wards are public; nothing of a case is in them.")
@require_safe
def boundaries(request: HttpRequest) -> HttpResponse:
    """Give the boundaries of the wards on a date as GeoJSON, for the map that a script draws."""
    chosen = _chosen(request)
    known = places.areas(on=chosen.last_day)
    since = max((area.valid_from for area in known), default=chosen.last_day)
    response = HttpResponse(_boundaries(since), content_type="application/geo+json")
    response["ETag"] = f'"{since}-{len(known)}"'
    response["Cache-Control"] = "public, max-age=86400"
    return response


@lru_cache(maxsize=4)
def _boundaries(since: date) -> str:
    features = [
        {
            "type": "Feature",
            "properties": {"code": area.code, "name": area.name, "kind": area.kind.value},
            "geometry": _coarser(places.geometry(code=area.code, on=since)),
        }
        for area in places.areas(on=since)
    ]
    return json.dumps({"type": "FeatureCollection", "features": features}, ensure_ascii=False, separators=(",", ":"))


def _coarser(geometry: dict[str, Any]) -> dict[str, Any]:
    """Return a geometry to ten metres; neighbours still meet, since each point is rounded by itself."""
    polygons = [[_ring(ring) for ring in polygon] for polygon in geometry["coordinates"]]
    return {"type": geometry["type"], "coordinates": [[ring for ring in polygon if len(ring) > 3] for polygon in polygons]}


def _ring(ring: list[list[float]]) -> list[list[float]]:
    points = [[round(lon, 4), round(lat, 4)] for lon, lat in ring]
    return [point for place, point in enumerate(points) if not place or point != points[place - 1]]


class NotKept(Missing):
    """The figures of {day} were not kept at its end. The board counts that day by when things happened."""

    code = "board.not_kept"


@public(reason="What was known at the end of a day, for whoever wants to compare its hash with the log.")
@require_safe
def closing(request: HttpRequest, day: str) -> HttpResponse:
    """Give the figures of a day exactly as they were kept: the hash of these bytes is in the log."""
    try:
        kept = indicators.closing(day=date.fromisoformat(day))
    except ValueError:
        kept = None
    if not kept:
        raise NotKept(day=day)
    response = HttpResponse(kept.text.encode(), content_type="application/json")
    response["ETag"] = f'"{kept.sha256}"'
    response["Cache-Control"] = "public, max-age=86400"
    return response


@public(reason="What the files hold is for every program to read.")
@require_safe
def described_as(request: HttpRequest) -> HttpResponse:
    """Describe the files of the board for programs."""
    return JsonResponse(described.openapi(), json_dumps_params={"ensure_ascii": False})


@public(reason="How figures are made is for everyone to read.")
@require_safe
def method(request: HttpRequest) -> HttpResponse:
    """Tell how the figures are made, give them as files, and show one worked out."""
    chosen = Selection.read(request.GET)

    def make() -> HttpResponse:
        counts = Figures(chosen, Scope.CITY, "").month.get("", NOTHING)
        low, high = indicators.wilson(counts.on_time, counts.decided)
        example = {
            "on_time": counts.on_time,
            "late": counts.late,
            "decided": counts.decided,
            "share": counts.punctual,
            "low": low,
            "high": high,
        }
        base = base_of(request)
        files = [
            {"name": "CSV", "href": reverse("board_figures") + chosen.query, "about": _("one row for each, to open as a table")},
            {
                "name": "JSON",
                "href": reverse("board_figures_json") + chosen.query,
                "about": _("with the method and what is worked out"),
            },
            {"name": "OpenAPI", "href": reverse("board_openapi"), "about": _("what programs can ask for, and what they get")},
        ]
        frame = f'<iframe src="{base}{reverse("board_card", args=["city", "all"])}" width="360" height="240" title="{_("Quality of service")}"></iframe>'
        return page(request, "data", chosen, {"example": example, "files": files, "snippet": frame})

    return fresh.answer(request, ("data", chosen), make)
