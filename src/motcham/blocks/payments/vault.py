"""What identifies whoever paid: sealed under keys outside the database, opened for a receipt or a refund alone."""

from __future__ import annotations

import json
from collections.abc import Mapping
from uuid import UUID

from django.conf import settings

from motcham.kernel.keyring import Keyring

PAYER, COUNTERPART, CALLBACK, ACCOUNT = "payments.payer", "payments.counterpart", "payments.callback", "payments.account"


def seal(purpose: str, values: Mapping[str, object] | bytes, place: UUID | int) -> bytes:
    """Return values sealed for the row that holds them."""
    plain = values if isinstance(values, bytes) else json.dumps(values, ensure_ascii=False).encode()
    return _keyring().seal(purpose, plain, str(place).encode())


def opened(purpose: str, sealed: bytes | memoryview | None, place: UUID | int) -> dict[str, str]:
    """Return what was sealed; nothing once the eraser has been here."""
    if sealed is None:
        return {}
    found: dict[str, str] = json.loads(_keyring().unseal(purpose, bytes(sealed), str(place).encode()))
    return found


def _keyring() -> Keyring:
    return Keyring.open(settings.HOME / "keys")
