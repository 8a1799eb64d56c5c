"""What officers of one agency share: kept lists, the texts they answer with, and whose work each case is."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from motcham.blocks.cases import actions_desk, filters, forms, lists, replies, showing
from motcham.blocks.cases.define import case_types
from motcham.blocks.cases.models import ReplyTemplate
from motcham.blocks.cases.pages_bulk import back_to, own_post
from motcham.blocks.cases.refusals import ListNameTaken
from motcham.blocks.identity import api as identity
from motcham.blocks.identity.api import guarded
from motcham.blocks.identity.define import Actor, NotPermitted, Permission
from motcham.kernel.errors import MotchamError
from motcham.ui.forms import Option, Question
from motcham.ui.wording import wording


@guarded(Permission.CASE_READ)
@require_POST
def keep_filter(request: HttpRequest) -> HttpResponse:
    """Keep the list that is shown under a name, for oneself or for the agency."""
    actor = request.actor  # type: ignore[attr-defined]
    asked = QueryDict(request.POST.get("back", "").partition("?")[2][:1000])
    name = forms.clean_text(request.POST.get("name", ""))[:60]
    if not name:
        messages.error(request, _("Give the list a name, then keep it again."))
        return redirect(back_to(request))
    agency = _own_agency(actor) if "shared" in request.POST else None
    try:
        actions_desk.keep_filter(by=actor, name=name, wanted=filters.read(asked, actor), agency_id=agency)
        messages.success(request, _("Kept as “%(name)s”; it stands among your lists.") % {"name": name})
    except ListNameTaken as taken:
        messages.error(request, wording(taken))
    return redirect(back_to(request))


@guarded(Permission.CASE_READ)
@require_POST
def drop_filter(request: HttpRequest, filter_id: int) -> HttpResponse:
    """Remove a kept list."""
    actions_desk.drop_filter(by=request.actor, filter_id=filter_id)  # type: ignore[attr-defined]
    messages.success(request, _("The list was removed; no case changed."))
    return redirect(back_to(request))


def _own_agency(actor: Actor) -> int:
    """Return the agency in which somebody works on cases."""
    found = next((each for each in sorted(actor.agency_ids) if actor.may(Permission.CASE_ACT, agency_id=each)), None)
    if found is None:
        raise NotPermitted(permission=Permission.CASE_ACT)
    return found


@guarded(Permission.CASE_ACT)
@require_http_methods(["GET", "HEAD", "POST"])
def templates(request: HttpRequest) -> HttpResponse:
    """Show the texts of one's agency and those of the house; who leads the agency writes them."""
    actor = request.actor  # type: ignore[attr-defined]
    agency = _own_agency(actor)
    leads = actor.holds(actions_desk.LEADER, agency_id=agency)
    typed = {name: request.POST.get(name, "") for name in ("name", "text", "step", "id")}
    errors: dict[str, str] = {}
    if request.method == "POST":
        errors = _mistakes(typed)
        if not errors:
            type_key, _colon, step = typed["step"].partition(":")
            given = {"name": forms.clean_text(typed["name"]), "text": forms.clean_text(typed["text"], lines=True)}
            number = int(typed["id"]) if typed["id"].isascii() and typed["id"].isdigit() else None
            actions_desk.keep_template(by=actor, agency_id=agency, type_key=type_key, step=step, template_id=number, **given)
            messages.success(request, _("Kept. It stands in the list of every officer of the agency."))
            return redirect("cases:templates")
    elif (row := _asked(request, agency)) is not None:
        typed = {"name": row.name, "text": row.text, "step": f"{row.type_key}:{row.step}", "id": str(row.pk or "")}
    context = {
        "agency_name": showing.agency_name(agency),
        "own": [(row, filters.step_label(row.step)) for row in ReplyTemplate.objects.filter(agency_id=agency).order_by("name")],
        "starters": [(place, row, filters.step_label(row.step)) for place, row in enumerate(replies.starters())],
        "leads": leads,
        "typed": typed,
        "asked": _asked_of(typed, errors),
        "fields": replies.FIELDS,
    }
    return render(request, "cases/templates.html", context, status=422 if errors else 200)


def _asked(request: HttpRequest, agency_id: int) -> ReplyTemplate | None:
    """Return the text that is to be mended, or the one of the house that a new one begins with."""
    edited, copied = request.GET.get("edit", ""), request.GET.get("copy", "")
    if edited.isascii() and edited.isdigit():
        return ReplyTemplate.objects.filter(agency_id=agency_id, id=int(edited[:9])).first()
    starters = replies.starters()
    return starters[int(copied)] if copied.isascii() and copied.isdigit() and int(copied[:4]) < len(starters) else None


def _mistakes(typed: dict[str, str]) -> dict[str, str]:
    errors = {}
    if not typed["name"].strip() or len(typed["name"]) > 80:
        errors["name"] = _("Give it a name of at most 80 letters, by which colleagues find it.")
    if not typed["text"].strip() or len(typed["text"]) > 5000:
        errors["text"] = _("Write the text, at most 5,000 letters.")
    elif wrong := replies.unknown(typed["text"]):
        errors["text"] = _("There is no field {%(name)s}. The fields that are filled in stand above.") % {"name": wrong[0]}
    if typed["step"] not in {value for value, _label in _steps()}:
        errors["step"] = _("Choose one answer.")
    return errors


def _steps() -> list[tuple[str, str]]:
    found = [(":", _("Any answer"))]
    for each in case_types:
        steps = [step for step in each.steps if step.message_required or step.tells]
        found += [(f"{each.key}:{step.key}", f"{each.label} · {step.act or step.label}") for step in steps]
    return found


def _asked_of(typed: dict[str, str], errors: dict[str, str]) -> list[Question]:
    options = tuple(Option(value, label) for value, label in _steps())
    hint = _("What stands in braces is filled in for each case.")
    return [
        Question("name", _("Name"), value=typed["name"], error=errors.get("name", ""), longest=80),
        Question("step", _("For which act"), "select", typed["step"] or ":", options=options, error=errors.get("step", "")),
        Question("text", _("Text"), "textarea", typed["text"], hint=hint, error=errors.get("text", ""), longest=5000),
    ]


@guarded(Permission.CASE_ACT)
@require_POST
def drop_template(request: HttpRequest, template_id: int) -> HttpResponse:
    """Remove a text of one's agency."""
    actor = request.actor  # type: ignore[attr-defined]
    actions_desk.drop_template(by=actor, agency_id=_own_agency(actor), template_id=template_id)
    messages.success(request, _("The text was removed."))
    return redirect("cases:templates")


@guarded(Permission.CASE_ACT)
@require_safe
def people(request: HttpRequest) -> HttpResponse:
    """Show who holds how many open cases of one's agency, and let them be handed over."""
    actor = request.actor  # type: ignore[attr-defined]
    agency = _own_agency(actor)
    held, colleagues = lists.held_in(agency), identity.colleagues(agency_id=agency)
    mine, leads = own_post(actor, agency), actor.holds(actions_desk.LEADER, agency_id=agency)
    there = {each.post_id for each in colleagues}
    gone = identity.holders(post_ids=[post for post in held if post and post not in there])
    rows: list[dict[str, Any]] = [
        {
            "who": each,
            "role": next((role.label for role in identity.roles() if role.key == each.role), each.role),
            "count": held.get(each.post_id, 0),
            "is_mine": each.post_id == mine,
            "is_gone": each.post_id not in there,
        }
        for each in (*colleagues, *gone.values())
    ]
    context = {
        "agency_name": showing.agency_name(agency),
        "rows": rows,
        "nobody": held.get(None, 0),
        "colleagues": colleagues,
        "mine": mine,
        "leads": leads,
    }
    return render(request, "cases/people.html", context)


@guarded(Permission.CASE_ACT)
@require_POST
def hand_over(request: HttpRequest) -> HttpResponse:
    """Hand all open cases of one post to another."""
    actor = request.actor  # type: ignore[attr-defined]
    ids = {
        name: int(text) if (text := request.POST.get(name, "")).isascii() and text.isdigit() else None for name in ("from", "to")
    }
    reason = forms.clean_text(request.POST.get("reason", ""))[:500]
    if ids["from"] is None or not reason:
        messages.error(request, _("Say why, so that everyone can see it in each case; then hand them over again."))
        return redirect("cases:people")
    try:
        moved = actions_desk.hand_over(
            by=actor, from_post=ids["from"], to_post=ids["to"], reason=reason, agency_id=_own_agency(actor)
        )
    except MotchamError as error:
        messages.error(request, wording(error))
        return redirect("cases:people")
    words = ngettext("%(count)s case was handed over.", "%(count)s cases were handed over.", moved)
    messages.success(request, words % {"count": moved})
    return redirect("cases:people")
