"""Reads of the areas, which are package data: read once, never changed while a process lives."""

from __future__ import annotations

import json
from collections import defaultdict
from datetime import date
from functools import lru_cache
from typing import Any

from motcham import data
from motcham.blocks.places.boundaries import containing, nearest
from motcham.blocks.places.define import (
    Area,
    AreaKind,
    Extent,
    Heir,
    Level,
    Located,
    MapShapes,
    MapView,
    Note,
    Shape,
    Succession,
    Unit,
)

GAP_METRES = 150.0
MAPPED_FROM = date(2025, 7, 1)  # no openly licensed boundaries of the units before are known
SOURCE = "sapnhap.bando.com.vn · thanglequoc/vietnamese-provinces-database"


@lru_cache(maxsize=1)
def every_unit() -> dict[tuple[str, date], Unit]:
    """Return all units of all dates, by their keys: provinces, districts, communes, each by code."""
    return {unit.key: unit for unit in map(_unit, data.rows("areas/areas.csv"))}


def _unit(row: dict[str, str]) -> Unit:
    facts: dict[str, Any] = {name: row[name] for name in ("code", "name", "name_en", "district", "province")}
    facts |= {name: date.fromisoformat(row[name]) for name in ("valid_from", "listed_on")}
    facts["valid_to"] = date.fromisoformat(row["valid_to"]) if row["valid_to"] else None
    facts |= {"level": Level(row["level"]), "kind": AreaKind(row["kind"])}
    if not row["lon"]:
        return Unit(**facts)
    facts |= {side: float(row[side]) for side in ("lon", "lat", "west", "south", "east", "north")}
    return Area(**facts)


@lru_cache(maxsize=32)
def areas_by_code(on: date) -> dict[str, Area]:
    """Return the areas of a date that are on a map, by code; on one date a code names one area."""
    return {unit.code: unit for unit in every_unit().values() if isinstance(unit, Area) and unit.is_valid_on(on)}


@lru_cache(maxsize=32)
def units_on(on: date) -> dict[str, Unit]:
    """Return the units of a date by code, whether or not they are on a map; codes of different levels differ in length."""
    return {unit.code: unit for unit in every_unit().values() if unit.is_valid_on(on)}


@lru_cache(maxsize=1)
def latest_list() -> date:
    """Return the date of the latest official list there is."""
    return max(unit.listed_on for unit in every_unit().values())


@lru_cache(maxsize=1)
def successions() -> tuple[Succession, ...]:
    """Return which unit became which, wholly or in part, in the order of the days."""
    units = every_unit()
    return tuple(
        Succession(
            units[row["old_code"], date.fromisoformat(row["old_from"])],
            units[row["code"], date.fromisoformat(row["valid_from"])],
            Extent(row["extent"]),
            row["basis"],
            row["trust"],
        )
        for row in data.rows("areas/successions.csv")
    )


@lru_cache(maxsize=2)
def links(*, forward: bool) -> dict[tuple[str, date], tuple[Succession, ...]]:
    """Return the successions by the key of the old unit, or by that of the new one."""
    found: dict[tuple[str, date], list[Succession]] = defaultdict(list)
    for each in successions():
        found[(each.old if forward else each.new).key].append(each)
    return {key: tuple(each) for key, each in found.items()}


@lru_cache(maxsize=1)
def members() -> dict[tuple[str, date], tuple[Unit, ...]]:
    """Return the communes of each district, by the district's key: those of its last day."""
    found: dict[tuple[str, date], list[Unit]] = defaultdict(list)
    for unit in every_unit().values():
        if unit.level is Level.DISTRICT and unit.valid_to:
            found[unit.key] += [each for each in units_on(unit.valid_to).values() if each.district == unit.code]
    return {key: tuple(each) for key, each in found.items()}


@lru_cache(maxsize=4096)
def heirs(key: tuple[str, date], on: date) -> tuple[Heir, ...]:
    """Return the units of a day that hold what a unit was: later ones for an old unit, earlier ones for a new one.

    A district has no successor of its own; what became of its communes is what became of it, each in part.
    """
    unit = every_unit()[key]
    if unit.is_valid_on(on):
        return ()
    forward = unit.valid_from < on
    nearer = [(each.new if forward else each.old, each.extent) for each in links(forward=forward).get(key, ())]
    if not nearer and forward:
        nearer = [(each, Extent.PARTIAL) for each in members().get(key, ())]
    found: dict[tuple[str, date], Heir] = {}
    for other, extent in nearer:
        reached = (Heir(other, extent),) if other.is_valid_on(on) else heirs(other.key, on)
        for heir in reached:
            whole = extent is heir.extent is Extent.FULL
            before = found.get(heir.unit.key)
            if before is None or (whole and before.extent is Extent.PARTIAL):
                found[heir.unit.key] = Heir(heir.unit, Extent.FULL if whole else Extent.PARTIAL)
    if len(found) == 1 and forward and unit.level is Level.COMMUNE:
        # Split once and joined again: all of its parts lie in the one.
        return tuple(Heir(heir.unit, Extent.FULL) for heir in found.values())
    return tuple(found.values())


def find(*, lon: float, lat: float, on: date) -> Located:
    """Return where a point lies on the map of a date."""
    known = areas_by_code(on)
    if not (-180 <= lon <= 180 and -90 <= lat <= 90):
        return Located(Note.OUTSIDE)
    if not known:
        return _unmapped(lon=lon, lat=lat, on=on)
    inside = [known[code] for code in containing(lon=lon, lat=lat) if code in known]
    if len(inside) == 1:
        return Located(Note.INSIDE, inside[0], (inside[0],))
    if inside:
        return Located(Note.OVERLAP, None, tuple(inside))
    near = [known[code] for code in nearest(lon=lon, lat=lat, within=GAP_METRES) if code in known]
    return Located(Note.GAP if near else Note.OUTSIDE, None, tuple(near))


def _unmapped(*, lon: float, lat: float, on: date) -> Located:
    """Return the units of a day without boundaries that a point may lie in, by what became of them."""
    units = every_unit()
    codes = containing(lon=lon, lat=lat) or nearest(lon=lon, lat=lat, within=GAP_METRES)
    today = [units[code, MAPPED_FROM] for code in codes]
    were = {heir.unit.key: heir.unit for area in today for heir in heirs(area.key, on)}
    return Located(Note.UNMAPPED if today else Note.OUTSIDE, None, tuple(were.values()))


@lru_cache(maxsize=4)
def shapes_on(on: date) -> MapShapes:
    """Return the drawn map of a date."""
    known = areas_by_code(on)
    views = [_view(raw, known) for raw in json.loads(data.text("areas/map.json"))]
    return MapShapes(
        city=views[0], insets=tuple(views[1:]), source=SOURCE, as_of=max((area.valid_from for area in known.values()), default=on)
    )


def _view(raw: dict[str, Any], known: dict[str, Area]) -> MapView:
    west, south, east, north = raw["box"]
    shapes = tuple(Shape(known[each["code"]], each["d"], each["x"], each["y"]) for each in raw["shapes"] if each["code"] in known)
    return MapView(raw["key"], raw["width"], raw["height"], west, south, east, north, shapes)
