"""A dossier and its money: what it costs and why, asked for in state 6, paid once however often it is told, a question when it ended."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from datetime import date

import pytest
from django.test import Client
from django.utils import timezone

from motcham.apps.public_services import states
from motcham.apps.public_services.define import FeeKind
from motcham.apps.public_services.dossiers import actions_money, money
from motcham.apps.public_services.dossiers.refusals import NothingToPay, WrongFee
from motcham.apps.public_services.dossiers.tests.papers import PAID, PRICE, acts, desk, row_of
from motcham.apps.public_services.dossiers.tests.test_dossier import case_of, filed, step
from motcham.apps.public_services.dossiers.tests.test_form import filled
from motcham.apps.public_services.sources import Offer
from motcham.apps.public_services.testing import BIRTH, CERTIFIED_COPY, known
from motcham.blocks.cases import api as cases
from motcham.blocks.cases.define import Filing
from motcham.blocks.identity.testing import a_citizen, client_of, system
from motcham.blocks.payments import api as payments
from motcham.blocks.payments.define import AlreadySettled, BillState, FeeNotPublished, Reason, Way
from motcham.blocks.payments.testing import a_bill, tell

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("priced")]
KEY = f"public_services.dossier:{PAID.code}"
BACK = "https://motcham.example/payments/x/"


def asked(**changes):
    """Return a dossier whose payment was asked for today, with its bill."""
    opened = filed(KEY, on=f"{timezone.localtime():%Y-%m-%d %H:%M}", **changes)
    for to in (states.ACCEPTED, states.IN_PROGRESS, states.TO_PAY):
        cases.take_step(by=system, case_id=opened.id, to=to)
    [bill] = actions_money.bills_of(opened.id)
    return opened, bill


def events(opened) -> list[str]:
    return [each.step for each in cases.case_by_id(opened.id, actor=system).events if each.kind == "step"]


def test_the_fee_is_that_of_the_channel_the_day_and_the_applicant():
    def fee(procedure, channel, on, **more):
        found = money.quote(procedure.code, procedure, channel=channel, on=on, answers=more.pop("answers", {}), **more)
        return found.amount, found.reason

    assert fee(BIRTH, "online", date(2025, 1, 2)) == (0, Reason.EXEMPT_ONLINE)
    assert fee(PAID, "online", date(2025, 1, 2)) == (PRICE, Reason.PAGE_AMOUNT), "of the field, but of no kind that is exempt"
    assert fee(PAID, "online", date(2026, 3, 2)) == (PRICE, Reason.PAGE_AMOUNT)
    assert fee(PAID, "direct", date(2025, 1, 2)) == (PRICE, Reason.PAGE_AMOUNT)
    assert fee(CERTIFIED_COPY, "direct", date(2026, 3, 2), answers={"pages": "3", "copies": "2"}) == (10_000, Reason.RULE)
    assert fee(BIRTH, "direct", date(2026, 3, 2), applicant="disabled") == (0, Reason.EXEMPT_PERSON)
    assert fee(CERTIFIED_COPY, "online", date(2026, 3, 2))[0] is not None


def test_a_list_of_people_costs_by_its_people():
    def fee(channel, **answers):
        return money.quote("1.004194", None, channel=channel, on=date(2026, 11, 22), answers=answers).amount

    assert fee("direct", who_moves="alone") == 15_000
    assert fee("direct", who_moves="listed", number_listed="12") == 120_000
    assert fee("online", who_moves="listed", number_listed="12") == 60_000


def test_state_6_makes_a_bill_that_its_applicant_finds_on_the_page():
    opened, bill = asked()
    assert (bill.state, bill.total, bill.agency_id) == (BillState.DUE, PRICE, opened.agency_id)
    page = Client().get(f"/track/{case_of(opened).code}/").content.decode()
    assert f"/payments/{bill.code}/" in page and "50.000" in page
    assert "đang giữ việc này" not in page, "nobody works on it: it waits for the payment"
    assert Client().get(f"/payments/{bill.code}/").status_code == 200
    assert f"/payments/desk/{bill.id}/" in desk().get(f"/desk/{opened.id}/").content.decode()
    assert row_of(opened).payment is None


def test_a_payment_takes_the_dossier_on_once_though_it_is_told_twice(gateway):
    opened, bill = asked()
    attempt = payments.pay(by=system, bill_id=bill.id, back=BACK)
    told = gateway.transfer(attempt.order_code)
    assert [tell(told).body["verdict"], tell(told).body["verdict"]] == ["taken", "again"]
    assert events(opened) == ["2", "4", "6", "4"]
    view = cases.case_by_id(opened.id, actor=system)
    assert (view.line.step, view.line.state, view.events[-1].actor) == (states.IN_PROGRESS, "open", "system:dossiers")
    assert row_of(opened).payment == actions_money.ONLINE
    assert "Đã nộp" in view.events[-1].message or "Paid" in view.events[-1].message


def test_the_applicant_pays_from_the_page_of_the_dossier_and_reads_there_that_it_goes_on(gateway):
    opened, bill = asked()
    someone, code = Client(), case_of(opened).code
    page = someone.get(f"/track/{code}/").content.decode()
    [address] = set(re.findall(r'href="(/payments/[0-9A-Z]{24}/)"', page))
    assert f"{address}pay/" in someone.get(address).content.decode()
    someone.post(f"{address}pay/")
    shown = someone.get(address).content.decode()
    assert "pay.example.vn" in shown and "<svg" in shown
    [attempt] = payments.attempts(bill_id=bill.id)
    callback = json.dumps(gateway.transfer(attempt.order_code))
    for _told_twice in range(2):
        assert Client().post("/payments/payos/", callback, content_type="application/json").status_code == 200
    after = someone.get(f"/track/{code}/").content.decode()
    assert f"{address}pay" not in after and "/payments/receipts/" in after and "Đã nộp: 50.000 đ." in after
    assert events(opened) == ["2", "4", "6", "4"]


def test_money_that_comes_when_the_dossier_has_moved_is_noted_and_moves_nothing(gateway):
    opened, bill = asked()
    attempt = payments.pay(by=system, bill_id=bill.id, back=BACK)
    cases.take_step(by=system, case_id=opened.id, to=states.IN_PROGRESS)
    tell(gateway.transfer(attempt.order_code))
    view = cases.case_by_id(opened.id, actor=system)
    assert events(opened) == ["2", "4", "6", "4"] and view.events[-1].kind == "note" and view.events[-1].is_public
    assert row_of(opened).payment == actions_money.ONLINE


def test_cash_at_the_counter_takes_the_dossier_on_and_is_no_online_payment():
    opened, bill = asked()
    payments.take(by=system, bill_id=bill.id, way=Way.CASH)
    with pytest.raises(AlreadySettled):
        payments.take(by=system, bill_id=bill.id, way=Way.CASH)
    assert events(opened) == ["2", "4", "6", "4"]
    assert row_of(opened).payment == actions_money.NOT_ONLINE


def test_a_bill_that_is_not_wanted_any_more_is_withdrawn(django_capture_on_commit_callbacks):
    opened, bill = asked()
    with django_capture_on_commit_callbacks(execute=True):
        cases.take_step(by=system, case_id=opened.id, to=states.STOPPED, message="Không nộp phí")
    assert payments.find_bill(bill_id=bill.id).state is BillState.CANCELLED


def test_what_is_free_is_not_asked_for_and_says_why():
    opened = filed()
    step(opened, states.ACCEPTED, "2026-03-02 10:00")
    [bill] = actions_money.bills_of(opened.id)
    assert (bill.state, bill.total) == (BillState.FREE, 0) and bill.receipt_code
    step(opened, states.IN_PROGRESS, "2026-03-02 10:05")
    with pytest.raises(NothingToPay):
        step(opened, states.TO_PAY, "2026-03-02 11:00")
    assert case_of(opened).step == states.IN_PROGRESS and row_of(opened).payment is None
    page = Client().get(f"/track/{case_of(opened).code}/").content.decode()
    assert bill.receipt_code in page


def test_an_officer_names_a_sum_only_with_what_it_is_for_and_its_document():
    opened = filed("public_services.dossier:1.009999", applicant="citizen", papers_of="g1")
    for to in (states.ACCEPTED, states.IN_PROGRESS):
        cases.take_step(by=system, case_id=opened.id, to=to)
    with pytest.raises(FeeNotPublished):
        cases.take_step(by=system, case_id=opened.id, to=states.TO_PAY)
    with pytest.raises(WrongFee):
        cases.take_step(by=system, case_id=opened.id, to=states.TO_PAY, answers={"fee": 120_000, "fee_for": "Lệ phí"})
    given = {"fee": 120_000, "fee_for": "Lệ phí cấp phép", "fee_basis": "01/2026/NQ-HĐND"}
    cases.take_step(by=system, case_id=opened.id, to=states.TO_PAY, answers=given)
    [bill] = actions_money.bills_of(opened.id)
    assert [(each.words, each.amount, each.legal_basis) for each in bill.items] == [
        ("Lệ phí cấp phép", 120_000, "01/2026/NQ-HĐND")
    ]


def test_the_page_of_the_officer_says_that_nothing_can_be_asked_and_keeps_what_was_typed():
    opened, browser = filed(on=f"{timezone.localtime():%Y-%m-%d %H:%M}"), desk()
    acts(browser, opened, "2")
    acts(browser, opened, "4")
    answer = acts(browser, opened, "6", message="Xin nộp phí")
    assert answer.status_code == 400
    page = answer.content.decode()
    assert "Xin nộp phí" in page and case_of(opened).step == "4"


def test_what_was_paid_for_nothing_is_a_question_to_the_officer(gateway):
    opened, bill = asked()
    tell(gateway.transfer(payments.pay(by=system, bill_id=bill.id, back=BACK).order_code))
    browser = desk()
    asks = "không có kết quả", "ended without its result"
    assert not any(words in browser.get(f"/desk/{opened.id}/").content.decode() for words in asks)
    cases.take_step(by=system, case_id=opened.id, to=states.STOPPED, message="Người nộp đề nghị dừng")
    assert any(words in browser.get(f"/desk/{opened.id}/").content.decode() for words in asks)


def test_money_that_went_back_is_read_on_the_page_of_the_dossier(gateway):
    opened, bill = asked()
    attempt = payments.pay(by=system, bill_id=bill.id, back=BACK)
    tell(gateway.transfer(attempt.order_code))
    payments.refund(by=system, order_code=attempt.order_code, amount=20_000, reason="Thu thừa một bản sao", way=Way.CASH)
    page = Client().get(f"/track/{case_of(opened).code}/").text
    assert "20.000 đ" in page and "Thu thừa một bản sao" in page
    assert events(opened) == ["2", "4", "6", "4"], "a refund moves nothing"


def test_a_refund_after_the_result_is_noted_and_of_a_bill_that_is_no_dossiers_nowhere(gateway):
    opened, bill = asked()
    attempt = payments.pay(by=system, bill_id=bill.id, back=BACK)
    tell(gateway.transfer(attempt.order_code))
    for to, given in ((states.DONE, {"electronic_result": False}), (states.HANDED_OVER, None)):
        cases.take_step(by=system, case_id=opened.id, to=to, answers=given)
    payments.refund(by=system, order_code=attempt.order_code, amount=PRICE, reason="Được miễn", way=Way.CASH)
    assert "Được miễn" in Client().get(f"/track/{case_of(opened).code}/").text
    assert (case_of(opened).step, payments.find_bill(bill_id=bill.id).refunded) == (states.HANDED_OVER, PRICE)
    other = a_bill(subject="case:00000000-0000-0000-0000-000000000000")
    payments.take(by=system, bill_id=other.id, way=Way.CASH)
    code = payments.attempts(bill_id=other.id)[0].order_code
    assert payments.refund(by=system, order_code=code, amount=1, reason="x", way=Way.CASH).amount == 1


def test_the_review_says_what_it_costs_before_anything_is_sent():
    client = Client()
    page = client.get(filled(client)).content.decode()
    assert "Không phải nộp vì nộp hồ sơ trực tuyến" in page
    assert str(money.cost(PAID, filing_of("web"))).startswith("50.000")


def filing_of(channel: str):
    return Filing({}, None, channel, timezone.now())


def test_who_files_online_at_a_fee_nobody_published_reads_what_it_costs_at_the_counter():
    page = replace(PAID, code="1.777777", offers=(Offer("direct", 3, "working_days", FeeKind.FREE, 0),))
    silent = replace(page, offers=())

    with known(page):
        online, counter = str(money.cost(page, filing_of("web"))), str(money.cost(page, filing_of("counter")))
    with known(silent):
        nowhere = str(money.cost(silent, filing_of("web")))

    assert online.startswith(nowhere) and online.endswith(counter) and len(online) > len(nowhere) + len(counter)
    assert counter == payments.why(money.quote("1.777777", page, channel="direct", on=timezone.localdate(), answers={}))


def test_a_bill_leads_whoever_filed_back_to_the_dossier_and_nobody_else():
    mother = a_citizen()
    opened, bill = asked(by=mother)
    code = case_of(opened).code
    back = f"/track/{code[:4]}-{code[4:8]}-{code[8:]}/"
    assert back in client_of(mother).get(f"/payments/{bill.code}/").text
    for page in (f"/payments/{bill.code}/", f"/payments/{bill.code}/result/"):
        # The code of a bill is handed to whoever pays.
        assert code[:4] not in Client().get(page).text and code[:4] not in client_of(a_citizen()).get(page).text
