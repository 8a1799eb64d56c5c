"""Bodies that come slowly: whoever sends them may hold some threads of a web process, never all of them.

nginx takes a body in before it passes it on, so behind it every body is there at once. Without it a thread waits for whoever
sends a byte a minute, and the server has no clock for that.
"""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any, Protocol

OF_ONE, OF_ALL = 3, 4
"""How many threads of a process may wait for bodies of one address, and of all of them together; a process has 8."""
SECONDS = 10
PATIENCE = 0.3
"""How long a free place is waited for: bodies that are there give theirs back within milliseconds, however many they are."""

_free = threading.Condition()
_waiting: Counter[str] = Counter()


class Readable(Protocol):
    """What a server hands over as a body."""

    def read(self, size: int = -1, /) -> bytes: ...
    def readline(self, size: int = -1, /) -> bytes: ...


class TooSlow(OSError):
    """Too many bodies are awaited at once."""


def is_full(address: str) -> bool:
    """Tell whether no thread is left to wait for another body of an address."""
    with _free:
        return not _free.wait_for(lambda: _has_room(address), PATIENCE)


def _has_room(address: str) -> bool:
    return _waiting[address] < OF_ONE and _waiting.total() < OF_ALL


@contextmanager
def _wait(address: str) -> Iterator[None]:
    with _free:
        if not _free.wait_for(lambda: _has_room(address), PATIENCE):
            raise TooSlow("too many bodies are awaited")
        _waiting[address] += 1
    try:
        yield
    finally:
        with _free:
            _waiting[address] -= 1
            if not _waiting[address]:
                del _waiting[address]
            _free.notify_all()


class Body:
    """A body that counts its thread while it waits."""

    def __init__(self, stream: Readable, address: str) -> None:
        self.stream, self.address = stream, address

    def read(self, size: int = -1, /) -> bytes:
        """Read on; refused where too many threads wait already."""
        with _wait(self.address):
            return self.stream.read(size)

    def readline(self, size: int = -1, /) -> bytes:
        """Read a line; refused where too many threads wait already."""
        with _wait(self.address):
            return self.stream.readline(size)


def counted(application: Callable[..., Any]) -> Callable[[dict[str, Any], Any], Any]:
    """Return a WSGI application whose bodies are counted while they are awaited."""

    def answer(environ: dict[str, Any], start_response: Any) -> Any:
        if _has_body(environ):
            environ["wsgi.input"] = Body(environ["wsgi.input"], str(environ.get("REMOTE_ADDR", "")))
        return application(environ, start_response)

    return answer


def _has_body(environ: Mapping[str, Any]) -> bool:
    return environ.get("CONTENT_LENGTH", "0") not in ("", "0") or "HTTP_TRANSFER_ENCODING" in environ
