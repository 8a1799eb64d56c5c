"""The wallet: one's own papers and nobody else's; links that end, are taken back, cannot be guessed, and tell who owns them of looks."""

from __future__ import annotations

import html
import re
from datetime import timedelta
from uuid import UUID, uuid4

import pytest
import time_machine
from django.test import Client
from django.utils import timezone
from django.utils.translation import gettext

from motcham.blocks.documents import api as documents
from motcham.blocks.documents import testing as document_testing
from motcham.blocks.documents.define import MOST_SHARES, NoDocument, NoShare
from motcham.blocks.identity import testing
from motcham.blocks.identity.define import Actor
from motcham.blocks.ledger import testing as ledger_testing

pytestmark = pytest.mark.django_db
CASE = f"case:{UUID(int=1)}"


@pytest.fixture(autouse=True)
def home(settings, tmp_path) -> None:
    settings.HOME = tmp_path
    document_testing.forget()


def a_paper(who: Actor, *, owner: str = CASE) -> UUID:
    """Store a paper that somebody sent in with a case."""
    ref = documents.receive(stream=document_testing.a_pdf(), filename="giấy chứng sinh.pdf", by=who, purpose="papers")
    documents.attach(document_ids=[ref.id], owner=owner, by=who)
    return ref.id


def a_link(client: Client, paper: UUID, lasts: str = "24") -> str:
    """Make a link by the page and return its address."""
    page = client.post(f"/account/documents/{paper}/share/", {"lasts": lasts}).content.decode()
    found = re.search(r"http://testserver(/shared/[\w-]+/)", page)
    assert found, page
    return found[1]


def test_the_wallet_shows_ones_own_papers_alone() -> None:
    mine, other = testing.a_citizen(), testing.a_citizen()
    paper = a_paper(mine)
    client = testing.client_of(mine)

    assert "giấy chứng sinh.pdf" in client.get("/account/documents/").content.decode()
    assert client.get(f"/account/documents/{paper}/file/").content == document_testing.a_pdf()
    stranger = testing.client_of(other)
    assert "giấy chứng sinh" not in stranger.get("/account/documents/").content.decode()
    assert stranger.get(f"/account/documents/{paper}/file/").status_code == 404
    assert stranger.post(f"/account/documents/{paper}/share/", {"lasts": "1"}).status_code == 404
    assert Client().get("/account/documents/").status_code == 302


def test_what_was_not_sent_with_anything_is_in_no_wallet() -> None:
    who = testing.a_citizen()
    documents.receive(stream=document_testing.a_pdf(), filename="x.pdf", by=who, purpose="papers")

    assert documents.wallet(holder=who.ref) == () == documents.wallet(holder="")


def test_an_erased_paper_is_gone_from_the_wallet_with_its_links() -> None:
    who = testing.a_citizen()
    address = a_link(testing.client_of(who), a_paper(who))

    documents.erase(owner=CASE, by=who)

    assert documents.wallet(holder=who.ref) == ()
    assert Client().get(address).status_code == 404


def test_a_link_shows_the_paper_after_a_press_and_the_owner_sees_the_look() -> None:
    who = testing.a_citizen()
    client, stranger = testing.client_of(who), Client()
    address = a_link(client, a_paper(who))

    landing = stranger.get(address)
    assert landing.status_code == 200 and "chứng sinh" not in landing.content.decode()
    assert landing["Referrer-Policy"] == "no-referrer" and not landing.cookies
    assert ledger_testing.written("document.looked_at") == 0, "a preview of the link in a chat is no look"

    assert stranger.post(address).content == document_testing.a_pdf()
    assert ledger_testing.written("document.looked_at") == 1
    [held] = documents.wallet(holder=who.ref)
    assert len(held.shares[0].looks) == 1
    assert client.get("/account/documents/").status_code == 200


def test_a_link_is_shown_once_and_kept_nowhere() -> None:
    who = testing.a_citizen()
    client = testing.client_of(who)
    address = a_link(client, a_paper(who))
    token = address.split("/")[2]

    assert len(token) == 32
    assert token not in client.get("/account/documents/").content.decode()


@pytest.mark.parametrize("how", ["ended", "taken back", "guessed", "cut"])
def test_a_link_that_leads_nowhere_says_the_same_whatever_the_reason(how: str) -> None:
    who = testing.a_citizen()
    client = testing.client_of(who)
    address, at = a_link(client, a_paper(who), lasts="1"), timezone.now()
    if how == "ended":
        at += timedelta(hours=1, minutes=1)
    elif how == "taken back":
        [held] = documents.wallet(holder=who.ref)
        assert client.post(f"/account/documents/shares/{held.shares[0].id}/end/").status_code == 302
    else:
        address = "/shared/" + ("A" * 32 if how == "guessed" else address.split("/")[2][:-1]) + "/"

    with time_machine.travel(at, tick=True):
        got, posted = Client().get(address), Client().post(address)

    assert (got.status_code, posted.status_code) == (404, 404)
    assert gettext(NoShare.template()) in html.unescape(got.content.decode())
    assert ledger_testing.written("document.looked_at") == 0


def test_guessing_links_ends_soon_even_for_a_right_one() -> None:
    who, client = testing.a_citizen(), Client()
    address = a_link(testing.client_of(who), a_paper(who))

    answers = [client.get(f"/shared/{number:032}/").status_code for number in range(31)]

    assert answers[0] == 404 and answers[-1] == 429
    assert client.get(address).status_code == 429


def test_a_link_is_taken_back_by_its_owner_alone() -> None:
    who, other = testing.a_citizen(), testing.a_citizen()
    address = a_link(testing.client_of(who), a_paper(who))
    [held] = documents.wallet(holder=who.ref)

    assert testing.client_of(other).post(f"/account/documents/shares/{held.shares[0].id}/end/").status_code == 404
    with pytest.raises(NoShare):
        documents.revoke(share_id=uuid4(), by=who)
    assert Client().get(address).status_code == 200


def test_a_paper_has_a_bounded_number_of_links() -> None:
    who = testing.a_citizen()
    client, paper = testing.client_of(who), a_paper(who)
    for _ in range(MOST_SHARES):
        a_link(client, paper)

    refused = client.post(f"/account/documents/{paper}/share/", {"lasts": "1"})

    assert refused.status_code == 422 and str(MOST_SHARES) in refused.content.decode()


def test_a_link_lasts_no_longer_than_may_be() -> None:
    who = testing.a_citizen()
    paper = a_paper(who)

    documents.share(document_id=paper, by=who, lasts=timedelta(days=4000))

    [held] = documents.wallet(holder=who.ref)
    assert held.shares[0].until - held.shares[0].made_at == timedelta(days=30)


def test_an_officer_has_the_papers_of_the_person_and_not_of_the_post() -> None:
    who = testing.a_citizen(username="le")
    paper = a_paper(who)
    testing.an_agency(code="ward-1")
    officer = testing.an_officer(role="ward_officer", agency_code="ward-1", username="le")

    assert testing.client_of(officer).get(f"/account/documents/{paper}/file/").status_code == 200
    with pytest.raises(NoDocument):
        documents.share(document_id=paper, by=officer, lasts=timedelta(hours=1))


def test_old_links_are_erased_with_their_looks() -> None:
    who = testing.a_citizen()
    address = a_link(testing.client_of(who), a_paper(who))
    Client().post(address)

    assert document_testing.erase_shares() == 0
    with time_machine.travel(timezone.now() + timedelta(days=200)):
        assert document_testing.erase_shares() == 1
    assert documents.wallet(holder=who.ref)[0].shares == ()
