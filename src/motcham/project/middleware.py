"""What holds for every answer: a strict content policy, and refusals in the caller's language as page or problem+json."""

from __future__ import annotations

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseBase

from motcham.kernel.errors import MotchamError
from motcham.project import problems

POLICY = (
    "default-src 'self'; img-src 'self' data: blob:; style-src 'self'; script-src 'self'; object-src 'none'; "
    "base-uri 'none'; frame-ancestors 'none'; form-action "
)


class ContentSecurityPolicy:
    """Adds the policy: nothing inline, nothing from elsewhere."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        # Signing in is a form whose answer leads to the provider.
        response.headers.setdefault("Content-Security-Policy", POLICY + " ".join(["'self'", *settings.SIGN_IN_ORIGINS]))
        response.headers.setdefault("Permissions-Policy", "geolocation=(self), camera=(self), microphone=()")
        return response


class Problems:
    """Turns what the house refuses, a database that is gone and a full disk into an answer that says what to do."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        """Answer for a refusal; anything else is a defect and goes on to Django's own handler."""
        if isinstance(error, MotchamError):
            return problems.answer(request, error)
        return problems.outage(request, error)
