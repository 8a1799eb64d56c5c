"""Encrypt a stream of any length: AES-256-GCM in chunks, so that neither a cut, a swap nor a change passes unseen.

Each file has a key of its own, derived from the operator's key, a random salt and the file's name. Each chunk is bound to
its number, the last one also to being the last.
"""

from __future__ import annotations

import os
import struct
from collections.abc import Iterator
from pathlib import Path
from types import TracebackType
from typing import IO

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

MAGIC = b"MOTCHAM1"
SALT = 16
CHUNK = 1 << 20
TAG = 16
_HEAD = struct.Struct(">I?")


class NotSealed(Exception):
    """The file was not written with this key, or has been changed or cut."""

    def __init__(self, name: str) -> None:
        super().__init__(
            f"{name}: sai khóa, hoặc tệp đã bị sửa hay bị cắt. / {name}: the key is wrong, or the file was changed or cut."
        )


def new_key(path: Path) -> None:
    """Write a new key to a file that only its owner may read; one that exists is never replaced."""
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write(os.urandom(32).hex() + "\n")


def read_key(path: Path) -> bytes:
    """Read a key from its file."""
    try:
        key = bytes.fromhex(path.read_text().strip())
    except ValueError:
        key = b""
    if len(key) != 32:
        raise NotSealed(str(path))
    return key


def _cipher(key: bytes, salt: bytes, name: str) -> AESGCM:
    return AESGCM(HKDF(SHA256(), 32, salt, b"motcham backup " + name.encode()).derive(key))


def _nonce(number: int) -> bytes:
    return number.to_bytes(12, "big")


class Sealer:
    """Writes what is given into `file`, sealed under `name`. To be closed, or the file stays without its end."""

    def __init__(self, file: IO[bytes], *, key: bytes, name: str) -> None:
        self._file = file
        salt = os.urandom(SALT)
        self._cipher = _cipher(key, salt, name)
        self._number = 0
        self._waiting = bytearray()
        file.write(MAGIC + salt)

    def write(self, data: bytes) -> int:
        """Take more of the stream."""
        self._waiting += data
        while len(self._waiting) > CHUNK:
            self._put(bytes(self._waiting[:CHUNK]), last=False)
            del self._waiting[:CHUNK]
        return len(data)

    def close(self) -> None:
        """Write the last chunk."""
        self._put(bytes(self._waiting), last=True)

    def _put(self, plain: bytes, *, last: bool) -> None:
        head = _HEAD.pack(len(plain) + TAG, last)
        self._file.write(head + self._cipher.encrypt(_nonce(self._number), plain, head))
        self._number += 1

    def __enter__(self) -> Sealer:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        if kind is None:
            self.close()


def unsealed(file: IO[bytes], *, key: bytes, name: str) -> Iterator[bytes]:
    """Give back the stream, chunk by chunk; whole only if it ends without an error."""
    head = file.read(len(MAGIC) + SALT)
    if len(head) != len(MAGIC) + SALT or not head.startswith(MAGIC):
        raise NotSealed(name)
    cipher = _cipher(key, head[len(MAGIC) :], name)
    number, last = 0, False
    while not last:
        head = file.read(_HEAD.size)
        if len(head) != _HEAD.size:
            raise NotSealed(name)
        length, last = _HEAD.unpack(head)
        if length > CHUNK + TAG:
            raise NotSealed(name)
        try:
            yield cipher.decrypt(_nonce(number), file.read(length), head)
        except (InvalidTag, ValueError) as error:
            raise NotSealed(name) from error
        number += 1
    if file.read(1):
        raise NotSealed(name)


class Unsealed:
    """The same as a readable file, for what wants one."""

    def __init__(self, chunks: Iterator[bytes]) -> None:
        self._chunks = chunks
        self._waiting = b""

    def read(self, size: int = -1) -> bytes:
        """Return up to `size` bytes; nothing at the end, which has then been proved to be the end."""
        while size < 0 or len(self._waiting) < size:
            chunk = next(self._chunks, None)
            if chunk is None:
                break
            self._waiting += chunk
        size = len(self._waiting) if size < 0 else size
        data, self._waiting = self._waiting[:size], self._waiting[size:]
        return data
