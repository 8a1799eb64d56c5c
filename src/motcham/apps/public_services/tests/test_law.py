"""The dated legal table goes before the page."""

from __future__ import annotations

from datetime import date, time

import pytest
from django.utils import timezone

from motcham import data
from motcham.apps.public_services import catalogue, law
from motcham.apps.public_services.define import FeeKind, LegalText, Offer, Paper, Procedure
from motcham.apps.public_services.tests.conftest import indexed, listed

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
    ("on", "kind"), [("2024-05-28", "unclear"), ("2024-05-29", "free"), ("2025-12-31", "free"), ("2026-01-01", "unclear")]
)
def test_the_city_took_nothing_online_only_in_its_time(on, kind):
    page = a_procedure(
        field="Hộ tịch", offers=(Offer("online", 3, "days", FeeKind.UNCLEAR), Offer("direct", 3, "days", FeeKind.UNCLEAR))
    )

    online, direct = law.applied(page, date.fromisoformat(on)).offers

    assert (online.fee_kind, direct.fee_kind) == (kind, "unclear")


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
        assert row["fact"] in {law.LIMIT, law.CUTOFF, law.FREE, law.GONE, law.REPEALED}, row
    limits = [(each.scope, each.channel) for each in law.table() if each.fact == law.LIMIT and each.valid_to is None]
    assert len(limits) == len(set(limits)), "two limits at once"


def test_the_catalogue_gives_what_the_law_says_and_keeps_what_was_published(read):
    read(
        [listed("1.004873", "Cấp Giấy xác nhận tình trạng hôn nhân")],
        [indexed("1.004873", "Cấp Giấy xác nhận tình trạng hôn nhân", raw="Trực tiếp3Miễn phí")],
    )

    assert catalogue.procedure(code="1.004873").offers[0].unit == "working_days"
    assert catalogue.published(code="1.004873").offers[0].value is None
    assert timezone.localdate() >= date(2016, 1, 1)
