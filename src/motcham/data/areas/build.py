"""Build the files of this folder from the public unit lists, the old-to-new map and the ward polygons.

Run by hand when a source changes, never by an installed copy: `python -m motcham.data.areas.build FOLDER`, where FOLDER
holds the sources under the names in `SOURCES.toml`. What it writes is committed, so that set-up needs neither the
sources nor shapely.
"""

from __future__ import annotations

import json
import math
import sys
from collections.abc import Iterator
from pathlib import Path

import shapely
from shapely.geometry import MultiPolygon, Polygon, shape

from motcham.data.areas import build_units

HERE = Path(__file__).parent
ISLANDS = "26732"  # Côn Đảo lies 200 km off the coast: it has a frame of its own on every map
MICRO = 100_000  # boundaries are kept in 1/100,000 of a degree, about a metre
INNER = (106.590, 10.715, 106.800, 10.860)


def read_polygons(source: Path) -> dict[str, MultiPolygon]:
    """Return the polygons by code, each as a multipolygon."""
    features = json.loads((source / "vn_admin_geo/hcmc_wards_2025_168_simplified.geojson").read_text())["features"]
    return {feature["id"]: MultiPolygon(parts(shape(feature["geometry"]))) for feature in features}


def parts(geometry: Polygon | MultiPolygon) -> list[Polygon]:
    """Return the polygons that a geometry is made of, the largest first."""
    return sorted(getattr(geometry, "geoms", [geometry]), key=lambda part: -part.area)


def inner_points(polygons: dict[str, MultiPolygon]) -> dict[str, list[str]]:
    """Return for each code a point well inside and the bounding box, in five decimals."""
    found = {}
    for code, polygon in polygons.items():
        inside = shapely.maximum_inscribed_circle(parts(polygon)[0], tolerance=0.0005).coords[0]
        found[code] = [f"{value:.5f}" for value in (*inside, *polygon.bounds)]
    return found


def whole_numbers(ring: shapely.LinearRing, scale: float = 1.0) -> list[tuple[int, int]]:
    """Return the corners of a ring as whole numbers, without repeats and without the closing corner."""
    corners: list[tuple[int, int]] = []
    for x, y in ring.coords[:-1]:
        corner = (round(x * scale), round(y * scale))
        if not corners or corner != corners[-1]:
            corners.append(corner)
    return corners


def steps(corners: list[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    """Yield each corner as the step from the one before it; the first is as it stands."""
    before = (0, 0)
    for corner in corners:
        yield corner[0] - before[0], corner[1] - before[1]
        before = corner


def write_boundaries(polygons: dict[str, MultiPolygon]) -> None:
    """Write the rings of each area, one line an area; inside is where an odd number of rings lies around."""
    lines = []
    for code, polygon in sorted(polygons.items()):
        rings = [ring for part in polygon.geoms for ring in (part.exterior, *part.interiors)]
        numbers = [[number for step in steps(whole_numbers(ring, MICRO)) for number in step] for ring in rings]
        lines.append(f'"{code}":{json.dumps(numbers, separators=(",", ":"))}')
    (HERE / "boundaries.json").write_text("{\n" + ",\n".join(lines) + "\n}\n")


def draw(geometry: MultiPolygon) -> str:
    """Return the SVG path of a projected geometry in whole, relative numbers."""
    d = ""
    for ring in (ring for part in geometry.geoms for ring in (part.exterior, *part.interiors)):
        corners = whole_numbers(ring)
        if len(set(corners)) > 2:
            first, *rest = steps(corners)
            d += f"M{first[0]} {first[1]}l" + " ".join(f"{x} {y}" for x, y in rest).replace(" -", "-") + "z"
    return d


def without_specks(geometry: MultiPolygon, smallest: float) -> MultiPolygon:
    """Return a geometry without the islands and holes that would collapse when it is simplified; its largest part stays."""
    kept = [part for at, part in enumerate(parts(geometry)) if at == 0 or part.area > smallest]
    return MultiPolygon(
        [Polygon(part.exterior, [hole for hole in part.interiors if Polygon(hole).area > smallest]) for part in kept]
    )


def view(
    key: str, polygons: dict[str, MultiPolygon], box: tuple[float, ...], *, width: int, tolerance: float
) -> dict[str, object]:
    """Return one frame of the map: shared borders are simplified once, so neighbours still meet."""
    west, south, east, north = box
    squeeze = math.cos(math.radians((south + north) / 2))
    scale = width / ((east - west) * squeeze)
    kept = [without_specks(polygon, 20 * tolerance**2) for polygon in polygons.values()]
    shapes = []
    for (code, original), simple in zip(polygons.items(), shapely.coverage_simplify(kept, tolerance), strict=True):
        projected = shapely.transform(
            simple, lambda lon, lat: ((lon - west) * squeeze * scale, (north - lat) * scale), interleaved=False
        )
        label = shapely.maximum_inscribed_circle(parts(original)[0], tolerance=0.0005).coords[0]
        x, y = round((label[0] - west) * squeeze * scale), round((north - label[1]) * scale)
        shapes.append({"code": code, "d": draw(MultiPolygon(parts(projected))), "x": x, "y": y})
    return {"key": key, "width": width, "height": math.ceil((north - south) * scale), "box": box, "shapes": shapes}


def write_map(polygons: dict[str, MultiPolygon]) -> None:
    """Write the three frames: the mainland, the inner city, and Côn Đảo."""
    mainland = {code: polygon for code, polygon in sorted(polygons.items()) if code != ISLANDS}
    frame = shapely.box(*INNER)
    inner = {code: polygon for code, polygon in mainland.items() if frame.contains(polygon.centroid)}
    islands = {ISLANDS: polygons[ISLANDS]}
    views = [
        view("city", mainland, margin(shapely.union_all(list(mainland.values())).bounds), width=800, tolerance=0.0015),
        view("inner", inner, margin(shapely.union_all(list(inner.values())).bounds), width=600, tolerance=0.0005),
        view("islands", islands, margin(islands[ISLANDS].bounds), width=221, tolerance=0.002),
    ]
    text = ",\n".join(json.dumps(one, ensure_ascii=False).replace('{"code"', '\n{"code"') for one in views)
    (HERE / "map.json").write_text(f"[\n{text}\n]\n")


def margin(box: tuple[float, ...]) -> tuple[float, ...]:
    """Return the box a little larger, in five decimals, so that no stroke is cut off."""
    room = (box[2] - box[0]) * 0.01
    return tuple(round(value, 5) for value in (box[0] - room, box[1] - room, box[2] + room, box[3] + room))


def main(source: Path) -> None:
    """Write every file of this folder."""
    polygons = read_polygons(source)
    build_units.build(source, inner_points(polygons))
    write_boundaries(polygons)
    write_map(polygons)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
