"""Keeps pages made from one state of the figures, so that a thousand visitors cost as much as one."""

from __future__ import annotations

import hashlib
import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Hashable
from typing import TypeVar

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseNotModified
from django.utils import timezone
from django.utils.cache import patch_vary_headers
from django.utils.translation import get_language

from motcham.blocks.indicators import api as indicators
from motcham.blocks.indicators.define import Version

VERSION_FOR = 0.25
READ_FOR = 20
KEPT = 128
CONTEXTS_KEPT = 32
Read = TypeVar("Read")

_lock = threading.Lock()
_version: tuple[float, Version] | None = None
_pages: OrderedDict[Hashable, tuple[str, bytes]] = OrderedDict()
_contexts: OrderedDict[Hashable, tuple[Hashable, dict[str, object]]] = OrderedDict()
_reads: dict[Hashable, tuple[float, object]] = {}


def version() -> Version:
    """Return how far the figures are, at most a quarter of a second old."""
    global _version
    if _version is None or _version[0] < time.monotonic():
        _version = (time.monotonic() + VERSION_FOR, indicators.version())
    return _version[1]


def ten_minutes() -> str:
    """Return when the figures last changed, to ten minutes: for what is too costly to be made at every change."""
    return f"{timezone.localtime(version().folded_at):%Y-%m-%d %H:%M}"[:-1]


def answer(
    request: HttpRequest, key: Hashable, make: Callable[[], HttpResponse], *, stamp: Hashable | None = None
) -> HttpResponse:
    """Answer with the page of `key` at the present state of the figures (or at `stamp`): 304 where the visitor has it already.

    Strangers share one page and anyone on the way may keep it for a second; whoever signed in gets a page of their own.
    """
    whose = request.COOKIES.get(settings.SESSION_COOKIE_NAME, "")
    page = (request.path, key, get_language(), request.get_host())
    tag = _tag(stamp or _state(), page, whose)
    # The page carries its own tag, so that its script can ask whether there is a newer one.
    request.tag = tag  # type: ignore[attr-defined]
    if tag in request.headers.get("If-None-Match", ""):
        response: HttpResponse = HttpResponseNotModified()
    elif whose or "messages" in request.COOKIES:
        response = make()
    else:
        tag, body = _page(tag, page, make)
        response = HttpResponse(body)
    response["ETag"] = tag
    response["Cache-Control"] = "private, no-cache" if whose else "public, max-age=1"
    patch_vary_headers(response, ("Cookie",))
    return response


def _state() -> Hashable:
    return version().number, f"{timezone.localtime():%Y-%m-%d %H}"


def shared(key: Hashable, make: Callable[[], dict[str, object]]) -> dict[str, object]:
    """Return what the page of `key` shows at the present state of the figures, made once in each language for all who ask: whoever
    signed in has a page of their own, but the same figures on it."""
    place, state = (key, get_language()), _state()
    kept = _contexts.get(place)
    if not kept or kept[0] != state:
        kept = _contexts[place] = (state, make())
        while len(_contexts) > CONTEXTS_KEPT:
            _contexts.popitem(last=False)
    return kept[1]


def _tag(*parts: object) -> str:
    return f'"{hashlib.sha256(repr(parts).encode()).hexdigest()[:24]}"'


def _page(tag: str, page: Hashable, make: Callable[[], HttpResponse]) -> tuple[str, bytes]:
    kept = _pages.get(page)
    if kept and kept[0] == tag:
        return kept
    # While one thread makes the new page the others hand out the one before, under its own tag; only the first is waited for.
    if not _lock.acquire(blocking=kept is None):
        assert kept is not None
        return kept
    try:
        kept = _pages.get(page)
        if not kept or kept[0] != tag:
            kept = (tag, make().content)
            _pages[page] = kept
            _pages.move_to_end(page)
            while len(_pages) > KEPT:
                _pages.popitem(last=False)
        return kept
    finally:
        _lock.release()


def for_a_while(key: Hashable, read: Callable[[], Read]) -> Read:
    """Return what was read less than 20 seconds ago, or read it: for figures that no tally keeps."""
    kept = _reads.get(key)
    if not kept or kept[0] < time.monotonic():
        while len(_reads) >= KEPT:
            _reads.pop(next(iter(_reads)), None)
        kept = _reads[key] = (time.monotonic() + READ_FOR, read())
    return kept[1]  # type: ignore[return-value]


def forget() -> None:
    """Ask for the figures anew and forget every page: between tests."""
    global _version
    _version = None
    _pages.clear()
    _contexts.clear()
    _reads.clear()
