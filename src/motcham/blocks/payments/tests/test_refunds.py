"""Money goes back once, never more than came, by whoever may, and the gateway is asked until it says how it ended."""

from __future__ import annotations

import json
from datetime import timedelta
from uuid import uuid4

import pytest

from motcham.blocks.identity import testing as identity_testing
from motcham.blocks.identity.define import NotPermitted
from motcham.blocks.payments import api, events, tasks, vault
from motcham.blocks.payments.define import NoSuchBill, PaidBack, RefundState, TooMuch, Way, WrongRefund
from motcham.blocks.payments.models import Refund
from motcham.blocks.payments.testing import a_bill, tell

pytestmark = pytest.mark.django_db
system = identity_testing.system
ACCOUNT = {"bank": "970436", "account": "0071000123456"}


@pytest.fixture
def paid(gateway):
    """Return the order of a bill that was paid online."""
    attempt = api.pay(by=system, bill_id=a_bill().id, back="http://a")
    tell(gateway.transfer(attempt.order_code))
    return attempt.order_code


def back(order_code, amount=50_000, *, way=Way.GATEWAY, by=system, **more):
    given = ACCOUNT if way is Way.GATEWAY else {}
    return api.refund(by=by, order_code=order_code, amount=amount, reason="nộp nhầm", way=way, **{**given, **more})


def states():
    return list(Refund.objects.order_by("asked_at").values_list("state", flat=True))


def test_a_refund_goes_through_the_gateway_and_is_on_the_receipt(gateway, paid):
    back(paid)
    assert states() == ["asked"] and tasks.send_refunds() == 1 and states() == ["done"]
    row = Refund.objects.get()
    assert row.reference.startswith("FT") and row.to is None
    bill = api.find_bill(bill_id=row.attempt.bill_id)
    assert bill.refunded == 50_000 and api.receipt(code=bill.receipt_code).bill.refunded == 50_000
    payout = json.loads(next(gateway.folder.glob("payout-*.json")).read_text())["transactions"][0]
    assert (payout["amount"], payout["toBin"], payout["toAccountNumber"]) == (50_000, *ACCOUNT.values())


def test_a_part_goes_back_and_then_the_rest_and_then_nothing(paid):
    back(paid, 20_000)
    back(paid, 30_000, way=Way.CASH)
    with pytest.raises(TooMuch) as refused:
        back(paid, 1, way=Way.CASH)
    assert refused.value.facts["most"] == 0


def test_what_failed_can_be_tried_another_way(gateway, paid):
    back(paid)
    gateway.keys = (gateway.keys[0], gateway.keys[1], "another")
    assert tasks.send_refunds() == 0
    Refund.objects.update(state=RefundState.FAILED, next_at=None)
    assert back(paid, way=Way.CASH).state is RefundState.DONE


def test_an_answer_that_was_lost_does_not_pay_twice(gateway, paid, later):
    back(paid)
    gateway.loses_answer = True
    assert tasks.send_refunds() == 0 and states() == ["asked"]
    gateway.loses_answer = False
    later(timedelta(minutes=3))
    assert tasks.send_refunds() == 1 and states() == ["done"]
    assert len(list(gateway.folder.glob("payout-*.json"))) == 1


def test_a_payout_that_nobody_signed_is_not_believed(gateway, paid, later):
    back(paid)
    gateway.lies = True
    assert tasks.send_refunds() == 0 and states() == ["asked"]
    gateway.lies, gateway.payout_state = False, "PROCESSING"
    later(timedelta(minutes=3))
    # It went out the first time; only the answer was in doubt.
    assert tasks.send_refunds() == 1 and states() == ["done"]
    assert len(list(gateway.folder.glob("payout-*.json"))) == 1


def test_how_a_payout_stands_is_believed_under_a_signature_alone(gateway, paid, later):
    back(paid)
    gateway.payout_state = "PROCESSING"
    tasks.send_refunds()
    gateway.lies = True
    for file in gateway.folder.glob("payout-*.json"):
        file.write_text(file.read_text().replace("PROCESSING", "FAILED"))
    later(timedelta(minutes=3))
    assert tasks.send_refunds() == 0 and states() == ["sent"]


def test_a_payout_on_its_way_is_asked_about(gateway, paid, later):
    back(paid)
    gateway.payout_state = "PROCESSING"
    tasks.send_refunds()
    assert states() == ["sent"] and Refund.objects.get().payout
    later(timedelta(minutes=3))
    for file in gateway.folder.glob("payout-*.json"):
        found = json.loads(file.read_text())
        found["transactions"][0] |= {"state": "FAILED", "errorMessage": "no such account"}
        file.write_text(json.dumps(found))
    tasks.send_refunds()
    assert states() == ["failed"] and Refund.objects.get().error == "no such account"
    assert api.attempts(bill_id=Refund.objects.get().attempt.bill_id)[0].refundable == 50_000


@pytest.mark.parametrize(
    "wrong",
    [{"amount": 0}, {"amount": -1}, {"reason": " "}, {"bank": "97043"}, {"account": ""}, {"account": "1 OR 1=1"},
     {"way": Way.TRANSFER, "reference": " "}],
)  # fmt: skip
def test_a_refund_out_of_form_names_its_fields(paid, wrong):
    with pytest.raises(WrongRefund) as refused:
        api.refund(**{"by": system, "order_code": paid, "amount": 1000, "reason": "x", "way": Way.GATEWAY, **ACCOUNT, **wrong})
    assert refused.value.fields and Refund.objects.count() == 0


def test_whoever_takes_money_may_not_pay_it_back(gateway):
    identity_testing.an_agency(code="pay-here")
    clerk = identity_testing.an_officer(role="ward_officer", agency_code="pay-here")
    finance = identity_testing.an_officer(role="agency_finance", agency_code="pay-here")
    bill = a_bill(agency_id=clerk.posts[0].agency_id)
    with pytest.raises(NotPermitted):
        api.take(by=finance, bill_id=bill.id, way=Way.CASH)
    api.take(by=clerk, bill_id=bill.id, way=Way.CASH)
    order_code = api.attempts(bill_id=bill.id)[0].order_code
    with pytest.raises(NotPermitted):
        back(order_code, way=Way.CASH, by=clerk)
    assert back(order_code, way=Way.CASH, by=finance).state is RefundState.DONE


def test_an_officer_of_another_agency_can_do_neither():
    identity_testing.an_agency(code="pay-there")
    for role in ("ward_officer", "agency_finance"):
        stranger = identity_testing.an_officer(role=role, agency_code="pay-there")
        with pytest.raises(NotPermitted):
            api.take(by=stranger, bill_id=a_bill().id, way=Way.CASH)


def test_an_order_that_is_not_ours_cannot_go_back():
    with pytest.raises(NoSuchBill):
        back(5)


def test_names_and_accounts_are_forgotten_when_their_time_is_over(gateway, paid, later):
    from motcham.blocks.payments.models import Bill, Callback, Money

    back(paid)
    tasks.send_refunds()
    later(timedelta(days=181))
    assert tasks.forget() == 1 and Callback.objects.get().sealed is None and Money.objects.get().sealed is not None
    later(timedelta(days=3500))
    assert tasks.forget() == 2 and Bill.objects.get().payer is None and Money.objects.get().sealed is None
    assert tasks.forget() == 0 and vault.opened(vault.PAYER, None, 1) == {}
    assert api.receipt(code=api.bills(subject="case:test")[0].receipt_code).payer == ""


def test_a_refund_that_is_pressed_for_twice_goes_out_once(paid):
    once = uuid4()
    first, second = (back(paid, 10_000, way=Way.CASH, once=once) for _press in range(2))
    assert first.id == second.id == once and Refund.objects.count() == 1
    other = api.pay(by=system, bill_id=a_bill().id, back="http://a").order_code
    with pytest.raises(TooMuch):
        back(other, 10_000, way=Way.CASH, once=once)
    back(paid, 10_000, way=Way.CASH)
    assert api.attempts(bill_id=first.bill_id)[0].refundable == 30_000


def test_others_hear_of_money_that_went_back_and_of_none_that_did_not(gateway, paid, monkeypatch, later):
    heard: list[PaidBack] = []
    monkeypatch.setattr(events.paid_back, "_within", [heard.append])
    back(paid, 10_000, way=Way.CASH)
    back(paid, 20_000)
    assert [(each.subject, each.amount, each.reason) for each in heard] == [("case:test", 10_000, "nộp nhầm")]
    gateway.payout_state = "FAILED"
    tasks.send_refunds()
    assert len(heard) == 1
    gateway.payout_state = "SUCCEEDED"
    back(paid, 20_000)
    tasks.send_refunds()
    assert [each.amount for each in heard] == [10_000, 20_000]
