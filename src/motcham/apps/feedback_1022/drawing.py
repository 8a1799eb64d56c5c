"""Public reports as dots on the map of the city: those that lie together drawn as one, with their number."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from django.utils.translation import gettext as _

from motcham.apps.feedback_1022.selection import name_of
from motcham.blocks.cases.define import CLOSED, PublicCase
from motcham.blocks.places import api as places
from motcham.blocks.places.define import MapView

CELL = 30
"""Dots nearer than this, in points of a map 600 wide, are drawn as one."""
WIDE = 600
LEAST = 0.045
"""How much of the city, in degrees, a part of its map shows at least: about three wards of the inner city."""

Box = tuple[float, float, float, float]


@dataclass(frozen=True)
class Dot:
    """One report, or several that lie together."""

    x: float
    y: float
    r: float
    count: int
    tone: str
    words: str
    href: str


@dataclass(frozen=True)
class Drawn:
    """One frame of the map with its dots."""

    key: str
    label: str
    view_box: str
    areas: Sequence[tuple[str, bool]]
    dots: Sequence[Dot]
    font: float


def tone_of(case: PublicCase) -> str:
    """Return how a report stands: done, late, or open."""
    if case.state == CLOSED:
        return "done"
    return "late" if case.late_at else "open"


def bounds(area_code: str, *, on: date | None = None) -> Box | None:
    """Return the west, south, east and north of an area; nothing where its boundary of that day is not known."""
    return _box(area_code, on or places.today())


@lru_cache(maxsize=1024)
def _box(area_code: str, on: date) -> Box | None:
    try:
        lons, lats = zip(*(point for ring in _rings(area_code, on) for point in ring), strict=True)
    except places.NoSuchArea:
        return None
    return min(lons), min(lats), max(lons), max(lats)


def _rings(area_code: str, on: date) -> list[list[tuple[float, float]]]:
    return [ring for rings in places.geometry(code=area_code, on=on)["coordinates"] for ring in rings]


def drawn(
    found: Iterable[PublicCase], *, here: str, href: Callable[[PublicCase], str], box_href: Callable[..., str],
    words: Callable[[Sequence[PublicCase]], str], on: date | None = None, part: Box | None = None,
) -> list[Drawn]:  # fmt: skip
    """Return the map of the city and its inner part with these reports on it, and the islands where one lies there; or only a
    part of it, enlarged. It is the map of a day, or today's where there is none of that day."""
    day = on if on and places.map_shapes(on=on).city.shapes else places.today()
    shapes = places.map_shapes(on=day)
    placed = [case for case in found if case.lon is not None and case.lat is not None]
    # Where most people live first; the islands, far off and small, last.
    order = {"inner": 0, "city": 1}
    views = sorted((shapes.city, *shapes.insets), key=lambda view: order.get(view.key, 2))
    if part:
        views = [next((view for view in views if _holds(view, part)), shapes.city)]
    frames = [_frame(view, placed, part=part, on=day, here=here, href=href, box_href=box_href, words=words) for view in views]
    return [each for each in frames if part or each.dots or each.key != "islands"]


def _holds(view: MapView, part: Box) -> bool:
    west, south, east, north = part
    return view.west <= west and east <= view.east and view.south <= south and north <= view.north


def _window(view: MapView, part: Box | None) -> Box:
    """Return the left, top, width and height of what is shown of a view."""
    if part is None:
        return 0, 0, view.width, view.height
    west, south, east, north = part
    (left, top), (right, bottom) = view.at(lon=west, lat=north), view.at(lon=east, lat=south)
    least = LEAST / (view.east - view.west) * view.width
    wide = max(right - left, (bottom - top) * 4 / 3, least) * 1.1
    return (left + right - wide) / 2, (top + bottom - wide * 3 / 4) / 2, wide, wide * 3 / 4


def _closely(view: MapView, window: Box, on: date) -> Iterator[tuple[str, str]]:
    """Yield the code and the path of each area in a window, by its whole boundary: the map's own is drawn for the whole city."""
    left, top, wide, high = window
    for code in (shape.area.code for shape in view.shapes):
        if not (box := _box(code, on)):
            continue
        (west, north), (east, south) = view.at(lon=box[0], lat=box[3]), view.at(lon=box[2], lat=box[1])
        if west <= left + wide and left <= east and north <= top + high and top <= south:
            rings = ((view.at(lon=lon, lat=lat) for lon, lat in ring) for ring in _rings(code, on))
            yield code, "".join(f"M{' '.join(f'{x:.2f} {y:.2f}' for x, y in ring)}z" for ring in rings)


def _frame(
    view: MapView, found: Sequence[PublicCase], *, part: Box | None, on: date, here: str,
    href: Callable[[PublicCase], str], box_href: Callable[..., str], words: Callable[[Sequence[PublicCase]], str],
) -> Drawn:  # fmt: skip
    left, top, wide, high = window = _window(view, part)
    scale = wide / WIDE
    cells: dict[tuple[int, int], list[PublicCase]] = {}
    for case in found:
        if case.lon is None or case.lat is None:
            continue
        x, y = view.at(lon=case.lon, lat=case.lat)
        if left <= x <= left + wide and top <= y <= top + high:
            cells.setdefault((int(x / CELL / scale), int(y / CELL / scale)), []).append(case)
    dots = [_dot(view, each, scale, href=href, box_href=box_href, words=words) for each in cells.values()]
    own = next((name_of(shape.area) for shape in view.shapes if shape.area.code == here), "")
    areas = _closely(view, window, on) if part else ((shape.area.code, shape.d) for shape in view.shapes)
    labels = {"inner": _("The inner city"), "islands": _("Côn Đảo"), "city": _("The city")}
    return Drawn(
        view.key,
        (own or _("Only this part of the map")) if part else labels[view.key],
        f"{left:.1f} {top:.1f} {wide:.1f} {high:.1f}",
        sorted(((d, code == here) for code, d in areas), key=lambda area: area[1]),  # its line over those of its neighbours
        sorted(dots, key=lambda dot: dot.count),
        round(13 * scale, 1),
    )


def _dot(view: MapView, found: Sequence[PublicCase], scale: float, *, href: Callable[[PublicCase], str],
         box_href: Callable[..., str], words: Callable[[Sequence[PublicCase]], str]) -> Dot:  # fmt: skip
    spots = [view.at(lon=each.lon or 0, lat=each.lat or 0) for each in found]
    x, y = sum(x for x, _ in spots) / len(spots), sum(y for _, y in spots) / len(spots)
    tones = [tone_of(each) for each in found]
    tone = "late" if "late" in tones else "open" if "open" in tones else "done"
    if len(found) == 1:
        return Dot(x, y, round(6 * scale, 1), 1, tone, words(found), href(found[0]))
    lons, lats = [each.lon or 0 for each in found], [each.lat or 0 for each in found]
    box = (min(lons) - 0.0005, min(lats) - 0.0005, max(lons) + 0.0005, max(lats) + 0.0005)
    radius = min(22, 9 + len(found) ** 0.5 * 1.6) * scale
    return Dot(x, y, round(radius, 1), len(found), tone, words(found), box_href(box))
