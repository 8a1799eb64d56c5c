"""The data dictionary of the national portal, and what is wrong with a message by it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from motcham import data

DOSSIER, PROGRESS = "dossier", "progress"
STATES = {DOSSIER: "TrangThaiHoSo", PROGRESS: "TrangThai"}
MOMENT = re.compile(r"\d{14}")


@dataclass(frozen=True)
class Entry:
    """One field of a message. `needed` are the states in which it must be there, None where always; a field of a list is
    named with the list it stands in."""

    message: str
    name: str
    inside: str
    type: str
    needed: frozenset[str] | None
    allowed: frozenset[str]
    longest: int
    personal: str

    def is_needed(self, state: str) -> bool:
        """Tell whether it must be there in a state of the dossier."""
        return self.needed is None or state in self.needed


@dataclass(frozen=True)
class Fault:
    """What is wrong with one field: `absent`, `unknown`, `kind`, `value` or `long`. It never quotes what stands in it."""

    field: str
    why: str


@cache
def entries(message: str) -> tuple[Entry, ...]:
    """Return the fields of a kind of message."""
    return tuple(_entry(row) for row in data.rows("national_portal_fields.csv") if row["message"] == message)


def _entry(row: Mapping[str, str]) -> Entry:
    inside, _brackets, name = row["field"].rpartition("[].")
    needed = {"yes": None, "no": frozenset()}.get(row["required"], frozenset(row["required"].split("|")))
    allowed = frozenset(filter(None, row["allowed"].split("|")))
    return Entry(row["message"], name, inside, row["type"], needed, allowed, int(row["longest"] or 0), row["personal"])


def faults(message: str, said: Mapping[str, Any], *, but_personal: bool = False) -> list[Fault]:
    """Return what is wrong with a message; with `but_personal` fields that tell of somebody may be absent."""
    state = str(said.get(STATES[message], ""))
    found = list(_of(message, "", said, state, but_personal))
    for each in entries(message):
        rows = said.get(each.name)
        if each.type != "list" or rows is None:
            continue
        if not isinstance(rows, Sequence) or isinstance(rows, str) or not all(isinstance(row, Mapping) for row in rows):
            found.append(Fault(each.name, "kind"))
            continue
        for place, row in enumerate(rows):
            inner = _of(message, each.name, row, state, but_personal)
            found += [Fault(f"{each.name}[{place}].{fault.field}", fault.why) for fault in inner]
    return found


def _of(message: str, inside: str, said: Mapping[str, Any], state: str, but_personal: bool) -> Iterator[Fault]:
    known = {each.name: each for each in entries(message) if each.inside == inside}
    yield from (Fault(name, "unknown") for name in said if name not in known)
    for name, each in known.items():
        value = said.get(name)
        if value is None or value == "":
            if each.is_needed(state) and not (but_personal and each.personal):
                yield Fault(name, "absent")
        elif why := _wrong(each, value):
            yield Fault(name, why)


def _wrong(entry: Entry, value: Any) -> str:
    match entry.type:
        case "list":
            return ""
        case "integer":
            return "" if isinstance(value, int) and not isinstance(value, bool) and value >= 0 else "kind"
        case "moment":
            return "" if isinstance(value, str) and MOMENT.fullmatch(value) else "kind"
    if not isinstance(value, str):
        return "kind"
    if entry.allowed and value not in entry.allowed:
        return "value"
    return "long" if entry.longest and len(value) > entry.longest else ""
