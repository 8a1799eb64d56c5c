"""The dossiers of a day of the replay: which procedure, by which way, and when each act of it falls.

Pure but for the limit and the way that the definition of its kind gives it: everything else is drawn (`mapping.draw`) from the
numbers of `data/replay/dossiers.toml` and the weights of `data/replay/procedures.csv`. Officers act in office hours. The time
that the law gives runs from the acceptance; what is to be settled in time is, by a share of it, what is to be late is not.
"""

from __future__ import annotations

import tomllib
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import cache, lru_cache
from itertools import accumulate
from typing import Any

from motcham import data
from motcham.apps.demo.acts import Act
from motcham.apps.demo.mapping import draw
from motcham.blocks.cases.define import Filing, Place, case_types
from motcham.blocks.places import api as places
from motcham.kernel import clock
from motcham.kernel.calendar import CITY, WorkingCalendar, load, shipped_rows
from motcham.kernel.terms import Limit, Unit

FAMILY = "public_services.dossier"
FIRST_ROW = 100_000
"""From this row on it is a dossier, below it a report."""
NOTHING_GIVEN = Limit(3, Unit.WORKING_DAYS)
"""Where nothing published says how long it takes, whoever accepts names the day: this one, an assumption."""
REFUSED, WITHDRAWN, STOPPED, LATE, APOLOGISED, IN_TIME = "refused", "withdrawn", "stopped", "late", "apologised", "in time"
AT_A_DESK = ("desk", "post")
HOUR = timedelta(hours=1)
MINUTE = timedelta(minutes=1)


@dataclass(frozen=True)
class Plan:
    """One dossier: its procedure, whom it is sent on to where no rule says it, whether a rule says a ward, how it was handed in, how it ends, and its acts
    with their moments."""

    code: str
    to: str
    is_of_ward: bool
    channel: str
    end: str
    acts: tuple[tuple[datetime, Act], ...]


@dataclass(frozen=True)
class Ways:
    """What a definition says of a dossier that a plan must know."""

    limit: Limit
    is_routed: bool = True
    has_parts: bool = False
    is_of_ward: bool = True


class Draws:
    """The draws of one dossier, by purpose."""

    def __init__(self, loop: int, row: int, of: str = "") -> None:
        self.loop, self.row, self.of = loop, row, of

    def __call__(self, purpose: str) -> float:
        return draw(self.loop, self.row, self.of + purpose)

    def within(self, part: str) -> Draws:
        """Return draws of their own for a part of the dossier."""
        return Draws(self.loop, self.row, f"{self.of}{part}: ")

    def between(self, purpose: str, least: float, most: float) -> float:
        """Return a number in a range."""
        return least + self(purpose) * (most - least)

    def one_of(self, purpose: str, weighted: Sequence[tuple[Any, float]]) -> Any:
        """Return one of the options, each by its weight."""
        ends = list(accumulate(weight for _option, weight in weighted))
        return weighted[min(bisect_right(ends, self(purpose) * ends[-1]), len(weighted) - 1)][0]


@cache
def numbers() -> dict[str, Any]:
    """Return the assumptions about how many there are, when and how they end."""
    return tomllib.loads(data.text("replay/dossiers.toml"))


@cache
def calendar() -> WorkingCalendar:
    """Return the calendar that the package carries: what an official adds later does not move what is told."""
    return load(shipped_rows())


@lru_cache(maxsize=64)
def plans(on: date) -> tuple[Plan | None, ...]:
    """Return the dossiers that are handed in on a day, by number; nothing where no desk is open or the catalogue does not know the
    procedure."""
    return tuple(plan(on, number) for number in range(how_many(on)))


def how_many(on: date) -> int:
    """Return how many numbers a day has."""
    return int(numbers()["working_day" if calendar().is_working(on) else "day_off"])


def plan(on: date, number: int) -> Plan | None:
    """Return one dossier of a day, if it can be handed in then."""
    draws = Draws(on.toordinal(), FIRST_ROW + number)
    row = draws.one_of("procedure", _procedures())
    channel = draws.one_of("channel", numbers()["channels"]["online" if row["online"] == "yes" else "else"])
    if channel in AT_A_DESK and not calendar().is_working(on):
        return None
    said = ways_of(row["code"], channel, on.replace(day=1))
    if said is None:
        return None
    filed = filed_at(on, channel, draws)
    end = draws.one_of("end", [*numbers()["ends"].items(), (IN_TIME, 100 - sum(numbers()["ends"].values()))])
    if said.has_parts and end in (WITHDRAWN, STOPPED):
        end = IN_TIME  # other agencies have their parts by then
    acts = tuple(timeline(filed, draws, channel=channel, end=end, ways=said))
    return Plan(row["code"], row["sent_to"], said.is_of_ward, channel, end, acts)


def form_of(code: str) -> str:
    """Return the kind of case by which a procedure is filed: its full form where there is one, else that of its papers."""
    return next((each.key for each in case_types if each.counted_as == code and each.anyone_files), f"{FAMILY}:{code}")


@cache
def _procedures() -> list[tuple[dict[str, str], float]]:
    return [(row, float(row["weight"])) for row in data.rows("replay/procedures.csv")]


@lru_cache(maxsize=2000)
def ways_of(code: str, channel: str, month: date) -> Ways | None:
    """Return what the definition says of a dossier that is filed so, as of the first of a month; the area does not matter to it."""
    case_type = case_types.get(form_of(code))
    if case_type is None:
        return None
    area = places.areas()[0]
    filed = datetime.combine(month, time(8), CITY)
    filing = Filing({"area": area.code}, Place(None, None, area.code, area.valid_from), channel, filed)
    given = case_type.sets_limit(filing).limit if case_type.sets_limit else None
    if given is None and not any(step.sets and step.asks for step in case_type.steps):
        return None  # filed by this way nobody could accept it
    agency = case_type.route(filing)
    is_of_ward = agency is not None and agency.startswith("ward.")
    return Ways(given or NOTHING_GIVEN, agency is not None, case_type.parts is not None, is_of_ward)


def filed_at(on: date, channel: str, draws: Draws) -> datetime:
    """Return when a dossier is handed in: in office hours at a desk, at any hour on the web."""
    is_desk = channel in AT_A_DESK
    shares = numbers()["hours"]["desk" if is_desk else "web"]
    hour = draws.one_of("hour", list(enumerate(shares)))
    minutes = draws("minute") * 60
    if is_desk and hour == 7:
        minutes = 30 + minutes / 2
    elif is_desk and hour == 11:
        minutes /= 2
    return datetime.combine(on, time(hour), CITY) + timedelta(minutes=minutes)


def timeline(filed: datetime, draws: Draws, *, channel: str, end: str, ways: Ways) -> Iterator[tuple[datetime, Act]]:
    """Yield the acts of a dossier with their moments, in order."""
    yield filed, Act.OPEN
    waits = draws.between("looked at", 2, 14) * MINUTE if channel == "desk" else draws.between("looked at", 0.2, 6) * HOUR
    at = _advance(filed, waits)
    if not ways.is_routed:
        yield at, Act.SEND_ON
        at = _advance(at, draws.between("sent on", 0.2, 4) * HOUR)
    if end == REFUSED:
        yield at, Act.TURN_DOWN
        return
    yield at, Act.TAKE_IN
    if end == WITHDRAWN:
        yield at + draws.between("withdrawn", 1, 20) * HOUR, Act.WITHDRAW
        return
    yield from _worked_on(at, end, ways, draws)


def _worked_on(accepted: datetime, end: str, ways: Ways, draws: Draws) -> Iterator[tuple[datetime, Act]]:
    """Yield what follows upon an acceptance: the work, perhaps a question, and the end."""
    due = clock.due(ways.limit, calendar(), started_at=accepted)
    assert due, "without a pause there is a date"
    whole = calendar().office_time(_naive(accepted), _naive(due))
    # Of a linked dossier one part is due on the day itself, others in half the time of the whole.
    begun = _advance(accepted, min(draws.between("begun", 0.05, 0.3 if ways.has_parts else 3) * HOUR, whole * 0.1))
    left = calendar().office_time(_naive(begun), _naive(due))
    yield begun, Act.BEGIN
    share = draws.between("share", 0.1, 0.36) if ways.has_parts else draws.between("share", 0.25, 0.92)
    at, settled = begun, _advance(due, draws.between("late by", 3, 30) * HOUR) if end == LATE else None
    if end != LATE and draws("asked") < numbers()["turns"]["asked"]:
        at = _advance(begun, left * share * 0.3)
        yield at, Act.ASK
        at += draws.between("answered", 2, 70) * HOUR
        yield at, Act.REPLY
        share *= 0.7
    elif end == APOLOGISED and whole >= 3 * calendar().day_length:
        # The new day is named while there is time, and kept.
        at = _advance(accepted, whole - 2.5 * calendar().day_length)
        yield at, Act.APOLOGISE
        settled = _advance(due, HOUR)
    settled = settled or _advance(at, left * share)
    if ways.has_parts:
        worked = calendar().office_time(_naive(begun), _naive(settled))
        yield _advance(begun, min(worked * 0.3, draws.between("part 1", 0.1, 0.5) * HOUR)), Act.SETTLE_PART
        for number in (2, 3):
            yield _advance(begun, worked * (number * draws.between(f"part {number}", 0.2, 0.3))), Act.SETTLE_PART
    yield from _ended(at, settled, end, draws)


def _ended(after: datetime, settled: datetime, end: str, draws: Draws) -> Iterator[tuple[datetime, Act]]:
    settled = max(settled, after + MINUTE)
    if end == STOPPED:
        yield settled, Act.STOP
        return
    yield settled, Act.SETTLE
    turns = numbers()["turns"]
    if draws("rated") < turns["rated"]:
        yield settled + draws.between("rated after", 1, 60) * HOUR, Act.RATE
    if draws("fetched") < turns["fetched"]:
        yield _advance(settled, draws.between("fetched after", 0.05, 12) * HOUR) + MINUTE, Act.HAND_OVER


def _advance(at: datetime, worked: timedelta) -> datetime:
    return calendar().advance(_naive(at), worked).replace(tzinfo=CITY)


def _naive(at: datetime) -> datetime:
    return at.astimezone(CITY).replace(tzinfo=None)
