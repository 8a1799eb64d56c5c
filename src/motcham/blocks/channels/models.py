"""The tables of channels: notices name subjects, deliveries name recipients by keys; addresses are sealed, in one table."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from motcham.blocks.channels.define import Cadence, State

APP, EMAIL = "app", "email"


class Notice(models.Model):
    """Something that somebody was told. Facts are keys and dates of the act: words and names stay with the subject."""

    id = models.BigAutoField(primary_key=True)
    to = models.CharField(max_length=80)
    language = models.CharField(max_length=5)
    template = models.CharField(max_length=80)
    facts = models.JSONField()
    created_at = models.DateTimeField()
    synthetic = models.BooleanField()
    entry_id = models.BigIntegerField()
    spread_at = models.DateTimeField(null=True, help_text="When its deliveries were written.")

    class Meta:
        # Serves reading by subject as well.
        constraints = [models.UniqueConstraint(fields=["to", "entry_id", "template"], name="notice_once")]
        indexes = [models.Index("id", name="notice_to_spread", condition=Q(spread_at=None))]

    def __str__(self) -> str:
        return f"{self.template} {self.to}"


class Delivery(models.Model):
    """One notice on its way to one recipient by one channel. `mail` is the e-mail that it travels in: several, in a digest.
    `permanent` says that trying again cannot help."""

    id = models.BigAutoField(primary_key=True)
    notice = models.ForeignKey(Notice, on_delete=models.CASCADE, related_name="deliveries", db_index=False)
    recipient = models.CharField(max_length=80)
    channel = models.CharField(max_length=5)
    account = models.ForeignKey("identity.Account", null=True, on_delete=models.CASCADE, related_name="+", db_index=False)
    agency_id = models.IntegerField(null=True)
    language = models.CharField(max_length=5)
    digest = models.BooleanField(default=False)
    state = models.CharField(max_length=9)
    attempts = models.PositiveSmallIntegerField(default=0)
    next_at = models.DateTimeField(null=True)
    claimed_at = models.DateTimeField(null=True)
    handed_at = models.DateTimeField(null=True)
    settled_at = models.DateTimeField(null=True)
    mail = models.BigIntegerField(null=True)
    error = models.CharField(max_length=40, blank=True)
    permanent = models.BooleanField(default=False)
    read_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["notice", "recipient", "channel"], name="delivery_once"),
            models.CheckConstraint(name="delivery_state_known", condition=Q(state__in=[each.value for each in State])),
            models.CheckConstraint(
                name="delivery_waits_until", condition=~Q(state=State.WAITING.value) | Q(next_at__isnull=False)
            ),
        ]
        indexes = [
            models.Index("next_at", "id", name="delivery_due", condition=Q(state=State.WAITING.value)),
            models.Index("claimed_at", name="delivery_claimed", condition=Q(state=State.SENDING.value)),
            models.Index("account", F("id").desc(), name="delivery_inbox", condition=Q(channel=APP)),
            models.Index("account", name="delivery_unread", condition=Q(channel=APP, read_at=None)),
            models.Index(
                "agency_id",
                F("id").desc(),
                name="delivery_stuck",
                condition=Q(state__in=[State.FAILED.value, State.UNCERTAIN.value]),
            ),
            models.Index("settled_at", name="delivery_age", condition=Q(settled_at__isnull=False)),
        ]

    def __str__(self) -> str:
        return f"{self.channel} {self.recipient} {self.state}"


class Subscription(models.Model):
    """That an e-mail address asked for notices about a subject (`area:26740`, or `account:7`: the address of an account) and,
    once its owner followed the link, gets them. The address is sealed; `contact` and `network` are keyed digests."""

    id = models.BigAutoField(primary_key=True)
    to = models.CharField(max_length=80)
    categories = models.JSONField(default=list)
    account = models.ForeignKey("identity.Account", null=True, on_delete=models.CASCADE, related_name="+")
    sealed = models.BinaryField()
    contact = models.BinaryField()
    network = models.BinaryField(null=True)
    language = models.CharField(max_length=5)
    digest = models.BooleanField(default=False)
    asked_at = models.DateTimeField()
    confirmed_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index("to", "id", name="subscription_to", condition=Q(confirmed_at__isnull=False)),
            models.Index("asked_at", name="subscription_pending", condition=Q(confirmed_at=None)),
            models.Index("contact", name="subscription_contact"),
            models.Index("network", name="subscription_network", condition=Q(network__isnull=False)),
        ]

    def __str__(self) -> str:
        return f"{self.to} {self.id}"


class Preference(models.Model):
    """When an account gets e-mail about a topic; without a row: at once."""

    account = models.ForeignKey("identity.Account", on_delete=models.CASCADE, related_name="+")
    topic = models.CharField(max_length=10)
    cadence = models.CharField(max_length=5)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["account", "topic"], name="preference_once"),
            models.CheckConstraint(name="preference_cadence_known", condition=Q(cadence__in=[each.value for each in Cadence])),
        ]

    def __str__(self) -> str:
        return f"{self.account_id} {self.topic} {self.cadence}"


class Silence(models.Model):
    """That a recipient without an account wants no more e-mail about one subject."""

    to = models.CharField(max_length=80)
    recipient = models.CharField(max_length=80)
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["to", "recipient"], name="silence_once")]

    def __str__(self) -> str:
        return f"{self.to} {self.recipient}"
