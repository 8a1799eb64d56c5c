"""The end of a day: what was known then is kept, hashed into the log, and never written again."""

from __future__ import annotations

import hashlib
import json
import zlib
from datetime import date, datetime, time, timedelta
from typing import Any

from django.db import connection, transaction
from django.utils import timezone

from motcham.blocks.identity.define import Actor
from motcham.blocks.indicators.actions import fold
from motcham.blocks.indicators.define import Scope, first_of_month
from motcham.blocks.indicators.queries import closing
from motcham.blocks.ledger import api as ledger
from motcham.kernel.calendar import CITY

# What is published whole; kinds and channels are shown only where they are many, so they are not kept here.
SCOPES = (Scope.CITY, Scope.AGENCY, Scope.AREA)
_FIGURES = "sum(received)::int, sum(closed)::int, sum(on_time)::int, sum(late)::int, sum(rated)::int, sum(stars)::int"
_DAYS = "span = 'day' AND start BETWEEN %(first)s AND %(day)s"
_SPANS = {"month": _DAYS, "ever": f"({_DAYS} OR span = 'month' AND start < %(first)s)"}
_NOTHING = " AND ".join(f"sum({name}) = 0" for name in ("received", "closed", "on_time", "late", "rated", "stars"))


def close_day(*, by: Actor, day: date) -> bool:
    """Keep the figures of a day that has ended as they are known now; tell whether they were not kept yet."""
    while fold():
        pass
    with transaction.atomic(), connection.cursor() as cursor:
        # Who holds the board counts, and nobody counts meanwhile.
        cursor.execute("SELECT 1 FROM indicators_board FOR UPDATE")
        cursor.execute("SELECT EXISTS (SELECT FROM indicators_closing WHERE day = %s)", [day])
        if cursor.fetchone()[0]:
            return False
        text = _told(cursor, day)
        digest = hashlib.sha256(text.encode()).hexdigest()
        entry = ledger.append(
            kind="board.day_closed", subject=f"board:{day}", payload={"by": by.ref, "day": day, "sha256": digest}
        )
        cursor.execute(
            "INSERT INTO indicators_closing (day, taken_at, sha256, entry_id, packed) VALUES (%s, %s, %s, %s, %s)",
            [day, timezone.now(), digest, entry.entry_id, zlib.compress(text.encode(), 9)],
        )
    return True


def _told(cursor: Any, day: date) -> str:
    values = {"first": first_of_month(day), "day": day}
    told: dict[str, Any] = {"day": f"{day}"}
    for scope in SCOPES:
        told[scope.value] = {}
        for span, condition in _SPANS.items():
            cursor.execute(
                f"SELECT key, case_type, {_FIGURES} FROM indicators_tally WHERE scope = %(scope)s AND {condition} "
                f"GROUP BY key, case_type HAVING NOT ({_NOTHING}) ORDER BY key, case_type",
                {"scope": scope.value, **values},
            )
            told[scope.value][span] = cursor.fetchall()
        cursor.execute(
            "SELECT key, case_type, bucket, n FROM indicators_spread WHERE measure = 'handling' AND scope = %(scope)s "
            "AND start = %(first)s AND n <> 0 ORDER BY key, case_type, bucket",
            {"scope": scope.value, **values},
        )
        told[scope.value]["handling"] = cursor.fetchall()
    return json.dumps(told, ensure_ascii=False, separators=(",", ":"))


def sweep() -> int:
    """Keep yesterday, once."""
    day = timezone.localdate() - timedelta(days=1)
    if closing(day=day) is None and timezone.localtime() > datetime.combine(day + timedelta(days=1), time(0, 0, 5), CITY):
        close_day(by=Actor.system("board"), day=day)
    return 0
