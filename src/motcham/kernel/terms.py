"""Words that every definition uses: the law something rests on, a limit of time, a field that is asked for."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, time
from enum import StrEnum
from typing import TYPE_CHECKING, Any, TypeAlias

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

Words: TypeAlias = "str | _StrPromise"
"""What people read: said in their language when it is shown, not when it is defined."""


@dataclass(frozen=True)
class LegalBasis:
    """The law, decree or decision that something rests on; `trust` says how far domain research confirmed it."""

    document: str
    article: str = ""
    in_force: date | None = None
    trust: str = "found"

    def __str__(self) -> str:
        return f"{self.document}, điều {self.article}" if self.article else self.document


class Unit(StrEnum):
    """What a limit is counted in."""

    MINUTES = "minutes"
    HOURS = "hours"
    WORKING_HOURS = "working_hours"
    WORKING_DAYS = "working_days"
    CALENDAR_DAYS = "calendar_days"


@dataclass(frozen=True)
class Limit:
    """A limit of time as the law says it; `cutoff` is the hour after which a receipt counts from the next working day."""

    amount: int
    unit: Unit
    cutoff: time | None = None


def minutes(amount: int) -> Limit:
    """Minutes round the clock."""
    return Limit(amount, Unit.MINUTES)


def hours(amount: int) -> Limit:
    """Hours round the clock."""
    return Limit(amount, Unit.HOURS)


def working_hours(amount: int) -> Limit:
    """Hours in which offices are open."""
    return Limit(amount, Unit.WORKING_HOURS)


def working_days(amount: int, *, cutoff: time | None = None) -> Limit:
    """Working days; the day of receipt is not counted; the limit ends when the last day's office hours end."""
    return Limit(amount, Unit.WORKING_DAYS, cutoff)


def calendar_days(amount: int) -> Limit:
    """Days, holidays included; an end on a day off moves to the next working day (Civil Code 91/2015, art. 148)."""
    return Limit(amount, Unit.CALENDAR_DAYS)


Answers = Mapping[str, Any]


class Kind(StrEnum):
    """What a field holds; each has one widget, one parser and one JSON schema (`blocks/cases/forms.py`)."""

    TEXT = "text"
    LONG_TEXT = "long_text"
    CHOICE = "choice"
    CHOICES = "choices"
    YES_NO = "yes_no"
    INTEGER = "integer"
    DATE = "date"
    PHONE = "phone"
    EMAIL = "email"
    PERSONAL_NUMBER = "personal_number"
    PLACE = "place"
    AGENCY = "agency"
    FILES = "files"
    GROUP = "group"


class Visible(StrEnum):
    """Who may see a field: anyone, the one who filed and the officers of the case, or its officers alone."""

    PUBLIC = "public"
    PARTIES = "parties"
    OFFICERS = "officers"


@dataclass(frozen=True)
class Choice:
    """One answer of a choice: a stable key and the words shown; a long list stands in groups."""

    key: str
    label: Words
    group: Words = ""


@dataclass(frozen=True)
class Field:
    """One question. `identifies` names the kind of identifier it holds ("name", "phone", …): such a field is stored
    encrypted. `when` is a function of the answers so far that says whether the question is asked at all; `check`, of an
    answer and those before it, says what is wrong with it. `read_as` heads the answer for those who were not asked, where
    the label speaks to the one who was ("Your name"). `instead_of` names the question either of which must be answered.
    `prefill` names what may be taken over from the account: one of its own details ("name"), or of files the kind of paper.
    `fields` are the questions of one repetition where the kind is GROUP, at most `at_most` times."""

    name: str
    label: Words
    kind: Kind = Kind.TEXT
    required: bool = True
    hint: Words = ""
    choices: tuple[Choice, ...] = ()
    identifies: str = ""
    personal: bool = False
    visible: Visible = Visible.PARTIES
    when: Callable[[Answers], bool] | None = None
    check: Callable[[Any, Answers], str | None] | None = None
    fields: tuple[Field, ...] = ()
    instead_of: str = ""
    at_least: int = 0
    at_most: int = 10
    longest: int = 500
    page: str = ""
    read_as: Words = ""
    prefill: str = ""

    @property
    def heading(self) -> Words:
        """The words above the answer for those who read it."""
        return self.read_as or self.label

    @property
    def is_personal(self) -> bool:
        """Whether the field belongs in the personal-data inventory."""
        return self.personal or bool(self.identifies) or any(inner.is_personal for inner in self.fields)
