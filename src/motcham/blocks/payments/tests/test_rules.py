"""Fees by date, channel, class of people and what the page says; sums; comparing two books."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from motcham import data
from motcham.blocks.payments import queries, rules, showing, tables
from motcham.blocks.payments.define import AttemptState, Credit, DifferenceKind, Offer, Reason

FIVE = {"civil_status", "work_permit", "business_registration", "land_certificate", "construction_permit"}
TRUST = {"found", "computed", "design", "memory_high", "memory", "memory_low"}
BIRTH, COPY, RESIDENCE, HOUSEHOLD = "1.001193", "2.000815", "1.004222", "1.001612"


def fee(procedure=BIRTH, channel="online", on=date(2025, 6, 1), **more):
    return queries.fee(procedure=procedure, channel=channel, on=on, **more)


@pytest.mark.parametrize(
    ("on", "rule"),
    [
        (date(2024, 5, 28), None),
        (date(2024, 5, 29), "online_2024.civil_status"),
        (date(2025, 9, 28), "online_2024.civil_status"),
        (date(2025, 9, 29), "online_2025.civil_status"),
        (date(2025, 12, 31), "online_2025.civil_status"),
        (date(2026, 1, 1), "online_2025.civil_status"),
    ],
)
def test_the_exemption_begins_and_goes_on_by_date(on, rule):
    found = fee(on=on)
    assert (found.rule or None, found.amount) == (rule, None if rule is None else 0)


def test_the_first_exemption_covers_its_five_kinds_and_ends_with_2025():
    found = [each for each in tables.rules() if each.key.startswith("online_2024.")]
    assert {each.fee_kind for each in found} == FIVE
    assert {(each.valid_from, each.valid_to, each.channel, each.amount) for each in found} == {
        (date(2024, 5, 29), date(2025, 12, 31), "online", 0)
    }


def test_the_exemption_is_for_what_is_filed_online():
    assert fee(channel="direct").reason is Reason.NOT_PUBLISHED
    assert fee(channel="post").amount is None
    assert fee().reason is Reason.EXEMPT_ONLINE


def test_what_nobody_published_is_not_nothing():
    found = fee(procedure="9.999999")
    assert found.amount is None and not found.is_known and found.reason is Reason.NOT_PUBLISHED


def test_some_people_are_exempt_however_they_file():
    for applicant in ("poor_household", "merit", "disabled"):
        found = fee(channel="direct", on=date(2026, 11, 22), applicant=applicant)
        assert (found.amount, found.reason) == (0, Reason.EXEMPT_PERSON)


def test_the_dated_rule_wins_over_the_page():
    assert fee(offer=Offer("amount", 8000)).reason is Reason.EXEMPT_ONLINE
    assert fee(procedure=COPY, channel="direct", offer=Offer("amount", 9000), units=1).amount == 2000


@pytest.mark.parametrize(
    ("offer", "amount", "reason"),
    [
        (Offer("free", 0), 0, Reason.PAGE_FREE),
        (Offer("amount", 10_000), 10_000, Reason.PAGE_AMOUNT),
        (Offer("amount", 700), None, Reason.PAGE_DOUBTFUL),
        (Offer("amount", None, "tùy diện tích"), None, Reason.PAGE_TEXT),
        (Offer("text", None, "tùy diện tích"), None, Reason.PAGE_TEXT),
        (Offer("no_info"), None, Reason.NOT_PUBLISHED),
        (None, None, Reason.NOT_PUBLISHED),
        (Offer("free", 0, "Mức lệ phí do Hội đồng nhân dân tỉnh quyết định"), None, Reason.PAGE_LOCAL),
        (Offer("amount", 50_000, "Mức cụ thể do Hội đồng nhân dân tỉnh quyết định"), None, Reason.PAGE_LOCAL),
    ],
)
def test_a_page_is_believed_where_no_rule_speaks(offer, amount, reason):
    found = fee(procedure="9.999999", offer=offer)
    assert (found.amount, found.reason) == (amount, reason)


@pytest.mark.parametrize(
    ("procedure", "channel", "applicant", "units", "amount"),
    [
        (RESIDENCE, "direct", "", 1, 20_000),
        (RESIDENCE, "online", "", 1, 10_000),
        (RESIDENCE, "direct", "digital_citizen", 1, 0),
        ("1.004194", "direct", "", 1, 15_000),
        ("1.004194", "direct", "listed", 30, 300_000),
        ("1.004194", "online", "listed", 30, 150_000),
        ("2.000635", "online", "", 1, 8000),
        ("2.000635", "online", "digital_citizen", 1, 0),
        ("1.000894", "direct", "", 1, 0),
        ("2.001035", "direct", "", 1, 50_000),
    ],
)
def test_national_circulars_set_what_they_set(procedure, channel, applicant, units, amount):
    found = fee(procedure=procedure, channel=channel, applicant=applicant, units=units, on=date(2026, 11, 22))
    assert found.amount == amount and found.legal_basis


def test_the_exemption_of_digital_citizens_has_its_days():
    def digital(on):
        return fee(procedure=RESIDENCE, channel="direct", applicant="digital_citizen", on=on).amount

    assert [digital(date(2026, 8, 14)), digital(date(2026, 8, 15)), digital(date(2027, 2, 28)), digital(date(2027, 3, 1))] == [
        20_000,
        0,
        0,
        20_000,
    ]


def test_every_reason_is_said_in_words():
    for reason in Reason:
        said = showing.why(replace(fee(), reason=reason, text="…"))
        assert len(said.split()) >= 2 and "%(" not in said


def test_a_copy_costs_by_its_pages_and_never_more_than_the_most():
    def pages(units, copies=1):
        return fee(procedure=COPY, channel="direct", units=units, copies=copies).amount

    assert [pages(n) for n in (1, 2, 3, 10, 198, 199, 500)] == [2000, 4000, 5000, 12_000, 200_000, 200_000, 200_000]
    assert pages(5, copies=3) == 21_000


@given(st.integers(1, 400), st.integers(1, 50))
def test_more_pages_never_cost_less(units, copies):
    rule = next(each for each in tables.rules() if each.unit == "page")
    assert 0 < rules.price(rule, units=units) <= rules.price(rule, units=units + 1) <= 200_000
    found = fee(procedure=COPY, channel="direct", units=units, copies=copies)
    assert found.amount == copies * rules.price(rule, units=units)


def test_the_tables_agree_with_themselves():
    kinds = tables.kinds()
    assert {each.fee_kind for each in tables.rules()} <= set(kinds) and set(tables.kind_of().values()) <= set(kinds)
    assert max(Counter(each.key for each in tables.rules()).values()) == 1
    assert {each.trust for each in tables.rules()} | {each.trust for each in kinds.values()} <= TRUST
    rows = data.rows("fee_procedures.csv")
    assert {row["trust"] for row in rows} <= TRUST and max(Counter(row["procedure"] for row in rows).values()) == 1
    assert all(each.legal_basis and each.source and each.unit in ("dossier", "page", "copy", "person") for each in tables.rules())
    assert all(each.valid_to is None or each.valid_from < each.valid_to for each in tables.rules())


def test_no_two_rules_say_different_things_of_one_day():
    for one in tables.rules():
        for other in tables.rules():
            same = (one.fee_kind, one.procedure, one.channel, one.applicant) == (
                other.fee_kind,
                other.procedure,
                other.channel,
                other.applicant,
            )
            if one.key < other.key and same and one.is_in_force(other.valid_from):
                assert one.amount == other.amount


SUMS = st.integers(1, 10**9)


@given(SUMS, st.integers(0, 10**10), st.sampled_from(AttemptState), st.booleans())
def test_money_never_goes_unnoticed(amount, received, before, is_due):
    after = rules.after_money(before, amount=amount, received=received, is_due=is_due)
    if before in (AttemptState.PAID, AttemptState.SURPLUS):
        assert after is before
    elif not is_due:
        assert after is AttemptState.SURPLUS
    else:
        assert after is (AttemptState.PAID if received >= amount else AttemptState.UNDERPAID)


AT = datetime(2026, 11, 22, tzinfo=UTC)
CREDITS = st.lists(st.builds(Credit, st.integers(1, 5), st.sampled_from("abcdef"), st.integers(1, 3), st.just(AT)), max_size=8)


@given(CREDITS, CREDITS)
def test_comparing_accounts_for_every_line(here, there):
    here = list({(each.order_code, each.reference): each for each in here}.values())
    matched, found = rules.compare(here=here, there=there, elsewhere={})
    kinds = Counter(each.kind for each in found)
    assert matched + kinds[DifferenceKind.AMOUNT] + kinds[DifferenceKind.MISSING_THERE] == len(here)
    assert matched + len(found) - kinds[DifferenceKind.MISSING_THERE] == len(there)
    assert rules.compare(here=here, there=here, elsewhere={}) == (len(here), [])
    _, elsewhere = rules.compare(here=here, there=[], elsewhere={}, reported=there)
    assert len(elsewhere) == len(here)


@given(CREDITS)
def test_sums_of_bills_add_up(lines):
    from motcham.blocks.payments.define import Item

    assert rules.total([Item("x", each.amount) for each in lines]) == sum(each.amount for each in lines)
