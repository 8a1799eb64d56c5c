"""The boundaries in memory, and the plane geometry that finds a point among them.

Plain Python over whole numbers: a bounding box leaves a handful of areas to look at, which costs less than the memory of
a geometry library in every web process (`docs/adr`).
"""

from __future__ import annotations

import json
import math
from array import array
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

from motcham import data

MICRO = 100_000  # a point is rounded to a millionth of that, so that a corner written in degrees lies on the corner
METRES = 1.1132  # one unit of latitude
CELL = 2_000  # two kilometres


@dataclass(frozen=True)
class Boundary:
    """The rings of one area; a point is inside when an odd number of rings lies around it."""

    code: str
    box: tuple[int, int, int, int]
    rings: tuple[tuple[array[int], array[int]], ...]

    def near(self, x: float, y: float, reach: float = 0) -> bool:
        """Return whether the point lies in the bounding box, made larger by `reach`."""
        west, south, east, north = self.box
        return west - reach <= x <= east + reach and south - reach <= y <= north + reach

    def contains(self, x: float, y: float) -> bool:
        """Return whether the point lies inside."""
        inside = False
        for xs, ys in self.rings:
            x0, y0 = xs[-1], ys[-1]
            for x1, y1 in zip(xs, ys, strict=True):
                if (y0 > y) != (y1 > y) and x < (x1 - x0) * (y - y0) / (y1 - y0) + x0:
                    inside = not inside
                x0, y0 = x1, y1
        return inside

    def distance(self, x: float, y: float) -> float:
        """Return the distance in metres from the point to the boundary."""
        squeeze = math.cos(math.radians(y / MICRO))
        best = math.inf
        for xs, ys in self.rings:
            corners = [((x1 - x) * squeeze, y1 - y) for x1, y1 in zip(xs, ys, strict=True)]
            for (ax, ay), (bx, by) in pairwise([corners[-1], *corners]):
                dx, dy = bx - ax, by - ay
                along = max(0.0, min(1.0, -(ax * dx + ay * dy) / ((dx * dx + dy * dy) or 1.0)))
                best = min(best, math.hypot(ax + along * dx, ay + along * dy))
        return best * METRES


def _ring(numbers: list[int]) -> tuple[array[int], array[int]]:
    xs, ys = array("i"), array("i")
    x = y = 0
    for dx, dy in zip(numbers[::2], numbers[1::2], strict=True):
        x, y = x + dx, y + dy
        xs.append(x)
        ys.append(y)
    return xs, ys


@lru_cache(maxsize=1)
def boundaries() -> tuple[Boundary, ...]:
    """Return the boundaries of the areas in force, read from the package on first use."""
    read = []
    for code, lines in json.loads(data.text("areas/boundaries.json")).items():
        rings = tuple(_ring(numbers) for numbers in lines)
        box = (
            min(min(xs) for xs, _ in rings),
            min(min(ys) for _, ys in rings),
            max(max(xs) for xs, _ in rings),
            max(max(ys) for _, ys in rings),
        )
        read.append(Boundary(code, box, rings))
    return tuple(read)


def containing(*, lon: float, lat: float) -> list[str]:
    """Return the codes of the areas around a point: one, or two where boundaries overlap, or none."""
    x, y = round(lon * MICRO, 6), round(lat * MICRO, 6)
    return [
        one.code
        for west, south, east, north, one in _cells().get((x // CELL, y // CELL), ())
        if west <= x <= east and south <= y <= north and one.contains(x, y)
    ]


@lru_cache(maxsize=1)
def _cells() -> dict[tuple[float, float], list[tuple[int, int, int, int, Boundary]]]:
    """Return the boundaries by the cells that their boxes touch, so that a point is held against a few of them alone."""
    cells: dict[tuple[float, float], list[tuple[int, int, int, int, Boundary]]] = {}
    for one in boundaries():
        west, south, east, north = one.box
        for column in range(west // CELL, east // CELL + 1):
            for row in range(south // CELL, north // CELL + 1):
                cells.setdefault((column, row), []).append((*one.box, one))
    return cells


def nearest(*, lon: float, lat: float, within: float) -> list[str]:
    """Return the codes of the areas that come nearer to a point than `within` metres, the nearest first."""
    x, y = round(lon * MICRO, 6), round(lat * MICRO, 6)
    reach = 2 * within / METRES
    found = [(one.distance(x, y), one.code) for one in boundaries() if one.near(x, y, reach)]
    return [code for distance, code in sorted(found) if distance <= within]
