"""Where the replay stands, and which row became which case: what lets it go on after a kill without doing anything twice."""

from __future__ import annotations

from django.db import models


class Position(models.Model):
    """The last moment that was played in one lane of the replay; written in the transaction that plays it.

    Lane 0 is what goes on live; the others are the history, which ends at `history_ends` in the time of the stream.
    """

    lane = models.SmallIntegerField(primary_key=True)
    history_ends = models.BigIntegerField()
    at = models.BigIntegerField()
    loop = models.IntegerField()
    row = models.IntegerField()
    act = models.SmallIntegerField()


class ReplayedCase(models.Model):
    """That a row of a day became this case; below zero stand those that no day told: what desks of the demo begin with."""

    case_id = models.UUIDField(primary_key=True)
    loop = models.IntegerField()
    row = models.IntegerField()

    class Meta:
        constraints = (models.UniqueConstraint(name="replayed_case_is_opened_once", fields=("loop", "row")),)
