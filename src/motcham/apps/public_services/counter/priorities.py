"""Who is called before others: dated rows with their legal basis, shown to whoever takes a number."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.utils.translation import get_language

from motcham import data


@dataclass(frozen=True)
class Priority:
    """One group of people who go first; without a legal basis it is a courtesy that no source we have demands."""

    key: str
    name: str
    legal_basis: str
    trust: str


def priorities(on: date) -> tuple[Priority, ...]:
    """Return the groups that go first on a day."""
    name = "name_en" if (get_language() or "").startswith("en") else "name"
    return tuple(
        Priority(row["key"], row[name], _basis(row), row["trust"])
        for row in data.rows("counter_priorities.csv")
        if date.fromisoformat(row["valid_from"]) <= on and (not row["valid_to"] or on < date.fromisoformat(row["valid_to"]))
    )


def _basis(row: dict[str, str]) -> str:
    if not row["legal_basis"]:
        return ""
    return f"{row['legal_basis']}, điều {row['article']}" if row["article"] else row["legal_basis"]
