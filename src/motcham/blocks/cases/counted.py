"""The cases behind a figure of the board: whatever is counted can be listed, by the same words and for the same days."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from typing import Any
from uuid import UUID

from django.db import connection
from django.utils import timezone

from motcham.blocks.cases.lists import LINE, QUEUES, Page, Queue, end_of_next_working_day, ids, line, scope_of, select
from motcham.blocks.identity.define import Actor, Permission
from motcham.kernel.calendar import CITY


class Figure(StrEnum):
    """What a figure counts: those `OF_NOW` are of this moment, the others of some days."""

    RECEIVED = "received"
    CLOSED = "closed"
    ON_TIME = "on_time"
    LATE = "late"
    RATED = "rated"
    OVERDUE = "overdue"
    PENDING = "pending"
    SOON = "soon"
    REOPENED = "reopened"


# Each figure: its condition, the column by whose day it is counted and listed, and whether the latest come first.
FIGURES: dict[Figure, tuple[str, str, bool]] = {
    Figure.RECEIVED: ("TRUE", "received_at", True),
    Figure.CLOSED: ("state = 'closed'", "closed_at", True),
    Figure.ON_TIME: ("state = 'closed' AND late_at IS NULL", "closed_at", True),
    Figure.LATE: ("late_at IS NOT NULL", "late_at", True),
    Figure.RATED: ("state = 'closed' AND rating IS NOT NULL", "closed_at", True),
    Figure.OVERDUE: ("late_at IS NOT NULL AND closed_at IS NULL", "late_at", False),
    Figure.PENDING: ("closed_at IS NULL", "received_at", False),
    # What every desk calls late by tomorrow.
    Figure.SOON: QUEUES[Queue.SOON],
    Figure.REOPENED: ("reopened > 0", "received_at", True),
}
# What figures count, said as the view `cases_counted` says it: nothing confidential, and of merged cases those late before.
COUNTED_CASES = "NOT confidential AND (merged_into_id IS NULL OR late_at IS NOT NULL)"
OF_NOW = frozenset({Figure.OVERDUE, Figure.PENDING, Figure.SOON})


@dataclass(frozen=True, kw_only=True)
class Behind:
    """Which figure is opened: of which agency, ward, category, type (or several), channels, and of which days (both included)."""

    figure: Figure
    agency_id: int | None = None
    area_code: str = ""
    category: str = ""
    type_key: str | tuple[str, ...] = ""
    channels: tuple[str, ...] = ()
    since: date | None = None
    until: date | None = None


def counted(behind: Behind, *, actor: Actor, after: tuple[datetime, UUID] | None = None, most: int = 30) -> Page:
    """Return one page of the cases behind a figure, as far as the actor's right to open figures reaches."""
    scope = scope_of(actor, Permission.BOARD_DRILL, behind.agency_id)
    if scope is not None and not scope:
        return Page((), None)
    condition, column, backwards = FIGURES[behind.figure]
    condition += f" AND {COUNTED_CASES}"
    now = timezone.now()
    soon = end_of_next_working_day(now)
    values: dict[str, Any] = {"most": most + 1, "agencies": ids(scope or frozenset()), "now": now, "soon": soon}
    types = (behind.type_key,) if isinstance(behind.type_key, str) and behind.type_key else behind.type_key
    wanted = {"area_code": (behind.area_code,), "category": (behind.category,), "type_key": types, "channel": behind.channels}
    for name, found in wanted.items():
        if any(found):
            condition, values[name] = f"{condition} AND {name} = ANY(%({name})s)", list(found)
    if behind.figure not in OF_NOW:
        if behind.since:
            condition, values["since"] = f"{condition} AND {column} >= %(since)s", _midnight(behind.since)
        if behind.until:
            condition, values["until"] = f"{condition} AND {column} < %(until)s", _midnight(behind.until + timedelta(days=1))
    if after:
        condition += f" AND ({column}, id) {'<' if backwards else '>'} (%(key)s, %(id)s)"
        values["key"], values["id"] = after
    order = f"ORDER BY {column} DESC, id DESC" if backwards else f"ORDER BY {column}, id"
    keys = select(condition, column, order, scope=scope)
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {LINE} FROM cases_case JOIN ({keys}) AS page USING (id, {column}) {order}", values)
        lines = [line(row) for row in cursor.fetchall()]
    last = lines[most - 1] if len(lines) > most else None
    return Page(tuple(lines[:most]), (getattr(last, column), last.id) if last else None)


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time.min, CITY)
