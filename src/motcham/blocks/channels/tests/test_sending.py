"""A notice becomes mail: once, to whom it concerns, by a real server that takes it, refuses it, or breaks off."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.test import override_settings
from django.utils import timezone

from motcham.blocks.channels import sending, transports
from motcham.blocks.channels.define import State
from motcham.blocks.channels.models import Delivery
from motcham.blocks.channels.testing import a_book, a_contact, deliver, mail_server, told

pytestmark = pytest.mark.django_db


def the_delivery() -> Delivery:
    return Delivery.objects.get(channel="email")


def test_a_notice_is_mailed_once_to_each_whom_it_concerns():
    with mail_server() as server, a_book(a_contact(), a_contact("minh@example.vn")):
        told()
        deliver()
        deliver()
    assert sorted(to for to, _ in server.got) == ["lan@example.vn", "minh@example.vn"]
    assert server.connections == 1
    assert set(Delivery.objects.values_list("state", flat=True)) == {State.SENT}


def test_a_mail_says_what_mail_programs_and_people_need():
    with mail_server() as server, a_book(a_contact()):
        told(language="vi")
        deliver()
    ((_, message),) = server.got
    assert message["Auto-Submitted"] == "auto-generated"
    assert message["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert message["List-Unsubscribe"].startswith("<https://example.vn/notices/stop/")
    # Written as it is: an encoded or folded address is one that a mail program cannot call.
    assert b"List-Unsubscribe: <https://example.vn/notices/stop/" in server.raw[0]
    assert message["Content-Language"] == "vi"
    assert message["Message-ID"].endswith("@example.vn>")
    assert message["From"] == "Một Chạm <tin@example.vn>"
    plain, html = (message.get_body((kind,)).get_content() for kind in ("plain", "html"))
    for text in (plain, html):
        assert "https://example.vn/track/7K2M-09QX-4T1ZB/" in text
        assert "Lamp · Lê Lợi" in text
    assert "7K2M" not in message["Subject"]


def test_what_waiting_may_mend_is_tried_again_later_and_what_it_cannot_is_not():
    with mail_server(answers={"lan@example.vn": "451 come back"}) as server, a_book(a_contact()):
        told()
        deliver()
        row = the_delivery()
        assert (row.state, row.error, row.permanent, row.attempts) == (State.WAITING, "smtp_451", False, 1)
        assert timedelta(seconds=40) < row.next_at - timezone.now() < timedelta(seconds=80)
        server.answers["lan@example.vn"] = "550 nobody here"
        Delivery.objects.update(next_at=timezone.now())
        deliver()
        row = the_delivery()
        assert (row.state, row.error, row.permanent, row.attempts) == (State.FAILED, "smtp_550", True, 2)
        deliver()
    assert server.got == []


def test_a_refusal_of_the_message_itself_counts_like_one_of_the_recipient():
    with mail_server(data="554 it looks like spam"), a_book(a_contact()):
        told()
        deliver()
    assert (the_delivery().state, the_delivery().error) == (State.FAILED, "smtp_554")


@pytest.mark.parametrize(
    ("answer", "state"), [("252 taken", State.SENT), ("nonsense", State.UNCERTAIN), ("354 what", State.UNCERTAIN)]
)
def test_an_odd_answer_to_the_message_is_never_a_reason_to_send_it_again(answer, state):
    with mail_server(data=answer), a_book(a_contact()):
        told()
        deliver()
    assert the_delivery().state == state


def test_a_server_that_says_good_bye_loses_nothing():
    with mail_server(answers={"lan@example.vn": "421 closing"}) as server, a_book(a_contact()):
        told()
        deliver()
        row = the_delivery()
        assert (row.state, row.attempts, row.error) == (State.WAITING, 0, "unreachable")
        server.answers.clear()
        Delivery.objects.update(next_at=timezone.now())
        deliver()
    assert len(server.got) == 1


def test_one_refused_recipient_does_not_hold_up_the_next():
    with mail_server(answers={"lan@example.vn": "550 nobody here"}) as server, a_book(a_contact(), a_contact("minh@example.vn")):
        told()
        deliver()
    assert [to for to, _ in server.got] == ["minh@example.vn"]


def test_a_message_that_the_server_took_without_a_word_is_not_sent_again_by_itself():
    with mail_server(swallows=True) as server, a_book(a_contact()):
        told()
        deliver()
        assert (the_delivery().state, the_delivery().permanent) == (State.UNCERTAIN, True)
        deliver()
    assert len(server.got) == 1


def test_a_server_that_breaks_off_in_the_middle_never_gets_a_second_copy_of_what_it_may_have():
    with mail_server(breaks_off=True) as server, a_book(a_contact()):
        told()
        deliver()
    assert server.got == []
    assert the_delivery().state in (State.WAITING, State.UNCERTAIN)


def test_a_slow_server_is_waited_for(monkeypatch):
    from threading import Event, Timer

    waits = Event()
    Timer(0.3, waits.set).start()
    with mail_server(waits=waits) as server, a_book(a_contact()):
        told()
        deliver()
    assert len(server.got) == 1


def test_a_server_that_is_slower_than_our_patience_leaves_it_uncertain(monkeypatch):
    from threading import Event

    monkeypatch.setattr(transports, "PATIENCE", 0.2)
    waits = Event()
    with mail_server(waits=waits), a_book(a_contact()):
        told()
        deliver()
        waits.set()
    assert the_delivery().state == State.UNCERTAIN


def test_while_no_server_can_be_reached_everything_waits_and_no_try_is_counted():
    nobody_there = {"SMTP_URL": "smtp://127.0.0.1:9", "MAIL_FROM": "a@example.vn", "PUBLIC_URL": "https://example.vn"}
    with override_settings(**nobody_there), a_book(a_contact()):
        told()
        deliver()
    row = the_delivery()
    assert (row.state, row.attempts, row.error) == (State.WAITING, 0, "unreachable")
    assert row.next_at > timezone.now()


def test_without_a_mail_server_nothing_is_sent_and_what_is_no_longer_news_is_given_up():
    with a_book(a_contact()) as opened:
        told()
        deliver()
        assert (sending.give_up_old(), the_delivery().state, opened) == (0, State.WAITING, [])
        sending.give_up_old(now=timezone.now() + timedelta(days=4))
    assert (the_delivery().state, the_delivery().error) == (State.FAILED, "too_late")


def test_whoever_gave_no_address_is_dropped_without_a_failure():
    with mail_server() as server, a_book(a_contact(""), None):
        told()
        deliver()
    assert server.got == []
    assert set(Delivery.objects.values_list("state", "error")) == {(State.DROPPED, "no_address")}


def test_what_is_told_of_the_past_goes_out_to_nobody():
    with mail_server() as server, a_book(a_contact()):
        told(at=timezone.now() - timedelta(days=3))
        deliver()
    assert server.got == []
    assert not Delivery.objects.exists()


def test_opening_a_contact_and_its_delivery_are_in_the_log_without_the_address():
    with mail_server(), a_book(a_contact()):
        told()
        deliver()
    with connection.cursor() as cursor:
        cursor.execute("SELECT kind, convert_from(payload, 'utf8') FROM ledger_pending ORDER BY entry_id")
        entries = cursor.fetchall()
    assert [kind for kind, _ in entries] == ["channels.contacts_opened", "notice.sent"]
    assert not any("lan@" in payload for _, payload in entries)
