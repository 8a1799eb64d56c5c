"""The page on which somebody asks to be told by e-mail what is reported in an area."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from motcham.apps.feedback_1022.definitions.report import CATEGORIES
from motcham.apps.feedback_1022.selection import area_of, named_areas
from motcham.blocks.channels import api as channels
from motcham.blocks.channels.define import WrongAddress
from motcham.blocks.identity.api import public
from motcham.blocks.places import api as places
from motcham.ui.forms import Option, Question
from motcham.ui.wording import wording


@public(reason="Anybody may ask to be told of their ward; nothing is sent before they confirm it.")
@require_http_methods(["GET", "HEAD", "POST"])
def alert(request: HttpRequest) -> HttpResponse:
    """Ask for an address and an area; the letter that confirms it comes from the mailbox."""
    errors: dict[str, str] = {}
    if request.method == "POST":
        errors = _subscribe(request)
        if not errors:
            return render(request, "feedback_1022/alert_sent.html", {"area": area_of(request.POST.get("area", ""))})
    context = {"questions": _questions(request, errors), "works": channels.mail_works()}
    return render(request, "feedback_1022/alert.html", context, status=422 if errors else 200)


def _subscribe(request: HttpRequest) -> dict[str, str]:
    area = area_of(request.POST.get("area", "")[:20])
    email = request.POST.get("email", "")
    errors = {}
    if area is None:
        errors["area"] = _("Choose a ward or commune from the list.")
    if channels.address_of(email) is None:
        errors["email"] = wording(WrongAddress())
    if area is None or errors:
        return errors
    known = {each.key for each in CATEGORIES}
    channels.subscribe(
        email=email,
        to=f"area:{area.code}",
        network=channels.caller_of(request),
        about=area.name,
        language=get_language() or "vi",
        categories=[each for each in request.POST.getlist("categories") if each in known],
        daily=request.POST.get("often") != "each",
    )
    return {}


def _questions(request: HttpRequest, errors: dict[str, str]) -> list[Question]:
    given = request.POST if request.method == "POST" else request.GET
    return [
        Question(
            "area",
            _("Ward, commune or special zone"),
            "select",
            given.get("area", ""),
            error=errors.get("area", ""),
            options=tuple(Option(*each) for each in named_areas(places.areas())),
        ),
        Question(
            "email",
            _("E-mail"),
            "email",
            given.get("email", ""),
            hint=_("A letter comes first; nothing is sent until you confirm in it."),
            error=errors.get("email", ""),
            autocomplete="email",
        ),
        Question(
            "often",
            _("How often?"),
            "radios",
            given.get("often", "daily"),
            options=(Option("daily", _("Once a day, all together")), Option("each", _("At once, each report"))),
        ),
    ]
