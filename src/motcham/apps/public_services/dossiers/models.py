"""The tables of dossiers: one row beside each case, the numbers that agencies gave, and the codes of agencies by date."""

from __future__ import annotations

from django.db import models
from django.db.models import Q


class Dossier(models.Model):
    """What is known of a dossier beside its case, in one place: what Decision 766 counts and the national portal is told.
    `channel` and `payment` are the numbers of the national dictionary, `sources` the keys of `data_used`; what nobody recorded is
    None, which is not no."""

    case = models.OneToOneField("cases.Case", primary_key=True, on_delete=models.CASCADE, related_name="+")
    code = models.CharField(max_length=60, unique=True)
    is_official = models.BooleanField()
    agency = models.ForeignKey("identity.Agency", on_delete=models.PROTECT, related_name="+", db_index=False)
    on = models.DateField(help_text="The day of the register: when it was handed in.")
    number = models.PositiveIntegerField()
    procedure = models.CharField(max_length=40)
    version = models.PositiveIntegerField(null=True)
    applicant = models.PositiveSmallIntegerField(null=True)
    channel = models.PositiveSmallIntegerField()
    taken_in_by = models.ForeignKey("identity.Agency", null=True, on_delete=models.PROTECT, related_name="+", db_index=False)
    is_unrouted = models.BooleanField(default=False)
    papers = models.PositiveSmallIntegerField(default=0)
    digitised = models.PositiveSmallIntegerField(default=0)
    reused = models.PositiveSmallIntegerField(default=0)
    electronic_result = models.BooleanField(null=True)
    payment = models.PositiveSmallIntegerField(null=True)
    sources = models.JSONField(default=list)
    is_known_by_vneid = models.BooleanField(null=True)
    accepted_at = models.DateTimeField(null=True)
    settled_at = models.DateTimeField(null=True)
    handed_over_at = models.DateTimeField(null=True)
    synced_at = models.DateTimeField(null=True)
    declare_at = models.DateTimeField(null=True, help_text="Since when the page of what was declared waits to be ordered.")

    class Meta:
        indexes = [models.Index("declare_at", name="dossier_to_declare", condition=Q(declare_at__isnull=False))]
        constraints = [
            models.UniqueConstraint(fields=["agency", "on", "number"], name="dossier_number_once"),
            models.CheckConstraint(name="dossier_channel_known", condition=Q(channel__in=[1, 2, 3])),
            models.CheckConstraint(name="dossier_payment_known", condition=Q(payment=None) | Q(payment__in=[0, 1, 2])),
        ]

    def __str__(self) -> str:
        return self.code


class DayNumber(models.Model):
    """The last number that an agency gave on a day: written in the transaction that files, so that none is given twice."""

    agency = models.ForeignKey("identity.Agency", on_delete=models.PROTECT, related_name="+", db_index=False)
    on = models.DateField()
    last = models.PositiveIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["agency", "on"], name="day_number_once")]

    def __str__(self) -> str:
        return f"{self.agency_id} {self.on} {self.last}"


class AgencyCode(models.Model):
    """By which code an agency numbers its dossiers from a day on, as an official entered it with its legal basis."""

    agency = models.ForeignKey("identity.Agency", on_delete=models.PROTECT, related_name="+")
    code = models.CharField(max_length=30)
    valid_from = models.DateField()
    legal_basis = models.CharField(max_length=200)
    entered_at = models.DateTimeField()
    entry_id = models.BigIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["agency", "valid_from"], name="agency_code_once_a_day")]

    def __str__(self) -> str:
        return f"{self.agency_id} {self.code}"


class Slip(models.Model):
    """A form of the circular in force that an act called for, or that an officer asked for; `order` is the page that the worker
    prints. One whose act was taken back is withdrawn."""

    case = models.ForeignKey("cases.Case", on_delete=models.CASCADE, related_name="+")
    kind = models.CharField(max_length=12)
    at = models.DateTimeField()
    order_id = models.UUIDField(unique=True)
    withdrawn_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"{self.kind} {self.case_id}"


class Link(models.Model):
    """A report about a dossier: opened by a bad rating (`rated`), or written by its applicant (`reported`)."""

    class Why(models.TextChoices):
        RATED = "rated"
        REPORTED = "reported"

    dossier = models.ForeignKey("cases.Case", on_delete=models.CASCADE, related_name="+")
    report = models.OneToOneField("cases.Case", on_delete=models.CASCADE, related_name="+")
    why = models.CharField(max_length=8, choices=Why.choices)
    at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.why} {self.dossier_id}"
