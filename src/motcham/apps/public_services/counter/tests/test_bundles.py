"""Paper on its way from a counter to the agency that settles: bundled once, listed, received with its differences."""

from __future__ import annotations

import pytest
from django.db import connection

from motcham.apps.public_services.counter import actions_bundles, bundles
from motcham.apps.public_services.counter.models import Bundle, BundleLine
from motcham.apps.public_services.counter.refusals import BundleReceived, NoSuchBundle, NothingChosen, NotInHand
from motcham.apps.public_services.counter.tests.test_filing import SAID
from motcham.blocks.identity.define import NotPermitted
from motcham.blocks.identity.testing import an_agency, an_officer, client_of

ELSEWHERE = {**SAID, "area": "26743"}


@pytest.fixture
def two(counter):
    """Have two dossiers of another ward lie at the counter, and one of its own."""
    client = client_of(counter.officer)
    for said in (ELSEWHERE, ELSEWHERE, SAID):
        ticket = counter.take()
        counter.call()
        assert client.post(f"/counter/tickets/{ticket.id}/file/1.001193/", {**said, "file": "yes"}).status_code == 302
        client.post("/counter/ward.26740/desk/1/act/", {"ticket": ticket.id, "act": "done"})
    return counter


def make(counter, papers=None):
    there = bundles.in_hand(counter.agency_id)
    papers = {each.case_id: each.papers for each in there} if papers is None else papers
    return actions_bundles.make(by=counter.officer, agency_id=counter.agency_id, to_agency_id=counter.other_id, papers=papers)


def test_what_belongs_elsewhere_lies_at_the_counter_until_it_is_bundled(two):
    assert [(each.agency_id, each.papers) for each in bundles.in_hand(two.agency_id)] == [(two.other_id, 2)] * 2
    bundle = make(two)
    assert bundles.in_hand(two.agency_id) == [] and BundleLine.objects.filter(bundle=bundle).count() == 2


def test_nothing_is_bundled_twice_and_nothing_that_is_not_there(two):
    papers = {each.case_id: each.papers for each in bundles.in_hand(two.agency_id)}
    make(two, papers)
    with pytest.raises(NotInHand):
        make(two, papers)
    with pytest.raises(NothingChosen):
        make(two, {})
    with pytest.raises(NotPermitted):
        actions_bundles.make(by=two.stranger, agency_id=two.agency_id, to_agency_id=two.other_id, papers=papers)


def test_the_side_that_gets_it_says_what_came_and_both_see_the_difference(two):
    bundle = make(two)
    first, second = (each.case_id for each in BundleLine.objects.filter(bundle=bundle).order_by("place"))
    taker, giver = client_of(two.stranger), client_of(two.officer)
    assert bundle.code in taker.get("/counter/bundles/").content.decode()
    address = f"/counter/bundles/{bundle.id}/"
    assert giver.post(address, {f"came-{first}": "2", f"came-{second}": "2"}).status_code == 302
    bundle.refresh_from_db()
    assert bundle.received_at is None
    answer = taker.post(
        address, {f"came-{first}": "2", f"came-{second}": "1", f"note-{second}": "Thiếu bản sao", "note": "Túi rách"}
    )
    assert answer.status_code == 302
    for client in (taker, giver):
        page = client.get(address).content.decode()
        assert "Thiếu bản sao" in page and "Túi rách" in page and "chip-late" in page
    with connection.cursor() as cursor:
        cursor.execute("SELECT payload FROM ledger_pending WHERE kind = 'counter.bundle_received'")
        assert str(second) in str(cursor.fetchone()[0]) and cursor.fetchone() is None
    with pytest.raises(BundleReceived):
        actions_bundles.receive(by=two.stranger, bundle_id=bundle.id, came={})


def test_a_third_agency_sees_no_bundle(two):
    an_agency(code="ward.26746", kind="ward")
    third = an_officer(role="ward_officer", agency_code="ward.26746")
    bundle = make(two)
    client = client_of(third)
    for address in (f"/counter/bundles/{bundle.id}/", f"/counter/bundles/{bundle.id}/list.pdf"):
        assert client.get(address).status_code == 404
    with pytest.raises(NoSuchBundle):
        actions_bundles.receive(by=third, bundle_id=bundle.id, came={})


def test_its_list_is_a_pdf_for_the_two_who_sign(two):
    bundle = make(two)
    answer = client_of(two.officer).get(f"/counter/bundles/{bundle.id}/list.pdf")
    assert answer.content.startswith(b"%PDF-") and answer["Content-Type"] == "application/pdf"


def test_an_officer_ticks_what_goes_and_counts_its_papers(two):
    first, second = bundles.in_hand(two.agency_id)
    client = client_of(two.officer)
    typed = {"to": two.other_id, "case": [str(first.case_id)], f"papers-{first.case_id}": "5", f"papers-{second.case_id}": "9"}
    answer = client.post("/counter/bundles/", typed)
    line = BundleLine.objects.get()
    assert (line.case_id, line.given) == (first.case_id, 5) and str(Bundle.objects.get().id) in answer["Location"]
    assert client.post("/counter/bundles/", {"to": "x", "case": ["y"]}).status_code == 422


def test_papers_that_did_not_come_lie_at_the_counter_again(two):
    bundle = make(two)
    first, second = (each.case_id for each in BundleLine.objects.filter(bundle=bundle).order_by("place"))
    assert bundles.in_hand(two.agency_id) == []
    actions_bundles.receive(by=two.stranger, bundle_id=bundle.id, came={first: 1})
    assert [each.case_id for each in bundles.in_hand(two.agency_id)] == [second]
    again = make(two)
    assert bundles.in_hand(two.agency_id) == [] and BundleLine.objects.filter(bundle=again).count() == 1


def test_a_count_that_is_no_number_is_not_taken_for_nothing_and_what_was_typed_stays(two):
    bundle = make(two)
    first, second = (each.case_id for each in BundleLine.objects.filter(bundle=bundle).order_by("place"))
    address, taker = f"/counter/bundles/{bundle.id}/", client_of(two.stranger)
    typed = {f"came-{first}": "2 tờ", f"came-{second}": "1", f"note-{second}": "Thiếu bản sao", "note": "Túi rách"}
    answer = taker.post(address, typed)
    assert answer.status_code == 422
    for value in ("2 tờ", "Thiếu bản sao", "Túi rách"):
        assert f'value="{value}"' in answer.text
    bundle.refresh_from_db()
    assert bundle.received_at is None
    assert taker.post(address, {**typed, f"came-{first}": "2"}).status_code == 302


def test_a_bundle_with_a_wrong_count_is_not_made_and_keeps_what_was_ticked(two):
    first, second = bundles.in_hand(two.agency_id)
    typed = {"to": two.other_id, "case": [str(first.case_id)]}
    typed |= {f"papers-{first.case_id}": "ba", f"papers-{second.case_id}": "9"}
    answer = client_of(two.officer).post("/counter/bundles/", typed)
    assert answer.status_code == 422 and not Bundle.objects.exists()
    assert f'value="{first.case_id}" checked' in answer.text and f'value="{second.case_id}" checked' not in answer.text
    assert 'value="ba"' in answer.text and 'value="9"' in answer.text
