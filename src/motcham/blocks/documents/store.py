"""The folder of sealed files: each is written whole or not at all, and opens only under its own id."""

from __future__ import annotations

import os
import secrets
import shlex
import subprocess
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from uuid import UUID

from django.conf import settings

from motcham.blocks.documents.define import Infected, NoDocument, NotKept
from motcham.blocks.documents.rules import place_of
from motcham.kernel.keyring import Keyring

CONTENT, THUMBNAIL, NAME, DIGEST = "document.content", "document.thumbnail", "document.name", "document.digest"
_DRAFT = ".draft-"


def keyring() -> Keyring:
    """Return the keys of this installation."""
    return Keyring.open(settings.HOME / "keys")


def path_of(document_id: UUID, purpose: str = CONTENT) -> Path:
    """Return where a sealed file lies."""
    return settings.HOME / "documents" / (place_of(document_id) + (".t" if purpose == THUMBNAIL else ""))


def write(document_id: UUID, purpose: str, plain: bytes) -> None:
    """Seal and write a file; when this returns, it survives a power cut."""
    sealed = keyring().seal(purpose, plain, document_id.bytes)
    path = path_of(document_id, purpose)
    draft = path.with_name(_DRAFT + secrets.token_hex(8))
    try:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(sealed)
            file.flush()
            os.fsync(file.fileno())
        draft.rename(path)
        for folder in (path.parent, path.parent.parent):
            _sync(folder)
    except OSError as error:
        draft.unlink(missing_ok=True)
        raise NotKept() from error


def read(document_id: UUID, purpose: str = CONTENT) -> bytes:
    """Return a file as it was before it was sealed; a missing or wrong key says so in its own words."""
    try:
        sealed = path_of(document_id, purpose).read_bytes()
    except FileNotFoundError:
        raise NoDocument() from None
    return keyring().unseal(purpose, sealed, document_id.bytes)


def remove(document_id: UUID) -> None:
    """Delete a document's files; what is not there any more is no error."""
    for purpose in (CONTENT, THUMBNAIL):
        path_of(document_id, purpose).unlink(missing_ok=True)


def old_files(prefix: str, before: datetime) -> Iterator[tuple[Path, UUID | None]]:
    """Yield the files of one of the 256 folders that are older than `before`, with their ids; None for a draft left by a crash."""
    folder = settings.HOME / "documents" / prefix
    if not folder.is_dir():
        return
    for entry in os.scandir(folder):
        try:
            if entry.stat().st_mtime >= before.timestamp():
                continue
            yield Path(entry.path), None if entry.name.startswith(_DRAFT) else UUID(prefix + entry.name.partition(".")[0])
        except (FileNotFoundError, ValueError):
            continue


def scan(content: bytes) -> None:
    """Show a file to the operator's malware scanner, where there is one: it reads standard input; 0 is clean, 1 is infected."""
    if not settings.DOCUMENT_SCANNER:
        return
    try:
        command = shlex.split(settings.DOCUMENT_SCANNER)
        found = subprocess.run(
            command, input=content, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, timeout=60, check=False
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise NotKept() from error
    if found.returncode == 1:
        raise Infected()
    if found.returncode:
        raise NotKept()


def _sync(folder: Path) -> None:
    directory = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(directory)
    finally:
        os.close(directory)
