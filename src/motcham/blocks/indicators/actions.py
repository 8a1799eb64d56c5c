"""Writes of the tallies: the fold of what is queued, and the full recompute from the cases."""

from __future__ import annotations

import time

from django.db import connection, transaction

from motcham.blocks.indicators import sql
from motcham.blocks.indicators.define import Recomputed
from motcham.kernel.calendar import CITY

# All cases are read, so every core helps: what it costs to set up is nothing beside the work. What a row costs to hand over is
# said so that `slim` is read by all workers, but its groupings are each made where they are read, side by side.
RECOMPUTING = {
    "work_mem": "'256MB'",
    "parallel_setup_cost": "0",
    "parallel_tuple_cost": "0.05",
    "min_parallel_table_scan_size": "0",
    "max_parallel_workers_per_gather": "2",
    "jit": "off",
    "enable_sort": "off",
}


def fold(*, most: int = 20_000) -> int:
    """Count what is queued into the tallies, each act once; return how many acts, 0 while another worker is at it."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT EXISTS (SELECT FROM indicators_scoreevent)")
        if not cursor.fetchone()[0]:
            return 0
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT 1 FROM indicators_board FOR UPDATE SKIP LOCKED")
        if not cursor.fetchone():
            return 0
        cursor.execute(f"SET LOCAL TIME ZONE '{CITY.key}'")
        cursor.execute(sql.FOLD, {"most": most})
        taken = int(cursor.fetchone()[0])
        cursor.execute("SET LOCAL TIME ZONE 'UTC'")
    return taken


def sweep() -> int:
    """Fold one batch; ask to be called again at once only where it was full, so that a busy hour costs few large folds."""
    most = 20_000
    return fold(most=most) // most


def recompute() -> Recomputed:
    """Count all cases anew and put right what differs; must find nothing."""
    started = time.perf_counter()
    with transaction.atomic(), connection.cursor() as cursor:
        # The lock comes before the snapshot, so that the cases, the queue and the tallies are seen at one moment.
        if not _is_nested():
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
        cursor.execute("LOCK TABLE indicators_board IN EXCLUSIVE MODE")
        cursor.execute(f"SET LOCAL TIME ZONE '{CITY.key}'")
        for setting, value in RECOMPUTING.items():
            cursor.execute(f"SET LOCAL {setting} = {value}")
        for statement in sql.RECOMPUTE:
            cursor.execute(statement)
        cells = changed = 0
        for table, fresh, key, figures in (
            ("indicators_tally", "fresh_tally", sql.TALLY_KEY, sql.TALLY),
            ("indicators_spread", "fresh_spread", sql.SPREAD_KEY, ("n",)),
        ):
            cursor.execute(f"SELECT (SELECT count(*) FROM {fresh}), (SELECT count(*) FROM {table})")
            wanted, found = cursor.fetchone()
            cursor.execute(sql.put(table, fresh, key, figures) if found else sql.fill(table, fresh, key, figures))
            changed += cursor.rowcount
            if found and (found > wanted or cursor.rowcount):
                cursor.execute(sql.take_away(table, fresh, key))
                changed += cursor.rowcount
            cells += wanted
            cursor.execute(f"DROP TABLE {fresh}")
        if changed:
            cursor.execute("UPDATE indicators_board SET version = version + 1, folded_at = clock_timestamp()")
        cursor.execute("SET LOCAL TIME ZONE 'UTC'")
    return Recomputed(cells, changed, time.perf_counter() - started)


def _is_nested() -> bool:
    return len(connection.savepoint_ids) > 0
