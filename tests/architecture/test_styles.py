"""The sheets and the templates name the same classes: none that nothing draws, none that nobody uses."""

from __future__ import annotations

import re
from pathlib import Path

SOURCE = Path(__file__).parents[2] / "src/motcham"
CLASS = re.compile(r"[a-zA-Z][\w-]*")
TAG = re.compile(r"\{%.*?%\}")
# What a template puts together (`chip-{{ tone }}`) is known by how it begins.
MADE = re.compile(r"[\w-]*\{\{.*?\}\}\S*")
# Hooks of scripts and of tests, which no sheet needs to know.
HOOKS = frozenset({"map-drawn"})


def read(*suffixes: str) -> dict[Path, str]:
    """Return the text of every file of these kinds that is ours and no test."""
    found = (each for suffix in suffixes for each in SOURCE.rglob(f"*.{suffix}"))
    return {each: each.read_text("utf-8") for each in found if not {"vendor", "tests"} & set(each.parts)}


def drawn() -> set[str]:
    """Return every class that a sheet speaks of."""
    names: set[str] = set()
    for text in read("css").values():
        plain = re.sub(r"/\*.*?\*/|url\([^)]*\)|\{[^{}]*\}", " ", text, flags=re.DOTALL)
        names |= {each[1:] for each in re.findall(r"\.[a-zA-Z][\w-]*", plain)}
    return names


def test_every_class_of_a_template_is_drawn():
    known = drawn() | HOOKS
    strange = {
        f"{path.name}: {name}"
        for path, text in read("html").items()
        for value in re.findall(r'class="((?:\{%.*?%\}|\{\{.*?\}\}|[^"])*)"', text)
        for name in MADE.sub(" ", TAG.sub(" ", value)).split()
        if CLASS.fullmatch(name) and name not in known
    }
    assert strange == set()


def test_every_class_of_a_sheet_is_used():
    told = "\n".join(read("html", "py", "js").values())
    words = set(CLASS.findall(told))
    begun = set(re.findall(r"([\w-]+-)\{", told))
    idle = {
        name
        for name in drawn()
        if name not in words and not any(name.startswith(each) for each in begun) and not name.startswith("maplibregl")
    }
    assert idle == set()
