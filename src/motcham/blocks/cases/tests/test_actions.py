"""What acts do to a case, and what they leave behind."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import connection, transaction
from django.utils import timezone

from motcham.blocks.cases import actions, looks, queries
from motcham.blocks.cases.define import (
    CaseMoved,
    CaseType,
    Happening,
    KeyReused,
    NoExtensionLeft,
    NoSuchCase,
    NotRated,
    NotYours,
    Part,
    PartsOpen,
    StepNotOpen,
    case_types,
)
from motcham.blocks.cases.erasure import erase_due
from motcham.blocks.cases.events import happened
from motcham.blocks.cases.models import Case, CaseEvent
from motcham.blocks.cases.testing import a_case, a_case_type, registered
from motcham.blocks.identity.define import Actor, NotPermitted
from motcham.blocks.identity.testing import an_agency, an_officer, forget, system
from motcham.kernel.calendar import DayKind

MONDAY = datetime(2026, 3, 2, 2, 0, tzinfo=UTC)
pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def case_type() -> Iterator[CaseType]:
    """Have the small case type and its desk."""
    forget()
    an_agency(code="test-desk", kind="desk")
    with registered() as found:
        yield found
    forget()


@pytest.fixture
def officer() -> Actor:
    """Somebody at the desk."""
    return an_officer(role="desk_operator", agency_code="test-desk")


def kinds(case_id: object) -> list[str]:
    return list(CaseEvent.objects.filter(case_id=case_id).order_by("at", "id").values_list("kind", flat=True))


def test_opening_writes_the_case_its_event_and_its_entry_together() -> None:
    opened = a_case(at=MONDAY)
    event = CaseEvent.objects.get(case_id=opened.id)
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM ledger_pending WHERE subject = %s", [f"case:{opened.id}"])
        assert cursor.fetchone() == (1,)
    assert (event.kind, event.is_public) == ("opened", True)
    assert opened.due_at == datetime(2026, 3, 9, 10, 0, tzinfo=UTC)


def test_what_identifies_is_nowhere_in_the_row_but_sealed() -> None:
    opened = a_case()
    with connection.cursor() as cursor:
        cursor.execute("SELECT row_to_json(c)::text FROM cases_case c WHERE id = %s", [opened.id])
        row = cursor.fetchone()[0]
    assert "Nguyễn Văn A" not in row
    assert "0900000000" not in row
    assert "Đèn tắt" in row


def test_the_same_request_twice_opens_one_case_and_another_one_under_its_key_is_refused() -> None:
    first = a_case(idempotency_key="k1")
    again = a_case(idempotency_key="k1")
    assert (again.id, again.code, again.is_repeat) == (first.id, first.code, True)
    assert Case.objects.count() == 1
    with pytest.raises(KeyReused), transaction.atomic():
        a_case(idempotency_key="k1", channel="phone")


def test_asking_stops_the_clock_and_the_reply_lets_it_run(officer: Actor) -> None:
    opened = a_case(at=MONDAY)
    actions.take_step(by=officer, case_id=opened.id, to="asked", message="Ở đâu?", at=MONDAY + timedelta(days=1))
    assert Case.objects.get(id=opened.id).due_at is None
    actions.take_step(by=Actor.anonymous(), case_id=opened.id, to="desk", as_filer=True, at=MONDAY + timedelta(days=2))
    assert Case.objects.get(id=opened.id).due_at == datetime(2026, 3, 10, 10, 0, tzinfo=UTC)


def test_of_two_officers_acting_on_the_same_page_one_wins_and_the_other_is_told(officer: Actor) -> None:
    opened = a_case()
    version = Case.objects.get(id=opened.id).version
    actions.take_step(by=officer, case_id=opened.id, to="answered", message="Đã sửa", version=version)
    with pytest.raises(CaseMoved):
        actions.take_step(by=officer, case_id=opened.id, to="asked", version=version)
    assert kinds(opened.id) == ["opened", "step"]


def test_an_officer_of_another_agency_may_not_act_and_a_leader_may_not_either(officer: Actor) -> None:
    opened = a_case()
    an_agency(code="elsewhere")
    stranger = an_officer(role="ward_officer", agency_code="elsewhere")
    leader = an_officer(role="city_leader", agency_code="test-desk")
    for actor in (stranger, leader, Actor.anonymous()):
        with pytest.raises(NotPermitted):
            actions.take_step(by=actor, case_id=opened.id, to="answered")
    with pytest.raises(NotYours):
        actions.take_step(by=Actor.anonymous(), case_id=opened.id, to="answered", as_filer=True)
    with pytest.raises(StepNotOpen):
        actions.take_step(by=officer, case_id=opened.id, to="desk")


def test_handing_over_moves_the_case_and_not_its_date(officer: Actor) -> None:
    opened = a_case(at=MONDAY)
    ward = an_agency(code="a-ward")
    actions.transfer(by=officer, case_id=opened.id, agency_id=ward, at=MONDAY + timedelta(minutes=3))
    case = Case.objects.get(id=opened.id)
    assert (case.agency_id, case.due_at) == (ward, opened.due_at)


def test_an_extension_is_given_as_often_as_the_law_allows(officer: Actor) -> None:
    opened = a_case(at=MONDAY)
    assert actions.extend(by=officer, case_id=opened.id, reason="Chờ vật tư", at=MONDAY) == datetime(
        2026, 3, 16, 10, 0, tzinfo=UTC
    )
    with pytest.raises(NoExtensionLeft):
        actions.extend(by=officer, case_id=opened.id, reason="Nữa", at=MONDAY)


def test_time_makes_a_case_late_once_and_as_of_its_due_date() -> None:
    opened = a_case(at=MONDAY)
    due_at = opened.due_at
    assert due_at is not None
    assert actions.became_late(now=due_at - timedelta(seconds=1)) == 0
    assert actions.became_late(now=due_at) == 1
    assert actions.became_late(now=due_at + timedelta(days=1)) == 0
    assert Case.objects.get(id=opened.id).late_at == due_at
    assert kinds(opened.id) == ["opened", "became_late"]


def test_an_act_after_the_due_date_is_recorded_after_the_lateness(officer: Actor) -> None:
    opened = a_case(at=MONDAY)
    actions.take_step(by=officer, case_id=opened.id, to="answered", at=MONDAY + timedelta(days=20))
    assert kinds(opened.id) == ["opened", "became_late", "step"]


def test_a_rating_is_taken_once_after_the_answer(officer: Actor) -> None:
    opened = a_case()
    with pytest.raises(NotRated):
        actions.rate(by=Actor.anonymous(), case_id=opened.id, rating=5)
    actions.take_step(by=officer, case_id=opened.id, to="answered")
    actions.rate(by=Actor.anonymous(), case_id=opened.id, rating=2, reason="Chưa sửa")
    with pytest.raises(NotRated):
        actions.rate(by=Actor.anonymous(), case_id=opened.id, rating=5)
    assert Case.objects.get(id=opened.id).rating == 2


def test_a_day_off_announced_later_moves_the_open_cases_it_touches_each_with_an_event() -> None:
    opened, earlier = a_case(at=MONDAY), a_case(at=MONDAY - timedelta(days=30))
    administrator = an_officer(role="administrator", agency_code="test-desk")
    day = date(2026, 3, 5)
    actions.announce_day(by=administrator, on=day, kind=DayKind.HOLIDAY, name="Nghỉ", legal_basis="Thông báo 1/TB")
    assert actions.follow_calendar() == 0, "a process may still use the calendar before"
    soon = timezone.now() + timedelta(minutes=1)
    assert actions.follow_calendar(now=soon) == 1
    assert actions.follow_calendar(now=soon) == 0
    assert Case.objects.get(id=opened.id).due_at == datetime(2026, 3, 10, 10, 0, tzinfo=UTC)
    assert kinds(opened.id) == ["opened", "due_changed"]
    assert kinds(earlier.id) == ["opened"]


def test_nobody_but_who_may_edit_the_calendar_announces_a_day(officer: Actor) -> None:
    with pytest.raises(NotPermitted):
        actions.announce_day(by=officer, on=date(2026, 3, 5), kind=DayKind.HOLIDAY, name="Nghỉ", legal_basis="x")


def test_a_case_with_parts_opens_them_with_their_own_limits_and_waits_for_them(officer: Actor) -> None:
    part_at = an_agency(code="part-agency")
    whole = a_case_type(
        key="testing.whole", parts=lambda filing: [Part("testing.report", "part-agency", "1022.transfer", filing.answers)]
    )
    with registered(whole):
        opened = a_case(type_key="testing.whole", at=MONDAY)
        part = Case.objects.get(parent_id=opened.id)
        assert (part.agency_id, part.due_at) == (part_at, MONDAY + timedelta(minutes=5))
        with pytest.raises(PartsOpen):
            actions.take_step(by=officer, case_id=opened.id, to="answered")
        actions.take_step(by=system, case_id=part.id, to="answered")
        actions.take_step(by=officer, case_id=opened.id, to="answered")


def test_revealing_a_field_is_recorded_before_it_is_answered_and_only_for_those_who_may(officer: Actor) -> None:
    opened = a_case()
    assert looks.reveal(by=officer, case_id=opened.id, field="phone", purpose="gọi lại") == "0900000000"
    leader = an_officer(role="city_leader", agency_code="test-desk")
    with pytest.raises(NotPermitted):
        looks.reveal(by=leader, case_id=opened.id, field="phone", purpose="tò mò")
    with pytest.raises(NoSuchCase):
        looks.reveal(by=Actor.anonymous(), case_id=opened.id, field="phone", purpose="tò mò")
    assert kinds(opened.id) == ["opened", "look"]


def test_after_its_retention_nothing_identifies_and_everything_still_counts(officer: Actor) -> None:
    opened = a_case(at=MONDAY)
    actions.take_step(by=officer, case_id=opened.id, to="answered", message="Gửi anh A", at=MONDAY + timedelta(days=1))
    assert erase_due(now=MONDAY + timedelta(days=365)) == 0
    assert erase_due(now=MONDAY + timedelta(days=365 * 5 + 5)) == 1
    case = Case.objects.get(id=opened.id)
    assert (case.sealed, case.contacts, case.answers, case.address) == (None, [], {"kind": "lamp"}, "")
    assert (case.state, case.outcome, case.agency_id) == ("closed", "answered", opened.agency_id)
    assert set(CaseEvent.objects.filter(case_id=opened.id).values_list("message", flat=True)) == {""}
    assert erase_due(now=MONDAY + timedelta(days=365 * 6)) == 0


def test_the_blocks_above_hear_of_each_act_in_its_transaction() -> None:
    heard: list[Happening] = []
    happened.within(heard.append)
    try:
        opened = a_case(at=MONDAY)
        actions.became_late(now=MONDAY + timedelta(days=30))
    finally:
        happened._within.remove(heard.append)
    assert [(each.case_id, each.kind) for each in heard] == [(opened.id, "opened"), (opened.id, "became_late")]
    assert heard[1].before is not None
    assert (heard[1].before.late_at, heard[1].late_at) == (None, opened.due_at)


def test_a_retired_definition_is_still_found_while_its_cases_live() -> None:
    opened = a_case()
    assert queries.case_by_code(opened.code).line.type_key in case_types


@pytest.mark.django_db(transaction=True)
def test_two_requests_with_one_key_at_the_same_moment_open_one_case() -> None:
    barrier, found = threading.Barrier(4), []

    def ask() -> None:
        barrier.wait()
        found.append(a_case(idempotency_key="same").id)
        connection.close()

    threads = [threading.Thread(target=ask) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == 4
    assert len(set(found)) == 1
    assert Case.objects.count() == 1
