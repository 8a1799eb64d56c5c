"""Two reports of one thing, beside each other, to be merged; and one report of two things, to be split."""

from __future__ import annotations

from dataclasses import replace
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from motcham.blocks.cases import actions_join, forms, looks, queries, routing, rules, showing, spots, telling, throttle, widgets
from motcham.blocks.cases.define import CaseView, NoSuchCase, type_of
from motcham.blocks.cases.pages_form import private
from motcham.blocks.documents import api as documents
from motcham.blocks.identity.api import guarded
from motcham.blocks.identity.define import Actor, Permission
from motcham.kernel.errors import MotchamError
from motcham.kernel.terms import Field, Kind
from motcham.ui.wording import wording


@guarded(Permission.CASE_ACT)
@require_http_methods(["GET", "HEAD", "POST"])
def merge(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """Show two cases beside each other, and merge them: the earlier one leads, whichever was named."""
    actor = request.actor  # type: ignore[attr-defined]
    view = queries.case_by_id(case_id, actor=actor)
    actor.demand(Permission.CASE_ACT, agency_id=view.line.agency_id)
    asked = request.POST.get("with") or request.GET.get("with", "")
    other = _other(request, asked, actor)
    if request.method == "POST" and other is not None:
        try:
            leader = actions_join.merge(
                by=actor, case_id=case_id, into=other.line.id, message=request.POST.get("message", "")[:2000]
            )
        except MotchamError as error:
            messages.error(request, wording(error))
        else:
            messages.success(request, _("Merged. Everyone who reported it follows the earlier case with the code they have."))
            return redirect("cases:case", case_id=leader)
    if asked and other is None:
        messages.error(request, wording(NoSuchCase()))
    both: list[dict[str, Any]] = []
    if other is not None and other.line.id != case_id:
        looks.look(by=actor, case_id=other.line.id, purpose="merging")
        first, second = sorted((view, other), key=lambda each: (each.filed_at, each.line.id))
        both = [_column(first, leads=True), _column(second, leads=False)]
    looks.look(by=actor, case_id=case_id, purpose="merging")
    context = {
        "case": view,
        "other": other,
        "both": both,
        "alike": [] if both else routing.alike(view, actor),
        "typed": asked,
    }
    return private(render(request, "cases/merge.html", context))


def _other(request: HttpRequest, asked: str, actor: Actor) -> CaseView | None:
    """Return the case that is named by its id or its code, as far as the actor may read it."""
    if not asked:
        return None
    try:
        return queries.case_by_id(UUID(asked), actor=actor)
    except ValueError:
        pass
    except NoSuchCase:
        return None
    try:
        return queries.find_by_code(asked, actor=actor)
    except NoSuchCase:
        throttle.misses.count(request)
        return None


def _column(view: CaseView, *, leads: bool) -> dict[str, Any]:
    case_type, here = type_of(view.line), reverse("cases:case", args=[view.line.id])
    files = {each.id: each for each in documents.refs(view.documents)} if view.documents else {}
    teller = telling.Teller(view, files=files, href=lambda one: f"{here}files/{one}/", officer=True)
    return {
        "view": view,
        "leads": leads,
        "code": rules.show_code(view.code),
        "agency": showing.agency_name(view.line.agency_id),
        "bar": showing.bar(view.line, now=timezone.now()),
        "rows": showing.answer_rows(case_type.fields, view.answers, place=view.place, sealed=view.sealed_fields),
        "photos": teller.photos(),
        "spot": spots.spot_of(view.place),
    }


@guarded(Permission.CASE_ACT)
@require_http_methods(["GET", "HEAD", "POST"])
def split(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """Split a second matter off a case: its kind, the words that belong to it, and the agency in charge of it."""
    actor = request.actor  # type: ignore[attr-defined]
    view = queries.case_by_id(case_id, actor=actor)
    actor.demand(Permission.CASE_ACT, agency_id=view.line.agency_id)
    looks.look(by=actor, case_id=case_id, purpose="splitting")
    case_type = type_of(view.line)
    fields = tuple(
        replace(each, label=each.heading, hint="")
        for each in case_type.fields
        if each.name == case_type.category or (each.kind is Kind.LONG_TEXT and not each.when)
    )
    why = Field("message", _("Message to the person who filed"), Kind.LONG_TEXT, required=False, longest=2000)
    raw = widgets.typed((*fields, why), request.POST) if request.method == "POST" else _begin(view, fields)
    chosen = [each for each in view.documents if str(each) in request.POST.getlist("photo")]
    errors: dict[str, str] = {}
    if request.method == "POST":
        parsed = forms.parse_answers((*fields, why), raw, now=timezone.now())
        errors = parsed.errors
        if not errors:
            message = parsed.answers.pop("message", "")
            try:
                made = actions_join.split(by=actor, case_id=case_id, answers=parsed.answers, message=message, documents=chosen)
            except MotchamError as error:
                messages.error(request, wording(error))
            else:
                messages.success(request, _("Split off: the second matter has a case and a clock of its own now."))
                return redirect("cases:case", case_id=made.id if queries.exists_for(made.id, actor=actor) else case_id)
    asked = widgets.ask((*fields, why), raw, errors)
    context = {
        "case": view,
        "asked": asked,
        "questions": [each for one in asked for each in one.questions()],
        "files": [(each, each.id in chosen) for each in documents.refs(view.documents)] if view.documents else [],
    }
    return private(render(request, "cases/split.html", context, status=422 if errors else 200))


def _begin(view: CaseView, fields: tuple[Field, ...]) -> dict[str, Any]:
    return {each.name: view.answers.get(each.name, "") for each in fields if each.kind is Kind.LONG_TEXT}
