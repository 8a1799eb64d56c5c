"""Numbers that the law sets for procedures (an age, a length of time, a count), as in force on a day: `data/procedure_numbers.csv`."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import cache

from motcham import data
from motcham.kernel.errors import Missing
from motcham.kernel.terms import LegalBasis


@dataclass(frozen=True)
class LegalNumber:
    """One number from a day on, with the law that it rests on; `unit` says of what it is a number."""

    key: str
    number: int
    unit: str
    legal_basis: LegalBasis
    valid_from: date
    valid_to: date | None
    note: str


class NoSuchNumber(Missing):
    """No number called {key} is in force on {on}. Add its row, with its legal basis, to the table of numbers."""

    code = "procedures.no_such_number"


@cache
def table() -> tuple[LegalNumber, ...]:
    """Return every row."""
    return tuple(
        LegalNumber(
            row["key"],
            int(row["number"]),
            row["unit"],
            LegalBasis(row["document"], row["article"], trust=row["trust"]),
            date.fromisoformat(row["valid_from"]),
            date.fromisoformat(row["valid_to"]) if row["valid_to"] else None,
            row["note"],
        )
        for row in data.rows("procedure_numbers.csv")
    )


def number_on(key: str, on: date) -> LegalNumber:
    """Return the number in force on a day; raise `NoSuchNumber` where the table has none."""
    for row in table():
        if row.key == key and row.valid_from <= on and (row.valid_to is None or on < row.valid_to):
            return row
    raise NoSuchNumber(key=key, on=on.isoformat())
