"""Which procedure a person means, among those in force: one index a process, made anew when the catalogue changed."""

from __future__ import annotations

import threading
import time as wall
from dataclasses import dataclass
from typing import Any

from motcham.apps.public_services import catalogue, search
from motcham.apps.public_services.search import Entry, Hit, Index

AGE = 5.0  # seconds after which a process looks whether procedures were imported


@dataclass(frozen=True)
class _Kept:
    index: Index
    stamp: Any
    looked_at: float


_kept: _Kept | None = None
_making = threading.Lock()


def find(text: str, most: int = 10) -> list[Hit]:
    """Return the procedures in force that a text may mean, the likeliest first."""
    return index().search(text, most)


def index() -> Index:
    """Return the index over the procedures in force; while one request makes it anew the others go on with the last one."""
    global _kept
    kept, now = _kept, wall.monotonic()
    if kept is not None and now - kept.looked_at < AGE:
        return kept.index
    if not _making.acquire(blocking=kept is None):
        return kept.index  # type: ignore[union-attr]
    try:
        # Whoever waited finds what the one before made.
        kept, stamp = _kept, catalogue.stamp()
        fresh = kept.index if kept is not None and kept.stamp == stamp else Index(entries(), search.everyday_words())
        _kept = _Kept(fresh, stamp, wall.monotonic())
        return fresh
    finally:
        _making.release()


def forget() -> None:
    """Look anew whether procedures were imported: after an import, and between tests."""
    global _kept
    if _kept is not None:
        _kept = _Kept(_kept.index, _kept.stamp, float("-inf"))


def entries() -> list[Entry]:
    """Return the procedures in force as the index wants them; before the first import those that the package carries."""
    names = search.everyday_names()
    found = [
        Entry(each.code, each.title, each.field, "; ".join(each.agencies), names=names.get(each.code, ()))
        for each in catalogue.procedures()
    ]
    return found or search.carried()
