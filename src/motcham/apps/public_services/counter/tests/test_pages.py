"""What stands in the hall and on the desk: numbers for those who are there, the screen without names, the desk of an officer."""

from __future__ import annotations

import re

import pytest
from django.test import Client
from django.utils import timezone

from motcham.apps.public_services.counter import actions_queue
from motcham.apps.public_services.counter.models import Ticket
from motcham.apps.public_services.counter.tests.conftest import OTHER, WARD, open_hours
from motcham.apps.public_services.counter.tests.test_booking import book
from motcham.blocks.identity.testing import client_of

HALL = f"/counter/{WARD}/"


def a_machine(counter) -> Client:
    """Return the device in the hall: an officer made it the machine and signed out."""
    client = client_of(counter.officer)
    client.post(f"{HALL}machine/")
    del client.cookies["sessionid"]
    return client


def test_the_machine_gives_a_number_to_whoever_presses(counter):
    machine = a_machine(counter)
    answer = machine.post(HALL, {"letter": "C", "first": "yes"})
    ticket = Ticket.objects.get()
    assert ticket.label == "C001" and ticket.is_first and str(ticket.id) in answer["Location"]
    assert "C001" in machine.get(answer["Location"]).content.decode()


def test_a_tap_that_trembles_on_the_machine_takes_one_number(counter):
    machine = a_machine(counter)
    once = re.search(r'name="once" value="([0-9a-f-]{36})"', machine.get(HALL).text)
    answers = [machine.post(HALL, {"letter": "A", "once": once[1]})["Location"] for _tap in range(2)]
    assert answers[0] == answers[1] and Ticket.objects.count() == 1
    desk = client_of(counter.officer)
    of_desk = re.search(r'name="once" value="([0-9a-f-]{36})"', desk.get(f"{HALL}desk/1/").text)
    for _click in range(2):
        desk.post(f"{HALL}desk/1/give/", {"letter": "A", "once": of_desk[1]})
    assert Ticket.objects.count() == 2


def test_from_home_nobody_takes_a_number(counter):
    page = Client().get(HALL)
    assert page.status_code == 200 and 'name="letter"' not in page.content.decode()
    assert Client().post(HALL, {"letter": "A"}).status_code == 403 and not Ticket.objects.exists()


@pytest.mark.parametrize("mark", ["ward.26740", "ward.26740:1x:forged"])
def test_a_mark_that_somebody_made_up_opens_no_machine(counter, mark):
    client = Client()
    client.cookies["counter_machine"] = mark
    assert client.post(HALL, {"letter": "A"}).status_code == 403


def test_only_an_officer_of_the_office_makes_its_machine(counter):
    assert client_of(counter.stranger).post(f"{HALL}machine/").status_code == 403
    assert Client().post(f"{HALL}machine/").status_code == 302


def test_the_code_of_a_booking_gives_its_number_and_a_wrong_one_stays_to_be_mended(counter, monkeypatch):
    open_hours(counter.agency_id)
    machine = a_machine(counter)
    answer = machine.post(HALL, {"code": "BCD23-FGHJK"})
    assert answer.status_code == 422 and 'value="BCD23-FGHJK"' in answer.content.decode()


def test_a_booking_of_another_day_says_when_it_is(counter):
    open_hours(counter.agency_id)
    booking = book(counter)
    answer = a_machine(counter).post(HALL, {"code": booking.code})
    assert answer.status_code == 422 and WARD in answer.content.decode()


def test_the_screen_calls_numbers_and_says_when_nothing_changed(counter):
    counter.take()
    ticket = counter.take("C", is_first=True)
    counter.call(1)
    client = Client()
    page = client.get(f"{HALL}screen/")
    text = page.content.decode()
    assert ticket.label in text and "A001" in text and 'aria-live="polite"' in text
    again = client.get(f"{HALL}screen/", headers={"If-None-Match": page["ETag"]})
    assert again.status_code == 304
    actions_queue.call_again(by=counter.officer, ticket_id=ticket.id)
    assert client.get(f"{HALL}screen/", headers={"If-None-Match": page["ETag"]}).status_code == 200


def test_the_slip_says_how_many_are_before_and_where_one_is_called(counter):
    counter.take()
    ticket = counter.take()
    address = f"/counter/tickets/{ticket.id}/"
    before = Client().get(address)
    counter.call(0)
    counter.call(1)
    after = Client().get(address, headers={"If-None-Match": before["ETag"]})
    assert after.status_code == 200 and "slip-now" in after.content.decode()
    assert before.content.decode() != after.content.decode()
    Ticket.objects.update(on=timezone.localdate().replace(year=2020))
    assert Client().get(address).status_code == 404


class TestDesk:
    def test_an_officer_calls_closes_and_calls_the_next_with_one_press(self, counter):
        first, second = counter.take(), counter.take()
        client = client_of(counter.officer)
        client.post(f"{HALL}desk/1/next/")
        page = client.get(f"{HALL}desk/1/").content.decode()
        assert first.label in page and "?q=" not in page
        client.post(f"{HALL}desk/1/next/", {"done": str(first.id)})
        first.refresh_from_db()
        second.refresh_from_db()
        assert (first.state, second.state) == (Ticket.DONE, Ticket.CALLED)

    def test_pressing_where_nobody_waits_says_so_in_words(self, counter):
        client = client_of(counter.officer)
        answer = client.post(f"{HALL}desk/1/next/", follow=True)
        assert answer.status_code == 200 and 'role="alert"' in answer.content.decode()

    @pytest.mark.parametrize("act", ["again", "done", "absent", "back", "send_on", "nonsense"])
    def test_no_act_on_a_made_up_number_breaks_anything(self, counter, act):
        client = client_of(counter.officer)
        for number in ("", "x", "00000000-0000-0000-0000-000000000001"):
            assert client.post(f"{HALL}desk/1/act/", {"act": act, "ticket": number, "desk": "9"}).status_code == 302

    def test_the_desk_finds_a_procedure_for_the_person_who_stands_there(self, counter):
        ticket = counter.take()
        counter.call()
        page = client_of(counter.officer).get(f"{HALL}desk/1/?q=khai+sinh").content.decode()
        assert f"/counter/tickets/{ticket.id}/file/" in page
        assert "<b>Khai sinh cho con</b>" in page and "Thủ tục đăng ký khai sinh" in page

    def test_an_officer_gives_a_number_by_hand(self, counter):
        answer = client_of(counter.officer).post(f"{HALL}desk/1/give/", {"letter": "D"})
        assert Ticket.objects.get().label == "D001" and answer["Location"].endswith("?desk=1")

    def test_the_desk_of_another_office_stays_shut(self, counter):
        stranger = client_of(counter.stranger)
        assert stranger.get(f"{HALL}desk/1/").status_code == 403
        assert stranger.post(f"{HALL}desk/1/next/").status_code == 403
        assert client_of(counter.leader).get(f"{HALL}desk/1/").status_code == 403

    def test_home_leads_to_the_counter_of_the_own_office_or_says_that_there_is_none(self, counter):
        assert client_of(counter.officer).get("/counter/")["Location"] == f"{HALL}desk/"
        page = client_of(counter.stranger).get("/counter/")
        assert page.status_code == 200 and OTHER not in page.content.decode()

    def test_a_desk_that_is_not_there_is_missing(self, counter):
        assert client_of(counter.officer).get(f"{HALL}desk/9/").status_code == 404
