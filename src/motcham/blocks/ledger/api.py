"""The verbs of the ledger. `append` belongs in the transaction of the act that it proves."""

from __future__ import annotations

from collections.abc import Iterable

from motcham.blocks.ledger.actions import append, append_bulk, erase
from motcham.blocks.ledger.define import ProofMark, State
from motcham.blocks.ledger.queries import checkpoint, health, opening, proof, status

__all__ = ["append", "append_bulk", "checkpoint", "erase", "health", "opening", "proof", "proof_mark", "status"]


def proof_mark(entry_ids: Iterable[int]) -> ProofMark:
    """Return what a page says under an act: how many of its steps are recorded, how many can be verified by now."""
    found = status(entry_ids)
    return ProofMark(len(found), sum(entry.state is State.SIGNED for entry in found.values()), max(found, default=None))
