"""Two connections at once: one payment, one receipt, one piece of news; and numbers without a gap."""

from __future__ import annotations

import pytest

from motcham.blocks.identity import testing as identity_testing
from motcham.blocks.payments import api, events
from motcham.blocks.payments.define import AlreadySettled, BeingPrepared, BillState, Paid, Way
from motcham.blocks.payments.models import Attempt, Callback, Money, Receipt
from motcham.blocks.payments.testing import a_bill, at_once, tell

pytestmark = pytest.mark.django_db(transaction=True)
system = identity_testing.system


def test_a_callback_told_by_several_at_once_pays_once(gateway, monkeypatch):
    heard: list[Paid] = []
    monkeypatch.setattr(events.paid, "_within", [heard.append])
    bill = a_bill()
    attempt = api.pay(by=system, bill_id=bill.id, back="http://a")
    callback = gateway.transfer(attempt.order_code)
    answers = at_once(*[lambda: tell(callback)] * 4)
    assert [answer.status for answer in answers] == [200] * 4
    assert sorted(Callback.objects.values_list("verdict", flat=True)) == ["again", "again", "again", "taken"]
    assert len(heard) == Money.objects.count() == Receipt.objects.count() == 1


def test_cash_and_a_callback_at_once_settle_once_and_the_other_is_surplus(gateway, monkeypatch):
    heard: list[Paid] = []
    monkeypatch.setattr(events.paid, "_within", [heard.append])
    bill = a_bill()
    attempt = api.pay(by=system, bill_id=bill.id, back="http://a")
    callback = gateway.transfer(attempt.order_code)
    at_once(lambda: tell(callback), lambda: api.take(by=system, bill_id=bill.id, way=Way.CASH))
    assert api.find_bill(bill_id=bill.id).state is BillState.PAID
    assert len(heard) == Receipt.objects.count() == Attempt.objects.filter(state="paid").count() == 1


def test_two_officers_take_the_same_bill_once():
    bill = a_bill()
    given = at_once(*[lambda: api.take(by=system, bill_id=bill.id, way=Way.CASH)] * 3)
    assert sum(isinstance(each, AlreadySettled) for each in given) == 2 and Receipt.objects.count() == 1


def test_two_taps_open_one_page(gateway):
    bill = a_bill()
    given = at_once(*[lambda: api.pay(by=system, bill_id=bill.id, back="http://a")] * 3)
    assert Attempt.objects.count() == 1
    assert all(isinstance(each, BeingPrepared) or each.order_code == Attempt.objects.get().order_code for each in given)


def test_receipts_given_at_once_have_no_gap_and_no_double():
    bills = [a_bill() for _ in range(6)]
    acts = [lambda bill=bill: api.take(by=system, bill_id=bill.id, way=Way.CASH) for bill in bills]
    numbers = sorted(each.number for each in at_once(*acts))
    assert numbers == list(range(numbers[0], numbers[0] + 6))


def test_two_refunds_at_once_do_not_pay_back_more_than_came():
    from motcham.blocks.payments.define import TooMuch

    bill = a_bill()
    api.take(by=system, bill_id=bill.id, way=Way.CASH)
    order_code = api.attempts(bill_id=bill.id)[0].order_code
    asked = {"by": system, "order_code": order_code, "amount": 30_000, "reason": "nhầm", "way": Way.CASH}
    given = at_once(*[lambda: api.refund(**asked)] * 3)
    assert sum(isinstance(each, TooMuch) for each in given) == 2
    assert api.attempts(bill_id=bill.id)[0].refunded == 30_000
