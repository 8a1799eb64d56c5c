"""Every command that the documentation tells its reader to type exists: its verb, its part, its options, its target."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import click
import pytest

from motcham.project.cli import VERBS, main

ROOT = Path(__file__).parents[2]
PAGES = sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md"), *ROOT.glob("changes.d/*.md"), *ROOT.glob("verify/*.md")])
MADE = re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), re.MULTILINE)


def typed(page: Path, program: str) -> list[list[str]]:
    """Return the words that follow a program's name in what a page shows as typed: spans and blocks of code."""
    text = page.read_text(encoding="utf-8")
    blocks = re.findall(r"^```\w*[^\n]*\n(.*?)^```", text, re.MULTILINE | re.DOTALL)
    spans = re.findall(r"`([^`\n]+)`", re.sub(r"^```.*?^```", "", text, flags=re.MULTILINE | re.DOTALL))
    lines = [line.split("  #")[0] for each in (*blocks, *spans) for line in each.splitlines()]
    found = re.compile(rf"(?:^|[\s/])(?<!-)(?<!-u ){program}\s+([a-z][^|;&]*)")
    return [_words(match[1]) for line in lines for match in found.finditer(f" {line}")]


def _words(text: str) -> list[str]:
    try:
        return shlex.split(text)
    except ValueError:
        return text.split()


def wrong_with(words: list[str]) -> str:
    """Say what is wrong with a command of motcham; nothing where it can be typed."""
    verb, *rest = words
    if verb not in VERBS:
        return f"there is no verb {verb}"
    command = main.get_command(click.Context(main), verb)
    if isinstance(command, click.Group):
        if not rest or not re.fullmatch(r"[a-z][a-z0-9_-]*", rest[0]):
            return ""
        if rest[0] not in command.commands:
            return f"{verb} has no {rest[0]}"
        command = command.commands[rest[0]]
    known = {name for option in command.params for name in option.opts}
    asked = {word.split("=")[0] for word in rest if re.fullmatch(r"--[a-z][a-z-]*(?:=.*)?", word)}
    return f"{verb} has no option {asked - known}" if asked - known and not command.ignore_unknown_options else ""


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_a_command_that_is_shown_can_be_typed(page):
    assert [problem for words in typed(page, "motcham") if words and (problem := wrong_with(words))] == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_a_target_that_is_shown_can_be_made(page):
    named = [words[0] for words in typed(page, "make") if words and re.fullmatch(r"[a-z]+(-[a-z-]+)?", words[0])]
    assert [name for name in named if name not in MADE and not name.startswith("bench-")] == []


def test_commands_are_found_where_they_are_shown():
    assert ["backup-key", "/var/lib/motcham/backup.key"] in typed(ROOT / "docs/how-to/backup.md", "motcham")
    assert ["demo"] in typed(ROOT / "README.md", "make")
    assert wrong_with(["bakcup"]) and wrong_with(["ledger", "new-name"]) and wrong_with(["backup", "/x", "--kee", "y"])
