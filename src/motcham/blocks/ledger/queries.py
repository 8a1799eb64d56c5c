"""Reads: where entries stand, their proofs, tiles, and how the log is doing."""

from __future__ import annotations

from collections.abc import Iterable

from django.db import connection

from motcham.blocks.ledger import rules, store
from motcham.blocks.ledger.define import EntryStatus, Health, NoEntry, NotYetSigned, Opening, Proof, State
from motcham.blocks.ledger.notes import Checkpoint, Note


def status(entry_ids: Iterable[int]) -> dict[int, EntryStatus]:
    """Return where each entry stands, in one statement; ids that no committed entry has are left out."""
    wanted = list(entry_ids)
    with connection.cursor() as cursor:
        cursor.execute(
            """SELECT entry_id, position, coalesce(position < (SELECT checkpoint_size FROM ledger_log ORDER BY generation DESC LIMIT 1), false)
            FROM (SELECT entry_id, position FROM ledger_entry WHERE entry_id = ANY (%s)
                  UNION ALL SELECT entry_id, NULL FROM ledger_pending WHERE entry_id = ANY (%s)) AS found""",
            (wanted, wanted),
        )
        return {
            entry_id: EntryStatus(
                entry_id, State.WAITING if position is None else State.SIGNED if signed else State.PLACED, position
            )
            for entry_id, position, signed in cursor.fetchall()
        }


def proof(entry_id: int) -> Proof:
    """Return the proof that an entry is in the log. Raises NoEntry, or NotYetSigned for some seconds after the act."""
    with connection.cursor() as cursor:
        cursor.execute(
            """SELECT position, commitment, checkpoint, checkpoint_size
            FROM ledger_entry, (SELECT checkpoint, checkpoint_size FROM ledger_log ORDER BY generation DESC LIMIT 1) AS log
            WHERE entry_id = %s""",
            (entry_id,),
        )
        found = cursor.fetchone()
        if found is None or found[0] >= found[3]:
            raise NotYetSigned(entry_id=entry_id) if entry_id in status([entry_id]) else NoEntry(entry_id=entry_id)
        position, commitment, checkpoint, size = found
        path = store.range_hashes(cursor, rules.inclusion_ranges(position, size))
        return Proof(entry_id, position, bytes(commitment), tuple(path), checkpoint)


def opening(entry_id: int) -> Opening:
    """Return salt and payload, which open the commitment. The caller decides who may see them, and records the look."""
    with connection.cursor() as cursor:
        columns = "entry_id, kind, subject, recorded_at, salt, payload"
        cursor.execute(
            f"SELECT {columns} FROM ledger_entry WHERE entry_id = %s UNION ALL SELECT {columns} FROM ledger_pending WHERE entry_id = %s",
            (entry_id, entry_id),
        )
        row = cursor.fetchone()
    if row is None:
        raise NoEntry(entry_id=entry_id)
    return Opening(*row)


def checkpoint() -> str | None:
    """Return the signed checkpoint that is shown, None before the first."""
    with connection.cursor() as cursor:
        log = store.current_log(cursor)
    return log.checkpoint or None if log else None


def tile(level: int, index: int, width: int) -> bytes | None:
    """Return the bytes at a tile address, None where the tree has not grown that far."""
    with connection.cursor() as cursor:
        hashes = store.tiles(cursor, [(level, index)]).get((level, index), b"")[: width * rules.HASH]
    if len(hashes) < width * rules.HASH:
        return None
    return rules.bundle(hashes) if level == rules.ENTRIES else hashes


def health() -> Health | None:
    """Return how the log is doing, None before a sequencer ever ran."""
    with connection.cursor() as cursor:
        log = store.current_log(cursor)
    if log is None:
        return None
    root = Checkpoint.parse(Note.parse(log.checkpoint).text).root if log.checkpoint else rules.EMPTY_ROOT
    return Health(
        origin=log.origin,
        key=log.key,
        witness_key=log.witness_key,
        size=log.size,
        signed_size=log.checkpoint_size,
        root=root,
        signed_at=log.signed_at,
        running=log.running,
        alarm=log.alarm,
        alarm_detail=log.alarm_detail,
        alarm_since=log.alarm_since,
    )


def origins() -> list[store.LogRow]:
    """Return the names that the tree was signed under before the one in force."""
    with connection.cursor() as cursor:
        return store.all_logs(cursor)[1:]


def signed_size(proof: Proof) -> int:
    """Return how many entries the checkpoint of a proof covers."""
    return Checkpoint.parse(Note.parse(proof.checkpoint).text).size
