"""The page that gives a form back to whoever had to sign in before it could be taken."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from motcham.blocks.identity import kept
from motcham.blocks.identity.access import guarded
from motcham.blocks.identity.define import Permission

LONG = 60


@guarded(Permission.CASE_FOLLOW)
@require_http_methods(["GET", "HEAD", "POST"])
def give_back(request: HttpRequest) -> HttpResponse:
    """Show what was typed, to be sent on; posting here forgets it."""
    found = kept.of(request)
    if request.method == "POST" or found is None:
        kept.forget(request)
        return redirect(found.stood_on if found else "/")
    fields = [
        {"name": name, "value": value, "shown": bool(value.strip()) and (len(value) > LONG or " " in value.strip())}
        for name, value in found.fields
    ]
    response = render(request, "identity/kept.html", {"path": found.path, "fields": fields})
    response["Cache-Control"] = "private, no-store"
    return response
