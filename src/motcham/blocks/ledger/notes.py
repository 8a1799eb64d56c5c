"""Signed notes, checkpoints and cosignatures as C2SP writes them: text in, bytes checked, text out. No Django.

Specifications: c2sp.org/signed-note, /tlog-checkpoint, /tlog-cosignature, /tlog-proof.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Self

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from motcham.blocks.ledger.rules import HASH

ED25519 = 0x01
COSIGNATURE = 0x04
LONGEST = 64 * 1024
_SIZE = re.compile(r"0|[1-9]\d{0,17}", re.ASCII)


class BadNote(ValueError):
    """The text is not a well-formed note, or a signature by a known key does not verify."""


def _unbase64(text: str) -> bytes:
    try:
        return base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError) as error:
        raise BadNote(f"not base64: {text[:40]}") from error


def _base64(data: bytes) -> str:
    return base64.b64encode(data).decode()


@dataclass(frozen=True)
class Key:
    """A public key under a name: what a verifier must know. `str()` is the C2SP vkey."""

    name: str
    kind: int
    public: bytes

    @property
    def id(self) -> bytes:
        """Four bytes that, with the name, point from a signature to its key."""
        return hashlib.sha256(self.name.encode() + b"\n" + bytes([self.kind]) + self.public).digest()[:4]

    def __str__(self) -> str:
        return f"{self.name}+{self.id.hex()}+{_base64(bytes([self.kind]) + self.public)}"

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read a vkey; BadNote where its parts do not belong together."""
        name, plus, rest = text.strip().partition("+")
        key_id, plus_too, encoded = rest.partition("+")
        data = _unbase64(encoded)
        if not (name and plus and plus_too and len(data) == 1 + HASH and data[0] in (ED25519, COSIGNATURE)):
            raise BadNote(f"not a verifier key: {text[:80]}")
        key = cls(name, data[0], data[1:])
        if key.id.hex() != key_id:
            raise BadNote(f"the key of {name} does not have the id {key_id}")
        return key

    def check(self, text: str, signature: bytes) -> int:
        """Return the time of a cosignature, 0 for a plain signature; BadNote where it does not verify."""
        when, message = 0, text.encode()
        if self.kind == COSIGNATURE:
            when, signature = int.from_bytes(signature[:8], "big"), signature[8:]
            message = _cosigned(text, when)
        try:
            Ed25519PublicKey.from_public_bytes(self.public).verify(signature, message)
        except (InvalidSignature, ValueError) as error:
            raise BadNote(f"the signature of {self.name} does not verify") from error
        return when


def _cosigned(text: str, when: int) -> bytes:
    return f"cosignature/v1\ntime {when}\n{text}".encode()


@dataclass(frozen=True)
class Signer:
    """A private key under a name."""

    name: str
    kind: int
    private: Ed25519PrivateKey

    @property
    def key(self) -> Key:
        """The public half."""
        return Key(self.name, self.kind, self.private.public_key().public_bytes_raw())

    def line(self, text: str, when: int = 0) -> str:
        """Sign a note text, or cosign it as of `when`; return the signature line."""
        if self.kind == COSIGNATURE:
            signature = when.to_bytes(8, "big") + self.private.sign(_cosigned(text, when))
        else:
            signature = self.private.sign(text.encode())
        return f"— {self.name} {_base64(self.key.id + signature)}\n"


@dataclass(frozen=True)
class Note:
    """A text and its signature lines, nothing of it verified yet."""

    text: str
    lines: tuple[str, ...]

    def __str__(self) -> str:
        return self.text + "\n" + "".join(self.lines)

    @classmethod
    def parse(cls, note: str) -> Self:
        """Cut a note into text and signature lines; BadNote where it is not one."""
        text, gap, tail = note.rpartition("\n\n")
        lines = tuple(tail.splitlines(keepends=True))
        controls = any(ord(letter) < 0x20 and letter != "\n" for letter in note)
        if not gap or not text or controls or len(note) > LONGEST or not lines or not tail.endswith("\n"):
            raise BadNote("not a signed note")
        for line in lines:
            _signature(line)
        return cls(text + "\n", lines)

    def verify(self, key: Key) -> int:
        """Return the time of the cosignature by `key` (0 for a plain one); BadNote without exactly a good one."""
        found = [raw[4:] for name, raw in map(_signature, self.lines) if name == key.name and raw[:4] == key.id]
        if not found:
            raise BadNote(f"{key.name} has not signed this")
        return max(key.check(self.text, signature) for signature in found)


def _signature(line: str) -> tuple[str, bytes]:
    dash, _, rest = line.rstrip("\n").partition(" ")
    name, _, encoded = rest.partition(" ")
    raw = _unbase64(encoded)
    if dash != "—" or not name or len(raw) < 5:
        raise BadNote(f"not a signature line: {line[:60]}")
    return name, raw


@dataclass(frozen=True)
class Checkpoint:
    """What a log says of itself: its name, how many entries it has, and their root."""

    origin: str
    size: int
    root: bytes

    @property
    def text(self) -> str:
        """The note text that is signed."""
        return f"{self.origin}\n{self.size}\n{_base64(self.root)}\n"

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read a checkpoint from the text of a note; BadNote where it is not one."""
        lines = text.split("\n")
        if len(lines) < 4 or lines[-1] or not all(lines[:-1]):
            raise BadNote("not a checkpoint")
        size, root = lines[1], _unbase64(lines[2])
        if not _SIZE.fullmatch(size) or len(root) != HASH:
            raise BadNote("not a checkpoint")
        return cls(lines[0], int(size), root)


def proof_text(*, index: int, path: Sequence[bytes], checkpoint: str, extra: bytes = b"") -> str:
    """Write an offline proof of inclusion in the C2SP form, ready for a `.tlog-proof` file."""
    hashes = "".join(_base64(step) + "\n" for step in path)
    carried = f"extra {_base64(extra)}\n" if extra else ""
    return f"c2sp.org/tlog-proof@v1\n{carried}index {index}\n{hashes}\n{checkpoint}"
