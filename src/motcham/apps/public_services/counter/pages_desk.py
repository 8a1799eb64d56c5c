"""The desk of an officer at the counter: who waits, who is called, what becomes of them; a dossier is filed from here."""

from __future__ import annotations

from typing import Any
from uuid import UUID, uuid4

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from motcham.apps.public_services import making, naming
from motcham.apps.public_services.counter import actions_booking, actions_queue, fresh, once, queries, rules
from motcham.apps.public_services.counter.models import Desk, Intake, Ticket
from motcham.apps.public_services.counter.refusals import NoSuchDesk, NoSuchTicket
from motcham.apps.public_services.dossiers.models import Dossier
from motcham.apps.public_services.finding import find as find_procedures
from motcham.apps.public_services.search import Hit
from motcham.blocks.cases.define import case_types
from motcham.blocks.identity import api as identity
from motcham.blocks.identity.api import guarded
from motcham.blocks.identity.define import Actor, AgencyView, NotPermitted, Permission
from motcham.kernel.errors import MotchamError
from motcham.ui.wording import wording

HITS = 8
SEARCHED = 200
FAR = 0.6


def demand_office(request: HttpRequest, code: str) -> AgencyView:
    """Return an office at whose counter this officer serves."""
    found = queries.office(code)
    request.actor.demand(Permission.COUNTER_SERVE, agency_id=found.id)  # type: ignore[attr-defined]
    return found


def demand_ticket(request: HttpRequest, ticket_id: UUID) -> Ticket:
    """Return a number of today at an office where this officer serves."""
    ticket = Ticket.objects.select_related("desk").filter(id=ticket_id, on=timezone.localdate()).first()
    if ticket is None or not request.actor.may(Permission.COUNTER_SERVE, agency_id=ticket.agency_id):  # type: ignore[attr-defined]
        raise NoSuchTicket()
    return ticket


def serves(actor: Actor, permission: Permission = Permission.COUNTER_SERVE) -> list[AgencyView]:
    """Return the agencies in which somebody may serve (or set up) a counter, their own first."""
    scope = actor.scope(permission)
    found = [each for each in identity.agencies(on=timezone.localdate()) if scope is None or each.id in scope]
    if not found:
        raise NotPermitted(permission=permission)
    return sorted(found, key=lambda each: (each.id not in actor.agency_ids, each.official_name))


@guarded(Permission.COUNTER_SERVE)
@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """Lead to the counter of one's own office, or say that it has none yet."""
    mine = serves(request.actor)  # type: ignore[attr-defined]
    there = {each.id for each in queries.offices()}
    office = next((each for each in mine if each.id in there), None)
    if office is None:
        return render(request, "counter/none.html", {"office": mine[0]})
    return redirect("counter:desks", office=office.code)


@guarded(Permission.COUNTER_SERVE)
@require_safe
def desks(request: HttpRequest, office: str) -> HttpResponse:
    """Choose the desk one sits at; where there is one alone, lead to it."""
    found = demand_office(request, office)
    rows = queries.desks(found.id)
    if len(rows) == 1:
        return redirect("counter:desk", office=found.code, number=rows[0].number)
    queue = queries.queue(found.id)
    at = {each.desk_id: each for each in queue.called}
    context = {"office": found, "desks": [(each, works_of(each), at.get(each.id)) for each in rows], "queue": queue}
    return render(request, "counter/desks.html", context)


def works_of(desk: Desk) -> list[rules.Work]:
    """Return the kinds of work that a desk takes."""
    return [each for each in rules.WORKS if not desk.works or each.letter in desk.works]


def _desk(office: AgencyView, number: int) -> Desk:
    found = Desk.objects.filter(agency_id=office.id, number=number, closed_at=None).first()
    if found is None:
        raise NoSuchDesk()
    return found


@guarded(Permission.COUNTER_SERVE)
@require_safe
def desk(request: HttpRequest, office: str, number: int) -> HttpResponse:
    """Show one desk: whoever stands there with what can be done, who waits, who booked, who did not come."""
    found = demand_office(request, office)
    mine, words = _desk(found, number), request.GET.get("q", "").replace("\0", "").strip()[:SEARCHED]

    def make(tag: str) -> HttpResponse:
        queue = queries.queue(found.id)
        there = next((each for each in queue.called if each.desk_id == mine.id), None)
        letters = [each.letter for each in works_of(mine)]
        waiting = [each for each in queue.waiting if each.desk_id == mine.id or (not each.desk_id and each.letter in letters)]
        context: dict[str, Any] = {
            "tag": tag,
            "office": found,
            "desk": mine,
            "works": works_of(mine),
            "there": there,
            "work": rules.BY_LETTER[there.letter] if there else None,
            "filed": filed_on(there) if there else [],
            "begun": begun_for(there) if there else [],
            "waiting": waiting,
            "queue": queue,
            "others": [each for each in queries.desks(found.id) if each.id != mine.id],
            "booked": queries.booked_today(found.id, timezone.now()),
            "every_work": [each for each in rules.WORKS if each.letter in queries.letters(found.id)],
            "once": uuid4(),
            "q": words,
            "hits": [
                (each.code, naming.called(each.code, each.title), naming.legal(each.code, each.title))
                for each in (likely(words) if words and there else [])
            ],
        }
        return render(request, "counter/desk.html", context)

    return fresh.answer(request, ("desk", mine.id, fresh.stamp(found.id), "messages" in request.COOKIES), make)


def begun_for(ticket: Ticket) -> list[tuple[str, str]]:
    """Return the procedures to go on with for whoever stands at the desk, by code and name: forms in hand, and what they booked
    the time for."""
    keys = Intake.objects.filter(ticket=ticket, case=None).order_by("at").values_list("type_key", flat=True)
    found = [case_types[each].counted_as for each in keys]
    booked = ticket.appointment.procedure if ticket.appointment else ""
    codes = dict.fromkeys(each for each in (*found, booked) if each)
    return [(code, making.title_of(code)) for code in codes if making.title_of(code)]


def likely(words: str) -> list[Hit]:
    """Return the procedures that somebody may mean, without those that are far less likely than the first."""
    hits = find_procedures(words, HITS)
    return [each for each in hits if each.score >= hits[0].score * FAR]


def filed_on(ticket: Ticket) -> list[Dossier]:
    """Return the dossiers that were filed for whoever holds a number."""
    ids = Intake.objects.filter(ticket=ticket).exclude(case=None).order_by("at").values_list("case_id", flat=True)
    rows = {each.case_id: each for each in Dossier.objects.filter(case_id__in=list(ids))}
    return [rows[each] for each in ids if each in rows]


@guarded(Permission.COUNTER_SERVE)
@require_POST
def call_next(request: HttpRequest, office: str, number: int) -> HttpResponse:
    """Call the next to this desk; where somebody stands there still, they are done first."""
    found = demand_office(request, office)
    mine, actor = _desk(found, number), request.actor  # type: ignore[attr-defined]
    try:
        if there := request.POST.get("done", ""):
            actions_queue.close(by=actor, ticket_id=_uuid(there))
        actions_queue.call_next(by=actor, desk_id=mine.id)
    except MotchamError as refused:
        messages.error(request, wording(refused))
    return redirect("counter:desk", office=found.code, number=number)


@guarded(Permission.COUNTER_SERVE)
@require_POST
def act(request: HttpRequest, office: str, number: int) -> HttpResponse:
    """Say what becomes of a number: called again, done, did not come, on to another desk, back among those who wait."""
    found = demand_office(request, office)
    actor, ticket_id = request.actor, _uuid(request.POST.get("ticket", ""))  # type: ignore[attr-defined]
    try:
        match request.POST.get("act", ""):
            case "again":
                actions_queue.call_again(by=actor, ticket_id=ticket_id)
            case "done":
                actions_queue.close(by=actor, ticket_id=ticket_id)
            case "absent":
                actions_queue.close(by=actor, ticket_id=ticket_id, came=False)
            case "back":
                actions_queue.put_back(by=actor, ticket_id=ticket_id)
            case "send_on":
                to = request.POST.get("desk", "")
                actions_queue.send_on(by=actor, ticket_id=ticket_id, desk_id=int(to) if to.isdecimal() and len(to) < 10 else 0)
    except MotchamError as refused:
        messages.error(request, wording(refused))
    return redirect("counter:desk", office=found.code, number=number)


@guarded(Permission.COUNTER_SERVE)
@require_POST
def give(request: HttpRequest, office: str, number: int) -> HttpResponse:
    """Give a number to somebody who stands before the officer: a new one, or that of a booked time; its slip is printed."""
    found = demand_office(request, office)
    actor = request.actor  # type: ignore[attr-defined]
    try:
        if code := request.POST.get("code", "")[:40].strip():
            ticket = actions_booking.come(by=actor, code=code, agency_id=found.id)
        else:
            letter, is_first = request.POST.get("letter", ""), request.POST.get("first") == "yes"
            ticket = actions_queue.take(by=actor, agency_id=found.id, letter=letter, is_first=is_first, press=once.of(request))
    except MotchamError as refused:
        messages.error(request, wording(refused))
        return redirect("counter:desk", office=found.code, number=number)
    return redirect(reverse("counter:slip", args=[ticket.id]) + f"?desk={number}")


def _uuid(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        return UUID(int=0)
