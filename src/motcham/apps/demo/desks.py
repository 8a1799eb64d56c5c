"""What desks of the demo begin with: cases at the stations that the stream passes too fast to be seen at.

Each is opened and moved by the acts that people use, once for all (a row below the first day), and carries `synthetic`.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, time, timedelta
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from motcham.apps.demo import dossiers, filling, mapping, seed
from motcham.apps.demo.acting import REPLAY, settle_part, take
from motcham.apps.demo.acts import Act
from motcham.apps.demo.dossiers import Draws
from motcham.apps.demo.models import ReplayedCase
from motcham.blocks.cases import api as cases
from motcham.blocks.cases.define import NewCase, Place, case_types
from motcham.blocks.identity import api as identity
from motcham.blocks.identity.define import Actor
from motcham.blocks.places import api as places
from motcham.kernel.calendar import CITY

BEFORE = -1
WARD = "26740"
LAMP, ROAD, NOISE, ANYTHING = "infrastructure.street_light", "infrastructure.road_damage", "order.noise", mapping.NO_RULE
LINKED, STATUS, COPY, MENDED, BUSINESS = "2.000986", "1.004873", "2.000815", "1.004859", "1.001612"


def furnish() -> int:
    """Put onto each desk what is not there yet; return how much that was."""
    citizen = identity.actor(account_id=seed.open_door(seed.DOORS[0])) or REPLAY
    wanted: list[Callable[[int], UUID | None]] = []
    wanted += [_unrouted(minutes) for minutes in (2, 9, 24, 51)]
    wanted += [_accusation(which) for which in range(2)]
    wanted += [_promised(category, days) for category, days in ((LAMP, 1), (NOISE, 3), (ROAD, 2), (ROAD, 5))]
    wanted += [_own_report(citizen, station) for station in ("answered", "asked", "promised")]
    # From the newest to the one that was fetched: what an officer of the ward finds in the morning, and what a citizen has.
    stations: tuple[tuple[Actor, str, tuple[Act, ...]], ...] = (
        (citizen, LINKED, (Act.TAKE_IN, Act.BEGIN, Act.SETTLE_PART)),
        (citizen, STATUS, (Act.TAKE_IN, Act.BEGIN, Act.ASK)),
        (citizen, COPY, (Act.TAKE_IN, Act.BEGIN, Act.SETTLE, Act.HAND_OVER)),
        (REPLAY, STATUS, ()),
        (REPLAY, BUSINESS, ()),
        (REPLAY, COPY, (Act.TAKE_IN,)),
        (REPLAY, MENDED, (Act.TAKE_IN, Act.BEGIN)),
        (REPLAY, LINKED, (Act.TAKE_IN, Act.BEGIN, Act.SETTLE_PART)),
        (REPLAY, BUSINESS, (Act.TAKE_IN, Act.BEGIN, Act.ASK)),
        (REPLAY, STATUS, (Act.TAKE_IN, Act.BEGIN, Act.SETTLE)),
    )
    wanted += [_dossier(*each) for each in stations]
    return sum(_once(row, make) for row, make in enumerate(wanted))


@transaction.atomic
def _once(row: int, make: Callable[[int], UUID | None]) -> bool:
    if ReplayedCase.objects.filter(loop=BEFORE, row=row).exists():
        return False
    case_id = make(row)
    if case_id:
        ReplayedCase.objects.create(case_id=case_id, loop=BEFORE, row=row)
    return case_id is not None


def _report(row: int, category: str, at: datetime, *, by: Actor = REPLAY, words: str = "") -> UUID:
    """Open a report in the ward of the demo."""
    on = timezone.localdate(at)
    area = next(each for each in places.areas(on=on) if each.code == WARD)
    lon, lat = mapping.point(area, BEFORE, row, on)
    answers = {"category": category, "description": words or mapping.text(BEFORE, row, category=category)}
    new = NewCase(
        type_key="feedback_1022.report",
        answers={**answers, **mapping.person(BEFORE, row)},
        channel="app",
        place=Place(lon, lat, area.code, area.valid_from, mapping.address(area, BEFORE, row)),
        at=at,
        synthetic=True,
    )
    return cases.open_case(new, by=by).id


def _unrouted(minutes: int) -> Callable[[int], UUID]:
    return lambda row: _report(row, ANYTHING, timezone.now() - timedelta(minutes=minutes))


def _accusation(which: int) -> Callable[[int], UUID]:
    def make(row: int) -> UUID:
        words = mapping.texts()["desks"]["accusations"][which]
        return _report(row, "admin.conduct", timezone.now() - timedelta(hours=3 + 20 * which), words=words)

    return make


def _promised(category: str, days: int) -> Callable[[int], UUID]:
    def make(row: int) -> UUID:
        case_id = _report(row, category, _morning(2))
        _promise(case_id, days)
        return case_id

    return make


def _promise(case_id: UUID, days: int) -> None:
    on = dossiers.calendar().add_working_days(timezone.localdate(), days)
    words = mapping.texts()["desks"]["promised"]
    cases.take_step(by=REPLAY, case_id=case_id, to="promised", message=words, answers={"promised_on": on.isoformat()})


def _own_report(citizen: Actor, station: str) -> Callable[[int], UUID]:
    def make(row: int) -> UUID:
        case_id = _report(row, LAMP, _morning(3), by=citizen)
        if station == "promised":
            _promise(case_id, 2)
        else:
            words = mapping.texts()["desks"][station]
            cases.take_step(by=REPLAY, case_id=case_id, to=station, message=words, at=_morning(1))
        return case_id

    return make


def _dossier(by: Actor, code: str, acts: tuple[Act, ...]) -> Callable[[int], UUID | None]:
    """Open a dossier of the ward and take it to its station, an act an hour."""

    def make(row: int) -> UUID | None:
        key, at = dossiers.form_of(code), _morning(1)
        case_type = case_types.get(key)
        if case_type is None:
            return None
        draws = Draws(BEFORE, dossiers.FIRST_ROW + row)
        said = {"area": WARD, "result_by": "counter", **({"name": by.display_name} if by.account_id else {})}
        answers = filling.answers(case_type.fields, draws, on=at.date(), said=said)
        case_id = cases.open_case(NewCase(type_key=key, answers=answers, channel="web", at=at, synthetic=True), by=by).id
        for number, each in enumerate(acts, 1):
            then = at + number * timedelta(hours=1)
            if each is Act.SETTLE_PART:
                settle_part(case_id, then)
            else:
                take(each, case_id, code=code, draws=draws, at=then)
        return case_id

    return make


def _morning(days: int) -> datetime:
    """Return nine o'clock of a working day some working days ago."""
    day = timezone.localdate()
    while days:
        day -= timedelta(days=1)
        days -= dossiers.calendar().is_working(day)
    return datetime.combine(day, time(9), CITY)
