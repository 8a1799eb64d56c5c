"""The dated legal table goes before the page."""

from __future__ import annotations

from datetime import UTC, date, datetime, time

import pytest
from django.test import Client
from django.utils import timezone
from django.utils.translation import gettext

from motcham import data
from motcham.apps.public_services import catalogue, law, limits
from motcham.apps.public_services.define import FeeKind, LegalText, Offer, Paper, Procedure
from motcham.apps.public_services.tests.conftest import indexed, listed
from motcham.blocks.cases.define import Filing, case_types
from motcham.kernel.terms import Limit, Unit

pytestmark = pytest.mark.django_db
TRUST = {"found", "computed", "design", "memory_high", "memory", "memory_low"}
NOW = date(2026, 11, 22)


def a_procedure(code: str = "1.004873", **more: object) -> Procedure:
    return Procedure(code, 1, date(2026, 7, 1), None, "Một thủ tục", **more)  # type: ignore[arg-type]


def test_the_limit_of_the_law_goes_before_the_page_and_the_conflict_is_listed():
    page = a_procedure(offers=(Offer("direct", 5, "days", FeeKind.FREE, 0),))

    (offer,) = law.applied(page, NOW).offers
    (conflict,) = law.conflicts(page, NOW)

    assert (offer.value, offer.unit, offer.basis) == (3, "working_days", "123/2015/NĐ-CP, điều 22")
    assert (conflict.field, conflict.shown, conflict.set_aside) == ("limit", "3 working_days", "5 days")


def test_a_page_that_agrees_with_the_law_is_no_conflict():
    assert not law.conflicts(a_procedure(offers=(Offer("direct", 3, "working_days", FeeKind.FREE, 0),)), NOW)


def test_what_comes_after_the_hour_counts_from_the_next_day_where_the_procedure_has_it():
    page = a_procedure("1.001193", offers=(Offer("online", None, "", FeeKind.FREE, 0),))

    limit = law.applied(page, NOW).offers[0].limit

    assert limit is not None
    assert (limit.amount, limit.cutoff) == (0, time(15))
    assert a_procedure(offers=page.offers).offers[0].cutoff is None


@pytest.mark.parametrize(
    ("on", "kind"), [("2024-05-28", "unclear"), ("2024-05-29", "free"), ("2025-12-31", "free"), ("2026-01-01", "free")]
)
def test_a_page_says_what_the_bill_will_by_the_rules_of_its_day(on, kind):
    page = a_procedure(offers=(Offer("online", 3, "days", FeeKind.UNCLEAR), Offer("direct", 3, "days", FeeKind.UNCLEAR)))

    online, direct = law.applied(page, date.fromisoformat(on)).offers

    assert (online.fee_kind, direct.fee_kind) == (kind, "unclear")
    assert bool(online.fee_basis) is (kind == "free") and not direct.fee_basis


def test_the_fee_of_one_person_is_not_that_of_a_list():
    """The page of temporary residence names at the counter only what a list costs for each of its people."""
    page = a_procedure("1.004194", offers=(Offer("direct", 3, "working_days", FeeKind.AMOUNT, 10_000),))

    (direct,) = law.applied(page, NOW).offers

    assert (direct.fee_kind, direct.fee_vnd, direct.fee_basis) == ("amount", 15_000, "75/2022/TT-BTC")


def test_the_linked_dossier_follows_the_decree_of_its_day():
    page = a_procedure("2.000986", offers=(Offer("direct", 20, "days", FeeKind.FREE, 0),))

    def online(on):
        return next(each for each in law.applied(page, on).offers if each.channel == "online")

    assert (online(date(2026, 8, 31)).value, online(date(2026, 8, 31)).cutoff) == (3, None)
    assert (online(date(2026, 9, 1)).value, online(date(2026, 9, 1)).cutoff) == (3, time(15))
    assert law.applied(page, NOW).offers[0].cutoff is None, "at the counter it has no such hour"


def test_papers_and_laws_that_are_no_more_are_listed():
    page = a_procedure("1.777777", papers=(Paper("Bản sao Sổ hộ khẩu của mẹ"),), laws=(LegalText("81/2006/QH11"),))

    assert [(each.field, each.rule.partition(":")[0]) for each in law.conflicts(page, NOW)] == [
        ("papers", "law_gone"),
        ("laws", "law_repealed"),
    ]
    assert not law.conflicts(page, date(2020, 1, 1))


def test_each_row_has_a_law_a_trust_and_days_in_order():
    rows = data.rows("procedure_law.csv")
    for row in rows:
        assert row["document"] and row["trust"] in TRUST, row
        assert not row["valid_to"] or row["valid_from"] < row["valid_to"], row
        assert row["fact"] in {law.LIMIT, law.CUTOFF, law.GONE, law.REPEALED}, row
    limits = [each for each in law.table() if each.fact == law.LIMIT]
    for one in limits:
        at_once = [
            each
            for each in limits
            if (each.scope, each.channel) == (one.scope, one.channel) and each.valid_from >= one.valid_from
        ]
        assert all(each is one or (one.valid_to and one.valid_to <= each.valid_from) for each in at_once), one


def test_the_catalogue_gives_what_the_law_says_and_keeps_what_was_published(read):
    read(
        [listed("1.004873", "Cấp Giấy xác nhận tình trạng hôn nhân")],
        [indexed("1.004873", "Cấp Giấy xác nhận tình trạng hôn nhân", raw="Trực tiếp3Miễn phí")],
    )

    assert catalogue.procedure(code="1.004873").offers[0].unit == "working_days"
    assert catalogue.published(code="1.004873").offers[0].value is None
    assert timezone.localdate() >= date(2016, 1, 1)


@pytest.mark.parametrize(
    ("table", "document", "is_read"),
    [
        # Article 17.2 before it was amended, and the article of the apology, were not read.
        ("case_counts.csv", "118/2025/NĐ-CP", False),
        ("limits.csv", "118/2025/NĐ-CP", False),
        # That it replaced the decree before it; the words it forbids were found.
        ("procedure_law.csv", "168/2025/NĐ-CP", False),
        ("business_name_words.csv", "168/2025/NĐ-CP", True),
        ("slip_forms.csv", "03/2025/TT-VPCP", True),
    ],
)
def test_what_rests_on_memory_has_its_mark_in_the_table(table, document, is_read):
    rows = [row for row in data.rows(table) if document in row.values()]
    assert rows and all(row["trust"] == "found" for row in rows) is is_read
    assert is_read or any(row["trust"].startswith("memory") for row in rows)


def test_a_person_and_an_officer_read_the_mark_with_the_law():
    marked = gettext("not yet confirmed")
    retention = case_types["directives.directive"].retention.legal_basis
    assert retention.document == "33/2024/QH15" and retention.trust == "memory"
    for path in ("/services/directives.directive/", "/services/personal-data/"):
        page = Client().get(path)
        assert page.status_code == 200 and f"33/2024/QH15, {marked}" in page.text, path
    assert law.marked("168/2025/NĐ-CP") == f"168/2025/NĐ-CP, {marked}"
    assert law.marked("168/2025/NĐ-CP, điều 99") == "168/2025/NĐ-CP, điều 99"


def test_a_page_that_rests_on_a_law_replaced_from_memory_says_so():
    [conflict] = law.conflicts(a_procedure(laws=(LegalText("01/2021/NĐ-CP"),)), NOW)
    assert conflict.shown == "168/2025/NĐ-CP"
    assert law.marked(conflict.rule.partition(": ")[2]).endswith(gettext("not yet confirmed"))


def test_what_the_law_says_for_every_way_holds_for_one_that_the_page_does_not_name():
    page = a_procedure("2.000815", offers=(Offer("direct", None, "", FeeKind.UNSTATED),))
    filed = Filing({}, None, "web", datetime(2026, 11, 22, 9, tzinfo=UTC))

    found = limits.limit_of(page, filed)

    assert found.limit == Limit(0, Unit.WORKING_DAYS, time(15)) and found.legal_basis == "23/2015/NĐ-CP, điều 7"
    assert limits.limit_of(a_procedure("1.777777"), filed).limit is None, "where no law says it, nobody guesses"


def test_a_rule_in_dong_leaves_what_is_paid_abroad_in_its_own_money():
    abroad = Offer("direct", None, "", FeeKind.FOREIGN, None, "10 USD(/bản)")
    page = a_procedure("2.000815", offers=(Offer("direct", None, "", FeeKind.AMOUNT, 2000), abroad))

    here, there = law.applied(page, NOW).offers

    assert (here.fee_kind, here.fee_vnd) == (FeeKind.EACH, 2000)
    assert (there.fee_kind, there.fee_text) == (FeeKind.FOREIGN, "10 USD(/bản)")
