"""The tables of the ledger. Only the sequencer writes all but the first; statements are in `store.py`."""

from __future__ import annotations

from django.db import models


class Pending(models.Model):
    """An entry as the act wrote it, in the act's own transaction; it leaves when it gets its position."""

    entry_id = models.BigAutoField(primary_key=True)
    kind = models.TextField()
    subject = models.TextField()
    recorded_at = models.DateTimeField()
    salt = models.BinaryField(null=True)
    payload = models.BinaryField(null=True)
    commitment = models.BinaryField()

    class Meta:
        db_table = "ledger_pending"


class Entry(models.Model):
    """An entry in its place for ever; salt and payload go when the eraser of its subject comes, the commitment stays.

    Partitioned by position, 256³ to a partition: see docs/adr/0005-ledger.md.
    """

    position = models.BigIntegerField(primary_key=True)
    entry_id = models.BigIntegerField(db_index=True)
    kind = models.TextField()
    subject = models.TextField(db_index=True)
    recorded_at = models.DateTimeField()
    salt = models.BinaryField(null=True)
    payload = models.BinaryField(null=True)
    commitment = models.BinaryField()

    class Meta:
        db_table = "ledger_entry"


class Tile(models.Model):
    """Up to 256 neighbouring hashes of one level; a full one never changes. Level -1 holds the commitments themselves."""

    pk = models.CompositePrimaryKey("level", "index")
    level = models.SmallIntegerField()
    index = models.BigIntegerField()
    hashes = models.BinaryField()

    class Meta:
        db_table = "ledger_tile"


class Log(models.Model):
    """One name under which the tree is signed. The highest generation is in force; the lease says which sequencer works."""

    generation = models.IntegerField(primary_key=True)
    origin = models.TextField(unique=True)
    opened_at = models.DateTimeField()
    key = models.TextField(default="")
    witness_key = models.TextField(default="")
    size = models.BigIntegerField(default=0)
    checkpoint = models.TextField(default="")
    checkpoint_size = models.BigIntegerField(default=0)
    signed_at = models.DateTimeField(null=True)
    holder = models.TextField(default="")
    lease_until = models.DateTimeField(null=True)
    alarm = models.TextField(default="")
    alarm_detail = models.TextField(default="")
    alarm_since = models.DateTimeField(null=True)

    class Meta:
        db_table = "ledger_log"
