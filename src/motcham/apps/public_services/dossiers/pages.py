"""The codes of agencies by date: an official enters what was decided; until then numbers of our own stand."""

from __future__ import annotations

from datetime import date

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from motcham.apps.public_services.dossiers import actions
from motcham.apps.public_services.dossiers.models import AgencyCode
from motcham.apps.public_services.dossiers.numbers import NotAnAgencyCode
from motcham.blocks.cases import api as cases
from motcham.blocks.identity import api as identity
from motcham.blocks.identity.api import guarded
from motcham.blocks.identity.define import Permission
from motcham.kernel.terms import Field, Kind
from motcham.ui.forms import Option, Question
from motcham.ui.wording import wording

FIELDS = (
    Field("agency", gettext_lazy("Agency"), Kind.AGENCY),
    Field("code", gettext_lazy("Code of the agency"), hint=gettext_lazy("For example 38.98.H29 or H29.38.98."), longest=30),
    Field("valid_from", gettext_lazy("In force since"), Kind.DATE),
    Field("legal_basis", gettext_lazy("Decision it rests on"), longest=200),
)


@guarded(Permission.STAFF_MANAGE)
@require_http_methods(["GET", "HEAD", "POST"])
def codes(request: HttpRequest) -> HttpResponse:
    """Show the codes that were entered, and take one more; what was typed stays when it is refused."""
    actor = request.actor  # type: ignore[attr-defined]
    actor.demand(Permission.STAFF_MANAGE)
    typed = {each.name: request.POST.get(each.name, "")[:300] for each in FIELDS}
    errors: dict[str, str] = {}
    if request.method == "POST":
        parsed = cases.parse_answers(FIELDS, typed, now=timezone.now())
        errors = parsed.errors
        if not errors:
            try:
                _enter(request, parsed.answers)
                messages.success(request, _("Entered. Dossiers from that day on carry it."))
                return redirect("dossiers:codes")
            except NotAnAgencyCode as refused:
                errors = {"code": wording(refused)}
    context = {"questions": _questions(typed, errors), "rows": _rows()}
    return render(request, "dossiers/codes.html", context, status=422 if errors else 200)


def _enter(request: HttpRequest, answers: dict[str, str]) -> None:
    actions.enter_code(
        by=request.actor,  # type: ignore[attr-defined]
        agency_id=identity.agency(code=answers["agency"]).id,
        code=answers["code"],
        valid_from=date.fromisoformat(answers["valid_from"]),
        legal_basis=answers["legal_basis"],
    )


def _rows() -> list[tuple[str, AgencyCode]]:
    rows = AgencyCode.objects.order_by("agency_id", "-valid_from")[:500]
    return [(identity.agency(id=each.agency_id).official_name, each) for each in rows]


def _questions(typed: dict[str, str], errors: dict[str, str]) -> list[Question]:
    agencies = sorted(identity.agencies(on=timezone.localdate()), key=lambda each: each.official_name)
    options = tuple(Option(each.code, each.official_name) for each in agencies)
    return [
        Question(
            each.name,
            str(each.label),
            "select" if each.kind is Kind.AGENCY else "text",
            typed[each.name],
            hint=_("Year, month and day, for example 2026-01-15.") if each.kind is Kind.DATE else str(each.hint),
            error=errors.get(each.name, ""),
            options=options if each.kind is Kind.AGENCY else (),
        )
        for each in FIELDS
    ]
