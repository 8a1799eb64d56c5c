"""Codes, identifiers and the clock as a case keeps it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from motcham.blocks.cases import rules
from motcham.blocks.cases.refusals import CaseClosed
from motcham.blocks.cases.testing import a_case_type
from motcham.kernel.calendar import load, shipped_rows
from motcham.kernel.terms import Limit, Unit, working_days

CALENDAR = load(shipped_rows())
MONDAY = datetime(2026, 3, 2, 2, 0, tzinfo=UTC)


def test_a_code_holds_sixty_five_random_bits_and_reads_back() -> None:
    codes = {rules.new_code() for _ in range(2000)}
    assert len(codes) == 2000
    assert all(len(code) == rules.CODE_LENGTH and set(code) <= set(rules.ALPHABET) for code in codes)
    # Each place but the last takes every letter, so none of the bits is constant.
    assert all(len({code[place] for code in codes}) == 32 for place in range(rules.CODE_LENGTH))


@given(st.builds(rules.new_code))
def test_a_code_is_read_however_it_was_typed(code: str) -> None:
    shown = rules.show_code(code)
    assert rules.read_code(shown) == code
    assert rules.read_code(shown.lower().replace("-", " ")) == code
    assert rules.read_code(code.replace("0", "O").replace("1", "l")) == code


def test_identifiers_sort_by_the_time_they_were_made() -> None:
    made = [rules.new_id() for _ in range(5)]
    assert all(each.version == 7 for each in made)
    assert [each.int >> 80 for each in made] == sorted(each.int >> 80 for each in made)


@given(st.integers(1, 60), st.sampled_from(Unit))
def test_a_limit_survives_being_kept(amount: int, unit: Unit) -> None:
    limit = Limit(amount, unit)
    assert rules.limit_from_data(rules.limit_as_data(limit)) == limit


def test_a_clock_survives_being_kept_with_its_pauses_and_extensions() -> None:
    clock = rules.CaseClock.new(working_days(5), law="a.limit", legal_basis="a law")
    clock.pause(MONDAY + timedelta(days=1))
    clock.resume(MONDAY + timedelta(days=2))
    clock.extend(working_days(2))
    kept = rules.CaseClock(clock.as_data())
    assert kept.due(CALENDAR, MONDAY) == clock.due(CALENDAR, MONDAY)
    assert (kept.pauses, kept.extra) == (clock.pauses, clock.extra)
    # Five days end on Monday the 9th; one day of pause and two of extension make it Thursday.
    due_at, provisional = kept.due(CALENDAR, MONDAY)
    assert due_at is not None
    assert due_at.date().isoformat() == "2026-03-12"
    assert not provisional


def test_a_paused_clock_has_no_due_date_until_it_runs_again() -> None:
    clock = rules.CaseClock.new(working_days(5), law="a.limit", legal_basis="a law")
    clock.pause(MONDAY + timedelta(days=1))
    assert clock.due(CALENDAR, MONDAY) == (None, False)
    clock.pause(MONDAY + timedelta(days=2))
    assert len(clock.pauses) == 1


def test_what_the_law_adds_because_of_a_part_comes_once_and_is_no_extension_of_its_agency() -> None:
    clock = rules.CaseClock.new(working_days(5), law="a.limit", legal_basis="a law")
    assert clock.grant(working_days(2), law="a.limit.asked") and not clock.grant(working_days(2), law="a.limit.asked")
    kept = rules.CaseClock(clock.as_data())
    due_at, _provisional = kept.due(CALENDAR, MONDAY)
    assert due_at is not None and due_at.date().isoformat() == "2026-03-11" and kept.extended == 0
    kept.extend(working_days(1))
    assert rules.CaseClock(kept.as_data()).extended == 1


@given(st.lists(st.tuples(st.booleans(), st.sampled_from("abc")), max_size=12))
def test_a_whole_stands_for_exactly_the_parts_that_wait(acts: list[tuple[bool, str]]) -> None:
    clock, waiting = rules.CaseClock.new(working_days(5), law="a.limit", legal_basis="a law"), set()
    for number, (asks, part) in enumerate(acts):
        at = MONDAY + timedelta(hours=number)
        if asks:
            clock.hold(part, at)
            waiting.add(part)
        else:
            clock.release(part)
            waiting.discard(part)
            if not clock.awaits:
                clock.resume(at)
        clock = rules.CaseClock(clock.as_data())
        assert set(clock.awaits) == waiting and clock.is_paused == bool(waiting)
        assert ("awaits" in clock.data) == bool(waiting)


def test_a_step_leads_only_where_the_definition_says() -> None:
    case_type = a_case_type()
    assert rules.step_to(case_type, current="desk", to="answered").outcome == "answered"
    with pytest.raises(CaseClosed):
        rules.step_to(case_type, current="answered", to="desk")
    desk, answered = case_type.step("desk"), case_type.step("answered")
    assert rules.may_take(desk, answered, "ward_officer") and not rules.may_take(desk, answered, "city_leader")
