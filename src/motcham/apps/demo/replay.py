"""The replay: takes the moments of the stream one by one through the acts that people use.

First the history, each act as of when it happened, so that its last arrival is now; then live, faster than life, loop
after loop. The position is written in the transaction of the acts: killed at any point, it goes on where it was, and no
row becomes two cases.
"""

from __future__ import annotations

import logging
import threading
import time
from collections import deque
from collections.abc import Callable, Iterator
from datetime import date, datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from motcham.apps.demo import mapping, stream
from motcham.apps.demo.models import Position, ReplayedCase
from motcham.apps.demo.stream import START, Act, Moment
from motcham.blocks.cases import api as cases
from motcham.blocks.cases.define import NewCase, Place
from motcham.blocks.identity import api as identity
from motcham.blocks.identity.define import Actor
from motcham.kernel.errors import MotchamError

logger = logging.getLogger("motcham.replay")
BATCH = 200
LIVE, LANES = 0, (1, 2)
LOOK_AHEAD = 10 * stream.MINUTE
REPLAY = Actor.system("replay")
CASE_TYPE = "feedback_1022.report"


def settle(*, now: datetime | None = None, loops: int = 8) -> None:
    """Settle, once and for all, how many loops are history and that its last arrival is now."""
    ends = stream.last_arrival(loops)
    settled = {"origin": (now or timezone.now()) - timedelta(milliseconds=ends), "history_ends": ends}
    end = Moment(ends, stream.NEVER, 0, Act.RATE)
    rows = [Position(lane=lane, **settled, **_fields(START if lane else end)) for lane in (LIVE, *LANES)]
    Position.objects.bulk_create(rows, ignore_conflicts=True)


def tell(lane: int, *, told: Callable[[int, int], None] = lambda done, total: None) -> int:
    """Tell what is not yet told of the history of one lane; return how many acts that was. Lanes share no case, so that
    each can be told by a process of its own. `told` hears how far it is."""
    standing = Position.objects.get(lane=lane)
    position, origin = _moment(standing), standing.origin
    moments = [
        each for each in _after(position, standing.history_ends) if each.row // stream.PARTS % len(LANES) == LANES.index(lane)
    ]
    for first in range(0, len(moments), BATCH):
        told(first, len(moments))
        batch = moments[first : first + BATCH]
        if not _play(batch, lane=lane, after=position, at=lambda each: origin + timedelta(milliseconds=each.at)):
            return tell(lane, told=told)
        position = batch[-1]
    told(len(moments), len(moments))
    return len(moments)


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
    """Return the moments to come at which there is something to do: only what no rule routes has to be classified."""
    return [
        each
        for each in stream.after(position, until=until)
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
                _act(moment, known[moment.loop, moment.row], at(moment))
        Position.objects.filter(lane=lane).update(**_fields(moments[-1]))
    return True


def _act(moment: Moment, case_id: UUID, at: datetime | None) -> None:
    loop, row = moment.loop, moment.row
    try:
        match moment.act:
            case Act.CLASSIFY:
                area = mapping.area_of(loop, row, on=_day(at))
                ward = identity.agency(code=f"ward.{area.code}")
                cases.take_step(by=REPLAY, case_id=case_id, to="assigned", agency_id=ward.id, at=at)
            case Act.ACCEPT:
                cases.take_step(by=REPLAY, case_id=case_id, to="accepted", at=at)
                _release(moment, case_id, at)
            case Act.ANSWER:
                cases.take_step(by=REPLAY, case_id=case_id, to="answered", message=mapping.answer(loop, row), at=at)
                _release(moment, case_id, at, reply=mapping.answer(loop, row))
            case Act.REFUSE:
                reason, words = mapping.refusal(loop, row)
                cases.take_step(by=REPLAY, case_id=case_id, to="refused", message=words, answers={"reason": reason}, at=at)
            case Act.RATE:
                cases.rate(by=REPLAY, case_id=case_id, rating=mapping.stars(loop, row), at=at)
    except MotchamError as refused:
        # A visitor was here first: what they did stands.
        logger.debug("replay %s/%s: %s", loop, row, refused)


def _release(moment: Moment, case_id: UUID, at: datetime | None, *, reply: str = "") -> None:
    """Release a share of the reports by the act that officers use, so that the public map is alive."""
    if mapping.is_released(moment.loop, moment.row):
        text = mapping.text(moment.loop, moment.row)
        cases.publish(by=REPLAY, case_id=case_id, text=text, reply=reply, at=at)


def _new_case(moment: Moment, at: datetime | None) -> NewCase:
    report = mapping.report(moment.loop, moment.row, on=_day(at))
    danger = {"danger": report.is_danger} if report.emergency else {}
    return NewCase(
        type_key=CASE_TYPE,
        answers={"category": report.category, **danger, "description": report.text, "name": report.name, "phone": report.phone},
        channel=stream.rows()[moment.row].channel,
        place=Place(report.lon, report.lat, report.area.code, report.area.valid_from, report.address),
        at=at,
        synthetic=True,
    )


def _day(at: datetime | None) -> date:
    return timezone.localdate(at or timezone.now())


def _cases_of(moments: list[Moment]) -> list[tuple[UUID, int, int]]:
    rows = ReplayedCase.objects.filter(row__in={m.row for m in moments}, loop__in={m.loop for m in moments})
    return list(rows.values_list("case_id", "loop", "row"))


def _moment(position: Position) -> Moment:
    return Moment(position.at, position.loop, position.row, Act(position.act))


def _fields(moment: Moment) -> dict[str, int]:
    return {"at": moment.at, "loop": moment.loop, "row": moment.row, "act": int(moment.act)}
