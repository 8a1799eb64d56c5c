"""The areas, where a point lies, and the map: on the real data of the package."""

from __future__ import annotations

import gzip
import unicodedata
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from motcham.blocks.places import api
from motcham.blocks.places.define import AreaKind, Note

TODAY = date(2026, 11, 22)


def test_168_areas_are_in_force_of_the_three_kinds() -> None:
    areas = api.areas(on=TODAY)
    counts = {kind: sum(area.kind is kind for area in areas) for kind in {area.kind for area in areas}}
    assert counts == {AreaKind.WARD: 113, AreaKind.COMMUNE: 54, AreaKind.SPECIAL_ZONE: 1}
    assert len({area.code for area in areas}) == 168


def test_a_recycled_code_names_another_unit_the_day_before() -> None:
    assert api.area(code="26737", on=date(2025, 7, 1)).name == "Phường Tân Định"
    assert api.unit(code="26737", on=date(2025, 6, 30)).name == "Phường Đa Kao"
    with pytest.raises(api.NoSuchArea, match="2025-06-30"):
        api.area(code="26737", on=date(2025, 6, 30))


def test_names_are_spelled_one_way() -> None:
    names = [area.name for area in api.areas(on=TODAY)]
    assert names == [unicodedata.normalize("NFC", name) for name in names]
    assert "Phường Tân Sơn Hòa" in names
    assert not [name for name in names if "oà" in name or "oá" in name]


@pytest.mark.parametrize(
    ("lon", "lat", "name"),
    [
        (106.6990, 10.7798, "Phường Sài Gòn"),
        (106.6981, 10.7721, "Phường Bến Thành"),
        (106.6090, 8.6830, "Đặc khu Côn Đảo"),
    ],
)
def test_a_known_place_is_found_in_its_area(lon: float, lat: float, name: str) -> None:
    found = api.locate(lon=lon, lat=lat, on=TODAY)
    assert (found.note, found.area and found.area.name) == (Note.INSIDE, name)


def test_the_inner_point_of_every_area_lies_in_that_area_alone() -> None:
    for area in api.areas(on=TODAY):
        assert api.locate(lon=area.lon, lat=area.lat, on=TODAY).candidates == (area,)


def test_a_point_at_sea_or_off_the_globe_is_outside() -> None:
    assert api.locate(lon=108.5, lat=9.5, on=TODAY).note is Note.OUTSIDE
    assert api.locate(lon=float("nan"), lat=10.7, on=TODAY).note is Note.OUTSIDE
    assert api.locate(lon=1e300, lat=-1e300, on=TODAY).note is Note.OUTSIDE


@given(st.floats(106.35, 107.55), st.floats(10.35, 11.48))
def test_an_area_is_named_only_when_it_is_certain(lon: float, lat: float) -> None:
    found = api.locate(lon=lon, lat=lat, on=TODAY)
    expected = {Note.INSIDE: 1, Note.OUTSIDE: 0}.get(found.note)
    assert expected is None or len(found.candidates) == expected
    assert (found.area is not None) == (found.note is Note.INSIDE)
    if found.note is Note.OVERLAP:
        assert len(found.candidates) > 1
    for area in found.candidates:
        assert area.west - 0.003 <= lon <= area.east + 0.003


def test_a_point_just_over_the_outer_border_is_a_gap_with_the_nearest_area_first() -> None:
    area = max(api.areas(on=TODAY), key=lambda one: one.north)
    steps = (api.locate(lon=area.lon, lat=area.lat + step * 0.0002, on=TODAY) for step in range(2000))
    first_without = next(found for found in steps if found.note is not Note.INSIDE)
    assert first_without.note is Note.GAP
    assert first_without.area is None
    assert first_without.candidates


def test_the_map_draws_every_area_and_stays_light() -> None:
    shapes = api.map_shapes(on=TODAY)
    drawn = [shape.area.code for shape in shapes.city.shapes] + [
        s.area.code for v in shapes.insets if v.key == "islands" for s in v.shapes
    ]
    assert sorted(drawn) == sorted(area.code for area in api.areas(on=TODAY))
    assert [view.key for view in shapes.insets] == ["inner", "islands"]
    paths = "".join(shape.d for view in (shapes.city, *shapes.insets) for shape in view.shapes)
    assert len(gzip.compress(paths.encode())) < 25_000


def test_a_place_is_dotted_where_its_area_is_drawn() -> None:
    city = api.map_shapes(on=TODAY).city
    for shape in city.shapes:
        x, y = city.at(lon=shape.area.lon, lat=shape.area.lat)
        assert abs(x - shape.x) <= 1
        assert abs(y - shape.y) <= 1


def test_no_map_is_drawn_of_a_date_that_the_package_does_not_know() -> None:
    assert api.areas(on=date(2025, 6, 30)) == ()
    assert api.map_shapes(on=date(2025, 6, 30)).city.shapes == ()
