"""The timeline of the stream: which act on which row falls at which moment of its time, loop after loop.

The source has about six times as many requests a day as 1022 published (14,707 in a month), so each loop tells every
sixth of them, the next loop the next sixth. The time of the stream counts milliseconds from the first arrival of the
source in loop 0; each loop starts where the one before ends. Arrival and closing are the real minutes of the source; the
seconds within a minute and the moments of classifying (within the five minutes of 1022), of taking on and of rating are
drawn (`mapping.draw`).
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from enum import IntEnum
from functools import lru_cache
from typing import NamedTuple

from motcham import data
from motcham.apps.demo.mapping import draw

MINUTE = 60_000
PARTS = 6
TAKEN_ON, RATED = 0.3, 0.35


class Act(IntEnum):
    """What happens to a row, in the order in which it may happen at one moment."""

    OPEN = 0
    CLASSIFY = 1
    ACCEPT = 2
    ANSWER = 3
    REFUSE = 4
    RATE = 5


@dataclass(frozen=True, slots=True)
class Row:
    """A request of the source: minute of arrival, channel, and how it ended after how many minutes, if it did."""

    minute: int
    channel: str
    outcome: str
    handling: int


class Moment(NamedTuple):
    """One act, ordered by time and, at one time, by loop, row and act: a position in the stream is one of these."""

    at: int
    loop: int
    row: int
    act: Act


START = Moment(-1, 0, 0, Act.OPEN)
NEVER = 2**31 - 1  # a loop that no moment has: with it a position comes after all moments of its time


@lru_cache(maxsize=1)
def rows() -> tuple[Row, ...]:
    """Return the rows of the source in order of arrival."""
    return tuple(
        Row(int(row["minute"]), row["channel"], row["outcome"], int(row["handling_minutes"] or 0))
        for row in data.rows("replay/stream.csv")
    )


def length() -> int:
    """Return how long one loop is, in milliseconds: from the first arrival to the end of the minute of the last."""
    return (rows()[-1].minute + 1) * MINUTE


@lru_cache(maxsize=PARTS)
def one_loop(part: int) -> tuple[Moment, ...]:
    """Return the moments of the rows that a loop tells, in order; answers reach far beyond its end."""
    return tuple(sorted(moment for number in range(part, len(rows()), PARTS) for moment in _moments(number, rows()[number])))


def last_arrival(loops: int) -> int:
    """Return the time of the last arrival of so many loops."""
    opened = (moment.at for moment in one_loop((loops - 1) % PARTS) if moment.act is Act.OPEN)
    return max(opened) + (loops - 1) * length()


def _moments(number: int, row: Row) -> Iterator[Moment]:
    arrived = row.minute * MINUTE + int(draw(0, number, "second") * MINUTE)
    yield Moment(arrived, 0, number, Act.OPEN)
    took = row.handling * MINUTE
    yield Moment(arrived + min(took, int(draw(0, number, "classified") * 5 * MINUTE)), 0, number, Act.CLASSIFY)
    if took > 10 * MINUTE and draw(0, number, "taken on") < TAKEN_ON:
        yield Moment(arrived + 5 * MINUTE + int(draw(0, number, "accepted") * took / 4), 0, number, Act.ACCEPT)
    if row.outcome == "refused":
        yield Moment(arrived + took + 1, 0, number, Act.REFUSE)
    elif row.outcome:
        closed = arrived + took + 1
        yield Moment(closed, 0, number, Act.ANSWER)
        if draw(0, number, "rated") < RATED:
            yield Moment(closed + int((10 + draw(0, number, "rated after") * 1190) * MINUTE), 0, number, Act.RATE)


def after(position: Moment, *, until: int) -> list[Moment]:
    """Return the moments of all loops that come after a position, up to and with a time of the stream, in order."""
    found: list[Moment] = []
    for loop in range(until // length() + 1):
        template, shift = one_loop(loop % PARTS), loop * length()
        first = bisect_right(template, position.at - shift - 1, key=lambda moment: moment.at)
        last = bisect_right(template, until - shift, key=lambda moment: moment.at)
        found += (moment._replace(at=moment.at + shift, loop=loop) for moment in template[first:last])
    return sorted(moment for moment in found if moment > position)
