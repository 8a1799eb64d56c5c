"""`motcham procedures`: what an operator sees of an import, of conflicts and of what was not understood."""

from __future__ import annotations

import json

import pytest
from click.testing import CliRunner

from motcham.apps.public_services import shipped
from motcham.blocks.identity.testing import system
from motcham.project.cli import main

pytestmark = pytest.mark.django_db


@pytest.fixture
def whole(db):
    """Import what the package carries."""
    shipped.load(by=system)


@pytest.mark.usefixtures("whole")
def test_the_command_line_prints_conflicts_and_doubts_as_json():
    runner = CliRunner()

    conflicts = json.loads(runner.invoke(main, ["procedures", "conflicts", "--code", "2.000986", "--json"]).stdout)
    doubts = json.loads(runner.invoke(main, ["procedures", "unread", "--code", "1.001193", "--json"]).stdout)
    shown = json.loads(runner.invoke(main, ["procedures", "show", "1.001193"]).stdout)

    assert {"papers", "laws", "limit"} <= {each["field"] for each in conflicts}
    assert {each["reason"] for each in doubts} == {"time_without_unit"}
    assert (shown["code"], shown["version"]) == ("1.001193", 1)


@pytest.mark.parametrize("verb", ["procedures conflicts --code", "procedures unread --code", "procedures show", "payments fee"])
def test_the_code_of_no_procedure_is_refused_where_nothing_found_would_read_as_all_is_well(verb):
    done = CliRunner().invoke(main, [*verb.split(), "9.999999"])
    assert (done.exit_code, done.stdout) == (1, "")
    assert "There is no procedure 9.999999 in the catalogue" in done.stderr


def test_the_command_line_imports_a_file_and_says_what_came_of_it(tmp_path):
    path = tmp_path / "list.csv"
    path.write_text(
        "ma_so,ten,co_quan_ban_hanh,co_quan_thuc_hien,linh_vuc\n1.777777,Một thủ tục,Bộ,Xã,Lĩnh vực\n", encoding="utf-8"
    )

    done = CliRunner().invoke(main, ["procedures", "import", str(path), "--as-of", "2026-07-01", "--json"])

    assert done.exit_code == 0, done.output
    assert json.loads(done.stdout)["new"] == 1


def test_the_command_line_names_a_file_that_it_does_not_know(tmp_path):
    path = tmp_path / "other.csv"
    path.write_text("a,b\n1,2\n")

    done = CliRunner().invoke(main, ["procedures", "import", str(path)])

    assert done.exit_code == 1
    assert "other.csv" in done.output
