"""Cases of several people: joined, merged, split, opened again; and what each of them may see."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from hypothesis import given
from hypothesis import strategies as st

from motcham.blocks.cases import actions, api, rules
from motcham.blocks.cases.define import (
    CaseMerged,
    CaseType,
    Joined,
    LeaderWaits,
    NoSuchCase,
    NotJoinable,
    NotMergeable,
    NotReopened,
    NotYours,
    Opened,
    Place,
    ReopenTooLate,
)
from motcham.blocks.cases.models import Case, Participant
from motcham.blocks.cases.queries import case_by_code, state_of_code
from motcham.blocks.cases.testing import a_case, a_case_type, registered
from motcham.blocks.channels import api as channels
from motcham.blocks.identity.define import Actor, NotPermitted
from motcham.blocks.identity.testing import a_citizen, an_agency, an_officer, forget, system
from motcham.kernel.calendar import load, shipped_rows
from motcham.kernel.terms import working_days, working_hours

MONDAY = datetime(2026, 3, 2, 2, 0, tzinfo=UTC)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
NOBODY = Actor.anonymous()
CALENDAR = load(shipped_rows())


@pytest.fixture
def case_type(db: None) -> Iterator[CaseType]:
    """Have a case type that can be joined and opened again, and its desk."""
    forget()
    an_agency(code="test-desk", kind="desk")
    with registered(a_case_type(joinable=lambda answers: True, reopen_limit="1022.reopen")) as found:
        yield found
    forget()


@pytest.fixture
def officer(case_type: CaseType) -> Actor:
    """Somebody at the desk."""
    return an_officer(role="desk_operator", agency_code="test-desk")


def a_lamp(at: datetime = MONDAY, **changes: object) -> Opened:
    return a_case(at=at, place=Place(106.7, 10.77, "26740", address="12 Lê Lợi"), **changes)  # type: ignore[arg-type]


def released(officer: Actor, at: datetime = MONDAY) -> Opened:
    opened = a_lamp(at)
    api.release(by=officer, case_id=opened.id, text="Đèn đường không sáng", at=at)
    return opened


def joined(case: Opened, phone: str = "0911111111", by: Actor = NOBODY, at: datetime = MONDAY) -> Joined:
    return api.join(by=by, case_id=case.id, contact={"name": "Lê B", "phone": phone}, at=at)


def row(case: Opened) -> Case:
    return Case.objects.get(id=case.id)


def test_only_what_was_released_can_be_joined(officer: Actor) -> None:
    with pytest.raises(NotJoinable):
        joined(a_lamp())


def test_whoever_joins_gets_a_code_of_their_own_and_is_counted_once(officer: Actor) -> None:
    opened = released(officer)
    first, again, other = joined(opened), joined(opened), joined(opened, "0922222222")
    assert len({opened.code, first.code, again.code, other.code}) == 4
    assert row(opened).joined == 2
    assert joined(opened, "0900000000").code
    assert row(opened).joined == 2
    citizen = a_citizen()
    one, two = (joined(opened, "0933333333", by=citizen) for _ in "ab")
    assert (two.code, two.is_repeat) == (one.code, True)
    with connection.cursor() as cursor:
        cursor.execute("SELECT json_agg(p)::text FROM cases_participant p")
        assert "0911111111" not in cursor.fetchone()[0]


def test_a_participant_sees_the_timeline_and_nothing_of_the_filer(officer: Actor) -> None:
    opened = released(officer)
    code = joined(opened).code
    actions.note(by=NOBODY, case_id=opened.id, message="Nhà tôi số 12", is_public=True, as_filer=True, at=MONDAY + HOUR)
    actions.take_step(by=officer, case_id=opened.id, to="asked", message="Trụ nào?", at=MONDAY + HOUR)
    actions.take_step(by=NOBODY, case_id=opened.id, to="desk", message="Trước nhà tôi", as_filer=True, at=MONDAY + 2 * HOUR)
    actions.take_step(by=officer, case_id=opened.id, to="answered", message="Đã thay bóng", at=MONDAY + 3 * HOUR)
    with pytest.raises(NoSuchCase):
        case_by_code(code)
    view = case_by_code(code, as_participant=True)
    assert (view.seen_by, view.code, view.line.id) == ("participant", code, opened.id)
    shown = repr(view)
    for hidden in ("Nhà tôi", "Trước nhà", "Nguyễn Văn A", "Lê Lợi", opened.code, "Đèn tắt"):
        assert hidden not in shown
    assert "Đã thay bóng" in shown
    assert state_of_code(code) is not None
    assert state_of_code(code) != state_of_code(opened.code)


def test_the_earlier_report_leads_whichever_is_named_and_the_other_code_follows_it(officer: Actor) -> None:
    for turn in (False, True):
        early, late = a_lamp(), a_lamp(MONDAY + HOUR)
        pair = (early, late) if turn else (late, early)
        before = state_of_code(late.code)
        assert api.merge(by=officer, case_id=pair[0].id, into=pair[1].id, at=MONDAY + 2 * HOUR) == early.id
        assert (row(late).outcome, row(late).merged_into_id, row(early).joined) == ("merged", early.id, 1)
        view = case_by_code(late.code, as_participant=True)
        assert (view.line.id, view.seen_by, view.code) == (early.id, "participant", late.code)
        seen = state_of_code(late.code)
        assert seen != before
        actions.take_step(by=officer, case_id=early.id, to="answered", message="Xong", at=MONDAY + 3 * HOUR)
        assert state_of_code(late.code) != seen
        with pytest.raises(CaseMerged):
            actions.note(by=officer, case_id=late.id, message="Nữa")


def test_who_joined_and_who_was_merged_before_follow_into_the_leading_case(officer: Actor) -> None:
    first, second, third = a_lamp(), released(officer, MONDAY + HOUR), a_lamp(MONDAY + 2 * HOUR)
    code = joined(second, at=MONDAY + 3 * HOUR).code
    api.merge(by=officer, case_id=third.id, into=second.id, at=MONDAY + 4 * HOUR)
    api.merge(by=officer, case_id=second.id, into=first.id, at=MONDAY + 5 * HOUR)
    assert row(first).joined == 3
    for each in (second.code, third.code, code):
        assert case_by_code(each, as_participant=True).line.id == first.id
    assert row(third).merged_into_id == first.id


def test_cases_that_do_not_belong_together_are_not_merged(officer: Actor) -> None:
    one, closed, waiting = a_lamp(), a_lamp(), a_lamp(MONDAY - HOUR)
    actions.take_step(by=officer, case_id=closed.id, to="answered", at=MONDAY)
    actions.take_step(by=officer, case_id=waiting.id, to="asked", at=MONDAY)
    for other, error in ((one, NotMergeable), (closed, NotMergeable), (waiting, LeaderWaits)):
        with pytest.raises(error):
            api.merge(by=officer, case_id=one.id, into=other.id, at=MONDAY + HOUR)
    an_agency(code="elsewhere")
    stranger = an_officer(role="ward_officer", agency_code="elsewhere")
    with pytest.raises(NotPermitted):
        api.merge(by=stranger, case_id=one.id, into=a_lamp().id)


def test_a_joint_reply_is_one_notice_for_everybody(officer: Actor) -> None:
    early, late = a_lamp(), a_lamp(MONDAY + HOUR)
    api.merge(by=officer, case_id=late.id, into=early.id, message="Cùng một trụ đèn", at=MONDAY + 2 * HOUR)
    assert [each.template for each in channels.notices(to=f"case:{late.id}")] == ["merged"]
    assert Participant.objects.get(case_id=early.id).merged_from_id == late.id


def test_what_is_split_off_has_the_same_filer_receipt_and_date(officer: Actor) -> None:
    opened = a_lamp()
    actions.take_step(by=officer, case_id=opened.id, to="asked", at=MONDAY + DAY)
    actions.take_step(by=NOBODY, case_id=opened.id, to="desk", as_filer=True, at=MONDAY + 2 * DAY)
    part = api.split(by=officer, case_id=opened.id, answers={"kind": "noise", "description": "Và ồn"}, at=MONDAY + 2 * DAY)
    case, whole = Case.objects.get(id=part.id), row(opened)
    assert (case.received_at, case.due_at, case.split_from_id) == (whole.received_at, whole.due_at, whole.id)
    assert (case.category, case.answers["description"]) == ("noise", "Và ồn")
    assert api.reveal(by=officer, case_id=part.id, field="name", purpose="contact") == "Nguyễn Văn A"
    assert [each.id for each in api.case_by_id(opened.id, actor=officer).split] == [part.id]


def test_a_closed_case_opens_again_with_the_time_that_was_left(officer: Actor) -> None:
    opened = a_lamp()
    actions.take_step(by=officer, case_id=opened.id, to="answered", at=MONDAY + DAY)
    actions.rate(by=NOBODY, case_id=opened.id, rating=1)
    api.reopen(by=NOBODY, case_id=opened.id, reason="Vẫn tắt", as_filer=True, at=MONDAY + 3 * DAY)
    case = row(opened)
    assert (case.state, case.outcome, case.rating, case.reopened) == ("open", "", None, 1)
    # Two working days passed while it was closed.
    assert case.due_at == datetime(2026, 3, 11, 10, 0, tzinfo=UTC)
    actions.take_step(by=officer, case_id=opened.id, to="answered", at=MONDAY + 4 * DAY)
    assert row(opened).closed_at == MONDAY + 4 * DAY


def test_a_case_answered_late_stays_late_when_it_opens_again(officer: Actor) -> None:
    opened = a_lamp()
    actions.take_step(by=officer, case_id=opened.id, to="answered", at=MONDAY + 20 * DAY)
    api.reopen(by=NOBODY, case_id=opened.id, reason="Vẫn tắt", as_filer=True, at=MONDAY + 21 * DAY)
    assert (row(opened).late_at, row(opened).due_at) == (opened.due_at, opened.due_at)


def test_only_whom_it_concerns_opens_it_again_and_only_for_a_while(officer: Actor) -> None:
    opened = released(officer)
    mine, elsewhere = joined(opened), joined(released(officer))
    with pytest.raises(NotReopened):
        api.reopen(by=NOBODY, case_id=opened.id, reason="", as_filer=True, at=MONDAY)
    actions.take_step(by=officer, case_id=opened.id, to="answered", at=MONDAY)
    with pytest.raises(NotPermitted):
        api.reopen(by=NOBODY, case_id=opened.id, reason="", at=MONDAY)
    with pytest.raises(NotYours):
        api.reopen(by=NOBODY, case_id=opened.id, reason="", participant_id=elsewhere.participant_id, at=MONDAY)
    until = api.reopen_until(row(opened))
    assert until is not None
    with pytest.raises(ReopenTooLate):
        api.reopen(by=NOBODY, case_id=opened.id, reason="", participant_id=mine.participant_id, at=until + HOUR)
    api.reopen(by=NOBODY, case_id=opened.id, reason="Vẫn tắt", participant_id=mine.participant_id, at=until)
    assert row(opened).state == "open"


def test_whoever_reads_a_code_to_the_desk_is_found_by_it(officer: Actor) -> None:
    opened = released(officer)
    code = joined(opened).code
    for each in (opened.code, code):
        assert api.find_by_code(each, actor=officer).line.id == opened.id
    with pytest.raises(NoSuchCase):
        api.find_by_code(code, actor=NOBODY)
    assert api.find_by_code(code, actor=system).seen_by == "officer"


limits = st.one_of(st.integers(1, 10).map(working_days), st.integers(1, 40).map(working_hours))
times = st.integers(0, 20 * 24).map(lambda hours: MONDAY + timedelta(hours=hours))


clocks_of_two = st.tuples(st.tuples(limits, times, st.integers(0, 2)), st.tuples(limits, times, st.integers(0, 2)))


@given(clocks_of_two, st.booleans(), st.booleans())
def test_merging_never_gains_time(two: Any, pause: bool, pause_both: bool) -> None:
    (own, first, used), (other, second, used_there) = two
    started, later = sorted((first, second))
    at = later + DAY
    clocks = [rules.CaseClock.new(each, law="", legal_basis="") for each in (own, other)]
    for clock, times_used in zip(clocks, (used, used_there), strict=True):
        for _ in range(times_used):
            clock.extend(working_days(5))
    if pause or pause_both:
        clocks[1].pause(at - 3 * HOUR)
    if pause_both:
        clocks[0].pause(at - 2 * HOUR)
    merged = clocks[0].joined_by(clocks[1], other_started=later, at=at)
    running = [rules.CaseClock(each.as_data()) for each in (*clocks, merged)]
    for each in running:
        each.resume(at + 2 * HOUR if pause_both else at)
    dues = [each.due(CALENDAR, begin)[0] for each, begin in zip(running, (started, later, started), strict=True)]
    assert dues[2] == min(each for each in dues[:2] if each)
    assert merged.read(CALENDAR, started_at=started, now=at + 3 * HOUR, ended_at=None).due_at in (dues[2], None)
    assert merged.extended == max(used, used_there)
    assert merged.is_paused == pause_both


@given(limits, st.integers(1, 300), st.integers(1, 2000))
def test_reopening_leaves_what_was_left_and_never_revives_what_was_over(limit: Any, closed: int, away: int) -> None:
    clock = rules.CaseClock.new(limit, law="", legal_basis="")
    closed_at = MONDAY + timedelta(hours=closed)
    at = closed_at + timedelta(hours=away)
    before, _ = clock.due(CALENDAR, MONDAY)
    clock.reopen(closed_at=closed_at, at=at)
    after, _ = clock.due(CALENDAR, MONDAY)
    assert before is not None
    assert after is not None
    if closed_at >= before:
        assert after == before
    else:
        assert after >= at
        assert CALENDAR.office_time(at.astimezone(CALENDAR.tz).replace(tzinfo=None), after.replace(tzinfo=None)) >= timedelta(0)
