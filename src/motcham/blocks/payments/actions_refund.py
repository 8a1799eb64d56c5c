"""Pays back, whole or in part: at the counter, by a transfer that an officer made, or through the gateway's payouts."""

from __future__ import annotations

import re
from datetime import timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import Sum
from django.utils import timezone

from motcham.blocks.identity.define import Actor, Permission
from motcham.blocks.ledger import api as ledger
from motcham.blocks.payments import client, queries, settling, vault
from motcham.blocks.payments import define as nouns
from motcham.blocks.payments.define import GatewayDown, GatewayMissing, NoSuchBill, RefundState, TooMuch, Way, WrongRefund
from motcham.blocks.payments.models import Attempt, Refund

MOVING = [RefundState.ASKED, RefundState.SENT, RefundState.DONE]
ASKED_AGAIN_AFTER = timedelta(minutes=2)
BANK, ACCOUNT = re.compile(r"\d{6}"), re.compile(r"[0-9A-Za-z]{4,19}")


@transaction.atomic
def refund(
    *, by: Actor, order_code: int, amount: int, reason: str, way: Way, bank: str = "", account: str = "", reference: str = ""
) -> nouns.Refund:
    """Pay back a part of what came in for an attempt, or all of it. By cash or transfer it is done when it is recorded; through
    the gateway it is sent by a sweep, once."""
    bill_id = Attempt.objects.filter(order_code=order_code).values_list("bill_id", flat=True).first()
    if bill_id is None:
        raise NoSuchBill()
    bill = settling.locked(bill_id)
    by.demand(Permission.PAYMENT_REFUND, agency_id=bill.agency_id)
    attempt = Attempt.objects.get(order_code=order_code)
    wrong = _wrong(amount=amount, reason=reason, way=way, bank=bank, account=account, reference=reference)
    if wrong:
        raise WrongRefund(fields=wrong)
    gone = attempt.refunds.filter(state__in=MOVING).aggregate(sum=Sum("amount"))["sum"] or 0
    if amount > attempt.received - gone:
        raise TooMuch(most=attempt.received - gone, fields={"amount": TooMuch.template()})
    now, is_sent = timezone.now(), way is Way.GATEWAY
    row = Refund(
        attempt=attempt,
        amount=amount,
        reason=reason.strip()[:300],
        way=way,
        state=RefundState.ASKED if is_sent else RefundState.DONE,
        post=by.ref,
        reference=reference.strip()[:100],
        asked_at=now,
        settled_at=None if is_sent else now,
        next_at=now if is_sent else None,
    )
    if is_sent:
        row.to = vault.seal(vault.ACCOUNT, {"bank": bank, "account": account}, row.id)
    row.save(force_insert=True)
    payload = {"by": by.ref, "order": order_code, "amount": amount, "way": way, "reason": row.reason, "refund": row.id}
    ledger.append(kind="payments.refund", subject=settling.subject_of(bill), payload=payload, at=now)
    return queries.refund_of(row)


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
    return state
