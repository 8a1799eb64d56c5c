"""Which data a dossier was settled with, instead of asking for it again: what Decision 766 counts and the national portal is told.

What the house did itself is recorded from what happened: answers as the account has them, papers of earlier dossiers, results that
an agency of the city had signed. It has no line to a database of the state; of those it says what an officer stated with the result.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache

from django.utils.translation import gettext_lazy as _

from motcham import data
from motcham.blocks.cases.define import A_RESULT, FROM_ACCOUNT, OF_A_CASE, REUSED
from motcham.kernel.terms import Answers, Choice, Words

ACCOUNT, EARLIER, RESULTS = "account", "earlier_papers", "city_results"
OF_THE_HOUSE: dict[str, Words] = {
    ACCOUNT: _("Answers kept with the account"),
    EARLIER: _("Papers of earlier dossiers, used again"),
    RESULTS: _("Results that agencies of the city had signed, used again"),
}


@dataclass(frozen=True)
class Database:
    """A database of the state, as published procedures call it."""

    key: str
    official_name: str
    named_in: tuple[str, ...]


@cache
def databases() -> tuple[Database, ...]:
    """Return the databases that an officer can say they looked something up in."""
    rows = data.rows("data_sources.csv")
    return tuple(Database(row["key"], row["official_name"], tuple(row["named_in"].split("|"))) for row in rows)


def choices() -> tuple[Choice, ...]:
    """Return the databases as answers."""
    return tuple(Choice(each.key, each.official_name) for each in databases())


def at_filing(answers: Answers) -> list[str]:
    """Return what was used when a dossier was handed in."""
    again = (answers.get(REUSED) or {}).values()
    found = {ACCOUNT: bool(answers.get(FROM_ACCOUNT)), EARLIER: OF_A_CASE in again, RESULTS: A_RESULT in again}
    return [key for key, is_used in found.items() if is_used]


def also(known: Iterable[str], stated: object) -> list[str]:
    """Return what was used, with the databases that an officer stated."""
    more = stated if isinstance(stated, list) else []
    return list(dict.fromkeys((*known, *(each.key for each in databases() if each.key in more))))


def names(keys: Iterable[str]) -> list[Words]:
    """Return what was used in words, a database of the state by its name."""
    known: dict[str, Words] = {**OF_THE_HOUSE, **{each.key: each.official_name for each in databases()}}
    return [known[key] for key in keys if key in known]
