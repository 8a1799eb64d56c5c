"""The verbs of the ledger. `append` belongs in the transaction of the act that it proves."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from motcham.blocks.ledger import actions, queries
from motcham.blocks.ledger.define import EntryStatus, Health, Opening, Proof, ProofMark, Receipt, State


def append(*, kind: str, subject: str, payload: Mapping[str, Any], at: datetime | None = None) -> Receipt:
    """Write an entry in the caller's transaction: one statement, and nothing public but a salted commitment.

    `payload` is JSON (dates, decimals and UUIDs are written as text); `at` is when it happened, else now.
    """
    return actions.append(kind=kind, subject=subject, payload=payload, at=at)


def append_bulk(*, kind: str, subject: str, rows: Iterable[Mapping[str, Any]], at: datetime | None = None) -> Receipt:
    """Write one entry for a bulk load: the Merkle root of its rows, each under a salt of its own."""
    return actions.append_bulk(kind=kind, subject=subject, rows=rows, at=at)


def erase(*, subject: str) -> int:
    """Destroy salt and payload of every entry of a subject; the commitments, and so all proofs, stay. Return how many."""
    return actions.erase(subject=subject)


def status(entry_ids: Iterable[int]) -> dict[int, EntryStatus]:
    """Return where each entry stands, in one statement; unknown ids are left out."""
    return queries.statuses(entry_ids)


def proof_mark(entry_ids: Iterable[int]) -> ProofMark:
    """Return what a page says under an act: how many of its steps are recorded, how many can be verified by now."""
    found = queries.statuses(entry_ids)
    return ProofMark(len(found), sum(entry.state is State.SIGNED for entry in found.values()), max(found, default=None))


def proof(entry_id: int) -> Proof:
    """Return the proof that an entry is in the log. Raises NoEntry, or NotYetSigned for some seconds after the act."""
    return queries.proof(entry_id)


def opening(entry_id: int) -> Opening:
    """Return salt and payload, which open the commitment. The caller decides who may see them, and records the look."""
    return queries.opening(entry_id)


def checkpoint() -> str | None:
    """Return the signed checkpoint, None before the first."""
    return queries.checkpoint()


def health() -> Health | None:
    """Return how the log is doing, None before a sequencer ever ran."""
    return queries.health()
