"""What pages of the counter read: desks, who waits, how long it takes, which times are free."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.utils import timezone

from motcham.apps.public_services.counter import rules
from motcham.apps.public_services.counter.models import Appointment, Desk, Opening, Ticket
from motcham.apps.public_services.counter.refusals import NoSuchCounter
from motcham.blocks.cases import api as cases
from motcham.blocks.identity import api as identity
from motcham.blocks.identity.define import AgencyView
from motcham.kernel.errors import MotchamError
from motcham.ui import formats

LATELY = 20


def office(code: str) -> AgencyView:
    """Return an office that has a counter. Raises NoSuchCounter."""
    try:
        found = identity.agency(code=code)
    except MotchamError:
        raise NoSuchCounter() from None
    if not Desk.objects.filter(agency_id=found.id, closed_at=None).exists():
        raise NoSuchCounter()
    return found


def offices() -> list[AgencyView]:
    """Return every office with a counter, by name."""
    ids = set(Desk.objects.filter(closed_at=None).values_list("agency_id", flat=True))
    return sorted((each for each in identity.agencies() if each.id in ids), key=lambda each: each.official_name)


def desks(agency_id: int) -> list[Desk]:
    """Return the desks of an office by number."""
    return list(Desk.objects.filter(agency_id=agency_id, closed_at=None).order_by("number"))


def letters(agency_id: int, *, beside: str = "") -> frozenset[str]:
    """Return the letters that the desks of an office take; with `beside`, those of the desks that take that one as well."""
    sets = [frozenset(each.works or rules.BY_LETTER) for each in desks(agency_id)]
    return frozenset().union(*(each for each in sets if not beside or beside in each))


def today(agency_id: int, now: datetime | None = None) -> list[Ticket]:
    """Return the tickets of the day at an office, oldest first."""
    on = formats.local(now or timezone.now()).date()
    return list(
        Ticket.objects.filter(agency_id=agency_id, on=on)
        .select_related("desk", "appointment")
        .order_by("taken_at", "letter", "number")
    )


@dataclass(frozen=True)
class Queue:
    """The queue of an office as it is now: who waits in the order of their turn, who is at which desk, who did not come."""

    waiting: tuple[Ticket, ...]
    called: tuple[Ticket, ...]
    absent: tuple[Ticket, ...]
    done: int
    wait: timedelta | None

    def waits(self, letters: Sequence[str]) -> int:
        """Return how many wait under some letters."""
        counts = Counter(each.letter for each in self.waiting)
        return sum(counts[each] for each in letters)


def queue(agency_id: int, now: datetime | None = None) -> Queue:
    """Return the queue of an office."""
    now = now or timezone.now()
    rows = today(agency_id, now)
    by_state = {state: [each for each in rows if each.state == state] for state in ("waiting", "called", "absent")}
    called = sorted(by_state["called"], key=lambda each: each.called_at or now, reverse=True)
    waits = sorted((each for each in rows if each.first_called_at), key=lambda each: each.first_called_at or now)[-LATELY:]
    return Queue(
        tuple(sorted(by_state["waiting"], key=lambda each: (*_turn(each, now), each.letter, each.number))),
        tuple(called),
        tuple(by_state["absent"]),
        sum(each.state == Ticket.DONE for each in rows),
        rules.average([each.first_called_at - each.taken_at for each in waits if each.first_called_at]),
    )


def ahead(ticket: Ticket, now: datetime | None = None) -> int:
    """Return how many may be called before a ticket as it stands now: whoever comes first at a desk that takes its letter too."""
    now = now or timezone.now()
    mine = (*_turn(ticket, now), ticket.letter, ticket.number)
    taken = letters(ticket.agency_id, beside=ticket.letter)
    waiting = Ticket.objects.filter(agency_id=ticket.agency_id, on=ticket.on, state=Ticket.WAITING, letter__in=taken)
    return sum((*_turn(each, now), each.letter, each.number) < mine for each in waiting)


def _turn(ticket: Ticket, now: datetime) -> tuple[int, datetime]:
    is_sent_on = ticket.state == Ticket.WAITING and ticket.desk_id is not None
    return rules.turn(rules.Waiting(ticket.taken_at, ticket.is_first, ticket.due_at, is_sent_on), now)


def hours(agency_id: int) -> list[Opening]:
    """Return the hours of an office that are in force or will be, by weekday."""
    rows = Opening.objects.filter(agency_id=agency_id).order_by("weekday", "begins", "valid_from")
    return [each for each in rows if each.valid_to is None or each.valid_to > timezone.localdate()]


def booking_offices() -> frozenset[int]:
    """Return the offices where times can be booked."""
    today = timezone.localdate()
    rows = Opening.objects.exclude(valid_to__lte=today).values_list("agency_id", flat=True)
    return frozenset(rows)


def waiting_by_office() -> Counter[int]:
    """Return how many wait at each office right now."""
    rows = Ticket.objects.filter(on=timezone.localdate(), state=Ticket.WAITING).values_list("agency_id", flat=True)
    return Counter(rows)


def times(agency_id: int, day: date, now: datetime) -> list[rules.Time]:
    """Return the times of a day that the office offers and that are still to come, full or not; none on a day off."""
    if not formats.local(now).date() <= day <= (formats.local(now) + rules.AHEAD).date() or not cases.calendar().is_working(day):
        return []
    rows = Opening.objects.filter(agency_id=agency_id, weekday=day.weekday())
    found = [
        rules.Hours(each.weekday, each.begins, each.ends, each.minutes, each.places, each.valid_from, each.valid_to)
        for each in rows
    ]
    return [each for each in rules.times_of(found, day) if each.at > now]


def free(agency_id: int, day: date, now: datetime) -> list[tuple[datetime, int]]:
    """Return the times of a day that still have places, each with how many."""
    offered = times(agency_id, day, now)
    if not offered:
        return []
    booked = Counter(
        Appointment.objects.filter(
            agency_id=agency_id, cancelled_at=None, starts_at__gte=offered[0].at, starts_at__lte=offered[-1].at
        ).values_list("starts_at", flat=True)
    )
    return [(each.at, each.places - booked[each.at]) for each in offered if each.places > booked[each.at]]


def free_days(agency_id: int, now: datetime, most: int = 7) -> list[tuple[date, list[tuple[datetime, int]]]]:
    """Return the next days on which something is free, each with its times."""
    found = []
    for step in range(rules.AHEAD.days + 1):
        day = (formats.local(now) + timedelta(days=step)).date()
        if rows := free(agency_id, day, now):
            found.append((day, rows))
            if len(found) == most:
                break
    return found


def booked_today(agency_id: int, now: datetime) -> list[Appointment]:
    """Return who booked a time today and has no number yet, by time."""
    local = formats.local(now)
    begins = local.replace(hour=0, minute=0, second=0, microsecond=0)
    rows = Appointment.objects.filter(
        agency_id=agency_id, cancelled_at=None, starts_at__gte=begins, starts_at__lt=begins + timedelta(days=1)
    )
    came = set(
        Ticket.objects.filter(agency_id=agency_id, on=local.date(), appointment__isnull=False).values_list(
            "appointment_id", flat=True
        )
    )
    return [each for each in rows.order_by("starts_at", "seat") if each.id not in came]
