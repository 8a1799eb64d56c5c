"""Keeps each answered list for a second, so that a thousand readers cost as much as one."""

from __future__ import annotations

import hashlib
import time
from collections import OrderedDict
from collections.abc import Callable, Hashable
from threading import Lock

from django.http import HttpRequest, HttpResponse, HttpResponseNotModified
from django.utils.translation import get_language

KEPT_FOR = 1.0
KEPT = 128

_lock = Lock()
_lists: OrderedDict[Hashable, tuple[float, str, bytes, str, str]] = OrderedDict()


def answer(request: HttpRequest, form: str, make: Callable[[], HttpResponse]) -> HttpResponse:
    """Answer with the list that was asked for, at most a second old: 304 where the caller has it already."""
    key = (request.get_host(), request.META.get("QUERY_STRING", ""), form, get_language())
    kept = _lists.get(key)
    if kept is None or kept[0] < time.monotonic():
        made = make()
        tag = f'"{hashlib.blake2b(made.content, digest_size=12).hexdigest()}"'
        kept = (time.monotonic() + KEPT_FOR, tag, made.content, made["Content-Type"], made.get("Link", ""))
        with _lock:
            _lists[key] = kept
            while len(_lists) > KEPT:
                _lists.popitem(last=False)
    _until, tag, body, kind, link = kept
    if tag in request.headers.get("If-None-Match", ""):
        response: HttpResponse = HttpResponseNotModified()
    else:
        response = HttpResponse(body, content_type=kind)
    if link:
        response["Link"] = link
    response["ETag"] = tag
    response["Cache-Control"] = "public, max-age=1"
    return response


def forget() -> None:
    """Forget every list: between tests."""
    _lists.clear()
