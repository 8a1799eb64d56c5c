"""The dossiers that the demo replays go through the real definitions: every form filled in, every act taken, nothing refused."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest
from django.db import connection
from django.utils import timezone

from motcham import data
from motcham.apps.demo import acting, desks, dossiers, filling, replay, stream
from motcham.apps.demo.acting import REPLAY, STEPS
from motcham.apps.demo.acts import Act
from motcham.apps.demo.dossiers import LATE, Draws
from motcham.apps.demo.models import ReplayedCase
from motcham.apps.demo.stream import DAY
from motcham.apps.public_services import making
from motcham.apps.public_services.testing import EVERY, known
from motcham.blocks.cases import api as cases
from motcham.blocks.cases.define import CaseType, case_types
from motcham.blocks.identity import api as identity
from motcham.blocks.identity.define import Actor
from motcham.kernel.errors import MotchamError

pytestmark = pytest.mark.django_db
A_DAY = 40


@pytest.fixture(autouse=True)
def house(db: None, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A city with a small catalogue, forty dossiers a day and no report."""
    identity.load_agencies(by=Actor.system("test"))
    forget()
    with known(), monkeypatch.context() as patched:
        patched.setattr(stream, "one_day", lambda source, part: ())
        patched.setattr(dossiers, "how_many", lambda on: A_DAY)
        yield
    forget()


def forget() -> None:
    """Forget what was planned with another catalogue."""
    for kept in (stream.dossiers_of, dossiers.plans, dossiers.ways_of):
        kept.cache_clear()


def forms() -> list[CaseType]:
    """Return the dossiers that can be filed here: the full forms, and those made of the papers of the small catalogue."""
    full = [each for each in case_types if each.counted_as and each.anyone_files]
    return [*full, *(case_types[f"{dossiers.FAMILY}:{each.code}"] for each in EVERY)]


def test_the_replay_chooses_the_same_form_as_the_page_of_a_procedure() -> None:
    for row in data.rows("replay/procedures.csv"):
        assert dossiers.form_of(row["code"]) == making.form_of(row["code"])


def test_every_form_is_filled_in_as_its_own_page_would_take_it() -> None:
    now = timezone.now()
    assert len(forms()) >= len(EVERY) + 2
    for case_type in forms():
        for row in range(25):
            draws = Draws(7, dossiers.FIRST_ROW + row)
            given = filling.answers(case_type.fields, draws, on=timezone.localdate(now), said={"area": "26740"})
            read = cases.parse_answers(case_type.fields, given, now=now)
            assert read.errors == {}, (case_type.key, given)
            assert read.answers == given


def told(days: int) -> tuple[list[stream.Moment], int]:
    ends = stream.time_of(noon())
    first = ends // DAY - days
    moments = stream.after(stream.Moment(first * DAY - 1, 0, 0, Act.OPEN), until=ends)
    return [each for each in moments if each.loop >= first], ends


def noon() -> datetime:
    """Return noon of the last Friday."""
    now = timezone.localtime()
    found = now.replace(hour=12, minute=0, second=0, microsecond=0) - timedelta(days=(now.weekday() - 4) % 7)
    return found if found <= now else found - timedelta(days=7)


def test_a_history_of_dossiers_takes_every_act_and_is_late_only_where_it_was_to_be(monkeypatch: pytest.MonkeyPatch) -> None:
    refused: list[str] = []
    plain = acting._to_dossier

    def noted(moment: stream.Moment, case_id: object, at: datetime | None) -> None:
        try:
            plain(moment, case_id, at)  # type: ignore[arg-type]
        except MotchamError as error:
            refused.append(f"{moment.act.name}: {error!r}")
            raise

    monkeypatch.setattr(acting, "_to_dossier", noted)
    replay.settle(days=9, now=noon())
    assert sum(replay.tell(lane) for lane in replay.LANES)
    moments, _ends = told(9)
    expected = Counter(each.act for each in moments)
    assert refused == []
    assert ReplayedCase.objects.count() == expected[Act.OPEN] > 100
    with connection.cursor() as cursor:
        cursor.execute("SELECT kind, step, count(*) FROM cases_event WHERE kind <> 'became_late' GROUP BY 1, 2")
        done = {(kind, step): number for kind, step, number in cursor.fetchall()}
        cursor.execute("SELECT bool_and(synthetic), count(*) FROM cases_case")
        assert cursor.fetchone()[0] is True
    steps = Counter({each: expected[each] for each in STEPS})
    for to in ("2", "3", "5", "7", "8", "10"):
        assert done.get(("step", to), 0) == sum(steps[each] for each, (step, _words) in STEPS.items() if step == to), to
    assert done["step", "9"] == expected[Act.SETTLE] + expected[Act.SETTLE_PART]
    on_time = late = 0
    for each in ReplayedCase.objects.all():
        plan = dossiers.plan(stream.date_of(each.loop), each.row - dossiers.FIRST_ROW)
        case = cases.case_by_id(actor=REPLAY, case_id=each.case_id)
        assert plan is not None
        if case.line.step in ("9", "10"):
            late += case.line.late_at is not None
            on_time += case.line.late_at is None
            assert case.line.late_at is None or plan.end == LATE, plan
    assert on_time > 10 * late


def test_desks_of_the_demo_begin_with_what_is_theirs_once() -> None:
    assert desks.furnish() >= 20
    assert desks.furnish() == 0
    kept = [cases.case_by_id(actor=REPLAY, case_id=each.case_id) for each in ReplayedCase.objects.filter(loop=desks.BEFORE)]
    assert all(each.line.synthetic for each in kept)
    at = Counter((each.line.type_key, each.line.step) for each in kept)
    assert at["feedback_1022.report", "desk"] == 4
    assert at["feedback_1022.report", "promised"] == 5
    assert sum(each.confidential for each in kept) == 2
    closed_desk = identity.agency(code="desk.integrity").id
    assert {each.line.agency_id for each in kept if each.confidential} == {closed_desk}
    assert sum(each.filer_account_id is not None for each in kept) == 6
    assert {step for (key, step) in at if key != "feedback_1022.report"} >= {"1", "2", "4", "5", "9", "10"}
