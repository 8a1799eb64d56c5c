"""The tables of cases; timelines are partitioned by month and written with SQL only."""

from __future__ import annotations

from collections.abc import Collection
from functools import cache
from typing import Any, Self

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from motcham.blocks.cases.define import CLOSED, OPEN, PAUSED, Place
from motcham.blocks.cases.models_desk import ReplyTemplate, SavedFilter

__all__ = [
    "CalendarDay", "Case", "CaseEvent", "Details", "Draft", "IdempotencyKey", "Participant", "Promise", "ReplyTemplate", "SavedFilter", "StepClock",
]  # fmt: skip
RELEASED = Q(released_at__isnull=False)
UNBEGUN = Q(state=PAUSED, clock__has_key="unbegun")
WAITING = Q(state=PAUSED) & ~Q(clock__has_key="unbegun")
STANDING = Q(kept_at=None, broken_at=None, put_off_at=None)


class Case(models.Model):
    """Something somebody asked of the city. `clock` holds the frozen limit with its law, pauses and extensions;
    `sealed` the identifying answers, encrypted; `answers` all others."""

    id = models.UUIDField(primary_key=True)
    code = models.CharField(max_length=16, unique=True)
    type_key = models.CharField(max_length=80)
    fingerprint = models.CharField(max_length=16)
    agency = models.ForeignKey("identity.Agency", on_delete=models.PROTECT, related_name="+", db_index=False)
    area_code = models.CharField(max_length=5, blank=True)
    area_from = models.DateField(null=True)
    category = models.CharField(max_length=60, blank=True)
    step = models.CharField(max_length=40)
    state = models.CharField(max_length=6)
    title = models.CharField(max_length=200)
    channel = models.CharField(max_length=20)
    filed_at = models.DateTimeField()
    received_at = models.DateTimeField()
    due_at = models.DateTimeField(null=True)
    provisional = models.BooleanField(default=False)
    late_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)
    outcome = models.CharField(max_length=40, blank=True)
    clock = models.JSONField()
    answers = models.JSONField()
    sealed = models.BinaryField(null=True)
    contacts = ArrayField(models.BinaryField(), default=list)
    lon = models.FloatField(null=True)
    lat = models.FloatField(null=True)
    address = models.CharField(max_length=300, blank=True)
    documents = ArrayField(models.UUIDField(), default=list)
    language = models.CharField(max_length=5, default="vi")
    synthetic = models.BooleanField(default=False)
    joined = models.PositiveIntegerField(default=0)
    filer = models.ForeignKey("identity.Account", null=True, on_delete=models.SET_NULL, related_name="+", db_index=False)
    parent = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="+", db_index=False)
    rating = models.PositiveSmallIntegerField(null=True)
    version = models.PositiveIntegerField(default=1)
    erased_at = models.DateTimeField(null=True)
    # What an officer released for everybody to read; `cell` is set while others may find it near them and join.
    released_at = models.DateTimeField(null=True)
    public_text = models.TextField(blank=True, db_default="")
    public_reply = models.TextField(blank=True, db_default="")
    public_documents = ArrayField(models.UUIDField(), default=list, db_default=[])
    public_after = ArrayField(models.UUIDField(), default=list, db_default=[])
    cell = models.IntegerField(null=True)
    confidential = models.BooleanField(default=False, db_default=False)
    merged_into = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="+", db_index=False)
    split_from = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="+", db_index=False)
    reopened = models.PositiveSmallIntegerField(default=0, db_default=0)
    changed_at = models.DateTimeField(null=True, help_text="When somebody last acted on it; none before the first act.")
    # Whose work it is inside the agency: a post; cleared when the case goes to another agency.
    holder = models.ForeignKey("identity.Post", null=True, on_delete=models.PROTECT, related_name="+", db_index=False)
    row: dict[str, Any]

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="case_confidential_is_not_released", condition=Q(confidential=False) | Q(released_at=None)
            ),
            models.CheckConstraint(name="case_state_known", condition=Q(state__in=[OPEN, PAUSED, CLOSED])),
            models.CheckConstraint(
                name="case_closed_has_time_and_outcome",
                condition=Q(state=CLOSED, closed_at__isnull=False) & ~Q(outcome="")
                | ~Q(state=CLOSED) & Q(closed_at__isnull=True, outcome=""),
            ),
            models.CheckConstraint(name="case_open_has_due", condition=~Q(state=OPEN) | Q(due_at__isnull=False)),
            models.CheckConstraint(
                name="case_rating_in_range", condition=Q(rating__isnull=True) | Q(rating__gte=1, rating__lte=5)
            ),
        ]
        indexes = [
            # The inbox of an agency, by what is due; then the same for the whole city.
            models.Index("agency", "due_at", "id", name="case_agency_due", condition=Q(state=OPEN)),
            models.Index("due_at", "id", name="case_city_due", condition=Q(state=OPEN)),
            models.Index("agency", "late_at", "id", name="case_agency_late", condition=Q(state=OPEN, late_at__isnull=False)),
            models.Index("late_at", "id", name="case_city_late", condition=Q(state=OPEN, late_at__isnull=False)),
            # What is paused waits for its acceptance or for somebody outside the office: two lists, of which either may be rare.
            models.Index("agency", "received_at", "id", name="case_agency_new", condition=UNBEGUN),
            models.Index("received_at", "id", name="case_city_new", condition=UNBEGUN),
            models.Index("agency", "received_at", "id", name="case_agency_waiting", condition=WAITING),
            models.Index("received_at", "id", name="case_city_waiting", condition=WAITING),
            models.Index("agency", F("closed_at").desc(), F("id").desc(), name="case_agency_closed", condition=Q(state=CLOSED)),
            models.Index(F("closed_at").desc(), F("id").desc(), name="case_city_closed", condition=Q(state=CLOSED)),
            # What figures of the board open down to: received on some days, late on some days, late and still open.
            models.Index("agency", F("received_at").desc(), F("id").desc(), name="case_agency_received"),
            models.Index(F("received_at").desc(), F("id").desc(), name="case_city_received"),
            models.Index(
                "agency", F("late_at").desc(), F("id").desc(), name="case_agency_was_late", condition=Q(late_at__isnull=False)
            ),
            models.Index(F("late_at").desc(), F("id").desc(), name="case_city_was_late", condition=Q(late_at__isnull=False)),
            models.Index(
                "agency", "late_at", "id", name="case_agency_overdue", condition=Q(late_at__isnull=False, closed_at=None)
            ),
            models.Index("late_at", "id", name="case_city_overdue", condition=Q(late_at__isnull=False, closed_at=None)),
            # What the sweep looks for: due, and not yet recorded as late.
            models.Index("due_at", name="case_becomes_late", condition=Q(state=OPEN, late_at__isnull=True)),
            models.Index("filer", "received_at", name="case_filer", condition=Q(filer__isnull=False)),
            models.Index("parent", name="case_parent", condition=Q(parent__isnull=False)),
            models.Index("holder", "due_at", "id", name="case_holder_due", condition=Q(holder__isnull=False, state=OPEN)),
            models.Index("merged_into", name="case_merged", condition=Q(merged_into__isnull=False)),
            models.Index("split_from", name="case_split", condition=Q(split_from__isnull=False)),
            # What everybody may read: the latest reports, those of a ward or a category, and the latest released.
            models.Index(F("received_at").desc(), F("id").desc(), name="case_public", condition=RELEASED),
            models.Index("area_code", F("received_at").desc(), F("id").desc(), name="case_public_area", condition=RELEASED),
            models.Index("category", F("received_at").desc(), F("id").desc(), name="case_public_category", condition=RELEASED),
            models.Index(F("released_at").desc(), F("id").desc(), name="case_released", condition=RELEASED),
            models.Index(F("changed_at").desc(), F("id").desc(), name="case_public_changed", condition=RELEASED),
            models.Index("area_code", F("released_at").desc(), F("id").desc(), name="case_released_area", condition=RELEASED),
        ]

    def __str__(self) -> str:
        return f"{self.type_key} {self.id}"

    @classmethod
    def from_db(cls, db: str | None, field_names: Collection[str], values: Collection[Any], **more: Any) -> Self:
        """Make a case from its row, and remember the row."""
        case = super().from_db(db, field_names, values, **more)
        case.row = dict(zip(field_names, values, strict=True))
        return case

    @classmethod
    def new(cls, **said: Any) -> Self:
        """Make a case that nobody has written yet. Django asks each column for its default each time, which would be a
        twelfth of all that opening a case costs."""
        row = {name: list(value) if isinstance(value, list) else value for name, value in _blank().items()} | said
        return cls.from_db(None, tuple(row), tuple(row.values()))

    def where(self) -> Place | None:
        """Return the place of it, if it has one."""
        if self.lon is None and not (self.area_code or self.address):
            return None
        return Place(self.lon, self.lat, self.area_code, self.area_from, self.address)

    def changes(self) -> dict[str, Any]:
        """Return what is no longer as it was read, by column: writing these alone leaves most indexes untouched."""
        return {name: value for name, was in self.row.items() if (value := getattr(self, name)) != was}


@cache
def _blank() -> dict[str, Any]:
    return {field.attname: field.get_default() for field in Case._meta.concrete_fields}


class CaseEvent(models.Model):
    """One thing that happened to a case; `entry_id` is its entry in the log. Partitioned by month of `at`."""

    id = models.BigAutoField(primary_key=True)
    case_id = models.UUIDField()
    agency_id = models.IntegerField(null=True)
    at = models.DateTimeField()
    kind = models.CharField(max_length=20)
    step = models.CharField(max_length=40, blank=True)
    actor = models.CharField(max_length=80)
    message = models.TextField(blank=True)
    is_public = models.BooleanField(default=False)
    facts = models.JSONField(default=dict)
    entry_id = models.BigIntegerField()

    class Meta:
        managed = False
        db_table = "cases_event"

    def __str__(self) -> str:
        return f"{self.kind} {self.case_id}"


class Participant(models.Model):
    """Somebody whom the same thing concerns as the one who filed: joined it, or filed a report that was merged into it.
    `sealed` holds how to reach them, bound to this row's id."""

    id = models.UUIDField(primary_key=True)
    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="+")
    code = models.CharField(max_length=16)
    sealed = models.BinaryField(null=True)
    contacts = ArrayField(models.BinaryField(), default=list)
    language = models.CharField(max_length=5, default="vi")
    account = models.ForeignKey("identity.Account", null=True, on_delete=models.SET_NULL, related_name="+")
    merged_from = models.ForeignKey(Case, null=True, on_delete=models.CASCADE, related_name="+", db_index=False)
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["code"], name="participant_code_once"),
            models.UniqueConstraint(
                fields=["case", "account"], name="participant_account_once", condition=Q(account__isnull=False)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.id} in {self.case_id}"


class Promise(models.Model):
    """A day by which an agency said that the work would be done; settled once: kept, broken, or put off to a later day."""

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="+")
    agency = models.ForeignKey("identity.Agency", on_delete=models.PROTECT, related_name="+", db_index=False)
    promised_on = models.DateField()
    made_at = models.DateTimeField()
    kept_at = models.DateTimeField(null=True)
    broken_at = models.DateTimeField(null=True)
    put_off_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="promise_settled_once",
                condition=Q(kept_at=None, broken_at=None) | Q(kept_at=None, put_off_at=None) | Q(broken_at=None, put_off_at=None),
            )
        ]
        indexes = [
            models.Index("agency", "promised_on", "id", name="promise_agency_day"),
            models.Index("promised_on", "id", name="promise_standing", condition=STANDING),
        ]

    def __str__(self) -> str:
        return f"{self.promised_on} {self.case_id}"


class StepClock(models.Model):
    """The time that one step of a case has by itself (the desk's five minutes): begun on arrival, ended when it was left."""

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="+")
    agency = models.ForeignKey("identity.Agency", on_delete=models.PROTECT, related_name="+", db_index=False)
    limit = models.CharField(max_length=60)
    began_at = models.DateTimeField()
    due_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index("limit", "due_at", name="step_clock_due")]

    def __str__(self) -> str:
        return f"{self.limit} {self.case_id}"


class IdempotencyKey(models.Model):
    """What an actor already asked under a key, for 30 days: the same request again gets the same case."""

    actor = models.CharField(max_length=80)
    key = models.CharField(max_length=100)
    body = models.BinaryField()
    case_id = models.UUIDField()
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["actor", "key"], name="idempotency_key_once")]
        indexes = [models.Index("at", name="idempotency_key_age")]

    def __str__(self) -> str:
        return f"{self.actor} {self.key}"


class CalendarDay(models.Model):
    """A day off or a make-up day that an official announced after this release; it adds to the shipped calendar."""

    on = models.DateField(unique=True)
    kind = models.CharField(max_length=20)
    name = models.CharField(max_length=200)
    legal_basis = models.CharField(max_length=200)
    added_at = models.DateTimeField()
    entry_id = models.BigIntegerField()
    followed_at = models.DateTimeField(null=True, help_text="When the open cases had been computed anew.")

    def __str__(self) -> str:
        return f"{self.on} {self.kind}"


class Draft(models.Model):
    """A form that somebody has begun, sealed: found by an unguessable key in their browser and forgotten after 7 days, or kept
    with their account for 30 days, for all their devices."""

    id = models.UUIDField(primary_key=True)
    type_key = models.CharField(max_length=80)
    sealed = models.BinaryField()
    documents = ArrayField(models.UUIDField(), default=list)
    case_id = models.UUIDField(null=True)
    account = models.ForeignKey("identity.Account", null=True, on_delete=models.CASCADE, related_name="+", db_index=False)
    at = models.DateTimeField()

    class Meta:
        indexes = [
            models.Index("at", name="draft_age"),
            models.Index("account", "at", name="draft_of_account", condition=Q(account__isnull=False, case_id=None)),
        ]

    def __str__(self) -> str:
        return f"{self.type_key} {self.id}"


class Details(models.Model):
    """What somebody keeps with their account so that forms are filled in with it, sealed; nothing else reads it."""

    account = models.OneToOneField("identity.Account", primary_key=True, on_delete=models.CASCADE, related_name="+")
    sealed = models.BinaryField()
    at = models.DateTimeField()

    def __str__(self) -> str:
        return f"details of {self.account_id}"
