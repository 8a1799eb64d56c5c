"""The verbs of the block: read the units of a date, find a point, find what an address names, draw the map."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from motcham.blocks.places import features, gazetteer, offering, queries
from motcham.blocks.places.define import Area, Candidate, Found, Level, Located, MapShapes, Offered, Row, Succession, Unit
from motcham.kernel.errors import Missing

CITY_TIME = ZoneInfo("Asia/Ho_Chi_Minh")


class NoSuchArea(Missing):
    """There was no area with the code {code} on {on}. Choose it from the list of areas."""

    code = "places.no_such_area"


def areas(*, on: date | None = None) -> tuple[Area, ...]:
    """Return the areas in force on a date (today), by code; none for dates whose map is not in the package."""
    return tuple(queries.areas_by_code(on or today()).values())


def area(*, code: str, on: date | None = None) -> Area:
    """Return the area that a code named on a date (today); raise `NoSuchArea` where it named none."""
    on = on or today()
    try:
        return queries.areas_by_code(on)[code]
    except KeyError:
        raise NoSuchArea(code=code, on=on.isoformat()) from None


def locate(*, lon: float, lat: float, on: date | None = None) -> Located:
    """Return the area that a point lies in, or the candidates where boundaries leave a gap or overlap."""
    return queries.find(lon=lon, lat=lat, on=on or today())


def locate_many(*, lons: Sequence[float], lats: Sequence[float], on: date | None = None) -> list[Located]:
    """Return for many points what `locate` returns for each, many times faster; it loads a geometry library."""
    from motcham.blocks.places import bulk

    return bulk.locate_many(lons, lats, on=on or today())


def locate_table(rows: Iterator[list[str]], *, on: date | None = None) -> Iterator[Row]:
    """Yield the rows of a table with columns lon and lat, each with its area or with what is wrong, the header first."""
    from motcham.blocks.places import tables

    return tables.located(rows, on=on or today())


def find_table(rows: Iterator[list[str]], *, on: date | None = None, limit: int = 10) -> Iterator[Row]:
    """Yield the rows of a table with a column text, once for each candidate, the header first."""
    from motcham.blocks.places import tables

    return tables.found(rows, on=on or today(), limit=limit)


def facts(*, candidate: Candidate, on: date | None = None) -> dict[str, object]:
    """Return a candidate as programs read it: plain values by name."""
    return gazetteer.facts(candidate, on or today())


def units(*, on: date | None = None, level: Level | None = None, within: str = "") -> tuple[Unit, ...]:
    """Return the units of a date (today), on a map or not, by code: of one level, and within one district or province."""
    found = queries.units_on(on or today()).values()
    return tuple(
        unit
        for unit in found
        if level in (None, unit.level) and (not within or (within in (unit.district, unit.province) and unit.code != within))
    )


def unit(*, code: str, on: date | None = None) -> Unit:
    """Return the unit that a code named on a date (today); raise `NoSuchArea` where it named none."""
    on = on or today()
    try:
        return queries.units_on(on)[code]
    except KeyError:
        raise NoSuchArea(code=code, on=on.isoformat()) from None


def successors(*, unit: Unit) -> tuple[Succession, ...]:
    """Return what became of a unit at its end."""
    return queries.links(forward=True).get(unit.key, ())


def predecessors(*, unit: Unit) -> tuple[Succession, ...]:
    """Return of what a unit was made."""
    return queries.links(forward=False).get(unit.key, ())


def find(*, text: str, on: date | None = None, limit: int = 10) -> Found:
    """Return what a Vietnamese address may name, on the map of any date, and what that is on one date (today).

    The text is as people write it: abbreviated, without marks, misspelled, with streets and house numbers, of any year since
    2021. A name that several units bear gives all of them: ask, do not choose.
    """
    return gazetteer.search(text, on=on or today(), limit=limit)


def offers(*, text: str) -> tuple[Offered, ...]:
    """Return the communes of today that an address may mean, the likeliest first, in words to choose from; never a guess."""
    return offering.offered(find(text=text, limit=40))


def geometry(*, code: str, on: date | None = None) -> dict[str, Any]:
    """Return the boundary of an area of a date (today) as a GeoJSON geometry; raise `NoSuchArea` where none is known."""
    found: dict[str, Any] = json.loads(features.geometry_text(area(code=code, on=on).code))
    return found


def map_shapes(*, on: date | None = None) -> MapShapes:
    """Return the map of the city as SVG paths: the mainland, with insets for the inner city and Côn Đảo."""
    return queries.shapes_on(on or today())


def today() -> date:
    """Return the day it is in the city."""
    return datetime.now(CITY_TIME).date()
