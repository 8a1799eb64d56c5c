"""Releasing a case: the officer reads the masked words once more, chooses photos, and everybody can see it."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from motcham.blocks.cases import actions_public, forms, looks, queries, releasing, rules
from motcham.blocks.cases.define import CaseView, type_of
from motcham.blocks.documents import api as documents
from motcham.blocks.identity.api import guarded
from motcham.blocks.identity.define import Actor, Permission
from motcham.kernel.errors import MotchamError
from motcham.ui.forms import Question
from motcham.ui.wording import wording


def context(view: CaseView, actor: Actor) -> dict[str, Any] | None:
    """Return what the form of releasing shows; None where this officer may not release this case."""
    case_type = type_of(view.line)
    can = case_type.joinable is not None and not view.confidential and view.merged_into is None
    if not can or not actor.may(Permission.CASE_ACT, agency_id=view.line.agency_id):
        return None
    files = [each for each in documents.refs(view.documents) if each.kind.is_image] if view.documents else []
    here = reverse("cases:case", args=[view.line.id])
    return {
        "is_public": view.released_at is not None,
        "since": view.released_at,
        "href": releasing.public_address(case_type, rules.public_ref(view.line.id)) if view.released_at else "",
        "text": Question("text", _("What everybody reads"), "textarea", view.public_text or releasing.proposed(view), longest=releasing.LONGEST,
                         hint=_("Names, numbers and plates found by the machine are struck out. Read it once more: what it missed, you see.")),
        "reply": Question("reply", _("The answer as everybody reads it"), "textarea", view.public_reply or releasing.proposed_reply(view),
                          longest=releasing.LONGEST, required=False),
        "photos": [
            {"id": each.id, "src": f"{here}files/{each.id}/?small", "name": each.name, "chosen": each.id in view.public_documents}
            for each in files
        ],
        "is_sensitive": not case_type.joinable(view.answers) if case_type.joinable else True,
    }  # fmt: skip


@guarded(Permission.CASE_ACT)
@require_POST
def release(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """Release a case as the form says, or take it back."""
    actor = request.actor  # type: ignore[attr-defined]
    looks.look(by=actor, case_id=case_id, purpose="handling")
    view = queries.case_by_id(case_id, actor=actor)
    if context(view, actor) is None:
        raise Http404
    given = request.POST.get("version", "")
    version = int(given) if given.isascii() and given.isdigit() else None
    back = redirect("cases:case", case_id=case_id)
    try:
        if "withdraw" in request.POST:
            reason = forms.clean_text(request.POST.get("reason", ""), lines=True)[: releasing.LONGEST] or _(
                "Taken back by the officer."
            )
            actions_public.withdraw(by=actor, case_id=case_id, reason=reason, version=version)
            messages.success(request, _("It is on no public page any more."))
            return back
        text, reply = (
            forms.clean_text(request.POST.get(name, ""), lines=True)[: releasing.LONGEST] for name in ("text", "reply")
        )
        if not text:
            messages.error(request, _("Write what everybody is to read."))
            return back
        chosen = [each for each in view.documents if str(each) in request.POST.getlist("photo")]
        releasing.publish(by=actor, case_id=case_id, text=text, reply=reply, chosen=chosen, version=version)
        messages.success(request, _("Everybody can read it now."))
    except MotchamError as error:
        if error.status >= 500:
            raise
        messages.error(request, wording(error))
    return back
