"""The acts of a queue: take a number, call the next, call again, close, hand on, put back. Each leaves an entry without a name."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection, transaction
from django.utils import timezone

from motcham.apps.public_services.counter import once, queries, rules
from motcham.apps.public_services.counter.models import Appointment, Desk, Intake, Ticket
from motcham.apps.public_services.counter.refusals import DeskBusy, NobodyWaits, NoSuchCounter, NoSuchDesk, NotAtThisDesk
from motcham.blocks.identity.define import Actor, Permission
from motcham.blocks.ledger import api as ledger
from motcham.ui import formats

COUNT = """
INSERT INTO counter_daycount (agency_id, "on", letter, last) VALUES (%s, %s, %s, 1)
ON CONFLICT (agency_id, "on", letter) DO UPDATE SET last = counter_daycount.last + 1
RETURNING last
"""
# The order of `rules.turn`. Two officers who press at once each lock a row of their own.
NEXT = """
SELECT id FROM counter_ticket
WHERE agency_id = %(agency)s AND "on" = %(on)s AND state = 'waiting'
  AND (desk_id = %(desk)s OR (desk_id IS NULL AND letter = ANY(%(letters)s)))
ORDER BY CASE WHEN desk_id IS NOT NULL THEN 0
              WHEN due_at <= %(now)s AND %(now)s <= due_at + %(latest)s THEN 1
              WHEN is_first THEN 2 ELSE 3 END,
         CASE WHEN desk_id IS NULL AND due_at <= %(now)s AND %(now)s <= due_at + %(latest)s THEN due_at ELSE taken_at END,
         letter, number
LIMIT 1 FOR UPDATE SKIP LOCKED
"""


@transaction.atomic
def take(
    *,
    by: Actor,
    agency_id: int,
    letter: str,
    is_first: bool = False,
    appointment: Appointment | None = None,
    at: datetime | None = None,
    press: UUID | None = None,
) -> Ticket:
    """Give the next number of the day under a letter; the caller made sure that the device or the officer stands at the office.
    A button that was pressed twice, `press` naming it, gives one number."""
    if letter not in queries.letters(agency_id):
        raise NoSuchCounter()
    at = at or timezone.now()
    on = formats.local(at).date()
    if press:
        once.hold(press)
        since = at - once.PRESSED_TWICE
        if there := Ticket.objects.filter(id=press, agency_id=agency_id, letter=letter, taken_at__gt=since).first():
            return there
    with connection.cursor() as cursor:
        cursor.execute(COUNT, (agency_id, on, letter))
        (number,) = cursor.fetchone()
    ticket = Ticket.objects.create(
        id=uuid.uuid4() if press is None or Ticket.objects.filter(id=press).exists() else press,
        agency_id=agency_id,
        on=on,
        letter=letter,
        number=number,
        is_first=is_first,
        appointment=appointment,
        due_at=appointment.starts_at if appointment else None,
        taken_at=at,
        changed_at=at,
    )
    _write("taken", ticket, by, at, goes_first=is_first, is_booked=appointment is not None)
    return ticket


@transaction.atomic
def call_next(*, by: Actor, desk_id: int, at: datetime | None = None) -> Ticket:
    """Call whoever's turn it is to a desk. Raises DeskBusy while somebody stands there, NobodyWaits where nobody does."""
    desk, at = _desk(desk_id, by), at or timezone.now()
    let_go(by=by, desk=desk, at=at)
    if there := Ticket.objects.filter(desk=desk, state=Ticket.CALLED).first():
        raise DeskBusy(number=there.label)
    facts: dict[str, Any] = {
        "agency": desk.agency_id,
        "on": formats.local(at).date(),
        "desk": desk.id,
        "letters": list(desk.works or rules.BY_LETTER),
        "now": at,
        "latest": rules.LATEST,
    }
    with connection.cursor() as cursor:
        cursor.execute(NEXT, facts)
        found = cursor.fetchone()
    if found is None:
        raise NobodyWaits()
    ticket = Ticket.objects.get(id=found[0])
    _call(ticket, desk, at)
    _write("called", ticket, by, at, desk=desk.number)
    return ticket


def let_go(*, by: Actor, desk: Desk, at: datetime) -> None:
    """Close the number that stood at a locked desk when its day ended: nobody said what became of it, and nobody stands there."""
    left = Ticket.objects.select_for_update(of=("self",)).filter(desk=desk, state=Ticket.CALLED, on__lt=formats.local(at).date())
    for ticket in left:
        ticket.state, ticket.closed_at, ticket.changed_at = Ticket.DONE, at, at
        ticket.save(update_fields=["state", "closed_at", "changed_at"])
        _write("day_ended", ticket, by, at)


@transaction.atomic
def call_again(*, by: Actor, ticket_id: UUID, at: datetime | None = None) -> Ticket:
    """Call the number at one's desk once more."""
    ticket, at = _called(ticket_id, by), at or timezone.now()
    assert ticket.desk is not None
    _call(ticket, ticket.desk, at)
    _write("called_again", ticket, by, at, desk=ticket.desk.number)
    return ticket


@transaction.atomic
def close(*, by: Actor, ticket_id: UUID, came: bool = True, at: datetime | None = None) -> Ticket:
    """Say that whoever was called is done, or did not come."""
    ticket, at = _called(ticket_id, by), at or timezone.now()
    ticket.state, ticket.closed_at, ticket.changed_at = (Ticket.DONE if came else Ticket.ABSENT), at, at
    ticket.save(update_fields=["state", "closed_at", "changed_at"])
    if came and ticket.appointment_id:
        Appointment.objects.filter(id=ticket.appointment_id, came_at=None).update(came_at=at)
    filed = Intake.objects.filter(ticket=ticket).exclude(case=None).values_list("case_id", flat=True)
    _write("done" if came else "absent", ticket, by, at, cases=[str(each) for each in filed])
    return ticket


@transaction.atomic
def send_on(*, by: Actor, ticket_id: UUID, desk_id: int, at: datetime | None = None) -> Ticket:
    """Send whoever was called on to another desk of the office, where they are next."""
    ticket, at = _called(ticket_id, by), at or timezone.now()
    desk = Desk.objects.filter(id=desk_id, agency_id=ticket.agency_id, closed_at=None).exclude(id=ticket.desk_id or 0).first()
    if desk is None:
        raise NoSuchDesk()
    ticket.state, ticket.desk, ticket.changed_at = Ticket.WAITING, desk, at
    ticket.save(update_fields=["state", "desk", "changed_at"])
    _write("sent_on", ticket, by, at, desk=desk.number)
    return ticket


@transaction.atomic
def put_back(*, by: Actor, ticket_id: UUID, at: datetime | None = None) -> Ticket:
    """Let somebody who came after all wait again, in the place they had."""
    at = at or timezone.now()
    ticket = Ticket.objects.select_for_update().filter(id=ticket_id, state=Ticket.ABSENT, on=formats.local(at).date()).first()
    if ticket is None:
        raise NotAtThisDesk()
    by.demand(Permission.COUNTER_SERVE, agency_id=ticket.agency_id)
    ticket.state, ticket.desk, ticket.closed_at, ticket.changed_at = Ticket.WAITING, None, None, at
    ticket.save(update_fields=["state", "desk", "closed_at", "changed_at"])
    _write("put_back", ticket, by, at)
    return ticket


def _desk(desk_id: int, by: Actor) -> Desk:
    """Return a desk under lock: whoever sits at it as well waits for this act."""
    desk = Desk.objects.select_for_update().filter(id=desk_id, closed_at=None).first()
    if desk is None or not by.may(Permission.COUNTER_SERVE, agency_id=desk.agency_id):
        raise NoSuchDesk()
    return desk


def _called(ticket_id: UUID, by: Actor) -> Ticket:
    ticket = Ticket.objects.select_for_update(of=("self",)).select_related("desk").filter(id=ticket_id).first()
    if ticket is None or not by.may(Permission.COUNTER_SERVE, agency_id=ticket.agency_id):
        raise NotAtThisDesk()
    if ticket.state != Ticket.CALLED or ticket.desk is None:
        raise NotAtThisDesk()
    return ticket


def _call(ticket: Ticket, desk: Desk, at: datetime) -> None:
    ticket.state, ticket.desk, ticket.called_at, ticket.changed_at = Ticket.CALLED, desk, at, at
    ticket.first_called_at, ticket.calls = ticket.first_called_at or at, ticket.calls + 1
    ticket.save(update_fields=["state", "desk", "called_at", "first_called_at", "calls", "changed_at"])


def _write(act: str, ticket: Ticket, by: Actor, at: datetime, **more: object) -> None:
    said = {"office": ticket.agency_id, "on": ticket.on.isoformat(), "number": ticket.label, "by": by.ref, **more}
    ledger.append(kind=f"counter.{act}", subject=f"ticket:{ticket.id}", payload=said, at=at)
