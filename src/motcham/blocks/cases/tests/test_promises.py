"""Promised days and the time that a step has by itself: kept, broken or put off, and counted as what they were."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta

import pytest

from motcham.blocks.cases import actions, actions_desk, api, lists, promises
from motcham.blocks.cases.define import CaseType, Opened, PromiseInPast, Step
from motcham.blocks.cases.models import CaseEvent, Promise, StepClock
from motcham.blocks.cases.testing import OFFICERS, a_case, a_case_type, registered
from motcham.blocks.identity.define import Actor
from motcham.blocks.identity.testing import an_agency, an_officer, forget
from motcham.kernel.terms import Field, Kind

MONDAY = datetime(2026, 3, 2, 2, 0, tzinfo=UTC)
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
THURSDAY, SATURDAY = date(2026, 3, 5), date(2026, 3, 7)
pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def case_type() -> Iterator[CaseType]:
    """Have a case type whose desk has five minutes and whose officers may promise a day."""
    forget()
    an_agency(code="test-desk", kind="desk")
    an_agency(code="a-ward")
    steps = (
        Step("work", "At work", roles=OFFICERS, leads_to=("promised", "answered", "refused", "sorting"), transfers=True),
        Step("sorting", "At the desk", roles=OFFICERS, leads_to=("work",), within="1022.transfer"),
        Step(
            "promised",
            "Promised",
            roles=OFFICERS,
            leads_to=("promised", "answered", "refused"),
            asks=(Field("promised_on", "Done by", Kind.DATE),),
            promises="promised_on",
        ),
        Step("answered", "Answered", outcome="answered"),
        Step("refused", "Refused", outcome="refused"),
    )
    route = {"lamp": "a-ward", "noise": None}
    with registered(a_case_type(steps=steps, unrouted="sorting", route=lambda filing: route[filing.answers["kind"]])) as found:
        yield found
    forget()


@pytest.fixture
def officer() -> Actor:
    """Somebody in the ward."""
    return an_officer(role="ward_officer", agency_code="a-ward")


def promise(opened: Opened, officer: Actor, on: date, at: datetime = MONDAY) -> None:
    actions.take_step(by=officer, case_id=opened.id, to="promised", answers={"promised_on": on.isoformat()}, at=at)


def answer(opened: Opened, officer: Actor, at: datetime, to: str = "answered") -> None:
    actions.take_step(by=officer, case_id=opened.id, to=to, at=at)


def counts() -> tuple[int, int, int, int]:
    found = api.promise_rates(since=date(2026, 1, 1), until=date(2026, 12, 31))
    assert len(found) == 1
    rate = next(iter(found.values()))
    return rate.kept, rate.broken, rate.put_off, rate.standing


def test_an_answer_on_the_promised_day_keeps_the_promise(officer: Actor) -> None:
    opened = a_case(at=MONDAY)
    promise(opened, officer, THURSDAY)
    assert counts() == (0, 0, 0, 1)
    answer(opened, officer, datetime(2026, 3, 5, 16, 59, tzinfo=UTC))
    assert counts() == (1, 0, 0, 0)


def test_a_promise_whose_day_is_over_is_broken_whether_the_sweep_or_the_answer_comes_first(officer: Actor) -> None:
    swept, answered = a_case(at=MONDAY), a_case(at=MONDAY)
    for each in (swept, answered):
        promise(each, officer, THURSDAY)
    midnight = datetime(2026, 3, 5, 17, 0, tzinfo=UTC)
    answer(answered, officer, midnight + MINUTE)
    assert promises.broken(now=midnight - MINUTE) == 0
    assert promises.broken(now=midnight) == 1
    assert promises.broken(now=midnight + DAY) == 0
    assert counts() == (0, 2, 0, 0)
    assert {each.broken_at for each in Promise.objects.all()} == {midnight}
    for each in (swept, answered):
        assert CaseEvent.objects.filter(case_id=each.id, kind="promise_broken", at=midnight).count() == 1


def test_a_later_day_puts_the_promise_off_and_only_its_successor_can_be_kept(officer: Actor) -> None:
    opened = a_case(at=MONDAY)
    promise(opened, officer, THURSDAY)
    promise(opened, officer, SATURDAY, at=MONDAY + DAY)
    answer(opened, officer, MONDAY + 2 * DAY)
    assert counts() == (1, 0, 1, 0)
    rate = next(iter(api.promise_rates(since=THURSDAY, until=SATURDAY).values())).rate
    assert rate is not None
    assert float(rate) == 0.5


def test_an_earlier_day_tightens_the_promise(officer: Actor) -> None:
    opened = a_case(at=MONDAY)
    promise(opened, officer, SATURDAY)
    promise(opened, officer, THURSDAY, at=MONDAY + DAY)
    assert list(Promise.objects.values_list("promised_on", flat=True)) == [THURSDAY]


def test_refusing_keeps_no_promise_and_opening_again_takes_a_kept_one_back(officer: Actor, case_type: CaseType) -> None:
    refused, answered = a_case(at=MONDAY), a_case(at=MONDAY)
    for each in (refused, answered):
        promise(each, officer, THURSDAY)
    answer(refused, officer, MONDAY + DAY, to="refused")
    answer(answered, officer, MONDAY + DAY)
    assert counts() == (1, 1, 0, 0)
    object.__setattr__(case_type, "reopen_limit", "1022.reopen")
    api.reopen(by=officer, case_id=answered.id, reason="Lại tắt", at=MONDAY + 2 * DAY)
    assert counts() == (0, 1, 0, 1)


def test_nobody_promises_a_day_that_is_over(officer: Actor) -> None:
    with pytest.raises(PromiseInPast):
        promise(a_case(at=MONDAY), officer, date(2026, 3, 1))


def test_merging_takes_no_promise_away(officer: Actor) -> None:
    early, late = a_case(at=MONDAY), a_case(at=MONDAY + HOUR)
    promise(late, officer, THURSDAY, at=MONDAY + 2 * HOUR)
    api.merge(by=officer, case_id=late.id, into=early.id, at=MONDAY + 3 * HOUR)
    assert promises.broken(now=MONDAY + 10 * DAY) == 1
    assert Promise.objects.get().case_id == early.id


def test_the_leading_case_keeps_the_promise_of_the_one_merged_into_it(officer: Actor) -> None:
    early, late = a_case(at=MONDAY), a_case(at=MONDAY + HOUR)
    promise(late, officer, THURSDAY, at=MONDAY + 2 * HOUR)
    api.merge(by=officer, case_id=late.id, into=early.id, at=MONDAY + 3 * HOUR)
    answer(early, officer, MONDAY + DAY)
    assert Promise.objects.get().kept_at == MONDAY + DAY


def test_the_list_of_promises_is_by_day_in_pages_and_for_those_who_read_the_cases(officer: Actor) -> None:
    days = [THURSDAY, SATURDAY, THURSDAY, THURSDAY]
    for day in days:
        promise(a_case(at=MONDAY), officer, day)
    seen, after = [], None
    while True:
        page = api.promises(actor=officer, after=after, most=3)
        seen += [each.promised_on for each in page.promises]
        after = page.after
        if after is None:
            break
    assert seen == sorted(days)
    assert api.promises(actor=officer, standing=False).promises == ()
    an_agency(code="elsewhere")
    assert api.promises(actor=an_officer(role="ward_officer", agency_code="elsewhere")).promises == ()


def test_the_desk_has_five_minutes_of_its_own(officer: Actor) -> None:
    desk = an_officer(role="desk_operator", agency_code="test-desk")
    answers = {"kind": "noise", "description": "Ồn"}
    quick, slow, waiting = (a_case(at=MONDAY, answers=answers) for _ in "123")
    within = api.case_by_id(quick.id, actor=desk).line.clock["within"]
    assert datetime.fromisoformat(within["due"]) == MONDAY + 5 * MINUTE
    for each, minutes in ((quick, 5), (slow, 6)):
        ward = StepClock.objects.get(case_id=each.id)
        assert (ward.due_at, ward.ended_at) == (MONDAY + 5 * MINUTE, None)
        at = MONDAY + minutes * MINUTE
        actions.take_step(by=desk, case_id=each.id, to="work", agency_id=officer.posts[0].agency_id, at=at)
        assert CaseEvent.objects.filter(case_id=each.id).latest("id").facts["within"]["kept"] == (minutes == 5)
        assert "within" not in api.case_by_id(each.id, actor=desk).line.clock
    for now, wanted in ((MONDAY + MINUTE, (1, 1, 1)), (MONDAY + DAY, (1, 2, 0))):
        found = api.step_rates(limit="1022.transfer", since=MONDAY.date(), until=MONDAY.date(), now=now)
        assert [(each.kept, each.broken, each.waiting) for each in found.values()] == [wanted]
    # Sent back to the desk, it has five minutes again.
    actions.take_step(by=officer, case_id=slow.id, to="sorting", at=MONDAY + DAY)
    assert StepClock.objects.filter(case_id=slow.id).count() == 2
    assert StepClock.objects.get(case_id=waiting.id).ended_at is None


def test_taking_a_step_back_takes_its_promise_and_its_minutes_back(officer: Actor) -> None:
    opened = a_case(at=MONDAY)
    promise(opened, officer, THURSDAY)
    before = lists.standing(opened.id)
    promise(opened, officer, SATURDAY, at=MONDAY + DAY)
    assert counts() == (0, 0, 1, 1)
    actions_desk.take_back(by=officer, case_id=opened.id, before=before, at=MONDAY + DAY)
    assert counts() == (0, 0, 0, 1)
    sent = a_case(at=MONDAY)
    before = lists.standing(sent.id)
    actions.take_step(by=officer, case_id=sent.id, to="sorting", at=MONDAY + DAY)
    actions_desk.take_back(by=officer, case_id=sent.id, before=before, at=MONDAY + DAY)
    assert not StepClock.objects.filter(case_id=sent.id).exists()
