"""`motcham procedures search`."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from motcham.project.commands.procedures_search import search

pytestmark = pytest.mark.django_db


def run(*arguments: str, given: bytes | None = None) -> str:
    done = CliRunner().invoke(search, arguments, input=given)
    assert done.exit_code == 0, done.output
    return done.stdout


def test_a_text_is_answered_for_people_and_for_programs() -> None:
    assert "1.000894" in run("dang", "ky", "ket", "hon").splitlines()[1]
    answer = json.loads(run("dang", "ky", "ket", "hon", "--json", "--limit", "2"))
    assert answer["query"] == "dang ky ket hon"
    assert answer["hits"][0]["code"] == "1.000894"
    assert answer["hits"][0]["title"] == "Thủ tục đăng ký kết hôn"
    assert len(answer["hits"]) == 2
    assert answer["hits"][0]["score"] >= answer["hits"][1]["score"]


@pytest.mark.parametrize(("encoding", "separator"), [("utf-8", ","), ("utf-8-sig", ";"), ("utf-16", "\t"), ("utf-16-le", ",")])
def test_each_row_of_a_table_is_answered_in_its_order(tmp_path: Path, encoding: str, separator: str) -> None:
    table = tmp_path / "asked.csv"
    rows = 'id|Query\n1|mất cccd\n2|"khai sinh, cho con"\n3|\n'
    table.write_text(rows.replace("|", separator), encoding=encoding)
    lines = [json.loads(line) for line in run("--csv", str(table), "--json").splitlines()]
    assert [line["query"] for line in lines] == ["mất cccd", "khai sinh, cho con", ""]
    assert [line["hits"][0]["code"] if line["hits"] else "" for line in lines] == ["1.014064", "1.001193", ""]


def test_what_finds_nothing_says_so() -> None:
    assert "Không thấy thủ tục nào" in run("🎉")


@pytest.mark.parametrize("arguments", [(), ("--csv", "-", "khai sinh"), ("khai sinh", "--limit", "0")])
def test_what_is_typed_wrongly_is_told(arguments: tuple[str, ...]) -> None:
    assert CliRunner().invoke(search, arguments, input=b"query\nkhai sinh\n").exit_code == 2


def test_a_table_without_the_column_names_those_it_has() -> None:
    done = CliRunner().invoke(search, ["--csv", "-"], input=b"n;text\n1;khai sinh\n")
    assert done.exit_code == 1
    assert "query" in done.stderr and "n, text" in done.stderr


def test_a_table_of_one_column_needs_no_quotation_marks() -> None:
    answer = json.loads(run("--csv", "-", "--json", given="query\nmất ví, làm lại cccd\n".encode()))
    assert answer["query"] == "mất ví, làm lại cccd"
