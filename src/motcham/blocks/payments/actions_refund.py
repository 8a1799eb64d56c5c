"""Pays back, whole or in part: at the counter, by a transfer that an officer made, or through the gateway's payouts."""

from __future__ import annotations

import re
from datetime import timedelta
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from motcham.blocks.identity.define import Actor, Permission
from motcham.blocks.ledger import api as ledger
from motcham.blocks.payments import client, events, queries, settling, vault
from motcham.blocks.payments import define as nouns
from motcham.blocks.payments.define import (
    GatewayDown,
    GatewayMissing,
    NoSuchBill,
    PaidBack,
    RefundState,
    TooMuch,
    Way,
    WrongRefund,
)
from motcham.blocks.payments.models import Attempt, Bill, Refund

ASKED_AGAIN_AFTER = timedelta(minutes=2)
BANK, ACCOUNT = re.compile(r"\d{6}"), re.compile(r"[0-9A-Za-z]{4,19}")


@transaction.atomic
def refund(
    *,
    by: Actor,
    order_code: int,
    amount: int,
    reason: str,
    way: Way,
    bank: str = "",
    account: str = "",
    reference: str = "",
    once: UUID | None = None,
) -> nouns.Refund:
    """Pay back a part of what came in for an attempt, or all of it. By cash or transfer it is done when it is recorded; through
    the gateway it is sent by a sweep, once. Asked again under the same `once`, it is the refund that there is."""
    bill_id = Attempt.objects.filter(order_code=order_code).values_list("bill_id", flat=True).first()
    if bill_id is None:
        raise NoSuchBill()
    bill = settling.locked(bill_id)
    by.demand(Permission.PAYMENT_REFUND, agency_id=bill.agency_id)
    attempt = Attempt.objects.get(order_code=order_code)
    there = Refund.objects.filter(id=once).select_related("attempt").first() if once else None
    if there is not None and there.attempt_id == attempt.id:
        return queries.refund_of(there)
    wrong = _wrong(amount=amount, reason=reason, way=way, bank=bank, account=account, reference=reference)
    if wrong:
        raise WrongRefund(fields=wrong)
    if amount > (most := attempt.received - attempt.gone_back()):
        raise TooMuch(most=most, fields={"amount": TooMuch.template()})
    row = Refund(attempt=attempt, amount=amount, reason=reason.strip()[:300], way=way, post=by.ref, asked_at=timezone.now())
    row.id, row.reference = (once if once and there is None else row.id), reference.strip()[:100]
    if way is Way.GATEWAY:
        row.state, row.next_at = RefundState.ASKED, row.asked_at
        row.to = vault.seal(vault.ACCOUNT, {"bank": bank, "account": account}, row.id)
    else:
        row.state, row.settled_at = RefundState.DONE, row.asked_at
    row.save(force_insert=True)
    payload = {"by": by.ref, "order": order_code, "amount": amount, "way": way, "reason": row.reason, "refund": row.id}
    ledger.append(kind="payments.refund", subject=settling.subject_of(bill), payload=payload, at=row.asked_at)
    _tell(row, bill)
    return queries.refund_of(row)


def _tell(row: Refund, bill: Bill) -> None:
    """Tell whoever follows that money went back, once it did."""
    if row.state == RefundState.DONE and row.settled_at is not None:
        events.paid_back.publish(PaidBack(bill.id, bill.subject, row.amount, row.reason, Way(row.way), row.settled_at))


def _wrong(*, amount: int, reason: str, way: Way, bank: str, account: str, reference: str) -> dict[str, str]:
    checks = {
        "amount": amount > 0,
        "reason": bool(reason.strip()),
        "bank": way is not Way.GATEWAY or bool(BANK.fullmatch(bank)),
        "account": way is not Way.GATEWAY or bool(ACCOUNT.fullmatch(account)),
        "reference": way is not Way.TRANSFER or bool(reference.strip()),
    }
    return {name: WrongRefund.template() for name, is_right in checks.items() if not is_right}


def send(*, by: Actor, refund_id: UUID) -> RefundState:
    """Send a refund to the gateway, or ask how it stands there. The key of the refund makes sure that it goes out once, whatever
    broke off in between."""
    row = Refund.objects.select_related("attempt").get(id=refund_id)
    to = vault.opened(vault.ACCOUNT, row.to, row.id)
    try:
        if row.payout:
            said = client.gateway().payout(payout_id=row.payout)
        else:
            said = client.gateway().pay_back(
                key=str(row.id), amount=row.amount, words=f"MC{row.attempt.order_code}", bank=to["bank"], account=to["account"]
            )
    except (GatewayDown, GatewayMissing):
        Refund.objects.filter(id=refund_id).update(next_at=timezone.now() + ASKED_AGAIN_AFTER)
        raise
    return _record(by=by, refund_id=refund_id, said=said)


@transaction.atomic
def _record(*, by: Actor, refund_id: UUID, said: client.Payout) -> RefundState:
    row = Refund.objects.select_for_update(of=("self",)).select_related("attempt__bill").get(id=refund_id)
    if row.state in (RefundState.DONE, RefundState.FAILED):
        return RefundState(row.state)
    now = timezone.now()
    state = {
        "SUCCEEDED": RefundState.DONE,
        "FAILED": RefundState.FAILED,
        "CANCELLED": RefundState.FAILED,
        "REVERSED": RefundState.FAILED,
    }.get(said.state, RefundState.SENT)
    is_over = state in (RefundState.DONE, RefundState.FAILED)
    row.state, row.payout, row.reference, row.error = state, said.id, said.reference, said.error
    row.settled_at, row.next_at = (now, None) if is_over else (None, now + ASKED_AGAIN_AFTER)
    if is_over:
        row.to = None
    row.save()
    payload = {"by": by.ref, "refund": row.id, "as": state, "reference": said.reference}
    ledger.append(kind="payments.refund_stands", subject=settling.subject_of(row.attempt.bill), payload=payload, at=now)
    _tell(row, row.attempt.bill)
    return state
