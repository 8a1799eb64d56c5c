"""The replay: takes the moments of the stream one by one through the acts that people use.

First the history of some days, each act as of when it happened; then live, faster than life, day after day. The position is written in the transaction of the acts: killed at any point, it goes on where it was, and no
row becomes two cases.
"""

from __future__ import annotations

import logging
import threading
import time
from collections import deque
from collections.abc import Callable, Iterator
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import Min
from django.utils import timezone

from motcham.apps.demo import dossiers, mapping, stream
from motcham.apps.demo.acting import REPLAY, act, day_of, new_dossier, planned
from motcham.apps.demo.acts import Act
from motcham.apps.demo.models import Position, ReplayedCase
from motcham.apps.demo.stream import Moment
from motcham.blocks.cases import api as cases
from motcham.blocks.cases.define import NewCase, Place

logger = logging.getLogger("motcham.replay")
BATCH = 200
LIVE, LANES = 0, (1, 2)
LOOK_AHEAD = 10 * stream.MINUTE
CASE_TYPE = "feedback_1022.report"


def settle(*, now: datetime | None = None, days: int = 21) -> None:
    """Settle, once and for all, that so many whole days before today are history, and today until now."""
    ends = stream.time_of(now or timezone.now())
    begins = Moment((ends // stream.DAY - days) * stream.DAY - 1, 0, 0, Act.OPEN)
    end = Moment(ends, stream.NEVER, 0, Act.RATE)
    rows = [Position(lane=lane, history_ends=ends, **_fields(begins if lane else end)) for lane in (LIVE, *LANES)]
    Position.objects.bulk_create(rows, ignore_conflicts=True)


def tell(lane: int, *, told: Callable[[int, int], None] = lambda done, total: None) -> int:
    """Tell what is not yet told of the history of one lane; return how many acts that was. Lanes share no case, so that
    each can be told by a process of its own. `told` hears how far it is."""
    if is_told(lane):
        return 0
    standing = Position.objects.get(lane=lane)
    position = _moment(standing)
    moments = [each for each in _after(position, standing.history_ends) if lane_of(each) == lane]
    for first in range(0, len(moments), BATCH):
        told(first, len(moments))
        batch = moments[first : first + BATCH]
        if not _play(batch, lane=lane, after=position, at=lambda each: stream.moment_of(each.at)):
            return tell(lane, told=told)
        position = batch[-1]
    Position.objects.filter(lane=lane).update(**_fields(_end(standing)))
    told(len(moments), len(moments))
    return len(moments)


def is_told(lane: int) -> bool:
    """Tell whether nothing of a lane's history is left."""
    standing = Position.objects.get(lane=lane)
    return _moment(standing) == _end(standing)


def _end(standing: Position) -> Moment:
    return Moment(standing.history_ends, stream.NEVER, 0, Act.RATE)


def lane_of(moment: Moment) -> int:
    """Return which lane tells a moment. Dossiers of one agency are in one lane, since an agency numbers its dossiers one by one,
    and two transactions that wait for each other's numbers would never end."""
    if moment.row < dossiers.FIRST_ROW:
        return LANES[moment.row // stream.PARTS % len(LANES)]
    area = mapping.area_of(moment.loop, moment.row, on=stream.date_of(moment.loop))
    return LANES[int(area.code) % len(LANES)] if planned(moment).is_of_ward else LANES[0]


def count() -> int:
    """Return how many cases the replay has opened."""
    return ReplayedCase.objects.count()


def live(*, speed: float, stop: threading.Event) -> None:
    """Go on with the stream at so many times the speed of life, until told to stop; what time passed while nothing ran
    is not made up for."""
    position = _moment(Position.objects.get(lane=LIVE))
    begun_at, begun = position.at, time.monotonic()
    coming: deque[Moment] = deque()
    while not stop.is_set():
        passed = begun_at + int((time.monotonic() - begun) * 1000 * speed)
        coming = coming or deque(_after(position, passed + LOOK_AHEAD))
        due = list(_take_due(coming, passed))
        if not due:
            stop.wait(min(1.0, (coming[0].at - passed) / 1000 / speed) if coming else 1.0)
        elif _play(due, lane=LIVE, after=position, at=lambda _: None):
            position = due[-1]
        else:
            position = _moment(Position.objects.get(lane=LIVE))
            coming.clear()


def _after(position: Moment, until: int) -> list[Moment]:
    """Return the moments to come at which there is something to do: to what came in since the first day that was told; only
    what no rule routes has to be classified."""
    first = ReplayedCase.objects.filter(loop__gte=0).aggregate(first=Min("loop"))["first"]
    since = (position.at + 1) // stream.DAY if first is None else first
    return [
        each
        for each in stream.after(position, until=until, since=since)
        if each.act is not Act.CLASSIFY or mapping.needs_desk(each.loop, each.row)
    ]


def _take_due(coming: deque[Moment], until: int) -> Iterator[Moment]:
    taken = 0
    while coming and coming[0].at <= until and taken < BATCH:
        taken += 1
        yield coming.popleft()


def _play(moments: list[Moment], *, lane: int, after: Moment, at: Callable[[Moment], datetime | None]) -> bool:
    """Play moments in one transaction; return False, and do nothing, where the lane no longer stands at `after`."""
    with transaction.atomic():
        position = Position.objects.select_for_update().get(lane=lane)
        if _moment(position) != after:
            return False
        opened = [moment for moment in moments if moment.act is Act.OPEN]
        known = {(loop, row): case_id for case_id, loop, row in _cases_of(moments)}
        for moment, new in zip(opened, cases.open_cases([_new_case(each, at(each)) for each in opened], by=REPLAY), strict=True):
            known[moment.loop, moment.row] = new.id
        ReplayedCase.objects.bulk_create(ReplayedCase(case_id=known[m.loop, m.row], loop=m.loop, row=m.row) for m in opened)
        for moment in moments:
            if moment.act is not Act.OPEN and (moment.loop, moment.row) in known:
                act(moment, known[moment.loop, moment.row], at(moment))
        Position.objects.filter(lane=lane).update(**_fields(moments[-1]))
    return True


def _new_case(moment: Moment, at: datetime | None) -> NewCase:
    if moment.row >= dossiers.FIRST_ROW:
        return new_dossier(moment, at)
    report = mapping.report(moment.loop, moment.row, on=day_of(at))
    danger = {"danger": report.is_danger} if report.emergency else {}
    return NewCase(
        type_key=CASE_TYPE,
        answers={"category": report.category, **danger, "description": report.text, "name": report.name, "phone": report.phone},
        channel=stream.rows()[moment.row].channel,
        place=Place(report.lon, report.lat, report.area.code, report.area.valid_from, report.address),
        at=at,
        synthetic=True,
    )


def _cases_of(moments: list[Moment]) -> list[tuple[UUID, int, int]]:
    rows = ReplayedCase.objects.filter(row__in={m.row for m in moments}, loop__in={m.loop for m in moments})
    return list(rows.values_list("case_id", "loop", "row"))


def _moment(position: Position) -> Moment:
    return Moment(position.at, position.loop, position.row, Act(position.act))


def _fields(moment: Moment) -> dict[str, int]:
    return {"at": moment.at, "loop": moment.loop, "row": moment.row, "act": int(moment.act)}
