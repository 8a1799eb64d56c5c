"""Reads: a case by its code or id, and the inbox by keyset pages that cost the same at ten million cases."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any
from uuid import UUID

from django.db import connection

from motcham.blocks.cases import rules
from motcham.blocks.cases.define import CLOSED, OPEN, PAUSED, CaseLine, CaseView, EventLine, NoSuchCase, Place, case_types
from motcham.blocks.cases.models import Case
from motcham.blocks.cases.vault import is_sealed
from motcham.blocks.identity.define import Actor, Permission

LINE = (
    "id, type_key, title, agency_id, area_code, category, step, state, received_at, due_at, late_at, closed_at, "
    "provisional, synthetic, joined, clock"
)
# Nothing happens to a case before it is filed: the time spares the months before it, each a table of its own.
EVENTS = (
    "SELECT id, at, kind, step, agency_id, actor, message, is_public, facts, entry_id FROM cases_event "
    "WHERE case_id = %s AND at >= %s ORDER BY at, id"
)
STATE = (
    "SELECT id, version, (SELECT max(e.id) FROM cases_event e WHERE e.case_id = c.id AND e.at >= c.filed_at) "
    "FROM cases_case c WHERE code = %s"
)
COUNTED = 100  # counts beside filters stop here: an exact count of a large list costs more than it tells


class Queue(StrEnum):
    """The lists of the inbox, each a range of one index."""

    DUE = "due"
    LATE = "late"
    SOON = "soon"
    WAITING = "waiting"
    CLOSED = "closed"


# Each list: its condition, the column it is sorted by, and whether that runs backwards.
QUEUES: dict[Queue, tuple[str, str, bool]] = {
    Queue.DUE: (f"state = '{OPEN}'", "due_at", False),
    Queue.LATE: (f"state = '{OPEN}' AND late_at IS NOT NULL", "late_at", False),
    Queue.SOON: (f"state = '{OPEN}' AND due_at >= %(now)s AND due_at < %(soon)s", "due_at", False),
    Queue.WAITING: (f"state = '{PAUSED}'", "received_at", False),
    Queue.CLOSED: (f"state = '{CLOSED}'", "closed_at", True),
}


@dataclass(frozen=True)
class Page:
    """One page of an inbox; `after` is the key of the next one, None at the end."""

    lines: tuple[CaseLine, ...]
    after: tuple[datetime, UUID] | None


def inbox(
    *,
    actor: Actor,
    queue: Queue = Queue.DUE,
    agency_id: int | None = None,
    type_key: str = "",
    after: tuple[datetime, UUID] | None = None,
    most: int = 30,
    now: datetime,
    permission: Permission = Permission.CASE_READ,
) -> Page:
    """Return one page of the cases that the actor may read, by what is due."""
    scope = _scope(actor, permission, agency_id)
    if scope is not None and not scope:
        return Page((), None)
    condition, column, backwards = QUEUES[queue]
    order = f"ORDER BY {column} DESC, id DESC" if backwards else f"ORDER BY {column}, id"
    values: dict[str, Any] = {"now": now, "soon": now + timedelta(days=1), "most": most + 1, "agencies": sorted(scope or ())}
    if type_key:
        condition, values["type"] = f"{condition} AND type_key = %(type)s", type_key
    if after:
        condition += f" AND ({column}, id) {'<' if backwards else '>'} (%(key)s, %(id)s)"
        values["key"], values["id"] = after
    with connection.cursor() as cursor:
        keys = _select(condition, column, order, everywhere=scope is None)
        cursor.execute(f"SELECT {LINE} FROM cases_case JOIN ({keys}) AS page USING (id, {column}) {order}", values)
        lines = [_line(row) for row in cursor.fetchall()]
    last = lines[most - 1] if len(lines) > most else None
    return Page(tuple(lines[:most]), (getattr(last, column), last.id) if last else None)


def inbox_counts(*, actor: Actor, agency_id: int | None = None, now: datetime) -> dict[Queue, int]:
    """Return how many cases each list holds, up to `COUNTED`."""
    scope = _scope(actor, Permission.CASE_READ, agency_id)
    if scope is not None and not scope:
        return dict.fromkeys(Queue, 0)
    values: dict[str, Any] = {"now": now, "soon": now + timedelta(days=1), "most": COUNTED, "agencies": sorted(scope or ())}
    # Any hundred will do, in no order: reading stops there, however many agencies there are.
    some = "SELECT 1 FROM cases_case WHERE {condition} LIMIT %(most)s"
    if scope is not None:
        of_one = "SELECT 1 FROM cases_case WHERE agency_id = mine.agency AND {condition} LIMIT %(most)s"
        some = f"SELECT 1 FROM unnest(%(agencies)s::int[]) AS mine(agency) CROSS JOIN LATERAL ({of_one}) AS found LIMIT %(most)s"
    counts = [
        f"(SELECT count(*) FROM ({some.format(condition=condition)}) AS counted)"
        for condition, _column, _backwards in QUEUES.values()
    ]
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {', '.join(counts)}", values)
        return dict(zip(QUEUES, cursor.fetchone(), strict=True))


def _select(condition: str, column: str, order: str, *, everywhere: bool) -> str:
    """Return the query for the keys of one page. For some agencies each agency's first keys are read from its own index
    range and merged, so that the cost is agencies x page, never the number of cases; rows are looked up for the page alone."""
    if everywhere:
        return f"SELECT id, {column} FROM cases_case WHERE {condition} {order} LIMIT %(most)s"
    return (
        f"SELECT id, {column} FROM unnest(%(agencies)s::int[]) AS mine(agency) CROSS JOIN LATERAL "
        f"(SELECT id, {column} FROM cases_case WHERE agency_id = mine.agency AND {condition} {order} LIMIT %(most)s) AS first_keys "
        f"{order} LIMIT %(most)s"
    )


def _scope(actor: Actor, permission: Permission, agency_id: int | None) -> frozenset[int] | None:
    scope = actor.scope(permission)
    if agency_id is None:
        return scope
    return frozenset({agency_id}) if scope is None or agency_id in scope else frozenset()


def _line(row: Sequence[Any]) -> CaseLine:
    return CaseLine(*row[:-1], clock=_json(row[-1]))  # type: ignore[misc]


def _json(value: Any) -> Any:
    return json.loads(value) if isinstance(value, str | bytes) else value


def filed_by(account_id: int, *, most: int = 20) -> list[tuple[str, CaseLine]]:
    """Return the latest cases that an account filed, each with its code."""
    return [(case.code, line_of(case)) for case in Case.objects.filter(filer_id=account_id).order_by("-received_at")[:most]]


def state_of_code(code: str) -> tuple[Any, ...] | None:
    """Return what differs whenever the case of a code, or anything told of it, does; None where there is no such case."""
    with connection.cursor() as cursor:
        cursor.execute(STATE, (rules.read_code(code),))
        found: tuple[Any, ...] | None = cursor.fetchone()
    return found


def case_by_code(code: str) -> CaseView:
    """Return the case of a tracking code, as the one who filed it may see it."""
    # The page that most people open: written out, because the ORM takes longer to write this than the database to answer.
    case = next(iter(Case.objects.raw("SELECT * FROM cases_case WHERE code = %s", [rules.read_code(code)])), None)
    if case is None:
        raise NoSuchCase()
    return _view(case)


def case_by_id(case_id: UUID, *, actor: Actor) -> CaseView:
    """Return a case that the actor may read; for anyone else it does not exist."""
    case = Case.objects.filter(id=case_id).first()
    if case is None or not actor.may(Permission.CASE_READ, agency_id=case.agency_id):
        raise NoSuchCase()
    return _view(case)


def _view(case: Case) -> CaseView:
    case_type = case_types[case.type_key]
    return CaseView(
        line=line_of(case),
        code=case.code,
        answers=case.answers,
        sealed_fields=tuple(each.name for each in case_type.fields if is_sealed(each)) if case.sealed else (),
        place=Place(case.lon, case.lat, case.area_code, case.area_from, case.address)
        if case.lon is not None or case.area_code or case.address
        else None,
        channel=case.channel,
        filed_at=case.filed_at,
        version=case.version,
        outcome=case.outcome,
        limit=rules.limit_from_data(case.clock["limit"]),
        rating=case.rating,
        parent_id=case.parent_id,
        sub_cases=tuple(map(line_of, Case.objects.filter(parent_id=case.id).order_by("id"))) if case_type.parts else (),
        events=_events(case),
        documents=tuple(case.documents),
        filer_account_id=case.filer_id,
    )


def _events(case: Case) -> tuple[EventLine, ...]:
    with connection.cursor() as cursor:
        cursor.execute(EVENTS, (case.id, case.filed_at))
        return tuple(EventLine(*[*row[:8], _json(row[8]), row[9]]) for row in cursor.fetchall())


def line_of(case: Case) -> CaseLine:
    """Return a case as lists show it."""
    return CaseLine(
        case.id, case.type_key, case.title, case.agency_id, case.area_code, case.category, case.step, case.state, case.received_at,
        case.due_at, case.late_at, case.closed_at, case.provisional, case.synthetic, case.joined, case.clock,
    )  # fmt: skip
