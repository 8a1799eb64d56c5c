"""Whom we exchange with, and which case here is which request there."""

from __future__ import annotations

from django.db import models
from django.db.models import Q


class Neighbour(models.Model):
    """Another installation that speaks GeoReport v2. `takes` maps its service codes to our categories (what we pull), `sends`
    our categories to its codes (what we push; the empty category is what no rule routes). The key is sealed."""

    name = models.SlugField(max_length=40, unique=True)
    url = models.CharField(max_length=300, unique=True)
    jurisdiction = models.CharField(max_length=100, blank=True)
    form = models.CharField(max_length=4, default="json")
    sealed_key = models.BinaryField(null=True)
    takes = models.JSONField(default=dict)
    sends = models.JSONField(default=dict)
    tells = models.BooleanField(default=False)
    every = models.PositiveIntegerField(default=300)
    added_at = models.DateTimeField()
    pulled_to = models.DateTimeField(null=True)
    next_at = models.DateTimeField(null=True)
    failures = models.PositiveSmallIntegerField(default=0)
    problem = models.CharField(max_length=300, blank=True)

    def __str__(self) -> str:
        return self.name


class Exchanged(models.Model):
    """A case here that is a request there: pulled from there (`is_ours` false) or sent there. `remote_id` is empty until it
    was taken; `remote_status` is the last that was heard, `told` the last state that we told."""

    neighbour = models.ForeignKey(Neighbour, on_delete=models.CASCADE, related_name="+")
    case_id = models.UUIDField()
    is_ours = models.BooleanField()
    remote_id = models.CharField(max_length=120, blank=True)
    token = models.CharField(max_length=120, blank=True)
    remote_status = models.CharField(max_length=20, blank=True)
    told = models.CharField(max_length=10, blank=True)
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["neighbour", "case_id"], name="exchanged_case_once"),
            models.UniqueConstraint(fields=["neighbour", "remote_id"], name="exchanged_request_once", condition=~Q(remote_id="")),
        ]

    def __str__(self) -> str:
        return f"{self.case_id} {self.remote_id}"


class Wanted(models.Model):
    """A photo that a program named by its address: fetched by the worker, never while the report is taken; then forgotten."""

    case_id = models.UUIDField()
    url = models.CharField(max_length=2000)
    tries = models.PositiveSmallIntegerField(default=0)
    next_at = models.DateTimeField(db_index=True)

    def __str__(self) -> str:
        return str(self.case_id)
