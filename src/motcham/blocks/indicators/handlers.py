"""Follows the cases: each act leaves what it changed in the queue, in its own transaction."""

from __future__ import annotations

from typing import Any

from django.db import connection

from motcham.blocks.cases.api import happened
from motcham.blocks.cases.define import Happening

COLUMNS = "n, case_type, agency_id, area_code, category, channel, received_at, late_at, closed_at, rating"
ROW = "(%s, %s, %s, %s, %s, %s, %s, %s, %s, %s)"


@happened.within
def queue(happening: Happening) -> None:
    """Write how the case stands and how it stood; an act that changes no figure writes nothing."""
    now = _figures(happening)
    sides: list[Any] = [1, *now]
    if happening.before is not None:
        before = _figures(happening.before)
        if before == now:
            return
        sides += [-1, *before]
    rows = ROW if happening.before is None else f"{ROW}, {ROW}"
    with connection.cursor() as cursor:
        cursor.execute(f"INSERT INTO indicators_scoreevent ({COLUMNS}) VALUES {rows}", sides)


def _figures(each: Happening) -> tuple[Any, ...]:
    return (
        each.type_key,
        each.agency_id,
        each.area_code,
        each.category,
        each.channel,
        each.received_at,
        each.late_at,
        each.closed_at,
        each.rating,
    )
