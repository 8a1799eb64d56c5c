"""Which procedure a person means, among those in force: one index a process, made anew when the catalogue changed."""

from __future__ import annotations

import threading
from dataclasses import dataclass
from typing import Any

from motcham.apps.public_services import catalogue, search
from motcham.apps.public_services.search import Entry, Hit, Index


@dataclass(frozen=True)
class _Kept:
    index: Index
    stamp: Any


_kept: _Kept | None = None
_making = threading.Lock()


def find(text: str, most: int = 10) -> list[Hit]:
    """Return the procedures in force that a text may mean, the likeliest first."""
    return index().search(text, most)


def index() -> Index:
    """Return the index over the procedures in force; while one request makes it anew the others go on with the last one."""
    global _kept
    kept, stamp = _kept, catalogue.stamp()
    if kept is not None and kept.stamp == stamp:
        return kept.index
    if not _making.acquire(blocking=kept is None):
        return kept.index  # type: ignore[union-attr]
    try:
        # Whoever waited finds what the one before made.
        kept = _kept
        if kept is None or kept.stamp != stamp:
            _kept = kept = _Kept(Index(entries(), search.everyday_words()), stamp)
        return kept.index
    finally:
        _making.release()


def entries() -> list[Entry]:
    """Return the procedures in force as the index wants them; before the first import those that the package carries."""
    names = search.everyday_names()
    found = [
        Entry(each.code, each.title, each.field, "; ".join(each.agencies), names=names.get(each.code, ()))
        for each in catalogue.procedures()
    ]
    return found or search.carried()
