"""Keys held outside the database: what identifies a person is sealed with them, and found again by a keyed hash.

One file a version in the keys folder. The newest version seals; every version that is there opens. Each purpose has a key of its own,
derived from the version's secret, so what was sealed for one purpose or place (`aad`) cannot be passed off as another.
Nonces are random, which is safe for 2^32 seals under one purpose and version: rotate long before.
"""

from __future__ import annotations

import base64
import hmac
import json
import os
import secrets
import struct
from contextlib import suppress
from datetime import UTC, datetime
from functools import cache
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from motcham.kernel.errors import Upstream

_FORMAT = 1


class KeyMissing(Upstream):
    """This cannot be opened now: key version {version} is not on this machine. The operator can put it back from the backup of the keys."""

    code = "key_missing"


class SealBroken(Upstream):
    """What is stored here was damaged or belongs elsewhere, so it is not shown. The operator can restore it from a backup."""

    code = "seal_broken"


class Keyring:
    """The keys in one folder. `Keyring.open(folder)` gives the one of this process; the first use on a machine makes version 1."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._secrets: dict[int, bytes] = {}
        self._derived: dict[tuple[str, int], bytes] = {}
        self._ciphers: dict[tuple[str, int], AESGCM] = {}
        self.reload()
        if not self._secrets:
            self.rotate()

    @classmethod
    @cache
    def open(cls, folder: Path) -> Keyring:
        """Return the keyring of `folder`, read once a process."""
        return cls(folder)

    @property
    def version(self) -> int:
        """The version that seals."""
        return max(self._secrets)

    def reload(self) -> None:
        """Read the folder again: another process may have rotated."""
        for file in sorted(self.folder.glob("keyring-*.json")):
            record = json.loads(file.read_text("ascii"))
            self._secrets[int(record["version"])] = base64.b64decode(record["secret"])

    def rotate(self) -> int:
        """Add a version, which seals from now on; processes that run already use it when they start again or first meet it."""
        version = max(self._secrets, default=0) + 1
        secret = base64.b64encode(secrets.token_bytes(32)).decode()
        self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        draft = self.folder / f".keyring-{secrets.token_hex(8)}"
        try:
            with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
                json.dump({"version": version, "created": datetime.now(UTC).isoformat(), "secret": secret}, file)
                file.flush()
                os.fsync(file.fileno())
            # A link is there whole or not at all, and never replaces the version that another process made a moment before.
            with suppress(FileExistsError):
                os.link(draft, self.folder / f"keyring-{version:04}.json")
        finally:
            draft.unlink(missing_ok=True)
        directory = os.open(self.folder, os.O_RDONLY)
        os.fsync(directory)
        os.close(directory)
        self.reload()
        return self.version

    def seal(self, purpose: str, plaintext: bytes, aad: bytes) -> bytes:
        """Encrypt and authenticate; `aad` names the place (a row, a file), so that it opens there alone."""
        header, nonce = struct.pack(">BH", _FORMAT, self.version), os.urandom(12)
        return header + nonce + self._cipher(purpose, self.version).encrypt(nonce, plaintext, header + aad)

    def unseal(self, purpose: str, sealed: bytes, aad: bytes) -> bytes:
        """Return the plaintext; raise `KeyMissing` or `SealBroken`."""
        header, nonce, body = sealed[:3], sealed[3:15], sealed[15:]
        if len(body) < 16 or header[0] != _FORMAT:
            raise SealBroken(permanent=True)
        try:
            return self._cipher(purpose, int.from_bytes(header[1:])).decrypt(nonce, body, header + aad)
        except InvalidTag:
            raise SealBroken(permanent=True) from None

    def fingerprint(self, purpose: str, value: str | bytes, *, version: int | None = None) -> bytes:
        """Return a keyed hash with its version, by which a value is found without being readable."""
        version = version or self.version
        plain = value.encode() if isinstance(value, str) else value
        return struct.pack(">H", version) + hmac.digest(self._key(f"fingerprint:{purpose}", version), plain, "sha256")

    def fingerprints(self, purpose: str, value: str | bytes) -> list[bytes]:
        """Return the keyed hash under every version, newest first: look a value up with these."""
        return [self.fingerprint(purpose, value, version=version) for version in sorted(self._secrets, reverse=True)]

    def _cipher(self, purpose: str, version: int) -> AESGCM:
        if (purpose, version) not in self._ciphers:
            self._ciphers[purpose, version] = AESGCM(self._key(f"seal:{purpose}", version))
        return self._ciphers[purpose, version]

    def _key(self, purpose: str, version: int) -> bytes:
        if (purpose, version) not in self._derived:
            if version not in self._secrets:
                self.reload()
            if version not in self._secrets:
                raise KeyMissing(version=version, permanent=True)
            self._derived[purpose, version] = HKDF(SHA256(), 32, salt=None, info=purpose.encode()).derive(self._secrets[version])
        return self._derived[purpose, version]
