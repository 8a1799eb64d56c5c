"""Setting up the counter of an office: its desks, and the hours in which times can be booked."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date, time

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from motcham.apps.public_services.counter import actions_setup, queries, rules
from motcham.apps.public_services.counter.models import Opening
from motcham.apps.public_services.counter.pages_desk import serves, works_of
from motcham.apps.public_services.counter.refusals import WrongHours
from motcham.blocks.identity.api import guarded
from motcham.blocks.identity.define import AgencyView, Permission
from motcham.kernel.errors import MotchamError
from motcham.ui import formats
from motcham.ui.wording import wording

MOST_DESKS = 99
TYPED = ("begins", "ends", "minutes", "places", "valid_from")


@guarded(Permission.COUNTER_SET_UP)
@require_http_methods(["GET", "HEAD", "POST"])
def set_up(request: HttpRequest) -> HttpResponse:
    """Show the desks and hours of an office, and enter one more; what was typed stays when it is refused."""
    offices = serves(request.actor, Permission.COUNTER_SET_UP)  # type: ignore[attr-defined]
    asked = request.POST.get("office") or request.GET.get("office")
    office = next((each for each in offices if each.code == asked), offices[0])
    error = ""
    if request.method == "POST":
        enter: Callable[[HttpRequest, AgencyView], None] = _desk if "number" in request.POST else _hours
        try:
            enter(request, office)
            messages.success(request, _("Entered."))
            return redirect(f"{request.path}?office={office.code}")
        except (MotchamError, ValueError) as refused:
            error = wording(refused if isinstance(refused, MotchamError) else WrongHours())
    typed = {name: request.POST.get(name, "")[:20] for name in TYPED}
    context = {
        "offices": offices,
        "office": office,
        "desks": [(each, works_of(each)) for each in queries.desks(office.id)],
        "hours": _grouped(queries.hours(office.id)),
        "works": rules.WORKS,
        "queue": queries.queue(office.id),
        "weekdays": [(number, formats.weekday(date(2024, 1, 1 + number))) for number in range(7)],
        "typed": typed,
        "typed_days": [int(each) for each in request.POST.getlist("weekday") if each in set("0123456")],
        "today": timezone.localdate(),
        "error": error,
    }
    return render(request, "counter/set_up.html", context, status=422 if error else 200)


def _grouped(rows: Iterable[Opening]) -> list[tuple[Opening, str, list[int]]]:
    """Return hours that are the same on several weekdays as one, with the days and the rows behind it."""
    found: dict[tuple[object, ...], list[Opening]] = {}
    for each in rows:
        key = (each.begins, each.ends, each.minutes, each.places, each.valid_from, each.valid_to)
        found.setdefault(key, []).append(each)
    return [
        (same[0], ", ".join(formats.weekday(date(2024, 1, 1 + each.weekday)) for each in same), [each.id for each in same])
        for same in found.values()
    ]


def _desk(request: HttpRequest, office: AgencyView) -> None:
    number = int(request.POST.get("number", "") or 0)
    if not 1 <= number <= MOST_DESKS:
        raise WrongHours()
    actor = request.actor  # type: ignore[attr-defined]
    actions_setup.open_desk(by=actor, agency_id=office.id, number=number, letters=request.POST.getlist("letter"))


def _hours(request: HttpRequest, office: AgencyView) -> None:
    actions_setup.enter_hours(
        by=request.actor,  # type: ignore[attr-defined]
        agency_id=office.id,
        weekdays=[int(each) for each in request.POST.getlist("weekday")],
        # A time with a zone is of no clock on a wall.
        begins=time.fromisoformat(request.POST.get("begins", "")).replace(tzinfo=None),
        ends=time.fromisoformat(request.POST.get("ends", "")).replace(tzinfo=None),
        minutes=int(request.POST.get("minutes", "")),
        places=int(request.POST.get("places", "")),
        valid_from=date.fromisoformat(request.POST.get("valid_from", "")),
    )


@guarded(Permission.COUNTER_SET_UP)
@require_POST
def close_desk(request: HttpRequest, desk_id: int) -> HttpResponse:
    """Close a desk."""
    try:
        actions_setup.close_desk(by=request.actor, desk_id=desk_id)  # type: ignore[attr-defined]
    except MotchamError as refused:
        messages.error(request, wording(refused))
    return redirect("counter:set_up")


@guarded(Permission.COUNTER_SET_UP)
@require_POST
def end_hours(request: HttpRequest) -> HttpResponse:
    """Let hours end today."""
    actor = request.actor  # type: ignore[attr-defined]
    offices = serves(actor, Permission.COUNTER_SET_UP)
    office = next((each for each in offices if each.code == request.POST.get("office")), offices[0])
    ids = [int(each) for each in request.POST.getlist("hours") if each.isascii() and each.isdigit() and len(each) < 10]
    actions_setup.end_hours(by=actor, agency_id=office.id, opening_ids=ids)
    return redirect(f"{reverse('counter:set_up')}?office={office.code}")
