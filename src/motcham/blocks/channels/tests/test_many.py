"""Several workers, digests, dead workers, people who mend: what happens to deliveries beside the plain way."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection, connections
from django.utils import timezone

from motcham.blocks.channels import mending, rules, sending
from motcham.blocks.channels.actions import spread
from motcham.blocks.channels.define import AddressBook, State, address_books
from motcham.blocks.channels.models import Delivery, Notice
from motcham.blocks.channels.testing import a_book, a_contact, deliver, mail_server, told
from motcham.blocks.identity.testing import an_agency, an_officer
from motcham.kernel.errors import Missing, Refused
from motcham.kernel.keyring import SealBroken


def entries() -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT kind FROM ledger_pending ORDER BY entry_id")
        return [kind for (kind,) in cursor.fetchall()]


@pytest.mark.django_db
def test_a_digest_is_one_mail_in_the_morning():
    with mail_server() as server, a_book(a_contact(), digest=True):
        for number in range(3):
            told(number, to=f"thing:{number}")
        deliver()
        assert server.got == []
        waiting = Delivery.objects.first().next_at.astimezone(rules.CITY)
        assert (waiting.hour, waiting.minute) == (7, 0)
        Delivery.objects.update(next_at=timezone.now())
        deliver()
    ((_, message),) = server.got
    assert message["Subject"] == "3 notices from the city"
    assert Delivery.objects.values_list("state", "mail").distinct().count() == 1
    assert entries().count("notice.sent") == 3


def test_the_next_digest_is_at_seven_of_the_city():
    before, at, after = (datetime(2026, 3, 2, hour, tzinfo=UTC) for hour in (23, 0, 1))
    assert rules.next_digest(before) == datetime(2026, 3, 3, 0, tzinfo=UTC)
    assert rules.next_digest(at) == rules.next_digest(after) == datetime(2026, 3, 3, 0, tzinfo=UTC)


def test_back_off_grows_and_ends():
    now, pauses = datetime(2026, 3, 2, tzinfo=UTC), []
    for attempts in range(1, 12):
        again = rules.retry_at(now, attempts=attempts, told_at=now, chance=0.5)
        pauses.append(again and again - now)
    assert pauses[0] == timedelta(minutes=1)
    assert pauses[:9] == sorted(pauses[:9])
    assert pauses[9:] == [None, None]
    assert rules.retry_at(now, attempts=1, told_at=now - timedelta(days=4), chance=0) is None


@pytest.mark.django_db(transaction=True)
def test_several_workers_send_everything_once():
    people = [a_contact(f"person{number}@example.vn") for number in range(120)]
    with mail_server() as server, a_book(*people):
        told()
        spread()
        failures = []

        def work() -> None:
            try:
                while sending.send_due():
                    pass
            except Exception as error:  # noqa: BLE001 -- whatever it is, the test must fail with it
                failures.append(error)
            finally:
                connections.close_all()

        threads = [threading.Thread(target=work) for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert failures == []
    got = sorted(to for to, _ in server.got)
    assert got == sorted(each.email for each in people)
    assert set(Delivery.objects.values_list("state", "attempts")) == {(State.SENT, 1)}


@pytest.mark.django_db
def test_what_a_dead_worker_had_not_handed_over_is_sent_and_what_it_had_is_not():
    with mail_server() as server, a_book(a_contact(), a_contact("minh@example.vn")):
        told()
        spread()
        sending.claim(timezone.now())
        handed, _unsent = Delivery.objects.order_by("id")
        Delivery.objects.filter(id=handed.id).update(handed_at=timezone.now())
        deliver()
        assert server.got == []
        sending.recover(now=timezone.now() + sending.LEASE * 2)
        Delivery.objects.filter(state=State.WAITING).update(next_at=timezone.now())
        deliver()
    assert [to for to, _ in server.got] == ["minh@example.vn"]
    handed.refresh_from_db()
    assert (handed.state, handed.error, handed.permanent) == (State.UNCERTAIN, "worker_lost", True)


@pytest.mark.django_db
def test_a_worker_that_comes_back_after_its_claim_was_taken_over_sends_nothing():
    with mail_server() as server, a_book(a_contact()):
        told()
        spread()
        claimed_at = timezone.now()
        (parcel,) = sending.claim(claimed_at)
        sending.recover(now=timezone.now() + sending.LEASE * 2)
        Delivery.objects.update(next_at=timezone.now())
        deliver()
        with sending.transports.opened() as session:
            sending._send(session, parcel, claimed_at)
    assert len(server.got) == 1


KILLED = """
import os, signal, sys, threading
import django
django.setup()
from motcham.blocks.channels import sending
from motcham.blocks.channels.testing import a_book, a_contact
from motcham.blocks.channels.transports import Smtp
if sys.argv[1] == "before":
    Smtp._ask = lambda *args: os.kill(os.getpid(), signal.SIGKILL)
elif sys.argv[1] == "between":
    settle = sending._settle
    sending._settle = lambda *args, **kwargs: os.kill(os.getpid(), signal.SIGKILL)
with a_book(a_contact()):
    sending.send_due()
"""


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("moment", ["before", "between"])
def test_a_worker_killed_in_the_middle_never_sends_twice(moment, settings):
    with mail_server() as server, a_book(a_contact()):
        told()
        spread()
        found = connection.settings_dict
        host = found["HOST"]
        url = f"postgresql://{found['USER']}@/{found['NAME']}?host={host}&port={found['PORT'] or 5432}"
        house = {"DATABASE_URL": url, "MOTCHAM_SMTP_URL": settings.SMTP_URL, "MOTCHAM_MAIL_FROM": settings.MAIL_FROM}
        env = {**os.environ, **house, "MOTCHAM_PUBLIC_URL": settings.PUBLIC_URL}
        done = subprocess.run([sys.executable, "-c", KILLED, moment], env=env, check=False, capture_output=True, timeout=60)
        assert done.returncode == -signal.SIGKILL, done.stderr.decode()
        sending.recover(now=timezone.now() + sending.LEASE * 2)
        deliver()
    assert len(server.got) == (1 if moment == "between" else 0)
    assert Delivery.objects.get().state == State.UNCERTAIN


@pytest.mark.django_db
def test_one_that_cannot_be_opened_does_not_hold_up_the_others(monkeypatch):
    real = sending._open

    def broken(parcel):
        if parcel[0].recipient == "person:0":
            raise SealBroken(permanent=True)
        return real(parcel)

    monkeypatch.setattr(sending, "_open", broken)
    with mail_server() as server, a_book(a_contact(), a_contact("minh@example.vn")):
        told()
        deliver()
    assert [to for to, _ in server.got] == ["minh@example.vn"]
    assert Delivery.objects.get(recipient="person:0").error == "seal_broken"


@pytest.mark.django_db
def test_a_defect_of_the_house_sets_one_mail_aside_and_gives_the_others_back(monkeypatch):
    monkeypatch.setattr(sending, "_open", lambda parcel: {}["defect"])
    with mail_server(), a_book(a_contact(), a_contact("minh@example.vn")):
        told()
        spread()
        with pytest.raises(KeyError):
            sending.send_due()
    assert sorted(Delivery.objects.values_list("state", "attempts", "error")) == [("waiting", 0, ""), ("waiting", 1, "defect")]


@pytest.mark.django_db
def test_a_notice_older_than_the_silence_of_its_recipient_is_not_mailed():
    from motcham.blocks.channels.models import Silence

    Silence.objects.create(to="thing:1", recipient="person:0", at=timezone.now())
    with mail_server() as server, a_book(a_contact()):
        told()
        told(2, to="thing:2")
        deliver()
    assert len(server.got) == 1
    assert Notice.objects.filter(spread_at=None).count() == 0


# --- people who mend -------------------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_an_officer_sends_again_under_the_same_message_id_or_takes_it_off_the_list():
    agency_id = an_agency(code="mail-desk")
    officer = an_officer(role="ward_officer", agency_code="mail-desk")
    with mail_server(swallows=True) as server, a_book(a_contact(), agency_id=agency_id):
        told()
        deliver()
        server.swallows = False
        mending.again(by=officer, delivery_id=Delivery.objects.get().id)
        deliver()
        first, again = (message["Message-ID"] for _, message in server.got)
        assert first == again
        with pytest.raises(Missing):
            mending.again(by=officer, delivery_id=Delivery.objects.get().id)
    assert entries()[-3:] == ["notice.again", "channels.contacts_opened", "notice.sent"]


@pytest.mark.django_db
def test_an_officer_of_another_agency_decides_nothing():
    agency_id = an_agency(code="mail-desk")
    an_agency(code="other-desk")
    stranger = an_officer(role="ward_officer", agency_code="other-desk")
    with mail_server(data="550 no"), a_book(a_contact(), agency_id=agency_id):
        told()
        deliver()
        with pytest.raises(Refused):
            mending.dealt_with(by=stranger, delivery_id=Delivery.objects.get().id)
    assert Delivery.objects.get().state == State.FAILED


@pytest.mark.django_db
def test_a_notice_that_cannot_be_spread_does_not_hold_up_the_next():
    def broken(notice):
        return {}["defect"]

    address_books.register(AddressBook("broken", broken, broken, broken, broken), file=__file__)
    try:
        with mail_server() as server, a_book(a_contact()):
            for number, to in enumerate(("broken:1", "thing:1", "thing:2")):
                told(number, to=to)
            assert spread() == 2
            with pytest.raises(KeyError):
                spread()
            while sending.send_due():
                pass
    finally:
        address_books.remove("broken")
    assert len(server.got) == 2


@pytest.mark.django_db
def test_a_server_without_smtputf8_is_not_asked_to_write_beyond_ascii():
    with mail_server(speaks_utf8=False) as server, a_book(a_contact("nguyễn@example.vn"), a_contact()):
        told()
        deliver()
    assert [to for to, _ in server.got] == ["lan@example.vn"]
    assert Delivery.objects.get(recipient="person:0").error == "needs_smtputf8"
