"""Links that only whoever got the mail can have: what they are about, under a keyed code of 144 bits. Nothing of them is stored."""

from __future__ import annotations

import base64
import binascii
import hmac

from django.conf import settings

from motcham.blocks.channels.define import LinkUnknown
from motcham.kernel.keyring import KeyMissing, Keyring

CONFIRM, STOP = "channels.confirm", "channels.stop"
# The version of the key, then 144 bits of the code.
KEPT = 2 + 18


def keyring() -> Keyring:
    """Return the keys of this installation, which lie outside its database."""
    return Keyring.open(settings.HOME / "keys")


def make(purpose: str, about: str) -> str:
    """Return the token for a purpose."""
    return f"{_write(about.encode())}.{_write(keyring().fingerprint(purpose, about)[:KEPT])}"


def read(purpose: str, token: str) -> str:
    """Return what a token is about; raise `LinkUnknown` where it was not made here for this purpose."""
    try:
        about, code = (_read(part) for part in token[:400].split("."))
        made = keyring().fingerprint(purpose, about, version=int.from_bytes(code[:2]))
        if hmac.compare_digest(made[:KEPT], code):
            return about.decode()
    except (ValueError, binascii.Error, KeyMissing):
        pass
    raise LinkUnknown()


def _write(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def _read(text: str) -> bytes:
    return base64.b64decode(text.encode("ascii") + b"=" * (-len(text) % 4), altchars=b"-_", validate=True)
