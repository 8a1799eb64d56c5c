"""Pages of areas for people: what there is on a day, what an address names, and what became of a unit."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy
from django.utils.translation import pgettext_lazy
from django.views.decorators.http import require_safe

from motcham.blocks.places import api, described, features, gazetteer, queries
from motcham.blocks.places.define import Area, AreaKind, Candidate, Extent, Found, Level, MapView, Relation, Succession, Unit
from motcham.blocks.places.offering import name_of
from motcham.data.areas.spelling import fold
from motcham.kernel.access import public
from motcham.kernel.errors import Invalid, Missing
from motcham.ui import charts

OPEN = "The names, dates and boundaries of areas are for everyone to see."
DAYS = (date(2021, 2, 1), date(2025, 1, 1), date(2025, 3, 1), date(2025, 7, 1))
SHOWN = 12

KINDS = {
    AreaKind.WARD: pgettext_lazy("kind of area", "Ward"),
    AreaKind.COMMUNE: lazy("Commune"),
    AreaKind.TOWN: lazy("Township"),
    AreaKind.SPECIAL_ZONE: lazy("Special zone"),
    AreaKind.URBAN_DISTRICT: lazy("Urban district"),
    AreaKind.RURAL_DISTRICT: lazy("Rural district"),
    AreaKind.DISTRICT_TOWN: lazy("Town (of district level)"),
    AreaKind.DISTRICT_CITY: lazy("City (of district level)"),
    AreaKind.PROVINCE: lazy("Province"),
    AreaKind.MUNICIPALITY: lazy("City (of province level)"),
}
EXTENTS = {Extent.FULL: pgettext_lazy("of a unit", "all of it"), Extent.PARTIAL: pgettext_lazy("of a unit", "a part of it")}
RELATIONS = {
    Relation.IS: lazy("In force on this day"),
    Relation.FULL: lazy("All of it lies in one area on this day"),
    Relation.PARTIAL: lazy("It lies in several on this day: which one depends on the exact place"),
    Relation.NONE: lazy("What it is on this day is not known"),
}
# The step of the map's scale that marks each kind, or how much of a unit went there.
STEP_OF = {AreaKind.WARD: 2, AreaKind.COMMUNE: 1, AreaKind.SPECIAL_ZONE: 4, Extent.FULL: 5, Extent.PARTIAL: 3}
ELSEWHERE = 1


class NoSuchUnit(Missing):
    """There was no area with the code {code} from {since} on. Search by name instead: codes were given again in 2025."""

    code = "places.no_such_unit"


class WrongDay(Invalid):
    """{value} is not a date. Write it like 2025-07-01, or leave it out for today."""

    code = "places.wrong_day"


@public(reason=OPEN)
@require_safe
def overview(request: HttpRequest) -> HttpResponse:
    """Search, and list what there is on a day: the communes, or the districts with their communes."""
    on, wrong = _day(request)
    text = request.GET.get("q", "").strip()[:300]
    within = request.GET.get("within", "")
    found = api.find(text=text, on=on, limit=SHOWN) if text else None
    inside = queries.units_on(on).get(within)
    context = {
        "on": on,
        "wrong": wrong,
        "text": text,
        "found": found,
        "candidates": [_shown(each) for each in found.candidates] if found else [],
        "inside": inside,
        "inside_name": name_of(inside) if inside else "",
        "days": [{"day": day, "current": day == on} for day in (*DAYS, api.today())],
        "mapped": bool(queries.areas_by_code(on)),
        "source": queries.SOURCE,
        "latest": queries.latest_list(),
        **({} if found else _listed(on, inside)),
    }
    if found:
        context |= {"map": _map_of_found(found), "certain_name": name_of(found.certain) if found.certain else ""}
    elif context["mapped"]:
        present = {STEP_OF[each.kind]: KINDS[each.kind] for each in queries.areas_by_code(on).values()}
        context |= {"map": _map_of_kinds(on), "key": sorted(present.items(), reverse=True)}
    return render(request, "places/list.html", context)


def _day(request: HttpRequest) -> tuple[date, bool]:
    """Return the day asked for, today where none is, and whether it could not be read."""
    text = request.GET.get("on", "").strip()
    try:
        return (date.fromisoformat(text), False) if text else (api.today(), False)
    except ValueError:
        return api.today(), True


def _listed(on: date, inside: Unit | None) -> dict[str, Any]:
    """Return the list of a day, grouped: by kind where there are no districts, by province where there are."""
    if inside:
        units = api.units(on=on, level=Level.COMMUNE, within=inside.code)
        return {"groups": _grouped(units, lambda unit: KINDS[unit.kind]), "number": len(units)}
    districts = api.units(on=on, level=Level.DISTRICT)
    if not districts:
        units = api.units(on=on, level=Level.COMMUNE)
        return {"groups": _grouped(units, lambda unit: KINDS[unit.kind]), "number": len(units)}
    names = {unit.code: name_of(unit) for unit in api.units(on=on, level=Level.PROVINCE)}
    groups = _grouped(districts, lambda unit: names.get(unit.province, unit.province))
    return {"groups": groups, "districts": True, "number": len(api.units(on=on, level=Level.COMMUNE))}


def _grouped(units: Iterable[Unit], of: Any) -> list[dict[str, Any]]:
    groups: dict[str, list[Unit]] = {}
    for unit in units:
        groups.setdefault(str(of(unit)), []).append(unit)
    return [
        {"title": title, "units": [{"unit": unit, "name": name_of(unit)} for unit in sorted(members, key=_order)]}
        for title, members in groups.items()
    ]


def _order(unit: Unit) -> tuple[int, str]:
    """Sort by name as people look for it; numbered wards by their number."""
    name = gazetteer.bare(unit.name)
    return (int(name), "") if name.isdigit() else (1000, fold(unicodedata.normalize("NFC", name)))


def _shown(each: Candidate) -> dict[str, Any]:
    return {
        **_unit(each.unit),
        "score": each.score,
        "also": each.also,
        "relation": RELATIONS[each.relation],
        "heirs": [{**_unit(heir.unit), "extent": EXTENTS[heir.extent]} for heir in each.heirs[:SHOWN]],
        "is_now": each.relation is Relation.IS,
    }


def _unit(unit: Unit) -> dict[str, Any]:
    above = queries.units_on(unit.valid_from)
    lies_in = [above[code] for code in (unit.district, unit.province) if code in above and code != unit.code]
    return {
        "unit": unit,
        "name": name_of(unit),
        "kind": KINDS[unit.kind],
        "above": ", ".join(name_of(each) for each in lies_in),
        "href": reverse("places:area", args=[unit.code, unit.valid_from]),
    }


@public(reason=OPEN)
@require_safe
def area(request: HttpRequest, code: str, since: date) -> HttpResponse:
    """Show a unit: from when to when, of what it was made, what became of it and under which law, and where it lies."""
    unit = queries.every_unit().get((code, since))
    if unit is None:
        raise NoSuchUnit(code=code, since=f"{since}")
    end = unit.valid_to or api.today()
    context = {
        **_unit(unit),
        "before": [_link(each, each.old) for each in api.predecessors(unit=unit)],
        "after": [_link(each, each.new) for each in api.successors(unit=unit)],
        "members": _grouped(api.units(on=end, level=Level.COMMUNE, within=unit.code), lambda one: KINDS[one.kind])
        if unit.level is Level.DISTRICT
        else [],
        "heirs": [_unit(heir.unit) for heir in queries.heirs(unit.key, api.today())] if unit.level is Level.DISTRICT else [],
        "namesakes": [_unit(each) for each in queries.every_unit().values() if each.code == code and each is not unit],
        "feature": features.feature_id(unit),
        "collection": "areas" if isinstance(unit, Area) else "units",
        "map": _map_of(unit),
        "source": queries.SOURCE,
        "is_area": isinstance(unit, Area),
    }
    return render(request, "places/area.html", context)


def _link(each: Succession, other: Unit) -> dict[str, Any]:
    return {**_unit(other), "extent": EXTENTS[each.extent], "basis": "" if each.basis == "none" else each.basis}


@public(reason=OPEN)
@require_safe
def find_json(request: HttpRequest) -> HttpResponse:
    """Give programs and forms what an address may name; `text`, and `on` for another day than today."""
    on, wrong = _day(request)
    if wrong:
        raise WrongDay(value=request.GET["on"][:40])
    found = api.find(text=request.GET.get("text", "")[:300], on=on)
    certain = found.certain
    body = {
        "text": found.text,
        "on": f"{on}",
        "certain": features.feature_id(certain) if certain else None,
        "areas": [{"code": unit.code, "valid_from": f"{unit.valid_from}", "name": unit.name} for unit in found.areas],
        "candidates": [gazetteer.facts(each, on) for each in found.candidates],
        "more": found.more,
    }
    headers = {"Access-Control-Allow-Origin": "*", "Cache-Control": "public, max-age=3600"}
    return JsonResponse(body, headers=headers, json_dumps_params={"ensure_ascii": False})


@public(reason=OPEN)
@require_safe
def find_described(request: HttpRequest) -> HttpResponse:
    """Describe what `find_json` takes and gives."""
    return JsonResponse(described.openapi(), json_dumps_params={"ensure_ascii": False})


# --- maps


def _map_of_kinds(on: date) -> dict[str, Any]:
    steps = {code: STEP_OF[each.kind] for code, each in queries.areas_by_code(on).items()}
    return _drawn(steps, _("The areas of the city"), dict.fromkeys(steps, ""))


def _map_of_found(found: Found) -> dict[str, Any] | None:
    """Return the map of today with what a text may mean marked, where it means a few; a commune of another day leads there."""
    marked: dict[str, int] = {}
    for each in found.areas:
        reached = [each] if isinstance(each, Area) else [heir.unit for heir in queries.heirs(each.key, api.today())]
        marked |= {unit.code: STEP_OF[Extent.FULL if found.certain else Extent.PARTIAL] for unit in reached}
    return _drawn(marked, found.text, {}) if 0 < len(marked) <= SHOWN * 2 else None


def _map_of(unit: Unit) -> dict[str, Any] | None:
    """Return the map of today with a unit marked on it: itself, or what became of it."""
    today = api.today()
    if unit.level is Level.PROVINCE:
        return None
    if isinstance(unit, Area):
        steps = {unit.code: STEP_OF[Extent.FULL]}
        return _drawn(steps, name_of(unit), {}, unit)
    heirs = [heir for heir in queries.heirs(unit.key, today) if isinstance(heir.unit, Area)]
    steps = {heir.unit.code: STEP_OF[heir.extent] for heir in heirs}
    words = {heir.unit.code: str(EXTENTS[heir.extent]) for heir in heirs}
    return _drawn(steps, name_of(unit), words) if steps else None


def _drawn(steps: Mapping[str, int], label: str, words: Mapping[str, str], here: Area | None = None) -> dict[str, Any]:
    shapes = api.map_shapes()
    frames = [_frame(view, steps, words, _title(view, label), here) for view in (shapes.city, *shapes.insets)]
    return {"city": frames[0], "insets": frames[1:], "as_of": shapes.as_of}


def _title(view: MapView, label: str) -> str:
    return {"inner": _("Inner city"), "islands": _("Côn Đảo")}.get(view.key, label)


def _frame(view: MapView, steps: Mapping[str, int], words: Mapping[str, str], label: str, here: Area | None) -> charts.Frame:
    drawn, dot = [], None
    for shape in view.shapes:
        code = shape.area.code
        said = f"{name_of(shape.area)}: {words[code]}" if words.get(code) else name_of(shape.area)
        href = reverse("places:area", args=[code, shape.area.valid_from])
        drawn.append(charts.Shape(shape.d, steps.get(code, ELSEWHERE), said, href))
        if here is not None and here.code == code:
            dot = (float(shape.x), float(shape.y))
    return charts.Frame(view.view_box, drawn, label, dot)
