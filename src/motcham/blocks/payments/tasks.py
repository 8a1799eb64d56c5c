"""Work that time does: ask about payments of which nothing was heard, send refunds, forget who paid when the books are closed."""

from __future__ import annotations

from datetime import timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from motcham.blocks.identity.define import Actor
from motcham.blocks.ledger import api as ledger
from motcham.blocks.payments import actions_callback, actions_refund
from motcham.blocks.payments.define import GatewayDown, GatewayMissing
from motcham.blocks.payments.models import Attempt, Bill, Callback, Money, Refund
from motcham.kernel.erasers import Eraser
from motcham.kernel.sweeps import Sweep
from motcham.kernel.terms import LegalBasis

ASKER = Actor.system("payments")
BOOKS_KEPT = timedelta(days=3653)
CALLBACKS_KEPT = timedelta(days=180)
A_BATCH = 200


def ask_due() -> int:
    """Ask the gateway about a few attempts that are due; a gateway that is away costs a wait and nothing else."""
    due = Attempt.objects.filter(ask_at__lte=timezone.now()).order_by("ask_at").values_list("order_code", flat=True)[:20]
    done = 0
    for order_code in list(due):
        try:
            actions_callback.ask(by=ASKER, order_code=order_code)
            done += 1
        except (GatewayDown, GatewayMissing):
            actions_callback.put_off(by=ASKER, order_code=order_code)
    return done


def send_refunds() -> int:
    """Send a few refunds, or ask how they stand."""
    due = Refund.objects.filter(next_at__lte=timezone.now()).order_by("next_at").values_list("id", flat=True)[:20]
    done = 0
    for refund_id in list(due):
        try:
            actions_refund.send(by=ASKER, refund_id=refund_id)
            done += 1
        except (GatewayDown, GatewayMissing):
            continue
    return done


@transaction.atomic
def forget() -> int:
    """Forget one batch: bodies of callbacks after half a year, who paid and whose account after ten years."""
    now = timezone.now()
    books, calls = now - BOOKS_KEPT, now - CALLBACKS_KEPT
    old_calls = Callback.objects.filter(sealed__isnull=False, received_at__lt=calls).values("id")[:A_BATCH]
    gone = Callback.objects.filter(id__in=old_calls).update(sealed=None)
    old_bills = Bill.objects.filter(payer__isnull=False, made_at__lt=books).values("id")[:A_BATCH]
    gone += Bill.objects.filter(id__in=old_bills).update(payer=None)
    old_money = Money.objects.filter(sealed__isnull=False, recorded_at__lt=books).values("id")[:A_BATCH]
    gone += Money.objects.filter(id__in=old_money).update(sealed=None)
    old_refunds = Refund.objects.filter(to__isnull=False, next_at=None, asked_at__lt=calls).values("id")[:A_BATCH]
    gone += Refund.objects.filter(id__in=old_refunds).update(to=None)
    if gone:
        ledger.append(kind="payments.forgotten", subject="payments:erasers", payload={"names_and_accounts": gone})
    return gone


asking = Sweep("payments.ask", every=5, run=ask_due)
sending_back = Sweep("payments.refund", every=5, run=send_refunds)
payers = Eraser(
    key="payments.payers",
    tables=("payments_bill", "payments_money", "payments_refund", "payments_callback"),
    what=_("Names and bank accounts of those who paid or were paid back, and bodies of the gateway's callbacks, sealed"),
    retention=_(
        "Callbacks: 180 days. The account of a refund: until it is paid. Names and accounts: 10 years, as vouchers of the books."
    ),
    legal_basis=LegalBasis("174/2016/NĐ-CP", article="13"),
    run=forget,
)
