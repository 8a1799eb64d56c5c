"""Where the replay stands, and which row became which case: what lets it go on after a kill without doing anything twice."""

from __future__ import annotations

from django.db import models
from django.db.models import Q


class Position(models.Model):
    """The last moment of the stream that was played; written in the transaction that plays it. There is one row.

    `origin` is the instant at which the time of the stream begins while its history is told, up to `history_ends`.
    """

    id = models.SmallIntegerField(primary_key=True, default=1)
    origin = models.DateTimeField()
    history_ends = models.BigIntegerField()
    at = models.BigIntegerField()
    loop = models.IntegerField()
    row = models.IntegerField()
    act = models.SmallIntegerField()

    class Meta:
        constraints = (models.CheckConstraint(name="position_is_one_row", condition=Q(id=1)),)


class ReplayedCase(models.Model):
    """That a row of a loop became this case."""

    case_id = models.UUIDField(primary_key=True)
    loop = models.IntegerField()
    row = models.IntegerField()

    class Meta:
        constraints = (models.UniqueConstraint(name="replayed_case_is_opened_once", fields=("loop", "row")),)
