"""What is said of a person at the counter: sealed under keys outside the database."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.conf import settings

from motcham.kernel.keyring import Keyring

BOOKING, FORM = "counter.booking", "counter.form"


def seal(purpose: str, values: Mapping[str, Any], place: UUID) -> bytes:
    """Return values sealed for the row that holds them."""
    return _keyring().seal(purpose, json.dumps(values, ensure_ascii=False).encode(), place.bytes)


def opened(purpose: str, sealed: bytes | memoryview | None, place: UUID) -> dict[str, Any]:
    """Return what was sealed; nothing once the eraser has been here."""
    if sealed is None:
        return {}
    found: dict[str, Any] = json.loads(_keyring().unseal(purpose, bytes(sealed), place.bytes))
    return found


def _keyring() -> Keyring:
    return Keyring.open(settings.HOME / "keys")
