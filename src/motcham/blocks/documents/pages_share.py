"""Pages behind a link that somebody lent: what it is only after a press of a button, so that no preview of a chat counts as a look."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from motcham.blocks.documents import actions_shares, pages, queries, queries_results
from motcham.blocks.documents.define import NoDocument, NoShare
from motcham.kernel.access import public
from motcham.ui.throttle import Throttle

misses = Throttle(most=30, seconds=60)


# What it needs is the token in the address, which no other page knows and no browser adds by itself.
@public(reason="Whoever was given the link by the holder may look, until it ends; each look is recorded and shown to the holder.")
@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
def shared(request: HttpRequest, token: str) -> HttpResponse:
    """Say that something was lent and until when; on a press of the button record the look and hand the paper over."""
    try:
        share = queries_results.shared(token)
        misses.demand(request)
        if request.method == "POST":
            document_id = actions_shares.look(token=token, by=request.actor)  # type: ignore[attr-defined]
            response = pages.response(queries.owned_by(document_id, share.document.owner))
        else:
            response = render(
                request, "documents/shared.html", {"share": share, "result": getattr(share.document, "result", None)}
            )
    except (NoShare, NoDocument):
        misses.count(request)
        actions_shares.note_refused(token=token, by=request.actor)  # type: ignore[attr-defined]
        raise NoShare() from None
    response["Cache-Control"] = "private, no-store"
    response["Referrer-Policy"] = "no-referrer"
    response["X-Robots-Tag"] = "noindex"
    return response
