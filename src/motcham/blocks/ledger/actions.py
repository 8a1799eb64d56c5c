"""Writes: append an entry in the caller's transaction, erase what stands behind commitments."""

from __future__ import annotations

import json
import secrets
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db import connection, transaction

from motcham.blocks.ledger import rules
from motcham.blocks.ledger.define import APPEND, Receipt


def _plain(value: object) -> str:
    if isinstance(value, (datetime, date)):
        return value.isoformat()
    if isinstance(value, (Decimal, UUID)):
        return str(value)
    raise TypeError(f"an entry cannot hold {type(value).__name__}")


_encode = json.JSONEncoder(default=_plain, ensure_ascii=False, allow_nan=False, separators=(",", ":"), sort_keys=True).encode


def append(*, kind: str, subject: str, payload: Mapping[str, Any], at: datetime | None = None) -> Receipt:
    """Write an entry in the caller's transaction: one statement, and nothing public but a salted commitment.

    `payload` is JSON (dates, decimals and UUIDs are written as text); `at` is when it happened, else now.
    """
    with connection.cursor() as cursor:
        cursor.execute(APPEND, (kind, subject, _encode(payload), at))
        return Receipt(cursor.fetchone()[0])


def append_bulk(*, kind: str, subject: str, rows: Iterable[Mapping[str, Any]], at: datetime | None = None) -> Receipt:
    """Write one entry for a bulk load: the Merkle root of its rows, each under a salt of its own."""
    secret = secrets.token_bytes(32)
    count, root = rules.bulk_root(secret=secret, rows=(_encode(row).encode() for row in rows))
    return append(kind=kind, subject=subject, payload={"rows": count, "root": root.hex(), "secret": secret.hex()}, at=at)


@transaction.atomic
def erase(*, subject: str) -> int:
    """Destroy salt and payload of every entry of a subject; the commitments, and so all proofs, stay. Return how many."""
    with connection.cursor() as cursor:
        erased = 0
        # In this order: an entry that the sequencer moves meanwhile is met in its new place.
        for table in ("ledger_pending", "ledger_entry"):
            cursor.execute(
                f"UPDATE {table} SET salt = NULL, payload = NULL WHERE subject = %s AND payload IS NOT NULL", (subject,)
            )
            erased += cursor.rowcount
    return erased
