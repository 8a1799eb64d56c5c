"""How often one address may try: counted in the process, which is enough to make guessing and flooding slow."""

from __future__ import annotations

import time
from collections import OrderedDict
from threading import Lock
from typing import ClassVar

from django.conf import settings
from django.http import HttpRequest

from motcham.kernel.errors import TooMany


class Throttle:
    """At most `most` tries in `seconds` for each caller; only so many callers are remembered."""

    REMEMBERED = 10_000
    every: ClassVar[list[Throttle]] = []

    def __init__(self, *, most: int, seconds: int) -> None:
        self.most, self.seconds = most, seconds
        self._tries: OrderedDict[str, tuple[float, int]] = OrderedDict()
        self._lock = Lock()
        self.every.append(self)

    def count(self, request: HttpRequest) -> None:
        """Count one try; raise `TooMany` when there were enough in this window."""
        self.count_by(caller_of(request))

    def count_by(self, caller: str) -> None:
        """Count one try of a caller known by other means than its address: a digest of its key."""
        now = time.monotonic()
        with self._lock:
            began, tries = self._tries.pop(caller, (now, 0))
            if now - began >= self.seconds:
                began, tries = now, 0
            self._tries[caller] = began, tries + 1
            while len(self._tries) > self.REMEMBERED:
                self._tries.popitem(last=False)
        if tries >= self.most:
            raise TooMany(seconds=int(began + self.seconds - now) + 1)

    def demand(self, request: HttpRequest) -> None:
        """Raise `TooMany` where this caller has tried often enough in this window; count nothing."""
        caller, now = caller_of(request), time.monotonic()
        with self._lock:
            began, tries = self._tries.get(caller, (now, 0))
        if tries >= self.most and now - began < self.seconds:
            raise TooMany(seconds=int(began + self.seconds - now) + 1)

    def forget(self) -> None:
        """Forget the tries of everybody."""
        with self._lock:
            self._tries.clear()


def caller_of(request: HttpRequest) -> str:
    """Return the address that calls; behind our own proxy, the one it was called from."""
    forwarded = request.headers.get("X-Forwarded-For", "")
    if forwarded and settings.SECURE_PROXY_SSL_HEADER:
        return str(forwarded.rsplit(",", 1)[-1].strip())
    return str(request.META.get("REMOTE_ADDR", ""))


def forget() -> None:
    """Forget every try, of every throttle: between tests."""
    for each in Throttle.every:
        each.forget()
