"""Bills, receipts, the desk and the gateway's door as a browser and a program see them."""

from __future__ import annotations

import html
import importlib
import json
import re
import sys

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext

from motcham.blocks.identity import testing as identity_testing
from motcham.blocks.ledger import testing as ledger_testing
from motcham.blocks.payments import api, client, queries, reports, urls, vietqr
from motcham.blocks.payments.define import BillState, GatewayDown, GatewayMissing, Way
from motcham.blocks.payments.models import Attempt, Callback, Refund
from motcham.blocks.payments.testing import a_bill, tell

pytestmark = pytest.mark.django_db
system = identity_testing.system


@pytest.fixture
def people():
    """Return somebody of each kind that meets money, in one agency and in another."""
    identity_testing.an_agency(code="pages-here")
    identity_testing.an_agency(code="pages-there")
    return {
        "clerk": identity_testing.an_officer(role="ward_officer", agency_code="pages-here"),
        "finance": identity_testing.an_officer(role="agency_finance", agency_code="pages-here"),
        "stranger": identity_testing.an_officer(role="ward_officer", agency_code="pages-there"),
        "city": identity_testing.an_officer(role="city_finance", agency_code="pages-there"),
    }


def page(name, *args):
    return reverse(f"payments:{name}", args=args)


def test_a_bill_is_paid_from_its_page(client, gateway):
    bill = a_bill()
    first = client.get(page("bill", bill.code))
    assert first.status_code == 200 and "50.000 đ" in first.text and first["Cache-Control"] == "private, no-store"
    answer = client.post(page("pay", bill.code), follow=True)
    attempt = api.attempts(bill_id=bill.id)[0]
    assert attempt.address in answer.text and "<svg" in answer.text
    waiting = client.get(page("result", bill.code) + "?status=PAID&code=00")
    assert waiting.status_code == 200 and api.find_bill(bill_id=bill.id).state is BillState.DUE
    told = client.post(page("callback"), json.dumps(gateway.transfer(attempt.order_code)), content_type="application/json")
    assert (told.status_code, told.json()["code"]) == (200, "00")
    done = client.get(page("result", bill.code))
    assert page("receipt", api.find_bill(bill_id=bill.id).receipt_code) in done.text


def test_whoever_waits_for_the_bank_need_not_press_anything(client, gateway):
    bill = a_bill()
    client.post(page("pay", bill.code))
    asks_again = f'hx-get="{page("result", bill.code)}"'
    waiting = client.get(page("result", bill.code)).text
    assert asks_again in waiting and 'http-equiv="refresh"' in waiting and "<progress" in waiting
    assert asks_again not in client.get(page("result", bill.code) + "?cancel=true").text
    client.post(page("callback"), json.dumps(gateway.transfer(Attempt.objects.get().order_code)), content_type="application/json")
    assert asks_again not in client.get(page("result", bill.code)).text


def test_what_the_way_back_says_is_not_believed_and_only_hurries_the_question(client, gateway):
    bill = a_bill()
    client.post(page("pay", bill.code))
    before = Attempt.objects.get().ask_at
    client.get(page("result", bill.code) + "?status=PAID")
    assert Attempt.objects.get().ask_at < before and api.find_bill(bill_id=bill.id).state is BillState.DUE


def test_a_gateway_that_is_away_leaves_the_bill_and_the_counter(client, gateway):
    bill = a_bill()
    gateway.breaks = 503
    answer = client.post(page("pay", bill.code), follow=True)
    assert answer.status_code == 200 and "Cổng thanh toán hiện không trả lời" in answer.text


def test_without_a_gateway_a_transfer_by_hand_is_offered(client, settings):
    settings.PAYOS_KEYS, settings.PAYMENT_ACCOUNT = ("", "", ""), "970436:0071000123456"
    assert "0071000123456" in client.get(page("bill", a_bill().code)).text


def test_a_program_reads_a_bill_by_its_code_and_gets_a_problem_for_one_that_is_none(client, gateway):
    bill = a_bill()
    data = client.get(page("bill_data", bill.code)).json()
    assert (data["state"], data["total"], data["payment"], data["receipt"]) == ("due", 50_000, None, None)
    assert data["items"][0]["legal_basis"] == "01/TEST"
    attempt = api.pay(by=system, bill_id=bill.id, back="http://a")
    opened = client.get(page("bill_data", bill.code)).json()["payment"]
    assert (vietqr.parse(opened["vietqr"]).amount, opened["address"]) == (50_000, attempt.address)
    client.post(page("callback"), json.dumps(gateway.transfer(attempt.order_code)), content_type="application/json")
    paid = client.get(page("bill_data", bill.code)).json()
    assert paid["state"] == "paid" and paid["payment"] is None
    assert client.get(paid["receipt"]).json()["amount"] == 50_000
    for name in ("bill_data", "receipt_data"):
        refused = client.get(page(name, "0" * 24))
        assert (refused.status_code, refused["Content-Type"]) == (404, "application/problem+json")


@pytest.mark.parametrize("code", ["0" * 24, "x", "0" * 23, "đ", "%27", "\x00" * 24])
def test_a_code_that_was_guessed_shows_nothing(client, code):
    for name in ("bill", "result", "receipt", "receipt_data"):
        assert client.get(page(name, code)).status_code == 404
    assert client.post(page("pay", code)).status_code == 404


def test_a_receipt_is_checked_by_its_code_however_it_is_typed(client):
    made = api.take(by=system, bill_id=a_bill().id, way=Way.CASH)
    typed = "-".join(made.code[place : place + 4] for place in range(0, 24, 4)).lower().replace("0", "o")
    found = client.get(page("find_receipt"), {"code": typed}, follow=True)
    assert made.name in found.text and "Nguyễn Thị A" in found.text
    assert client.get(page("find_receipt"), {"code": "nope"}).status_code == 404
    data = client.get(page("receipt_data", made.code)).json()
    assert (data["number"], data["amount"], data["way"]) == (made.name, 50_000, "cash")


def test_the_gateways_door_takes_post_alone_and_answers_400_to_strangers(client, gateway):
    strict = Client(enforce_csrf_checks=True)
    assert strict.get(page("callback")).status_code == 405
    for body in (b"", b"{", b'{"data": {"orderCode": 1}, "signature": "00"}', b"x" * 40_000):
        assert strict.post(page("callback"), body, content_type="application/json").status_code == 400
    assert set(Callback.objects.values_list("verdict", flat=True)) == {"forged", "unreadable"}


def test_the_desk_shows_the_money_of_ones_own_agency(people):
    here, there = (people[name].posts[0].agency_id for name in ("clerk", "stranger"))
    mine, other = a_bill(amount=11_000, agency_id=here), a_bill(amount=22_000, agency_id=there)
    for bill in (mine, other):
        api.take(by=system, bill_id=bill.id, way=Way.CASH)
    seen = {who: identity_testing.client_of(actor).get(page("desk")).text for who, actor in people.items()}
    assert "11.000 đ" in seen["clerk"] and "22.000 đ" not in seen["clerk"]
    assert "22.000 đ" in seen["stranger"] and "11.000 đ" not in seen["stranger"]
    assert "11.000 đ" in seen["city"] and "22.000 đ" in seen["city"]
    assert "Nguyễn Thị A" not in "".join(seen.values())


def test_a_clerk_takes_money_and_gets_the_receipt(people):
    browser = identity_testing.client_of(people["clerk"])
    bill = a_bill(agency_id=people["clerk"].posts[0].agency_id)
    assert page("take", bill.id) in browser.get(page("desk_bill", bill.id)).text
    wrong = browser.post(page("take", bill.id), {"take-way": "transfer", "take-reference": ""})
    assert wrong.status_code == 400 and "mã giao dịch" in wrong.text
    answer = browser.post(page("take", bill.id), {"take-way": "cash"}, follow=True)
    assert "Tiền mặt tại quầy" in answer.text
    again = browser.post(page("take", bill.id), {"take-way": "cash"})
    assert again.status_code == 409


def test_a_finance_officer_pays_back_and_a_mistake_costs_nothing_typed(people):
    bill = a_bill(agency_id=people["clerk"].posts[0].agency_id)
    api.take(by=system, bill_id=bill.id, way=Way.CASH)
    order_code = api.attempts(bill_id=bill.id)[0].order_code
    browser = identity_testing.client_of(people["finance"])
    sent = {"order_code": order_code, "amount": "60.000", "reason": "nộp nhầm", "way": "cash"}
    wrong = browser.post(page("refund", bill.id), sent)
    assert wrong.status_code == 400 and 'value="nộp nhầm"' in wrong.text and Refund.objects.count() == 0
    assert browser.post(page("refund", bill.id), {**sent, "amount": "nhiều"}).status_code == 400
    assert browser.post(page("refund", bill.id), {**sent, "order_code": "5"}).status_code == 404
    right = browser.post(page("refund", bill.id), {**sent, "amount": "20.000"}, follow=True)
    assert right.status_code == 200 and "20.000 đ" in right.text and Refund.objects.get().amount == 20_000


def test_an_officer_of_another_agency_sees_no_bill_and_moves_none(people):
    bill = a_bill(agency_id=people["clerk"].posts[0].agency_id)
    browser = identity_testing.client_of(people["stranger"])
    assert browser.get(page("desk_bill", bill.id)).status_code == 404
    assert browser.post(page("take", bill.id), {"take-way": "cash"}).status_code == 404
    assert api.find_bill(bill_id=bill.id).state is BillState.DUE


def test_a_report_is_compared_on_the_page(people):
    browser = identity_testing.client_of(people["city"])
    text = b"orderCode,reference,amount,transactionDateTime\n9,FTX,7000,2026-11-20 12:00:00\n"
    sent = {"day": "2026-11-20", "report": SimpleUploadedFile("day.csv", text)}
    answer = browser.post(page("report"), sent, follow=True)
    assert "FTX" in answer.text and "7.000 đ" in answer.text
    assert browser.post(page("report"), {"day": "2026-11-20"}, follow=True).status_code == 200
    other = browser.post(page("report"), {"day": "2026-11-21", "report": SimpleUploadedFile("day.csv", text)}, follow=True)
    assert other.status_code == 200 and "20/11" in other.text and "FTX" not in other.text
    broken = browser.post(page("report"), {"day": "x", "report": SimpleUploadedFile("a", b"\xff")}, follow=True)
    assert broken.status_code == 200 and "Không đọc được báo cáo" in broken.text


def test_the_sums_of_a_day_are_those_of_all_however_many_are_listed(people, monkeypatch):
    monkeypatch.setattr(queries, "LISTED", 2)
    here = people["clerk"].posts[0].agency_id
    for amount in (11_000, 12_000, 13_000):
        api.take(by=system, bill_id=a_bill(amount=amount, agency_id=here).id, way=Way.CASH)
    seen = identity_testing.client_of(people["clerk"]).get(page("desk")).text
    assert "36.000 đ" in seen and seen.count("/payments/desk/") >= 2 and "11.000 đ" not in seen
    assert gettext("The latest %(most)s are listed; the sums above are those of all.") % {"most": "2"} in seen


def test_a_day_that_is_none_is_said_to_be_none(people):
    browser = identity_testing.client_of(people["clerk"])
    answer = browser.get(page("desk"), {"day": "31/02/2026"})
    assert answer.status_code == 200 and "31/02/2026" in answer.text
    assert "“" not in browser.get(page("desk"), {"day": "28/02/2026"}).text.partition("<main")[2].partition("<table")[0]


def test_a_refund_is_pressed_for_twice_on_one_page_and_recorded_once(people):
    bill = a_bill(agency_id=people["clerk"].posts[0].agency_id)
    api.take(by=system, bill_id=bill.id, way=Way.CASH)
    browser = identity_testing.client_of(people["finance"])
    once = re.search(r'name="once" value="([0-9a-f-]{36})"', browser.get(page("desk_bill", bill.id)).text)
    order_code = api.attempts(bill_id=bill.id)[0].order_code
    sent = {"once": once[1], "order_code": order_code, "amount": "20000", "reason": "nộp nhầm", "way": "cash"}
    wrong = browser.post(page("refund", bill.id), {**sent, "reason": ""})
    assert f'name="once" value="{once[1]}"' in wrong.text
    for _press in range(2):
        assert browser.post(page("refund", bill.id), sent).status_code == 302
    assert Refund.objects.get().amount == 20_000
    above = browser.get(page("desk")).text.partition("<table")[0]
    assert "50.000 đ" in above and "20.000 đ" in above, "what came in, and what went back"


def test_what_one_way_back_needs_is_not_called_optional(people, gateway):
    bill = a_bill(agency_id=people["clerk"].posts[0].agency_id)
    tell(gateway.transfer(api.pay(by=system, bill_id=bill.id, back="http://a").order_code))
    seen = identity_testing.client_of(people["finance"]).get(page("desk_bill", bill.id)).text
    for name, mark in (
        ("bank", "needed for the gateway"),
        ("account", "needed for the gateway"),
        ("reference", "needed for a transfer"),
    ):
        label = re.search(rf'<label class="ask" for="q-{name}">(.*?)</label>', seen, re.DOTALL)[1]
        assert gettext(mark) in label and gettext("(optional)") not in label


def test_whoever_paid_a_part_gets_a_code_for_the_rest(client, gateway):
    bill = a_bill()
    attempt = api.pay(by=system, bill_id=bill.id, back="http://a")
    client.post(
        page("callback"), json.dumps(gateway.transfer(attempt.order_code, amount=20_000)), content_type="application/json"
    )
    [short] = api.attempts(bill_id=bill.id)
    rest = vietqr.parse(queries.code_of_rest(short))
    assert (rest.amount, rest.purpose) == (30_000, vietqr.parse(attempt.qr).purpose)
    shown, waiting = client.get(page("bill", bill.code)).text, client.get(page("result", bill.code)).text
    assert "30.000 đ" in shown and "<svg" in shown and page("pay", bill.code) not in shown
    assert "20.000 đ" in waiting and "<progress" not in waiting
    assert client.get(page("bill_data", bill.code)).json()["payment"]["vietqr"] == queries.code_of_rest(short)


def test_money_that_our_books_miss_is_asked_for_from_the_page_of_the_day(people, gateway):
    attempt = api.pay(by=system, bill_id=a_bill().id, back="http://a")
    silent = gateway.transfer(attempt.order_code)["data"]
    lines = ",".join(str(silent[name]) for name in reports.COLUMNS), "9,FTX,7000," + silent["transactionDateTime"]
    text = "\n".join([",".join(reports.COLUMNS), *lines]).encode()
    day = silent["transactionDateTime"][:10]
    browser = identity_testing.client_of(people["city"])
    assert page("ask") not in browser.get(page("desk")).text
    found = browser.post(page("report"), {"day": day, "report": SimpleUploadedFile("day.csv", text)}, follow=True).text
    assert page("ask") in found
    gateway.breaks = 503
    assert gettext(GatewayDown.template()) in html.unescape(browser.post(page("ask"), {"day": day}, follow=True).text)
    gateway.breaks = 0
    browser.post(page("ask"), {"day": day})
    assert api.bills(subject="case:test")[0].state is BillState.PAID
    browser.post(page("report"), {"day": day, "report": SimpleUploadedFile("day.csv", text)})
    left = api.reconciled(day=timezone.localdate())
    assert [(each.order_code, each.kind) for each in left.differences] == [(9, "missing_here")]
    assert identity_testing.client_of(people["clerk"]).post(page("ask"), {"day": day}).status_code == 403


def test_calls_that_were_not_the_gateways_are_told_to_whoever_compares(people, gateway, client):
    for _each in range(3):
        client.post(page("callback"), b'{"data": {"orderCode": 1}, "signature": "00"}', content_type="application/json")
    words = gettext("not signed by the gateway, so nothing was believed")
    assert f"3 {words}" in identity_testing.client_of(people["city"]).get(page("desk")).text
    assert words not in identity_testing.client_of(people["clerk"]).get(page("desk")).text


def test_guessing_codes_ends_soon_and_is_written_down(client):
    bill = a_bill()
    answers = [client.get(page("bill", f"{number:024}")).status_code for number in range(32)]
    assert answers[0] == 404 and answers[-1] == 429
    assert client.get(page("bill", bill.code)).status_code == 429
    assert ledger_testing.written("payments.code_missed") == 30


def test_the_made_up_gateway_is_absent_where_the_demo_is_off(settings):
    assert any(each.name == "demo_gateway" for each in urls.urlpatterns)
    settings.DEMO, settings.PAYOS_URL, settings.PAYOS_KEYS = False, "demo", ("a", "b", "c")
    try:
        assert not any(each.name == "demo_gateway" for each in importlib.reload(urls).urlpatterns)
        assert client.gateway()._call is client.over_http
    finally:
        settings.DEMO = True
        importlib.reload(sys.modules[urls.__name__])


def test_outside_the_demo_the_made_up_gateway_leads_nowhere(client):
    assert client.get(page("demo_gateway", 1)).status_code == 404


def test_the_made_up_gateway_pays_in_the_demo(client, settings, tmp_path):
    settings.PAYOS_URL, settings.PAYOS_KEYS, settings.HOME = (
        "demo",
        ("demo-client", "demo-api-key", "demo-checksum-key"),
        tmp_path,
    )
    bill = a_bill()
    shown = client.post(page("pay", bill.code), follow=True)
    order_code = api.attempts(bill_id=bill.id)[0].order_code
    assert page("demo_gateway", order_code) in shown.text
    assert client.get(page("demo_gateway", order_code)).status_code == 200
    client.post(page("demo_gateway", order_code), {"act": "half"})
    assert api.find_bill(bill_id=bill.id).state is BillState.DUE
    client.post(page("demo_gateway", order_code), {"act": "half"})
    assert api.find_bill(bill_id=bill.id).state is BillState.PAID


def test_without_keys_nobody_reaches_a_gateway(settings):
    settings.PAYOS_KEYS = ("id", "key", "")
    with pytest.raises(GatewayMissing):
        client.gateway()
