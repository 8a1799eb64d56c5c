"""Where dossiers read a procedure: the one door to the catalogue."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from motcham.apps.public_services.catalogue_types import Offer, Paper, Procedure

__all__ = ["Offer", "Paper", "Procedure", "find", "provide"]

Provider = Callable[[str, int | None, date | None], Procedure | None]


def _nothing(code: str, version: int | None, on: date | None) -> Procedure | None:
    return None


_provider: Provider = _nothing


def provide(provider: Provider) -> Provider:
    """Read procedures here from now on; return where they were read before."""
    global _provider
    before, _provider = _provider, provider
    return before


def find(*, code: str, version: int | None = None, on: date | None = None) -> Procedure | None:
    """Return a procedure in one version, or in the one in force on a day; None where there is none."""
    return _provider(code, version, on)
