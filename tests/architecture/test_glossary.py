"""The glossary names every public noun, so that one thing keeps one word in both languages."""

from __future__ import annotations

import ast
import re

import pytest


@pytest.fixture(scope="module")
def glossary(root) -> str:
    return (root / "docs/glossary.md").read_text()


def nouns(package) -> dict[str, str]:
    """Return every public class that is not an error, with the file that defines it."""
    files = [package / "kernel/terms.py", *sorted(package.glob("blocks/*/define.py"))]
    found, errors = {}, {"MotchamError", "Refused", "Invalid", "Missing", "Overtaken", "Upstream", "DefinitionError"}
    for path in files:
        for node in ast.parse(path.read_text()).body:
            bases = {base.id for base in getattr(node, "bases", ()) if isinstance(base, ast.Name)}
            if isinstance(node, ast.ClassDef) and not node.name.startswith("_") and not errors & bases:
                found[node.name] = str(path.relative_to(package))
    return found


def rows(glossary: str) -> list[list[str]]:
    """Return the cells of every row of its tables."""
    lines = [line for line in glossary.splitlines() if line.startswith("| ") and not line.startswith("| English")]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]


def test_every_public_noun_is_in_the_glossary(glossary, package):
    named = {word for cells in rows(glossary) for word in re.findall(r"`(\w+)`", cells[0])}
    assert {noun: file for noun, file in nouns(package).items() if noun not in named} == {}


def test_the_glossary_names_nothing_that_is_gone(glossary, package):
    named = {word for cells in rows(glossary) for word in re.findall(r"`([A-Z]\w+)`", cells[0])}
    assert named - nouns(package).keys() == set()


def test_every_word_is_said_in_vietnamese_with_its_source(glossary):
    wrong = [cells[0] for cells in rows(glossary) if len(cells) != 4 or not all(cells)]
    assert wrong == []
