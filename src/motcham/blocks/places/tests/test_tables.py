"""Tables of points and addresses: many at once agree with one by one, and every row is answered."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from motcham.blocks.places import api, queries
from motcham.blocks.places.boundaries import MICRO, boundaries
from motcham.blocks.places.define import Note
from motcham.blocks.places.tables import NoSuchColumn

TODAY = date(2026, 11, 22)
# Corners of the boundaries themselves, where a point lies on a line.
CORNERS = [
    (x / MICRO, y / MICRO) for one in boundaries()[::9] for xs, ys in one.rings for x, y in list(zip(xs, ys, strict=True))[::40]
]
POINTS = st.one_of(
    st.tuples(st.floats(106.3, 107.6), st.floats(8.5, 11.6)), st.sampled_from(CORNERS), st.tuples(st.floats(), st.floats())
)


@settings(max_examples=60)
@given(st.lists(POINTS, min_size=1, max_size=40))
def test_many_points_are_located_as_each_is_alone(points: list[tuple[float, float]]) -> None:
    lons, lats = zip(*points, strict=True)
    assert api.locate_many(lons=lons, lats=lats, on=TODAY) == [api.locate(lon=lon, lat=lat, on=TODAY) for lon, lat in points]


def test_every_corner_of_a_boundary_is_located_alike() -> None:
    lons, lats = zip(*CORNERS, strict=True)
    assert api.locate_many(lons=lons, lats=lats, on=TODAY) == [api.locate(lon=lon, lat=lat, on=TODAY) for lon, lat in CORNERS]


def test_a_point_is_inside_what_lies_around_it_an_odd_number_of_times() -> None:
    known = queries.areas_by_code(TODAY)
    for step in range(400):
        lon, lat = 106.32 + (step % 20) * 0.0621, 10.32 + (step // 20) * 0.0583
        around = [known[one.code] for one in boundaries() if one.contains(lon * MICRO, lat * MICRO)]
        found = api.locate(lon=lon, lat=lat, on=TODAY)
        assert found.candidates == tuple(around) if around else found.area is None


def test_on_a_day_without_boundaries_a_point_gets_what_its_area_was_made_of() -> None:
    found = api.locate(lon=106.6990, lat=10.7798, on=date(2023, 1, 1))
    assert (found.note, found.area) == (Note.UNMAPPED, None)
    assert {unit.name for unit in found.candidates} == {"Phường Bến Nghé", "Phường Đa Kao", "Phường Nguyễn Thái Bình"}
    assert api.locate_many(lons=[106.6990], lats=[10.7798], on=date(2023, 1, 1)) == [found]


def test_a_table_without_the_column_says_which_it_has() -> None:
    with pytest.raises(NoSuchColumn, match="no column lon; it names: a, b"):
        next(api.locate_table(iter([["a", "b"], ["1", "2"]])))


def test_a_table_of_any_length_is_read_piece_by_piece() -> None:
    given = iter([["lon", "lat"], *[["106.699", "10.7798"]] * 50_000])
    rows = api.locate_table(given, on=TODAY)
    next(rows)
    assert next(rows).added == ("26740", "Phường Sài Gòn", "inside", "")
    assert len(list(given)) > 25_000
