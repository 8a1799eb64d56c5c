"""The timeline of the stream: which act on which row falls at which moment, day after day.

Its time counts milliseconds from a Monday, so that the night of the source stays night and a day off a day off. Each weekday
tells a day of the source: Saturday and Sunday its holiday, the others its two working days; the second ends in the source
after noon and goes on as the first did. The source has seven times as many requests a week as 1022 published (14,707 in a
month), so each day tells every seventh of them, another seventh each week. Arrival and closing are the real minutes of the
source; the seconds within a minute and the moments of classifying, of taking on and of rating are drawn (`mapping.draw`).
Beside these stand the dossiers of the day (`dossiers.plans`).
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import NamedTuple

from motcham import data
from motcham.apps.demo import dossiers
from motcham.apps.demo.acts import Act
from motcham.apps.demo.mapping import draw
from motcham.kernel.calendar import CITY

MINUTE = 60_000
DAY = 1440 * MINUTE
EPOCH = datetime(2024, 1, 1, tzinfo=CITY)
WEEK = (1, 2, 1, 2, 1, 0, 0)
PARTS = 7
LONGEST = 45 * DAY
"""No act is told that falls later than this after the day of arrival."""
TAKEN_ON, RATED = 0.3, 0.35
LEFT_LYING = 0.15
"""Of what no rule routes: the desk takes up to some hours for it, so that its queue is not empty."""


@dataclass(frozen=True, slots=True)
class Row:
    """A request of the source: minute of arrival, channel, and how it ended after how many minutes, if it did."""

    minute: int
    channel: str
    outcome: str
    handling: int


class Moment(NamedTuple):
    """One act, ordered by time and, at one time, by day, row and act: a position in the stream is one of these. `loop` is the
    day of arrival, counted from the Monday at which the time of the stream begins."""

    at: int
    loop: int
    row: int
    act: Act


NEVER = 2**31 - 1  # a day that no moment has: with it a position comes after all moments of its time


@lru_cache(maxsize=1)
def rows() -> tuple[Row, ...]:
    """Return the rows of the source in order of arrival."""
    return tuple(
        Row(int(row["minute"]), row["channel"], row["outcome"], int(row["handling_minutes"] or 0))
        for row in data.rows("replay/stream.csv")
    )


def time_of(at: datetime) -> int:
    """Return the time of the stream at a moment of life."""
    return (at - EPOCH) // timedelta(milliseconds=1)


def moment_of(at: int) -> datetime:
    """Return the moment of life at a time of the stream."""
    return EPOCH + timedelta(milliseconds=at)


def date_of(loop: int) -> date:
    """Return the date of a day of the stream."""
    return (EPOCH + timedelta(days=loop)).date()


def part_of(loop: int) -> tuple[int, int]:
    """Return which day of the source a day tells, and which of its parts: never the same part on two days of a week."""
    week, weekday = divmod(loop, len(WEEK))
    return WEEK[weekday], (week + weekday) % PARTS


@lru_cache(maxsize=3 * 7)
def one_day(source: int, part: int) -> tuple[Moment, ...]:
    """Return the moments of the reports of one day, in order; answers reach far beyond its end."""
    mine = (number for number in _arrived_on(source) if number % PARTS == part)
    return tuple(sorted(moment for number in mine for moment in _moments(number, rows()[number])))


def _arrived_on(source: int) -> Iterator[int]:
    """Yield the rows of a day of the source; the last breaks off and goes on as the day before."""
    last, ended = divmod(rows()[-1].minute, 1440)
    for number, row in enumerate(rows()):
        day, minute = divmod(row.minute, 1440)
        if day == source or (source == last and day == last - 1 and minute > ended):
            yield number


@lru_cache(maxsize=64)
def dossiers_of(loop: int) -> tuple[Moment, ...]:
    """Return the moments of the dossiers that come in on one day, in order, in the time of the stream."""
    return tuple(
        sorted(
            Moment(time_of(at), loop, dossiers.FIRST_ROW + number, act)
            for number, plan in enumerate(dossiers.plans(date_of(loop)))
            for at, act in (plan.acts if plan else ())
        )
    )


def _moments(number: int, row: Row) -> Iterator[Moment]:
    arrived = row.minute % 1440 * MINUTE + int(draw(0, number, "second") * MINUTE)
    yield Moment(arrived, 0, number, Act.OPEN)
    took = row.handling * MINUTE
    waits = 5 * MINUTE if draw(0, number, "left lying") >= LEFT_LYING else 360 * MINUTE
    classified = min(took // 2, int(draw(0, number, "classified") * waits))
    yield Moment(arrived + classified, 0, number, Act.CLASSIFY)
    if took > 10 * MINUTE and draw(0, number, "taken on") < TAKEN_ON:
        yield Moment(arrived + max(5 * MINUTE, classified) + int(draw(0, number, "accepted") * took / 4), 0, number, Act.ACCEPT)
    if row.outcome == "refused":
        yield Moment(arrived + took + 1, 0, number, Act.REFUSE)
    elif row.outcome:
        closed = arrived + took + 1
        yield Moment(closed, 0, number, Act.ANSWER)
        if draw(0, number, "rated") < RATED:
            yield Moment(closed + int((10 + draw(0, number, "rated after") * 1190) * MINUTE), 0, number, Act.RATE)


def after(position: Moment, *, until: int, since: int = 0) -> list[Moment]:
    """Return the moments that come after a position, up to and with a time of the stream, in order: of what came in on the day
    `since` or later."""
    found: list[Moment] = []
    for loop in range(max(since, (position.at - LONGEST) // DAY), until // DAY + 1):
        begins = loop * DAY
        for known, shift in ((one_day(*part_of(loop)), begins), (dossiers_of(loop), 0)):
            first = bisect_right(known, position.at - shift - 1, key=lambda moment: moment.at)
            last = bisect_right(known, min(until, begins + LONGEST) - shift, key=lambda moment: moment.at)
            found += (moment._replace(at=moment.at + shift, loop=loop) for moment in known[first:last])
    return sorted(moment for moment in found if moment > position)
