"""Where it is: an address looked up, the position of a photo offered, a point tapped on a map; all of it without script."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.template.loader import render_to_string
from django.views.decorators.http import require_safe

from motcham.blocks.identity.api import public
from motcham.blocks.places import api as places
from motcham.blocks.places.define import MapView
from motcham.kernel.errors import Missing

SIDE = 340
"""The map is as wide as this on every screen, for the browser tells where it was tapped in points of the screen."""
OFFERED = 6
CITY = "city"


def act(name: str, value: dict[str, Any], post: QueryDict) -> str:
    """Take what was asked on the page of a place besides going on; return which it was, or "" where nothing was."""
    if f"{name}-find" in post:
        return "find"
    if picked := post.get(f"{name}-pick"):
        value["area"] = picked[:20]
        return "pick"
    if f"{name}-use-photo" in post:
        lon, _comma, lat = post.get(f"{name}-use-photo", "").partition(",")
        value.update(lon=lon[:20], lat=lat[:20], area="")
        return "photo"
    if f"{name}-map.x" in post:
        _tap(name, value, post)
        return "map"
    return ""


def certain(text: str) -> str:
    """Return the code of the only area that an address can mean, or nothing."""
    unit = places.find(text=text).certain
    return unit.code if unit else ""


# --- the map


def _tap(name: str, value: dict[str, Any], post: QueryDict) -> None:
    frame = post.get(f"{name}-frame", CITY)
    try:
        view = frame_of(frame)
        x, y = (float(post.get(f"{name}-map.{axis}", "")) for axis in "xy")
    except (ValueError, Missing):
        return
    lon, lat = view.lon_lat(x, y)
    located = places.locate(lon=lon, lat=lat)
    if frame == CITY:
        area = located.area or (located.candidates[0] if located.candidates else None)
        value["area"] = area.code if area else value.get("area", "")
        value["lon"] = value["lat"] = ""
    elif located.area is not None:
        value.update(lon=f"{lon:.6f}", lat=f"{lat:.6f}", area=located.area.code)


@dataclass(frozen=True)
class Frame:
    """One drawing of a part of the city, `SIDE` points wide."""

    west: float
    south: float
    east: float
    north: float
    height: int
    here: str = ""

    def lon_lat(self, x: float, y: float) -> tuple[float, float]:
        """Return the place at a point of the drawing."""
        return self.west + x / SIDE * (self.east - self.west), self.north - y / self.height * (self.north - self.south)

    def at(self, lon: float, lat: float) -> tuple[float, float]:
        """Return the point of the drawing where a place lies."""
        return (
            (lon - self.west) / (self.east - self.west) * SIDE,
            (self.north - lat) / (self.north - self.south) * self.height,
        )


def frame_of(key: str) -> Frame:
    """Return the drawing of the inner city, or of one area by its code; raise where there is no such area."""
    if key == CITY:
        shapes = places.map_shapes()
        view: MapView = next((each for each in shapes.insets if each.key == "inner"), shapes.city)
        return _framed(view.west, view.south, view.east, view.north)
    area = places.area(code=key)
    wide, high = (area.east - area.west) * 0.08, (area.north - area.south) * 0.08
    return _framed(area.west - wide, area.south - high, area.east + wide, area.north + high, here=key)


def _framed(west: float, south: float, east: float, north: float, *, here: str = "") -> Frame:
    height = min(520, max(160, round(SIDE * (north - south) / (east - west) * 1.018)))
    return Frame(west, south, east, north, height, here)


@lru_cache(maxsize=200)
def _drawn(key: str) -> str:
    frame = frame_of(key)
    inside = [each for each in places.areas() if _meets(each, frame)]
    shapes = [
        {
            "path": "".join(_path(ring, frame) for ring in _rings(places.geometry(code=each.code))),
            "short": each.name.partition(" ")[2].removeprefix("khu ") if len(inside) < 30 else "",
            "at": frame.at(each.lon, each.lat),
            "is_here": each.code == frame.here,
        }
        for each in inside
    ]
    return str(render_to_string("cases/ask/map.svg", {"shapes": shapes, "side": SIDE, "height": frame.height}))


def _meets(area: Any, frame: Frame) -> bool:
    return bool(area.west < frame.east and area.east > frame.west and area.south < frame.north and area.north > frame.south)


def _rings(geometry: Mapping[str, Any]) -> list[Any]:
    polygons = geometry["coordinates"] if geometry["type"] == "MultiPolygon" else [geometry["coordinates"]]
    return [ring for polygon in polygons for ring in polygon]


def _path(ring: list[Any], frame: Frame) -> str:
    points, last = [], None
    for lon, lat in ring:
        x, y = frame.at(lon, lat)
        point = f"{x:.0f} {y:.0f}"
        if point != last:
            points.append(point)
            last = point
    return f"M{'L'.join(points)}Z"


@public(reason="The outlines of wards are public.")
@require_safe
def map_image(request: HttpRequest, frame: str) -> HttpResponse:
    """Show the map on which a place is tapped."""
    try:
        drawn = _drawn(frame)
    except Missing:
        raise Http404 from None
    return HttpResponse(drawn, content_type="image/svg+xml", headers={"Cache-Control": "public, max-age=86400"})
