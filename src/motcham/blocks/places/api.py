"""The verbs of the block: read the areas, find a point, draw the map."""

from __future__ import annotations

from datetime import date, datetime
from zoneinfo import ZoneInfo

from motcham.blocks.places import queries
from motcham.blocks.places.define import Area, Located, MapShapes
from motcham.kernel.errors import Missing

CITY_TIME = ZoneInfo("Asia/Ho_Chi_Minh")


class NoSuchArea(Missing):
    """There was no area with the code {code} on {on}. Choose it from the list of areas."""

    code = "places.no_such_area"


def areas(*, on: date | None = None) -> tuple[Area, ...]:
    """Return the areas in force on a date (today), by code; none for dates whose map is not in the package."""
    return tuple(queries.areas_by_code(on or _today()).values())


def area(*, code: str, on: date | None = None) -> Area:
    """Return the area that a code named on a date (today); raise `NoSuchArea` where it named none."""
    on = on or _today()
    try:
        return queries.areas_by_code(on)[code]
    except KeyError:
        raise NoSuchArea(code=code, on=on.isoformat()) from None


def locate(*, lon: float, lat: float, on: date | None = None) -> Located:
    """Return the area that a point lies in, or the candidates where boundaries leave a gap or overlap."""
    return queries.find(lon=lon, lat=lat, on=on or _today())


def map_shapes(*, on: date | None = None) -> MapShapes:
    """Return the map of the city as SVG paths: the mainland, with insets for the inner city and Côn Đảo."""
    return queries.shapes_on(on or _today())


def _today() -> date:
    return datetime.now(CITY_TIME).date()
