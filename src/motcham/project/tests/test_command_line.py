"""The command line: both languages everywhere, JSON where facts are printed, and a quick start."""

from __future__ import annotations

import json
import re

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
    assert re.search(r" /\s|\n\n", command.help or ""), f"{name} has no English help"
    for option in command.params:
        if isinstance(option, click.Option):
            assert VIETNAMESE.search(option.help or ""), f"{name} {option.name} has no Vietnamese help"
            assert " / " in (option.help or ""), f"{name} {option.name} has no English help"


def test_help_of_the_whole_lists_every_verb() -> None:
    said = CliRunner().invoke(main, ["--help"]).output
    assert all(re.search(rf"^  {name}\s", said, re.MULTILINE) for name in VERBS)


def test_doctor_prints_json_for_programs() -> None:
    result = CliRunner().invoke(main, ["doctor", "--json", "--port", "0"])
    assert json.loads(result.output)["findings"][0]["name"] == "python"
