"""Many points at once, with a geometry library that no web process loads.

What it says of a point is what `queries.find` says: points that lie alone in one area are told here, all others (on a
border, in a gap, in an overlap) are asked for one by one.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from functools import lru_cache
from typing import Any

import numpy as np
import shapely

from motcham.blocks.places import queries
from motcham.blocks.places.boundaries import METRES, MICRO, boundaries
from motcham.blocks.places.define import Located, Note

# In units of the boundaries, more than the longest gap is along either axis.
REACH = 1.1 * queries.GAP_METRES / METRES
OUTSIDE = Located(Note.OUTSIDE)


@lru_cache(maxsize=1)
def _index() -> tuple[list[str], Any, Any, Any, Any]:
    """Return the codes, a tree over their bounding boxes, the rings, the place of the area of each ring, and a tree of the rings.

    A ring is a polygon of its own: a point is inside an area when it lies in an odd number of its rings.
    """
    codes, boxes, rings, owners = [], [], [], []
    for place, one in enumerate(boundaries()):
        codes.append(one.code)
        boxes.append(shapely.box(one.box[0] - REACH, one.box[1] - REACH, one.box[2] + REACH, one.box[3] + REACH))
        # A ring of two corners has nothing inside.
        for xs, ys in (ring for ring in one.rings if len(ring[0]) > 2):
            rings.append(shapely.Polygon(np.column_stack([xs, ys])))
            owners.append(place)
    prepared = np.array(rings)
    shapely.prepare(prepared)
    return codes, shapely.STRtree(boxes), prepared, np.array(owners), shapely.STRtree(prepared)


def locate_many(lons: Sequence[float], lats: Sequence[float], *, on: date) -> list[Located]:
    """Return where each point lies on the map of a date."""
    codes, tree, rings, owners, nearby = _index()
    lon, lat = np.asarray(lons, dtype=float), np.asarray(lats, dtype=float)
    # So written, what is not a number is no good either.
    good = (np.abs(lon) <= 180) & (np.abs(lat) <= 90)
    x, y = (np.round(np.where(good, each, 0) * MICRO, 6) for each in (lon, lat))
    points, areas = tree.query(shapely.points(x, y), predicate="intersects")
    around = np.zeros(len(x), dtype=np.int32)
    which = np.full(len(x), -1, dtype=np.int32)
    unsure = np.zeros(len(x), dtype=bool)
    unsure[points] = True
    order = np.argsort(areas, kind="stable")
    points, bounds = points[order], np.searchsorted(areas[order], np.arange(len(codes) + 1))
    for place in range(len(codes)):
        near = points[bounds[place] : bounds[place + 1]]
        if not len(near):
            continue
        inside, on_line = np.zeros(len(near), dtype=bool), np.zeros(len(near), dtype=bool)
        for ring in rings[owners == place]:
            within = shapely.contains_xy(ring, x[near], y[near])
            on_line |= shapely.intersects_xy(ring, x[near], y[near]) ^ within
            inside ^= within
        around[near] += inside + 2 * on_line
        which[near[inside]] = place
    certain = (around == 1) & good
    far = np.flatnonzero(unsure & (around == 0))
    unsure[far] = False
    unsure[far[nearby.query(shapely.points(x[far], y[far]), predicate="dwithin", distance=REACH)[0]]] = True
    answers = [OUTSIDE] * len(x)
    known = queries.areas_by_code(on)
    told = [Located(Note.INSIDE, known[code], (known[code],)) if code in known else OUTSIDE for code in codes]
    if known:
        for at in np.flatnonzero(certain).tolist():
            answers[at] = told[which[at]]
        unsure &= ~certain
    for at in np.flatnonzero(unsure & good).tolist():
        answers[at] = queries.find(lon=float(lon[at]), lat=float(lat[at]), on=on)
    return answers
