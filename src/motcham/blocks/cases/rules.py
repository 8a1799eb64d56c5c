"""Pure decisions about cases: codes, which acts are open, how the clock of a case is kept."""

from __future__ import annotations

import os
import secrets
import time as wall
from calendar import monthrange
from collections.abc import Mapping
from dataclasses import asdict
from datetime import date, datetime, time
from math import cos, floor, hypot, radians
from typing import Any
from uuid import UUID

from motcham.blocks.cases.define import CLOSED, OPEN, PAUSED, CaseType, Place, Step, StepNotOpen
from motcham.blocks.cases.refusals import CaseClosed
from motcham.blocks.identity.define import Actor
from motcham.kernel.calendar import WorkingCalendar
from motcham.kernel.clock import Pause, Reading, is_provisional, read
from motcham.kernel.clock import due as due_by_law
from motcham.kernel.terms import Limit, Unit

# Crockford's base 32 without the letters that are read as digits; 13 of them hold 65 random bits.
ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
CODE_LENGTH = 13
READ_AS = str.maketrans({"O": "0", "I": "1", "L": "1", "U": "V", "-": None, " ": None, ".": None})
REF_LENGTH = 26
FILER = "filer"
CELL = 0.002  # degrees of one cell of the grid
MOST_DAYS = 500  # a day further off than this is a slip of the pen
NEAR_MOST = 200.0  # metres; less than a cell is wide anywhere up to 25 degrees from the equator
EARTH = 6_371_008.8


def new_code() -> str:
    """Return a tracking code that nobody can guess."""
    number = secrets.randbits(65)
    return "".join(ALPHABET[number >> 5 * place & 31] for place in range(CODE_LENGTH))


def read_code(typed: str) -> str:
    """Return the code that somebody meant: case, dashes, spaces and look-alike letters do not matter."""
    return "".join(letter for letter in typed[:100].upper().translate(READ_AS) if letter in ALPHABET)[:32]


def show_code(code: str) -> str:
    """Return the code as people read and dictate it."""
    return "-".join((code[:4], code[4:8], code[8:])) if len(code) == CODE_LENGTH else code


def new_id() -> UUID:
    """Return an identifier that sorts by time (RFC 9562, version 7), so that new rows lie together in the indexes."""
    value = (wall.time_ns() // 1_000_000) << 80 | int.from_bytes(os.urandom(10), "big")
    return UUID(int=value & ~(0xF << 76) & ~(0x3 << 62) | 0x7 << 76 | 0x2 << 62)


def public_ref(case_id: UUID) -> str:
    """Return how public pages name a case: its identifier in Crockford's base 32. It opens nothing by itself.

    >>> public_ref(UUID("019a9b1c-2d3e-7f40-8123-456789abcdef"))
    '01KADHRB9YFX084H8NCY4TQKFF'
    """
    return "".join(ALPHABET[case_id.int >> 5 * place & 31] for place in reversed(range(REF_LENGTH)))


def read_ref(text: str) -> UUID | None:
    """Return the case that a public reference names, or None where it is none."""
    letters = text[:40].upper().translate(READ_AS)
    if len(letters) != REF_LENGTH or not set(letters) <= set(ALPHABET) or letters[0] > "7":
        return None
    number = 0
    for letter in letters:
        number = number << 5 | ALPHABET.index(letter)
    return UUID(int=number)


def cell_of(lon: float, lat: float) -> int:
    """Return the cell of the grid in which a point lies; about 220 m high, and as wide in this city."""
    return _cell(floor((lon + 180) / CELL), floor((lat + 90) / CELL))


def cells_around(lon: float, lat: float) -> tuple[int, ...]:
    """Return the cell of a point and the eight around it: whatever is within `NEAR_MOST` metres of the point lies in one of them."""
    column, row = floor((lon + 180) / CELL), floor((lat + 90) / CELL)
    return tuple(_cell(column + right, row + up) for up in (-1, 0, 1) for right in (-1, 0, 1))


def _cell(column: int, row: int) -> int:
    # Two places of the earth share a number only where they are more than 60 degrees apart; the distance tells them apart.
    return (row % 32768) << 16 | column % 65536


def metres(lon: float, lat: float, other_lon: float, other_lat: float) -> float:
    """Return the distance of two points that are near each other."""
    east = radians(other_lon - lon) * cos(radians((lat + other_lat) / 2))
    return EARTH * hypot(east, radians(other_lat - lat))


def limit_as_data(limit: Limit) -> dict[str, Any]:
    """Return a limit as it is kept with a case."""
    return {"amount": limit.amount, "unit": limit.unit.value, "cutoff": limit.cutoff.isoformat() if limit.cutoff else None}


def limit_from_data(data: Mapping[str, Any]) -> Limit:
    """Return the limit that a case was opened under."""
    return Limit(data["amount"], Unit(data["unit"]), time.fromisoformat(data["cutoff"]) if data.get("cutoff") else None)


def place_as_data(place: Place) -> dict[str, Any]:
    """Return a place as it is kept among answers that are sealed."""
    return {**asdict(place), "area_from": place.area_from.isoformat() if place.area_from else None}


def place_from_data(data: Mapping[str, Any]) -> Place:
    """Return a place that was kept sealed."""
    since = data.get("area_from")
    return Place(**{**data, "area_from": date.fromisoformat(since) if since else None})


class CaseClock:
    """The clock of one case as kept in its row: the frozen limit, pauses, extensions, and when it stopped. The clocks of
    cases that were merged into it go on beside it, each from its own beginning (`from`): the first that ends is its date."""

    def __init__(self, data: Mapping[str, Any]) -> None:
        self.data = dict(data)
        self.limit = limit_from_data(data["limit"])
        self.pauses = [
            Pause(datetime.fromisoformat(a), datetime.fromisoformat(b) if b else None) for a, b in data.get("pauses", ())
        ]
        self.extra = [limit_from_data(each) for each in data.get("extra", ())]
        self.beside = [CaseClock(each) for each in data.get("beside", ())]

    @classmethod
    def new(cls, limit: Limit, *, law: str, legal_basis: str) -> CaseClock:
        """Return the clock of a case that opens now."""
        return cls({"limit": limit_as_data(limit), "law": law, "legal_basis": legal_basis})

    @property
    def has_begun(self) -> bool:
        """Tell whether it counts: that of a dossier does once it is accepted."""
        return "unbegun" not in self.data

    @property
    def has_limit(self) -> bool:
        """Tell whether anything says within what time the case is to be settled."""
        return "unset" not in self.data

    def wait(self, at: datetime) -> None:
        """Stand until the case is accepted."""
        self.data["unbegun"] = True
        self.pause(at)

    def begin(self, at: datetime, calendar: WorkingCalendar) -> None:
        """Count from an acceptance: the time before it is none of the limit's. Months become the days that they have from then."""
        for name in ("unbegun", "pauses"):
            self.data.pop(name, None)
        self.pauses = []
        if months := self.data.pop("months", 0):
            day = at.astimezone(calendar.tz).date()
            self.limit = Limit((months_on(day, months) - day).days, Unit.CALENDAR_DAYS)

    def set_limit(self, limit: Limit) -> None:
        """Take a limit where nothing gave one."""
        self.limit = limit
        self.data.pop("unset", None)

    @property
    def is_paused(self) -> bool:
        """Tell whether it stands."""
        return bool(self.pauses) and self.pauses[-1].end is None

    @property
    def extended(self) -> int:
        """Return how often its agency extended it, or a clock that it took the place of."""
        return max(len(self.extra) - len(self.granted), int(self.data.get("extended", 0)))

    @property
    def granted(self) -> Mapping[str, Any]:
        """Return what time was added because of a part, by the law of it: no extension that its own agency asked for."""
        return dict(self.data.get("granted", {}))

    @property
    def awaits(self) -> list[str]:
        """Return the parts for which it stands still, since whoever filed is to answer them."""
        return list(self.data.get("awaits", ()))

    def pause(self, at: datetime) -> None:
        """Stop the clock, unless it stands already."""
        for each in (self, *self.beside):
            if not each.is_paused:
                each.pauses.append(Pause(at))

    def resume(self, at: datetime) -> None:
        """Let it run again."""
        for each in (self, *self.beside):
            if each.is_paused:
                each.pauses[-1] = Pause(each.pauses[-1].start, at)

    def extend(self, limit: Limit) -> None:
        """Add time."""
        self.data["extended"] = self.extended + 1
        for each in (self, *self.beside):
            each.extra.append(limit)

    def grant(self, limit: Limit, *, law: str) -> bool:
        """Add the time that a law gives a whole because of a part, once; tell whether it is new."""
        if law in self.granted:
            return False
        self.data["granted"] = {**self.granted, law: limit_as_data(limit)}
        for each in (self, *self.beside):
            each.extra.append(limit)
        return True

    def hold(self, part: str, at: datetime) -> None:
        """Stand still for a part."""
        self.data["awaits"] = [*(each for each in self.awaits if each != part), part]
        self.pause(at)

    def release(self, part: str) -> None:
        """Wait for a part no more; whether it runs again depends on where the whole stands."""
        if not (left := [each for each in self.awaits if each != part]):
            self.data.pop("awaits", None)
        else:
            self.data["awaits"] = left

    def begin_step(self, limit: str, *, began: datetime, due: datetime) -> None:
        """Keep the time that the step arrived at has by itself."""
        self.data["within"] = {"limit": limit, "began": began.isoformat(), "due": due.isoformat()}

    def end_step(self, at: datetime) -> dict[str, Any]:
        """Return what is recorded of the step's own time when it is left: whether it was kept, in how many seconds."""
        within = self.data.pop("within", None)
        if within is None:
            return {}
        took = at - datetime.fromisoformat(within["began"])
        is_kept = at <= datetime.fromisoformat(within["due"])
        return {"within": {"limit": within["limit"], "kept": is_kept, "seconds": int(took.total_seconds())}}

    def as_data(self) -> dict[str, Any]:
        """Return what the row keeps."""
        kept = {**{name: value for name, value in self.data.items() if name != "beside"}, "limit": limit_as_data(self.limit)}
        if self.pauses:
            kept["pauses"] = [[each.start.isoformat(), each.end.isoformat() if each.end else None] for each in self.pauses]
        if self.extra:
            kept["extra"] = [limit_as_data(each) for each in self.extra]
        if self.beside:
            kept["beside"] = [each.as_data() for each in self.beside]
        return kept

    def begins(self, started_at: datetime) -> datetime:
        """Return from when it counts."""
        return datetime.fromisoformat(self.data["from"]) if "from" in self.data else started_at

    def due(self, calendar: WorkingCalendar, started_at: datetime) -> tuple[datetime | None, bool]:
        """Return when the case is due (None while paused) and whether that rests on days not announced yet."""
        begin = self.begins(started_at)
        due_at = due_by_law(self.limit, calendar, started_at=begin, pauses=self.pauses, extra=self.extra)
        if due_at is None:
            return None, False
        own = due_at, is_provisional(self.limit, calendar, started_at=begin, due_at=due_at, extra=self.extra)
        others = [(at, provisional) for at, provisional in (each.due(calendar, begin) for each in self.beside) if at]
        return min(own, *others) if others else own

    def read(self, calendar: WorkingCalendar, *, started_at: datetime, now: datetime, ended_at: datetime | None) -> Reading:
        """Return what the clock shows at `now`, for the clock bar: of several beside each other, the one that ends first."""
        begin = self.begins(started_at)
        own = read(self.limit, calendar, started_at=begin, now=now, pauses=self.pauses, ended_at=ended_at, extra=self.extra)
        others = [each.read(calendar, started_at=begin, now=now, ended_at=ended_at) for each in self.beside]
        return min((own, *others), key=lambda each: (each.left, -each.late_by)) if others else own

    def joined_by(self, other: CaseClock, *, other_started: datetime, at: datetime) -> CaseClock:
        """Return the clock under which two merged cases go on: both, so that merging gains no time, with as many extensions
        used up as the one that had more. The other starts again with the merging where it stood alone."""
        joined, theirs = CaseClock(self.as_data()), CaseClock(other.as_data())
        theirs.data["from"] = other.begins(other_started).isoformat()
        theirs.data.pop("within", None)
        if not self.is_paused:
            theirs.resume(at)
        joined.beside += [theirs, *theirs.beside]
        theirs.beside = []
        if used := max(self.extended, other.extended):
            joined.data["extended"] = used
        return joined

    def reopen(self, *, closed_at: datetime, at: datetime) -> None:
        """Let it run on after a reopening: what was left when the case was closed is left again, and not more."""
        for each in (self, *self.beside):
            each.resume(closed_at)
            each.pauses.append(Pause(closed_at, at))


def months_on(day: date, months: int) -> date:
    """Return the same day some months on, or the last of that month (Civil Code 91/2015, art. 148).

    >>> months_on(date(2026, 1, 31), 1)
    datetime.date(2026, 2, 28)
    """
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def working_days_to(day: date, clock: CaseClock, calendar: WorkingCalendar, *, started_at: datetime) -> Limit | None:
    """Return the working days to be added to a clock so that its limit ends on a day, or None where it cannot: the day is
    over, or off."""
    for amount in range(1, MOST_DAYS):
        longer = CaseClock(clock.as_data())
        longer.extra.append(Limit(amount, Unit.WORKING_DAYS))
        due_at, _provisional = longer.due(calendar, started_at)
        found = due_at.astimezone(calendar.tz).date() if due_at else day
        if found >= day:
            return Limit(amount, Unit.WORKING_DAYS) if found == day and due_at else None
    return None


def is_visible(actor: Actor, *, agency_id: int, confidential: bool) -> bool:
    """Tell whether a case exists for an actor at all: a confidential one does for officers of its closed desk alone."""
    return not confidential or actor.is_system or agency_id in actor.agency_ids


def state_at(step: Step, *, is_held: bool = False) -> str:
    """Return the state of a case that stands at a step; one that is held waits there for an answer to one of its parts."""
    return CLOSED if step.outcome else PAUSED if step.pauses or is_held else OPEN


def asks_filer(step: Step) -> bool:
    """Tell whether a case waits at a step for whoever filed it."""
    return step.pauses and FILER in step.roles


def may_take(step: Step, to: Step, role: str) -> bool:
    """Tell whether a role may take a case from one step to another."""
    return role in (to.taken_by or step.roles)


def step_to(case_type: CaseType, *, current: str, to: str) -> Step:
    """Return the step that an act leads to; raise `StepNotOpen` where the definition has no such way, `CaseClosed` where none is left."""
    step = case_type.step(current)
    if to not in step.leads_to:
        raise CaseClosed() if step.outcome else StepNotOpen()
    return case_type.step(to)
