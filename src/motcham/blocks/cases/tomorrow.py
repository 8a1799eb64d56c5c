"""What is late tomorrow unless somebody settles it: agency by agency, with counts that stop at a hundred.

Each agency is a range of one index. The counts say how far a page of cases reaches, so that its rows are read from no more
agencies than it shows.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from django.db import connection

from motcham.blocks.cases import lists
from motcham.blocks.cases.define import CaseLine
from motcham.blocks.cases.lists import COUNTED, LINE, Queue, Wanted
from motcham.blocks.identity import api as identity
from motcham.blocks.identity.define import Actor, Permission

COUNTS = """
SELECT agency, number FROM unnest(%(agencies)s::int[]) WITH ORDINALITY AS mine(agency, place) CROSS JOIN LATERAL
    (SELECT count(*) AS number FROM (SELECT 1 FROM cases_case WHERE agency_id = mine.agency AND {condition} LIMIT %(most)s) AS found)
    AS counted WHERE number > 0 ORDER BY place
"""
ROWS = f"""
SELECT {LINE}, holder_id FROM unnest(%(agencies)s::int[]) WITH ORDINALITY AS mine(agency, place) CROSS JOIN LATERAL
    (SELECT {LINE}, holder_id FROM cases_case WHERE agency_id = mine.agency AND {{condition}} ORDER BY due_at, id LIMIT %(most)s)
    AS first_rows ORDER BY place, due_at, id LIMIT %(most)s
"""


@dataclass(frozen=True)
class Key:
    """Where a page begins: at an agency, behind one of its cases."""

    agency_id: int
    after: tuple[datetime, UUID] | None = None


@dataclass(frozen=True)
class Shelf:
    """One page, agency by agency. `counts` are of every agency that has any, in the order of the list; `held` says which post
    holds which case; `following` is where the next page begins."""

    counts: Mapping[int, int]
    lines: tuple[CaseLine, ...]
    following: Key | None = None
    held: Mapping[UUID, int] = field(default_factory=dict)


def shelf(*, actor: Actor, type_key: str = "", begin: Key | None = None, most: int = 25, now: datetime) -> Shelf:
    """Return one page of what is open and due before the end of the next working day, as far as the actor may read."""
    scope = actor.scope(Permission.CASE_READ)
    every = _in_order(scope)
    condition, values = lists.narrowed(Wanted(queue=Queue.SOON, type_key=type_key), actor=actor, scope=scope, now=now)
    with connection.cursor() as cursor:
        cursor.execute(COUNTS.format(condition=condition), {**values, "agencies": every, "most": COUNTED})
        counts = dict(cursor.fetchall())
        here = _reached(list(counts), counts, begin, most)
        if begin and begin.after and here and here[0] == begin.agency_id:
            condition += " AND (agency_id <> %(first)s OR (due_at, id) > (%(at)s, %(id)s))"
            values |= {"first": begin.agency_id, "at": begin.after[0], "id": begin.after[1]}
        cursor.execute(ROWS.format(condition=condition), {**values, "agencies": here, "most": most + 1})
        rows = cursor.fetchall()
    lines = tuple(lists.line(row[:-1]) for row in rows[:most])
    following = None
    if len(rows) > most:
        last, ahead = lines[-1], lists.line(rows[most][:-1])
        is_same = last.agency_id == ahead.agency_id and last.due_at is not None
        following = Key(ahead.agency_id, (last.due_at, last.id) if is_same and last.due_at else None)
    return Shelf(counts, lines, following, {row[0]: row[-1] for row in rows[:most] if row[-1]})


def _in_order(scope: frozenset[int] | None) -> list[int]:
    """Return every agency that the reader may see, by name; those that went may still have cases."""
    found = [each for each in identity.agencies() if scope is None or each.id in scope]
    return [each.id for each in sorted(found, key=lambda each: (each.kind == "ward", each.official_name))]


def _reached(order: Sequence[int], counts: Mapping[int, int], begin: Key | None, most: int) -> list[int]:
    """Return the agencies whose cases a page can reach: from where it begins, until there are enough behind the first."""
    start = order.index(begin.agency_id) if begin and begin.agency_id in counts else 0
    reached, behind = [], 0
    for agency_id in order[start:]:
        reached.append(agency_id)
        # Of the first agency the page before may have shown all but one.
        behind += counts[agency_id] if len(reached) > 1 else 0
        if behind > most:
            break
    return reached
