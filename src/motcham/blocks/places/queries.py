"""Reads of the areas, which are package data: read once, never changed while a process lives."""

from __future__ import annotations

import json
from datetime import date
from functools import lru_cache
from typing import Any

from motcham import data
from motcham.blocks.places.boundaries import containing, nearest
from motcham.blocks.places.define import Area, AreaKind, Located, MapShapes, MapView, Note, Shape

GAP_METRES = 150.0
SOURCE = "sapnhap.bando.com.vn · thanglequoc/vietnamese-provinces-database"


@lru_cache(maxsize=1)
def every_area() -> tuple[Area, ...]:
    """Return all areas of all dates, by code."""
    return tuple(_area(row) for row in data.rows("areas/areas.csv"))


def _area(row: dict[str, str]) -> Area:
    return Area(
        code=row["code"],
        valid_from=date.fromisoformat(row["valid_from"]),
        valid_to=date.fromisoformat(row["valid_to"]) if row["valid_to"] else None,
        name=row["name"],
        name_en=row["name_en"],
        kind=AreaKind(row["kind"]),
        **{side: float(row[side]) for side in ("lon", "lat", "west", "south", "east", "north")},
    )


@lru_cache(maxsize=32)
def areas_by_code(on: date) -> dict[str, Area]:
    """Return the areas of a date by code; on one date a code names one area."""
    return {area.code: area for area in every_area() if area.is_valid_on(on)}


def find(*, lon: float, lat: float, on: date) -> Located:
    """Return where a point lies on the map of a date."""
    known = areas_by_code(on)
    if not (-180 <= lon <= 180 and -90 <= lat <= 90):
        return Located(Note.OUTSIDE)
    inside = [known[code] for code in containing(lon=lon, lat=lat) if code in known]
    if len(inside) == 1:
        return Located(Note.INSIDE, inside[0], (inside[0],))
    if inside:
        return Located(Note.OVERLAP, None, tuple(inside))
    near = [known[code] for code in nearest(lon=lon, lat=lat, within=GAP_METRES) if code in known]
    return Located(Note.GAP if near else Note.OUTSIDE, None, tuple(near))


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
