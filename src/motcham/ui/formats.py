"""Numbers, dates, durations and money as Vietnamese readers write them, and rightly in English as well.

Rounding is half-up on the decimal digits, as published figures are rounded: 93.85 % is never shown as 93,8 %.
"""

from __future__ import annotations

import re
import unicodedata
from datetime import date, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from functools import cache, lru_cache

from django.utils import timezone
from django.utils.translation import get_language, gettext, ngettext, pgettext_lazy

from motcham.kernel.calendar import CITY
from motcham.kernel.terms import LegalBasis, Limit, Unit

Numeric = int | float | Decimal | Fraction

_MINUTE, _HOUR, _DAY = 60, 3600, 86400
_SWAPPED = str.maketrans(",.", ".,")
_WEEKDAYS = (
    pgettext_lazy("weekday", "Mon"),
    pgettext_lazy("weekday", "Tue"),
    pgettext_lazy("weekday", "Wed"),
    pgettext_lazy("weekday", "Thu"),
    pgettext_lazy("weekday", "Fri"),
    pgettext_lazy("weekday", "Sat"),
    pgettext_lazy("weekday", "Sun"),
)


# Letters that English has not and Vietnamese writes all the time.
_VIETNAMESE = re.compile("[đơưăâêô\u1ea0-\u1ef9]", re.IGNORECASE)


def is_vietnamese(text: object) -> bool:
    """Tell whether a text is Vietnamese by its letters, such as an official name on an English page.

    >>> is_vietnamese("Đăng ký kết hôn"), is_vietnamese("Marriage registration")
    (True, False)
    """
    return bool(_VIETNAMESE.search(unicodedata.normalize("NFC", str(text))))


def is_english() -> bool:
    """Tell whether the page is in English; every other language here writes numbers the Vietnamese way."""
    return (get_language() or "vi").startswith("en")


def number(value: Numeric, digits: int = 0) -> str:
    """Return 1.284 or 2,4; in English 1,284 or 2.4. A true minus sign stands before negative numbers."""
    rounded = exact(value).quantize(Decimal(1).scaleb(-digits), ROUND_HALF_UP)
    text = f"{abs(rounded):,.{digits}f}"
    if not is_english():
        text = text.translate(_SWAPPED)
    return f"−{text}" if rounded < 0 else text


def exact(value: Numeric) -> Decimal:
    """Return the decimal that a reader sees in `value`; a float is taken by its shortest digits, not its binary tail."""
    if isinstance(value, Decimal):
        return value
    if isinstance(value, Fraction | int):
        return Decimal(value.numerator) / Decimal(value.denominator)
    return Decimal(str(value))


def percent(share: Numeric, digits: int = 1) -> str:
    """Return a share of 1 as 93,8%."""
    return number(exact(share) * 100, digits) + "%"


def money(dong: Numeric) -> str:
    """Return 50.000 đ; in English VND 50,000."""
    return f"VND {number(dong)}" if is_english() else f"{number(dong)} đ"


def law(basis: LegalBasis) -> str:
    """Return what something rests on, marked where nobody compared it with the text: a row of a table that rests on memory."""
    return f"{basis}, {gettext('not yet confirmed')}" if basis.trust.startswith("memory") else str(basis)


def size(octets: int) -> str:
    """Return the size of a file: 640 KB, 1,2 MB."""
    if octets < 1_000_000:
        return f"{number(max(Fraction(1), Fraction(octets, 1000)))} KB"
    return f"{number(Fraction(octets, 1_000_000), 1)} MB"


def weekday(day: date) -> str:
    """Return the short name of the day of the week: T2 … CN."""
    return _weekdays(get_language())[day.weekday()]


@cache
def _weekdays(language: str | None) -> tuple[str, ...]:
    return tuple(map(str, _WEEKDAYS))


def local(at: datetime) -> datetime:
    """Return the instant on the city's clock."""
    return at.astimezone(CITY)


def day(value: date | datetime, *, now: datetime | None = None) -> str:
    """Return T6 20/11, with the year where it is not this year; in English Fri 20 Nov."""
    on = local(value).date() if isinstance(value, datetime) else value
    return _day(on, local(now or timezone.now()).year, get_language())


@lru_cache(maxsize=4096)
def _day(on: date, this_year: int, _language: str | None) -> str:
    text = f"{weekday(on)} {on.day} {on:%b}" if is_english() else f"{weekday(on)} {on:%d/%m}"
    if on.year == this_year:
        return text
    return f"{text} {on.year}" if is_english() else f"{text}/{on.year}"


def dated(value: date) -> str:
    """Return 20/05/1990, as papers name a day; in English 20 May 1990."""
    return f"{value.day} {value:%b %Y}" if is_english() else f"{value:%d/%m/%Y}"


def hour(at: datetime) -> str:
    """Return 09:14."""
    there = local(at)
    return f"{there.hour:02}:{there.minute:02}"


def moment(at: datetime, *, now: datetime | None = None) -> str:
    """Return T6 20/11, 09:14."""
    there = local(at)
    return f"{day(there, now=now)}, {hour(there)}"


def duration(span: timedelta, *, parts: int = 2) -> str:
    """Return a length of time in at most `parts` neighbouring units, cut, not rounded: 1 ngày 4 giờ, 25 phút."""
    seconds = int(abs(span).total_seconds())
    if seconds < _MINUTE:
        return gettext("under a minute")
    days, rest = divmod(seconds, _DAY)
    hours, rest = divmod(rest, _HOUR)
    minutes = rest // _MINUTE
    return _spelled(days, hours, minutes, parts, get_language())


@lru_cache(maxsize=4096)
def _spelled(days: int, hours: int, minutes: int, parts: int, language: str | None) -> str:
    units = [(days, _days), (hours, _hours), (minutes, _minutes)]
    first = next(index for index, (amount, _) in enumerate(units) if amount)
    return " ".join(word(amount) for amount, word in units[first : first + parts] if amount)


def working_days(amount: Numeric) -> str:
    """Return 2 ngày làm việc; a fraction of a day keeps one decimal."""
    figure = exact(amount)
    digits = 0 if figure == figure.to_integral_value() else 1
    plural = 1 if figure == 1 else 2
    return ngettext("%(number)s working day", "%(number)s working days", plural) % {"number": number(amount, digits)}


def limit(value: Limit) -> str:
    """Return a limit as the law says it: 5 ngày làm việc, 24 giờ."""
    given = {"number": number(value.amount)}
    match value.unit:
        case Unit.WORKING_DAYS if not value.amount:
            return gettext("the same working day")
        case Unit.WORKING_DAYS:
            return working_days(value.amount)
        case Unit.WORKING_HOURS:
            return ngettext("%(number)s working hour", "%(number)s working hours", value.amount) % given
        case Unit.CALENDAR_DAYS:
            return _days(value.amount)
        case Unit.HOURS:
            return _hours(value.amount)
        case _:
            return _minutes(value.amount)


def ago(at: datetime, *, now: datetime | None = None) -> str:
    """Return how long since: vừa xong, 3 phút trước; beyond a week the moment itself."""
    now = now or timezone.now()
    since = now - at
    if since >= timedelta(days=7) or since < -timedelta(minutes=1):
        return moment(at, now=now)
    if since < timedelta(seconds=_MINUTE):
        return gettext("just now")
    return gettext("%(duration)s ago") % {"duration": duration(since, parts=1)}


def _days(amount: int) -> str:
    return ngettext("%(number)s day", "%(number)s days", amount) % {"number": number(amount)}


def _hours(amount: int) -> str:
    return ngettext("%(number)s hour", "%(number)s hours", amount) % {"number": number(amount)}


def _minutes(amount: int) -> str:
    return ngettext("%(number)s minute", "%(number)s minutes", amount) % {"number": number(amount)}
