"""Guides through an event of a life: which procedures follow, read from `data/life_events.toml` in the language of the reader."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from typing import Any

from motcham import data
from motcham.ui import formats


@dataclass(frozen=True)
class Step:
    """One step: what one does in plain words, when, and the procedure that it is."""

    code: str
    what: str
    when: str


@dataclass(frozen=True)
class LifeEvent:
    """One event with its steps in order; `note` says what the catalogue does not have."""

    key: str
    title: str
    lead: str
    steps: tuple[Step, ...]
    note: str = ""


def life_events() -> tuple[LifeEvent, ...]:
    """Return every guide, in the language of whoever reads."""
    return _told("_en" if formats.is_english() else "")


def life_event(key: str) -> LifeEvent | None:
    """Return a guide, None where there is none."""
    return next((each for each in life_events() if each.key == key), None)


def guides_with(code: str) -> tuple[LifeEvent, ...]:
    """Return the guides of which a procedure is a step."""
    return tuple(each for each in life_events() if any(step.code == code for step in each.steps))


@cache
def _told(tongue: str) -> tuple[LifeEvent, ...]:
    def said(row: dict[str, Any], name: str) -> str:
        return str(row[f"{name}{tongue}"])

    return tuple(
        LifeEvent(
            each["key"],
            said(each, "title"),
            said(each, "lead"),
            tuple(Step(step["code"], said(step, "what"), said(step, "when")) for step in each["step"]),
            said(each, "note") if "note" in each else "",
        )
        for each in tomllib.loads(data.text("life_events.toml"))["event"]
    )
