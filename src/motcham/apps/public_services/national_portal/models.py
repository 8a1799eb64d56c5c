"""The outbox: one row for each act of a dossier that the national portal is told of."""

from __future__ import annotations

from django.db import models
from django.db.models import Q


class Message(models.Model):
    """An act of a dossier: which one, when, by which post. Nothing in it names the applicant; what is sent is read when it is
    sent. Waiting while `next_at` is set, refused once `refused_at` is, settled once `done_at` is; `digest` is that of the
    dossier as the portal took it, `receipt` what it called that."""

    case = models.ForeignKey("cases.Case", on_delete=models.CASCADE, related_name="+", db_index=False)
    agency = models.ForeignKey("identity.Agency", on_delete=models.PROTECT, related_name="+", db_index=False)
    kind = models.CharField(max_length=20)
    step = models.CharField(max_length=40)
    actor = models.CharField(max_length=80)
    at = models.DateTimeField()
    due_at = models.DateTimeField(null=True)
    next_at = models.DateTimeField(null=True)
    tries = models.PositiveSmallIntegerField(default=0)
    problem = models.CharField(max_length=60, blank=True)
    said = models.CharField(max_length=300, blank=True)
    refused_at = models.DateTimeField(null=True)
    done_at = models.DateTimeField(null=True)
    digest = models.CharField(max_length=64, blank=True)
    receipt = models.CharField(max_length=80, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="portal_message_in_one_state",
                condition=Q(next_at__isnull=False, refused_at=None, done_at=None)
                | Q(next_at=None, refused_at__isnull=False, done_at=None)
                | Q(next_at=None, done_at__isnull=False),
            )
        ]
        indexes = [
            models.Index("next_at", name="portal_message_due", condition=Q(next_at__isnull=False)),
            models.Index("case", "id", name="portal_message_case"),
            models.Index(
                "agency", "refused_at", name="portal_message_refused", condition=Q(refused_at__isnull=False, done_at=None)
            ),
            models.Index("done_at", name="portal_message_done", condition=Q(done_at__isnull=False)),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.case_id}"
