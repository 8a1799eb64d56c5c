"""Reads bills, receipts and the money of a day; gives frozen views, never rows."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db.models import BigIntegerField, Case, Count, F, Q, QuerySet, Sum, When
from django.db.models.functions import Coalesce

from motcham.blocks.identity import api as identity
from motcham.blocks.payments import define as nouns
from motcham.blocks.payments import rules, tables, vault, vietqr
from motcham.blocks.payments.define import (
    AttemptState,
    BillState,
    Credit,
    Difference,
    DifferenceKind,
    Fee,
    Item,
    NoSuchBill,
    NoSuchReceipt,
    Offer,
    Reconciled,
    RefundState,
    SentBack,
    Verdict,
    Way,
    WrongPayload,
)
from motcham.blocks.payments.models import GOING_BACK, Attempt, Bill, Callback, Money, Receipt, Reconciliation, Refund
from motcham.blocks.payments.settling import ALPHABET, CODE_LENGTH

CITY = ZoneInfo("Asia/Ho_Chi_Minh")
STRANGE = (Verdict.FORGED, Verdict.UNREADABLE, Verdict.UNKNOWN)
MOST_ASKED = 20
LISTED = 200
"""So many payments of a day are listed; its sums are those of all."""
UUID_FORM = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
READ_AS = str.maketrans({"O": "0", "I": "1", "L": "1", "U": "V", "-": None, " ": None})


def fee(
    *,
    procedure: str,
    channel: str,
    on: date,
    applicant: str = "",
    offer: Offer | None = None,
    fee_kind: str = "",
    units: int = 1,
    copies: int = 1,
) -> Fee:
    """Return what a procedure costs on a day and why; `offer` is what its page says, `fee_kind` overrides the table."""
    return rules.fee(
        rules=tables.rules(),
        kinds=tables.kinds(),
        fee_kind=fee_kind or tables.kind_of().get(procedure, ""),
        procedure=procedure,
        channel=channel,
        on=on,
        applicant=applicant,
        offer=offer,
        units=units,
        copies=copies,
    )


def plain_code(typed: str) -> str:
    """Return the code that somebody meant: dashes, spaces and look-alike letters do not matter. Empty where it can be none."""
    plain = typed[:60].upper().translate(READ_AS)
    return plain if len(plain) == CODE_LENGTH and set(plain) <= set(ALPHABET) else ""


def bill(*, bill_id: UUID | None = None, code: str = "") -> nouns.Bill:
    """Return one bill, by its id or by the code that cannot be guessed. Raises NoSuchBill."""
    plain = plain_code(code)
    row = Bill.objects.filter(Q(id=bill_id) if bill_id is not None else Q(code=plain)).first()
    if row is None:
        raise NoSuchBill()
    return bill_of(row)


def bills(*, subject: str) -> tuple[nouns.Bill, ...]:
    """Return the bills of a subject, oldest first."""
    return tuple(bill_of(row) for row in Bill.objects.filter(subject=subject).order_by("made_at").select_related("receipt"))


def bill_of(row: Bill) -> nouns.Bill:
    """Return a row as others see it."""
    receipt = Receipt.objects.filter(bill_id=row.id).values_list("code", flat=True).first()
    return nouns.Bill(
        id=row.id,
        code=row.code,
        subject=row.subject,
        agency_id=row.agency_id,
        state=BillState(row.state),
        total=row.total,
        items=tuple(Item(**each) for each in row.items),
        made_at=row.made_at,
        settled_at=row.settled_at,
        refunded=_paid_back(row),
        receipt_code=receipt or "",
        synthetic=row.synthetic,
    )


def attempts(*, bill_id: UUID) -> tuple[nouns.Attempt, ...]:
    """Return every attempt to pay a bill, oldest first."""
    return tuple(attempt_of(row) for row in Attempt.objects.filter(bill_id=bill_id).order_by("id"))


def attempt_of(row: Attempt) -> nouns.Attempt:
    """Return a row as others see it."""
    return nouns.Attempt(
        id=row.id,
        order_code=row.order_code,
        way=Way(row.way),
        state=AttemptState(row.state),
        amount=row.amount,
        received=row.received,
        refunded=row.gone_back(),
        address=row.address,
        qr=row.qr,
        began_at=row.began_at,
        expires_at=row.expires_at,
    )


def _paid_back(row: Bill) -> int:
    rows = Refund.objects.filter(attempt__bill_id=row.id, state=RefundState.DONE)
    found: int | None = rows.aggregate(sum=Sum("amount"))["sum"]
    return found or 0


def refunds(*, bill_id: UUID) -> tuple[nouns.Refund, ...]:
    """Return what went back of a bill, or is on its way."""
    rows = Refund.objects.filter(attempt__bill_id=bill_id).select_related("attempt").order_by("asked_at")
    return tuple(refund_of(row) for row in rows)


def refund_of(row: Refund) -> nouns.Refund:
    """Return a row as others see it."""
    return nouns.Refund(
        id=row.id,
        bill_id=row.attempt.bill_id,
        amount=row.amount,
        reason=row.reason,
        way=Way(row.way),
        state=RefundState(row.state),
        reference=row.reference,
        asked_at=row.asked_at,
        settled_at=row.settled_at,
    )


def receipt(*, code: str) -> nouns.Receipt:
    """Return a receipt by its code. Raises NoSuchReceipt."""
    row = Receipt.objects.filter(code=plain_code(code)).select_related("bill").first()
    if row is None:
        raise NoSuchReceipt()
    return receipt_of(row)


def receipt_of(row: Receipt) -> nouns.Receipt:
    """Return a row as others see it; the payer's name is empty once it was erased."""
    return nouns.Receipt(
        number=row.number,
        year=row.year,
        code=row.code,
        bill=bill_of(row.bill),
        amount=row.amount,
        way=Way(row.way),
        payer=vault.opened(vault.PAYER, row.bill.payer, row.bill_id).get("name", ""),
        agency=identity.agency(id=row.bill.agency_id).official_name,
        issued_at=row.issued_at,
    )


def bounds(day: date) -> tuple[datetime, datetime]:
    """Return when a day of the city begins and ends."""
    begins = datetime.combine(day, time(), CITY)
    return begins.astimezone(UTC), (begins + timedelta(days=1)).astimezone(UTC)


def _of(agencies: Collection[int] | None, path: str) -> Q:
    return Q() if agencies is None else Q(**{f"{path}agency_id__in": agencies})


def received(*, day: date, agencies: Collection[int] | None, most: int = LISTED) -> list[Money]:
    """Return what came in on a day for some agencies (None: all), newest first."""
    return list(_came(day, agencies).select_related("attempt__bill").order_by("-at", "-id")[:most])


def sums(*, day: date, agencies: Collection[int] | None) -> dict[str, int]:
    """Return how much came in on a day in each way of paying, however many payments there were."""
    return {row["way"]: row["sum"] for row in _came(day, agencies).values("way").annotate(sum=Sum("amount"))}


def gone(*, day: date, agencies: Collection[int] | None) -> int:
    """Return how much went back on a day, in whatever way."""
    begins, ends = bounds(day)
    rows = Refund.objects.filter(_of(agencies, "attempt__bill__"), state=RefundState.DONE)
    found: int | None = rows.filter(settled_at__gte=begins, settled_at__lt=ends).aggregate(sum=Sum("amount"))["sum"]
    return found or 0


def _came(day: date, agencies: Collection[int] | None) -> QuerySet[Money]:
    begins, ends = bounds(day)
    return Money.objects.filter(_of(agencies, "attempt__bill__"), at__gte=begins, at__lt=ends)


def to_go_back(*, agencies: Collection[int] | None, most: int = 100) -> list[tuple[Attempt, int]]:
    """Return the attempts of which more came than was owed, with how much of it has not gone back yet. Of a bill that still waits
    for the rest, nothing is too much."""
    # The first line is the condition of the index `attempt_to_look_at`, word for word.
    wrong = Q(state__in=[AttemptState.SURPLUS.value, AttemptState.UNDERPAID.value]) | Q(received__gt=F("amount"))
    waits = Q(state=AttemptState.UNDERPAID, bill__state=BillState.DUE)
    moving = Q(refunds__state__in=GOING_BACK)
    rows = (
        Attempt.objects.filter(wrong, _of(agencies, "bill__"))
        .exclude(waits)
        .annotate(
            left=F("received")
            - Case(When(state=AttemptState.PAID, then=F("amount")), default=0)
            - Coalesce(Sum("refunds__amount", filter=moving), 0, output_field=BigIntegerField())
        )
        .filter(left__gt=0)
    )
    return [(row, row.left) for row in rows.select_related("bill").order_by("id")[:most]]


def refunds_of(*, day: date, agencies: Collection[int] | None, most: int = 100) -> list[Refund]:
    """Return the refunds asked for on a day, and those that still wait or failed."""
    begins, ends = bounds(day)
    which = Q(asked_at__gte=begins, asked_at__lt=ends) | Q(state__in=[RefundState.ASKED, RefundState.SENT, RefundState.FAILED])
    rows = Refund.objects.filter(which, _of(agencies, "attempt__bill__")).select_related("attempt__bill")
    return list(rows.order_by("-asked_at")[:most])


def credits_of(day: date) -> list[Credit]:
    """Return what the gateway told us of one day."""
    begins, ends = bounds(day)
    rows = Money.objects.filter(way=Way.GATEWAY, at__gte=begins, at__lt=ends).select_related("attempt").order_by("id")
    return [Credit(row.attempt.order_code, row.reference, row.amount, row.at) for row in rows]


def days_of(references: Collection[str]) -> dict[str, date]:
    """Return on which day we have each of these references of banks."""
    rows = Money.objects.filter(way=Way.GATEWAY, reference__in=references).values_list("reference", "at")
    return {reference: at.astimezone(CITY).date() for reference, at in rows}


def sent_back_on(day: date) -> list[SentBack]:
    """Return what was to go back through the gateway on one day."""
    begins, ends = bounds(day)
    return _sent_back(Q(asked_at__gte=begins, asked_at__lt=ends))


def sent_back_as(keys: Collection[str]) -> list[SentBack]:
    """Return what goes back through the gateway under some of our keys; other keys are not ours."""
    return _sent_back(Q(id__in=[each for each in keys if UUID_FORM.fullmatch(each)]))


def _sent_back(which: Q) -> list[SentBack]:
    rows = Refund.objects.filter(which, way=Way.GATEWAY).order_by("asked_at", "id")
    gone: dict[str, int] = {RefundState.DONE: 1, RefundState.FAILED: 0}
    found = rows.values_list("id", "state", "amount", "attempt__order_code")
    return [SentBack(str(key), amount * gone[state] if state in gone else None, code) for key, state, amount, code in found]


def strange_calls(day: date) -> dict[Verdict, int]:
    """Return how many calls of a day were not the gateway's, could not be read, or were about an order that is not ours."""
    begins, ends = bounds(day)
    rows = Callback.objects.filter(received_at__gte=begins, received_at__lt=ends, verdict__in=STRANGE)
    counts = {row["verdict"]: row["calls"] for row in rows.values("verdict").annotate(calls=Count("id"))}
    return {each: counts[each] for each in STRANGE if each in counts}


def missing_here(*, day: date) -> list[int]:
    """Return the orders of ours of which the report of a day knows money that our books do not have."""
    found = reconciled(day=day)
    codes = {each.order_code for each in found.differences if each.kind is DifferenceKind.MISSING_HERE} if found else set()
    rows = Attempt.objects.filter(order_code__in=codes, way=Way.GATEWAY).values_list("order_code", flat=True)
    return list(rows.order_by("id")[:MOST_ASKED])


def reconciled(*, day: date) -> Reconciled | None:
    """Return the last comparison of a day with the gateway's report, None where there was none."""
    row = Reconciliation.objects.filter(day=day).order_by("-id").first()
    return None if row is None else reconciled_of(row)


def reconciled_of(row: Reconciliation) -> Reconciled:
    """Return a row as others see it."""
    lines = tuple(Difference(**{**each, "kind": DifferenceKind(each["kind"])}) for each in row.differences)
    return Reconciled(row.day, row.at, row.matched, row.sum_here, row.sum_there, lines, row.refunds)


def transfer_code(bill: nouns.Bill) -> str:
    """Return the VietQR of a transfer to the agency's account by hand, where the settings name one; empty where they don't."""
    bank, _, account = settings.PAYMENT_ACCOUNT.partition(":")
    if not account or bill.state is not BillState.DUE:
        return ""
    return vietqr.build(vietqr.VietQR(bank=bank, account=account, amount=bill.total, purpose=f"MC {bill.code[:10]}"))


def code_of_rest(attempt: nouns.Attempt) -> str:
    """Return the VietQR of what is still missing of a payment that began: the same account and words, by which the gateway knows
    it again; empty where the gateway gave no code that can be read."""
    try:
        code = vietqr.parse(attempt.qr)
        return vietqr.build(replace(code, amount=attempt.amount - attempt.refundable))
    except WrongPayload:
        return ""
