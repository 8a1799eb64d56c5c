"""Whatever happens in whatever order, the books hold: a machine that acts at random against the database."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck
from hypothesis import settings as Settings  # noqa: N812 -- pytest-django has the other
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule, run_state_machine_as_test

from motcham.blocks.identity import testing as identity_testing
from motcham.blocks.payments import actions_callback, api, demo_gateway, events, queries
from motcham.blocks.payments.define import AlreadySettled, AttemptState, BillState, RefundState, TooMuch, Way
from motcham.blocks.payments.models import Attempt, Callback, Money, Receipt, Refund
from motcham.blocks.payments.testing import a_bill, tell

TOTAL = 50_000
HEARD: list[object] = []
system = identity_testing.system


class Lifecycle(RuleBasedStateMachine):
    """One bill, everything that can be done to it, and what must hold after each act."""

    gateway: demo_gateway.FakeGateway
    agency_id: int

    def __init__(self) -> None:
        super().__init__()
        self.undo = transaction.savepoint()
        self.bill = a_bill(amount=TOTAL, agency_id=self.agency_id)
        self.callbacks: list[dict] = []
        HEARD.clear()

    def teardown(self) -> None:
        """Leave nothing behind."""
        transaction.savepoint_rollback(self.undo)

    @rule()
    def open_the_page(self) -> None:
        try:
            api.pay(by=system, bill_id=self.bill.id, back="http://a")
        except AlreadySettled:
            assert self.state is not BillState.DUE

    @precondition(lambda self: Attempt.objects.filter(bill_id=self.bill.id, way="gateway").exists())
    @rule(amount=st.sampled_from([TOTAL, TOTAL // 2, 2 * TOTAL, 1]), choice=st.randoms(), is_told=st.booleans())
    def transfer(self, amount: int, choice, is_told: bool) -> None:
        codes = sorted(Attempt.objects.filter(bill_id=self.bill.id, way="gateway").values_list("order_code", flat=True))
        self.callbacks.append(self.gateway.transfer(choice.choice(codes), amount=amount))
        if is_told:
            assert tell(self.callbacks[-1]).status == 200

    @precondition(lambda self: bool(self.callbacks))
    @rule(choice=st.randoms())
    def tell_again(self, choice) -> None:
        assert tell(choice.choice(self.callbacks)).status == 200

    @precondition(lambda self: bool(self.callbacks))
    @rule(choice=st.randoms())
    def forge(self, choice) -> None:
        callback = choice.choice(self.callbacks)
        assert tell({**callback, "data": {**callback["data"], "amount": 10**9}}).status == 400

    @precondition(lambda self: Attempt.objects.filter(bill_id=self.bill.id, way="gateway").exists())
    @rule()
    def ask(self) -> None:
        for code in list(Attempt.objects.filter(bill_id=self.bill.id, way="gateway").values_list("order_code", flat=True)):
            actions_callback.ask(by=system, order_code=code)

    @rule()
    def expire(self) -> None:
        Attempt.objects.filter(bill_id=self.bill.id, state=AttemptState.OPEN).update(state=AttemptState.EXPIRED)

    @rule()
    def take_cash(self) -> None:
        try:
            api.take(by=system, bill_id=self.bill.id, way=Way.CASH)
        except AlreadySettled:
            assert self.state is not BillState.DUE

    @rule()
    def withdraw(self) -> None:
        try:
            api.withdraw(by=system, bill_id=self.bill.id, reason="x")
        except AlreadySettled:
            assert self.state is not BillState.DUE

    @precondition(lambda self: Money.objects.filter(attempt__bill_id=self.bill.id).exists())
    @rule(amount=st.sampled_from([1, TOTAL // 2, TOTAL]), choice=st.randoms())
    def pay_back(self, amount: int, choice) -> None:
        attempt = choice.choice([each for each in api.attempts(bill_id=self.bill.id) if each.received])
        try:
            api.refund(by=system, order_code=attempt.order_code, amount=amount, reason="x", way=Way.CASH)
        except TooMuch:
            assert attempt.refundable < amount

    @property
    def state(self) -> BillState:
        return api.find_bill(bill_id=self.bill.id).state

    @invariant()
    def a_bill_is_paid_once_and_says_so_once(self) -> None:
        paid = Attempt.objects.filter(bill_id=self.bill.id, state=AttemptState.PAID).count()
        receipts = Receipt.objects.filter(bill_id=self.bill.id).count()
        assert paid == receipts == len(HEARD) == (1 if self.state is BillState.PAID else 0)

    @invariant()
    def every_dong_is_owed_or_on_the_list_or_went_back(self) -> None:
        came = sum(each.received for each in api.attempts(bill_id=self.bill.id))
        assert came == sum(Money.objects.filter(attempt__bill_id=self.bill.id).values_list("amount", flat=True))
        is_due, attempts = self.state is BillState.DUE, api.attempts(bill_id=self.bill.id)
        waiting = sum(each.received for each in attempts if is_due and each.state is AttemptState.UNDERPAID)
        kept = TOTAL if self.state is BillState.PAID else waiting
        back = sum(each.amount for each in Refund.objects.filter(attempt__bill_id=self.bill.id, state=RefundState.DONE))
        listed = sum(left for row, left in queries.to_go_back(agencies=[self.agency_id]) if row.bill_id == self.bill.id)
        # What an officer gave back of what was owed is neither kept nor listed.
        assert came - kept - back <= listed <= came - back
        assert all(0 <= each.refunded <= each.received for each in api.attempts(bill_id=self.bill.id))

    @invariant()
    def nothing_forged_counts(self) -> None:
        assert not Callback.objects.filter(verdict="forged", attempt__isnull=False).exists()


@pytest.mark.django_db
def test_the_books_hold_whatever_happens(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, settings: Any):
    monkeypatch.setattr(events.paid, "_within", [HEARD.append])
    settings.PAYOS_URL, settings.PAYOS_KEYS, settings.HOME = "demo", demo_gateway.KEYS, tmp_path
    Lifecycle.agency_id, Lifecycle.gateway = identity_testing.an_agency(), demo_gateway.fake()
    checks = Settings(max_examples=8, stateful_step_count=12, deadline=None, suppress_health_check=list(HealthCheck))
    run_state_machine_as_test(Lifecycle, settings=checks)
