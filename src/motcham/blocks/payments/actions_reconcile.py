"""Compares a day with the gateway's report and keeps what differs."""

from __future__ import annotations

import hashlib
from dataclasses import asdict
from datetime import date

from django.db import transaction
from django.utils import timezone

from motcham.blocks.identity.define import Actor, Permission
from motcham.blocks.ledger import api as ledger
from motcham.blocks.payments import queries, reports, rules
from motcham.blocks.payments.define import Reconciled
from motcham.blocks.payments.models import Reconciliation


@transaction.atomic
def reconcile(*, by: Actor, day: date, report: bytes) -> Reconciled:
    """Compare what we have of a day with the report of the gateway, and keep the result with an entry. Raises WrongReport."""
    by.demand(Permission.PAYMENT_RECONCILE)
    there = [each for each in reports.read(report) if each.at.astimezone(queries.CITY).date() == day]
    here = queries.credits_of(day)
    known = {each.reference for each in here}
    elsewhere = queries.days_of([each.reference for each in there if each.reference not in known])
    matched, differences = rules.compare(here=here, there=there, elsewhere=elsewhere)
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
