"""Guides through an event of a life: which procedures follow, read from `data/life_events.toml`."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache

from motcham import data


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


@cache
def life_events() -> tuple[LifeEvent, ...]:
    """Return every guide."""
    return tuple(
        LifeEvent(each["key"], each["title"], each["lead"], tuple(Step(**step) for step in each["step"]), each.get("note", ""))
        for each in tomllib.loads(data.text("life_events.toml"))["event"]
    )


def life_event(key: str) -> LifeEvent | None:
    """Return a guide, None where there is none."""
    return next((each for each in life_events() if each.key == key), None)
