"""Public reports and promises as they stood at the end of a day that is over."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from django.test import Client
from django.utils import timezone

from motcham.apps.feedback_1022.tests.reports import reported
from motcham.blocks.cases import api as cases
from motcham.blocks.identity import api as identity
from motcham.blocks.identity.testing import system

pytestmark = pytest.mark.django_db
NOON = datetime(2026, 3, 2, 12, tzinfo=timezone.get_default_timezone())
DAY = timedelta(days=1)
WARD, OTHER = "ward.26740", "ward.26743"


def on(day: datetime) -> str:
    return f"on={day:%Y-%m-%d}"


def read(query: str, page: str = "reports") -> str:
    answer = Client().get(f"/1022/{page}/?{query}")
    assert answer.status_code == 200
    return answer.content.decode()


def told(text="Nước ngập sâu", *, released=NOON):
    """File a report at noon of the first day, and release it then or later."""
    opened = reported(text=text, at=NOON, release=False)
    cases.publish(by=system, case_id=opened.id, text=text, at=released)
    return opened


def test_a_report_shows_from_the_end_of_the_day_on_which_it_was_released():
    told(released=NOON + DAY)

    assert [("Nước ngập sâu" in read(on(NOON + days * DAY))) for days in (-1, 0, 1, 2)] == [False, False, True, True]


def test_it_shows_as_it_stood_then_answered_opened_again_and_moved_since():
    opened = told()
    cases.transfer(by=system, case_id=opened.id, agency_id=identity.agency(code=WARD).id, at=NOON + DAY)
    cases.take_step(by=system, case_id=opened.id, to="answered", message="Xong", at=NOON + 2 * DAY)
    cases.reopen(by=system, case_id=opened.id, reason="Chưa xong", at=NOON + 3 * DAY)
    pages = [read(on(NOON + n * DAY)) for n in range(4)]

    assert ["Đã trả lời" in page.split('class="reports"')[1].split("</ul>")[0] for page in pages] == [False, False, True, False]
    for state, days in (("open", (0, 1, 3)), ("closed", (2,))):
        shown = tuple(n for n in range(4) if "Nước ngập sâu" in read(f"state={state}&{on(NOON + n * DAY)}"))
        assert shown == days


def test_it_is_late_from_the_day_on_which_it_became_so():
    told()
    cases.became_late(now=NOON + 30 * DAY)
    late = [day for day in (1, 29) if 'class="dot-late"' in read(on(NOON + day * DAY)).split("key-dots")[0]]

    assert late == [29]


def test_its_agency_is_the_one_of_that_day():
    opened = told()
    first = identity.agency(code="company.drainage").official_name
    cases.transfer(by=system, case_id=opened.id, agency_id=identity.agency(code=WARD).id, at=NOON + DAY)

    assert first in read(on(NOON))
    assert first not in read(on(NOON + DAY))


def test_what_was_taken_back_since_shows_on_no_day():
    opened = told()
    cases.withdraw(by=system, case_id=opened.id, reason="Có tên người")

    assert "Nước ngập sâu" not in read(on(NOON))


@pytest.mark.parametrize("page", ["reports", "promises"])
@pytest.mark.parametrize(
    "asked", ["rubbish", "2026-02-30", "31/03/2026", "0001-01-01", "9999-12-31", f"{timezone.localdate() + DAY:%Y-%m-%d}"]
)
def test_a_day_that_is_none_or_still_to_come_says_what_to_do_and_shows_today(page, asked):
    told(released=timezone.now() - timedelta(hours=1))
    shown = read(f"on={asked}", page)

    assert 'id="f-on-error"' in shown and 'aria-invalid="true"' in shown
    assert page == "promises" or "Nước ngập sâu" in shown


def test_today_is_what_is_shown_unasked_and_links_keep_the_day():
    for number in range(25):
        told(f"Báo số {number:02d}.")

    assert "f-on-error" not in read(f"on={timezone.localdate()}")
    shown = read(on(NOON))
    assert "after=" in shown.split('rel="next" href="')[1].split('"')[0]
    assert on(NOON) in shown.split('rel="next" href="')[1].split('"')[0]


def test_the_feed_knows_no_day():
    told(released=NOON + DAY)

    assert "Nước ngập sâu" in Client().get(f"/1022/reports.atom?{on(NOON)}").content.decode()
    assert on(NOON) not in read(on(NOON)).split('type="application/atom+xml"')[1].split(">")[0]


def test_promises_are_counted_as_they_stood():
    opened = told()
    promised = {"promised_on": f"{NOON + 3 * DAY:%Y-%m-%d}"}
    cases.take_step(by=system, case_id=opened.id, to="promised", message="Sẽ xong", answers=promised, at=NOON + DAY)
    cases.take_step(by=system, case_id=opened.id, to="answered", message="Xong", at=NOON + 2 * DAY)
    cells = [read(on(NOON + n * DAY), "promises").count('">1</td>') for n in range(3)]
    rates = [cases.promise_rates(since=NOON.date(), until=(NOON + 9 * DAY).date(), as_of=NOON + n * DAY) for n in (1, 1.5, 2.5)]

    assert cells == [0, 1, 1]
    assert [[(each.made, each.kept, each.standing) for each in rate.values()] for rate in rates] == [[], [(1, 0, 1)], [(1, 1, 0)]]
