"""Formats: what a Vietnamese reader sees, what an English one sees, and that rounding is that of published figures."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction

import pytest
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from motcham.kernel import terms
from motcham.kernel.calendar import CITY
from motcham.ui import formats

NOW = datetime(2026, 11, 22, 14, 0, tzinfo=CITY)


@pytest.mark.parametrize(
    ("shown", "vietnamese", "english"),
    [
        (lambda: formats.number(1284), "1.284", "1,284"),
        (lambda: formats.number(-0.4), "0", "0"),
        (lambda: formats.number(Decimal("-1234.5"), 1), "−1.234,5", "−1,234.5"),
        (lambda: formats.percent(Fraction(938, 1000)), "93,8%", "93.8%"),
        (lambda: formats.percent(0.9385), "93,9%", "93.9%"),
        (lambda: formats.money(50000), "50.000 đ", "VND 50,000"),
        (lambda: formats.size(640_000), "640 KB", "640 KB"),
        (lambda: formats.size(1_240_000), "1,2 MB", "1.2 MB"),
        (lambda: formats.moment(datetime(2026, 11, 20, 9, 14, tzinfo=CITY), now=NOW), "T6 20/11, 09:14", "Fri 20 Nov, 09:14"),
        (lambda: formats.day(date(2027, 2, 7), now=NOW), "CN 07/02/2027", "Sun 7 Feb 2027"),
        (lambda: formats.dated(date(2026, 11, 2)), "02/11/2026", "2 Nov 2026"),
        (lambda: formats.duration(timedelta(days=1, hours=4, minutes=59)), "1 ngày 4 giờ", "1 day 4 hours"),
        (lambda: formats.duration(timedelta(days=1, minutes=59)), "1 ngày", "1 day"),
        (lambda: formats.duration(timedelta(hours=2), parts=1), "2 giờ", "2 hours"),
        (lambda: formats.duration(timedelta(seconds=59)), "dưới 1 phút", "under a minute"),
        (lambda: formats.working_days(2), "2 ngày làm việc", "2 working days"),
        (lambda: formats.working_days(Fraction(5, 2)), "2,5 ngày làm việc", "2.5 working days"),
        (lambda: formats.limit(terms.hours(24)), "24 giờ", "24 hours"),
        (lambda: formats.limit(terms.working_hours(1)), "1 giờ làm việc", "1 working hour"),
        (lambda: formats.limit(terms.calendar_days(30)), "30 ngày", "30 days"),
        (lambda: formats.limit(terms.minutes(15)), "15 phút", "15 minutes"),
        (lambda: formats.ago(NOW - timedelta(minutes=3, seconds=40), now=NOW), "3 phút trước", "3 minutes ago"),
        (lambda: formats.ago(NOW - timedelta(seconds=9), now=NOW), "vừa xong", "just now"),
        (lambda: formats.ago(NOW - timedelta(days=8), now=NOW), "T7 14/11, 14:00", "Sat 14 Nov, 14:00"),
    ],
)
def test_readers_see_the_habits_of_their_language(shown, vietnamese, english):
    with translation.override("vi"):
        assert shown() == vietnamese
    with translation.override("en"):
        assert shown() == english


@given(st.decimals(-(10**12), 10**12, allow_nan=False, places=4), st.integers(0, 3))
def test_a_number_reads_back_as_itself_rounded_half_up(value, digits):
    with translation.override("vi"):
        text = formats.number(value, digits)

    read = Decimal(text.replace("−", "-").replace(".", "").replace(",", "."))
    assert read == value.quantize(Decimal(1).scaleb(-digits), ROUND_HALF_UP)
    assert not text.startswith(("-", "−0,")) or read != 0


@given(st.timedeltas(timedelta(minutes=1), timedelta(days=4000)))
def test_a_duration_never_promises_more_than_there_is(span):
    with translation.override("en"):
        words = formats.duration(span).replace(",", "").split()

    unit = {"day": timedelta(days=1), "hour": timedelta(hours=1), "minute": timedelta(minutes=1)}
    said = sum((int(amount) * unit[name.rstrip("s")] for amount, name in zip(words[::2], words[1::2], strict=True)), timedelta())
    assert said <= span
    assert len(words) <= 4


@given(st.datetimes(datetime(2000, 1, 1), datetime(2100, 1, 1)))
def test_a_moment_is_that_of_the_city_whatever_zone_it_came_in(naive):
    at = naive.replace(tzinfo=CITY)

    with translation.override("vi"):
        assert formats.moment(at.astimezone(), now=NOW) == formats.moment(at, now=NOW)
        assert formats.hour(at) == f"{naive:%H:%M}"
