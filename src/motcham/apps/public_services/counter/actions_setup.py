"""The acts of whoever leads an office: its desks, and the hours in which times can be booked."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, time

from django.db import transaction
from django.utils import timezone

from motcham.apps.public_services.counter import actions_queue, queries, rules
from motcham.apps.public_services.counter.models import Desk, Opening, Ticket
from motcham.apps.public_services.counter.refusals import DeskBusy, NoSuchDesk, OnlyDeskForThem, WrongHours
from motcham.blocks.identity.define import Actor, Permission
from motcham.blocks.ledger import api as ledger


@transaction.atomic
def open_desk(*, by: Actor, agency_id: int, number: int, letters: Sequence[str] = ()) -> Desk:
    """Open a desk under a number, or change which kinds of work it takes; no letters: all of them. Raises OnlyDeskForThem where
    somebody waits whom nobody could call then."""
    by.demand(Permission.COUNTER_SET_UP, agency_id=agency_id)
    works = [each for each in rules.BY_LETTER if each in letters]
    desk, _new = Desk.objects.update_or_create(agency_id=agency_id, number=number, defaults={"works": works, "closed_at": None})
    _demand_someone_calls(agency_id)
    said = {"office": agency_id, "desk": number, "works": works, "by": by.ref}
    ledger.append(kind="counter.desk_opened", subject=f"agency:{agency_id}", payload=said)
    return desk


@transaction.atomic
def close_desk(*, by: Actor, desk_id: int) -> None:
    """Close a desk. Raises DeskBusy while somebody is called to it, OnlyDeskForThem where somebody waits whom no other calls."""
    desk = Desk.objects.select_for_update().filter(id=desk_id, closed_at=None).first()
    if desk is None or not by.may(Permission.COUNTER_SET_UP, agency_id=desk.agency_id):
        raise NoSuchDesk()
    now = timezone.now()
    actions_queue.let_go(by=by, desk=desk, at=now)
    if there := Ticket.objects.filter(desk=desk, state=Ticket.CALLED).first():
        raise DeskBusy(number=there.label)
    # Whoever was sent on to it waits for any desk again.
    Ticket.objects.filter(desk=desk, state=Ticket.WAITING).update(desk=None, changed_at=now)
    desk.closed_at = now
    desk.save(update_fields=["closed_at"])
    _demand_someone_calls(desk.agency_id)
    said = {"office": desk.agency_id, "desk": desk.number, "by": by.ref}
    ledger.append(kind="counter.desk_closed", subject=f"agency:{desk.agency_id}", payload=said, at=now)


def _demand_someone_calls(agency_id: int) -> None:
    """Refuse what would leave somebody waiting for a desk that there is not."""
    waiting = Ticket.objects.filter(agency_id=agency_id, on=timezone.localdate(), state=Ticket.WAITING, desk=None)
    if left := waiting.exclude(letter__in=queries.letters(agency_id)).count():
        raise OnlyDeskForThem(waiting=left)


@transaction.atomic
def enter_hours(
    *,
    by: Actor,
    agency_id: int,
    weekdays: Sequence[int],
    begins: time,
    ends: time,
    minutes: int,
    places: int,
    valid_from: date,
) -> None:
    """Enter hours in which times can be booked. Raises WrongHours."""
    by.demand(Permission.COUNTER_SET_UP, agency_id=agency_id)
    if not weekdays or not set(weekdays) <= set(range(7)) or ends <= begins or not 5 <= minutes <= 240 or not 1 <= places <= 99:
        raise WrongHours()
    rows = [
        Opening(
            agency_id=agency_id, weekday=each, begins=begins, ends=ends, minutes=minutes, places=places, valid_from=valid_from
        )
        for each in sorted(set(weekdays))
    ]
    Opening.objects.bulk_create(rows)
    said = {"office": agency_id, "weekdays": sorted(set(weekdays)), "begins": f"{begins:%H:%M}", "ends": f"{ends:%H:%M}"}
    said |= {"minutes": minutes, "places": places, "from": valid_from.isoformat(), "by": by.ref}
    ledger.append(kind="counter.hours_entered", subject=f"agency:{agency_id}", payload=said)


@transaction.atomic
def end_hours(*, by: Actor, agency_id: int, opening_ids: Sequence[int]) -> None:
    """Let hours of an office end today; what is booked in them stands."""
    by.demand(Permission.COUNTER_SET_UP, agency_id=agency_id)
    rows = list(Opening.objects.select_for_update().filter(id__in=opening_ids, agency_id=agency_id, valid_to=None))
    for row in rows:
        row.valid_to = max(timezone.localdate(), row.valid_from)
    Opening.objects.bulk_update(rows, ["valid_to"])
    said = {"office": agency_id, "hours": sorted(row.id for row in rows), "to": timezone.localdate().isoformat(), "by": by.ref}
    ledger.append(kind="counter.hours_ended", subject=f"agency:{agency_id}", payload=said)
