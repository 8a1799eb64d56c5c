"""What is late tomorrow: which cases that is, agency by agency, for whom, and taken out as a file."""

from __future__ import annotations

import io
from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import pairwise

import openpyxl
import pytest
from django.utils import timezone

from motcham.blocks.cases import filters, lists, tomorrow
from motcham.blocks.cases.define import CaseType, case_types
from motcham.blocks.cases.lists import Queue, Wanted
from motcham.blocks.cases.models import Case
from motcham.blocks.cases.testing import KEY, a_case, a_case_type, registered
from motcham.blocks.identity import api as identity
from motcham.blocks.identity.define import Actor
from motcham.blocks.identity.testing import an_agency, an_officer, client_of, forget
from motcham.kernel.calendar import CITY

pytestmark = pytest.mark.django_db
FRIDAY = datetime(2026, 11, 20, 9, 0, tzinfo=CITY)
AGENCIES = ("ward-a", "ward-b", "ward-c")


@pytest.fixture(autouse=True)
def case_type() -> Iterator[CaseType]:
    forget()
    for code in ("test-desk", *AGENCIES):
        an_agency(code=code, kind="desk" if code == "test-desk" else "ward")
    forget()
    with registered(a_case_type(title=lambda filing: filing.answers["description"])) as found:
        filters.forget()
        yield found
    forget()


@pytest.fixture
def inspector() -> Actor:
    return an_officer(role="inspector", agency_code="test-desk")


def due(code: str, at: datetime, title: str = "one", **changes) -> Case:
    """Store a case of an agency that is due at a time."""
    opened = a_case(answers={"kind": "lamp", "description": title}, agency_id=identity.agency(code=code).id)
    Case.objects.filter(id=opened.id).update(due_at=at, state="open", **changes)
    return Case.objects.get(id=opened.id)


def shelf(who: Actor, **more) -> tomorrow.Shelf:
    return tomorrow.shelf(actor=who, now=FRIDAY, **more)


def test_on_a_friday_tomorrow_is_monday(inspector):
    monday = FRIDAY + timedelta(days=3)
    inside = [due("ward-a", each) for each in (FRIDAY + timedelta(hours=1), monday, monday.replace(hour=23, minute=59))]
    due("ward-a", monday.replace(hour=0) + timedelta(days=1))
    due("ward-a", FRIDAY - timedelta(minutes=1))
    assert {each.id for each in shelf(inspector).lines} == {each.id for each in inside}
    page = lists.find(Wanted(queue=Queue.SOON), actor=inspector, now=FRIDAY)
    assert {each.id for each in page.lines} == {each.id for each in inside}


def test_a_day_off_between_is_no_working_day(inspector):
    # 2026-09-02 and the day beside it are days off in the shipped calendar.
    eve = datetime(2026, 8, 31, 9, 0, tzinfo=CITY)
    found = lists.end_of_next_working_day(eve)
    assert found > eve + timedelta(days=2)


def test_what_stands_or_is_closed_is_not_late_tomorrow(inspector):
    due("ward-a", FRIDAY + timedelta(hours=2)).delete()
    standing = due("ward-a", FRIDAY + timedelta(hours=2))
    Case.objects.filter(id=standing.id).update(state="paused", due_at=None)
    closed = due("ward-b", FRIDAY + timedelta(hours=2))
    Case.objects.filter(id=closed.id).update(state="closed", closed_at=FRIDAY, outcome="answered")
    assert shelf(inspector) == tomorrow.Shelf({}, ())


def test_pages_go_through_the_agencies_and_show_each_case_once(inspector):
    expected = {due(code, FRIDAY + timedelta(minutes=number)).id for code in AGENCIES for number in range(1, 6)}
    seen, begin, pages = [], None, 0
    while True:
        found = shelf(inspector, begin=begin, most=4)
        seen += [(each.agency_id, each.due_at, each.id) for each in found.lines]
        assert list(found.counts.values()) == [5, 5, 5]
        begin, pages = found.following, pages + 1
        if begin is None:
            break
    assert pages == 4 and len(seen) == 15 and {each[2] for each in seen} == expected
    assert [agency for agency, _due, _id in seen] == sorted([agency for agency, _due, _id in seen])
    assert all(a[1] <= b[1] for a, b in pairwise(seen) if a[0] == b[0])


def test_a_page_may_end_exactly_with_an_agency(inspector):
    for code in AGENCIES[:2]:
        due(code, FRIDAY + timedelta(hours=1))
        due(code, FRIDAY + timedelta(hours=2))
    first = shelf(inspector, most=2)
    assert first.following is not None and first.following.after is None
    second = shelf(inspector, begin=first.following, most=2)
    assert {each.agency_id for each in second.lines} == {identity.agency(code="ward-b").id} and second.following is None


def test_counts_stop_at_a_hundred(inspector, monkeypatch):
    monkeypatch.setattr(tomorrow, "COUNTED", 3)
    for number in range(5):
        due("ward-a", FRIDAY + timedelta(minutes=number + 1))
    assert list(shelf(inspector).counts.values()) == [3]


def test_an_officer_sees_their_own_agency_alone_and_nobody_what_is_confidential(inspector):
    due("ward-a", FRIDAY + timedelta(hours=1))
    hidden = due("ward-b", FRIDAY + timedelta(hours=1), confidential=True)
    officer = an_officer(role="ward_officer", agency_code="ward-a")
    assert list(shelf(officer).counts) == [identity.agency(code="ward-a").id]
    assert hidden.id not in {each.id for each in shelf(inspector).lines} and len(shelf(inspector).counts) == 1


def test_all_kinds_of_an_application_are_asked_for_by_its_name(inspector, case_type):
    due("ward-a", FRIDAY + timedelta(hours=1))
    assert len(shelf(inspector, type_key="testing.").lines) == 1
    assert shelf(inspector, type_key="public_services.").lines == ()
    assert filters.read({"type": "testing."}, inspector).type_key == "testing."
    assert filters.read({"type": "nothing."}, inspector).type_key == ""
    assert KEY.startswith("testing.")


def test_the_page_names_agency_case_and_holder_and_the_file_says_the_same(inspector):
    officer = an_officer(role="ward_officer", agency_code="ward-a", username="Nguyễn Văn An")
    case = due("ward-a", timezone.now() + timedelta(hours=3), "Đèn đường tắt", holder_id=officer.posts[0].post_id)
    browser = client_of(inspector)
    text = browser.get("/desk/tomorrow/").content.decode()
    assert all(each in text for each in ("ward-a", "Đèn đường tắt", "Nguyễn Văn An", f"/desk/{case.id}/"))
    sheet = openpyxl.load_workbook(
        io.BytesIO(b"".join(browser.get("/desk/export/?list=soon&agency=all").streaming_content))  # type: ignore[arg-type]
    ).active
    assert sheet is not None
    rows = list(sheet.iter_rows(values_only=True))
    assert len(rows) == 2 and str(case.id) in rows[1] and "Nguyễn Văn An" in rows[1]


@pytest.mark.parametrize("query", ["from=x", "from=99999999", "from=1&after=!!", "type=%00", "from=9999999999999"])
def test_an_address_that_means_nothing_shows_the_first_page(inspector, query):
    due("ward-a", FRIDAY + timedelta(hours=1))
    assert client_of(inspector).get(f"/desk/tomorrow/?{query}").status_code == 200


def test_the_side_has_ones_own_cases_first():
    officer = an_officer(role="ward_officer", agency_code="ward-a")
    text = client_of(officer).get("/desk/").content.decode()
    side = text[text.index('<ul class="side">') :]
    assert side.index("held=mine") < side.index("list=late") < side.index("list=soon") < side.index("list=waiting")


def test_every_kind_of_case_can_be_chosen_alone_or_with_its_application():
    families = [key for key, _label in filters.families()]
    assert KEY in families and "public_services." in families and "public_services.dossier" not in families
    assert all(any(each.key.startswith(key) for key in families) for each in case_types)
