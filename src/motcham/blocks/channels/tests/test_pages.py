"""The pages of notices: one's own, in pages; the sample mailbox; how sending is doing; what the check of the settings says."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from motcham.blocks.channels import subscribing, tasks
from motcham.blocks.channels.checks import check_sending
from motcham.blocks.channels.define import Cadence, Topic
from motcham.blocks.channels.models import Delivery, Preference, Subscription
from motcham.blocks.channels.testing import a_book, a_contact, deliver, mail_server, told
from motcham.blocks.identity.testing import a_citizen, an_agency, an_officer, client_of
from motcham.blocks.identity.testing import forget as forget_identity

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def fresh():
    forget_identity()
    yield
    forget_identity()


@pytest.fixture
def citizen():
    return a_citizen()


def text_of(client: Client, address: str, **given) -> str:
    response = client.get(address, **given)
    assert response.status_code == 200, response
    return response.content.decode()


def tell(citizen, number: int = 1) -> None:
    with a_book(a_contact(), account_id=citizen.account_id):
        for each in range(number):
            told(each, to=f"thing:{each}", language="vi")
        deliver()


def test_an_account_reads_what_it_was_told_and_nobody_elses(citizen):
    neighbour = a_citizen()
    with a_book(a_contact(), account_id=citizen.account_id):
        told(language="vi")
        deliver()
        page, other = (text_of(client_of(who), "/notices/") for who in (citizen, neighbour))
    assert "Có tin mới" in page and "About thing:1" in page
    assert "Có tin mới" not in other


def test_opening_a_notice_leads_to_its_case_and_counts_it_as_read(citizen):
    client = client_of(citizen)
    with a_book(a_contact(), account_id=citizen.account_id):
        told()
        deliver()
        item = Delivery.objects.get(channel="app")
        assert '<span class="count">1' in text_of(client, "/notices/")
        response = client.get(f"/notices/{item.id}/")
        assert response["Location"] == "/thing:1/"
        assert '<span class="count">' not in text_of(client, "/notices/").split("<main")[0]
        assert client_of(a_citizen()).get(f"/notices/{item.id}/").status_code == 404


def test_everything_is_read_at_once(citizen):
    tell(citizen, 3)
    client = client_of(citizen)
    assert client.get("/notices/read/").status_code == 405
    client.post("/notices/read/")
    assert not Delivery.objects.filter(channel="app", read_at=None).exists()


def test_a_long_list_is_read_page_by_page(citizen):
    tell(citizen, 30)
    client = client_of(citizen)
    first = text_of(client, "/notices/")
    last = Delivery.objects.filter(channel="app").order_by("-id")[24].id
    assert first.count('class="what"') == 25 and f"?before={last}" in first
    assert text_of(client, f"/notices/?before={last}").count('class="what"') == 5
    assert text_of(client, "/notices/?list=unread&before=nonsense").count('class="what"') == 25
    assert text_of(client, "/notices/?before=" + "9" * 40).count('class="what"') == 25


def test_a_notice_whose_case_is_gone_stays_and_leads_nowhere(citizen):
    tell(citizen)
    page = text_of(client_of(citizen), "/notices/")
    assert "Có tin mới" in page and 'href="/notices/1' not in page


def test_wishes_are_kept_and_a_wrong_address_keeps_what_was_typed(citizen):
    client = client_of(citizen)
    client.post("/notices/settings/", {"act": "when", "topic-cases": "daily"})
    assert Preference.objects.get().cadence == Cadence.DAILY
    client.post("/notices/settings/", {"act": "when", "topic-cases": "nonsense"})
    assert Preference.objects.get().cadence == Cadence.DAILY
    response = client.post("/notices/settings/", {"act": "address", "email": "lan@"})
    assert response.status_code == 400 and 'value="lan@"' in response.content.decode()
    with mail_server() as server:
        client.post("/notices/settings/", {"act": "address", "email": "lan@example.vn"})
        deliver()
    assert server.got[0][0] == "lan@example.vn"
    client.post("/notices/settings/", {"act": "when", "language": "xx"})
    client.post("/notices/settings/", {"act": "when", "language": "en"})
    assert Subscription.objects.get().language == "en"
    client.post("/notices/settings/", {"act": "forget"})
    assert not Subscription.objects.exists()


def test_an_address_is_shown_masked(citizen):
    with mail_server():
        subscribing.ask_address(by=citizen, email="nguyenlan@example.vn", network="203.0.113.5")
        Subscription.objects.update(confirmed_at=timezone.now())
        page = text_of(client_of(citizen), "/notices/settings/")
    assert "n•••@example.vn" in page and "nguyenlan" not in page


def test_the_operator_sees_the_queue_and_no_address():
    an_agency(code="city-office")
    operator = an_officer(role="administrator", agency_code="city-office")
    with a_book(a_contact()):
        told()
        deliver()
    page = text_of(client_of(operator), "/notices/sending/")
    assert "MOTCHAM_SMTP_URL, MOTCHAM_MAIL_FROM, MOTCHAM_PUBLIC_URL" in page and "lan@" not in page
    assert client_of(a_citizen()).get("/notices/sending/").status_code == 403


def test_an_officer_mends_from_the_list():
    agency_id = an_agency(code="mail-desk")
    client = client_of(an_officer(role="ward_officer", agency_code="mail-desk"))
    with mail_server(data="550 no"), a_book(a_contact(), agency_id=agency_id):
        told(language="vi")
        deliver()
        assert "About thing:1" in text_of(client, "/notices/undelivered/")
        row = Delivery.objects.get()
        assert client.post(f"/notices/undelivered/{row.id}/", {"act": "done"}).status_code == 302
        assert "About thing:1" not in text_of(client, "/notices/undelivered/")
        assert client.post(f"/notices/undelivered/{row.id}/", {"act": "done"}).status_code == 404


def test_the_demo_sends_nothing_and_shows_what_it_would_have_sent(settings, tmp_path):
    settings.MODE, settings.HOME = "demo", tmp_path
    with mail_server() as server, a_book(a_contact("nguyenlan@example.vn")):
        told(language="vi")
        deliver()
        page = text_of(Client(), "/notices/outbox/")
        name = next((tmp_path / "outbox").glob("*.eml")).stem
        mail = text_of(Client(), f"/notices/outbox/{name}/")
    assert server.got == []
    assert "Có tin mới" in page and "nguyenlan" not in page + mail
    assert "https://example.vn/track/7K2M-09QX-4T1ZB/" in mail
    assert Client().get("/notices/outbox/../").status_code == 404
    assert Client().get("/notices/outbox/..%2f..%2fkeys/").status_code == 404


def test_the_check_of_the_settings_says_what_is_missing_and_what_cannot_work(settings):
    settings.MODE = "production"
    settings.SMTP_URL, settings.MAIL_FROM, settings.PUBLIC_URL = "mail.example.vn", "nobody", "example.vn"
    assert [each.id for each in check_sending(None)] == ["channels.E001", "channels.E002", "channels.E003"]
    settings.SMTP_URL = settings.MAIL_FROM = settings.PUBLIC_URL = ""
    assert [each.id for each in check_sending(None)] == ["channels.W001"]
    settings.SMTP_URL, settings.MAIL_FROM = "starttls://mail.example.vn", "Một Chạm <tin@example.vn>"
    settings.PUBLIC_URL = "https://example.vn"
    assert check_sending(None) == []


def test_what_was_sent_and_read_is_forgotten_in_its_time(citizen):
    with mail_server(), a_book(a_contact(), account_id=citizen.account_id):
        told()
        deliver()
    subscribing.choose(by=citizen, topic=Topic.CASES, cadence=Cadence.DAILY)
    assert tasks.forget_deliveries() == 0
    Delivery.objects.update(settled_at=timezone.now() - timedelta(days=91))
    assert tasks.forget_deliveries() == 1
    assert Delivery.objects.get().channel == "app"
    Delivery.objects.update(settled_at=timezone.now() - timedelta(days=731))
    assert tasks.forget_deliveries() == 1
