"""`motcham text` masks a stream or a table, and says how well."""

from __future__ import annotations

import json

import pytest
from click.testing import CliRunner

from motcham.project.commands import text as verb


def test_the_verb_masks_standard_input_line_by_line():
    done = CliRunner().invoke(verb.command, ["mask"], catch_exceptions=False, input="Ông Nguyễn Văn Tư, 0901 234 567\nĐèn tắt\n")

    assert done.output == "Ông •••, •••\nĐèn tắt\n"


def test_the_verb_masks_one_column_of_a_table_and_leaves_the_others(tmp_path):
    table = tmp_path / "reports.csv"
    table.write_text("id,words,phone\n1,Chị Lan số 15,0901234567\n", encoding="utf-8")

    done = CliRunner().invoke(verb.command, ["mask", "--csv", str(table), "--column", "words"])

    assert done.output == "id,words,phone\n1,Chị ••• số 15,0901234567\n"


def test_the_verb_reads_a_table_as_spreadsheets_here_write_it_and_loses_no_cell(tmp_path):
    table = tmp_path / "t.csv"
    rows = '\ufeffid;nội dung;số\r\n1;"Gọi 0901234567;\nhỏi anh Tuấn";2;thừa\r\n2\r\n3;\ufffe chị Lan;4\r\n'
    table.write_bytes(rows.encode().replace("\ufffe".encode(), b"\xff"))

    done = CliRunner().invoke(verb.command, ["mask", "--csv", str(table), "--column", "nội dung"])

    assert done.exit_code == 0
    assert done.output == 'id;nội dung;số\n1;"Gọi •••;\nhỏi anh •••";2;thừa\n2\n3;\ufffd chị •••;4\n'


def test_the_verb_names_the_columns_there_are_where_one_is_not(tmp_path):
    table = tmp_path / "t.csv"
    table.write_text("a,b\n1,2\n", encoding="utf-8")

    done = CliRunner().invoke(verb.command, ["mask", "--csv", str(table), "--column", "c"])

    assert done.exit_code == 2
    assert "a, b" in done.output


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-8-sig"])
def test_nothing_stays_because_of_the_encoding(tmp_path, encoding):
    table = tmp_path / "t.csv"
    table.write_bytes("id;words\r\n1;Gọi 0901234567\r\n".encode(encoding))

    as_table = CliRunner().invoke(verb.command, ["mask", "--csv", str(table), "--column", "words"])
    as_stream = CliRunner().invoke(verb.command, ["mask"], input=table.read_bytes())

    assert as_table.output == as_stream.output == "id;words\n1;Gọi •••\n"


def test_a_quotation_mark_that_nobody_closes_hides_no_row_after_it(tmp_path):
    table = tmp_path / "t.csv"
    table.write_text('note,words\n"5 inch,Gọi 0901234567\nx,Gọi 0901234567\n', encoding="utf-8")

    done = CliRunner().invoke(verb.command, ["mask", "--csv", str(table), "--column", "words"])

    assert done.output.splitlines()[-1] == "x,Gọi •••"


def test_the_verb_tells_precision_and_recall():
    done = CliRunner().invoke(verb.command, ["measure", "--json"])

    assert json.loads(done.output)["precision"] > 0.99
