"""The tables of the desk: lists that officers kept, and the texts their agencies answer with."""

from __future__ import annotations

from django.db import models
from django.db.models import Q


class SavedFilter(models.Model):
    """A list that somebody kept under a name: for themselves, or shared with an agency."""

    account = models.ForeignKey("identity.Account", on_delete=models.CASCADE, related_name="+")
    agency = models.ForeignKey("identity.Agency", null=True, on_delete=models.PROTECT, related_name="+", db_index=False)
    name = models.CharField(max_length=60)
    wanted = models.JSONField(default=dict)
    kept_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["account", "name"], name="saved_filter_name_once", condition=Q(agency=None)),
            models.UniqueConstraint(
                fields=["agency", "name"], name="saved_filter_shared_once", condition=Q(agency__isnull=False)
            ),
        ]

    def __str__(self) -> str:
        return self.name


class ReplyTemplate(models.Model):
    """Words that an agency answers with again and again; `step` is the act they are for, empty for any."""

    agency = models.ForeignKey("identity.Agency", on_delete=models.PROTECT, related_name="+", db_index=False)
    type_key = models.CharField(max_length=80, blank=True)
    step = models.CharField(max_length=40, blank=True)
    name = models.CharField(max_length=80)
    text = models.TextField(max_length=5000)
    changed_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["agency", "name"], name="reply_template_name_once")]

    def __str__(self) -> str:
        return self.name
