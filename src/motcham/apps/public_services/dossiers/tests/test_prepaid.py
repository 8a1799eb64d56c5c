"""Fees that are paid with the filing: by the words of the procedure, asked for once, shown to applicant and officer."""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime
from importlib import resources
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.utils import timezone
from django.utils.translation import gettext

from motcham import data
from motcham.apps.public_services import law, states
from motcham.apps.public_services.dossiers import actions_money, money
from motcham.apps.public_services.dossiers.refusals import NotExempt, NothingToPay, NotPaidYet
from motcham.apps.public_services.dossiers.tests.papers import PAID, acts, desk, row_of
from motcham.apps.public_services.dossiers.tests.test_dossier import case_of, filed
from motcham.apps.public_services.dossiers.tests.test_money import filing_of
from motcham.apps.public_services.testing import EVERY, known
from motcham.blocks.cases import api as cases
from motcham.blocks.identity.testing import system
from motcham.blocks.ledger.testing import written
from motcham.blocks.payments import api as payments
from motcham.blocks.payments.define import BillState, Way
from motcham.kernel.calendar import CITY

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("house")]
EXTRACT, COOPERATIVE = replace(PAID, code="2.000635"), replace(PAID, code="1.004901")
TODAY = date(2026, 11, 22)
FIRST_ANSWERS: dict[str, Any] = {"limit": states.FIRST_ANSWER, "since": date(2026, 1, 1), "until": date(2027, 12, 31)}


@pytest.fixture(autouse=True)
def catalogue(house: None) -> Iterator[None]:
    """Have procedures whose fee is paid with the filing, and one whose fee is not."""
    with known(*EVERY, PAID, EXTRACT, COOPERATIVE):
        yield


def sent(procedure=EXTRACT, **more):
    """Return a dossier that was filed today."""
    return filed(f"public_services.dossier:{procedure.code}", on=f"{timezone.localtime():%Y-%m-%d %H:%M}", **more)


def test_every_row_says_what_its_procedure_says():
    packed = resources.files("motcham.data").joinpath("procedures/commune_level.jsonl.gz").read_bytes()
    texts = {row["ma_thu_tuc"]: row for row in map(json.loads, gzip.decompress(packed).decode().splitlines())}
    rows = data.rows("fee_times.csv")
    assert len(rows) == len({(row["procedure"], row["channel"], row["fact"]) for row in rows})
    for row in rows:
        found = texts[row["procedure"]]
        text = " ".join(f"{found['trinh_tu_thuc_hien']} {found['cach_thuc_thuc_hien']}".split())
        assert row["said"] in text and row["document"] == found["so_quyet_dinh"], row
        assert row["fact"] in (law.PREPAID, law.FIRST, law.KEPT) and row["channel"] in ("", "online", "direct"), row


@pytest.mark.parametrize(
    ("code", "channel", "on", "is_so"),
    [
        ("2.000635", "online", TODAY, True),
        ("2.000635.000.00.00.H29", "direct", TODAY, True),
        ("2.000635", "post", TODAY, False),
        ("2.000635", "online", date(2025, 6, 30), False),
        ("1.004901", "post", TODAY, True),
        ("1.004194", "online", TODAY, False),
        ("1.009998", "online", TODAY, False),
    ],
)
def test_a_fee_is_paid_with_the_filing_by_procedure_channel_and_day(code, channel, on, is_so):
    assert money.is_prepaid(code, channel=channel, on=on) is is_so


def test_the_bill_is_there_as_soon_as_it_is_sent_and_the_officer_sees_that_it_is_not_paid():
    opened = sent()
    [bill] = actions_money.bills_of(opened.id)
    assert (bill.state, bill.total) == (BillState.DUE, 8_000), "the dated table, not what the page says"
    assert f"/payments/{bill.code}/" in Client().get(f"/track/{case_of(opened).code}/").text
    words = "Cơ quan tiếp nhận hồ sơ này sau khi phí, lệ phí đã nộp", "The office accepts this dossier once its fee is paid"
    assert any(one in desk().get(f"/desk/{opened.id}/").text for one in words)
    assert any(one in Client().get(f"/track/{case_of(opened).code}/").text for one in words)
    payments.take(by=system, bill_id=bill.id, way=Way.CASH)
    assert not any(one in desk().get(f"/desk/{opened.id}/").text for one in words)
    assert row_of(opened).payment == actions_money.NOT_ONLINE and case_of(opened).step == states.NEW


def test_a_fee_that_has_its_bill_is_not_asked_for_twice():
    opened = sent(COOPERATIVE)
    [bill] = actions_money.bills_of(opened.id)
    for to in (states.ACCEPTED, states.IN_PROGRESS, states.TO_PAY):
        cases.take_step(by=system, case_id=opened.id, to=to)
    assert [each.id for each in actions_money.bills_of(opened.id)] == [bill.id]
    payments.take(by=system, bill_id=bill.id, way=Way.CASH)
    assert case_of(opened).step == states.IN_PROGRESS
    with pytest.raises(NothingToPay):
        cases.take_step(by=system, case_id=opened.id, to=states.TO_PAY)


def test_nothing_is_asked_for_before_where_the_procedure_does_not_say_so():
    assert actions_money.bills_of(sent(PAID).id) == ()


def test_the_review_says_when_it_is_paid():
    first, with_filing = str(money.cost(EXTRACT, filing_of("web"))), str(money.cost(COOPERATIVE, filing_of("web")))
    assert gettext("Pay as soon as it is sent, on the page of your dossier: the office accepts it once it is paid.") in first
    assert (
        gettext("It is paid with the filing: as soon as it is sent, on the page of your dossier, or at the counter.")
        in with_filing
    )
    assert str(money.cost(PAID, filing_of("web"))) not in (first, with_filing)


def test_a_dossier_whose_fee_comes_first_is_accepted_once_it_is_paid_and_the_office_is_not_late_meanwhile():
    opened = sent()
    [bill] = actions_money.bills_of(opened.id)
    assert "within" not in case_of(opened).clock and cases.step_rates(**FIRST_ANSWERS) == {}
    for to in (states.ACCEPTED, states.ASKED):
        answer = acts(desk(), opened, to, message="Thiếu")
        assert answer.status_code == (409 if to == states.ACCEPTED else 302)
    with pytest.raises(NotPaidYet, match="163/QĐ-BTP"):
        cases.take_step(by=system, case_id=opened.id, to=states.IN_PROGRESS)
    payments.take(by=system, bill_id=bill.id, way=Way.CASH)
    cases.take_step(by=system, case_id=opened.id, to=states.IN_PROGRESS)
    assert row_of(opened).accepted_at is not None


def test_the_time_of_the_first_answer_begins_with_the_payment():
    opened = sent()
    [bill] = actions_money.bills_of(opened.id)
    told = [each.message for each in cases.case_by_id(opened.id, actor=system).events if each.kind == "stands"]
    assert len(told) == 1 and "8.000" in told[0] and "163/QĐ-BTP" in told[0]
    payments.take(by=system, bill_id=bill.id, way=Way.CASH)
    assert case_of(opened).clock["within"]["limit"] == states.FIRST_ANSWER
    assert sum(each.waiting for each in cases.step_rates(**FIRST_ANSWERS).values()) == 1
    cases.take_step(by=system, case_id=opened.id, to=states.ACCEPTED)
    assert sum(each.kept for each in cases.step_rates(**FIRST_ANSWERS).values()) == 1


def test_at_a_counter_nothing_waits_and_the_officer_sees_that_it_is_not_paid():
    opened = sent(channel="counter")
    assert [each.total for each in actions_money.bills_of(opened.id)] == [8_000] and "within" in case_of(opened).clock
    words = gettext("The fee of this procedure is paid with the filing, and it is not paid yet.")
    assert words in desk().get(f"/desk/{opened.id}/").text
    cases.take_step(by=system, case_id=opened.id, to=states.ACCEPTED)
    assert words in desk().get(f"/desk/{opened.id}/").text, "accepting it does not pay it"


@time_machine.travel(datetime(2026, 11, 22, 9, tzinfo=CITY))
def test_whoever_was_billed_before_the_paper_was_seen_is_exempt_by_the_rule_of_the_day():
    opened, browser = sent(), desk()
    [bill] = actions_money.bills_of(opened.id)
    address = f"/dossiers/{opened.id}/exempt/"
    assert f'action="{address}"' in browser.get(f"/desk/{opened.id}/").text
    assert desk("ward.26743").post(address, {"ground": "digital_citizen", "paper": "VNeID"}).status_code == 404
    for ground, paper in (("poor_household", "Sổ hộ nghèo"), ("digital_citizen", " "), ("none", "x")):
        browser.post(address, {"ground": ground, "paper": paper})
        assert actions_money.bills_of(opened.id) == (bill,), "no rule frees them from this fee, or nothing was seen"
    browser.post(address, {"ground": "digital_citizen", "paper": "Năm giấy tờ trong VNeID"})
    was, now = actions_money.bills_of(opened.id)
    assert (was.state, now.state, now.total) == (BillState.CANCELLED, BillState.FREE, 0) and now.receipt_code
    assert now.items[0].legal_basis.startswith("117/2026/TT-BTC") and written("dossiers.exempted") == 1
    told = Client().get(f"/track/{case_of(opened).code}/").text
    assert "117/2026/TT-BTC" in told and "Năm giấy tờ trong VNeID" in told
    assert case_of(opened).clock["within"]["limit"] == states.FIRST_ANSWER, "the time of the first answer begins"
    assert f'action="{address}"' not in browser.get(f"/desk/{opened.id}/").text
    for to in (states.ACCEPTED, states.IN_PROGRESS):
        cases.take_step(by=system, case_id=opened.id, to=to)
    with pytest.raises(NothingToPay):
        cases.take_step(by=system, case_id=opened.id, to=states.TO_PAY)


@time_machine.travel(datetime(2026, 11, 22, 9, tzinfo=CITY))
def test_an_exemption_takes_on_what_waited_for_the_payment_and_leaves_what_came_on_top_due():
    opened = sent()
    payments.withdraw(by=system, bill_id=actions_money.bills_of(opened.id)[0].id, reason="x")
    for to in (states.ACCEPTED, states.IN_PROGRESS):
        cases.take_step(by=system, case_id=opened.id, to=to)
    more = {states.FEE: 3_000, states.FEE_FOR: "Bản in thêm", states.FEE_BASIS: "QĐ 1"}
    cases.take_step(by=system, case_id=opened.id, to=states.TO_PAY, answers=more)
    actions_money.exempt(by=system, case_id=opened.id, ground="digital_citizen", paper="VNeID")
    last = actions_money.bills_of(opened.id)[-1]
    assert (last.state, last.total, case_of(opened).step) == (BillState.DUE, 3_000, states.TO_PAY)
    payments.take(by=system, bill_id=last.id, way=Way.CASH)
    assert case_of(opened).step == states.IN_PROGRESS
    with pytest.raises(NotExempt):
        actions_money.exempt(by=system, case_id=opened.id, ground="digital_citizen", paper="VNeID")


@pytest.mark.parametrize(("procedure", "is_kept"), [(COOPERATIVE, True), (EXTRACT, False)])
def test_what_was_paid_and_not_granted_is_kept_only_where_a_text_says_so(procedure, is_kept, django_capture_on_commit_callbacks):
    opened = sent(procedure)
    [bill] = actions_money.bills_of(opened.id)
    payments.take(by=system, bill_id=bill.id, way=Way.CASH)
    with django_capture_on_commit_callbacks(execute=True):
        cases.take_step(by=system, case_id=opened.id, to=states.NOT_ACCEPTED, message="Không đủ điều kiện")
    page = desk().get(f"/desk/{opened.id}/").text
    assert ("2103/QĐ-BTC" in page) is is_kept
    asks = "không có kết quả", "ended without its result"
    assert any(words in page for words in asks) is not is_kept
