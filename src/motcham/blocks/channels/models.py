"""The table of notices; it names subjects, never people."""

from __future__ import annotations

from django.db import models


class Notice(models.Model):
    """Something that somebody was told. Facts are keys and dates of the act: words and names stay with the subject."""

    id = models.BigAutoField(primary_key=True)
    to = models.CharField(max_length=80)
    language = models.CharField(max_length=5)
    template = models.CharField(max_length=80)
    facts = models.JSONField()
    created_at = models.DateTimeField()
    read_at = models.DateTimeField(null=True)
    synthetic = models.BooleanField()
    entry_id = models.BigIntegerField()

    class Meta:
        # Serves reading by subject as well.
        constraints = [models.UniqueConstraint(fields=["to", "entry_id", "template"], name="notice_once")]

    def __str__(self) -> str:
        return f"{self.template} {self.to}"
