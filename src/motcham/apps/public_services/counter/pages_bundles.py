"""Bundles of paper between a counter and the agencies that settle: make one, print its list, receive it with a press."""

from __future__ import annotations

from itertools import groupby
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from motcham.apps.public_services.counter import actions_bundles
from motcham.apps.public_services.counter import bundles as reading
from motcham.apps.public_services.counter.pages_desk import serves
from motcham.apps.public_services.counter.refusals import NotCounted
from motcham.blocks.documents import api as documents
from motcham.blocks.identity import api as identity
from motcham.blocks.identity.api import guarded
from motcham.blocks.identity.define import Actor, Permission
from motcham.kernel.errors import MotchamError
from motcham.ui.wording import wording

MOST_PAPERS = 999


@guarded(Permission.COUNTER_SERVE)
@require_http_methods(["GET", "HEAD", "POST"])
def bundles(request: HttpRequest) -> HttpResponse:
    """Show what lies at the counter for other agencies, what is on its way and what came; make a bundle."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    office = serves(actor)[0]
    is_sent, chosen = request.method == "POST", _chosen(request)
    if is_sent:
        to = request.POST.get("to", "")
        to_id = int(to) if to.isascii() and to.isdigit() and len(to) < 10 else 0
        try:
            papers = {case_id: _number(request, f"papers-{case_id}") for case_id in chosen}
            made = actions_bundles.make(by=actor, agency_id=office.id, to_agency_id=to_id, papers=papers)
            return redirect("counter:bundle", bundle_id=made.id)
        except MotchamError as refused:
            messages.error(request, wording(refused))
    rows = sorted(reading.in_hand(office.id), key=lambda each: (each.agency_id, each.on, each.code))
    coming, left = reading.listed(actor)
    context = {
        "office": office,
        "groups": [
            (identity.agency(id=agency_id), [_as_typed(request, each, chosen) for each in group])
            for agency_id, group in groupby(rows, key=lambda each: each.agency_id)
        ],
        "coming": [(each, identity.agency(id=each.from_agency_id)) for each in coming],
        "left": [(each, identity.agency(id=each.to_agency_id)) for each in left],
    }
    return render(request, "counter/bundles.html", context, status=422 if is_sent else 200)


def _as_typed(request: HttpRequest, each: reading.InHand, chosen: list[UUID]) -> tuple[reading.InHand, bool, str]:
    """Return a dossier, whether it goes with the bundle, and how many papers: as somebody ticked and typed it, else as it lies there."""
    papers = request.POST.get(f"papers-{each.case_id}", str(each.papers))[:6]
    return each, each.case_id in chosen or f"papers-{each.case_id}" not in request.POST, papers


@guarded(Permission.COUNTER_SERVE)
@require_http_methods(["GET", "HEAD", "POST"])
def bundle(request: HttpRequest, bundle_id: UUID) -> HttpResponse:
    """Show a bundle to both sides; the side that gets it says what came."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    found = reading.bundle_of(bundle_id, actor)
    rows, status = reading.rows_of(found), 200
    if request.method == "POST":
        notes = {row.line.case_id: request.POST.get(f"note-{row.line.case_id}", "").strip() for row in rows}
        try:
            came = {row.line.case_id: _number(request, f"came-{row.line.case_id}") for row in rows}
            note = request.POST.get("note", "").strip()
            actions_bundles.receive(by=actor, bundle_id=found.id, came=came, notes=notes, note=note)
            messages.success(request, _("Received. Both sides see what came and what differs."))
            return redirect("counter:bundle", bundle_id=found.id)
        except NotCounted as refused:
            messages.error(request, wording(refused))
            status = 422
        except MotchamError as refused:
            messages.error(request, wording(refused))
            return redirect("counter:bundle", bundle_id=found.id)
    typed = request.POST
    context = {
        "bundle": found,
        "rows": [
            (row, typed.get(f"came-{row.line.case_id}", row.line.given), typed.get(f"note-{row.line.case_id}", ""))
            for row in rows
        ],
        "note": typed.get("note", ""),
        "differences": sum(row.differs for row in rows),
        "giver": identity.agency(id=found.from_agency_id),
        "taker": identity.agency(id=found.to_agency_id),
        "receives": not found.received_at and actor.may(Permission.COUNTER_SERVE, agency_id=found.to_agency_id),
    }
    return render(request, "counter/bundle.html", context, status=status)


@guarded(Permission.COUNTER_SERVE)
@require_safe
def bundle_pdf(request: HttpRequest, bundle_id: UUID) -> HttpResponse:
    """Give the list of a bundle as PDF, for the two who sign it."""
    found = reading.bundle_of(bundle_id, request.actor)  # type: ignore[attr-defined]
    content = documents.render(template="public_services.bundle", data=reading.facts_of(found))
    response = HttpResponse(content, content_type="application/pdf")
    name = f"giao-nhan-{found.on:%Y%m%d}-{found.number}.pdf"
    response["Content-Disposition"] = content_disposition_header(True, name) or "attachment"
    response["Cache-Control"] = "private, no-store"
    return response


def _chosen(request: HttpRequest) -> list[UUID]:
    found = []
    for each in request.POST.getlist("case")[: reading.MOST]:
        try:
            found.append(UUID(each))
        except ValueError:
            continue
    return found


def _number(request: HttpRequest, name: str) -> int:
    """Return a count of papers. Raises NotCounted for what is none: a slip of the finger must not become "nothing came"."""
    text = request.POST.get(name, "").strip()
    if not (text.isascii() and text.isdigit() and len(text) < 6 and int(text) <= MOST_PAPERS):
        raise NotCounted()
    return int(text)
