"""Reads of the tallies; each is one range of a primary key."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.db import connection

from motcham.blocks.indicators.define import NOTHING, Counts, Distribution, Scope, Span, Version

SUMS = "sum(received)::int, sum(closed)::int, sum(on_time)::int, sum(late)::int, sum(rated)::int, sum(stars)::int"


def version() -> Version:
    """Return how far the tallies are."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT version, folded_at FROM indicators_board")
        return Version(*cursor.fetchone())


def by_key(*, scope: Scope, span: Span, start: date, case_type: str = "") -> dict[str, Counts]:
    """Return the counts of one span by key: every agency, every ward, …"""
    return {row[0]: Counts(*row[1:]) for row in _tally("key", scope, span, case_type, "start = %(start)s", start=start)}


def by_day(*, scope: Scope, key: str = "", since: date, until: date, case_type: str = "") -> dict[date, Counts]:
    """Return the counts of each day from `since` to `until`, both included; days on which nothing happened are left out."""
    condition = "key = %(key)s AND start BETWEEN %(since)s AND %(until)s"
    return {
        row[0]: Counts(*row[1:])
        for row in _tally("start", scope, Span.DAY, case_type, condition, key=key, since=since, until=until)
    }


def of(*, scope: Scope, span: Span, start: date, key: str = "", case_type: str = "") -> Counts:
    """Return the counts of one key in one span."""
    found = _tally("key", scope, span, case_type, "key = %(key)s AND start = %(start)s", key=key, start=start)
    return Counts(*found[0][1:]) if found else NOTHING


def by_type(*, span: Span, start: date) -> dict[str, Counts]:
    """Return the city's counts of one span by case type."""
    return {row[0]: Counts(*row[1:]) for row in _tally("case_type", Scope.CITY, span, "", "start = %(start)s", start=start)}


def months() -> list[date]:
    """Return the months for which anything was counted, the latest first."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT DISTINCT start FROM indicators_tally WHERE scope = 'city' AND span = 'month' AND key = '' ORDER BY 1 DESC"
        )
        return [row[0] for row in cursor.fetchall()]


def handling(*, scope: Scope, start: date, case_type: str = "", key: str | None = None) -> dict[str, Distribution]:
    """Return how long the cases took that were closed in the month of `start`, by key."""
    return _spread("handling", scope, start, case_type, key)


def arrivals(*, day: date, case_type: str = "") -> Mapping[int, int]:
    """Return how many cases the city received in each hour of a day."""
    found = _spread("hour", Scope.CITY, day, case_type, "")
    return found[""].buckets if found else {}


def _tally(column: str, scope: Scope, span: Span, case_type: str, condition: str, **values: Any) -> list[tuple[Any, ...]]:
    if case_type:
        condition += " AND case_type = %(case_type)s"
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT {column}, {SUMS} FROM indicators_tally WHERE scope = %(scope)s AND span = %(span)s AND {condition} GROUP BY {column}",
            {"scope": scope.value, "span": span.value, "case_type": case_type, **values},
        )
        return list(cursor.fetchall())


def _spread(measure: str, scope: Scope, start: date, case_type: str, key: str | None) -> dict[str, Distribution]:
    condition = "".join((" AND key = %(key)s" if key is not None else "", " AND case_type = %(case_type)s" if case_type else ""))
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT key, bucket, sum(n)::int FROM indicators_spread WHERE measure = %(measure)s AND scope = %(scope)s "
            f"AND start = %(start)s{condition} GROUP BY key, bucket",
            {"measure": measure, "scope": scope.value, "start": start, "key": key, "case_type": case_type},
        )
        found: dict[str, dict[int, int]] = {}
        for each, bucket, n in cursor.fetchall():
            if n:
                found.setdefault(each, {})[bucket] = n
    return {each: Distribution(buckets) for each, buckets in found.items()}
