"""Writes bills: made, paid online or at the counter, withdrawn."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from datetime import timedelta
from uuid import UUID

from django.db import connection, transaction
from django.utils import timezone

from motcham.blocks.identity.define import Actor, Permission
from motcham.blocks.ledger import api as ledger
from motcham.blocks.payments import client, queries, rules, settling, vault
from motcham.blocks.payments import define as nouns
from motcham.blocks.payments.define import (
    AlreadySettled,
    AttemptState,
    BeingPrepared,
    BillState,
    Credit,
    GatewayDown,
    Item,
    ReferenceUsed,
    Way,
    WrongItems,
    WrongReference,
)
from motcham.blocks.payments.models import Attempt, Bill, Money

PAGE_LIVES = timedelta(minutes=30)
PREPARED_WITHIN = timedelta(seconds=30)
FIRST_ASKED_AFTER = timedelta(seconds=60)
LONGEST_WORDS = 300


@transaction.atomic
def bill(
    *, by: Actor, subject: str, agency_id: int, items: Sequence[Item], payer: str = "", synthetic: bool = False
) -> nouns.Bill:
    """Make a bill. What costs nothing is settled at once, with a receipt over 0 đồng, as the city asks."""
    if not items or any(each.amount < 0 or not each.words.strip() or len(each.words) > LONGEST_WORDS for each in items):
        raise WrongItems()
    now, total = timezone.now(), rules.total(items)
    row = Bill(
        code=settling.new_code(),
        subject=subject,
        agency_id=agency_id,
        state=BillState.DUE,
        items=[asdict(each) for each in items],
        total=total,
        made_at=now,
        synthetic=synthetic,
    )
    if payer.strip():
        row.payer = vault.seal(vault.PAYER, {"name": payer.strip()[:200]}, row.id)
    row.save(force_insert=True)
    ledger.append(
        kind="payments.billed",
        subject=settling.subject_of(row),
        payload={
            "by": by.ref,
            "about": subject,
            "agency": agency_id,
            "amount": total,
            "kinds": [each.fee_kind for each in items],
        },
        at=now,
    )
    if total == 0:
        settling.settle(by=by, bill=row, state=BillState.FREE, way=Way.NONE, at=now)
    return queries.bill_of(row)


def pay(*, by: Actor, bill_id: UUID, back: str) -> nouns.Attempt:
    """Open the gateway's page for a bill, or return the one that is open. Raises GatewayDown, GatewayMissing, AlreadySettled,
    BeingPrepared. Called outside any transaction: what is asked of the gateway is committed before it is asked."""
    gateway = client.gateway()
    attempt, is_new = _begin(by=by, bill_id=bill_id)
    if not is_new:
        return queries.attempt_of(attempt)
    try:
        opened = gateway.open(
            order_code=attempt.order_code,
            amount=attempt.amount,
            words=settling.transfer_words(attempt.order_code),
            back=back,
            until=attempt.expires_at or timezone.now(),
        )
    except GatewayDown:
        _give_up(by=by, attempt_id=attempt.id)
        raise
    Attempt.objects.filter(id=attempt.id).update(link=opened.link, address=opened.address, qr=opened.qr)
    attempt.refresh_from_db()
    return queries.attempt_of(attempt)


@transaction.atomic
def _begin(*, by: Actor, bill_id: UUID) -> tuple[Attempt, bool]:
    row, now = settling.locked(bill_id), timezone.now()
    if row.state != BillState.DUE:
        raise AlreadySettled()
    for attempt in row.attempts.filter(way=Way.GATEWAY, state=AttemptState.OPEN, expires_at__gt=now).order_by("-id")[:1]:
        if attempt.address:
            return attempt, False
        if attempt.began_at > now - PREPARED_WITHIN:
            raise BeingPrepared()
    attempt = Attempt.objects.create(
        bill=row,
        order_code=settling.new_order_code(),
        way=Way.GATEWAY,
        state=AttemptState.OPEN,
        amount=row.total,
        began_at=now,
        expires_at=now + PAGE_LIVES,
        ask_at=now + FIRST_ASKED_AFTER,
    )
    payload = {"by": by.ref, "order": attempt.order_code, "amount": attempt.amount}
    ledger.append(kind="payments.begun", subject=settling.subject_of(row), payload=payload, at=now)
    return attempt, True


@transaction.atomic
def _give_up(*, by: Actor, attempt_id: int) -> None:
    attempt = Attempt.objects.get(id=attempt_id)
    row = settling.locked(attempt.bill_id)
    # It is asked about all the same: the gateway may have opened the page and lost only the answer.
    Attempt.objects.filter(id=attempt_id, state=AttemptState.OPEN).update(state=AttemptState.FAILED)
    payload = {"by": by.ref, "order": attempt.order_code}
    ledger.append(kind="payments.not_begun", subject=settling.subject_of(row), payload=payload)


@transaction.atomic
def take(*, by: Actor, bill_id: UUID, way: Way, reference: str = "") -> nouns.Receipt:
    """Record that an officer took the sum of a bill: in cash, or as a transfer seen in the bank's statement by its reference."""
    row = settling.locked(bill_id)
    by.demand(Permission.PAYMENT_COLLECT, agency_id=row.agency_id)
    if row.state != BillState.DUE:
        raise AlreadySettled()
    if way is Way.TRANSFER and not reference.strip():
        raise WrongReference(fields={"reference": WrongReference.template()})
    if way is Way.TRANSFER:
        _demand_unused(reference.strip()[:100])
    now, order_code = timezone.now(), settling.new_order_code()
    attempt = Attempt.objects.create(
        bill=row, order_code=order_code, way=way, state=AttemptState.OPEN, amount=row.total, began_at=now
    )
    credit = Credit(order_code, reference.strip()[:100] or f"TM{order_code}", row.total, now)
    settling.take(by=by, bill=row, attempt=attempt, credit=credit, way=way)
    return queries.receipt_of(row.receipt)


def _demand_unused(reference: str) -> None:
    """Refuse a transfer that is in the books, under a lock of its name until the transaction ends: two officers may read one line
    of the statement at once."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", (f"payments:{reference}",))
    if Money.objects.filter(reference=reference).exists():
        raise ReferenceUsed(fields={"reference": ReferenceUsed.template()})


@transaction.atomic
def withdraw(*, by: Actor, bill_id: UUID, reason: str) -> nouns.Bill:
    """Withdraw a bill that nobody paid: what it was for is not wanted any more, or another bill takes its place."""
    row, now = settling.locked(bill_id), timezone.now()
    if row.state != BillState.DUE:
        raise AlreadySettled()
    row.state, row.settled_at = BillState.CANCELLED, now
    row.save(update_fields=["state", "settled_at"])
    settling.give_up(row, now)
    payload = {"by": by.ref, "about": row.subject, "reason": reason[:300]}
    ledger.append(kind="payments.withdrawn", subject=settling.subject_of(row), payload=payload, at=now)
    return queries.bill_of(row)
