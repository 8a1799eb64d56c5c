"""The colours: every pair that carries words has the contrast that WCAG 2.2 asks for, in light and in dark."""

from __future__ import annotations

import re
from importlib.resources import files

import pytest

from motcham.ui.style import SHEETS

CSS = (files("motcham.ui") / "static/ui/tokens.css").read_text("utf-8")
LIGHT, DARK = CSS.split("prefers-color-scheme: dark")
WORDS = [
    *((ink, ground) for ink in ("ink", "soft", "river") for ground in ("paper", "card", "mist")),
    ("soft", "sun-ground"),
    ("on-action", "action"),
    ("on-action", "action-hover"),
    ("on-head", "head"),
    ("on-head-soft", "head"),
    ("sun", "sun-ground"),
    ("flame", "flame-ground"),
    ("flame", "card"),
    ("flame", "paper"),
    ("leaf", "leaf-ground"),
    ("ink", "leaf-ground"),
    ("ink", "sun-ground"),
    ("ink", "flame-ground"),
]
SHAPES = [
    ("edge", "card"),
    ("edge", "paper"),
    ("river-2", "card"),
    ("river-2", "paper"),
    ("flame-fill", "card"),
    ("focus", "paper"),
    ("focus", "card"),
]


def tokens(block: str) -> dict[str, str]:
    return dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6});", block))


def luminance(colour: str) -> float:
    parts = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


THEMES = {"light": tokens(LIGHT), "dark": tokens(LIGHT) | tokens(DARK)}


@pytest.mark.parametrize("theme", THEMES)
def test_words_are_readable_on_their_ground(theme):
    named = THEMES[theme]
    weak = {
        pair: round(contrast(named[pair[0]], named[pair[1]]), 2)
        for pair in WORDS
        if contrast(named[pair[0]], named[pair[1]]) < 4.5
    }
    assert weak == {}


@pytest.mark.parametrize("theme", THEMES)
def test_shapes_that_carry_meaning_stand_out(theme):
    named = THEMES[theme]
    weak = {
        pair: round(contrast(named[pair[0]], named[pair[1]]), 2)
        for pair in SHAPES
        if contrast(named[pair[0]], named[pair[1]]) < 3
    }
    assert weak == {}


@pytest.mark.parametrize("theme", THEMES)
def test_the_steps_of_the_map_go_one_way(theme):
    scale = [luminance(THEMES[theme][f"map-{step}"]) for step in range(1, 6)]
    assert scale in (sorted(scale), sorted(scale, reverse=True))


def test_the_dark_theme_leaves_no_colour_of_the_light_one_on_the_ground_it_changes():
    changed = {
        "ink",
        "soft",
        "paper",
        "card",
        "line",
        "edge",
        "river",
        "mist",
        "sun",
        "sun-ground",
        "flame",
        "flame-ground",
        "leaf",
        "leaf-ground",
    }
    assert changed <= set(tokens(DARK))


def test_the_first_six_steps_of_the_light_map_are_those_of_the_house():
    assert [THEMES["light"][f"map-{step}"] for step in range(6)] == [
        "#f3e3d3",
        "#cfe3dc",
        "#9ccbc0",
        "#5fa79d",
        "#2a7f79",
        "#0b5557",
    ]


def test_there_is_no_colour_outside_the_tokens():
    loose = {
        name: found
        for name in SHEETS
        if name not in ("tokens", "print")
        if (found := re.findall(r"#[0-9a-fA-F]{3,8}\b", (files("motcham.ui") / f"static/ui/{name}.css").read_text("utf-8")))
    }
    assert loose == {}
