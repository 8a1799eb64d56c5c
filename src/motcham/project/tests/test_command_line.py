"""The command line: both languages everywhere, JSON where facts are printed, and a quick start."""

from __future__ import annotations

import json
import os
import re
import socket
import subprocess
import sys

import click
import pytest
from click.testing import CliRunner

from motcham.project.cli import VERBS, main

VIETNAMESE = re.compile("[àáảãạăằắẳẵặâầấẩẫậèéẻẽẹêềếểễệìíỉĩịòóỏõọôồốổỗộơờớởỡợùúủũụưừứửữựỳýỷỹỵđ]", re.IGNORECASE)


def every_command() -> list[tuple[str, click.Command]]:
    found = []
    for name in VERBS:
        command = main.get_command(click.Context(main), name)
        assert command is not None
        found.append((name, command))
        if isinstance(command, click.Group):
            found += [(f"{name} {sub}", child) for sub, child in command.commands.items()]
    return found


@pytest.mark.parametrize(("name", "command"), every_command())
def test_every_verb_and_option_is_explained_in_both_languages(name: str, command: click.Command) -> None:
    assert VIETNAMESE.search(command.help or ""), f"{name} has no Vietnamese help"
    first = (command.help or "").partition("\n\n")
    assert " / " in " ".join(first[0].split()) or name in VERBS, f"{name} has no English help in its first line"
    for option in command.params:
        if isinstance(option, click.Option):
            assert VIETNAMESE.search(option.help or ""), f"{name} {option.name} has no Vietnamese help"
            assert " / " in (option.help or ""), f"{name} {option.name} has no English help"


@pytest.mark.parametrize("name", [name for name, _ in every_command()])
def test_help_is_in_both_languages_to_its_last_line(name: str) -> None:
    done = CliRunner().invoke(main, [*name.split(), "--help"])
    assert done.exit_code == 0
    assert done.output.startswith("Cách dùng / Usage: ")
    assert "Show this message" not in done.output
    assert not re.search("^(Options|Commands):", done.output, re.MULTILINE)


# What hands its arguments on to another program, which judges them.
HAND_ON = {"manage", "postgres psql", "places locate"}


@pytest.mark.parametrize("name", [name for name, _ in every_command() if name not in HAND_ON])
def test_rubbish_is_refused_in_both_languages_with_the_way_to_the_help(name: str) -> None:
    done = CliRunner().invoke(main, [*name.split(), "--rubbish"])
    assert done.exit_code == 2
    assert "Không có tùy chọn này. / No such option" in done.output and "--rubbish" in done.output
    assert f"→ main {name} --help" in done.output


@pytest.mark.parametrize(
    ("arguments", "code", "exit_code"),
    [
        ("bakcup --json", "command.mistyped", 2),
        ("calendar days --json soon", "command.mistyped", 2),
        ("places find --csv {empty} --json", "command.refused", 1),
        ("open311 add there ftp://there --json", "open311.refused_address", 1),
    ],
)
@pytest.mark.django_db
def test_a_program_is_refused_as_the_api_refuses_it(arguments: str, code: str, exit_code: int, tmp_path) -> None:
    (empty := tmp_path / "empty.csv").touch()
    done = CliRunner().invoke(main, arguments.format(empty=empty).split())
    assert (done.exit_code, done.stdout) == (exit_code, "")
    told = json.loads(done.stderr)
    assert (told["type"], told["code"]) == (f"urn:motcham:error:{code}", code)
    assert VIETNAMESE.search(told["title"]) and " / " in told["title"]
    assert told.get("status") in (None, 400)


@pytest.mark.django_db
def test_a_year_of_which_there_is_no_calendar_is_refused_with_those_there_are() -> None:
    done = CliRunner().invoke(main, ["calendar", "days", "1800", "--json"])
    assert (done.exit_code, done.stdout, json.loads(done.stderr)["facts"]) == (1, "", {"years": [2024, 2025, 2026, 2027]})
    found = json.loads(CliRunner().invoke(main, ["calendar", "days", "2027", "--json"]).stdout)
    assert "2027-01-01" in found["off"] and "2027-01-01" in found["provisional"]


@pytest.mark.parametrize(
    "arguments",
    [
        "places find --csv",
        "procedures search --csv",
        "text mask --column a --csv",
        "payments reconcile --day 2026-11-20",
        "procedures import",
    ],
)
@pytest.mark.django_db
def test_a_file_of_rubbish_is_refused_and_commands_no_terminal(arguments: str, tmp_path) -> None:
    (rubbish := tmp_path / "rubbish.csv").write_bytes(b"\x1b]0;owned\x07\x1b[2J\xff\xfe\x00")
    done = CliRunner().invoke(main, [*arguments.split(), str(rubbish)])
    assert done.exit_code in (1, 2) and done.stdout == ""
    assert "✗ " in done.stderr and VIETNAMESE.search(done.stderr)
    assert all(each.isprintable() or each == "\n" for each in done.stderr)
    assert not re.search(" / .*(?:tệp|cột|không)", done.stderr), "the English half speaks Vietnamese"


@pytest.mark.django_db
def test_a_list_of_nothing_says_so_and_leaves_its_output_empty() -> None:
    done = CliRunner().invoke(main, ["open311", "list"])
    assert (done.exit_code, done.stdout, done.stderr) == (0, "", "Chưa có gì. / There is nothing yet.\n")
    assert json.loads(CliRunner().invoke(main, ["open311", "list", "--json"]).stdout) == {}


def test_examples_without_a_sentence_measure_nothing(tmp_path) -> None:
    (empty := tmp_path / "empty.txt").touch()
    done = CliRunner().invoke(main, ["text", "measure", str(empty)])
    assert (done.exit_code, done.stdout) == (1, "") and "no sentence to measure" in done.stderr


@pytest.mark.parametrize("blank", ["--name", "--basis"])
def test_a_day_is_not_announced_without_its_name_and_its_law(blank: str) -> None:
    given = {"--name": "Nghỉ", "--basis": "Quyết định 1"} | {blank: " "}
    done = CliRunner().invoke(
        main, ["calendar", "announce", "2026-12-24", "holiday", *(each for pair in given.items() for each in pair)]
    )
    assert done.exit_code == 2 and "--basis must say something" in done.stderr


def test_who_interrupts_a_verb_is_told_in_both_languages(monkeypatch) -> None:
    def interrupted(*_given: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(click.Command, "invoke", interrupted)
    done = CliRunner().invoke(main, ["doctor"])
    assert (done.exit_code, done.stderr) == (1, "✗ Đã dừng theo yêu cầu. / Stopped as you asked.\n")


def test_a_verb_that_there_is_not_names_the_nearest() -> None:
    done = CliRunner().invoke(main, ["bakcup"])
    assert done.exit_code == 2
    assert "Không có lệnh 'bakcup'. Thử: motcham backup." in done.output
    assert "There is no verb 'bakcup'. Try: motcham backup." in done.output


# What prints no facts, by verb: why a program does not need them as JSON.
NOT_AS_JSON = {
    "web": "runs until it is stopped",
    "worker": "runs until it is stopped",
    "sequencer": "runs until it is stopped; motcham ledger status tells how it is",
    "witness": "runs until it is stopped",
    "replay": "runs until it is stopped",
    "manage": "Django's own commands, with options of their own",
    "postgres url": "prints one address and nothing else",
    "postgres psql": "becomes psql",
    "procedures show": "prints JSON and nothing else",
    "text mask": "text in, text out",
}


@pytest.mark.parametrize(("name", "command"), every_command())
def test_whatever_prints_facts_prints_them_as_json_too(name: str, command: click.Command) -> None:
    has = any("--json" in option.opts for option in command.params)
    assert has != (name in NOT_AS_JSON or isinstance(command, click.Group))


@pytest.mark.parametrize("arguments", ["recompute", "calendar days 2026", "portal status", "ledger status --json", "migrate"])
def test_a_database_that_is_not_there_is_told_without_a_traceback(arguments: str, tmp_path) -> None:
    env = {**os.environ, "DATABASE_URL": f"postgresql://nobody@/nothing?host={tmp_path}", "MOTCHAM_HOME": str(tmp_path)}
    command = [sys.executable, "-m", "motcham.project.cli", *arguments.split()]
    done = subprocess.run(command, env=env, capture_output=True, text=True, check=False, timeout=60)
    assert (done.returncode, done.stdout) == (1, "")
    assert "Traceback" not in done.stderr
    assert "Không dùng được cơ sở dữ liệu" in done.stderr and "motcham postgres start" in done.stderr


@pytest.mark.parametrize("address", ["nonsense", "mysql://a/b", "postgresql://a:b", "postgresql://a:port/b"])
@pytest.mark.parametrize("arguments", ["check", "ledger status"])
def test_an_address_of_no_database_is_told_without_its_secrets(arguments: str, address: str, tmp_path) -> None:
    env = {**os.environ, "DATABASE_URL": address, "MOTCHAM_HOME": str(tmp_path)}
    command = [sys.executable, "-m", "motcham.project.cli", *arguments.split()]
    done = subprocess.run(command, env=env, capture_output=True, text=True, check=False, timeout=60)
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.startswith("✗ DATABASE_URL phải có dạng postgresql://") and address not in done.stderr


def test_a_web_server_whose_port_is_taken_names_another(tmp_path) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        command = [sys.executable, "-m", "motcham.project.cli", "web", "--port", str(port := other.getsockname()[1])]
        env = {**os.environ, "MOTCHAM_HOME": str(tmp_path)}
        done = subprocess.run(command, env=env, capture_output=True, text=True, check=False, timeout=60)
    assert done.returncode == 1
    assert done.stderr.startswith(f"✗ Cổng {port} đang có chương trình khác dùng. motcham web --port ")


def test_a_setting_that_is_no_number_is_named(tmp_path) -> None:
    env = {**os.environ, "MOTCHAM_PROXIES": "one", "MOTCHAM_HOME": str(tmp_path)}
    command = [sys.executable, "-m", "motcham.project.cli", "check"]
    done = subprocess.run(command, env=env, capture_output=True, text=True, check=False, timeout=60)
    assert (done.returncode, "Traceback" in done.stderr) == (1, False)
    assert "MOTCHAM_PROXIES là 'one'; cần một số." in done.stderr


def test_help_of_the_whole_lists_every_verb() -> None:
    said = CliRunner().invoke(main, ["--help"]).output
    assert all(re.search(rf"^  {name}\s", said, re.MULTILINE) for name in VERBS)


def test_doctor_prints_json_for_programs() -> None:
    result = CliRunner().invoke(main, ["doctor", "--json", "--port", "0"])
    assert json.loads(result.output)["findings"][0]["name"] == "python"
