"""Reads: a case by its code or id, with its timeline; lists of cases are in `lists`."""

from __future__ import annotations

import json
from typing import Any
from uuid import UUID

from django.db import connection

from motcham.blocks.cases import rules
from motcham.blocks.cases.define import CaseLine, CaseView, EventLine, NoSuchCase, Place, case_types
from motcham.blocks.cases.models import Case
from motcham.blocks.cases.vault import is_sealed
from motcham.blocks.identity.define import Actor, Permission

# Nothing happens to a case before it is filed: the time spares the months before it, each a table of its own.
EVENTS = (
    "SELECT id, at, kind, step, agency_id, actor, message, is_public, facts, entry_id FROM cases_event "
    "WHERE case_id = %s AND at >= %s ORDER BY at, id"
)
STATE = (
    "SELECT id, version, (SELECT max(e.id) FROM cases_event e WHERE e.case_id = c.id AND e.at >= c.filed_at) "
    "FROM cases_case c WHERE code = %s"
)


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


def _json(value: Any) -> Any:
    return json.loads(value) if isinstance(value, str | bytes) else value


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
