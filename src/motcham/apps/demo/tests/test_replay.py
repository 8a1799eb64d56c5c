"""The replay on a real database: through the acts that people use, exactly once, from wherever it was left."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest
from django.db import connection
from django.utils import timezone

from motcham.apps.demo import dossiers, mapping, replay, stream
from motcham.apps.demo.acting import REPLAY
from motcham.apps.demo.acts import Act
from motcham.apps.demo.models import Position, ReplayedCase
from motcham.apps.demo.stream import DAY, Moment
from motcham.blocks.cases import api as cases
from motcham.blocks.cases.define import case_types
from motcham.blocks.cases.testing import parse_answers
from motcham.blocks.identity import api as identity
from motcham.blocks.identity.define import Actor


class Killed(Exception):
    """Stands for the end of the process between two transactions."""


class Until(threading.Event):
    """Stops what goes on live once it has come to a time of the stream, however fast the machine is."""

    def __init__(self, at: int) -> None:
        super().__init__()
        self.at = at

    def is_set(self) -> bool:
        return Position.objects.get(lane=replay.LIVE).at >= self.at


@pytest.fixture(autouse=True)
def a_thin_stream(db: None, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Let the stream have every 30th row only and no dossier, so that a test tells a history in a second."""
    identity.load_agencies(by=Actor.system("test"))
    few = stream.rows()[::30]
    forget()
    with monkeypatch.context() as patched:
        patched.setattr(stream, "rows", lambda: few)
        patched.setattr(stream, "PARTS", 1)
        patched.setattr(dossiers, "how_many", lambda on: 0)
        yield
    forget()


def forget() -> None:
    stream.one_day.cache_clear()
    stream.dossiers_of.cache_clear()
    dossiers.plans.cache_clear()


def wednesday() -> datetime:
    """Return three o'clock of the last Wednesday: what a day tells depends on its weekday."""
    now = timezone.localtime()
    found = now.replace(hour=15, minute=0, second=0, microsecond=0) - timedelta(days=(now.weekday() - 2) % 7)
    return found if found <= now else found - timedelta(days=7)


def history(*, days: int = 1, now: datetime | None = None) -> int:
    replay.settle(days=days, now=now or wednesday())
    return sum(replay.tell(lane) for lane in replay.LANES)


def told(*, days: int = 1) -> list[Moment]:
    """Return the moments of a history: those of what came in during its days."""
    ends = stream.time_of(wednesday())
    first = ends // DAY - days
    moments = stream.after(Moment(first * DAY - 1, 0, 0, Act.OPEN), until=ends)
    return [each for each in moments if each.loop >= first]


def events() -> Counter[tuple[str, str]]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT kind, step FROM cases_event")
        return Counter(cursor.fetchall())


def test_the_history_opens_and_moves_each_case_at_its_own_time_and_ends_now() -> None:
    history()
    moments = told()
    expected = Counter(moment.act for moment in moments)
    done = events()
    assert sum(n for (kind, _), n in done.items() if kind == "opened") == expected[Act.OPEN] > 100
    assert done["step", "answered"] == expected[Act.ANSWER]
    assert done["step", "refused"] == expected[Act.REFUSE]
    assert done["rated", "answered"] == expected[Act.RATE]
    for moment in moments[:: len(moments) // 20]:
        if moment.act is Act.OPEN:
            kept = cases.case_by_id(actor=REPLAY, case_id=ReplayedCase.objects.get(loop=moment.loop, row=moment.row).case_id)
            assert kept.filed_at == stream.moment_of(moment.at)
            assert kept.line.synthetic
            assert kept.channel == stream.rows()[moment.row].channel


def test_told_again_the_history_adds_nothing() -> None:
    history()
    before = events()
    assert history() == 0
    assert events() == before


def test_several_days_can_be_history_and_the_first_call_settles_how_many() -> None:
    history(days=2)
    assert history(days=3) == 0
    today = stream.time_of(wednesday()) // DAY
    assert set(ReplayedCase.objects.values_list("loop", flat=True)) == {today - 2, today - 1, today}


def test_killed_between_two_batches_it_goes_on_without_doubling_a_case(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(replay, "BATCH", 20)

    def die(done: int, _total: int) -> None:
        if done > 50:
            raise Killed

    replay.settle(days=1, now=wednesday())
    with pytest.raises(Killed):
        replay.tell(1, told=die)
    opened = sum(each.act is Act.OPEN for each in told())
    assert 0 < ReplayedCase.objects.count() < opened
    history()
    assert ReplayedCase.objects.count() == opened
    assert sum(n for (kind, _), n in events().items() if kind == "opened") == opened


def test_killed_within_a_batch_nothing_of_it_stays(monkeypatch: pytest.MonkeyPatch) -> None:
    kept = cases.take_step

    def die(**facts: object) -> None:
        raise Killed

    monkeypatch.setattr(cases, "take_step", die)
    with pytest.raises(Killed):
        history()
    assert not events()
    assert not ReplayedCase.objects.exists()
    assert replay._moment(Position.objects.get(lane=1)).at == (stream.time_of(wednesday()) // DAY - 1) * DAY - 1
    monkeypatch.setattr(cases, "take_step", kept)
    history()
    assert ReplayedCase.objects.count() == sum(each.act is Act.OPEN for each in told())


def test_a_second_replay_that_stands_elsewhere_does_nothing() -> None:
    history()
    elsewhere = Moment(0, 0, 0, Act.OPEN)
    assert not replay._play(told()[:3], lane=1, after=elsewhere, at=lambda _: None)


def test_live_it_goes_on_into_the_next_day_and_joins_what_visitors_did() -> None:
    history()
    ends = replay._moment(Position.objects.get(lane=replay.LIVE))
    waiting = next(
        each
        for each in stream.after(ends, until=ends.at + DAY)
        if each.act is Act.ANSWER and ReplayedCase.objects.filter(loop=each.loop, row=each.row).exists()
    )
    case_id = ReplayedCase.objects.get(loop=waiting.loop, row=waiting.row).case_id
    cases.take_step(by=Actor.system("visitor"), case_id=case_id, to="answered", message="Xong rồi.")
    replay.live(speed=60 * 60 * 8, stop=Until(max(waiting.at, (ends.at // DAY + 1) * DAY + 9 * 60 * stream.MINUTE)))
    assert ReplayedCase.objects.filter(loop=ends.at // DAY + 1).exists()
    answers = [
        event
        for event in cases.case_by_id(actor=REPLAY, case_id=case_id).events
        if event.step == "answered" and event.kind == "step"
    ]
    assert [event.message for event in answers] == ["Xong rồi."]


def test_what_is_replayed_would_pass_the_form_as_it_is() -> None:
    report = case_types[replay.CASE_TYPE]
    now = timezone.now()
    for row in range(150):
        new = replay._new_case(Moment(0, 7, row % len(stream.rows()), Act.OPEN), now)
        assert new.place is not None
        point = {"lon": new.place.lon, "lat": new.place.lat, "address": new.place.address}
        read = parse_answers(report.fields, {**new.answers, "place": point}, now=now)
        assert read.errors == {}
        assert read.answers == dict(new.answers)
        assert read.place == new.place


def test_reasons_and_unrouted_kinds_are_those_of_the_case_type() -> None:
    report = case_types[replay.CASE_TYPE]
    reason = next(field for field in report.step("refused").asks if field.name == "reason")
    assert {each["reason"] for each in mapping.texts()["refusals"]} <= {choice.key for choice in reason.choices}
    new = next(
        new
        for row in range(300)
        if (new := replay._new_case(Moment(0, 0, row % len(stream.rows()), Act.OPEN), None)).answers["category"]
        == mapping.NO_RULE
    )
    opened = cases.open_case(new, by=REPLAY)
    assert opened.agency_id == identity.agency(code="desk.1022").id
