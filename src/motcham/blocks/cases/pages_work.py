"""The page of a case for its officers: opening it is a look, what identifies stays masked, acts are its definition's."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from motcham.blocks.cases import (
    acting,
    actions_desk,
    acts,
    asked,
    lists,
    looks,
    pages_bulk,
    pages_release,
    queries,
    routing,
    rules,
    showing,
    spots,
    telling,
    titles,
    widgets,
)
from motcham.blocks.cases.define import CLOSED, CaseView, NoSuchCase, type_of
from motcham.blocks.cases.pages_form import private
from motcham.blocks.cases.together import waits_for_others
from motcham.blocks.documents import api as documents
from motcham.blocks.identity import api as identity
from motcham.blocks.identity.api import guarded
from motcham.blocks.identity.define import Actor, Permission
from motcham.kernel.errors import Invalid, Missing, Overtaken
from motcham.ui.wording import wording


@guarded(Permission.CASE_READ)
@require_safe
def case(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """Show a case, the look written first; with `pane`, its part of the page alone, to stand beside a list."""
    actor = request.actor  # type: ignore[attr-defined]
    looks.look(by=actor, case_id=case_id, purpose=_purpose(request))
    view = queries.case_by_id(case_id, actor=actor)
    return _page(request, view, acts.offered(view, actor))


def pane(request: HttpRequest, asked: str, *, back: str) -> dict[str, str]:
    """Return what a list shows beside itself: the case that its address opens, or nothing where it opens none."""
    actor = request.actor  # type: ignore[attr-defined]
    try:
        case_id = UUID(asked)
        looks.look(by=actor, case_id=case_id, purpose=_purpose(request))
        view = queries.case_by_id(case_id, actor=actor)
    except (ValueError, Missing):
        return {"open": "", "pane": ""}
    context = {**body(request, view, acts.offered(view, actor)), "back": f"/desk/{back}&open={case_id}"}
    return {"open": str(case_id), "pane": render_to_string("cases/case_body.html", context, request)}


def _purpose(request: HttpRequest) -> str:
    actor = request.actor  # type: ignore[attr-defined]
    return "handling" if actor.may(Permission.CASE_ACT) else "oversight"


def _page(
    request: HttpRequest,
    view: CaseView,
    found: list[acts.Act],
    *,
    status: int = 200,
    revealed: dict[str, str] | None = None,
    lost: str = "",
    moved: bool = False,
) -> HttpResponse:
    actor = request.actor  # type: ignore[attr-defined]
    if status != 200:
        # The form of an act that failed shows the whole case again: without this it could be read with no look in the log.
        looks.look(by=actor, case_id=view.line.id, purpose=_purpose(request))
    context = body(request, view, found) | {"revealed": revealed or {}, "lost": lost, "moved": moved}
    back = request.POST.get("back") or request.GET.get("back") or ""
    context["back"] = back if back.startswith("/desk/?") else ""
    template = "cases/case_body.html" if "pane" in request.GET else "cases/case.html"
    return private(render(request, template, context, status=status))


def body(request: HttpRequest, view: CaseView, found: list[acts.Act]) -> dict[str, Any]:
    """Return what the page of a case shows."""
    actor, now, line, case_type = request.actor, timezone.now(), view.line, type_of(view.line)  # type: ignore[attr-defined]
    files = {each.id: each for each in documents.refs(view.documents)} if view.documents else {}
    here = reverse("cases:case", args=[line.id])
    teller = telling.Teller(view, files=files, href=lambda one: f"{here}files/{one}/", officer=True)
    return {
        "case": view,
        "type": case_type,
        "code": rules.show_code(view.code),
        "number": titles.number_of(case_type, line.id),
        "bar": showing.bar(line, now=now),
        "within": showing.within(line, now=now),
        "stands": showing.stands_for(view),
        "agency": showing.agency_name(line.agency_id),
        "step": case_type._steps.get(line.step),
        "channel": showing.channel_label(view.channel),
        "rows": showing.answer_rows(case_type.fields, view.answers, place=view.place, sealed=view.sealed_fields),
        "place": spots.spot_of(view.place),
        "photos": [] if showing.has_papers(case_type) else teller.photos(),
        "papers": showing.papers(case_type, view.answers, files, lambda one: f"{here}files/{one}/"),
        "revealed": {},
        "may_reveal": actor.may(Permission.CASE_REVEAL, agency_id=line.agency_id),
        "steps": teller.steps(),
        "looks": teller.looks()[:20],
        "waits_for_others": waits_for_others(view),
        "release": pages_release.context(view, actor),
        "panels": showing.panels_of(view, actor, request),
        "acts": acts.draw(found, view, actor),
        "new_code": showing.new_code(view),
        "only_reads": not any(each.key != acts.CONFIDE for each in found),
        "holder": _holder(view, actor),
        "sub_cases": _parts(view, actor, now),
        "asked": [*asked.of(view), *asked.of_part(view)] if actor.may(Permission.CASE_ACT, agency_id=line.agency_id) else [],
        "may_read_whole": view.parent_id is not None and queries.exists_for(view.parent_id, actor=actor),
        "merged": [showing.row_of(each, now) for each in view.merged],
        "split": [showing.row_of(each, now) for each in view.split],
        "alike": routing.alike(view, actor) if _may_merge(view, actor) else [],
        "may_merge": _may_merge(view, actor),
        "legal_basis": line.clock.get("legal_basis", ""),
        "purposes": showing.purposes(),
    }


def _parts(view: CaseView, actor: Actor, now: datetime) -> list[dict[str, Any]]:
    """Return the parts with other agencies; those that the reader may not open stand there with their time all the same."""
    seen = lists.lines(actor=actor, case_ids=[each.id for each in view.sub_cases])
    return [{**showing.row_of(each, now), "is_shut": each.id not in seen} for each in view.sub_cases]


def _may_merge(view: CaseView, actor: Actor) -> bool:
    # Two dossiers are never one, nor are parts of them: each has an applicant of its own.
    is_alone = view.parent_id is None and not type_of(view.line).is_accepted_first
    is_open = view.line.state != CLOSED and not view.confidential and is_alone
    return is_open and actor.may(Permission.CASE_ACT, agency_id=view.line.agency_id)


def _holder(view: CaseView, actor: Actor) -> dict[str, Any]:
    """Return whose work the case is inside its agency, and to whom it can be given."""
    agency_id = view.line.agency_id
    holder = lists.holder_of(view.line.id)
    names = identity.holders(post_ids=[holder]) if holder else {}
    may = actor.may(Permission.CASE_ACT, agency_id=agency_id) and view.line.state != CLOSED
    mine = pages_bulk.own_post(actor, agency_id)
    others = [each for each in identity.colleagues(agency_id=agency_id) if each.post_id not in (mine, holder)] if may else []
    name = names[holder].name if holder and holder in names else ""
    return {"name": name, "is_mine": holder is not None and holder == mine, "may": may, "mine": mine or "", "others": others}


@guarded(Permission.CASE_READ)
@require_POST
def act(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """Take one act; where somebody was quicker, what was written comes back. Which acts are whose, `acts.offered` says: even
    whoever may only read hands an accusation to the closed desk."""
    actor = request.actor  # type: ignore[attr-defined]
    view = queries.case_by_id(case_id, actor=actor)
    found = acts.offered(view, actor)
    chosen = next((each for each in found if each.key == request.POST.get("act")), None)
    if chosen is None:
        name = f"{request.POST.get('act', '')[:40]}-message"
        return _page(request, view, found, status=409, lost=request.POST.get(name, "")[:5000], moved=True)
    parsed = acts.read(chosen, request, view)
    if "fill" in request.POST:
        acts.fill(chosen, request, view, actor)
        return _page(request, view, found)
    if chosen.errors:
        return _page(request, view, found, status=422)
    version = request.POST.get("version", "")
    try:
        acts.perform(chosen, parsed, by=actor, view=view, version=int(version[:9]) if version.isdecimal() else view.version)
    except Overtaken:
        return _page(request, queries.case_by_id(case_id, actor=actor), found, status=409, moved=True)
    except Invalid as error:
        chosen.errors["message"] = wording(error)
        return _page(request, view, found, status=error.status)
    messages.success(request, _("Done: %(act)s.") % {"act": chosen.label})
    return onward(request, case_id)


def onward(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """Lead back to the list that the act was done beside, else to the case; to the list where it is no longer one's own."""
    back = pages_bulk.back_to(request)
    if not queries.exists_for(case_id, actor=request.actor):  # type: ignore[attr-defined]
        # Handed to an agency whose cases this officer does not see.
        return redirect(back.split("&open=")[0])
    return redirect(back if request.POST.get("back") else reverse("cases:case", args=[case_id]))


@guarded(Permission.CASE_ACT)
@require_POST
def hold(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """Take a case on oneself, give it to a colleague, or let go of it."""
    actor, to = request.actor, request.POST.get("to", "")  # type: ignore[attr-defined]
    view = queries.case_by_id(case_id, actor=actor)
    before = lists.standing(view.line.id)
    try:
        post_id = int(to) if to.isascii() and to.isdigit() else None
        actions_desk.hold(by=actor, case_id=case_id, post_id=post_id, reason=request.POST.get("reason", "")[:500])
    except Invalid as error:
        messages.error(request, wording(error))
        return onward(request, case_id)
    request.session["undo"] = {"at": timezone.now().isoformat(), "cases": [[str(case_id), list(before)]]}
    messages.success(
        request, _("It is your work now.") if post_id == pages_bulk.own_post(actor, view.line.agency_id) else _("Done.")
    )
    return onward(request, case_id)


@guarded(Permission.CASE_REVEAL)
@require_POST
def reveal(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """Show one identifying answer, once its look is in the log; it is not kept in the page's address or history."""
    actor = request.actor  # type: ignore[attr-defined]
    view = queries.case_by_id(case_id, actor=actor)
    name = request.POST.get("field", "")
    if name not in view.sealed_fields:
        raise Http404
    known = dict(showing.purposes())
    purpose = request.POST.get("purpose", "")
    value = looks.reveal(by=actor, case_id=case_id, field=name, purpose=purpose if purpose in known else "contact")
    field = type_of(view.line).field_named(name)
    words = widgets.shown(field, value) if field else str(value)
    view = queries.case_by_id(case_id, actor=actor)
    return _page(request, view, acts.offered(view, actor), revealed={name: words or _("not given")})


@guarded(Permission.CASE_READ)
@require_safe
def file(request: HttpRequest, case_id: UUID, document_id: UUID) -> HttpResponse:
    """Show a file of a case; opening it whole is a look of its own."""
    actor = request.actor  # type: ignore[attr-defined]
    view = queries.case_by_id(case_id, actor=actor)
    if document_id not in view.documents:
        raise NoSuchCase()
    small = "small" in request.GET
    if not small:
        looks.look(by=actor, case_id=case_id, purpose=_purpose(request), what="file")
    return documents.response(document_id=document_id, owner=acting.owner_of(case_id), thumbnail=small)
