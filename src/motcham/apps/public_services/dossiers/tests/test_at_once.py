"""Money and officers at the same moment: nobody waits for the other for ever, and the dossier, its bill and its row tell one story."""

from __future__ import annotations

import pytest

from motcham.apps.public_services import states
from motcham.apps.public_services.dossiers.models import Dossier
from motcham.apps.public_services.dossiers.tests.papers import row_of
from motcham.apps.public_services.dossiers.tests.test_money import BACK, asked, events
from motcham.blocks.cases import api as cases
from motcham.blocks.identity.testing import system
from motcham.blocks.payments import api as payments
from motcham.blocks.payments.define import BillState
from motcham.blocks.payments.testing import at_once, tell

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("priced")]


def test_the_same_callback_at_once_takes_the_dossier_on_once(gateway):
    opened, bill = asked()
    told = gateway.transfer(payments.pay(by=system, bill_id=bill.id, back=BACK).order_code)
    answers = at_once(*[lambda: tell(told)] * 3)
    assert [answer.status for answer in answers] == [200] * 3
    assert events(opened) == ["2", "4", "6", "4"] and row_of(opened).payment == 2


@pytest.mark.parametrize("turn", range(3))
def test_a_payment_and_an_officer_who_stops_at_once_leave_one_story(gateway, turn):
    opened, bill = asked()
    told = gateway.transfer(payments.pay(by=system, bill_id=bill.id, back=BACK).order_code)
    answer, stopped = at_once(
        lambda: tell(told), lambda: cases.take_step(by=system, case_id=opened.id, to=states.STOPPED, message="Không nộp phí")
    )
    assert answer.status == 200 and stopped is None, (turn, answer, stopped)
    assert events(opened)[-1] == states.STOPPED
    state = payments.find_bill(bill_id=bill.id).state
    assert (state, Dossier.objects.get(case_id=opened.id).payment) in ((BillState.PAID, 2), (BillState.CANCELLED, None))
