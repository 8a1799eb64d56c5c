"""What the log keeps outside the database: its key, and the last checkpoint it signed. No Django.

A restored database cannot bring these back in time, which is what they are for: keep them out of its backups.
"""

from __future__ import annotations

import fcntl
import os
import re
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, load_pem_private_key

from motcham.blocks.ledger.notes import Checkpoint, Note

NAME = "motcham.hcmc"
"""How the log is called where nothing else is said; each name it takes adds its number to this."""


def write_durably(path: Path, text: str) -> None:
    """Put a file in place whole or not at all, and have it on the disk before returning."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    beside = path.with_name(f".{path.name}.{os.getpid()}")
    with beside.open("w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    beside.replace(path)
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def load_key(path: Path) -> Ed25519PrivateKey:
    """Read a private key, drawing it the first time it is asked for."""
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        beside = path.with_name(f".{path.name}.{os.getpid()}")
        with os.fdopen(os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
            file.write(Ed25519PrivateKey.generate().private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
            file.flush()
            os.fsync(file.fileno())
        with suppress(FileExistsError):  # where two begin at once, the first key stays
            os.link(beside, path)
        beside.unlink()
    key = load_pem_private_key(path.read_bytes(), password=None)
    if not isinstance(key, Ed25519PrivateKey):
        raise ValueError(f"{path} does not hold an Ed25519 key")
    return key


class Outside:
    """The folder `ledger` and the key of one installation."""

    def __init__(self, home: Path) -> None:
        self.folder = home / "ledger"
        self.key_path = home / "keys" / "ledger.key"
        self.checkpoint_path = self.folder / "checkpoint"
        self.archive = self.folder / "archive"

    def private_key(self) -> Ed25519PrivateKey:
        """Return the log's key."""
        return load_key(self.key_path)

    def remembered(self) -> Note | None:
        """Return the last checkpoint that was signed, as far as this machine knows; BadNote where the file is damaged."""
        text = self.last_words()
        return Note.parse(text) if text else None

    def last_words(self) -> str:
        """Return the file of the last checkpoint as it is, readable or not."""
        try:
            return self.checkpoint_path.read_text(encoding="utf-8")
        except FileNotFoundError:
            return ""

    def remember(self, note: Note) -> None:
        """Write the checkpoint down, unless a later one of the same log is there already."""
        with self._locked():
            before, now = self.remembered(), Checkpoint.parse(note.text)
            known = Checkpoint.parse(before.text) if before else None
            if known is None or known.origin != now.origin or known.size <= now.size:
                write_durably(self.checkpoint_path, str(note))

    def publish_key(self, key: str) -> None:
        """Leave the public key where a witness on this machine finds it."""
        path = self.folder / "vkey"
        if not path.exists() or path.read_text() != f"{key}\n":
            write_durably(path, f"{key}\n")

    def published_keys(self) -> list[str]:
        """Return the public key of the name in force, nothing before the first start."""
        path = self.folder / "vkey"
        return path.read_text().split() if path.exists() else []

    def witness_key(self, found: str = "") -> str:
        """Return the key of the witness that was first met, remembering `found` if none was."""
        path = self.folder / "witness.vkey"
        if found and not path.exists():
            write_durably(path, f"{found}\n")
        return path.read_text().strip() if path.exists() else ""

    def next_generation(self, known: int) -> int:
        """Return a number that no name of this log has carried, not even one the database has forgotten."""
        with self._locked():
            names = [*(path.stem for path in self.archive.glob("*.checkpoint")), self.last_words().partition("\n")[0]]
        used = [int(found[0]) for name in names if (found := re.search(r"\d+$", name))]
        return max([known, *used]) + 1

    def put_away(self) -> None:
        """Move the last checkpoint of a name that ends into the archive."""
        with self._locked():
            if text := self.last_words():
                name = re.sub(r"[^\w.]", "-", text.partition("\n")[0])[:100]
                write_durably(self.archive / f"{name}.checkpoint", text)
                self.checkpoint_path.unlink()

    @contextmanager
    def _locked(self) -> Iterator[None]:
        self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        with (self.folder / "lock").open("w") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            yield
