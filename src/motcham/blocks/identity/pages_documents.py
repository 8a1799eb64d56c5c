"""A person's own papers: what they sent in, what was printed for them, their results; and lending one by a link for a while."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from motcham.blocks.documents import api as documents
from motcham.blocks.documents.define import Held, Leading, NoDocument, origins_of
from motcham.blocks.identity import entrance
from motcham.blocks.identity.access import guarded
from motcham.blocks.identity.define import Permission
from motcham.kernel.errors import Invalid
from motcham.ui import formats
from motcham.ui.forms import Option
from motcham.ui.wording import wording

LASTS = {"1": gettext_lazy("1 hour"), "24": gettext_lazy("1 day"), "168": gettext_lazy("7 days"), "720": gettext_lazy("30 days")}
USUAL = "24"


@dataclass(frozen=True)
class Oneself:
    """The account behind the caller, whatever posts it holds: papers belong to people, not to offices."""

    ref: str


@guarded(Permission.CASE_FOLLOW)
@require_safe
def wallet(request: HttpRequest) -> HttpResponse:
    """List the caller's papers, with the links to each and who looked when."""
    return _page(request)


@guarded(Permission.CASE_FOLLOW)
@require_safe
def file(request: HttpRequest, document_id: UUID) -> HttpResponse:
    """Hand one of the caller's own papers over."""
    for held in documents.wallet(holder=_oneself(request).ref, document_id=document_id):
        return documents.response(document_id=document_id, owner=held.owner)
    raise NoDocument()


@guarded(Permission.CASE_FOLLOW)
@require_POST
def share(request: HttpRequest, document_id: UUID) -> HttpResponse:
    """Make a link, and show it this once."""
    hours = request.POST.get("lasts", USUAL)
    lasts = timedelta(hours=int(hours if hours in LASTS else USUAL))
    try:
        token = documents.share(document_id=document_id, by=_oneself(request), lasts=lasts)
    except Invalid as error:
        return _page(request, problem=wording(error), status=422)
    link = request.build_absolute_uri(reverse("documents:shared", args=[token]))
    return _page(request, link=link, linked=document_id)


@guarded(Permission.CASE_FOLLOW)
@require_POST
def end_share(request: HttpRequest, share_id: UUID) -> HttpResponse:
    """Take a link back."""
    documents.revoke(share_id=share_id, by=_oneself(request))
    return redirect("account_documents")


def _oneself(request: HttpRequest) -> Oneself:
    return Oneself(f"account:{entrance.account_id(request)}")


def _page(
    request: HttpRequest, *, link: str = "", linked: UUID | None = None, problem: str = "", status: int = 200
) -> HttpResponse:
    held = documents.wallet(holder=_oneself(request).ref)
    found = origins_of({each.owner for each in held}, entrance.account_id(request))
    context = {
        "results": [_shown(each, found) for each in held if each.result],
        "papers": [_shown(each, found) for each in held if not each.result],
        "lasts": [Option(hours, str(words)) for hours, words in LASTS.items()],
        "usual": USUAL,
        "link": link,
        "linked": linked,
        "problem": problem,
    }
    response = render(request, "identity/documents.html", context, status=status)
    response["Cache-Control"] = "private, no-store"
    return response


def _shown(held: Held, found: Mapping[str, Leading]) -> dict[str, object]:
    now = timezone.now()
    shares = [
        {"share": each, "is_open": each.revoked_at is None and each.until > now, "looks": len(each.looks)} for each in held.shares
    ]
    return {"held": held, "from": found.get(held.owner), "shares": shares, "size": formats.size(held.document.size)}
