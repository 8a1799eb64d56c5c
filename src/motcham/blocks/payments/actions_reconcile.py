"""Compares a day with the gateway's report and keeps what differs."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import asdict
from datetime import date, timedelta

from django.db import transaction
from django.utils import timezone

from motcham.blocks.identity.define import Actor, Permission
from motcham.blocks.ledger import api as ledger
from motcham.blocks.payments import client, queries, reports, rules
from motcham.blocks.payments.define import Credit, Difference, GatewayDown, GatewayMissing, Reconciled, ReportOfOtherDay
from motcham.blocks.payments.models import Reconciliation
from motcham.ui import formats


def reconcile(*, by: Actor, day: date, report: bytes) -> Reconciled:
    """Compare what we have of a day with the report of the gateway, and what went back with its list of payouts; keep the result with
    an entry. Raises WrongReport or ReportOfOtherDay."""
    by.demand(Permission.PAYMENT_RECONCILE)
    there, reported = _of_the_day(reports.read(report), day)
    refunds, gone = _refunds(day)
    here = queries.credits_of(day)
    known = {each.reference for each in here}
    elsewhere = queries.days_of([each.reference for each in there if each.reference not in known])
    matched, differences = rules.compare(here=here, there=there, elsewhere=elsewhere, reported=reported)
    row = Reconciliation(
        day=day,
        digest=hashlib.sha256(report).hexdigest(),
        at=timezone.now(),
        matched=matched,
        sum_here=sum(each.amount for each in here),
        sum_there=sum(each.amount for each in there),
        differences=[asdict(each) for each in (*differences, *gone)],
        refunds=refunds,
    )
    return _keep(row, by=by)


@transaction.atomic
def _keep(row: Reconciliation, *, by: Actor) -> Reconciled:
    row.save(force_insert=True)
    compared = {"matched": row.matched, "refunds": row.refunds, "differences": row.differences}
    payload = {"by": by.ref, "day": row.day, "file": row.digest, **compared}
    ledger.append(kind="payments.reconciled", subject="payments:gateway", payload=payload, at=row.at)
    return queries.reconciled_of(row)


def _refunds(day: date) -> tuple[int | None, list[Difference]]:
    """Compare what went back on a day with the payouts of the gateway, which publishes no report of them but lists them. A refund that
    its list of the day lacks is asked for by its key: it may have been sent after midnight."""
    begins, ends = queries.bounds(day)
    mine = queries.sent_back_on(day)
    try:
        gateway = client.gateway()
        listed = gateway.payouts(begins=begins, ends=ends - timedelta(milliseconds=1))
        there = {each.key: each for each in listed}
        for each in mine:
            if each.gone and each.key not in there:
                there |= {one.key: one for one in gateway.payouts(key=each.key) if one.key == each.key}
    except (GatewayDown, GatewayMissing):
        return None, []
    known = {each.key for each in mine}
    here = [*mine, *queries.sent_back_as([each for each in there if each not in known])]
    return rules.compare_refunds(here=here, there=list(there.values()))


def _of_the_day(lines: Sequence[Credit], day: date) -> tuple[list[Credit], list[Credit]]:
    """Return the lines of a report that are of the day and those that are not. The report of another day is no report of this one."""
    days = [each.at.astimezone(queries.CITY).date() for each in lines]
    if days and not min(days) <= day <= max(days):
        of = " – ".join(formats.day(each) for each in sorted({min(days), max(days)}))
        raise ReportOfOtherDay(days=of, day=formats.day(day))
    dated = list(zip(lines, days, strict=True))
    return [each for each, on in dated if on == day], [each for each, on in dated if on != day]
