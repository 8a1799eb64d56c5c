"""The page on which somebody who applies too confirms a case: with its code, an electronic identity and their personal number."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from motcham.blocks.cases import actions_confirm, forms, queries, rules, showing, throttle, widgets
from motcham.blocks.cases.define import CaseView, NoSuchCase, NotNamed, type_of
from motcham.blocks.cases.pages_form import private
from motcham.blocks.cases.together import waits_for_others
from motcham.blocks.identity.api import public
from motcham.blocks.identity.define import Actor
from motcham.kernel.errors import Invalid
from motcham.kernel.terms import Choice, Field, Kind, Visible
from motcham.ui.wording import wording

STATEMENT = Choice("yes", gettext_lazy("I apply too. What stands here of me is true, and I answer for it by law."))
FIELDS = (
    Field(
        "personal_number",
        gettext_lazy("Your personal number"),
        Kind.PERSONAL_NUMBER,
        hint=gettext_lazy("The 12 digits on your citizen card: by them the case knows that you are meant."),
        identifies="personal_number",
    ),
    Field("statement", gettext_lazy("Statement of truth"), Kind.CHOICES, choices=(STATEMENT,)),
)


@public(reason="Whoever has the code sees that others are to confirm; confirming itself asks for an electronic identity.")
@require_http_methods(["GET", "HEAD", "POST"])
def confirm(request: HttpRequest, code: str) -> HttpResponse:
    """Show what is confirmed and take the confirmation; first lead to where one proves who one is."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    case, here = _found(request, code), reverse("cases:confirm", args=[code])
    home = redirect("cases:case_of_code", code=rules.show_code(case.code))
    if not waits_for_others(case):
        return home
    if led := _lead(actor, here):
        return led
    typed: dict[str, Any] = {}
    errors: dict[str, str] = {}
    if request.method == "POST":
        typed = widgets.typed(FIELDS, request.POST)
        read = forms.parse_answers(FIELDS, typed, now=timezone.now())
        errors = read.errors
        if not errors:
            try:
                actions_confirm.confirm(by=actor, case_id=case.line.id, personal_number=read.answers["personal_number"])
                messages.success(request, _("You confirmed it. Thank you."))
                return home
            except NotNamed as error:
                throttle.misses.count(request)
                errors = {"personal_number": wording(error)}
            except Invalid:
                return home
    return private(render(request, "cases/confirm.html", _context(case, code, typed, errors), status=422 if errors else 200))


def _found(request: HttpRequest, code: str) -> CaseView:
    throttle.misses.demand(request)
    try:
        return queries.case_by_code(code)
    except NoSuchCase:
        throttle.misses.count(request)
        raise


def _lead(actor: Actor, here: str) -> HttpResponseRedirect | None:
    """Return the way to sign-in, or to a surer one, for whoever has not proven enough who they are."""
    if actor.account_id is None:
        return HttpResponseRedirect(f"{reverse('account_login')}?{urlencode({'next': here})}")
    if actor.assurance < actions_confirm.LEVEL:
        return HttpResponseRedirect(f"{reverse('account_step_up')}?{urlencode({'next': here, 'level': actions_confirm.LEVEL})}")
    return None


def _context(case: CaseView, code: str, typed: dict[str, Any], errors: dict[str, str]) -> dict[str, Any]:
    case_type = type_of(case.line)
    asked = widgets.ask(FIELDS, typed, errors)
    return {
        "type": case_type,
        "code": rules.show_code(case.code),
        "rows": showing.answer_rows(case_type.fields, case.answers, place=case.place, seen=(Visible.PUBLIC, Visible.PARTIES)),
        "questions": [question for each in asked for question in each.questions()],
        "href": reverse("cases:case_of_code", args=[code]),
    }
