"""Pages of a person's own: the forms that they have begun, and the details that fill in the next one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from motcham.blocks.cases import details, drafts, forms, widgets
from motcham.blocks.cases.define import CaseType, NoDraft, case_types
from motcham.blocks.cases.drafts import Begun
from motcham.blocks.cases.pages_form import is_open, open_type, private
from motcham.blocks.identity.api import guarded, public
from motcham.blocks.identity.define import Permission
from motcham.ui import formats


@dataclass(frozen=True)
class Row:
    """A draft in the list: what it is, how far it is, and whether it can still be sent."""

    draft: Begun
    title: str
    done: int = 0
    total: int = 0
    files: str = ""
    is_offered: bool = False

    @property
    def is_ready(self) -> bool:
        """Whether nothing is left to be answered."""
        return self.is_offered and self.done == self.total


@guarded(Permission.CASE_FOLLOW)
@require_safe
def mine(request: HttpRequest) -> HttpResponse:
    """List the forms that the caller has begun, each with how far it is and until when it is kept."""
    account_id = drafts.own_account(request.actor)  # type: ignore[attr-defined]
    rows = [_row(Begun.of(each)) for each in drafts.kept_by(account_id)[: drafts.MOST_OF_ACCOUNT * 2]]
    context = {"rows": rows, "days": drafts.KEPT_WITH_ACCOUNT.days, "most": drafts.MOST_OF_ACCOUNT}
    return private(render(request, "cases/drafts.html", context))


def _row(draft: Begun) -> Row:
    case_type = case_types.get(draft.type_key)
    if case_type is None:
        return Row(draft, _("A service that is no longer offered"))
    visible, left = _left(case_type, draft)
    count = len(draft.documents)
    files = ngettext("%(count)s file is with it.", "%(count)s files are with it.", count) % {"count": formats.number(count)}
    return Row(draft, str(case_type.label), len(visible) - len(left), len(visible), files if count else "", is_open(case_type))


def _left(case_type: CaseType, draft: Begun) -> tuple[list[int], list[int]]:
    """Return the pages of a form that this person is asked, and those among them that are not answered yet."""
    read = forms.parse_answers(case_type.fields, draft.raw, files=draft.documents, now=timezone.now())
    wrong = {name.split("-")[0] for name in read.errors}
    pages, visible = widgets.pages_of(case_type), widgets.visible_pages(case_type, read.answers)
    left = []
    for number in visible:
        names = {each.name for each in pages[number - 1]}
        if names & wrong or not names & draft.raw.keys():
            left.append(number)
    return visible, left


@guarded(Permission.CASE_FOLLOW)
@require_safe
def go_on(request: HttpRequest, draft_id: UUID) -> HttpResponse:
    """Lead to where a form of the caller's own was left; from now on this browser goes on with it."""
    row = drafts.kept_by(drafts.own_account(request.actor)).filter(id=draft_id).first()  # type: ignore[attr-defined]
    case_type = case_types.get(row.type_key) if row else None
    if row is None or case_type is None:
        raise NoDraft()
    draft = Begun.of(row)
    _visible, left = _left(case_type, draft)
    to = reverse("cases:new_page", args=[case_type.key, left[0]]) if left else reverse("cases:review", args=[case_type.key])
    response = redirect(to)
    drafts.remember(response, request, case_type, draft)
    return response


@guarded(Permission.CASE_FOLLOW)
@require_POST
def delete(request: HttpRequest, draft_id: UUID) -> HttpResponse:
    """Delete a form of the caller's own with its files."""
    drafts.delete(draft_id, by=request.actor)  # type: ignore[attr-defined]
    messages.success(request, _("Deleted, with its files."))
    return redirect("cases:drafts")


@public(reason="Deletes what this browser has begun and nobody sent, and nothing else.")
@require_POST
def forget_here(request: HttpRequest, key: str) -> HttpResponse:
    """Delete the form that this browser has begun, with its files."""
    case_type = open_type(request, key)
    drafts.delete_here(request, case_type)
    messages.success(request, _("Deleted, with its files."))
    response = redirect("cases:new", key=key)
    drafts.forget(response, case_type)
    return response


@guarded(Permission.CASE_FOLLOW)
@require_http_methods(["GET", "HEAD", "POST"])
def own_details(request: HttpRequest) -> HttpResponse:
    """Ask for the details that forms are filled in with; what was typed stays when it is refused."""
    actor = request.actor  # type: ignore[attr-defined]
    if request.method == "POST" and request.POST.get("act") == "forget":
        details.forget(by=actor)
        messages.success(request, _("Your details are deleted."))
        return redirect("cases:details")
    asked, known = details.asked_of(actor), details.of(actor)
    raw: dict[str, Any] = {}
    errors: dict[str, str] = {}
    if request.method == "POST":
        raw = widgets.typed(asked, request.POST)
        read = forms.parse_answers(asked, raw, now=timezone.now())
        errors = read.errors
        if not errors:
            details.keep({each.name: read.answers.get(each.name) for each in asked}, by=actor)
            messages.success(request, _("Kept. The next form that you begin is filled in with it."))
            return redirect("cases:details")
    else:
        details.fill(asked, raw, known)
    questions = widgets.ask(asked, raw, errors)
    context = {
        "asked": questions,
        "questions": [question for each in questions for question in each.questions()],
        "known": known,
        "is_vouched": actor.assurance >= 2,
    }
    return private(render(request, "cases/details.html", context, status=422 if errors else 200))
