"""The register of an agency's dossiers by day (form 07 of Circular 03/2025, form 06 of 01/2018): a page, and the same as XLSX."""

from __future__ import annotations

import tempfile
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.conf import settings
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from motcham.apps.public_services import data_used, states
from motcham.apps.public_services.dossiers import actions, actions_slips, on_paper
from motcham.apps.public_services.dossiers.models import Dossier
from motcham.apps.public_services.dossiers.pages_papers import pdf
from motcham.apps.public_services.dossiers.showing import CHANNELS
from motcham.apps.public_services.slips.register import Line, Register
from motcham.blocks.cases import api as cases
from motcham.blocks.identity import api as identity
from motcham.blocks.identity.api import guarded, public
from motcham.blocks.identity.define import Actor, AgencyView, NotPermitted, Permission
from motcham.ui import formats, sheets

MOST = 2_000


@dataclass(frozen=True)
class Entry:
    """One line of the register; nobody is named in it."""

    dossier: Dossier
    title: str
    step: str
    due_at: datetime | None

    @property
    def state(self) -> str:
        """Return where it stands, as the national dictionary names it."""
        found = states.BY_CODE.get(self.step)
        return found.name if found else self.step

    @property
    def channel(self) -> str:
        """Return how it was handed in."""
        return str(CHANNELS[self.dossier.channel])


def entries(*, actor: Actor, agency_id: int, day: date) -> list[Entry]:
    """Return the dossiers that an agency got on a day, by number, as far as the actor may read them."""
    rows = list(Dossier.objects.filter(agency_id=agency_id, on=day).order_by("number")[:MOST])
    found = cases.lines(actor=actor, case_ids=[each.case_id for each in rows])
    return [
        Entry(row, line.title, line.step, line.due_at)
        for row, line in ((row, found[row.case_id]) for row in rows if row.case_id in found)
    ]


@public(
    reason="It shows nothing: officers are led to their register, everybody else to where the code of a dossier is asked for."
)
@require_safe
def front(request: HttpRequest) -> HttpResponse:
    """Lead to where somebody looks for dossiers."""
    reads = request.actor.may(Permission.CASE_READ)  # type: ignore[attr-defined]
    response = redirect("dossiers:register" if reads else "cases:track")
    response["Cache-Control"] = "private, no-store"
    return response


@guarded(Permission.CASE_READ)
@require_safe
def page(request: HttpRequest) -> HttpResponse:
    """Show the register of one agency and one day."""
    actor = request.actor  # type: ignore[attr-defined]
    agencies = _agencies(actor, Permission.CASE_READ)
    agency, day = _chosen(request, agencies)
    context = {
        "agencies": agencies,
        "agency": agency,
        "day": day,
        "entries": entries(actor=actor, agency_id=agency.id, day=day),
        "may_export": actor.may(Permission.CASE_EXPORT, agency_id=agency.id),
    }
    response = render(request, "dossiers/register.html", context)
    response["Cache-Control"] = "private, no-store"
    return response


@guarded(Permission.CASE_EXPORT)
@require_safe
def export(request: HttpRequest) -> FileResponse:
    """Give the register of a day as an XLSX file; its entry is written before it leaves."""
    actor = request.actor  # type: ignore[attr-defined]
    agency, day = _chosen(request, _agencies(actor, Permission.CASE_EXPORT))
    file = tempfile.TemporaryFile()  # noqa: SIM115 – closed by the response
    rows = entries(actor=actor, agency_id=agency.id, day=day)
    cut = _("Cut at %(most)s rows.") % {"most": MOST}
    count = sheets.write(file, title=_("Register"), columns=_columns(), rows=rows, most=MOST, cut=cut)
    actions.note_register(by=actor, agency_id=agency.id, day=day, rows=count)
    file.seek(0)
    return FileResponse(
        file,
        as_attachment=True,
        filename=f"so-theo-doi-{agency.code}-{day:%Y%m%d}.xlsx",
        content_type=sheets.XLSX,
        headers={"Cache-Control": "private, no-store"},
    )


@guarded(Permission.CASE_EXPORT)
@require_safe
def printed(request: HttpRequest) -> HttpResponse:
    """Give the register of a day as the form of the circular, to be printed."""
    actor = request.actor  # type: ignore[attr-defined]
    agency, day = _chosen(request, _agencies(actor, Permission.CASE_EXPORT))
    rows = entries(actor=actor, agency_id=agency.id, day=day)
    facts = Register(
        agency.official_name,
        day,
        day,
        timezone.now(),
        tuple(_line(each) for each in rows),
        parent_agency="" if agency.code == on_paper.CITY else on_paper.city_name(),
        place=settings.CITY_NAME,
    )
    name, page = actions_slips.register(by=actor, facts=facts)
    return pdf(f"{name} {agency.code} {day:%Y%m%d}", page)


def _line(each: Entry) -> Line:
    return Line(
        each.dossier.code,
        each.title,
        applicant="",
        accepted_at=each.dossier.accepted_at,
        channel=on_paper.CHANNELS[each.dossier.channel],
        appointment=each.due_at,
        returned_at=each.dossier.handed_over_at,
        status=each.state,
    )


def _agencies(actor: Actor, permission: Permission) -> list[AgencyView]:
    scope = actor.scope(permission)
    found = [each for each in identity.agencies(on=timezone.localdate()) if scope is None or each.id in scope]
    if not found:
        raise NotPermitted(permission=permission)
    return sorted(found, key=lambda each: (each.id not in actor.agency_ids, each.official_name))


def _chosen(request: HttpRequest, agencies: Iterable[AgencyView]) -> tuple[AgencyView, date]:
    """Return the agency and the day asked for: one's own and today where nothing sensible was."""
    known = list(agencies)
    agency = next((each for each in known if each.code == request.GET.get("agency")), known[0])
    try:
        day = date.fromisoformat(request.GET.get("day", ""))
    except ValueError:
        day = timezone.localdate()
    return agency, day


def _columns() -> list[tuple[str, int, Any]]:
    return [
        (_("Number of the dossier"), 30, lambda each: each.dossier.code),
        (_("Official number"), 12, lambda each: _("Yes") if each.dossier.is_official else _("No")),
        (_("Procedure"), 16, lambda each: each.dossier.procedure),
        (_("Title"), 60, lambda each: each.title),
        (_("Handed in"), 16, lambda each: formats.day(each.dossier.on)),
        (_("How"), 14, lambda each: each.channel),
        (_("Papers sent"), 12, lambda each: each.dossier.papers),
        (_("Papers used again"), 12, lambda each: each.dossier.reused),
        (_("Data used"), 40, lambda each: "; ".join(map(str, data_used.names(each.dossier.sources)))),
        (_("Accepted"), 17, lambda each: each.dossier.accepted_at or ""),
        (_("Due"), 17, lambda each: each.due_at or ""),
        (_("Settled"), 17, lambda each: each.dossier.settled_at or ""),
        (_("Handed over"), 17, lambda each: each.dossier.handed_over_at or ""),
        (_("State"), 30, lambda each: each.state),
    ]
