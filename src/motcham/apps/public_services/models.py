"""What is kept of the catalogue: the records as they were read, the versions made of them, and what was not understood."""

from __future__ import annotations

from django.db import models
from django.db.models import Q


class Source(models.Model):
    """The last record of one form that was read of a code, as it stands in its file; versions are made of these.

    `as_of` is the day for which the file speaks: an older file never replaces a newer record."""

    code = models.CharField(max_length=26)
    form = models.CharField(max_length=10)
    rows = models.JSONField()
    digest = models.CharField(max_length=64)
    as_of = models.DateField()
    file = models.CharField(max_length=200)

    class Meta:
        constraints = (models.UniqueConstraint(name="procedure_source_once", fields=("code", "form")),)

    def __str__(self) -> str:
        return f"{self.code} {self.form}"


class ReadFile(models.Model):
    """A file that was imported, by its digest: so that `prepare` knows what it need not read again, and pages name the source."""

    digest = models.CharField(max_length=64, unique=True)
    name = models.CharField(max_length=200)
    form = models.CharField(max_length=10)
    rows = models.IntegerField()
    as_of = models.DateField()
    at = models.DateTimeField()

    def __str__(self) -> str:
        return self.name


class Procedure(models.Model):
    """One version of one procedure, in force from a day to before another; a version is never edited, it gets a successor."""

    code = models.CharField(max_length=26)
    version = models.PositiveSmallIntegerField()
    valid_from = models.DateField()
    valid_to = models.DateField(null=True)
    title = models.TextField()
    plain_title = models.TextField()
    field = models.CharField(max_length=300, blank=True)
    issuer = models.CharField(max_length=200, blank=True)
    agencies = models.JSONField(default=list)
    levels = models.JSONField(default=list)
    facts = models.JSONField()
    fingerprint = models.CharField(max_length=64)
    recorded_at = models.DateTimeField()

    class Meta:
        constraints = (
            models.UniqueConstraint(name="procedure_version_once", fields=("code", "version")),
            models.UniqueConstraint(name="procedure_one_in_force", fields=("code",), condition=Q(valid_to=None)),
            models.CheckConstraint(
                name="procedure_ends_after_it_begins",
                condition=Q(valid_to=None) | Q(valid_to__gte=models.F("valid_from")),
            ),
        )
        indexes = (models.Index(name="procedure_by_field", fields=("field", "title"), condition=Q(valid_to=None)),)

    def __str__(self) -> str:
        return f"{self.code} v{self.version}"


class Unread(models.Model):
    """A place of a record that was not understood, and why; replaced whenever the code is read anew."""

    code = models.CharField(max_length=26, db_index=True)
    field = models.CharField(max_length=20)
    text = models.TextField(blank=True)
    reason = models.CharField(max_length=40)

    def __str__(self) -> str:
        return f"{self.code} {self.field}: {self.reason}"


class Disagreement(models.Model):
    """Two sources that say different things of a procedure: what is shown, what was set aside, and by which rule."""

    code = models.CharField(max_length=26, db_index=True)
    field = models.CharField(max_length=20)
    shown = models.TextField(blank=True)
    set_aside = models.TextField(blank=True)
    source = models.CharField(max_length=20)
    rule = models.CharField(max_length=40)

    def __str__(self) -> str:
        return f"{self.code} {self.field}: {self.rule}"


class StatedFact(models.Model):
    """What an official entered where no source gives it: a limit or a fee of a procedure, from a day on, by a document.

    It holds until another of its kind begins; nothing is edited, so that a dossier finds the rule of its day."""

    code = models.CharField(max_length=26, db_index=True)
    fact = models.CharField(max_length=10)
    channel = models.CharField(max_length=10, blank=True)
    value = models.BigIntegerField()
    unit = models.CharField(max_length=20, blank=True)
    document = models.CharField(max_length=100)
    article = models.CharField(max_length=60, blank=True)
    valid_from = models.DateField()
    valid_to = models.DateField(null=True)
    recorded_at = models.DateTimeField()

    class Meta:
        constraints = (
            models.UniqueConstraint(
                name="stated_fact_one_at_a_time", fields=("code", "fact", "channel"), condition=Q(valid_to=None)
            ),
            models.CheckConstraint(name="stated_fact_is_no_debt", condition=Q(value__gte=0)),
        )

    def __str__(self) -> str:
        return f"{self.code} {self.fact} {self.channel} {self.value}"
