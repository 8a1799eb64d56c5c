"""The acts of bookings: book, move, cancel, come. Nothing is booked twice, however many press at once."""

from __future__ import annotations

import uuid
from datetime import datetime

from django.db import transaction
from django.utils import timezone

from motcham.apps.public_services.counter import actions_queue, once, queries, rules, vault
from motcham.apps.public_services.counter.models import Appointment, Ticket
from motcham.apps.public_services.counter.refusals import (
    BookingOver,
    NoSuchAppointment,
    NoSuchTime,
    NotYourDay,
    TimeTaken,
)
from motcham.blocks.channels import api as channels
from motcham.blocks.identity import api as identity
from motcham.blocks.identity.define import Actor
from motcham.blocks.ledger import api as ledger
from motcham.ui import formats


@transaction.atomic
def book(
    *,
    by: Actor,
    agency_id: int,
    starts_at: datetime,
    procedure: str = "",
    email: str = "",
    language: str = "vi",
    at: datetime | None = None,
    press: uuid.UUID | None = None,
) -> Appointment:
    """Book a time at an office; a form that was sent twice, `press` naming that, books it once. Raises NoSuchTime or TimeTaken."""
    at, booking_id = at or timezone.now(), press or uuid.uuid4()
    once.hold(booking_id)
    there = Appointment.objects.filter(id=booking_id).first()
    if there and (there.agency_id, there.starts_at, there.cancelled_at) == (agency_id, starts_at, None):
        return there
    if there:
        booking_id = uuid.uuid4()
    seat = _seat(agency_id, starts_at, at)
    booking = Appointment.objects.create(
        id=booking_id,
        code=rules.new_code(),
        agency_id=agency_id,
        starts_at=starts_at,
        seat=seat,
        procedure=procedure,
        account_id=by.account_id,
        sealed=vault.seal(vault.BOOKING, {"email": email}, booking_id) if email else None,
        language=language,
        booked_at=at,
    )
    _tell("booked", booking, by, at)
    return booking


@transaction.atomic
def move(*, by: Actor, code: str, starts_at: datetime, at: datetime | None = None) -> Appointment:
    """Move a booking to another time of the same office; the code stays. Whoever has the code may."""
    at = at or timezone.now()
    booking = _open(code)
    booking.seat = _seat(booking.agency_id, starts_at, at)
    booking.starts_at = starts_at
    booking.save(update_fields=["starts_at", "seat"])
    _tell("moved", booking, by, at)
    return booking


@transaction.atomic
def cancel(*, by: Actor, code: str, at: datetime | None = None) -> Appointment:
    """Give a booked time back. Whoever has the code may."""
    at = at or timezone.now()
    booking = _open(code)
    booking.cancelled_at = at
    booking.save(update_fields=["cancelled_at"])
    _tell("cancelled", booking, by, at)
    return booking


@transaction.atomic
def come(*, by: Actor, code: str, agency_id: int, at: datetime | None = None) -> Ticket:
    """Give whoever booked a number that goes first at its time; asked again, the same number. Raises NotYourDay."""
    at = at or timezone.now()
    booking = Appointment.objects.select_for_update().filter(code=rules.plain_code(code), cancelled_at=None).first()
    if booking is None:
        raise NoSuchAppointment()
    is_today = formats.local(booking.starts_at).date() == formats.local(at).date()
    if booking.agency_id != agency_id or not is_today:
        office = identity.agency(id=booking.agency_id).official_name
        raise NotYourDay(day=formats.moment(booking.starts_at), office=office)
    if there := Ticket.objects.filter(appointment=booking).first():
        return there
    # The first kind of work that a desk of this office takes: handing in, wherever any does.
    letter = min(queries.letters(agency_id), default=next(iter(rules.BY_LETTER)))
    return actions_queue.take(by=by, agency_id=agency_id, letter=letter, appointment=booking, at=at)


def _open(code: str) -> Appointment:
    booking = Appointment.objects.select_for_update().filter(code=rules.plain_code(code)).first()
    if booking is None:
        raise NoSuchAppointment()
    if booking.cancelled_at or Ticket.objects.filter(appointment=booking).exists():
        raise BookingOver()
    return booking


def _seat(agency_id: int, starts_at: datetime, at: datetime) -> int:
    """Return a free place at a time, under a lock of that time until the transaction ends."""
    offered = next((each for each in queries.times(agency_id, formats.local(starts_at).date(), at) if each.at == starts_at), None)
    if offered is None:
        raise NoSuchTime()
    once.hold(f"{agency_id}:{starts_at.isoformat()}")
    rows = Appointment.objects.filter(agency_id=agency_id, starts_at=starts_at, cancelled_at=None)
    seat = rules.free_seat(set(rows.values_list("seat", flat=True)), offered.places)
    if seat is None:
        raise TimeTaken()
    return seat


def _tell(act: str, booking: Appointment, by: Actor, at: datetime) -> None:
    said = {"office": booking.agency_id, "starts_at": booking.starts_at, "procedure": booking.procedure, "by": by.ref}
    receipt = ledger.append(kind=f"counter.{act}", subject=f"appointment:{booking.id}", payload=said, at=at)
    channels.send(
        to=f"appointment:{booking.id}",
        template=f"appointment_{act}",
        facts={},
        at=at,
        entry_id=receipt.entry_id,
        language=booking.language,
    )
