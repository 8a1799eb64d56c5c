"""What everybody may read of cases: only those that an officer released, and of them only the columns named here."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import connection
from django.http import HttpResponse
from django.utils import timezone

from motcham.blocks.cases import rules
from motcham.blocks.cases.define import CLOSED, OPEN, NearCase, NoSuchCase, PublicCase, PublicPage, case_types
from motcham.blocks.documents import api as documents

# Every public page is made of these columns; nothing else of a case may be added here.
PUBLIC = (
    "id, type_key, agency_id, area_code, category, round(lon::numeric, 4)::float8, round(lat::numeric, 4)::float8, step, state, "
    "received_at, due_at, late_at, closed_at, outcome, released_at, coalesce(changed_at, released_at), joined, reopened, public_text, public_reply, "
    "public_documents, public_after, synthetic, cell IS NOT NULL"
)
RELEASED = "released_at IS NOT NULL AND merged_into_id IS NULL"
ORDERS = ("received_at", "released_at", "changed_at")
NEAR_CLOSED = timedelta(days=30)
# How a case stood is said by what happened last before; what time did is written down later than it was.
BY_TIME = ["became_late", "promise_broken"]
STOOD = """
SELECT DISTINCT ON (case_id) case_id, step, agency_id FROM cases_event
WHERE case_id = ANY(%(ids)s) AND at >= %(since)s AND at < %(as_of)s AND kind <> ALL(%(by_time)s)
ORDER BY case_id, at DESC, id DESC
"""
CLOSED_THEN = """CASE WHEN reopened = 0 THEN coalesce(closed_at < %(as_of)s, false) ELSE (
    SELECT e.step = ANY(%(ends)s) FROM cases_event e WHERE e.case_id = cases_case.id AND e.at >= cases_case.filed_at
    AND e.at < %(as_of)s AND e.kind <> ALL(%(by_time)s) ORDER BY e.at DESC, e.id DESC LIMIT 1) END"""
NEAR = f"""
SELECT {PUBLIC} FROM cases_case
WHERE cell = ANY(%(cells)s) AND (%(category)s = '' OR category = %(category)s) AND coalesce(closed_at, 'infinity') > %(since)s
    AND type_key = %(type)s AND merged_into_id IS NULL
"""


def public_cases(
    *,
    area_code: str = "",
    category: str = "",
    type_key: str = "",
    state: str = "",
    since: datetime | None = None,
    until: datetime | None = None,
    box: tuple[float, float, float, float] | None = None,
    order: str = "received_at",
    after: tuple[datetime, UUID] | None = None,
    most: int = 50,
    as_of: datetime | None = None,
) -> PublicPage:
    """Return one page of released cases, the latest first. `state` is "open" (paused ones too) or "closed"; `since` and
    `until` bound the column of `order`; `box` is west, south, east, north. `order` is "received_at", or "released_at" for feeds.
    With `as_of` it is what everybody could read before a moment of the past, each as it stood then; only the words are those
    of today, for an officer may have struck out more since."""
    if order not in ORDERS:
        raise ValueError(order)
    conditions: list[str] = [RELEASED]
    values: dict[str, Any] = {"most": most + 1}
    for name, value in (("area_code", area_code), ("category", category), ("type_key", type_key)):
        if value:
            _demand(conditions, values, f"{name} = %({name})s", **{name: value})
    if as_of:
        _demand(conditions, values, "received_at < %(as_of)s AND released_at < %(as_of)s", as_of=as_of)
    if state and as_of:
        _demand(conditions, values, f"{'' if state == CLOSED else 'NOT '}{CLOSED_THEN}", ends=_ends(type_key), by_time=BY_TIME)
    elif state:
        conditions.append(f"state {'=' if state == CLOSED else '<>'} '{CLOSED}'")
    if since:
        _demand(conditions, values, f"{order} >= %(since)s", since=since)
    if until:
        _demand(conditions, values, f"{order} < %(until)s", until=until)
    if box:
        west, south, east, north = box
        words = "lon BETWEEN %(west)s AND %(east)s AND lat BETWEEN %(south)s AND %(north)s"
        _demand(conditions, values, words, west=west, south=south, east=east, north=north)
    if after:
        _demand(conditions, values, f"({order}, id) < (%(key)s, %(id)s)", key=after[0], id=after[1])
    found = list(_rows(f"WHERE {' AND '.join(conditions)} ORDER BY {order} DESC, id DESC LIMIT %(most)s", values))
    shown, is_last = found[:most], len(found) <= most
    cases = _as_they_stood(shown, as_of) if as_of else tuple(each for _, each in shown)
    return PublicPage(cases, None if is_last else (getattr(cases[-1], order), found[most - 1][0]))


def _ends(type_key: str) -> list[str]:
    """Return the steps at which cases of a kind (of any kind) have ended."""
    return [step.key for each in case_types if type_key in ("", each.key) for step in each.steps if step.outcome]


def _as_they_stood(found: Sequence[tuple[UUID, PublicCase]], as_of: datetime) -> tuple[PublicCase, ...]:
    """Return cases as they stood before a moment: where, with whom, late or not. How many had joined is not known of then."""
    if not found:
        return ()
    since = min(case.received_at for _, case in found)
    values: dict[str, Any] = {"ids": [case_id for case_id, _ in found], "since": since, "as_of": as_of, "by_time": BY_TIME}
    with connection.cursor() as cursor:
        cursor.execute(STOOD, values)
        stood = {case_id: (step, agency_id) for case_id, step, agency_id in cursor.fetchall()}
    return tuple(_then(case, *stood[case_id], as_of) if case_id in stood else case for case_id, case in found)


def _then(case: PublicCase, step: str, agency_id: int, as_of: datetime) -> PublicCase:
    known = {each.key: each for each in case_types[case.type_key].steps}
    outcome = known[step].outcome if step in known else ""
    return replace(
        case,
        step=step if step in known else case.step,
        agency_id=agency_id,
        state=CLOSED if outcome else OPEN,
        outcome=outcome,
        closed_at=case.closed_at if outcome else None,
        late_at=case.late_at if case.late_at and case.late_at < as_of else None,
        joined=0,
        reopened=0,
    )


def public_stamps(
    *,
    type_key: str,
    categories: Sequence[str] = (),
    state: str = "",
    since: datetime | None = None,
    until: datetime | None = None,
    order: str = "received_at",
    skip: int = 0,
    most: int = 100,
) -> tuple[tuple[UUID, str], ...]:
    """Return of released cases, the latest first, the id and a stamp that differs whenever anything of the
    case does: who kept what was made of a case needs to read it again only under another stamp."""
    if order not in ORDERS:
        raise ValueError(order)
    conditions = [RELEASED, "type_key = %(type)s"]
    values: dict[str, Any] = {"type": type_key, "skip": skip, "most": most}
    if categories:
        _demand(conditions, values, "category = ANY(%(categories)s)", categories=list(categories))
    if state:
        conditions.append(f"state {'=' if state == CLOSED else '<>'} '{CLOSED}'")
    if since:
        _demand(conditions, values, f"{order} >= %(since)s", since=since)
    if until:
        _demand(conditions, values, f"{order} < %(until)s", until=until)
    with connection.cursor() as cursor:
        # The transaction that wrote a row last stands in every row.
        cursor.execute(
            f"SELECT id, xmin::text FROM cases_case WHERE {' AND '.join(conditions)} "
            f"ORDER BY {order} DESC, id DESC OFFSET %(skip)s LIMIT %(most)s",
            values,
        )
        return tuple(cursor.fetchall())


def _demand(conditions: list[str], values: dict[str, Any], words: str, **named: Any) -> None:
    conditions.append(words)
    values.update(named)


def public_case(public_ref: str) -> PublicCase:
    """Return a released case by its public reference; one that was merged leads to the case it was merged into."""
    case_id = rules.read_ref(public_ref)
    condition = (
        "WHERE released_at IS NOT NULL AND merged_into_id IS NULL "
        "AND id = (SELECT coalesce(merged_into_id, id) FROM cases_case WHERE id = %(id)s)"
    )
    found = next(_rows(condition, {"id": case_id}), None) if case_id else None
    if found is None:
        raise NoSuchCase()
    return found[1]


def public_cases_of(public_refs: Sequence[str]) -> tuple[PublicCase, ...]:
    """Return those of some references that are released, in the order asked for."""
    ids = [each for each in map(rules.read_ref, public_refs) if each]
    found = {case.public_ref: case for _, case in _rows(f"WHERE {RELEASED} AND id = ANY(%(ids)s)", {"ids": ids})}
    return tuple(found[ref] for ref in map(rules.public_ref, ids) if ref in found)


def public_photo(public_ref: str, document_id: UUID, *, thumbnail: bool = False) -> HttpResponse:
    """Return the answer that shows a photo which was released with a case."""
    case = public_case(public_ref)
    if document_id not in case.documents:
        raise NoSuchCase()
    return documents.response(document_id=document_id, owner=f"case:{rules.read_ref(case.public_ref)}", thumbnail=thumbnail)


def near(
    *,
    lon: float,
    lat: float,
    type_key: str,
    category: str = "",
    radius_m: float = 100.0,
    most: int = 5,
    now: datetime | None = None,
) -> tuple[NearCase, ...]:
    """Return the released cases of a kind around a point that others may join, the nearest first: open ones, and those
    closed in the last 30 days. A radius above `rules.NEAR_MOST` is cut to it."""
    radius = min(radius_m, rules.NEAR_MOST)
    since = (now or timezone.now()) - NEAR_CLOSED
    values: dict[str, Any] = {"cells": list(rules.cells_around(lon, lat)), "category": category, "since": since, "type": type_key}
    found = []
    with connection.cursor() as cursor:
        cursor.execute(NEAR, values)
        for row in cursor.fetchall():
            away = rules.metres(lon, lat, row[5], row[6])
            if away <= radius:
                found.append((away, row))
    found.sort(key=lambda each: (each[1][8] == CLOSED, each[0]))
    return tuple(NearCase(_public(row), away) for away, row in found[:most])


def _rows(condition: str, values: dict[str, Any]) -> Iterator[tuple[UUID, PublicCase]]:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {PUBLIC} FROM cases_case {condition}", values)
        for row in cursor.fetchall():
            yield row[0], _public(row)


def _public(row: Sequence[Any]) -> PublicCase:
    return PublicCase(*[rules.public_ref(row[0]), *row[1:20], tuple(row[20]), tuple(row[21]), *row[22:]])
