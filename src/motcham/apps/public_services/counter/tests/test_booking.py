"""Times that are booked: never one too many, moved, cancelled, kept for whoever comes, forgotten afterwards."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client
from django.utils import timezone

from motcham.apps.public_services.counter import actions_booking, actions_setup, queries, tasks
from motcham.apps.public_services.counter.models import Appointment, Opening
from motcham.apps.public_services.counter.refusals import (
    BookingOver,
    NoSuchAppointment,
    NoSuchTime,
    NotYourDay,
    TimeTaken,
    WrongHours,
)
from motcham.apps.public_services.counter.tests.conftest import OTHER, WARD, open_hours, set_up_counter
from motcham.blocks.channels.testing import deliver
from motcham.blocks.identity.define import Actor, NotPermitted
from motcham.blocks.identity.testing import a_citizen, client_of, forget, system
from motcham.blocks.ledger import testing as ledger_testing

NOW = datetime(2026, 3, 2, 0, 30, tzinfo=UTC)
EIGHT = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)
NOBODY = Actor.anonymous()


def book(counter, at=EIGHT, **more):
    return actions_booking.book(by=NOBODY, agency_id=counter.agency_id, starts_at=at, at=NOW, **more)


def test_a_time_holds_as_many_people_as_it_has_places(counter):
    open_hours(counter.agency_id)
    codes = {book(counter).code, book(counter).code}
    assert len(codes) == 2
    with pytest.raises(TimeTaken):
        book(counter)
    assert [places for _at, places in queries.free(counter.agency_id, NOW.date(), NOW)] == [2]


@pytest.mark.parametrize("at", [EIGHT + timedelta(minutes=10), EIGHT + timedelta(hours=1), NOW - timedelta(days=1)])
def test_a_time_that_the_office_does_not_offer_is_not_booked(counter, at):
    open_hours(counter.agency_id)
    with pytest.raises(NoSuchTime):
        book(counter, at)


def test_a_form_that_is_sent_twice_books_once_and_the_last_place_too(counter):
    open_hours(counter.agency_id, places=1)
    once = uuid4()
    assert book(counter, press=once).code == book(counter, press=once).code
    later = book(counter, EIGHT + timedelta(minutes=30), press=once)
    assert later.id != once and Appointment.objects.count() == 2
    actions_booking.cancel(by=NOBODY, code=Appointment.objects.get(id=once).code)
    assert book(counter, press=once).id != once


def test_nothing_is_booked_on_a_public_holiday(counter):
    open_hours(counter.agency_id)
    for day in (datetime(2026, 4, 30, 1, tzinfo=UTC), datetime(2026, 5, 1, 1, tzinfo=UTC)):
        with pytest.raises(NoSuchTime):
            actions_booking.book(by=NOBODY, agency_id=counter.agency_id, starts_at=day, at=day - timedelta(days=3))
    normal = datetime(2026, 4, 29, 1, tzinfo=UTC)
    assert actions_booking.book(by=NOBODY, agency_id=counter.agency_id, starts_at=normal, at=normal - timedelta(days=3)).seat == 1


def test_guessing_codes_of_bookings_is_written_down(counter):
    assert Client().get("/counter/appointments/BCD23FGHJK/").status_code == 404
    assert ledger_testing.written("counter.code_missed") == 1


def test_nothing_is_offered_on_a_day_off_nor_beyond_thirty_days(counter):
    open_hours(counter.agency_id)
    sunday = datetime(2026, 3, 8, 1, tzinfo=UTC)
    for at in (sunday, EIGHT + timedelta(days=35)):
        with pytest.raises(NoSuchTime):
            book(counter, at)


def test_a_time_that_is_given_back_is_free_again(counter):
    open_hours(counter.agency_id, places=1)
    booking = book(counter)
    actions_booking.cancel(by=NOBODY, code=booking.code, at=NOW)
    assert book(counter).code != booking.code
    with pytest.raises(BookingOver):
        actions_booking.cancel(by=NOBODY, code=booking.code, at=NOW)


def test_a_booking_that_is_moved_keeps_its_code_and_frees_its_time(counter):
    open_hours(counter.agency_id, places=1)
    booking = book(counter)
    moved = actions_booking.move(by=NOBODY, code=booking.code, starts_at=EIGHT + timedelta(minutes=30), at=NOW)
    assert moved.code == booking.code
    book(counter)
    with pytest.raises(TimeTaken):
        actions_booking.move(by=NOBODY, code=booking.code, starts_at=EIGHT, at=NOW)
    assert Appointment.objects.get(code=booking.code).starts_at == EIGHT + timedelta(minutes=30)


def test_at_its_time_the_code_gives_a_number_that_goes_first(counter):
    open_hours(counter.agency_id)
    booking = book(counter)
    earlier = counter.take(is_first=True, at=NOW)
    ticket = actions_booking.come(by=NOBODY, code=booking.code.lower(), agency_id=counter.agency_id, at=NOW)
    again = actions_booking.come(by=NOBODY, code=booking.code, agency_id=counter.agency_id, at=NOW)
    assert ticket.id == again.id
    assert counter.call(0, at=NOW).id == earlier.id
    counter.take(is_first=True, at=NOW)
    assert counter.call(1, at=EIGHT).id == ticket.id
    with pytest.raises(BookingOver):
        actions_booking.cancel(by=NOBODY, code=booking.code, at=NOW)


def test_a_code_gives_a_number_that_a_desk_of_its_office_calls(counter):
    open_hours(counter.agency_id)
    for number in (1, 2):
        actions_setup.open_desk(by=system, agency_id=counter.agency_id, number=number, letters=("C", "D"))
    ticket = actions_booking.come(by=NOBODY, code=book(counter).code, agency_id=counter.agency_id, at=NOW)
    assert ticket.letter == "C" and counter.call(0, at=EIGHT).id == ticket.id


def test_a_code_works_on_its_day_at_its_office_alone(counter):
    open_hours(counter.agency_id)
    code = book(counter).code
    with pytest.raises(NotYourDay):
        actions_booking.come(by=NOBODY, code=code, agency_id=counter.other_id, at=NOW)
    with pytest.raises(NotYourDay):
        actions_booking.come(by=NOBODY, code=code, agency_id=counter.agency_id, at=NOW + timedelta(days=1))
    with pytest.raises(NoSuchAppointment):
        actions_booking.come(by=NOBODY, code="BCDFGHJKMN", agency_id=counter.agency_id, at=NOW)


def test_whoever_leads_alone_enters_hours_and_wrong_ones_are_refused(counter):
    with pytest.raises(NotPermitted):
        actions_setup.open_desk(by=counter.officer, agency_id=counter.agency_id, number=3)
    client = client_of(counter.leader)
    typed = {"office": WARD, "weekday": ["0", "1"], "begins": "08:00", "ends": "07:00", "minutes": "20", "places": "3"}
    answer = client.post("/counter/set-up/", {**typed, "valid_from": "2026-01-01"})
    assert answer.status_code == 422 and 'value="07:00"' in answer.content.decode() and not Opening.objects.exists()
    assert client.post("/counter/set-up/", {**typed, "ends": "11:00", "valid_from": "2026-01-01"}).status_code == 302
    assert Opening.objects.count() == 2
    assert client.post("/counter/set-up/", {"office": WARD, "number": "7", "letter": ["C"]}).status_code == 302
    assert [each.works for each in queries.desks(counter.agency_id) if each.number == 7] == [["C"]]
    row = Opening.objects.first()
    assert client.post("/counter/set-up/hours/end/", {"office": WARD, "hours": [row.id]}).status_code == 302
    row.refresh_from_db()
    assert row.valid_to is not None
    with pytest.raises(WrongHours):
        actions_setup.enter_hours(
            by=counter.leader, agency_id=counter.agency_id, weekdays=[7], begins=row.begins, ends=row.ends, minutes=10, places=1,
            valid_from=row.valid_from,
        )  # fmt: skip


class TestPages:
    def test_a_citizen_books_moves_and_cancels_without_an_account(self, counter):
        open_hours(counter.agency_id)
        client = Client()
        assert WARD in client.get("/counter/book/").content.decode()
        # Not the next one: it may be over before it is booked.
        times = [each for _day, rows in queries.free_days(counter.agency_id, timezone.now()) for each, _places in rows][1:]
        answer = client.post(f"/counter/book/{WARD}/", {"at": times[0].isoformat(), "email": "lan@example.vn"})
        assert answer.status_code == 302
        booking = Appointment.objects.get()
        assert booking.starts_at == times[0] and b"lan@example.vn" not in bytes(booking.sealed)
        page = client.get(answer["Location"]).content.decode()
        assert f"{booking.code[:5]}-{booking.code[5:]}" in page and "lan@example.vn" not in page
        client.post(f"/counter/appointments/{booking.code}/move/", {"at": times[1].isoformat()})
        booking.refresh_from_db()
        assert booking.starts_at == times[1]
        client.post(f"/counter/appointments/{booking.code}/cancel/")
        booking.refresh_from_db()
        assert booking.cancelled_at is not None

    def test_what_was_typed_stays_where_no_time_was_chosen(self, counter):
        open_hours(counter.agency_id)
        answer = Client().post(f"/counter/book/{WARD}/", {"email": "lan@example"})
        assert answer.status_code == 422 and 'value="lan@example"' in answer.content.decode()

    def test_an_office_without_hours_is_not_offered_and_one_without_a_counter_is_not_there(self, counter):
        page = Client().get("/counter/book/").content.decode()
        assert f"/counter/book/{WARD}/" not in page and f"/counter/{WARD}/" in page
        assert Client().get(f"/counter/book/{OTHER}/").status_code == 404
        assert Client().get("/counter/book/no.such.office/").status_code == 404

    def test_whoever_guesses_codes_is_soon_told_nothing(self, counter):
        client = Client()
        answers = {client.get(f"/counter/appointments/BCDFG{number:05d}/").status_code for number in range(22222, 22255)}
        assert answers == {404, 429}

    def test_the_notice_reaches_the_account_that_booked(self, counter):
        open_hours(counter.agency_id)
        citizen = a_citizen()
        at = queries.free_days(counter.agency_id, timezone.now())[1][1][0][0]
        booking = actions_booking.book(by=citizen, agency_id=counter.agency_id, starts_at=at)
        deliver()
        page = client_of(citizen).get("/notices/").content.decode()
        assert f"/counter/appointments/{booking.code}/" in page or f"{booking.code[:5]}-{booking.code[5:]}" in page


def test_a_month_after_its_time_nothing_is_left_of_a_booking(counter):
    open_hours(counter.agency_id)
    booking = book(counter, email="lan@example.vn")
    counter.take(at=NOW)
    tasks.forget()
    assert Appointment.objects.filter(id=booking.id).exists() == (timezone.now() - EIGHT <= timedelta(days=30))
    Appointment.objects.update(starts_at=timezone.now() - timedelta(days=31))
    tasks.forget()
    assert not Appointment.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_however_many_book_at_once_no_place_is_given_twice():
    counter = set_up_counter()
    open_hours(counter.agency_id, places=3)

    def try_it(_turn: int) -> bool:
        try:
            book(counter)
            return True
        except TimeTaken:
            return False
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(try_it, range(16))) == 3
    assert sorted(Appointment.objects.values_list("seat", flat=True)) == [1, 2, 3]
    forget()
