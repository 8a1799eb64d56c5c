"""The tables of figures: the queue of what happened, the tallies, and how far they are."""

from __future__ import annotations

from django.db import models


class ScoreEvent(models.Model):
    """One side of an act that waits to be counted: a case as it stands now (n = 1), or as it stood before (n = -1)."""

    n = models.SmallIntegerField()
    case_type = models.CharField(max_length=80)
    agency_id = models.IntegerField()
    area_code = models.CharField(max_length=5)
    category = models.CharField(max_length=60)
    channel = models.CharField(max_length=20)
    received_at = models.DateTimeField()
    late_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)
    rating = models.SmallIntegerField(null=True)

    def __str__(self) -> str:
        return f"{self.n:+d} {self.case_type}"


class Tally(models.Model):
    """How many cases of one type were received, closed, on time, late and rated, over one scope in one span."""

    pk = models.CompositePrimaryKey("scope", "span", "start", "key", "case_type")
    scope = models.CharField(max_length=8)
    span = models.CharField(max_length=5)
    start = models.DateField()
    key = models.CharField(max_length=80)
    case_type = models.CharField(max_length=80)
    received = models.IntegerField()
    closed = models.IntegerField()
    on_time = models.IntegerField()
    late = models.IntegerField()
    rated = models.IntegerField()
    stars = models.IntegerField()

    def __str__(self) -> str:
        return f"{self.scope} {self.key} {self.start}"


class Spread(models.Model):
    """How counts spread over buckets: handling time by month, and arrivals of the city by hour of the day."""

    pk = models.CompositePrimaryKey("measure", "scope", "start", "key", "case_type", "bucket")
    measure = models.CharField(max_length=8)
    scope = models.CharField(max_length=8)
    start = models.DateField()
    key = models.CharField(max_length=80)
    case_type = models.CharField(max_length=80)
    bucket = models.SmallIntegerField()
    n = models.IntegerField()

    def __str__(self) -> str:
        return f"{self.measure} {self.key} {self.start} {self.bucket}"


class Closing(models.Model):
    """The figures of the city, its agencies and its wards as they were known at the end of a day: packed JSON that is never
    written again, and whose hash is in the log."""

    day = models.DateField(primary_key=True)
    taken_at = models.DateTimeField()
    sha256 = models.CharField(max_length=64)
    entry_id = models.BigIntegerField()
    packed = models.BinaryField()

    def __str__(self) -> str:
        return str(self.day)


class Board(models.Model):
    """How far the tallies are. Its one row is also the lease of the fold: who holds it counts, the others go on."""

    version = models.BigIntegerField(default=0)
    folded_at = models.DateTimeField()

    class Meta:
        # Its row is made with the table, and nothing that empties tables may take it away.
        managed = False

    def __str__(self) -> str:
        return str(self.version)
