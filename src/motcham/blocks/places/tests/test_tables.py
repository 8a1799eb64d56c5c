"""Tables of points and addresses: many at once agree with one by one, and every row is answered."""

from __future__ import annotations

import csv
import io
import json
from datetime import date
from pathlib import Path

import pytest
from click.testing import CliRunner
from hypothesis import given, settings
from hypothesis import strategies as st

from motcham.blocks.places import api, queries
from motcham.blocks.places.boundaries import MICRO, boundaries
from motcham.blocks.places.define import Note
from motcham.blocks.places.tables import NoSuchColumn
from motcham.project.cli import main

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


RUBBISH = (
    "\ufeffid;lon;lat;ghi chú\r\n1;106,6990;10,7798;ok\r\n2;10.7798;106.6990;hoán vị\r\n3;abc;10.7;x\r\n4;;;\r\n5\r\n"
    '6;108.5;9.5;biển;thừa;cột\r\n7;"106.6\r\n8;1e400;10.7;\r\n9;106.6981;10.7721;"hai\r\ndòng"\r\n\r\n10;١٠٦;10;số Ả Rập\r\n'
)


def located(text: str, tmp_path: Path, *arguments: str) -> list[list[str]]:
    path = tmp_path / "points.csv"
    path.write_bytes(text.encode())
    done = CliRunner().invoke(main, ["places", "locate", "--csv", str(path), *arguments])
    assert done.exit_code == 0, done.output
    return list(csv.reader(io.StringIO(done.stdout)))


def test_every_row_of_a_bad_table_is_answered_and_keeps_its_cells(tmp_path: Path) -> None:
    header, *rows = located(RUBBISH, tmp_path)
    assert header == ["id", "lon", "lat", "ghi chú", "code", "name", "note", "candidates"]
    notes = {row[0]: row[6] for row in rows}
    assert notes == {
        "1": "inside",
        "2": "swapped",
        "3": "bad_lon",
        "4": "no_lon",
        "5": "no_lon",
        "6": "outside",
        "7": "no_lat",
        "8": "bad_lon",
        "9": "inside",
        "10": "bad_lon",
    }
    assert rows[0][:6] == ["1", "106,6990", "10,7798", "ok", "26740", "Phường Sài Gòn"]
    assert rows[1][4:] == ["", "", "swapped", "26740@2025-07-01 Phường Sài Gòn"]
    assert rows[5][8:] == ["thừa", "cột"]
    assert rows[8][3] == "hai\ndòng"


@pytest.mark.parametrize(("separator", "encoding"), [(",", "utf-8"), ("\t", "utf-16"), ("|", "utf-8-sig"), (";", "utf-8")])
def test_what_spreadsheets_write_is_read(separator: str, encoding: str, tmp_path: Path) -> None:
    path = tmp_path / "points.csv"
    path.write_text(f"Kinh độ{separator}Vĩ độ{separator}code\n106.6990{separator}10.7798{separator}a\n", encoding=encoding)
    done = CliRunner().invoke(main, ["places", "locate", "--csv", str(path), "--json"])
    assert json.loads(done.stdout) == {
        "Kinh độ": "106.6990",
        "Vĩ độ": "10.7798",
        "code": "a",
        "place_code": "26740",
        "name": "Phường Sài Gòn",
        "note": "inside",
        "candidates": "",
    }
    assert located(path.read_text(encoding=encoding), tmp_path)[0][2:4] == ["code", "place_code"]


def test_a_table_without_the_column_says_which_it_has() -> None:
    with pytest.raises(NoSuchColumn, match="no column lon; it names: a, b"):
        next(api.locate_table(io.StringIO("a,b\n1,2\n")))
    done = CliRunner().invoke(main, ["places", "find", "--csv", "-"], input="name\nx\n")
    assert done.exit_code == 1 and "no column text" in done.stderr


def test_a_table_of_texts_has_a_row_for_each_candidate() -> None:
    done = CliRunner().invoke(main, ["places", "find", "--csv", "-"], input='n,text\n1,"P. Đa Kao, Q.1"\n2,26737\n3,???\n')
    rows = list(csv.DictReader(io.StringIO(done.stdout)))
    assert [(row["n"], row["rank"], row["name"], row["relation"]) for row in rows] == [
        ("1", "1", "Phường Đa Kao", "partial"),
        ("2", "1", "Phường Tân Định", "is"),
        ("2", "2", "Phường Đa Kao", "partial"),
        ("3", "0", "", ""),
    ]
    assert rows[0]["areas"] == "26737@2025-07-01 Phường Tân Định|26740@2025-07-01 Phường Sài Gòn"


def test_one_point_and_one_text_are_answered_in_words_and_in_json() -> None:
    run = CliRunner().invoke
    assert json.loads(run(main, ["places", "locate", "106.6990", "10.7798", "--json"]).stdout)["code"] == "26740"
    past = json.loads(run(main, ["places", "locate", "106.6990", "10.7798", "--json", "--on", "2023-01-01"]).stdout)
    assert (past["note"], len(past["candidates"])) == ("unmapped", 3)
    answer = json.loads(run(main, ["places", "find", "--json", "P. Bến Nghé, Q.1"]).stdout)
    assert answer["certain"]["name"] == "Phường Sài Gòn"
    only = answer["candidates"][0]
    assert (only["code"], only["valid_from"], only["valid_to"], only["level"], only["relation"]) == (
        "26740",
        "2021-02-01",
        "2025-06-30",
        "commune",
        "full",
    )
    assert [each["name"] for each in only["successors"]] == ["Phường Sài Gòn"]
    assert "Phường Sài Gòn" in run(main, ["places", "find", "P.", "Bến", "Nghé,", "Q.1"]).stdout
    assert run(main, ["places", "locate"]).exit_code == 2
