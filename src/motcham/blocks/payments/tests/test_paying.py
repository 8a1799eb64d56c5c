"""A bill is paid once, however the gateway tells it: twice, late, short, too much, to nobody's bill, forged, or never."""

from __future__ import annotations

import copy
import json
from datetime import date, timedelta

import pytest
from django.utils import timezone

from motcham.blocks.identity import testing as identity_testing
from motcham.blocks.payments import api, events, payos, showing, tasks
from motcham.blocks.payments.define import (
    AlreadySettled,
    AttemptState,
    BeingPrepared,
    BillState,
    FeeNotPublished,
    GatewayDown,
    GatewayMissing,
    Item,
    Paid,
    ReferenceUsed,
    Verdict,
    Way,
    WrongItems,
    WrongReference,
)
from motcham.blocks.payments.models import Attempt, Bill, Callback, Money, Receipt
from motcham.blocks.payments.testing import a_bill, gateway_server, tell

pytestmark = pytest.mark.django_db
system = identity_testing.system
BACK = "https://motcham.example.vn/payments/x/"


def verdicts() -> list[str]:
    return list(Callback.objects.order_by("id").values_list("verdict", flat=True))


def begun(amount: int = 50_000):
    bill = a_bill(amount=amount)
    return bill, api.pay(by=system, bill_id=bill.id, back=BACK)


def test_a_bill_is_paid_by_the_callback_and_gets_a_receipt(gateway, told):
    bill, attempt = begun()
    assert attempt.address.startswith("https://pay.example.vn/web/") and attempt.qr.startswith("000201")
    answer = tell(gateway.transfer(attempt.order_code))
    assert (answer.status, answer.body["code"]) == (200, "00")
    paid = api.find_bill(bill_id=bill.id)
    assert paid.state is BillState.PAID and paid.receipt_code
    assert [(each.bill_id, each.subject, each.amount, each.way) for each in told] == [(bill.id, "case:test", 50_000, Way.GATEWAY)]
    receipt = api.receipt(code=paid.receipt_code)
    assert (receipt.amount, receipt.payer, receipt.year) == (50_000, "Nguyễn Thị A", timezone.localdate().year)


def test_opening_the_page_again_gives_the_same_page(gateway):
    bill, attempt = begun()
    assert api.pay(by=system, bill_id=bill.id, back=BACK) == attempt
    assert Attempt.objects.count() == 1


def test_a_callback_that_comes_twice_counts_once(gateway, told):
    _, attempt = begun()
    callback = gateway.transfer(attempt.order_code)
    assert [tell(callback).status for _ in range(3)] == [200, 200, 200]
    assert verdicts() == ["taken", "again", "again"]
    assert len(told) == Money.objects.count() == Receipt.objects.count() == 1


def test_a_late_callback_still_pays_what_is_owed(gateway, told):
    bill, attempt = begun()
    Attempt.objects.update(state=AttemptState.EXPIRED)
    tell(gateway.transfer(attempt.order_code))
    assert verdicts() == ["late"] and api.find_bill(bill_id=bill.id).state is BillState.PAID and len(told) == 1


def test_money_for_a_bill_that_was_paid_at_the_counter_is_surplus_and_can_go_back(gateway, told):
    bill, attempt = begun()
    api.take(by=system, bill_id=bill.id, way=Way.CASH)
    tell(gateway.transfer(attempt.order_code))
    assert verdicts() == ["surplus"] and len(told) == 1
    online = next(each for each in api.attempts(bill_id=bill.id) if each.way is Way.GATEWAY)
    assert online.state is AttemptState.SURPLUS and online.refundable == 50_000


@pytest.mark.parametrize("how", ["cash", "withdrawn"])
def test_a_page_on_which_nothing_is_owed_any_more_is_closed_at_the_gateway(gateway, how):
    bill, attempt = begun()
    if how == "cash":
        api.take(by=system, bill_id=bill.id, way=Way.CASH)
    else:
        api.withdraw(by=system, bill_id=bill.id, reason="x")
    assert gateway.order(attempt.order_code)["status"] == "PENDING"
    assert tasks.ask_due() == 1 and gateway.order(attempt.order_code)["status"] == "CANCELLED"
    # Somebody was quicker all the same: nothing is lost.
    tell(gateway.transfer(attempt.order_code))
    assert verdicts() == ["surplus"]


def test_a_page_on_which_something_is_owed_stays_open(gateway, later):
    _, attempt = begun()
    later(timedelta(seconds=61))
    tasks.ask_due()
    assert gateway.order(attempt.order_code)["status"] == "PENDING"


def test_money_for_a_withdrawn_bill_is_surplus(gateway, told):
    bill, attempt = begun()
    api.withdraw(by=system, bill_id=bill.id, reason="không nộp nữa")
    tell(gateway.transfer(attempt.order_code))
    assert verdicts() == ["surplus"] and told == [] and Receipt.objects.count() == 0
    assert api.find_bill(bill_id=bill.id).state is BillState.CANCELLED


def test_less_than_owed_does_not_pay_and_the_rest_does(gateway, told):
    bill, attempt = begun()
    tell(gateway.transfer(attempt.order_code, amount=20_000))
    assert verdicts() == ["short"] and api.find_bill(bill_id=bill.id).state is BillState.DUE and told == []
    tell(gateway.transfer(attempt.order_code, amount=30_000))
    assert verdicts() == ["short", "taken"] and api.find_bill(bill_id=bill.id).state is BillState.PAID and len(told) == 1


def test_what_went_back_meanwhile_does_not_pay(gateway, told):
    bill, attempt = begun()
    tell(gateway.transfer(attempt.order_code, amount=20_000))
    api.refund(by=system, order_code=attempt.order_code, amount=20_000, reason="đổi ý", way=Way.CASH)
    tell(gateway.transfer(attempt.order_code, amount=30_000))
    assert api.find_bill(bill_id=bill.id).state is BillState.DUE and told == []
    tell(gateway.transfer(attempt.order_code, amount=20_000))
    assert api.find_bill(bill_id=bill.id).state is BillState.PAID and len(told) == 1


def test_the_name_of_a_payer_that_is_half_a_letter_costs_no_payment(gateway, told):
    _, attempt = begun()
    data = {**gateway.transfer(attempt.order_code)["data"], "counterAccountName": "A\ud800"}
    answer = tell({"code": "00", "success": True, "data": data, "signature": payos.sign(payos.text_of(data), gateway.keys[2])})
    assert answer.body["verdict"] == "taken" and len(told) == 1


def test_more_than_owed_pays_and_the_rest_stands_on_the_list(gateway):
    from motcham.blocks.payments import queries

    bill, attempt = begun()
    tell(gateway.transfer(attempt.order_code, amount=60_000))
    assert api.find_bill(bill_id=bill.id).state is BillState.PAID
    assert [(row.order_code, left) for row, left in queries.to_go_back(agencies=None)] == [(attempt.order_code, 10_000)]


@pytest.mark.parametrize(
    ("name", "value"), [("amount", 1), ("orderCode", 7), ("reference", "FT0"), ("code", "01"), ("counterAccountName", "X")]
)
def test_a_forged_callback_is_refused_and_recorded(gateway, told, name, value):
    bill, attempt = begun()
    callback = copy.deepcopy(gateway.transfer(attempt.order_code))
    callback["data"][name] = value
    answer = tell(callback)
    assert answer.status == 400 and verdicts() == ["forged"]
    assert api.find_bill(bill_id=bill.id).state is BillState.DUE and told == [] and Money.objects.count() == 0


def test_a_callback_signed_with_another_key_or_with_none_is_refused(gateway):
    _, attempt = begun()
    callback = gateway.transfer(attempt.order_code)
    signed = payos.sign(payos.text_of(callback["data"]), "another key")
    wrong = (signed, "", None, 5, "é" * 64, ["x"], "\ud800")
    assert [tell({**callback, "signature": each}).status for each in wrong] == [400] * len(wrong)
    for half in ({"description": "\ud800"}, {"\udfff": 1}, {"list": [{"x": "\ud83d"}]}):
        assert tell({**callback, "data": {**callback["data"], **half}}).status == 400


def test_without_a_key_nothing_is_believed(settings, tmp_path):
    with gateway_server(tmp_path / "g") as server:
        _, attempt = begun()
        callback = server.transfer(attempt.order_code)
    settings.PAYOS_KEYS = ("", "", "")
    callback["signature"] = payos.sign(payos.text_of(callback["data"]), "")
    assert tell(callback).status == 400


@pytest.mark.parametrize(
    "body", [b"", b"{", b"[]", b'{"data": 5}', b'{"data": null}', b"\xff", b"[" * 9000, b"x" * 20_000, b'{"data": {}}']
)
def test_what_is_no_callback_is_refused(gateway, body):
    from motcham.blocks.payments.actions_callback import callback
    from motcham.blocks.payments.testing import gateway_actor

    assert callback(by=gateway_actor, body=body).status == 400


@pytest.mark.parametrize(
    "changes",
    [{"amount": -5}, {"amount": "50000"}, {"amount": 5e4 + 0.5}, {"orderCode": True}, {"orderCode": 2**60}, {"reference": ""},
     {"reference": "a\x00b"}, {"transactionDateTime": "yesterday"}, {"transactionDateTime": None}, {"currency": "USD"},
     {"transactionDateTime": "0001-01-01 00:00:00"}, {"transactionDateTime": "9999-12-31T23:59:59+00:00"}],
)  # fmt: skip
def test_a_signed_callback_out_of_form_changes_nothing(gateway, changes):
    bill, attempt = begun()
    data = {**gateway.transfer(attempt.order_code)["data"], **changes}
    answer = tell({"code": "00", "success": True, "data": data, "signature": payos.sign(payos.text_of(data), gateway.keys[2])})
    assert answer.status == 400 and api.find_bill(bill_id=bill.id).state is BillState.DUE


def test_the_trial_call_of_the_gateway_is_answered_and_pays_nothing(gateway, told):
    data = {
        "orderCode": 123,
        "amount": 3000,
        "reference": "TF230204212323",
        "transactionDateTime": "2023-02-04 18:25:00",
        "code": "00",
    }
    answer = tell({"code": "00", "success": True, "data": data, "signature": payos.sign(payos.text_of(data), gateway.keys[2])})
    assert answer.status == 200 and verdicts() == ["unknown"] and told == []


def test_a_flood_of_forged_callbacks_leaves_a_sample(gateway):
    for number in range(70):
        tell({"data": {"orderCode": number}, "signature": "0"})
    assert Callback.objects.count() == 60


def test_a_callback_that_never_comes_is_asked_for(gateway, told, later):
    bill, attempt = begun()
    gateway.transfer(attempt.order_code)
    assert tasks.ask_due() == 0 and told == []
    later(timedelta(seconds=61))
    assert tasks.ask_due() == 1
    assert api.find_bill(bill_id=bill.id).state is BillState.PAID and len(told) == 1
    assert Attempt.objects.get().ask_at is None and verdicts() == []


def test_asked_and_told_is_taken_once(gateway, told, later):
    _, attempt = begun()
    callback = gateway.transfer(attempt.order_code)
    later(timedelta(seconds=61))
    tasks.ask_due()
    tell(callback)
    assert verdicts() == ["again"] and len(told) == 1


def test_a_page_that_nobody_used_expires_and_another_is_opened(gateway, later):
    bill, attempt = begun()
    later(timedelta(minutes=31))
    tasks.ask_due()
    assert [each.state for each in api.attempts(bill_id=bill.id)] == [AttemptState.EXPIRED]
    assert api.pay(by=system, bill_id=bill.id, back=BACK).order_code != attempt.order_code


def test_nobody_is_asked_for_ever(gateway, later):
    begun()
    for _ in range(80):
        later(timedelta(hours=1))
        tasks.ask_due()
    assert Attempt.objects.get().ask_at is None


def test_a_gateway_that_is_away_takes_nothing_and_says_so(gateway, told, later):
    bill = a_bill()
    gateway.breaks = 503
    with pytest.raises(GatewayDown):
        api.pay(by=system, bill_id=bill.id, back=BACK)
    gateway.breaks = 0
    assert api.pay(by=system, bill_id=bill.id, back=BACK).address


def test_a_page_whose_answer_was_lost_is_asked_for_all_the_same(gateway, told, later):
    bill = a_bill()
    gateway.loses_answer = True
    with pytest.raises(GatewayDown):
        api.pay(by=system, bill_id=bill.id, back=BACK)
    gateway.loses_answer = False
    gateway.transfer(Attempt.objects.get().order_code)
    later(timedelta(seconds=61))
    tasks.ask_due()
    assert api.find_bill(bill_id=bill.id).state is BillState.PAID and len(told) == 1


def test_an_answer_that_nobody_signed_is_not_believed(gateway, later):
    bill, attempt = begun()
    gateway.transfer(attempt.order_code)
    gateway.lies = True
    later(timedelta(seconds=61))
    assert tasks.ask_due() == 0 and api.find_bill(bill_id=bill.id).state is BillState.DUE


def test_two_taps_do_not_open_two_pages(gateway):
    bill, _ = begun()
    Attempt.objects.update(address="")
    with pytest.raises(BeingPrepared):
        api.pay(by=system, bill_id=bill.id, back=BACK)


def test_without_a_gateway_people_are_sent_to_the_counter(settings):
    settings.PAYOS_KEYS = ("", "", "")
    with pytest.raises(GatewayMissing):
        api.pay(by=system, bill_id=a_bill().id, back=BACK)


def test_what_is_free_is_settled_at_once_with_a_receipt_over_nothing(told):
    bill = a_bill(amount=0)
    assert bill.state is BillState.FREE and api.receipt(code=bill.receipt_code).amount == 0
    assert [each.amount for each in told] == [0]
    with pytest.raises(AlreadySettled):
        api.take(by=system, bill_id=bill.id, way=Way.CASH)


def test_a_bill_needs_lines_that_make_sense():
    for items in ([], [Item("x", -1)], [Item(" ", 1)], [Item("x" * 301, 1)]):
        with pytest.raises(WrongItems):
            api.bill(by=system, subject="case:x", agency_id=identity_testing.an_agency(), items=items)


def test_what_is_not_published_is_put_on_no_bill():
    unknown = api.fee(procedure="9.999999", channel="online", on=date(2026, 11, 22))
    with pytest.raises(FeeNotPublished):
        api.item_of(unknown, words="Thủ tục lạ")
    known = api.item_of(api.fee(procedure="1.001193", channel="online", on=date(2025, 6, 1)), words="Đăng ký khai sinh")
    bill = api.bill(by=system, subject="case:x", agency_id=identity_testing.an_agency(), items=[known])
    assert bill.state is BillState.FREE and "07/2024/NQ-HĐND" in showing.why_item(bill.items[0])


def test_a_transfer_needs_the_words_of_the_bank():
    with pytest.raises(WrongReference):
        api.take(by=system, bill_id=a_bill().id, way=Way.TRANSFER, reference=" ")


def test_one_transfer_pays_one_bill():
    first, second = a_bill(), a_bill()
    api.take(by=system, bill_id=first.id, way=Way.TRANSFER, reference=" FT26326001 ")
    with pytest.raises(ReferenceUsed) as refused:
        api.take(by=system, bill_id=second.id, way=Way.TRANSFER, reference="FT26326001")
    assert "reference" in refused.value.fields and api.find_bill(bill_id=second.id).state is BillState.DUE
    api.take(by=system, bill_id=second.id, way=Way.TRANSFER, reference="FT26326002")
    assert api.find_bill(bill_id=second.id).state is BillState.PAID


def test_receipts_are_numbered_without_a_gap_even_where_one_is_undone(gateway):
    from django.db import transaction

    first = api.take(by=system, bill_id=a_bill().id, way=Way.CASH)
    undone = transaction.savepoint()
    api.take(by=system, bill_id=a_bill().id, way=Way.CASH)
    transaction.savepoint_rollback(undone)
    second = api.take(by=system, bill_id=a_bill().id, way=Way.CASH)
    assert second.number == first.number + 1


def test_what_others_do_with_the_news_stands_or_falls_with_the_payment(gateway, monkeypatch):
    def refuses(_: Paid) -> None:
        raise ZeroDivisionError

    _, attempt = begun()
    monkeypatch.setattr(events.paid, "_within", [refuses])
    callback = gateway.transfer(attempt.order_code)
    with pytest.raises(ZeroDivisionError):
        tell(callback)
    assert Bill.objects.get().state == BillState.DUE and Money.objects.count() == 0
    monkeypatch.setattr(events.paid, "_within", [])
    tell(callback)
    assert Bill.objects.get().state == BillState.PAID


def test_who_paid_is_sealed(gateway):
    _, attempt = begun()
    callback = gateway.transfer(attempt.order_code)
    tell(callback)
    rows = [bytes(Bill.objects.get().payer), bytes(Money.objects.get().sealed), bytes(Callback.objects.get().sealed)]
    assert all(word not in row for row in rows for word in ("Nguyễn".encode(), b"NGUOI", b"9876543210"))
    assert Verdict(Callback.objects.get().verdict) is Verdict.TAKEN and json.dumps(callback)
