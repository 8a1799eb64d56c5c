"""Reads of the tallies; each is one range of a primary key."""

from __future__ import annotations

import json
import zlib
from collections.abc import Mapping
from datetime import date
from functools import lru_cache
from typing import Any

from django.db import connection

from motcham.blocks.indicators.define import (
    NOTHING,
    Closing,
    Counts,
    Distribution,
    Kinds,
    Scope,
    Span,
    Version,
    first_of_month,
    listed,
)

SUMS = "sum(received)::int, sum(closed)::int, sum(on_time)::int, sum(late)::int, sum(rated)::int, sum(stars)::int"


def version() -> Version:
    """Return how far the tallies are."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT version, folded_at FROM indicators_board")
        return Version(*cursor.fetchone())


def by_key(*, scope: Scope, span: Span, start: date, case_type: Kinds = "", key: str | None = None) -> dict[str, Counts]:
    """Return the counts of one span by key: every agency, every ward, …, or one `key` alone."""
    return _by_key(scope, span, case_type, key, "start = %(start)s", start=start)


def by_day(*, scope: Scope, key: str = "", since: date, until: date, case_type: Kinds = "") -> dict[date, Counts]:
    """Return the counts of each day from `since` to `until`, both included; days on which nothing happened are left out."""
    condition = "key = %(key)s AND start BETWEEN %(since)s AND %(until)s"
    return {
        row[0]: Counts(*row[1:])
        for row in _tally("start", scope, Span.DAY, case_type, condition, key=key, since=since, until=until)
    }


def between(*, scope: Scope, since: date, until: date, case_type: Kinds = "", key: str | None = None) -> dict[str, Counts]:
    """Return the counts by key of some days, `since` and `until` included."""
    return _by_key(scope, Span.DAY, case_type, key, "start BETWEEN %(since)s AND %(until)s", since=since, until=until)


def up_to(*, scope: Scope, day: date, case_type: Kinds = "", key: str | None = None) -> dict[str, Counts]:
    """Return the counts by key of everything until the end of a day."""
    first = first_of_month(day)
    found = between(scope=scope, since=first, until=day, case_type=case_type, key=key)
    for each, counts in _by_key(scope, Span.MONTH, case_type, key, "start < %(start)s", start=first).items():
        found[each] = found.get(each, NOTHING) + counts
    return found


def by_month(*, scope: Scope, key: str = "", since: date, until: date, case_type: Kinds = "") -> dict[date, Counts]:
    """Return the counts of each month between two first days of months, both included."""
    condition = "key = %(key)s AND start BETWEEN %(since)s AND %(until)s"
    rows = _tally("start", scope, Span.MONTH, case_type, condition, key=key, since=since, until=until)
    return {row[0]: Counts(*row[1:]) for row in rows}


def months() -> list[date]:
    """Return the months for which anything was counted, the latest first."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT DISTINCT start FROM indicators_tally WHERE scope = 'city' AND span = 'month' AND key = '' ORDER BY 1 DESC"
        )
        return [row[0] for row in cursor.fetchall()]


def handling(*, scope: Scope, start: date, case_type: Kinds = "", key: str | None = None) -> dict[str, Distribution]:
    """Return how long the cases took that were closed in the month of `start`, by key."""
    return _spread("handling", scope, start, case_type, key)


def arrivals(*, day: date, case_type: Kinds = "") -> Mapping[int, int]:
    """Return how many cases the city received in each hour of a day."""
    found = _spread("hour", Scope.CITY, day, case_type, "")
    return found[""].buckets if found else {}


def arrivals_between(*, since: date, until: date, case_type: Kinds = "") -> dict[tuple[date, int], int]:
    """Return how many cases the city received in each hour of each day; hours without a case are left out."""
    condition = " AND case_type = ANY(%(case_type)s)" if case_type else ""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT start, bucket, sum(n)::int FROM indicators_spread WHERE measure = 'hour' AND scope = 'city' "
            f"AND start BETWEEN %(since)s AND %(until)s AND key = ''{condition} GROUP BY start, bucket HAVING sum(n) <> 0",
            {"since": since, "until": until, "case_type": listed(case_type)},
        )
        return {(day, hour): n for day, hour, n in cursor.fetchall()}


def closing(*, day: date) -> Closing | None:
    """Return the figures of a day as they were kept at its end, None where they were not."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT taken_at, sha256, entry_id FROM indicators_closing WHERE day = %s", [day])
        row = cursor.fetchone()
    if not row:
        return None
    text, told = _unpacked(day, row[1])
    return Closing(day, row[0], row[1], row[2], text, told)


@lru_cache(maxsize=8)
def _unpacked(day: date, sha256: str) -> tuple[str, dict[str, Any]]:
    """Return what was kept; known by its hash, so that it is unpacked once."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT packed FROM indicators_closing WHERE day = %s AND sha256 = %s", [day, sha256])
        text = zlib.decompress(bytes(cursor.fetchone()[0])).decode()
    return text, json.loads(text)


def _by_key(scope: Scope, span: Span, case_type: Kinds, key: str | None, condition: str, **values: Any) -> dict[str, Counts]:
    if key is not None:
        condition, values["key"] = f"{condition} AND key = %(key)s", key
    return {row[0]: Counts(*row[1:]) for row in _tally("key", scope, span, case_type, condition, **values)}


def _tally(column: str, scope: Scope, span: Span, case_type: Kinds, condition: str, **values: Any) -> list[tuple[Any, ...]]:
    if case_type:
        condition += " AND case_type = ANY(%(case_type)s)"
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT {column}, {SUMS} FROM indicators_tally WHERE scope = %(scope)s AND span = %(span)s AND {condition} GROUP BY {column}",
            {"scope": scope.value, "span": span.value, "case_type": listed(case_type), **values},
        )
        return list(cursor.fetchall())


def _spread(measure: str, scope: Scope, start: date, case_type: Kinds, key: str | None) -> dict[str, Distribution]:
    condition = "".join(
        (" AND key = %(key)s" if key is not None else "", " AND case_type = ANY(%(case_type)s)" if case_type else "")
    )
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT key, bucket, sum(n)::int FROM indicators_spread WHERE measure = %(measure)s AND scope = %(scope)s "
            f"AND start = %(start)s{condition} GROUP BY key, bucket",
            {"measure": measure, "scope": scope.value, "start": start, "key": key, "case_type": listed(case_type)},
        )
        found: dict[str, dict[int, int]] = {}
        for each, bucket, n in cursor.fetchall():
            if n:
                found.setdefault(each, {})[bucket] = n
    return {each: Distribution(buckets) for each, buckets in found.items()}
