"""The dossiers of the replay: their times follow the law and the office, their words mean nobody, and all of it is fixed."""

from __future__ import annotations

import re
from datetime import date, datetime, time, timedelta
from itertools import pairwise

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from motcham import data
from motcham.apps.demo import dossiers, filling
from motcham.apps.demo.acts import Act
from motcham.apps.demo.dossiers import APOLOGISED, IN_TIME, LATE, REFUSED, STOPPED, WITHDRAWN, Draws, Ways
from motcham.kernel import clock
from motcham.kernel.calendar import CITY
from motcham.kernel.terms import Choice, Field, Kind, Limit, Unit

TUESDAY = date(2026, 10, 13)
ROWS = st.integers(dossiers.FIRST_ROW, dossiers.FIRST_ROW + 5000)
LIMITS = st.builds(
    Limit,
    st.integers(0, 30),
    st.sampled_from((Unit.WORKING_DAYS, Unit.CALENDAR_DAYS)),
    st.sampled_from((None, time(15))),
)
BY_OFFICERS = frozenset(
    {Act.SEND_ON, Act.TAKE_IN, Act.TURN_DOWN, Act.BEGIN, Act.ASK, Act.APOLOGISE, Act.SETTLE, Act.STOP, Act.HAND_OVER}
)
LEADS_TO = {
    Act.OPEN: {Act.TAKE_IN, Act.TURN_DOWN, Act.SEND_ON},
    Act.SEND_ON: {Act.TAKE_IN, Act.TURN_DOWN},
    Act.TAKE_IN: {Act.BEGIN, Act.WITHDRAW},
    Act.BEGIN: {Act.ASK, Act.APOLOGISE, Act.SETTLE, Act.STOP},
    Act.ASK: {Act.REPLY},
    Act.REPLY: {Act.SETTLE, Act.STOP},
    Act.APOLOGISE: {Act.SETTLE},
    Act.SETTLE: {Act.HAND_OVER},
}


def told(draws: Draws, end: str, ways: Ways, channel: str) -> list[tuple[datetime, Act]]:
    filed = dossiers.filed_at(TUESDAY, channel, draws)
    return sorted(dossiers.timeline(filed, draws, channel=channel, end=end, ways=ways))


@settings(max_examples=300, deadline=None)
@given(
    ROWS,
    LIMITS,
    st.sampled_from((REFUSED, WITHDRAWN, STOPPED, LATE, APOLOGISED, IN_TIME)),
    st.sampled_from(("desk", "web", "post")),
    st.tuples(st.booleans(), st.booleans()),
)
def test_a_dossier_goes_its_way_in_office_hours_and_ends_as_it_was_to(
    row: int, limit: Limit, end: str, channel: str, ways: tuple[bool, bool]
) -> None:
    has_parts = ways[1]
    assume(not has_parts or end not in (WITHDRAWN, STOPPED))
    acts = told(Draws(TUESDAY.toordinal(), row), end, Ways(limit, *ways), channel)
    taken = [act for _at, act in acts if act not in (Act.RATE, Act.SETTLE_PART)]
    assert taken[0] is Act.OPEN
    assert all(later in LEADS_TO[earlier] for earlier, later in pairwise(taken))
    last = {REFUSED: Act.TURN_DOWN, WITHDRAWN: Act.WITHDRAW, STOPPED: Act.STOP}.get(end, Act.SETTLE)
    assert last in taken
    when = {act: at for at, act in acts}
    for at, act in acts:
        if act in BY_OFFICERS:
            assert dossiers.calendar().is_working(at.date())
            assert time(7, 30) <= at.timetz().replace(tzinfo=None) <= time(17, 5)
    if last is Act.SETTLE:
        due = clock.due(limit, dossiers.calendar(), started_at=when[Act.TAKE_IN])
        assert due is not None
        if end == LATE:
            assert when[Act.SETTLE] > due
        elif Act.ASK not in when and Act.APOLOGISE not in when and limit.amount:
            assert when[Act.SETTLE] <= due
        parts = [at for at, act in acts if act is Act.SETTLE_PART]
        assert len(parts) == (3 if has_parts else 0)
        assert all(when[Act.BEGIN] <= at <= when[Act.SETTLE] for at in parts)


def test_desks_take_nothing_in_on_a_day_off_and_most_comes_in_the_morning() -> None:
    filed = [dossiers.filed_at(TUESDAY, "desk", Draws(1, row)) for row in range(500)]
    assert all(any(start <= at.time() <= end for start, end in dossiers.calendar().sessions) for at in filed)
    assert sum(at.hour < 12 for at in filed) > 250
    assert dossiers.how_many(date(2026, 10, 18)) < dossiers.how_many(TUESDAY) / 3


def test_the_assumptions_are_said_to_be_assumptions_and_are_shares() -> None:
    numbers = dossiers.numbers()
    assert numbers["trust"] == "assumption"
    assert all(len(hours) == 24 and sum(hours) == 100 for hours in numbers["hours"].values())
    assert all(abs(sum(share for _name, share in ways) - 1) < 1e-9 for ways in numbers["channels"].values())
    assert sum(numbers["ends"].values()) < 100
    assert abs(sum(numbers["stars"].values()) - 1) < 1e-9
    satisfied = sum(share for stars, share in numbers["stars"].items() if int(stars) >= 4)
    assert satisfied >= 0.9


def test_every_procedure_of_the_table_has_a_weight_and_none_stands_twice() -> None:
    rows = data.rows("replay/procedures.csv")
    assert len({row["code"] for row in rows}) == len(rows) > 100
    assert all(int(row["weight"]) > 0 and row["trust"] == "assumption" and row["online"] in ("yes", "no") for row in rows)
    common = sum(int(row["weight"]) for row in rows if row["kind"] == "common")
    assert common > 0.9 * sum(int(row["weight"]) for row in rows)


ASKED = (
    Field("name", "Name", identifies="name"),
    Field("number", "Number", Kind.PERSONAL_NUMBER),
    Field("phone", "Telephone", Kind.PHONE),
    Field("address", "Address", identifies="address"),
    Field("email", "E-mail", Kind.EMAIL),
    Field("way", "Way", Kind.CHOICE, choices=(Choice("a", "A"), Choice("b", "B"))),
    Field("why", "Why b", Kind.LONG_TEXT, longest=12, when=lambda answers: answers["way"] == "b"),
    Field("truth", "Truth", Kind.CHOICES, choices=(Choice("yes", "Yes"),)),
    Field("day", "A day to come", Kind.DATE, check=lambda value, answers: None if str(value) > "2026-10-14" else "no"),
    Field("paper", "Paper", Kind.FILES, when=lambda answers: False),
    Field("many", "Many", Kind.GROUP, at_least=2, fields=(Field("count", "Count", Kind.INTEGER),)),
)


@settings(max_examples=200, deadline=None)
@given(ROWS)
def test_every_question_that_is_asked_is_answered_by_somebody_who_does_not_exist(row: int) -> None:
    found = filling.answers(ASKED, Draws(3, row), on=TUESDAY, said={})
    assert found == filling.answers(ASKED, Draws(3, row), on=TUESDAY, said={})
    assert set(found) == {each.name for each in ASKED} - {"paper"} - ({"why"} if found["way"] == "a" else set())
    assert re.fullmatch(r"\w+ \w+ [A-Z]", found["name"])
    assert re.fullmatch(r"003\d{9}", found["number"])
    assert re.fullmatch(r"\+84500\d{6}", found["phone"])
    assert found["email"].endswith(".example")
    assert found["truth"] == ["yes"]
    assert found["day"] > "2026-10-14"
    assert len(found.get("why", "")) <= 12
    assert len(found["many"]) == 2


def test_what_was_said_goes_before_what_is_drawn() -> None:
    found = filling.answers(ASKED, Draws(3, 1), on=TUESDAY, said={"way": "b", "name": "Nguyễn Thị A"})
    assert (found["way"], found["name"]) == ("b", "Nguyễn Thị A")


def test_the_days_of_the_table_are_days_of_the_city() -> None:
    filed = dossiers.filed_at(TUESDAY, "web", Draws(1, 1))
    assert filed.tzinfo == CITY
    assert filed - datetime.combine(TUESDAY, time(0), CITY) < timedelta(days=1)
