"""`motcham places` as operators call it: tables as spreadsheets write them, one point, one address."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from motcham.project.cli import main

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


def test_a_table_without_the_column_is_refused_in_one_line() -> None:
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


def test_a_quotation_mark_that_nobody_closes_keeps_its_cell_together() -> None:
    rubbish = 'n,text\n1,"P. Bến Nghé, Q.1\n2,5" ống bể P. Đa Kao Q.1\n3,"P.1, Q3"\n'
    done = CliRunner().invoke(main, ["places", "find", "--csv", "-"], input=rubbish)
    rows = list(csv.DictReader(io.StringIO(done.stdout)))
    assert [(row["n"], row["text"], row["name"]) for row in rows] == [
        ("1", "P. Bến Nghé, Q.1", "Phường Bến Nghé"),
        ("2", "5 ống bể P. Đa Kao Q.1", "Phường Đa Kao"),
        ("3", "P.1, Q3", "Phường 1"),
    ]


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
    swapped = json.loads(run(main, ["places", "locate", "10.7798", "106.6990", "--json"]).stdout)
    assert (swapped["code"], swapped["note"]) == ("", "swapped")
    assert [each["name"] for each in swapped["candidates"]] == ["Phường Sài Gòn"]
    assert run(main, ["places", "find", "--limit", "0", "Quận 1"]).exit_code == 2


def test_a_table_of_one_column_needs_no_quotation_marks(tmp_path: Path) -> None:
    done = CliRunner().invoke(main, ["places", "find", "--csv", "-"], input="text\n12 Lê Lợi, P. Bến Nghé, Q.1\n")
    (row,) = csv.DictReader(io.StringIO(done.stdout))
    assert (row["text"], row["name"]) == ("12 Lê Lợi, P. Bến Nghé, Q.1", "Phường Bến Nghé")


def test_a_cell_of_two_lines_is_one_wherever_it_stands() -> None:
    table = 'text,n\n"lầu 2, số 5\nP. Bến Nghé, Q.1",1\n"P. Đa Kao\nQ.1",2\n'
    done = CliRunner().invoke(main, ["places", "find", "--csv", "-"], input=table)
    rows = list(csv.DictReader(io.StringIO(done.stdout)))
    assert [(row["n"], row["name"]) for row in rows] == [("1", "Phường Bến Nghé"), ("2", "Phường Đa Kao")]


@pytest.mark.parametrize(("written", "code"), [("text\nP. Bến Nghé\n", 2), ("name\nP. Bến Nghé\n", 1), ("", 1)])
def test_a_table_that_is_not_read_and_its_target_stay_as_they_are(tmp_path: Path, written: str, code: int) -> None:
    table, out = tmp_path / "in.csv", tmp_path / "out.csv"
    table.write_text(written, encoding="utf-8")
    out.write_text("yesterday's", encoding="utf-8")
    target = table if code == 2 else out
    done = CliRunner().invoke(main, ["places", "find", "--csv", str(table), "--out", str(target)])
    assert (done.exit_code, table.read_text(encoding="utf-8"), out.read_text(encoding="utf-8")) == (code, written, "yesterday's")
