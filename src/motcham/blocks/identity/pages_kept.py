"""The page that gives a form back to whoever had to sign in before it could be taken."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from motcham.blocks.documents import api as documents
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
    account_id = request.actor.account_id  # type: ignore[attr-defined]
    fields += [{"name": f"{name}-kept", "value": kept.token(each, account_id), "shown": False} for name, each in found.files]
    names = [each.name for each in documents.refs(each for _name, each in found.files)]
    context = {"path": found.path, "fields": fields, "files": names, "lost": found.lost}
    response = render(request, "identity/kept.html", context)
    response["Cache-Control"] = "private, no-store"
    return response
