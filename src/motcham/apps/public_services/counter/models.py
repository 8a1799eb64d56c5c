"""The tables of the counter. Nobody is named in a ticket; what a booking says of a person is sealed."""

from __future__ import annotations

import uuid

from django.db import models
from django.db.models import Q


class Desk(models.Model):
    """A service point of an office: its number as it hangs above it, and the kinds of work it takes (`works` empty: all)."""

    agency = models.ForeignKey("identity.Agency", on_delete=models.PROTECT, related_name="+", db_index=False)
    number = models.PositiveSmallIntegerField()
    works = models.JSONField(default=list)
    closed_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["agency", "number"], name="counter_desk_number_once")]

    def __str__(self) -> str:
        return f"{self.agency_id} {self.number}"


class Opening(models.Model):
    """Hours of one weekday (0 is Monday) in which times can be booked: how long one takes, and how many people at once."""

    agency = models.ForeignKey("identity.Agency", on_delete=models.PROTECT, related_name="+", db_index=False)
    weekday = models.PositiveSmallIntegerField()
    begins = models.TimeField()
    ends = models.TimeField()
    minutes = models.PositiveSmallIntegerField()
    places = models.PositiveSmallIntegerField()
    valid_from = models.DateField()
    valid_to = models.DateField(null=True)

    class Meta:
        indexes = [models.Index("agency", "weekday", name="counter_opening_of_day")]
        constraints = [
            models.CheckConstraint(name="counter_opening_ends_later", condition=Q(ends__gt=models.F("begins"))),
            models.CheckConstraint(name="counter_opening_weekday", condition=Q(weekday__lte=6)),
        ]

    def __str__(self) -> str:
        return f"{self.agency_id} {self.weekday} {self.begins}"


class DayCount(models.Model):
    """The last number that an office gave on a day under a letter: numbers begin anew each day, and none is given twice."""

    agency = models.ForeignKey("identity.Agency", on_delete=models.PROTECT, related_name="+", db_index=False)
    on = models.DateField()
    letter = models.CharField(max_length=1)
    last = models.PositiveIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["agency", "on", "letter"], name="counter_count_once")]

    def __str__(self) -> str:
        return f"{self.agency_id} {self.on} {self.letter}{self.last}"


class Appointment(models.Model):
    """A time somebody booked. `seat` is one of the places of that time, so that the database itself refuses one too many."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    code = models.CharField(max_length=12, unique=True)
    agency = models.ForeignKey("identity.Agency", on_delete=models.PROTECT, related_name="+", db_index=False)
    starts_at = models.DateTimeField()
    seat = models.PositiveSmallIntegerField()
    procedure = models.CharField(max_length=40, blank=True)
    account = models.ForeignKey("identity.Account", null=True, on_delete=models.SET_NULL, related_name="+")
    sealed = models.BinaryField(null=True)
    language = models.CharField(max_length=5, default="vi")
    booked_at = models.DateTimeField()
    cancelled_at = models.DateTimeField(null=True)
    came_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["agency", "starts_at", "seat"], condition=Q(cancelled_at=None), name="counter_seat_booked_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.agency_id} {self.starts_at:%Y-%m-%d %H:%M}"


class Ticket(models.Model):
    """A number on one day at one office. Whether it goes first is kept, why is not; `due_at` is the booked time it stands for."""

    WAITING, CALLED, DONE, ABSENT = "waiting", "called", "done", "absent"
    SERVED = (CALLED, DONE)
    """Who stands at a desk, or stood there a moment ago: what an officer typed for them is still filed."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    agency = models.ForeignKey("identity.Agency", on_delete=models.PROTECT, related_name="+", db_index=False)
    on = models.DateField()
    letter = models.CharField(max_length=1)
    number = models.PositiveIntegerField()
    is_first = models.BooleanField(default=False)
    due_at = models.DateTimeField(null=True)
    appointment = models.OneToOneField(Appointment, null=True, on_delete=models.SET_NULL, related_name="+")
    state = models.CharField(max_length=8, default=WAITING)
    desk = models.ForeignKey(Desk, null=True, on_delete=models.PROTECT, related_name="+", db_index=False)
    taken_at = models.DateTimeField()
    first_called_at = models.DateTimeField(null=True)
    called_at = models.DateTimeField(null=True)
    calls = models.PositiveSmallIntegerField(default=0)
    closed_at = models.DateTimeField(null=True)
    changed_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index("agency", "on", "state", name="counter_ticket_of_day")]
        constraints = [
            models.UniqueConstraint(fields=["agency", "on", "letter", "number"], name="counter_ticket_number_once"),
            models.UniqueConstraint(fields=["desk"], condition=Q(state="called"), name="counter_one_person_at_a_desk"),
            models.CheckConstraint(
                name="counter_ticket_state_known", condition=Q(state__in=["waiting", "called", "done", "absent"])
            ),
        ]

    def __str__(self) -> str:
        return self.label

    @property
    def label(self) -> str:
        """Return the number as it is printed and called: A007."""
        return f"{self.letter}{self.number:03d}"


class Intake(models.Model):
    """A dossier that is filed for whoever holds a ticket: what was typed so far, sealed; then which case it became."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    ticket = models.ForeignKey(Ticket, on_delete=models.CASCADE, related_name="+")
    type_key = models.CharField(max_length=120)
    sealed = models.BinaryField(null=True)
    originals = models.PositiveSmallIntegerField(default=0)
    case = models.OneToOneField("cases.Case", null=True, on_delete=models.SET_NULL, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["ticket", "type_key"], condition=Q(case=None), name="counter_one_form_in_hand")
        ]

    def __str__(self) -> str:
        return f"{self.type_key} {self.ticket_id}"


class Scan(models.Model):
    """A paper that was scanned at the counter, for one question of a form, and what the quality check found; or one of an earlier
    dossier of the same person that is used again, then with its `origin`."""

    intake = models.ForeignKey(Intake, on_delete=models.CASCADE, related_name="+")
    field = models.CharField(max_length=80)
    document_id = models.UUIDField(unique=True)
    faults = models.JSONField(default=list)
    is_kept_as_is = models.BooleanField(default=False)
    origin = models.CharField(max_length=6, blank=True)
    at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.field} {self.document_id}"


class Bundle(models.Model):
    """Dossiers on paper that go from a counter to the agency that settles them, under one number of the day."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    from_agency = models.ForeignKey("identity.Agency", on_delete=models.PROTECT, related_name="+", db_index=False)
    to_agency = models.ForeignKey("identity.Agency", on_delete=models.PROTECT, related_name="+")
    on = models.DateField()
    number = models.PositiveIntegerField()
    made_at = models.DateTimeField()
    received_at = models.DateTimeField(null=True)
    note = models.CharField(max_length=500, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["from_agency", "on", "number"], name="counter_bundle_number_once")]

    def __str__(self) -> str:
        return self.code

    @property
    def code(self) -> str:
        """Return the number as it is printed: 22/11-3."""
        return f"{self.on:%d/%m/%Y}-{self.number}"


class BundleLine(models.Model):
    """One dossier of a bundle: how many papers were given, and how many came."""

    bundle = models.ForeignKey(Bundle, on_delete=models.CASCADE, related_name="+")
    case = models.ForeignKey("cases.Case", on_delete=models.CASCADE, related_name="+")
    place = models.PositiveSmallIntegerField()
    given = models.PositiveSmallIntegerField()
    came = models.PositiveSmallIntegerField(null=True)
    note = models.CharField(max_length=300, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["bundle", "case"], name="counter_case_once_in_a_bundle")]

    def __str__(self) -> str:
        return f"{self.place} {self.case_id}"
