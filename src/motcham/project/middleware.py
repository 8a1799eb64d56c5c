"""What holds for every answer: a strict content policy, fewer bytes, and refusals in the caller's language as page or problem+json."""

from __future__ import annotations

import gzip
from collections.abc import Callable
from functools import lru_cache

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseNotAllowed
from django.http.request import UnreadablePostError
from django.utils.cache import patch_vary_headers

from motcham.kernel.errors import MotchamError, TooMany
from motcham.project import problems, slow_bodies

POLICY = (
    "default-src 'self'; img-src 'self' data: blob:; style-src 'self'; script-src 'self'; object-src 'none'; "
    "base-uri 'none'; frame-ancestors 'none'; form-action "
)


class ContentSecurityPolicy:
    """Adds the policy: nothing inline, nothing from elsewhere, and nothing of ours shown by other sites."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        # Signing in is a form whose answer leads to the provider.
        response.headers.setdefault("Content-Security-Policy", POLICY + " ".join(["'self'", *settings.SIGN_IN_ORIGINS]))
        response.headers.setdefault("Permissions-Policy", "geolocation=(self), camera=(self), microphone=()")
        # What other sites are to read says so itself.
        shared = response.has_header("Access-Control-Allow-Origin")
        response.headers.setdefault("Cross-Origin-Resource-Policy", "cross-origin" if shared else "same-origin")
        return response


class Compressed:
    """Packs pages for strangers, each state of a page once; nginx in front asks for them unpacked and packs them itself.

    A page of somebody with a session is never packed: from the length of such an answer secrets in it can be guessed.
    """

    PACKED = (
        "text/html",
        "application/json",
        "application/geo+json",
        "application/atom+xml",
        "image/svg+xml",
        "text/javascript",
        "text/css",
    )
    WORTH_IT = 1000

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        if not self._may_be(request, response):
            return response
        assert isinstance(response, HttpResponse)
        patch_vary_headers(response, ("Accept-Encoding",))
        if "gzip" in request.headers.get("Accept-Encoding", ""):
            response.content = _packed(response.content)
            response["Content-Encoding"] = "gzip"
            response["Content-Length"] = str(len(response.content))
            if (tag := response.get("ETag", "")).startswith('"'):
                response["ETag"] = f"W/{tag}"
        return response

    def _may_be(self, request: HttpRequest, response: HttpResponseBase) -> bool:
        return (
            isinstance(response, HttpResponse)
            and response.status_code == 200
            and settings.SESSION_COOKIE_NAME not in request.COOKIES
            and "Authorization" not in request.headers
            and "no-store" not in response.get("Cache-Control", "")
            and not response.has_header("Content-Encoding")
            and response.get("Content-Type", "").partition(";")[0] in self.PACKED
            and len(response.content) >= self.WORTH_IT
        )


@lru_cache(maxsize=64)
def _packed(body: bytes) -> bytes:
    return gzip.compress(body, 6, mtime=0)


class Bounds:
    """Refuses a body before it is read: one that says it is larger than anything the house takes, whose length is no number,
    or for which no thread is left to wait."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        length = str(request.META.get("CONTENT_LENGTH") or "0")
        fits = length.isascii() and length.isdecimal() and int(length[:20]) <= settings.REQUEST_MOST_BYTES
        is_full = request.method not in ("GET", "HEAD") and slow_bodies.is_full(request.META.get("REMOTE_ADDR", ""))
        if fits and not is_full:
            return self.get_response(request)
        # Nothing of the body is read any more: not by the page that says so either.
        request.method = "GET"
        if fits:
            return problems.answer(request, TooMany(seconds=slow_bodies.SECONDS))
        return problems.problem(request, "too_large" if length.isdecimal() else "bad_request")


class Problems:
    """Turns what the house refuses, a database that is gone and a full disk into an answer that says what to do."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        if not isinstance(response, HttpResponseNotAllowed) or response.content:
            return response
        told = problems.problem(request, "wrong_method")
        told["Allow"] = response["Allow"]
        return told

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        """Answer for a refusal; anything else is a defect and goes on to Django's own handler."""
        if isinstance(error, UnreadablePostError):
            # Whoever sent it went away, or sends it too slowly while others do.
            return problems.problem(request, "bad_request")
        if isinstance(error, MotchamError):
            return problems.answer(request, error)
        return problems.outage(request, error)
