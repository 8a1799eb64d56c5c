"""Every statement by which the sequencer and the pages read and move the log, over any cursor (Django's or psycopg's own)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from motcham.blocks.ledger import rules
from motcham.blocks.ledger.rules import Range, TileKey

PARTITION = 256**3


class Cursor(Protocol):
    """What Django's cursor and psycopg's have in common."""

    def execute(self, query: str, params: Any = None, /) -> Any: ...

    def fetchone(self) -> Any: ...

    def fetchall(self) -> list[Any]: ...


@dataclass(frozen=True)
class LogRow:
    """The row of the name under which the tree is signed now."""

    generation: int
    origin: str
    key: str
    witness_key: str
    size: int
    checkpoint: str
    checkpoint_size: int
    signed_at: datetime | None
    alarm: str
    alarm_detail: str
    alarm_since: datetime | None
    holder: str
    running: bool


_LOG = """generation, origin, key, witness_key, size, checkpoint, checkpoint_size, signed_at, alarm, alarm_detail, alarm_since, holder,
    coalesce(lease_until > clock_timestamp(), false)"""
_NEWEST = "(SELECT max(generation) FROM ledger_log)"


def current_log(cursor: Cursor) -> LogRow | None:
    """Return the log in force, or None before a sequencer ever ran."""
    cursor.execute(f"SELECT {_LOG} FROM ledger_log ORDER BY generation DESC LIMIT 1")
    row = cursor.fetchone()
    return LogRow(*row) if row else None


def all_logs(cursor: Cursor) -> list[LogRow]:
    """Return every name the tree was ever signed under, newest first."""
    cursor.execute(f"SELECT {_LOG} FROM ledger_log ORDER BY generation DESC")
    return [LogRow(*row) for row in cursor.fetchall()]


def tiles(cursor: Cursor, keys: Iterable[TileKey]) -> dict[TileKey, bytes]:
    """Fetch tiles in one statement; those that are not there are left out."""
    wanted = list(keys)
    cursor.execute(
        "SELECT level, index, hashes FROM ledger_tile JOIN unnest(%s::smallint[], %s::bigint[]) AS wanted (level, index) USING (level, index)",
        ([level for level, _ in wanted], [index for _, index in wanted]),
    )
    return {(level, index): bytes(hashes) for level, index, hashes in cursor.fetchall()}


def range_hashes(cursor: Cursor, ranges: list[Range]) -> list[bytes]:
    """Hash ranges of the tree from its tiles; KeyError where the tree is shorter than that."""
    node = rules.node_from(tiles(cursor, rules.tiles_for(ranges)))
    return [rules.range_hash(part, node) for part in ranges]


def roots_and_path(cursor: Cursor, old: int, new: int) -> tuple[bytes, bytes, list[bytes]]:
    """Return the roots at two sizes and the proof that the second begins with the first."""
    old_root, new_root, *path = range_hashes(cursor, [(0, old), (0, new), *rules.consistency_ranges(old, new)])
    return old_root, new_root, path


# What only the sequencer does


def open_log(cursor: Cursor, origin: str) -> None:
    """Write the row of the first name, unless there is one."""
    cursor.execute("INSERT INTO ledger_log (generation, origin) VALUES (1, %s) ON CONFLICT DO NOTHING", (origin,))


def take_lease(cursor: Cursor, *, holder: str, seconds: float) -> LogRow | None:
    """Take or renew the lease, holding the row for the rest of the transaction; None while another holds it."""
    cursor.execute(
        f"""UPDATE ledger_log SET holder = %s, lease_until = clock_timestamp() + make_interval(secs => %s)
        WHERE generation = {_NEWEST} AND (holder = %s OR lease_until IS NULL OR lease_until < clock_timestamp()) RETURNING {_LOG}""",
        (holder, seconds, holder),
    )
    row = cursor.fetchone()
    return LogRow(*row) if row else None


def drop_lease(cursor: Cursor, *, holder: str) -> None:
    """Let another sequencer begin at once."""
    cursor.execute("UPDATE ledger_log SET lease_until = NULL WHERE holder = %s", (holder,))


def first_waiting(cursor: Cursor, *, after: int) -> int | None:
    """Return the lowest entry id above `after` that is committed and waits."""
    cursor.execute("SELECT entry_id FROM ledger_pending WHERE entry_id > %s ORDER BY entry_id LIMIT 1", (after,))
    row = cursor.fetchone()
    return row[0] if row else None


def move_waiting(cursor: Cursor, *, after: int, size: int, batch: int) -> tuple[bytes, int]:
    """Give committed entries their positions from `size` on; return their commitments end to end and the highest id.

    It takes whatever it can see, never "up to an id": ids are drawn before commits, so that would skip the slow ones.
    A row under an eraser's lock is left for the next time.
    """
    cursor.execute(
        """WITH taken AS (
            DELETE FROM ledger_pending WHERE entry_id = ANY (ARRAY(
                SELECT entry_id FROM ledger_pending WHERE entry_id > %s ORDER BY entry_id LIMIT %s FOR UPDATE SKIP LOCKED))
            RETURNING *
        ), placed AS (
            INSERT INTO ledger_entry (position, entry_id, kind, subject, recorded_at, salt, payload, commitment)
            SELECT %s + row_number() OVER (ORDER BY entry_id) - 1, entry_id, kind, subject, recorded_at, salt, payload, commitment
            FROM taken
            RETURNING position, entry_id, commitment
        )
        SELECT coalesce(string_agg(commitment, ''::bytea ORDER BY position), ''::bytea), coalesce(max(entry_id), 0) FROM placed""",
        (after, batch, size),
    )
    commitments, highest = cursor.fetchone()
    return bytes(commitments), highest


def store_tiles(cursor: Cursor, changed: dict[TileKey, bytes]) -> None:
    """Write new and grown tiles; a full one is never written over."""
    cursor.execute(
        """INSERT INTO ledger_tile (level, index, hashes) SELECT * FROM unnest(%s::smallint[], %s::bigint[], %s::bytea[])
        ON CONFLICT (level, index) DO UPDATE SET hashes = excluded.hashes
        WHERE octet_length(ledger_tile.hashes) < octet_length(excluded.hashes)""",
        ([level for level, _ in changed], [index for _, index in changed], list(changed.values())),
    )


def set_size(cursor: Cursor, *, generation: int, size: int) -> None:
    """Say how many entries are placed."""
    cursor.execute("UPDATE ledger_log SET size = %s WHERE generation = %s", (size, generation))


def ensure_partition(cursor: Cursor, number: int) -> None:
    """Make the partition for positions from `number` times 256³; attaching one holds up neither readers nor writers."""
    name = f"ledger_entry_{number}"
    cursor.execute("SELECT to_regclass(%s) IS NULL", (name,))
    if cursor.fetchone()[0]:
        cursor.execute(f"CREATE TABLE {name} (LIKE ledger_entry INCLUDING ALL)")
        cursor.execute(
            f"ALTER TABLE ledger_entry ATTACH PARTITION {name} FOR VALUES FROM ({number * PARTITION}) TO ({(number + 1) * PARTITION})"
        )


def publish(cursor: Cursor, *, generation: int, checkpoint: str, size: int, key: str, witness_key: str) -> None:
    """Show a signed checkpoint to readers, unless a later one is already shown, and end the alarm."""
    cursor.execute(
        """UPDATE ledger_log SET checkpoint = %s, checkpoint_size = %s, key = %s, witness_key = %s, signed_at = clock_timestamp(),
        alarm = '', alarm_detail = '', alarm_since = NULL WHERE generation = %s AND checkpoint_size <= %s""",
        (checkpoint, size, key, witness_key, generation, size),
    )


def raise_alarm(cursor: Cursor, *, holder: str, alarm: str, detail: str) -> bool:
    """Show why the log stands still; false when the lease has gone to another, whose business it now is."""
    cursor.execute(
        f"""UPDATE ledger_log SET alarm = %s, alarm_detail = %s,
        alarm_since = CASE WHEN alarm = %s THEN alarm_since ELSE clock_timestamp() END
        WHERE generation = {_NEWEST} AND holder = %s RETURNING 1""",
        (alarm, detail, alarm, holder),
    )
    return cursor.fetchone() is not None


def open_next_log(cursor: Cursor, *, generation: int, origin: str) -> LogRow:
    """Begin a new name over the same tree; the sequencer of the old one loses its lease."""
    cursor.execute(
        f"INSERT INTO ledger_log (generation, origin, size) SELECT %s, %s, size FROM ledger_log WHERE generation = {_NEWEST} RETURNING {_LOG}",
        (generation, origin),
    )
    return LogRow(*cursor.fetchone())
