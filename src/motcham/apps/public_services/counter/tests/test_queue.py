"""Numbers and calling: anew each day, in the order of the law, each person called once."""

from __future__ import annotations

import itertools
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from django.db import connection
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from motcham.apps.public_services.counter import actions_queue, actions_setup, queries, rules
from motcham.apps.public_services.counter.models import Appointment, Desk, Ticket
from motcham.apps.public_services.counter.refusals import (
    DeskBusy,
    NobodyWaits,
    NoSuchCounter,
    NoSuchDesk,
    NotAtThisDesk,
    OnlyDeskForThem,
)
from motcham.apps.public_services.counter.tests.conftest import set_up_counter
from motcham.blocks.identity.define import Actor
from motcham.blocks.identity.testing import forget, system

NOW = datetime(2026, 3, 2, 3, 0, tzinfo=UTC)


def entries(kind: str) -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM ledger_pending WHERE kind = %s", [kind])
        return int(cursor.fetchone()[0])


def test_numbers_count_up_under_each_letter_and_begin_anew_each_day(counter):
    taken = [counter.take(letter, at=NOW).label for letter in ("A", "A", "C", "A")]
    assert taken == ["A001", "A002", "C001", "A003"]
    assert counter.take("A", at=NOW + timedelta(days=1)).label == "A001"


def test_a_day_ends_at_midnight_of_the_city(counter):
    counter.take(at=datetime(2026, 3, 2, 16, 59, tzinfo=UTC))
    assert counter.take(at=datetime(2026, 3, 2, 17, 0, tzinfo=UTC)).label == "A001"


def test_an_office_without_a_desk_gives_no_numbers(counter):
    with pytest.raises(NoSuchCounter):
        actions_queue.take(by=Actor.anonymous(), agency_id=counter.other_id, letter="A")
    with pytest.raises(NoSuchCounter):
        counter.take("Z")


def test_whoever_goes_first_is_called_before_those_who_came_earlier(counter):
    plain, first = counter.take(at=NOW), counter.take(is_first=True, at=NOW + timedelta(minutes=5))
    later = NOW + timedelta(minutes=6)
    assert queries.ahead(plain, later) == 1 and queries.ahead(first, later) == 0
    assert counter.call(0, at=later).id == first.id
    assert counter.call(1, at=later).id == plain.id
    with pytest.raises(DeskBusy):
        counter.call(0, at=later)


def test_where_nobody_waits_nobody_is_called(counter):
    with pytest.raises(NobodyWaits):
        counter.call()


def test_a_desk_calls_only_for_its_kinds_of_work(counter):
    desk = actions_setup.open_desk(by=system, agency_id=counter.agency_id, number=1, letters=["C"])
    counter.take("A")
    with pytest.raises(NobodyWaits):
        actions_queue.call_next(by=counter.officer, desk_id=desk.id)
    wanted = counter.take("C")
    assert actions_queue.call_next(by=counter.officer, desk_id=desk.id).id == wanted.id


def test_what_becomes_of_a_number(counter):
    ticket = counter.take()
    counter.call()
    assert actions_queue.call_again(by=counter.officer, ticket_id=ticket.id).calls == 2
    actions_queue.close(by=counter.officer, ticket_id=ticket.id, came=False)
    with pytest.raises(NotAtThisDesk):
        actions_queue.close(by=counter.officer, ticket_id=ticket.id)
    actions_queue.put_back(by=counter.officer, ticket_id=ticket.id)
    assert counter.call(1).id == ticket.id
    sent = actions_queue.send_on(by=counter.officer, ticket_id=ticket.id, desk_id=counter.desks[0].id)
    assert sent.state == Ticket.WAITING
    with pytest.raises(NobodyWaits):
        counter.call(1)
    assert counter.call(0).id == ticket.id
    actions_queue.close(by=counter.officer, ticket_id=ticket.id)
    acts = ("taken", "called", "called_again", "absent", "put_back", "sent_on", "done")
    assert [entries(f"counter.{each}") for each in acts] == [1, 3, 1, 1, 1, 1, 1]


def test_an_officer_of_another_office_calls_and_closes_nobody(counter):
    ticket = counter.take()
    with pytest.raises(NoSuchDesk):
        actions_queue.call_next(by=counter.stranger, desk_id=counter.desks[0].id)
    counter.call()
    for act in (actions_queue.close, actions_queue.call_again):
        with pytest.raises(NotAtThisDesk):
            act(by=counter.stranger, ticket_id=ticket.id)


def test_nobody_is_sent_on_to_a_desk_of_another_office(counter):
    ticket = counter.take()
    counter.call()
    elsewhere = actions_setup.open_desk(by=system, agency_id=counter.other_id, number=1)
    with pytest.raises(NoSuchDesk):
        actions_queue.send_on(by=counter.officer, ticket_id=ticket.id, desk_id=elsewhere.id)


def test_a_desk_that_closes_gives_back_whom_it_expected(counter):
    ticket = counter.take()
    counter.call(0)
    with pytest.raises(DeskBusy):
        actions_setup.close_desk(by=counter.leader, desk_id=counter.desks[0].id)
    actions_queue.send_on(by=counter.officer, ticket_id=ticket.id, desk_id=counter.desks[1].id)
    actions_setup.close_desk(by=counter.leader, desk_id=counter.desks[1].id)
    assert counter.call(0).id == ticket.id


def test_whoever_was_left_at_a_desk_overnight_holds_up_nobody_in_the_morning(counter):
    left = counter.take(at=NOW)
    counter.call(at=NOW)
    morning = NOW + timedelta(days=1)
    fresh = counter.take(at=morning)
    with pytest.raises(NobodyWaits):
        counter.call(1, at=NOW + timedelta(hours=13))
    assert counter.call(at=morning).id == fresh.id
    left.refresh_from_db()
    assert left.state == Ticket.DONE and entries("counter.day_ended") == 1


def test_a_desk_is_closed_in_the_morning_whoever_was_left_at_it_overnight(counter):
    counter.take(at=NOW)
    counter.call(at=NOW)
    actions_setup.close_desk(by=counter.leader, desk_id=counter.desks[0].id)
    assert Desk.objects.get(id=counter.desks[0].id).closed_at is not None


def test_nobody_is_left_waiting_for_a_desk_that_there_is_not(counter):
    one, two = counter.desks
    actions_setup.open_desk(by=counter.leader, agency_id=counter.agency_id, number=one.number, letters=["A"])
    counter.take("B")
    with pytest.raises(OnlyDeskForThem):
        actions_setup.close_desk(by=counter.leader, desk_id=two.id)
    with pytest.raises(OnlyDeskForThem):
        actions_setup.open_desk(by=counter.leader, agency_id=counter.agency_id, number=two.number, letters=["C"])
    two.refresh_from_db()
    assert two.closed_at is None and two.works == []
    actions_setup.open_desk(by=counter.leader, agency_id=counter.agency_id, number=one.number, letters=["A", "B"])
    actions_setup.close_desk(by=counter.leader, desk_id=two.id)


def test_a_number_left_from_yesterday_is_called_by_nobody_today(counter):
    counter.take(at=NOW)
    with pytest.raises(NobodyWaits):
        counter.call(at=NOW + timedelta(days=1))


def test_a_button_that_is_pressed_twice_gives_one_number_and_a_page_that_somebody_comes_back_to_another(counter):
    once = uuid4()
    first = counter.take(at=NOW, press=once)
    assert counter.take(at=NOW + timedelta(seconds=2), press=once).id == first.id == once
    assert counter.take("C", at=NOW + timedelta(seconds=3), press=once).label == "C001"
    assert counter.take(at=NOW + timedelta(seconds=30), press=once).label == "A002"


@pytest.mark.django_db(transaction=True)
def test_a_button_that_is_pressed_twice_at_once_gives_one_number():
    counter, once = set_up_counter(), uuid4()

    def press(_turn: int) -> str:
        try:
            return counter.take(press=once).label
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        assert set(pool.map(press, range(4))) == {"A001"}
    assert Ticket.objects.count() == 1
    forget()


def test_the_average_wait_is_that_of_the_people_called_today(counter):
    for minute in (0, 1, 2):
        ticket = counter.take(at=NOW + timedelta(minutes=minute))
        counter.call(at=NOW + timedelta(minutes=minute + 10))
        actions_queue.close(by=counter.officer, ticket_id=ticket.id, at=NOW + timedelta(minutes=minute + 11))
    assert queries.queue(counter.agency_id, NOW + timedelta(hours=1)).wait == timedelta(minutes=10)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(
        st.tuples(st.integers(0, 90), st.booleans(), st.none() | st.integers(-60, 60), st.booleans()), min_size=1, max_size=8
    )
)
def test_the_database_calls_in_the_order_of_the_rule(counter, people):
    Ticket.objects.all().delete()
    Appointment.objects.all().delete()
    desk = counter.desks[0]
    for number, (minutes, is_first, due, is_sent_on) in enumerate(people, 1):
        taken_at = NOW - timedelta(minutes=minutes)
        Ticket.objects.create(
            agency_id=counter.agency_id,
            on=timezone.localdate(NOW),
            letter="A",
            number=number,
            is_first=is_first,
            due_at=None if due is None else NOW + timedelta(minutes=due),
            desk=desk if is_sent_on else None,
            taken_at=taken_at,
            changed_at=taken_at,
        )
    wanted = [each.number for each in queries.queue(counter.agency_id, NOW).waiting]
    called = []
    for _each in people:
        ticket = actions_queue.call_next(by=counter.officer, desk_id=desk.id, at=NOW)
        called.append(ticket.number)
        actions_queue.close(by=counter.officer, ticket_id=ticket.id, at=NOW)
    assert called == wanted


@pytest.mark.django_db(transaction=True)
def test_officers_who_press_at_once_call_different_people():
    counter = set_up_counter()
    desks = [actions_setup.open_desk(by=system, agency_id=counter.agency_id, number=number).id for number in range(1, 9)]
    taken = {counter.take(letter).id for letter in itertools.islice(itertools.cycle(rules.BY_LETTER), len(desks))}

    def call(desk_id: int) -> object:
        try:
            return actions_queue.call_next(by=counter.officer, desk_id=desk_id).id
        finally:
            connection.close()

    with ThreadPoolExecutor(len(desks)) as pool:
        called = list(pool.map(call, desks))
    assert set(called) == taken and len(called) == len(taken)
    forget()


@pytest.mark.django_db(transaction=True)
def test_two_who_sit_at_one_desk_call_one_person():
    counter = set_up_counter()
    for _each in range(4):
        counter.take()

    def call(_turn: int) -> bool:
        try:
            actions_queue.call_next(by=counter.officer, desk_id=counter.desks[0].id)
            return True
        except DeskBusy:
            return False
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        assert sum(pool.map(call, range(4))) == 1
    assert Ticket.objects.filter(state=Ticket.CALLED).count() == 1
    forget()


@pytest.mark.django_db(transaction=True)
def test_many_who_take_a_number_at_once_get_each_their_own():
    counter = set_up_counter()

    def take(_turn: int) -> int:
        try:
            return counter.take().number
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as pool:
        assert sorted(pool.map(take, range(40))) == list(range(1, 41))
    assert Desk.objects.count() == 2
    forget()
