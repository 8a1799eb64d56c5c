"""Booking a time from home: choose the office and the time, get a code, move or cancel it. No account is needed, no name asked."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import uuid4

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from motcham.apps.public_services import making
from motcham.apps.public_services.counter import actions_booking, once, queries, rules
from motcham.apps.public_services.counter.models import Appointment, Ticket
from motcham.apps.public_services.counter.pages_kiosk import missed, misses
from motcham.apps.public_services.counter.refusals import NoSuchAppointment, NoSuchTime
from motcham.blocks.cases import api as cases
from motcham.blocks.identity import api as identity
from motcham.blocks.identity.api import public
from motcham.blocks.identity.define import AgencyView
from motcham.kernel.errors import MotchamError
from motcham.ui.wording import wording

bookings = cases.Throttle(most=20, seconds=600)
"""Times booked from one address: a family books a few, a program that hoards them many."""
LONGEST_CODE = 40


@public(reason="Anyone may book a time at an office; nobody is asked who they are.")
@require_safe
def offices(request: HttpRequest) -> HttpResponse:
    """Choose the office: those that take bookings first, with how many wait at each right now."""
    code = _procedure(request.GET.get("procedure", ""))
    books, waiting = queries.booking_offices(), queries.waiting_by_office()
    rows = sorted(((each, each.id in books, waiting[each.id]) for each in queries.offices()), key=lambda row: not row[1])
    context = {"offices": rows, "procedure": code, "title": making.called(code) if code else ""}
    return render(request, "counter/offices.html", context)


def _procedure(typed: str) -> str:
    """Return the code of a procedure that there is; anything else is left out."""
    code = typed.strip()[:40]
    return code if code and making.title_of(code) else ""


@public(reason="Anyone may book a time at an office; nobody is asked who they are.")
@require_http_methods(["GET", "HEAD", "POST"])
def times(request: HttpRequest, office: str) -> HttpResponse:
    """Show the free times of an office by day, and book one; what was typed stays where somebody else was quicker."""
    found, code = queries.office(office), _procedure(request.POST.get("procedure", "") or request.GET.get("procedure", ""))
    email, errors = request.POST.get("email", "").strip()[:200], dict[str, str]()
    if request.method == "POST":
        starts_at, errors = _read(request, email)
        if starts_at and not errors:
            try:
                bookings.count(request)
                booking = actions_booking.book(
                    by=request.actor,  # type: ignore[attr-defined]
                    agency_id=found.id,
                    starts_at=starts_at,
                    procedure=code,
                    email=email,
                    language=get_language() or "vi",
                    press=once.of(request),
                )
                return redirect("counter:appointment", code=booking.code)
            except MotchamError as refused:
                errors = {"at": wording(refused)}
    context = {
        **_days(found),
        "procedure": code,
        "title": making.called(code) if code else "",
        "email": email,
        "chosen": request.POST.get("at", ""),
        "errors": errors,
        "once": once.of(request) or uuid4(),
    }
    return _private(render(request, "counter/times.html", context, status=422 if errors else 200))


def _days(office: AgencyView) -> dict[str, Any]:
    return {"office": office, "days": queries.free_days(office.id, timezone.now())}


def _read(request: HttpRequest, email: str) -> tuple[datetime | None, dict[str, str]]:
    errors: dict[str, str] = {}
    starts_at = _moment(request.POST.get("at", ""))
    if starts_at is None:
        errors["at"] = _("Choose a time.")
    if email:
        try:
            validate_email(email)
        except ValidationError:
            errors["email"] = _("Enter an e-mail address such as lan@example.vn, or leave it open.")
    return starts_at, errors


def _moment(text: str) -> datetime | None:
    try:
        found = datetime.fromisoformat(text[:40])
    except ValueError:
        return None
    return found if found.tzinfo else None


@public(reason="Whoever has the code of a booking may look for it; it names nobody.")
@require_http_methods(["GET", "HEAD", "POST"])
def find(request: HttpRequest) -> HttpResponse:
    """Ask for the code of a booking."""
    typed, error = request.POST.get("code", "")[:LONGEST_CODE], ""
    if request.method == "POST":
        misses.demand(request)
        code = rules.plain_code(typed)
        if Appointment.objects.filter(code=code).exists():
            return redirect("counter:appointment", code=code)
        missed(request)
        error = wording(NoSuchAppointment())
    return _private(render(request, "counter/find.html", {"typed": typed, "error": error}, status=422 if error else 200))


@public(reason="Shows a booking to whoever has its code; it names nobody.")
@require_safe
def appointment(request: HttpRequest, code: str) -> HttpResponse:
    """Show a booking with its code, ready to be printed; from here it is moved or cancelled."""
    booking = _booking(request, code)
    office = identity.agency(id=booking.agency_id)
    is_open = booking.cancelled_at is None and not Ticket.objects.filter(appointment=booking).exists()
    context = {
        "booking": booking,
        "code": rules.show_code(booking.code),
        "title": making.called(booking.procedure) if booking.procedure else "",
        "address": request.build_absolute_uri(reverse("counter:appointment", args=[booking.code])),
        "is_open": is_open and booking.starts_at >= timezone.now(),
        **(_days(office) if is_open and "move" in request.GET else {"office": office}),
    }
    return _private(render(request, "counter/appointment.html", context))


@public(reason="Whoever has the code of a booking may move it.")
@require_POST
def move(request: HttpRequest, code: str) -> HttpResponse:
    """Move a booking to another time; where somebody was quicker the old time stays."""
    booking = _booking(request, code)
    try:
        starts_at = _moment(request.POST.get("at", ""))
        if starts_at is None:
            raise NoSuchTime()
        actions_booking.move(by=request.actor, code=booking.code, starts_at=starts_at)  # type: ignore[attr-defined]
    except MotchamError as refused:
        messages.error(request, wording(refused))
        return redirect(reverse("counter:appointment", args=[booking.code]) + "?move=1")
    messages.success(request, _("Moved. The code stays the same."))
    return redirect("counter:appointment", code=booking.code)


@public(reason="Whoever has the code of a booking may give the time back.")
@require_POST
def cancel(request: HttpRequest, code: str) -> HttpResponse:
    """Give a booked time back."""
    booking = _booking(request, code)
    try:
        actions_booking.cancel(by=request.actor, code=booking.code)  # type: ignore[attr-defined]
    except MotchamError as refused:
        messages.error(request, wording(refused))
    return redirect("counter:appointment", code=booking.code)


def _booking(request: HttpRequest, code: str) -> Appointment:
    misses.demand(request)
    found = Appointment.objects.filter(code=rules.plain_code(code)).first()
    if found is None:
        missed(request)
        raise NoSuchAppointment()
    return found


def _private(response: HttpResponse) -> HttpResponse:
    response["Cache-Control"] = "private, no-store"
    response["X-Robots-Tag"] = "noindex, nofollow"
    return response
