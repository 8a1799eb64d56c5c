"""Build the files of this folder from the public unit lists, the old-to-new map and the ward polygons.

Run by hand when a source changes, never by an installed copy: `python -m motcham.data.areas.build FOLDER`, where FOLDER
holds the sources under the names in `SOURCES.toml`. What it writes is committed, so that set-up needs neither the
sources nor shapely.
"""

from __future__ import annotations

import csv
import json
import math
import re
import sys
import unicodedata
from collections.abc import Iterable, Iterator
from pathlib import Path

import shapely
from shapely.geometry import MultiPolygon, Polygon, shape

HERE = Path(__file__).parent
CITY = "79"
IN_FORCE = "2025-07-01"
ISLANDS = "26732"  # Côn Đảo lies 200 km off the coast: it has a frame of its own on every map
KINDS = {"Phường": "ward", "Xã": "commune", "Đặc khu": "special_zone"}
TONE_ON_SECOND_VOWEL = re.compile("(?<![qQ])([oO](?=[ae])|[uU](?=y))([aey])([\u0300\u0301\u0303\u0309\u0323])(?!\\w)")
MICRO = 100_000  # boundaries are kept in 1/100,000 of a degree, about a metre
INNER = (106.590, 10.715, 106.800, 10.860)


def spell(name: str) -> str:
    """Return a name in NFC with one tone-mark style (Hòa, not Hoà) and no zero padding (Phường 1, not Phường 01)."""
    apart = unicodedata.normalize("NFD", name.strip())
    name = unicodedata.normalize("NFC", TONE_ON_SECOND_VOWEL.sub(r"\1\3\2", apart))
    return re.sub(r"\b0+(\d)", r"\1", name)


def read_rows(path: Path) -> list[dict[str, str]]:
    """Return the rows of a CSV file."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def write_rows(path: Path, header: str, rows: Iterable[Iterable[object]]) -> None:
    """Write a CSV file with Unix line ends, so that a rebuild changes only what changed."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(header.split(","))
        writer.writerows(rows)


def read_polygons(source: Path) -> dict[str, MultiPolygon]:
    """Return the polygons by code, each as a multipolygon."""
    features = json.loads((source / "vn_admin_geo/hcmc_wards_2025_168_simplified.geojson").read_text())["features"]
    return {feature["id"]: MultiPolygon(parts(shape(feature["geometry"]))) for feature in features}


def parts(geometry: Polygon | MultiPolygon) -> list[Polygon]:
    """Return the polygons that a geometry is made of, the largest first."""
    return sorted(getattr(geometry, "geoms", [geometry]), key=lambda part: -part.area)


def write_areas(source: Path, polygons: dict[str, MultiPolygon]) -> None:
    """Write the areas in force: both official lists must agree on the codes, and each must have a polygon."""
    now, then = (
        {
            row["ward_code"]: row
            for row in read_rows(source / f"vn_admin/gso_2level_{day}_vietnam.csv")
            if row["province_code"] == CITY
        }
        for day in ("2026-04-30", "2025-07-01")
    )
    assert set(now) == set(then) == set(polygons), "the lists and the polygons name different areas"
    rows = []
    for code, row in sorted(now.items()):
        name = spell(row["ward_full_name"])
        assert name == spell(then[code]["ward_full_name"]), f"{code} changed its name between the two lists"
        kind = next(kind for prefix, kind in KINDS.items() if name.startswith(prefix + " "))
        polygon = polygons[code]
        inside = shapely.maximum_inscribed_circle(parts(polygon)[0], tolerance=0.0005).coords[0]
        box = polygon.bounds
        rows.append([code, IN_FORCE, "", name, row["ward_full_name_en"], kind, *(f"{value:.5f}" for value in (*inside, *box))])
    write_rows(HERE / "areas.csv", "code,valid_from,valid_to,name,name_en,kind,lon,lat,west,south,east,north", rows)


def write_successions(source: Path) -> None:
    """Write which old unit went, whole or in part, into which area in force from 2025-07-01."""
    rows = read_rows(source / "vn_admin/ward_old_to_new_2025-07-01_hcmc.csv")
    lines = sorted(
        [
            row["old_ward_code"],
            spell(row["old_ward"]),
            row["old_province_code"],
            row["new_ward_code"],
            IN_FORCE,
            row["kind(full|partial)"],
        ]
        for row in rows
    )
    write_rows(HERE / "successions.csv", "old_code,old_name,old_province,code,valid_from,extent", lines)


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
        view("islands", islands, margin(parts(islands[ISLANDS])[0].bounds), width=120, tolerance=0.002),
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
    write_areas(source, polygons)
    write_successions(source)
    write_boundaries(polygons)
    write_map(polygons)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
