"""Where a case is, drawn small: the wards around it from the map that the house ships, so that no other server is asked."""

from __future__ import annotations

from dataclasses import dataclass

from motcham.blocks.cases import widgets
from motcham.blocks.cases.define import Place
from motcham.blocks.places import api as places

AROUND = 0.045  # degrees: about as wide as three wards of the inner city


@dataclass(frozen=True)
class Spot:
    """Where it is, for a small map: outlines of the wards around it, its own first, the point, and addresses that maps open."""

    paths: tuple[str, ...]
    box: str
    x: float
    y: float
    size: float
    geo: str
    osm: str
    area: str


def spot_of(place: Place | None) -> Spot | None:
    """Return where a case is, drawn in the outline of its ward; None where only words are known."""
    if place is None or place.lon is None or place.lat is None:
        return None
    lon, lat = place.lon, place.lat
    return Spot(
        *_outline(place.area_code, lon, lat),
        geo=f"geo:{lat:.6f},{lon:.6f}?q={lat:.6f},{lon:.6f}",
        osm=f"https://www.openstreetmap.org/?mlat={lat:.6f}&mlon={lon:.6f}#map=18/{lat:.6f}/{lon:.6f}",
        area=widgets.area_name(place.area_code, on=place.area_from) if place.area_code else "",
    )


def _outline(area_code: str, lon: float, lat: float) -> tuple[tuple[str, ...], str, float, float, float]:
    """Return (outlines, view box, x, y, size of the point) of the part of the drawn map around a point."""
    shapes = places.map_shapes()
    views = [each for each in (*shapes.insets, shapes.city) if each.west <= lon <= each.east and each.south <= lat <= each.north]
    if not views:
        return (), "0 0 16 9", 8.0, 4.5, 0.5
    view = views[0]
    x = (lon - view.west) / (view.east - view.west) * view.width
    y = (view.north - lat) / (view.north - view.south) * view.height
    width = view.width * AROUND / (view.east - view.west)
    height = width * 9 / 16
    near = [each for each in view.shapes if abs(each.x - x) < 2 * width and abs(each.y - y) < 2 * width]
    near.sort(key=lambda each: each.area.code != area_code)
    box = f"{x - width / 2:.1f} {y - height / 2:.1f} {width:.1f} {height:.1f}"
    return tuple(each.d for each in near), box, round(x, 1), round(y, 1), round(width / 42, 2)
