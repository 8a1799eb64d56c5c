"""Where dossiers read a procedure: the one door to the catalogue."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from importlib import import_module
from importlib.util import find_spec
from typing import Any

from motcham.apps.public_services.catalogue_types import Offer, Paper, Procedure
from motcham.kernel.errors import Missing

__all__ = ["Offer", "Paper", "Procedure", "find", "provide"]

Provider = Callable[[str, int | None, date | None], Procedure | None]
CATALOGUE = "motcham.apps.public_services.catalogue"


def _catalogue(code: str, version: int | None, on: date | None) -> Procedure | None:
    if find_spec(CATALOGUE) is None:
        return None
    catalogue: Any = import_module(CATALOGUE)
    law: Any = import_module("motcham.apps.public_services.law")
    try:
        if version is None:
            found: Procedure = catalogue.procedure(code=code, on=on)
        else:
            found = law.applied(catalogue.version(code=code, version=version), on)
        return found
    except Missing:
        return None


_provider: Provider = _catalogue


def provide(provider: Provider) -> Provider:
    """Read procedures here from now on; return where they were read before (tests)."""
    global _provider
    before, _provider = _provider, provider
    return before


def find(*, code: str, version: int | None = None, on: date | None = None) -> Procedure | None:
    """Return a procedure in one version, or in the one in force on a day, with what the law gives it on that day; None where
    there is none."""
    return _provider(code, version, on)
