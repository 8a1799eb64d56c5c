"""The page on which an official enters a limit or a fee that no source gives."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from motcham.apps.public_services import catalogue, law, naming, stating, words
from motcham.apps.public_services.define import NotStated
from motcham.blocks.identity.api import guarded
from motcham.blocks.identity.define import Permission
from motcham.ui.forms import Option, Question

FIELDS = ("fact", "channel", "value", "unit", "document", "article")


@guarded(Permission.SYSTEM_OPERATE)
@require_http_methods(["GET", "HEAD", "POST"])
def state(request: HttpRequest, code: str) -> HttpResponse:
    """Enter what no source gives of one procedure; what was typed stays where something must be mended."""
    found = catalogue.procedure(code=code)
    given: Mapping[str, str] = request.POST
    errors: Mapping[str, str] = {}
    if request.method == "POST":
        sent = {name: given.get(name, "").strip()[:200] for name in FIELDS}
        value = sent.pop("value").replace(".", "").replace(" ", "")
        try:
            number = int(value) if value.isascii() and value.isdigit() and len(value) < 13 else None
            stating.state(by=request.actor, code=found.code, value=number, valid_from=_day(given), **sent)  # type: ignore[attr-defined]
        except NotStated as problem:
            errors = problem.fields
        else:
            messages.success(request, _("Entered. The page of the procedure shows it from that day on."))
            return redirect("procedures:procedure", code=found.code)
    context = {
        "procedure": found,
        "title": naming.bare(found.title),
        "questions": _questions(given, errors),
        "stated": law.stated(found.code),
    }
    return render(request, "public_services/state.html", context, status=400 if errors else 200)


def _day(given: Mapping[str, str]) -> date | None:
    parts = [given.get(f"valid_from-{part}", "").strip() for part in ("year", "month", "day")]
    try:
        return date(*(int(part) for part in parts if part.isascii() and len(part) < 5))
    except (TypeError, ValueError):
        return None


def _questions(given: Mapping[str, str], errors: Mapping[str, str]) -> list[Question]:
    def asked(name: str, label: str, widget: str = "text", **more: Any) -> Question:
        return Question(name, label, widget, given.get(name, ""), error=errors.get(name, ""), **more)

    kinds = (Option(law.LIMIT, _("Time limit")), Option(law.FEE, _("Fee in đồng, 0 if nothing is taken")))
    channels = (Option("", _("All ways")), *(Option(key, str(label)) for key, label in words.CHANNELS.items()))
    units = (Option("", "–"), *(Option(key, str(words.UNITS[key])) for key in stating.UNITS))
    first = {part: given.get(f"valid_from-{part}", "") for part in ("day", "month", "year")}
    return [
        asked("fact", _("What do you enter?"), "radios", options=kinds),
        asked("channel", _("For which way to hand in?"), "select", options=channels, required=False),
        asked("value", _("How many days, or how much?"), width=10, inputmode="numeric"),
        asked("unit", _("Counted in"), "select", options=units, required=False, hint=_("Only for a time limit.")),
        asked("document", _("By which document"), width=20, hint=_("Its number, for example 123/2015/NĐ-CP.")),
        asked("article", _("Article"), width=4, required=False),
        Question("valid_from", _("First day on which it holds"), "date", first, error=errors.get("valid_from", "")),
    ]
