"""Signed notes of C2SP, from the verifier's side."""

from __future__ import annotations

import base64
import binascii
from dataclasses import dataclass
from hashlib import sha256

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

LOG, WITNESS = 0x01, 0x04


class Bad(ValueError):
    """What was served is not in order."""


def decode(text: str) -> bytes:
    """Read base64 strictly."""
    try:
        return base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError) as error:
        raise Bad(f"not base64: {text[:40]}") from error


@dataclass(frozen=True)
class Key:
    """A verifier key."""

    name: str
    id: bytes
    kind: int
    public: bytes
    text: str

    @classmethod
    def parse(cls, text: str) -> Key:
        """Read `name+id+key`."""
        name, _, rest = text.strip().partition("+")
        key_id, _, encoded = rest.partition("+")
        raw = decode(encoded)
        expected = sha256(name.encode() + b"\n" + raw).digest()[:4]
        if not name or len(raw) != 33 or raw[0] not in (LOG, WITNESS) or expected.hex() != key_id:
            raise Bad(f"not a verifier key: {text[:80]}")
        return cls(name, expected, raw[0], raw[1:], text.strip())


@dataclass(frozen=True)
class Checkpoint:
    """A signed checkpoint, as served."""

    note: str
    text: str
    origin: str
    size: int
    root: bytes

    @classmethod
    def parse(cls, note: str) -> Checkpoint:
        """Read a checkpoint; no signature is checked yet."""
        text, gap, _ = note.rpartition("\n\n")
        lines = text.split("\n")
        if not gap or len(lines) < 3 or not lines[0] or not (lines[1].isascii() and lines[1].isdigit() and len(lines[1]) < 19):
            raise Bad("not a checkpoint")
        root = decode(lines[2])
        if len(root) != 32 or str(int(lines[1])) != lines[1]:
            raise Bad("not a checkpoint")
        return cls(note, text + "\n", lines[0], int(lines[1]), root)

    def signed_by(self, key: Key) -> int | None:
        """Return the time of the cosignature (0 for a log's signature), None where it has not signed, Bad where it is forged."""
        for line in self.note[len(self.text) + 1 :].splitlines():
            dash, _, rest = line.partition(" ")
            name, _, encoded = rest.partition(" ")
            raw = decode(encoded)
            if dash != "—" or name != key.name or raw[:4] != key.id:
                continue
            when, signature, message = 0, raw[4:], self.text.encode()
            if key.kind == WITNESS:
                when, signature = int.from_bytes(raw[4:12], "big"), raw[12:]
                message = f"cosignature/v1\ntime {when}\n".encode() + message
            try:
                Ed25519PublicKey.from_public_bytes(key.public).verify(signature, message)
            except InvalidSignature:
                raise Bad(f"the signature of {key.name} is false") from None
            return when
        return None
