"""How personal data ends: whoever owns a table with personal data declares how long it is kept and how it is erased."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from motcham.kernel.registry import Registry
from motcham.kernel.terms import LegalBasis, Words


@dataclass(frozen=True)
class Eraser:
    """One promise to forget. `tables` are the tables it covers; `run` erases one bounded batch of what is due,
    returns how many rows it erased, and leaves an entry for each."""

    key: str
    tables: tuple[str, ...]
    what: Words
    retention: Words
    legal_basis: LegalBasis
    run: Callable[[], int]


erasers: Registry[Eraser] = Registry("eraser")
