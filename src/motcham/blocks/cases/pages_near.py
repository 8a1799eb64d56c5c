"""What others reported near here: shown while a report is written, so that one joins it instead of reporting it again."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from motcham.blocks.cases import actions_join, drafts, forms, pages_form, rules, showing, throttle, widgets
from motcham.blocks.cases import public as released
from motcham.blocks.cases.define import CLOSED, NearCase, PublicCase, case_types
from motcham.blocks.identity.api import public
from motcham.kernel.terms import Field, Kind
from motcham.ui.forms import Question

CONTACT = (
    Field("phone", "", Kind.PHONE, required=False, identifies="phone"),
    Field("email", "", Kind.EMAIL, required=False, identifies="email"),
)


@dataclass(frozen=True)
class Card:
    """A released case near here."""

    ref: str
    title: str
    text: str
    status: str
    agency: str
    metres: int
    joined: int
    at: Any
    is_closed: bool
    photo: str


@public(reason="Shows what an officer released near the place of this browser's own draft.")
@require_safe
def near(request: HttpRequest, key: str) -> HttpResponse:
    """Offer the released cases near the place of a draft."""
    case_type = pages_form.open_type(request, key)
    draft = drafts.find(request, case_type)
    read = forms.parse_answers(case_type.fields, draft.raw, files=draft.documents, now=timezone.now())
    cards = [card(each) for each in pages_form.near_to(case_type, read)]
    onward = _onward(request, key)
    if not cards:
        return redirect(onward)
    context = {"type": case_type, "cards": cards, "onward": onward}
    return pages_form.private(render(request, "cases/near.html", context))


@public(reason="Whoever has the same trouble may join a case that an officer released.")
@require_http_methods(["GET", "HEAD", "POST"])
def join(request: HttpRequest, ref: str) -> HttpResponse:
    """Ask how to reach somebody whom a released case concerns as well, and give them a code of their own."""
    case = released.public_case(ref)
    errors: dict[str, str] = {}
    if request.method == "POST":
        contact = forms.parse_answers(CONTACT, request.POST, now=timezone.now())
        errors = contact.errors
        if not errors:
            return _join(request, case, contact.answers)
    context = {
        "type": case_types[case.type_key],
        "card": card(NearCase(case, 0)),
        "can_join": case.is_joinable,
        "questions": _contact(request, errors),
    }
    return pages_form.private(render(request, "cases/join.html", context, status=422 if errors else 200))


def _onward(request: HttpRequest, key: str) -> str:
    following = request.GET.get("next", "")
    pages = len(widgets.pages_of(case_types[key]))
    if following.isascii() and following.isdigit() and 1 <= int(following[:3]) <= pages:
        return reverse("cases:new_page", args=[key, int(following[:3])])
    return reverse("cases:review", args=[key])


def _join(request: HttpRequest, case: PublicCase, contact: dict[str, Any]) -> HttpResponse:
    actor = request.actor  # type: ignore[attr-defined]
    if actor.is_anonymous:
        throttle.filings.count(request)
    case_id = rules.read_ref(case.public_ref)
    if case_id is None:
        raise Http404
    joined = actions_join.join(by=actor, case_id=case_id, contact=contact, language=get_language() or "vi")
    response = redirect(reverse("cases:case_of_code", args=[rules.show_code(joined.code)]))
    # What was begun is told by the case that was joined: the next form starts empty.
    drafts.forget(response, case_types[case.type_key])
    return response


def _contact(request: HttpRequest, errors: dict[str, str]) -> list[Question]:
    told = _("Leave it empty if the code is enough for you.")
    return [
        Question("phone", _("Telephone"), "tel", request.POST.get("phone", ""), error=errors.get("phone", ""), required=False,
                 hint=told, width=20, autocomplete="tel"),
        Question("email", _("E-mail"), "email", request.POST.get("email", ""), error=errors.get("email", ""), required=False,
                 autocomplete="email"),
    ]  # fmt: skip


def card(each: NearCase) -> Card:
    """Return a released case as its card shows it."""
    case = each.case
    case_type = case_types[case.type_key]
    asked = case_type.field_named(case_type.category) if case_type.category else None
    photo = reverse("cases:public_photo", args=[case.public_ref, case.before[0]]) + "?small" if case.before else ""
    return Card(
        ref=case.public_ref,
        title=widgets.shown(asked, case.category) if asked else str(case_type.label),
        text=case.text,
        status=str(case.step_label),
        agency=showing.agency_name(case.agency_id),
        metres=max(10, round(each.metres / 10) * 10) if each.metres else 0,
        joined=case.joined,
        at=case.received_at,
        is_closed=case.state == CLOSED,
        photo=photo,
    )


@public(reason="An officer released the photo for everybody.")
@require_safe
def public_photo(request: HttpRequest, ref: str, document_id: UUID) -> HttpResponse:
    """Show a photo that was released with a case."""
    response = released.public_photo(ref, document_id, thumbnail="small" in request.GET)
    response["Cache-Control"] = "public, max-age=300"
    response["Cross-Origin-Resource-Policy"] = "cross-origin"
    return response
