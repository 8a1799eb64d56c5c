"""Freeing an applicant from a fee that was billed before anybody saw the paper that frees them."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from motcham.apps.public_services.dossiers import actions_money
from motcham.blocks.identity.api import guarded
from motcham.blocks.identity.define import Permission
from motcham.kernel.errors import Invalid
from motcham.ui.wording import wording


@guarded(Permission.CASE_ACT)
@require_POST
def exempt(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """Free the applicant by the rule that the officer chose, for the paper that they saw."""
    actor, sent = request.actor, request.POST  # type: ignore[attr-defined]
    try:
        paper = sent.get("paper", "").replace("\0", "")[:120]
        actions_money.exempt(by=actor, case_id=case_id, ground=sent.get("ground", ""), paper=paper)
        messages.success(request, _("Nothing is taken any more. Whoever filed reads why."))
    except Invalid as refused:
        messages.error(request, wording(refused))
    return redirect("cases:case", case_id=case_id)
