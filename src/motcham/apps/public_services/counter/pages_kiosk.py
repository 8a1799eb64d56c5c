"""What stands in the hall: the machine that gives numbers, the slip, and the screen that calls. No names anywhere, only numbers."""

from __future__ import annotations

from typing import Any
from uuid import UUID, uuid4

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from motcham.apps.public_services.counter import actions_booking, actions_queue, fresh, once, queries, rules
from motcham.apps.public_services.counter.models import Ticket
from motcham.apps.public_services.counter.priorities import priorities
from motcham.apps.public_services.counter.refusals import NoSuchAppointment, NoSuchTicket, NotAtTheOffice
from motcham.blocks.cases import api as cases
from motcham.blocks.identity import api as identity
from motcham.blocks.identity.api import guarded, public
from motcham.blocks.identity.define import Actor, AgencyView, Permission
from motcham.blocks.ledger import api as ledger
from motcham.kernel.errors import MotchamError
from motcham.ui.wording import wording

MACHINE = "counter_machine"
KEPT_SECONDS = 400 * 24 * 3600
SHOWN, NEXT = 6, 10
DESKS = {str(number) for number in range(1, 100)}
misses = cases.Throttle(most=30, seconds=60)
"""Codes of bookings that lead nowhere, from one address: a slip of the hand, or a search."""


def is_machine(request: HttpRequest, office: AgencyView) -> bool:
    """Tell whether this device stands at the office: an officer made it its machine."""
    return bool(request.get_signed_cookie(MACHINE, "", salt=MACHINE, max_age=KEPT_SECONDS) == office.code)


def may_give(request: HttpRequest, office: AgencyView) -> bool:
    """Tell whether numbers are given here: by the machine of the office, or by one of its officers."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    return is_machine(request, office) or actor.may(Permission.COUNTER_SERVE, agency_id=office.id)


@public(reason="Whoever comes to an office takes a number; nobody is asked who they are.")
@require_http_methods(["GET", "HEAD", "POST"])
def machine(request: HttpRequest, office: str) -> HttpResponse:
    """Show the machine of an office, or give a number."""
    found = queries.office(office)
    typed, error = request.POST.get("code", "")[:40], ""
    if request.method == "POST":
        if not may_give(request, found):
            raise NotAtTheOffice()
        try:
            ticket = _give(request, found, typed)
            return redirect(reverse("counter:slip", args=[ticket.id]) + "?machine=1")
        except MotchamError as refused:
            if isinstance(refused, NoSuchAppointment):
                missed(request)
            error = wording(refused)
    queue = queries.queue(found.id)
    context = {
        "office": found,
        "once": uuid4(),
        "gives": may_give(request, found),
        "is_machine": is_machine(request, found),
        "works": [(each, queue.waits([each.letter])) for each in rules.WORKS if each.letter in queries.letters(found.id)],
        "priorities": priorities(timezone.localdate()),
        "queue": queue,
        "typed": typed,
        "error": error,
        "books": bool(queries.hours(found.id)),
    }
    return _still(render(request, "counter/machine.html", context, status=422 if error else 200))


def _give(request: HttpRequest, office: AgencyView, code: str) -> Ticket:
    actor: Actor = request.actor  # type: ignore[attr-defined]
    if code and not request.POST.get("letter"):
        misses.demand(request)
        return actions_booking.come(by=actor, code=code, agency_id=office.id)
    is_first = request.POST.get("first") == "yes"
    letter = request.POST.get("letter", "")
    return actions_queue.take(by=actor, agency_id=office.id, letter=letter, is_first=is_first, press=once.of(request))


def missed(request: HttpRequest) -> None:
    """Count a code that no booking has, and write down that somebody tried; the code and who it was are not kept."""
    misses.count(request)
    ledger.append(kind="counter.code_missed", subject="counter:bookings", payload={"by": "anonymous"})


@guarded(Permission.COUNTER_SERVE)
@require_POST
def make_machine(request: HttpRequest, office: str) -> HttpResponse:
    """Make this device the machine of the office: it gives numbers from now on, also when nobody is signed in."""
    found = queries.office(office)
    request.actor.demand(Permission.COUNTER_SERVE, agency_id=found.id)  # type: ignore[attr-defined]
    response = redirect("counter:machine", office=found.code)
    response.set_signed_cookie(
        MACHINE, found.code, salt=MACHINE, max_age=KEPT_SECONDS, secure=request.is_secure(), httponly=True, samesite="Lax"
    )
    messages.success(request, _("This device gives numbers now. Sign out before you leave it to the visitors."))
    return response


@public(reason="Shows a number to whoever holds its address, which nobody can guess; it names nobody.")
@require_safe
def slip(request: HttpRequest, ticket_id: UUID) -> HttpResponse:
    """Show one number: how many are before it, and where it is called. It prints on a slip of 80 mm."""
    ticket = Ticket.objects.select_related("desk").filter(id=ticket_id, on=timezone.localdate()).first()
    if ticket is None:
        raise NoSuchTicket()
    office = identity.agency(id=ticket.agency_id)

    def make(tag: str) -> HttpResponse:
        context = {
            "tag": tag,
            "office": office,
            "ticket": ticket,
            "work": rules.BY_LETTER[ticket.letter],
            "ahead": queries.ahead(ticket) if ticket.state == Ticket.WAITING else None,
            "wait": queries.queue(ticket.agency_id).wait,
            "address": request.build_absolute_uri(reverse("counter:slip", args=[ticket.id])),
            "at_machine": "machine" in request.GET and may_give(request, office),
            "back": reverse("counter:machine", args=[office.code]),
            "desk": number if (number := request.GET.get("desk", "")) in DESKS and may_give(request, office) else "",
        }
        return _still(render(request, "counter/slip.html", context))

    return fresh.answer(request, ("slip", fresh.stamp(ticket.agency_id)), make)


@public(reason="The screen in the hall calls numbers for everyone to see; it names nobody.")
@require_safe
def screen(request: HttpRequest, office: str) -> HttpResponse:
    """Call numbers in large type: the last one first, then what each desk serves, and who is next."""
    found = queries.office(office)

    def make(tag: str) -> HttpResponse:
        queue = queries.queue(found.id)
        context: dict[str, Any] = {
            "tag": tag,
            "office": found,
            "last": queue.called[0] if queue.called else None,
            "others": queue.called[1 : SHOWN + 1],
            "following": queue.waiting[:NEXT],
            "queue": queue,
            "now": timezone.now(),
        }
        return _still(render(request, "counter/screen.html", context))

    return fresh.answer(request, ("screen", fresh.stamp(found.id)), make)


def _still(response: HttpResponse) -> HttpResponse:
    """Keep what is true for a minute out of caches and search engines."""
    response["Cache-Control"] = "private, no-cache"
    response["X-Robots-Tag"] = "noindex, nofollow"
    return response
