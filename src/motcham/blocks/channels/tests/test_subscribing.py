"""Following an area: asked for by anybody, begun by whoever reads the mailbox, ended by one click, no weapon against anyone."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.utils import timezone

from motcham.blocks.channels import api, subscribing, tokens
from motcham.blocks.channels.define import Cadence, LinkUnknown, Topic, WrongAddress, WrongSubject
from motcham.blocks.channels.models import Delivery, Preference, Silence, Subscription
from motcham.blocks.channels.testing import a_book, a_contact, deliver, mail_server, told
from motcham.blocks.identity.testing import a_citizen
from motcham.kernel.errors import TooMany

pytestmark = pytest.mark.django_db
AREA = "area:26740"


def ask(email: str = "lan@example.vn", **changes) -> None:
    api.subscribe(**{"email": email, "to": AREA, "network": "203.0.113.5", "language": "en", **changes})


def link_in(message, kind: str) -> str:
    text = message.get_body(("plain",)).get_content()
    return re.search(rf"https://example\.vn(/notices/{kind}/[\w.-]+/)", text)[1]


def follow(server, **changes) -> None:
    """Ask, read the mail, and press the button."""
    ask(**changes)
    deliver()
    client = Client()
    address = link_in(server.got[-1][1], "confirm")
    assert client.get(address).status_code == 200
    assert client.post(address).status_code == 200


def publish(number: int = 1, **changes) -> None:
    values = {"subject": AREA, "template": "area_news", "about": "Lamp · Lê Lợi", "path": "/1022/x/", "category": "lamp"}
    api.publish(**{**values, "at": timezone.now(), "entry_id": number, **changes})


def test_an_area_is_followed_once_the_mailbox_has_said_so():
    with mail_server() as server:
        ask()
        deliver()
        publish(1)
        deliver()
        assert [message["Subject"] for _, message in server.got] == ["Confirm your e-mail address"]
        address = link_in(server.got[0][1], "confirm")
        # Mail programs open links to look at them: that alone begins nothing.
        Client().get(address)
        assert api.subscriptions(to=AREA) == 0
        Client().post(address)
        assert api.subscriptions(to=AREA) == 1
        publish(2)
        deliver()
    assert [message["Subject"] for _, message in server.got][1:] == ["A new report in the area that you follow"]
    assert "https://example.vn/1022/x/" in server.got[-1][1].get_body(("plain",)).get_content()


def test_one_click_of_the_mail_program_ends_it_and_forgets_the_address():
    with mail_server() as server:
        follow(server)
        publish()
        deliver()
        address = server.got[-1][1]["List-Unsubscribe"].removeprefix("<https://example.vn").rstrip(">")
        Client().get(address)
        assert api.subscriptions(to=AREA) == 1
        strict = Client(enforce_csrf_checks=True)
        assert strict.post(address, {"List-Unsubscribe": "One-Click"}).status_code == 200
        assert not Subscription.objects.exists()
        assert strict.post(address, {"List-Unsubscribe": "One-Click"}).status_code == 200


def test_only_categories_that_were_asked_for_are_sent():
    with mail_server() as server:
        follow(server, categories=["noise"])
        publish(1)
        publish(2, category="noise")
        deliver()
    assert len(server.got) == 2


def test_areas_do_not_get_each_others_news():
    with mail_server() as server:
        follow(server)
        publish(subject="area:26743")
        deliver()
    assert len(server.got) == 1


def test_asking_again_replaces_what_was_asked_before():
    with mail_server() as server:
        follow(server, categories=["noise"])
        follow(server, daily=True)
    (row,) = Subscription.objects.all()
    assert (row.categories, row.digest) == ([], True)


def test_no_mailbox_is_bombed():
    for _ in range(subscribing.PER_ADDRESS):
        ask("LAN@example.vn")
    with pytest.raises(TooMany):
        ask("lan@EXAMPLE.vn", network="198.51.100.1")


def test_no_network_asks_for_many():
    for number in range(subscribing.PER_NETWORK):
        ask(f"person{number}@example.vn", network=f"2001:db8:1:2::{number:x}")
    with pytest.raises(TooMany):
        ask("one.more@example.vn", network="2001:db8:1:2:ffff::1")
    ask("one.more@example.vn", network="2001:db8:1:3::1")


def test_what_nobody_confirmed_within_a_day_is_forgotten():
    with mail_server() as server:
        ask()
        deliver()
        Subscription.objects.update(asked_at=timezone.now() - timedelta(hours=25))
        address = link_in(server.got[0][1], "confirm")
        assert Client().post(address).status_code == 404
        assert subscribing.forget_pending() == 1
        assert Client().post(address).status_code == 404
    assert not Subscription.objects.exists()


def test_an_address_at_which_nobody_is_is_forgotten():
    with mail_server() as server:
        follow(server)
        server.answers["lan@example.vn"] = "550 nobody here"
        publish()
        deliver()
    assert not Subscription.objects.exists()


@pytest.mark.parametrize("to", ["thing:1", "subscription:1", "account:1", "area", "area:" + "1" * 90])
def test_only_what_is_public_can_be_followed(to):
    with a_book(), pytest.raises(WrongSubject):
        ask(to=to)


def test_what_is_no_address_is_said_at_once():
    with pytest.raises(WrongAddress) as wrong:
        ask("lan@")
    assert "email" in wrong.value.fields


def test_the_address_lies_sealed_and_in_no_entry():
    with mail_server() as server:
        follow(server)
        publish()
        deliver()
    with connection.cursor() as cursor:
        for table in ("channels_subscription", "channels_notice", "channels_delivery", "ledger_pending"):
            cursor.execute(f"SELECT t::text FROM {table} t")
            rows = str(cursor.fetchall())
            assert "lan@" not in rows and b"lan@example.vn".hex() not in rows, table


@pytest.mark.parametrize("token", ["", "a.b", "x" * 500, "MQ.AAAA", "ừ.ừ", "MQ.AAE" + "A" * 24])
def test_a_link_that_was_not_made_here_opens_nothing(token):
    with pytest.raises(LinkUnknown):
        tokens.read(tokens.CONFIRM, token)


def test_a_link_to_stop_is_no_link_to_confirm():
    with pytest.raises(LinkUnknown):
        tokens.read(tokens.CONFIRM, tokens.make(tokens.STOP, "1"))


# --- the address of an account, and a case without one ---------------------------------------------------------------


def test_whoever_filed_without_an_account_can_have_silence_about_that_case_alone():
    with mail_server() as server, a_book(a_contact()):
        told(1)
        deliver()
        Client().post(link_in(server.got[0][1], "stop"))
        told(2)
        told(3, to="thing:2")
        deliver()
    assert len(server.got) == 2
    assert Silence.objects.get().to == "thing:1"


def test_an_account_gets_mail_at_its_confirmed_address_as_it_wishes():
    citizen = a_citizen()
    with mail_server() as server, a_book(a_contact("given@example.vn"), account_id=citizen.account_id):
        told(1)
        deliver()
        assert server.got[-1][0] == "given@example.vn"
        subscribing.ask_address(by=citizen, email="mine@example.vn", network="203.0.113.5")
        deliver()
        subscribing.confirm(token=link_in(server.got[-1][1], "confirm").split("/")[3])
        told(2)
        deliver()
        assert server.got[-1][0] == "mine@example.vn"
        assert server.got[-1][1]["Content-Language"] == "vi"
        subscribing.choose_language(by=citizen, language="en")
        subscribing.choose(by=citizen, topic=Topic.CASES, cadence=Cadence.DAILY)
        told(3)
        deliver()
        digest = Delivery.objects.get(notice__to="thing:1", notice__entry_id=3, channel="email")
        assert (digest.digest, digest.language) == (True, "en")
        subscribing.choose(by=citizen, topic=Topic.CASES, cadence=Cadence.NEVER)
        told(4)
        deliver()
        assert not Delivery.objects.filter(notice__to="thing:1", notice__entry_id=4, channel="email").exists()
    assert Delivery.objects.filter(channel="app", account=citizen.account_id).count() == 4


def test_a_link_to_stop_in_a_mail_to_an_account_stops_the_topic():
    citizen = a_citizen()
    with mail_server() as server, a_book(a_contact(), account_id=citizen.account_id):
        told()
        deliver()
        Client().post(link_in(server.got[0][1], "stop"))
    assert Preference.objects.get(account=citizen.account_id).cadence == Cadence.NEVER


def test_another_address_takes_the_place_of_the_first_only_when_confirmed():
    citizen = a_citizen()
    with mail_server() as server:
        for email in ("first@example.vn", "second@example.vn"):
            subscribing.ask_address(by=citizen, email=email, network="203.0.113.5")
            deliver()
        first, second = (link_in(message, "confirm") for _, message in server.got)
        Client().post(first)
        assert Subscription.objects.filter(confirmed_at__isnull=False).count() == 1
    assert Client().post(second).status_code == 404
