"""The tables of payments. Sums are whole đồng. Who paid, and from which account, is sealed; everything else names nobody."""

from __future__ import annotations

import uuid

from django.db import models
from django.db.models import F, Q, Sum

from motcham.blocks.payments.define import AttemptState, BillState, RefundState, Verdict, Way

GOING_BACK = (RefundState.ASKED, RefundState.SENT, RefundState.DONE)
"""How refunds stand that count: gone, or not known to have failed."""


class Bill(models.Model):
    """What somebody owes for a subject. `items` are its lines with their reasons; `payer` is the name for the receipt, sealed."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    code = models.CharField(max_length=24, unique=True)
    subject = models.CharField(max_length=80)
    agency = models.ForeignKey("identity.Agency", on_delete=models.PROTECT, related_name="+", db_index=False)
    state = models.CharField(max_length=9)
    items = models.JSONField()
    total = models.BigIntegerField()
    payer = models.BinaryField(null=True)
    made_at = models.DateTimeField()
    settled_at = models.DateTimeField(null=True)
    synthetic = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.CheckConstraint(name="bill_state_known", condition=Q(state__in=[each.value for each in BillState])),
            models.CheckConstraint(name="bill_total_whole", condition=Q(total__gte=0)),
            models.CheckConstraint(name="bill_settled_when", condition=Q(state="due") ^ Q(settled_at__isnull=False)),
            models.CheckConstraint(name="bill_free_is_nothing", condition=~Q(state="free") | Q(total=0)),
        ]
        indexes = [
            models.Index("subject", "made_at", name="bill_subject"),
            models.Index("agency", F("made_at").desc(), name="bill_agency"),
        ]

    def __str__(self) -> str:
        return f"{self.subject} {self.total} {self.state}"


class Attempt(models.Model):
    """One attempt to pay a bill. `order_code` is the number by which the gateway knows it; `asked` counts how often it was asked."""

    id = models.BigAutoField(primary_key=True)
    bill = models.ForeignKey(Bill, on_delete=models.PROTECT, related_name="attempts", db_index=False)
    order_code = models.BigIntegerField(unique=True)
    way = models.CharField(max_length=8)
    state = models.CharField(max_length=9)
    amount = models.BigIntegerField()
    received = models.BigIntegerField(default=0)
    link = models.CharField(max_length=64, blank=True)
    address = models.CharField(max_length=400, blank=True)
    qr = models.CharField(max_length=512, blank=True)
    began_at = models.DateTimeField()
    expires_at = models.DateTimeField(null=True)
    settled_at = models.DateTimeField(null=True)
    asked = models.PositiveSmallIntegerField(default=0)
    ask_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(name="attempt_state_known", condition=Q(state__in=[each.value for each in AttemptState])),
            models.CheckConstraint(name="attempt_way_known", condition=Q(way__in=[each.value for each in Way])),
            models.CheckConstraint(name="attempt_sums_whole", condition=Q(amount__gt=0, received__gte=0)),
            # However often we are told, from however many sides: one payment settles a bill.
            models.UniqueConstraint(fields=["bill"], name="attempt_one_pays", condition=Q(state="paid")),
        ]
        indexes = [
            models.Index("bill", "id", name="attempt_bill"),
            models.Index("ask_at", name="attempt_to_ask", condition=Q(ask_at__isnull=False)),
            models.Index(
                "id", name="attempt_to_look_at", condition=Q(state__in=["surplus", "underpaid"]) | Q(received__gt=F("amount"))
            ),
        ]

    def __str__(self) -> str:
        return f"{self.order_code} {self.state}"

    def gone_back(self) -> int:
        """Return how much of it went back or may still be on its way."""
        return self.refunds.filter(state__in=GOING_BACK).aggregate(sum=Sum("amount"))["sum"] or 0


class Money(models.Model):
    """One sum that came in, once: the bank's reference is its name. `sealed` says from whom, where the gateway told."""

    id = models.BigAutoField(primary_key=True)
    attempt = models.ForeignKey(Attempt, on_delete=models.PROTECT, related_name="money")
    reference = models.CharField(max_length=100)
    amount = models.BigIntegerField()
    at = models.DateTimeField()
    recorded_at = models.DateTimeField()
    way = models.CharField(max_length=8)
    sealed = models.BinaryField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["attempt", "reference"], name="money_once"),
            models.CheckConstraint(name="money_is_some", condition=Q(amount__gt=0)),
        ]
        indexes = [models.Index("at", "id", name="money_day"), models.Index(fields=["reference"], name="money_of_the_bank")]

    def __str__(self) -> str:
        return f"{self.reference} {self.amount}"


class Callback(models.Model):
    """One call that said it came from the gateway, believed or not. `sealed` is its body, for a time."""

    id = models.BigAutoField(primary_key=True)
    received_at = models.DateTimeField()
    verdict = models.CharField(max_length=10)
    order_code = models.BigIntegerField(null=True)
    reference = models.CharField(max_length=100, blank=True)
    amount = models.BigIntegerField(null=True)
    attempt = models.ForeignKey(Attempt, null=True, on_delete=models.PROTECT, related_name="callbacks")
    sealed = models.BinaryField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(name="callback_verdict_known", condition=Q(verdict__in=[each.value for each in Verdict]))
        ]
        indexes = [models.Index("received_at", name="callback_when")]

    def __str__(self) -> str:
        return f"{self.order_code} {self.verdict}"


class Receipt(models.Model):
    """That a bill was settled: numbered within its year without a gap, found by a code that cannot be guessed."""

    id = models.BigAutoField(primary_key=True)
    bill = models.OneToOneField(Bill, on_delete=models.PROTECT, related_name="receipt")
    year = models.PositiveSmallIntegerField()
    number = models.PositiveIntegerField()
    code = models.CharField(max_length=24, unique=True)
    amount = models.BigIntegerField()
    way = models.CharField(max_length=8)
    issued_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["year", "number"], name="receipt_numbered_once")]

    def __str__(self) -> str:
        return f"{self.year}/{self.number}"


class Series(models.Model):
    """The last number of a receipt given in a year; counted in the transaction that gives it, so nothing is skipped."""

    year = models.PositiveSmallIntegerField(primary_key=True)
    last = models.PositiveIntegerField()

    def __str__(self) -> str:
        return f"{self.year}: {self.last}"


class Refund(models.Model):
    """Money on its way back, of one attempt. `to` is the account it goes to, sealed; `id` keeps the gateway from paying twice."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    attempt = models.ForeignKey(Attempt, on_delete=models.PROTECT, related_name="refunds")
    amount = models.BigIntegerField()
    reason = models.CharField(max_length=300)
    way = models.CharField(max_length=8)
    state = models.CharField(max_length=6)
    post = models.CharField(max_length=120)
    to = models.BinaryField(null=True)
    payout = models.CharField(max_length=64, blank=True)
    reference = models.CharField(max_length=100, blank=True)
    error = models.CharField(max_length=200, blank=True)
    asked_at = models.DateTimeField()
    settled_at = models.DateTimeField(null=True)
    next_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(name="refund_state_known", condition=Q(state__in=[each.value for each in RefundState])),
            models.CheckConstraint(name="refund_is_some", condition=Q(amount__gt=0)),
        ]
        indexes = [
            models.Index("next_at", name="refund_to_send", condition=Q(next_at__isnull=False)),
            models.Index("asked_at", name="refund_when"),
        ]

    def __str__(self) -> str:
        return f"{self.amount} {self.state}"


class Reconciliation(models.Model):
    """One comparison of a day with the gateway's report; `digest` tells one file from another, `differences` are its lines, `refunds`
    how many of those agree, empty where the gateway was not asked about them."""

    id = models.BigAutoField(primary_key=True)
    day = models.DateField()
    digest = models.CharField(max_length=64)
    at = models.DateTimeField()
    matched = models.PositiveIntegerField()
    sum_here = models.BigIntegerField()
    sum_there = models.BigIntegerField()
    differences = models.JSONField()
    refunds = models.PositiveIntegerField(null=True)

    class Meta:
        indexes = [models.Index("day", F("id").desc(), name="reconciliation_day")]

    def __str__(self) -> str:
        return f"{self.day} {len(self.differences)}"
