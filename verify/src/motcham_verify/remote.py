"""Fetches the files of a log over connections that are kept, one for each thread."""

from __future__ import annotations

import http.client
import threading
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import urlsplit

AT_ONCE = 4
BATCH = 64
TILE = 256
LARGEST = 4 * 1024 * 1024


class Unreachable(Exception):
    """The log did not answer."""


class NotServed(Exception):
    """The log answered that it does not have this file."""


def tile_address(level: int | str, index: int, width: int) -> str:
    """Write the address of a tile: the index in groups of three digits."""
    groups = [f"{index % 1000:03d}"]
    while index := index // 1000:
        groups.insert(0, f"x{index % 1000:03d}")
    return f"tile/{level}/{'/'.join(groups)}" + (f".p/{width}" if width < TILE else "")


class Remote:
    """One log, by its address."""

    def __init__(self, address: str, *, seconds: float = 30) -> None:
        parts = urlsplit(address if "//" in address else f"https://{address}")
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise ValueError(address)
        self.address = f"{parts.scheme}://{parts.netloc}{parts.path.rstrip('/')}/"
        self._host, self._port, self._path = parts.hostname, parts.port, parts.path.rstrip("/") + "/"
        self._kind = http.client.HTTPSConnection if parts.scheme == "https" else http.client.HTTPConnection
        self._seconds = seconds
        self._mine = threading.local()
        self._all: list[http.client.HTTPConnection] = []

    def __enter__(self) -> Remote:
        return self

    def __exit__(self, *_: object) -> None:
        for connection in self._all:
            connection.close()

    def get(self, path: str) -> bytes:
        """Fetch one file, past any cache that may keep an old one; try twice."""
        for last in (False, True):
            connection = self._connection()
            try:
                connection.request(
                    "GET", self._path + path, headers={"User-Agent": "motcham-verify", "Cache-Control": "no-cache"}
                )
                answer = connection.getresponse()
                body: bytes = answer.read(LARGEST)
            except (OSError, http.client.HTTPException) as error:
                connection.close()  # the next request opens it again
                if last:
                    raise Unreachable(f"{self.address}{path}: {error or type(error).__name__}") from error
                continue
            if answer.status == 200:
                return body
            if answer.status < 500 or last:
                raise (NotServed if answer.status in (404, 410) else Unreachable)(f"{self.address}{path}: {answer.status}")
        raise AssertionError

    def _connection(self) -> http.client.HTTPConnection:
        if not hasattr(self._mine, "connection"):
            self._mine.connection = self._kind(self._host, self._port, timeout=self._seconds)
            self._all.append(self._mine.connection)
        kept: http.client.HTTPConnection = self._mine.connection
        return kept

    def many(self, paths: Iterable[str]) -> Iterator[bytes]:
        """Fetch files in order, a few at once, never far ahead of the reader."""
        waiting = list(paths)
        with ThreadPoolExecutor(AT_ONCE) as pool:
            for start in range(0, len(waiting), BATCH):
                yield from pool.map(self.get, waiting[start : start + BATCH])


def log_at(address: str) -> Remote:
    """Return the log at an address; whoever gives that of the city's pages means the log below them."""
    given = Remote(address)
    if given.address.endswith("/ledger/") or _serves_key(given):
        return given
    below = Remote(f"{given.address}ledger/")
    return below if _serves_key(below) else given


def _serves_key(log: Remote) -> bool:
    try:
        with log:
            return bool(log.get("key"))
    except (NotServed, Unreachable):
        return False
