"""Pure decisions of the counter: letters of the kinds of work, who is called next, which times an office offers."""

from __future__ import annotations

import secrets
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from fractions import Fraction
from zoneinfo import ZoneInfo

from django.utils.translation import gettext_lazy as _

from motcham.kernel.terms import Words

CITY = ZoneInfo("Asia/Ho_Chi_Minh")
ALPHABET = "23456789BCDFGHJKMNPQRSTVWXZ"
"""No vowels and nothing that is read as something else: a code spells no word and is told by telephone."""
CODE_LENGTH = 10
AHEAD = timedelta(days=30)
LATEST = timedelta(minutes=30)
"""A booked time is kept for somebody who comes so much later; after that the number waits like any other."""
ENOUGH = 3
"""Fewer people say nothing about how long one waits."""


@dataclass(frozen=True)
class Work:
    """One kind of work at a counter: the letter before its numbers and what people read."""

    letter: str
    label: Words
    hint: Words = ""


WORKS = (
    Work("A", _("Hand in a dossier"), _("Birth, marriage, residence, business and every other procedure")),
    Work("B", _("Collect a result"), _("With the receipt or the code of the dossier")),
    Work("C", _("Certified copies and signatures"), _("Bring the original and the copies")),
    Work("D", _("Ask or get help"), _("Filling in a form, finding the procedure, how a dossier stands")),
)
BY_LETTER = {each.letter: each for each in WORKS}


@dataclass(frozen=True)
class Waiting:
    """A number that waits, as far as its turn depends on it."""

    taken_at: datetime
    is_first: bool = False
    due_at: datetime | None = None
    is_sent_on: bool = False


def turn(one: Waiting, now: datetime) -> tuple[int, datetime]:
    """Return by what numbers are called, the least first: sent on from another desk; a booked time that has come and is not
    long past; those whom the law puts first; everybody else. Among equals whoever came first.

    The same order stands in SQL (`actions_queue.NEXT`); a test holds them together.
    """
    if one.is_sent_on:
        return 0, one.taken_at
    if one.due_at is not None and one.due_at <= now <= one.due_at + LATEST:
        return 1, one.due_at
    return (2 if one.is_first else 3), one.taken_at


def average(waits: Sequence[timedelta]) -> timedelta | None:
    """Return how long people waited on the average, to a minute; nothing where too few were called."""
    if len(waits) < ENOUGH:
        return None
    seconds = Fraction(sum(int(each.total_seconds()) for each in waits), len(waits))
    return timedelta(minutes=max(1, round(seconds / 60)))


@dataclass(frozen=True)
class Hours:
    """Hours of a weekday that can be booked, in force from a day until another."""

    weekday: int
    begins: time
    ends: time
    minutes: int
    places: int
    valid_from: date
    valid_to: date | None = None


@dataclass(frozen=True)
class Time:
    """One time that can be booked, and how many places it has."""

    at: datetime
    places: int


def times_of(hours: Iterable[Hours], day: date) -> list[Time]:
    """Return the times of one day in order; where two rows offer the same time their places add up."""
    found: dict[datetime, int] = {}
    for each in hours:
        is_valid = each.valid_from <= day and (each.valid_to is None or day < each.valid_to)
        if not is_valid or each.weekday != day.weekday() or each.minutes < 1:
            continue
        at, end = datetime.combine(day, each.begins, CITY), datetime.combine(day, each.ends, CITY)
        while at + timedelta(minutes=each.minutes) <= end:
            found[at] = found.get(at, 0) + each.places
            at += timedelta(minutes=each.minutes)
    return [Time(at, places) for at, places in sorted(found.items()) if places > 0]


def free_seat(taken: Collection[int], places: int) -> int | None:
    """Return the least place that nobody has, or None where all are taken.

    >>> free_seat({1, 3}, 3), free_seat({1, 2}, 2)
    (2, None)
    """
    return next((seat for seat in range(1, places + 1) if seat not in taken), None)


def new_code() -> str:
    """Return a code of a booking: 47 random bits, of which a guesser is told nothing 30 times a minute."""
    return "".join(secrets.choice(ALPHABET) for _each in range(CODE_LENGTH))


def plain_code(typed: str) -> str:
    """Return a code as it is kept, however it was typed.

    >>> plain_code(" bcd23 - fghjk ")
    'BCD23FGHJK'
    """
    return "".join(each for each in typed.upper() if each in ALPHABET)[: CODE_LENGTH + 2]


def show_code(code: str) -> str:
    """Return a code as it is read aloud: BCD23-FGHJK."""
    return f"{code[:5]}-{code[5:]}"
