"""Compares a day with the gateway's report and keeps what differs."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import asdict
from datetime import date

from django.db import transaction
from django.utils import timezone

from motcham.blocks.identity.define import Actor, Permission
from motcham.blocks.ledger import api as ledger
from motcham.blocks.payments import queries, reports, rules
from motcham.blocks.payments.define import Credit, Reconciled, ReportOfOtherDay
from motcham.blocks.payments.models import Reconciliation
from motcham.ui import formats


@transaction.atomic
def reconcile(*, by: Actor, day: date, report: bytes) -> Reconciled:
    """Compare what we have of a day with the report of the gateway, and keep the result with an entry. Raises WrongReport or
    ReportOfOtherDay."""
    by.demand(Permission.PAYMENT_RECONCILE)
    there, reported = _of_the_day(reports.read(report), day)
    here = queries.credits_of(day)
    known = {each.reference for each in here}
    elsewhere = queries.days_of([each.reference for each in there if each.reference not in known])
    matched, differences = rules.compare(here=here, there=there, elsewhere=elsewhere, reported=reported)
    row = Reconciliation.objects.create(
        day=day,
        digest=hashlib.sha256(report).hexdigest(),
        at=timezone.now(),
        matched=matched,
        sum_here=sum(each.amount for each in here),
        sum_there=sum(each.amount for each in there),
        differences=[asdict(each) for each in differences],
    )
    payload = {"by": by.ref, "day": day, "file": row.digest, "matched": matched, "differences": row.differences}
    ledger.append(kind="payments.reconciled", subject="payments:gateway", payload=payload, at=row.at)
    return queries.reconciled_of(row)


def _of_the_day(lines: Sequence[Credit], day: date) -> tuple[list[Credit], list[Credit]]:
    """Return the lines of a report that are of the day and those that are not. The report of another day is no report of this one."""
    days = [each.at.astimezone(queries.CITY).date() for each in lines]
    if days and not min(days) <= day <= max(days):
        of = " – ".join(formats.day(each) for each in sorted({min(days), max(days)}))
        raise ReportOfOtherDay(days=of, day=formats.day(day))
    dated = list(zip(lines, days, strict=True))
    return [each for each, on in dated if on == day], [each for each, on in dated if on != day]
