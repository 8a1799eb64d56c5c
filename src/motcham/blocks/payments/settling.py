"""What every way of paying ends in: money is kept once, a bill is settled once, a receipt is numbered, others are told."""

from __future__ import annotations

import secrets
from datetime import datetime
from uuid import UUID

from django.db import IntegrityError, connection, transaction
from django.db.models import Sum
from django.utils import timezone

from motcham.blocks.identity.define import Actor
from motcham.blocks.ledger import api as ledger
from motcham.blocks.payments import events, rules, vault
from motcham.blocks.payments.define import AttemptState, BillState, Credit, NoSuchBill, Paid, Verdict, Way
from motcham.blocks.payments.models import Attempt, Bill, Money, Receipt

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
CODE_LENGTH = 24
NUMBER = """
INSERT INTO payments_series (year, last) VALUES (%s, 1)
ON CONFLICT (year) DO UPDATE SET last = payments_series.last + 1 RETURNING last
"""


def new_code() -> str:
    """Return a code of 120 random bits."""
    return "".join(secrets.choice(ALPHABET) for _ in range(CODE_LENGTH))


def new_order_code() -> int:
    """Return a number for the gateway, which takes whole numbers below 2^53: nothing follows from it, not even how many there are."""
    return secrets.randbelow(9 * 10**14) + 10**14


def transfer_words(order_code: int) -> str:
    """Return what a transfer says, by which both sides find it: letters without marks, within what a bank keeps."""
    return f"MC{order_code}"


def subject_of(bill: Bill) -> str:
    """Return how the log names a bill; apart from the dossier, whose eraser must not take the books with it."""
    return f"bill:{bill.id}"


def locked(bill_id: UUID) -> Bill:
    """Return a bill that nobody else moves until the transaction ends; always taken before its attempts."""
    bill = Bill.objects.select_for_update(of=("self",)).filter(id=bill_id).first()
    if bill is None:
        raise NoSuchBill()
    return bill


def take(*, by: Actor, bill: Bill, attempt: Attempt, credit: Credit, way: Way) -> Verdict:
    """Keep one sum that came in for an attempt of a locked bill, and settle the bill where it suffices."""
    now = timezone.now()
    try:
        with transaction.atomic():
            money = Money.objects.create(
                attempt=attempt, reference=credit.reference, amount=credit.amount, at=credit.at, recorded_at=now, way=way
            )
    except IntegrityError:
        return Verdict.AGAIN
    if credit.payer_account or credit.payer_name:
        known = {"bank": credit.payer_bank, "account": credit.payer_account, "name": credit.payer_name}
        money.sealed = vault.seal(vault.COUNTERPART, known, money.id)
        money.save(update_fields=["sealed"])
    before = AttemptState(attempt.state)
    attempt.received = attempt.money.aggregate(sum=Sum("amount"))["sum"]
    # What went back to the payer meanwhile does not pay.
    kept = attempt.received - attempt.gone_back()
    after = rules.after_money(before, amount=attempt.amount, received=kept, is_due=bill.state == BillState.DUE)
    attempt.state = after
    if after in (AttemptState.PAID, AttemptState.SURPLUS):
        attempt.settled_at, attempt.ask_at = attempt.settled_at or now, None
    attempt.save(update_fields=["received", "state", "settled_at", "ask_at"])
    found = rules.verdict(before, after)
    ledger.append(
        kind="payments.received",
        subject=subject_of(bill),
        payload={"by": by.ref, "order": attempt.order_code, "reference": credit.reference, "amount": credit.amount, "as": found},
        at=now,
    )
    if after is AttemptState.PAID and bill.state == BillState.DUE:
        settle(by=by, bill=bill, state=BillState.PAID, way=way, at=now)
    return found


def settle(*, by: Actor, bill: Bill, state: BillState, way: Way, at: datetime) -> Receipt:
    """Settle a locked bill: its receipt, its entry, and the event for whoever waits for the money."""
    bill.state, bill.settled_at = state, at
    bill.save(update_fields=["state", "settled_at"])
    # Money that is on its way by another attempt is surplus when it comes; nobody is led there again.
    give_up(bill, at)
    receipt = _receipt(bill, way, at)
    ledger.append(
        kind="payments.settled",
        subject=subject_of(bill),
        payload={
            "by": by.ref,
            "about": bill.subject,
            "amount": bill.total,
            "way": way,
            "receipt": f"{receipt.year}/{receipt.number}",
        },
        at=at,
    )
    events.paid.publish(Paid(bill_id=bill.id, subject=bill.subject, amount=bill.total, way=way, at=at))
    return receipt


def give_up(bill: Bill, at: datetime) -> None:
    """Give up the pages on which a locked bill could still be paid; the sweep closes them at the gateway at once."""
    bill.attempts.filter(state=AttemptState.OPEN).update(state=AttemptState.CANCELLED, ask_at=at)


def _receipt(bill: Bill, way: Way, at: datetime) -> Receipt:
    year = timezone.localtime(at).year
    with connection.cursor() as cursor:
        cursor.execute(NUMBER, (year,))
        number = cursor.fetchone()[0]
    return Receipt.objects.create(bill=bill, year=year, number=number, code=new_code(), amount=bill.total, way=way, issued_at=at)
