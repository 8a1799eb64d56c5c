"""Where dossiers read a procedure: the one door to the catalogue."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from functools import lru_cache

from django.utils import timezone

from motcham.apps.public_services import catalogue, law
from motcham.apps.public_services.define import Offer, Paper, Procedure
from motcham.kernel.errors import Missing

__all__ = ["Offer", "Paper", "Procedure", "find", "forget", "provide", "read_once"]

Provider = Callable[[str, int | None, date | None], Procedure | None]


def _catalogue(code: str, version: int | None, on: date | None) -> Procedure | None:
    return _read(code, version, on, timezone.localdate(), catalogue.stamp(), law.stated())


@lru_cache(maxsize=2048)
def _read(code: str, version: int | None, on: date | None, *_until: object) -> Procedure | None:
    # A list of dossiers asks for one procedure a line: each is read once, until the day, the catalogue or what officials
    # entered is another.
    try:
        if version is None:
            return catalogue.procedure(code=code, on=on)
        return law.applied(catalogue.version(code=code, version=version), on)
    except Missing:
        return None


_provider: Provider = _catalogue


def provide(provider: Provider) -> Provider:
    """Read procedures here from now on; return where they were read before (tests)."""
    global _provider
    before, _provider = _provider, provider
    return before


def read_once() -> None:
    """Read each procedure once and keep it, for as long as this process lives: for one that only tells a history."""
    provide(lru_cache(maxsize=4096)(_provider))


def forget() -> None:
    """Read procedures anew: after an import, and between tests."""
    catalogue.look_anew()
    _read.cache_clear()


def find(*, code: str, version: int | None = None, on: date | None = None) -> Procedure | None:
    """Return a procedure in one version, or in the one in force on a day, with what the law gives it on that day; None where
    there is none."""
    return _provider(code, version, on)
