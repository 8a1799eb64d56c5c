"""The page of a case for its officers: opening it is a look, what identifies stays masked, acts are its definition's."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from motcham.blocks.cases import actions, acts, looks, queries, rules, showing, widgets
from motcham.blocks.cases.define import CaseView, NoSuchCase, case_types
from motcham.blocks.cases.pages_form import private
from motcham.blocks.cases.pages_inbox import row_of
from motcham.blocks.documents import api as documents
from motcham.blocks.identity.api import guarded
from motcham.blocks.identity.define import Permission
from motcham.kernel.errors import Invalid, Overtaken


@guarded(Permission.CASE_READ)
@require_safe
def case(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """Show a case; the look is written first."""
    actor = request.actor  # type: ignore[attr-defined]
    looks.look(by=actor, case_id=case_id, purpose=_purpose(request, case_id))
    view = queries.case_by_id(case_id, actor=actor)
    return _page(request, view, acts.offered(view, actor))


def _purpose(request: HttpRequest, case_id: UUID) -> str:
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
    actor, now = request.actor, timezone.now()  # type: ignore[attr-defined]
    case_type, line = case_types[view.line.type_key], view.line
    if status != 200:
        # The form of an act that failed shows the whole case again: without this it could be read with no look in the log.
        looks.look(by=actor, case_id=line.id, purpose=_purpose(request, line.id))
    files = {each.id: each for each in documents.refs(view.documents)} if view.documents else {}
    here = reverse("cases:case", args=[line.id])
    teller = showing.Teller(view, files=files, href=lambda one: f"{here}files/{one}/", officer=True)
    context: dict[str, Any] = {
        "case": view,
        "type": case_type,
        "code": rules.show_code(view.code),
        "bar": showing.bar(_Timed(view), now=now),
        "agency": showing.agency_name(line.agency_id),
        "step": case_type.step(line.step) if line.step in {each.key for each in case_type.steps} else None,
        "channel": showing.channel_label(view.channel),
        "rows": showing.answer_rows(case_type.fields, view.answers, place=view.place, sealed=view.sealed_fields),
        "revealed": revealed or {},
        "may_reveal": actor.may(Permission.CASE_REVEAL, agency_id=line.agency_id),
        "steps": teller.steps(),
        "looks": teller.looks()[:20],
        "acts": acts.draw(found),
        "sub_cases": [row_of(each, now) for each in view.sub_cases],
        "legal_basis": line.clock.get("legal_basis", ""),
        "lost": lost,
        "moved": moved,
        "purposes": purposes(),
    }
    return private(render(request, "cases/case.html", context, status=status))


class _Timed:
    """A view as the clock bar reads it."""

    def __init__(self, view: CaseView) -> None:
        self.clock, self.received_at, self.closed_at = view.line.clock, view.line.received_at, view.line.closed_at


def purposes() -> list[tuple[str, str]]:
    """Return the purposes for which a field may be revealed."""
    return [
        ("contact", _("To contact the person about this case")),
        ("verify", _("To verify what was reported")),
        ("inspection", _("Inspection or complaint about the handling")),
    ]


@guarded(Permission.CASE_ACT)
@require_POST
def act(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """Take one act; where somebody was quicker, what was written comes back."""
    actor = request.actor  # type: ignore[attr-defined]
    view = queries.case_by_id(case_id, actor=actor)
    found = acts.offered(view, actor)
    chosen = next((each for each in found if each.key == request.POST.get("act")), None)
    if chosen is None:
        name = f"{request.POST.get('act', '')[:40]}-message"
        return _page(request, view, found, status=409, lost=request.POST.get(name, "")[:5000], moved=True)
    parsed = acts.read(chosen, request, view)
    if chosen.errors:
        return _page(request, view, found, status=422)
    version = request.POST.get("version", "")
    try:
        acts.perform(chosen, parsed, by=actor, view=view, version=int(version) if version.isdigit() else view.version)
    except Overtaken:
        return _page(request, queries.case_by_id(case_id, actor=actor), found, status=409, moved=True)
    except Invalid as error:
        chosen.errors["message"] = showing.wording(error)
        return _page(request, view, found, status=error.status)
    messages.success(request, _("Done: %(act)s.") % {"act": chosen.label})
    try:
        queries.case_by_id(case_id, actor=actor)
    except NoSuchCase:
        # Handed to an agency whose cases this officer does not see.
        return redirect("cases:inbox")
    return redirect("cases:case", case_id=case_id)


@guarded(Permission.CASE_REVEAL)
@require_POST
def reveal(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """Show one identifying answer, once its look is in the log; it is not kept in the page's address or history."""
    actor = request.actor  # type: ignore[attr-defined]
    view = queries.case_by_id(case_id, actor=actor)
    name = request.POST.get("field", "")
    if name not in view.sealed_fields:
        raise Http404
    known = dict(purposes())
    purpose = request.POST.get("purpose", "")
    value = looks.reveal(by=actor, case_id=case_id, field=name, purpose=purpose if purpose in known else "contact")
    asked = case_types[view.line.type_key].field_named(name)
    words = widgets.shown(asked, value) if asked else str(value)
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
        looks.look(by=actor, case_id=case_id, purpose=_purpose(request, case_id), what="file")
    return documents.response(document_id=document_id, owner=actions.owner_of(case_id), thumbnail=small)
