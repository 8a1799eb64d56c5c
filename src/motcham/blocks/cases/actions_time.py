"""What time and the calendar do to open cases: they become late, and their dates follow a day that was announced."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from motcham.blocks.cases import rules, vault
from motcham.blocks.cases.acting import record_late, save
from motcham.blocks.cases.define import CLOSED, OPEN
from motcham.blocks.cases.law import CALENDAR_AGE, calendar, forget_calendar
from motcham.blocks.cases.models import CalendarDay, Case
from motcham.blocks.cases.timeline import record
from motcham.blocks.identity.define import Actor, Permission
from motcham.blocks.ledger import api as ledger
from motcham.kernel.calendar import DayKind


def became_late(*, now: datetime | None = None, most: int = 500) -> int:
    """Record, once each, the open cases whose time has run out; return how many. Several workers may sweep at once."""
    now = now or timezone.now()
    with transaction.atomic():
        late = Case.objects.select_for_update(skip_locked=True, of=("self",)).filter(state=OPEN, late_at=None, due_at__lte=now)
        found = list(late.order_by("due_at")[:most])
        for case in found:
            record_late(case)
    return len(found)


@transaction.atomic
def announce_day(*, by: Actor, on: date, kind: DayKind, name: str, legal_basis: str) -> None:
    """Announce a day off, a make-up day, or up to when the calendar is complete; the worker then computes the open cases anew."""
    by.demand(Permission.CALENDAR_EDIT)
    said = {"on": on.isoformat(), "kind": kind.value, "name": name, "legal_basis": legal_basis, "by": by.ref}
    receipt = ledger.append(kind="calendar.announced", subject=f"calendar:{on}", payload=said)
    row = {"kind": kind, "name": name, "legal_basis": legal_basis, "added_at": timezone.now(), "entry_id": receipt.entry_id}
    CalendarDay.objects.update_or_create(on=on, defaults={**row, "followed_at": None})
    transaction.on_commit(forget_calendar)


def follow_calendar(*, now: datetime | None = None) -> int:
    """Compute the open cases anew after a day was announced; return how many days that were. It waits until no process
    can still open a case by the calendar before."""
    now = now or timezone.now()
    days = list(
        CalendarDay.objects.filter(followed_at=None, added_at__lt=now - 2 * timedelta(seconds=CALENDAR_AGE)).values_list("id")
    )
    if days:
        forget_calendar()
        after = recompute_deadlines(by=Actor.system("calendar"))
        while after:
            after = recompute_deadlines(by=Actor.system("calendar"), after=after)
        CalendarDay.objects.filter(id__in=[each for (each,) in days]).update(followed_at=now)
    return len(days)


def recompute_deadlines(*, by: Actor, most: int = 500, after: UUID | None = None) -> UUID | None:
    """Compute the due dates of one batch of open cases anew, after the calendar changed, with an entry for each that
    moved; return where the next batch begins, or None at the end."""
    by.demand(Permission.CALENDAR_EDIT)
    with transaction.atomic():
        rows = Case.objects.select_for_update(of=("self",)).exclude(state=CLOSED).order_by("id")
        batch = list((rows.filter(id__gt=after) if after else rows)[:most])
        for case in batch:
            due_at, provisional = rules.CaseClock(case.clock).due(calendar(), case.received_at)
            if (due_at, provisional) != (case.due_at, case.provisional):
                before = vault.happening(case, kind="", at=timezone.now())
                case.due_at, case.provisional = due_at, provisional
                if case.late_at and due_at and due_at > timezone.now():
                    case.late_at = None
                save(case, timezone.now())
                record(
                    case,
                    kind="due_changed",
                    by=by,
                    at=timezone.now(),
                    is_public=True,
                    facts={"due_at": str(due_at)},
                    before=before,
                )
    return batch[-1].id if len(batch) == most else None
