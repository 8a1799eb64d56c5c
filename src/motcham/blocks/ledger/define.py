"""The nouns of the ledger: a receipt, an entry's state, its proof, and how the log is doing."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from motcham.kernel.errors import Missing

APPEND = "SELECT ledger_append(%s, %s, %s::jsonb, %s)"
"""The statement behind `api.append`, for code that talks to PostgreSQL itself: kind, subject, JSON text, time or NULL.
Inside SQL call `ledger_append(kind, subject, data)` directly; it returns the entry id."""


class NoEntry(Missing):
    """There is no entry {entry_id} in the log. Check the number on your receipt."""

    code = "ledger.no_entry"


class NotYetSigned(Missing):
    """Entry {entry_id} is recorded and waits for the next signature of the log. Look again in a few seconds."""

    code = "ledger.not_yet_signed"


@dataclass(frozen=True)
class Receipt:
    """An entry was written; it counts once the transaction around it is committed."""

    entry_id: int


class State(StrEnum):
    """How far an entry has come: written, given its place in the tree, under a signed checkpoint."""

    WAITING = "waiting"
    PLACED = "placed"
    SIGNED = "signed"


@dataclass(frozen=True)
class EntryStatus:
    """Where an entry stands."""

    entry_id: int
    state: State
    position: int | None


@dataclass(frozen=True)
class Proof:
    """That an entry is in the log: its place, and the hashes that lead from it to a signed root."""

    entry_id: int
    position: int
    commitment: bytes
    path: tuple[bytes, ...]
    checkpoint: str


@dataclass(frozen=True)
class ProofMark:
    """What a page says under an act: so many steps recorded, so many of them provable by now."""

    recorded: int
    signed: int
    last: int | None


@dataclass(frozen=True)
class Opening:
    """What opens a commitment, for those who may see it; empty once the eraser has been here."""

    entry_id: int
    kind: str
    subject: str
    recorded_at: datetime
    salt: bytes | None
    payload: bytes | None


class Alarm(StrEnum):
    """Why the log stands still. The first four need a person; the others pass by themselves."""

    ROLLED_BACK = "rolled_back"
    OTHER_HISTORY = "other_history"
    OTHER_KEY = "other_key"
    MEMORY_LOST = "memory_lost"
    WITNESS_REFUSES = "witness_refuses"
    WITNESS_AWAY = "witness_away"
    NOT_WRITABLE = "not_writable"


@dataclass(frozen=True)
class Health:
    """How the log is doing; `size` counts what is placed, `signed_size` what a checkpoint covers."""

    origin: str
    key: str
    witness_key: str
    size: int
    signed_size: int
    root: bytes
    signed_at: datetime | None
    running: bool
    alarm: str
    alarm_detail: str
    alarm_since: datetime | None
