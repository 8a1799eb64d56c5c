"""Pages that are the same for every stranger: made once in a while, kept by anyone on the way, without a session."""

from __future__ import annotations

import functools
import hashlib
import time
from collections import OrderedDict
from collections.abc import Callable, Hashable
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.cache import get_conditional_response, patch_vary_headers
from django.utils.translation import get_language

SECONDS = 15
"""So long a page may lag behind: what an officer takes back is gone from everywhere after it."""
KEPT = 300
_pages: OrderedDict[Hashable, tuple[float, bytes, str]] = OrderedDict()

View = Callable[..., HttpResponse]


def shared(*parameters: str) -> Callable[[View], View]:
    """Let a page be shared; only `parameters` of its address make a difference, so that nobody can fill the memory."""

    def decorate(view: View) -> View:
        @functools.wraps(view)
        def answer(request: HttpRequest, **named: Any) -> HttpResponse:
            is_stranger = settings.SESSION_COOKIE_NAME not in request.COOKIES and "messages" not in request.COOKIES
            if not is_stranger:
                response = view(request, **named)
                response["Cache-Control"] = "private, no-cache"
                return response
            asked = tuple((name, request.GET.get(name, "")[:100]) for name in parameters)
            key = (request.path, asked, get_language(), request.get_host(), request.is_secure())
            kept = _pages.get(key)
            if kept is None or kept[0] < time.monotonic():
                response = view(request, **named)
                if response.status_code != 200:
                    return response
                kept = (time.monotonic() + SECONDS, response.content, response["Content-Type"])
                _keep(key, kept)
            return _answer(request, kept)

        return answer

    return decorate


def forget() -> None:
    """Make every page anew: after tests."""
    _pages.clear()


def _keep(key: Hashable, page: tuple[float, bytes, str]) -> None:
    _pages[key] = page
    while len(_pages) > KEPT:
        try:
            _pages.popitem(last=False)
        except KeyError:
            return


def _answer(request: HttpRequest, kept: tuple[float, bytes, str]) -> HttpResponse:
    response = HttpResponse(kept[1], content_type=kept[2])
    response["Cache-Control"] = f"public, max-age={SECONDS}"
    tag = f'"{hashlib.sha256(kept[1]).hexdigest()[:24]}"'
    response["ETag"] = tag
    patch_vary_headers(response, ("Cookie", "Accept-Language"))
    found = get_conditional_response(request, etag=tag, response=response)
    return found if isinstance(found, HttpResponse) else response
