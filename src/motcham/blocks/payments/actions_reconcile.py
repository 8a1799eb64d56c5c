"""Compares a day with the gateway's report and keeps what differs."""

from __future__ import annotations

import csv
import hashlib
import io
from collections.abc import Iterator, Mapping
from dataclasses import asdict
from datetime import date

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from motcham.blocks.identity.define import Actor, Permission
from motcham.blocks.ledger import api as ledger
from motcham.blocks.payments import payos, queries, rules
from motcham.blocks.payments.define import Credit, Reconciled, WrongReport
from motcham.blocks.payments.models import Reconciliation

# The names of the contract for a sum that came in; a report has more columns, which are left alone.
COLUMNS = ("orderCode", "reference", "amount", "transactionDateTime")
MOST_BYTES = 32 * 1024 * 1024


@transaction.atomic
def reconcile(*, by: Actor, day: date, report: bytes) -> Reconciled:
    """Compare what we have of a day with the report of the gateway, and keep the result with an entry. Raises WrongReport."""
    by.demand(Permission.PAYMENT_RECONCILE)
    there = [each for each in read(report) if each.at.astimezone(queries.CITY).date() == day]
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


def read(report: bytes) -> list[Credit]:
    """Return the lines of a report: CSV with the gateway's own column names, comma or semicolon. Raises WrongReport."""
    if len(report) > MOST_BYTES:
        raise WrongReport(why=_("it is too large"))
    try:
        text = report.decode("utf-8-sig")
    except UnicodeDecodeError as wrong:
        raise WrongReport(why=_("it is not in UTF-8")) from wrong
    first = text.partition("\n")[0]
    try:
        return list(_lines(csv.DictReader(io.StringIO(text), delimiter=";" if first.count(";") > first.count(",") else ",")))
    except csv.Error as wrong:
        raise WrongReport(why=_("it is no table with commas or semicolons")) from wrong


def _lines(table: csv.DictReader[str]) -> Iterator[Credit]:
    missing = [name for name in COLUMNS if name not in (table.fieldnames or ())]
    if missing:
        raise WrongReport(why=_("the column %(name)s is missing") % {"name": missing[0]})
    for number, row in enumerate(table, 2):
        try:
            yield payos.credit_of(_typed(row))
        except ValueError as wrong:
            raise WrongReport(why=_("line %(number)s is not in the form of the contract") % {"number": number}) from wrong


def _typed(row: Mapping[str, str | None]) -> dict[str, object]:
    numbers = {
        name: int(text) for name in ("orderCode", "amount") if (text := (row[name] or "").strip()).isascii() and text.isdigit()
    }
    texts = {name: (row[name] or "").strip() for name in ("reference", "transactionDateTime")}
    return {**texts, **numbers}
