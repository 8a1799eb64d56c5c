"""A day is compared with the gateway's report: what agrees, what is missing on either side, what differs, what stands there twice."""

from __future__ import annotations

import json
from datetime import datetime, time, timedelta

import pytest
from django.utils import timezone

from motcham.blocks.identity import testing as identity_testing
from motcham.blocks.identity.define import NotPermitted
from motcham.blocks.payments import api, client, reports, tasks
from motcham.blocks.payments.define import DifferenceKind, ReportOfOtherDay, Way, WrongReport
from motcham.blocks.payments.models import Money, Reconciliation, Refund
from motcham.blocks.payments.queries import CITY
from motcham.blocks.payments.testing import a_bill, tell

system = identity_testing.system
HEAD = "orderCode,reference,amount,transactionDateTime,description"
DAY = datetime(2026, 11, 20, 10, 0, tzinfo=CITY)


def table(lines, head=HEAD):
    return "\n".join([head, *(",".join(map(str, line)) for line in lines)]).encode()


@pytest.fixture
def day(gateway, db):
    """Return the lines of a day with three payments as the gateway would report them."""
    lines = []
    for _ in range(3):
        attempt = api.pay(by=system, bill_id=a_bill().id, back="http://a")
        callback = gateway.transfer(attempt.order_code, at=DAY)
        tell(callback)
        data = callback["data"]
        lines.append([attempt.order_code, data["reference"], data["amount"], data["transactionDateTime"], data["description"]])
    return lines


def kinds(found):
    return sorted(each.kind for each in found.differences)


def test_two_books_that_agree(day):
    found = api.reconcile(by=system, day=DAY.date(), report=table(day))
    assert found.agrees and (found.matched, found.sum_here, found.sum_there) == (3, 150_000, 150_000)
    assert api.reconciled(day=DAY.date()) == found


def test_each_kind_of_difference_is_listed(day):
    last = day[2]
    lines = [day[0], day[0], [day[1][0], day[1][1], 49_000, day[1][3], ""], [9, "FTX", 7000, "2026-11-20 12:00:00", ""]]
    found = api.reconcile(by=system, day=DAY.date(), report=table(lines))
    assert kinds(found) == sorted(
        [DifferenceKind.TWICE, DifferenceKind.AMOUNT, DifferenceKind.MISSING_HERE, DifferenceKind.MISSING_THERE]
    )
    by_kind = {each.kind: each for each in found.differences}
    assert (by_kind[DifferenceKind.AMOUNT].here, by_kind[DifferenceKind.AMOUNT].there) == (50_000, 49_000)
    assert by_kind[DifferenceKind.MISSING_THERE].reference == last[1] and by_kind[DifferenceKind.MISSING_HERE].there == 7000


def test_a_payment_around_midnight_is_known_on_another_day(day):
    Money.objects.filter(reference=day[0][1]).update(at=DAY - timedelta(days=1))
    assert kinds(api.reconcile(by=system, day=DAY.date(), report=table(day))) == [DifferenceKind.OTHER_DAY]


def test_what_the_report_has_under_another_day_is_said_to_be_there(day):
    line = [*day[0]]
    line[3] = "2026-11-21 00:00:01"
    found = api.reconcile(by=system, day=DAY.date(), report=table([line, *day[1:]]))
    assert kinds(found) == [DifferenceKind.REPORTED_OTHER_DAY] and found.differences[0].here == 50_000


@pytest.mark.parametrize("at", ["00:00:00", "23:59:59"])
def test_a_day_begins_and_ends_with_that_of_the_city(gateway, db, at):
    moment = datetime.combine(DAY.date(), time.fromisoformat(at), CITY)
    callback = gateway.transfer(api.pay(by=system, bill_id=a_bill().id, back="http://a").order_code, at=moment)
    tell(callback)
    line = [callback["data"][name] for name in HEAD.split(",")]
    assert api.reconcile(by=system, day=DAY.date(), report=table([line])).agrees
    for other in (DAY.date() - timedelta(days=1), DAY.date() + timedelta(days=1)):
        assert api.reconcile(by=system, day=other, report=table([])).sum_here == 0


def test_the_report_of_another_day_is_refused_and_one_of_days_around_it_is_not(day):
    yesterday, tomorrow = [5, "FTY", 1, "2026-11-19 23:59:59", ""], [6, "FTZ", 1, "2026-11-21 00:00:00", ""]
    with pytest.raises(ReportOfOtherDay) as refused:
        api.reconcile(by=system, day=DAY.date(), report=table([yesterday]))
    assert "19" in refused.value.facts["days"] and "20" in refused.value.facts["day"]
    assert Reconciliation.objects.count() == 0
    found = api.reconcile(by=system, day=DAY.date(), report=table([yesterday, tomorrow]))
    assert kinds(found) == [DifferenceKind.MISSING_THERE] * 3


def test_lines_of_other_days_are_left_alone_and_cash_is_not_the_gateways(day):
    api.take(by=system, bill_id=a_bill().id, way="cash")
    other = [5, "FTY", 1, "2026-11-19 23:59:59", ""]
    assert api.reconcile(by=system, day=DAY.date(), report=table([*day, other])).agrees


def test_a_semicolon_and_a_byte_order_mark_are_read(day):
    text = table(day).replace(b",", b";")
    assert api.reconcile(by=system, day=DAY.date(), report=b"\xef\xbb\xbf" + text).agrees


@pytest.mark.parametrize(
    "report",
    [b"", b"a,b\n1,2", table([[1, "FT", "50,5", "2026-11-20 10:00:00", ""]]), table([["x", "FT", 5, "2026-11-20 10:00:00", ""]]),
     table([[1, "", 5, "2026-11-20 10:00:00", ""]]), table([[1, "FT", 5, "gestern", ""]]), "đ".encode("utf-16"), b"PK\x03\x04\xff",
     HEAD.encode() + b"\n1,FT", HEAD.encode() + b"\n" + b"\x00,1"],
)  # fmt: skip
def test_what_is_no_report_is_refused_and_nothing_is_kept(db, report):
    with pytest.raises(WrongReport):
        api.reconcile(by=system, day=DAY.date(), report=report)
    assert Reconciliation.objects.count() == 0


def test_a_report_has_an_end(monkeypatch, db):
    monkeypatch.setattr(reports, "MOST_BYTES", 10)
    with pytest.raises(WrongReport):
        api.reconcile(by=system, day=DAY.date(), report=b"x" * 11)


def test_only_the_citys_finance_officer_compares(db):
    identity_testing.an_agency(code="rec")
    for role in ("ward_officer", "agency_finance", "inspector", "administrator"):
        with pytest.raises(NotPermitted):
            api.reconcile(by=identity_testing.an_officer(role=role, agency_code="rec"), day=DAY.date(), report=table([]))
    officer = identity_testing.an_officer(role="city_finance", agency_code="rec")
    assert api.reconcile(by=officer, day=DAY.date(), report=table([])).agrees


@pytest.fixture
def gone(gateway, db):
    """Return two refunds of today that went out through the gateway."""
    for _ in range(2):
        order = api.pay(by=system, bill_id=a_bill().id, back="http://a").order_code
        tell(gateway.transfer(order))
        api.refund(
            by=system, order_code=order, amount=50_000, reason="x", way=Way.GATEWAY, bank="970436", account="0071000123456"
        )
    assert tasks.send_refunds() == 2
    return list(Refund.objects.order_by("asked_at"))


def of_today():
    """Return what comparing the refunds of today came to; its payments are left out of the report."""
    found = api.reconcile(by=system, day=timezone.localdate(), report=table([]))
    return found.refunds, {each.kind: each for each in found.differences if each.kind.startswith("refund")}


def told_as(gateway, refund, **changes):
    """Let the gateway tell another thing of a payout."""
    file = gateway.folder / f"payout-{refund.id}.json"
    said = json.loads(file.read_text())
    said["transactions"][0] |= changes
    file.write_text(json.dumps(said))


def test_refunds_that_agree_with_the_payouts_of_the_gateway_are_counted(gateway, gone, monkeypatch):
    monkeypatch.setattr(client, "PAGE", 1)
    assert of_today() == (2, {})
    order = api.pay(by=system, bill_id=a_bill().id, back="http://a").order_code
    tell(gateway.transfer(order))
    api.refund(by=system, order_code=order, amount=1, reason="x", way=Way.CASH)
    assert of_today() == (2, {}), "cash is not the gateway's"
    told_as(gateway, gone[1], state="PROCESSING")
    assert of_today() == (1, {})


def test_a_payout_that_was_reversed_or_is_of_another_sum_is_listed(gateway, gone):
    told_as(gateway, gone[0], state="REVERSED")
    agreed, found = of_today()
    line = found[DifferenceKind.REFUND_AMOUNT]
    assert (agreed, line.reference, line.here, line.there) == (1, str(gone[0].id), 50_000, 0)
    assert line.order_code == gone[0].attempt.order_code
    told_as(gateway, gone[0], state="SUCCEEDED", amount=5_000)
    assert of_today()[1][DifferenceKind.REFUND_AMOUNT].there == 5_000


def test_money_that_went_out_on_one_side_alone_is_listed(gateway, gone):
    (gateway.folder / f"payout-{gone[0].id}.json").unlink()
    told_as(gateway, gone[1], amount=50_000)
    strange = json.loads((gateway.folder / f"payout-{gone[1].id}.json").read_text()) | {"referenceId": "by-hand"}
    (gateway.folder / "payout-strange.json").write_text(json.dumps(strange))
    agreed, found = of_today()
    assert agreed == 1 and found[DifferenceKind.REFUND_MISSING_THERE].reference == str(gone[0].id)
    line = found[DifferenceKind.REFUND_MISSING_HERE]
    assert (line.reference, line.here, line.there) == ("by-hand", None, 50_000)


def test_a_payout_that_was_sent_after_midnight_is_found_by_its_key(gateway, gone):
    file = gateway.folder / f"payout-{gone[0].id}.json"
    later = {"createdAt": (timezone.localtime() + timedelta(days=1)).isoformat()}
    file.write_text(json.dumps(json.loads(file.read_text()) | later))
    assert of_today() == (2, {})


def test_where_the_gateway_cannot_be_asked_refunds_are_not_said_to_agree(gateway, gone, settings):
    gateway.breaks = 503
    assert of_today() == (None, {})
    gateway.breaks, gateway.lies = 0, True
    assert of_today() == (None, {})
    gateway.lies = False
    settings.PAYOUT_KEYS = ("", "", "")
    assert of_today() == (None, {})
