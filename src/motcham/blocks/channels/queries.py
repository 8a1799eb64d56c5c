"""Reads notices."""

from __future__ import annotations

from motcham.blocks.channels import models
from motcham.blocks.channels.define import Notice

COLUMNS = ("id", "to", "language", "template", "facts", "created_at", "read_at", "synthetic", "entry_id")


def notices(*, to: str) -> tuple[Notice, ...]:
    """Return what was told about a subject, in the order of its acts."""
    rows = models.Notice.objects.filter(to=to).order_by("entry_id", "template").values_list(*COLUMNS)
    return tuple(Notice(*row) for row in rows)
