"""Units as GeoJSON features (RFC 7946), with or without a geometry."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from datetime import date
from functools import lru_cache
from typing import Any

from motcham.blocks.places import queries
from motcham.blocks.places.boundaries import MICRO, Boundary, boundaries
from motcham.blocks.places.define import Area, Level, Unit

Ring = tuple[Sequence[int], Sequence[int]]
Box = tuple[float, float, float, float]


def feature_id(unit: Unit) -> str:
    """Return the id of a unit: its code alone names several."""
    return f"{unit.code}@{unit.valid_from}"


def unit_of(feature: str) -> Unit | None:
    """Return the unit that an id names."""
    code, _at, since = feature.partition("@")
    try:
        return queries.every_unit().get((code, date.fromisoformat(since)))
    except ValueError:
        return None


def feature(unit: Unit, **more: object) -> str:
    """Return a unit as the text of a GeoJSON feature; its geometry is null where no open boundary is known."""
    properties = {
        "code": unit.code,
        "valid_from": f"{unit.valid_from}",
        "valid_to": unit.valid_to and f"{unit.valid_to}",
        "level": str(unit.level),
        "kind": str(unit.kind),
        "name": unit.name,
        "name_en": unit.name_en,
        "district": unit.district or None,
        "province": unit.province if unit.level is not Level.PROVINCE else None,
        "listed_on": f"{unit.listed_on}",
        **more,
    }
    facts = json.dumps({"type": "Feature", "id": feature_id(unit), "properties": properties}, ensure_ascii=False)
    if not isinstance(unit, Area):
        return f'{facts[:-1]}, "geometry": null}}'
    box = json.dumps([unit.west, unit.south, unit.east, unit.north])
    return f'{facts[:-1]}, "bbox": {box}, "geometry": {geometry_text(unit.code)}}}'


def successors(unit: Unit) -> list[dict[str, object]]:
    """Return what became of a unit, with the law."""
    links = queries.links(forward=True).get(unit.key, ())
    return [{"id": feature_id(each.new), "name": each.new.name, **_succession(each)} for each in links]


def predecessors(unit: Unit) -> list[dict[str, object]]:
    """Return of what a unit was made, with the law."""
    links = queries.links(forward=False).get(unit.key, ())
    return [{"id": feature_id(each.old), "name": each.old.name, **_succession(each)} for each in links]


def _succession(each: Any) -> dict[str, object]:
    return {"extent": str(each.extent), "basis": each.basis, "trust": each.trust}


def has_boundary_within(area: Area, box: Box) -> bool:
    """Return whether an area and a box of longitudes and latitudes have a point in common."""
    one = _by_code()[area.code]
    west, south, east, north = (value * MICRO for value in box)
    if west > one.box[2] or east < one.box[0] or south > one.box[3] or north < one.box[1]:
        return False
    if one.contains(west, south):
        return True
    return any(_crosses(ring, (west, south, east, north)) for ring in one.rings)


def _crosses(ring: Ring, box: Box) -> bool:
    """Return whether a side of the ring passes through the box: Liang and Barsky's clipping."""
    west, south, east, north = box
    x0, y0 = ring[0][-1], ring[1][-1]
    for x1, y1 in zip(*ring, strict=True):
        enter, leave = 0.0, 1.0
        for step, room in ((x0 - x1, x0 - west), (x1 - x0, east - x0), (y0 - y1, y0 - south), (y1 - y0, north - y0)):
            if step == 0:
                enter = enter if room >= 0 else 2.0
            elif step < 0:
                enter = max(enter, room / step)
            else:
                leave = min(leave, room / step)
        if enter <= leave:
            return True
        x0, y0 = x1, y1
    return False


@lru_cache(maxsize=1)
def _by_code() -> dict[str, Boundary]:
    return {one.code: one for one in boundaries()}


@lru_cache(maxsize=256)
def geometry_text(code: str) -> str:
    """Return the boundary of an area as the text of a GeoJSON geometry."""
    return json.dumps({"type": "MultiPolygon", "coordinates": list(_polygons(_by_code()[code]))}, separators=(",", ":"))


def _polygons(one: Boundary) -> Iterator[list[list[list[float]]]]:
    """Yield each polygon as its outer ring and its holes: a ring is a hole when it lies in an odd number of the others."""
    rings = [ring for ring in one.rings if len(ring[0]) > 2]
    alone = [Boundary(one.code, one.box, (ring,)) for ring in rings]
    around = [
        [other for other in range(len(rings)) if other != place and alone[other].contains(ring[0][0], ring[1][0])]
        for place, ring in enumerate(rings)
    ]
    for place, ring in enumerate(rings):
        if len(around[place]) % 2 == 0:
            holes = [inner for at, inner in enumerate(rings) if len(around[at]) == len(around[place]) + 1 and place in around[at]]
            yield [_positions(ring, outer=True), *(_positions(hole, outer=False) for hole in holes)]


def _positions(ring: Ring, *, outer: bool) -> list[list[float]]:
    """Return the positions of a ring, closed; an outer ring runs counterclockwise, a hole clockwise."""
    xs, ys = ring
    twice = sum(xs[at - 1] * ys[at] - xs[at] * ys[at - 1] for at in range(len(xs)))
    positions = [[x / MICRO, y / MICRO] for x, y in zip(xs, ys, strict=True)]
    if (twice > 0) != outer:
        positions.reverse()
    return [*positions, positions[0]]
