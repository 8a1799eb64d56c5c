"""The verbs of payments. What a fee is, what is owed, how it is paid, how it goes back, and whether the books agree."""

from motcham.blocks.payments.actions import bill, pay, take, withdraw
from motcham.blocks.payments.actions_reconcile import reconcile
from motcham.blocks.payments.actions_refund import refund
from motcham.blocks.payments.events import paid, paid_back
from motcham.blocks.payments.queries import attempts, bills, fee, receipt, reconciled
from motcham.blocks.payments.queries import bill as find_bill
from motcham.blocks.payments.showing import item_of, why, why_item

__all__ = [
    "attempts",
    "bill",
    "bills",
    "fee",
    "find_bill",
    "item_of",
    "paid",
    "paid_back",
    "pay",
    "receipt",
    "reconcile",
    "reconciled",
    "refund",
    "take",
    "why",
    "why_item",
    "withdraw",
]
