"""Who is told about a booked time: the account that booked it, and the e-mail address that was left for it, which stays sealed."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from motcham.apps.public_services.counter import rules, vault
from motcham.apps.public_services.counter.models import Appointment
from motcham.blocks.channels.define import AddressBook, Contact, Letter, Link, Notice, Recipient, Told, Topic
from motcham.blocks.identity import api as identity
from motcham.blocks.identity.define import Actor
from motcham.ui import formats

SUBJECT = "appointment:"
BOOKER = "booker"


def _find(subject: str) -> Appointment | None:
    return Appointment.objects.filter(id=UUID(subject.removeprefix(SUBJECT))).first()


def _recipients(notice: Notice) -> Told:
    booking = _find(notice.to)
    if booking is None:
        return Told(())
    booker = Recipient(BOOKER, booking.language, booking.account_id, may_have_email=bool(booking.sealed))
    return Told((booker,), booking.agency_id)


def _open(notice: Notice, recipient: str) -> Contact | None:
    booking = _find(notice.to)
    if booking is None or recipient != BOOKER:
        return None
    said = vault.opened(vault.BOOKING, booking.sealed, booking.id)
    return Contact(str(said.get("email") or ""), _link(booking))


def _link(booking: Appointment) -> Link:
    about = gettext("%(time)s at %(office)s, code %(code)s") % {
        "time": formats.moment(booking.starts_at),
        "office": identity.agency(id=booking.agency_id).official_name,
        "code": rules.show_code(booking.code),
    }
    return Link(about, reverse("counter:appointment", args=[booking.code]))


def _links(subjects: Collection[str], account_id: int) -> Mapping[str, Link]:
    ids = [UUID(each.removeprefix(SUBJECT)) for each in subjects]
    return {f"{SUBJECT}{each.id}": _link(each) for each in Appointment.objects.filter(id__in=ids, account=account_id)}


def _desk(subjects: Collection[str], by: Actor) -> Mapping[str, Link]:
    # The code opens the booking, so it is shown to whoever booked and to no desk.
    return {}


appointments = AddressBook("appointment", recipients=_recipients, open=_open, links=_links, desk=_desk)

booked = Letter(
    "appointment_booked",
    Topic.CASES,
    subject=_("Your time is booked"),
    paragraphs=(
        _("{about}. Show the code at the machine or at the desk when you come: your number goes first at its time."),
        _("If you cannot come, move or cancel it, so that somebody else has the time."),
    ),
    button=_("See, move or cancel it"),
)
moved = Letter(
    "appointment_moved",
    Topic.CASES,
    subject=_("Your time was moved"),
    paragraphs=(_("{about}. The code stays the same."),),
    button=_("See, move or cancel it"),
)
cancelled = Letter(
    "appointment_cancelled",
    Topic.CASES,
    subject=_("Your time is cancelled"),
    paragraphs=(_("{about}: it is free for somebody else now."),),
    button=_("Book another time"),
)
