"""Pages behind the links in mails: to begin and to end getting them. Opening a link changes nothing, since mail programs open
links to look at them; the button does."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from motcham.blocks.channels import subscribing
from motcham.kernel.access import public


@public(reason="The link was sent to the address that it confirms; it cannot be guessed.")
@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
def confirm(request: HttpRequest, token: str) -> HttpResponse:
    """Begin what somebody asked for."""
    row = subscribing.confirm(token=token) if request.method == "POST" else subscribing.pending(token)
    return _private(render(request, "channels/confirm.html", {"done": row.confirmed_at is not None, "row": row}))


@public(reason="The link stands in each mail that it stops; it cannot be guessed.")
@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
def stop(request: HttpRequest, token: str) -> HttpResponse:
    """End getting mail: by the button, or by one click of a mail program (RFC 8058)."""
    whose, topic, _subject = subscribing.stopped(token)
    if request.method == "POST":
        subscribing.stop(token=token)
    context = {"done": request.method == "POST", "topic": topic, "whose": whose.partition(":")[0]}
    return _private(render(request, "channels/stop.html", context))


def _private(response: HttpResponse) -> HttpResponse:
    response["Cache-Control"] = "private, no-store"
    response["Referrer-Policy"] = "no-referrer"
    response["X-Robots-Tag"] = "noindex"
    return response
