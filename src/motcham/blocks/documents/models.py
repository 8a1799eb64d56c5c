"""The table of documents; their content lies in files beside the database, sealed."""

from __future__ import annotations

from django.db import models
from django.db.models import Q


class Document(models.Model):
    """A file that somebody sent. Without an owner it goes after a day; erased, only the fact that it was there remains."""

    id = models.UUIDField(primary_key=True)
    kind = models.TextField()
    purpose = models.TextField()
    owner = models.TextField(default="")
    name = models.BinaryField(null=True)
    size = models.IntegerField()
    width = models.IntegerField(null=True)
    height = models.IntegerField(null=True)
    digest = models.BinaryField(null=True)
    created_at = models.DateTimeField()
    erased_at = models.DateTimeField(null=True)
    kept_until = models.DateTimeField(null=True, help_text="Until when it waits to be attached, where that is more than a day.")

    class Meta:
        indexes = [
            models.Index(fields=["created_at"], name="documents_unattached", condition=Q(owner="", erased_at=None)),
            models.Index(fields=["owner"], name="documents_owner", condition=~Q(owner="")),
        ]
        constraints = [
            models.CheckConstraint(
                name="documents_erased_whole",
                condition=Q(erased_at=None, name__isnull=False, digest__isnull=False)
                | Q(erased_at__isnull=False, name=None, digest=None),
            )
        ]
