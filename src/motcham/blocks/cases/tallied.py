"""Counts of cases that figures need and that no tally keeps: what will be late, what was promised, reopened."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from django.db import connection

from motcham.blocks.cases.counted import COUNTED_CASES
from motcham.blocks.cases.lists import QUEUES, Queue, end_of_next_working_day
from motcham.kernel.calendar import CITY


@dataclass(frozen=True, slots=True)
class Soon:
    """How many cases of one agency and category will be late by tomorrow, unless they are answered before."""

    agency_id: int
    category: str
    number: int
    first_due: datetime


def soon(*, now: datetime, type_key: str | tuple[str, ...] = "") -> tuple[Soon, ...]:
    """Return what every desk calls late by tomorrow, by agency and category; cases that wait for their filer have no time."""
    kind = "AND type_key = ANY(%(type)s)" if type_key else ""
    rows = _rows(
        f"""SELECT agency_id, category, count(*)::int, min(due_at) FROM cases_case
        WHERE {QUEUES[Queue.SOON][0]} AND {COUNTED_CASES} {kind} GROUP BY agency_id, category ORDER BY 3 DESC, 1, 2""",
        now=now,
        soon=end_of_next_working_day(now),
        type=[type_key] if isinstance(type_key, str) else list(type_key),
    )
    return tuple(Soon(*row) for row in rows)


def reopened_by(*, by: str, since: date, until: date, type_key: str | tuple[str, ...] = "") -> Mapping[str, int]:
    """Return how many cases received on some days were reopened, by "agency" or "area"."""
    kind = "AND type_key = ANY(%(type)s)" if type_key else ""
    rows = _rows(
        f"""SELECT {_KEYS[by]}, count(*)::int FROM cases_case
        WHERE reopened > 0 AND NOT confidential AND received_at >= %(since)s AND received_at < %(until)s {kind} GROUP BY 1""",
        since=_start_of(since),
        until=_end_of(until),
        type=[type_key] if isinstance(type_key, str) else list(type_key),
    )
    return dict(rows)


def promises_by(*, by: str, since: date, until: date, type_key: str | tuple[str, ...] = "") -> Mapping[str, tuple[int, int]]:
    """Return how many promises for some days were kept, of how many settled, by "agency" or "area"; put off is not kept."""
    kind = "AND cases_case.type_key = ANY(%(type)s)" if type_key else ""
    whose = {"agency": "cases_promise.agency_id::text", "area": "cases_case.area_code"}[by]
    rows = _rows(
        f"""SELECT {whose}, count(kept_at)::int, count(*)::int FROM cases_promise JOIN cases_case ON cases_case.id = case_id
        WHERE promised_on BETWEEN %(since)s AND %(until)s AND coalesce(kept_at, broken_at, put_off_at) IS NOT NULL
            AND NOT cases_case.confidential {kind} GROUP BY 1""",
        since=since,
        until=until,
        type=[type_key] if isinstance(type_key, str) else list(type_key),
    )
    return {key: (kept, settled) for key, kept, settled in rows}


_KEYS = {"agency": "agency_id::text", "area": "area_code"}


def _rows(statement: str, **values: Any) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return list(cursor.fetchall())


def _start_of(day: date) -> datetime:
    return datetime.combine(day, time.min, CITY)


def _end_of(day: date) -> datetime:
    return _start_of(day + timedelta(days=1))
