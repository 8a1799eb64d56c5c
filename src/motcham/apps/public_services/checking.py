"""What is wrong with an answer, and what to do about it: checks that several forms share."""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Callable
from datetime import date
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop as later

from motcham.apps.public_services.numbers_of_law import number_on
from motcham.kernel.terms import Answers

Check = Callable[[Any, Answers], str | None]


def all_of(*checks: Check) -> Check:
    """Return a check that says the first thing that any of some checks has to say."""
    return lambda value, answers: next((found for each in checks if (found := each(value, answers))), None)


def other_than(name: str, words: str) -> Check:
    """Return a check that an answer is not that of an earlier question: nobody is their own second person."""
    return lambda value, answers: words if value and value == answers.get(name) else None


def others_differ(value: Any, answers: Answers) -> str | None:
    """Refuse people who apply together and are the same person twice."""
    numbers = [answers.get("personal_number"), *(each.get("personal_number") for each in value)]
    known = [each for each in numbers if each]
    return (
        None
        if len(set(known)) == len(known)
        else later("The same personal number stands here twice. Enter each person once, and not yourself.")
    )


def past(value: Any, answers: Answers) -> str | None:
    """Refuse a day that is still to come."""
    return (
        later("This day is still to come. Enter the day on which it was.")
        if str(value) > timezone.localdate().isoformat()
        else None
    )


def not_past(value: Any, answers: Answers) -> str | None:
    """Refuse a day that is over."""
    is_over = str(value) < timezone.localdate().isoformat()
    return later("This day is past. Enter today or a later day, or leave it open.") if is_over else None


def not_before(name: str, words: str) -> Check:
    """Return a check that a day is not before that of an earlier question."""
    return lambda value, answers: words if str(value) < str(answers.get(name) or "") else None


MOST_COPIES = 20
_HOUR = re.compile(r"([01]?\d|2[0-3])[:hg.]([0-5]\d)?")


def few(value: Any, answers: Answers) -> str | None:
    """Refuse a number of copies that nobody means."""
    return None if 1 <= int(str(value)) <= MOST_COPIES else later("Enter a number from 1 to 20.")


def a_year(value: Any, answers: Answers) -> str | None:
    """Refuse a year in which nobody of today was born."""
    return (
        None
        if 1880 <= int(str(value)) <= timezone.localdate().year
        else later("Enter the year with four digits, for example 1945.")
    )


def an_hour(value: Any, answers: Answers) -> str | None:
    """Refuse what is no time of day."""
    return None if _HOUR.fullmatch(str(value).strip().casefold()) else later("Enter the time like 14:30.")


def age_on(born: date, on: date) -> int:
    """Return how old somebody is on a day, in whole years.

    >>> age_on(date(2004, 2, 29), date(2022, 2, 28)), age_on(date(2004, 2, 29), date(2022, 3, 1))
    (17, 18)
    """
    return on.year - born.year - ((on.month, on.day) < (born.month, born.day))


def months_after(day: date, months: int) -> date:
    """Return the same day so many months later; the last one of the month where it has no such day.

    >>> months_after(date(2026, 1, 31), 1), months_after(date(2025, 11, 22), 24)
    (datetime.date(2026, 2, 28), datetime.date(2027, 11, 22))
    """
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def old_enough(key: str, born: object) -> str | None:
    """Say by which law somebody is too young today, and when they are old enough."""
    today, day = timezone.localdate(), date.fromisoformat(str(born))
    law = number_on(key, today)
    if age_on(day, today) >= law.number:
        return None
    return _(
        "By law one must be %(age)s years old for this (%(law)s). Check the year of birth; if it is right, apply from %(age)s on."
    ) % {
        "age": law.number,
        "law": law.legal_basis,
    }


def is_minor(born: object) -> bool:
    """Tell whether somebody born on a day is under age today."""
    today = timezone.localdate()
    return bool(born) and age_on(date.fromisoformat(str(born)), today) < number_on("adult.age", today).number
