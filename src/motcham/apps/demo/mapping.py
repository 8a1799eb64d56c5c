"""What a replayed report says, where and by whom: a pure function of (seed, loop, row), the same on every machine.

- A draw is the first 8 bytes of SHA-256("seed:loop:row:purpose") over 2^64.
- The field follows the shares that the city published (`data/feedback_groups.csv`); within a field every category is
  as likely as another, since no finer figures are published.
- The area is drawn evenly over the areas in force: no populations are published for them, and an even draw is nearer to
  where people live than one by surface. The point is even over the area.
- Street, number, words, name and telephone are made up; no word of the source is kept. Names end in one letter and
  telephone numbers begin with 0500, which no mobile operator holds, so that nobody is meant.
"""

from __future__ import annotations

import hashlib
import tomllib
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from itertools import accumulate
from typing import Any, TypeVar

from motcham import data
from motcham.blocks.places import api as places
from motcham.blocks.places.define import Area

SEED = "motcham-1"
NO_RULE = "other.anything"  # no rule routes it: the desk finds the agency
RELEASED = 0.5  # of the kinds that are shown to others; made up
DANGER = 0.1  # of the kinds that can be a matter of life; made up
STARS = ((5, 0.46), (4, 0.28), (3, 0.14), (2, 0.07), (1, 0.05))

T = TypeVar("T")


@dataclass(frozen=True)
class Report:
    """Everything of a replayed report but its time and channel."""

    group: str
    category: str
    agency: str
    emergency: bool
    is_danger: bool
    area: Area
    lon: float
    lat: float
    address: str
    text: str
    name: str
    phone: str


def draw(loop: int, row: int, purpose: str) -> float:
    """Return a number from 0 up to but not 1, fixed for ever by its arguments."""
    digest = hashlib.sha256(f"{SEED}:{loop}:{row}:{purpose}".encode()).digest()
    return int.from_bytes(digest[:8], "big") / 2**64


def pick(options: Sequence[T], loop: int, row: int, purpose: str) -> T:
    """Return one of the options, each as likely as another."""
    return options[int(draw(loop, row, purpose) * len(options))]


def report(loop: int, row: int, *, on: date) -> Report:
    """Return what a row of a loop says, on the areas of a date."""
    category = _category(loop, row)
    area = area_of(loop, row, on=on)
    lon, lat = point(area, loop, row, on)
    return Report(
        group=category["group"],
        category=category["key"],
        agency=f"ward.{area.code}" if category["agency"] == "ward" else category["agency"],
        emergency=category["emergency"] == "yes",
        is_danger=draw(loop, row, "danger") < DANGER,
        area=area,
        lon=lon,
        lat=lat,
        address=address(area, loop, row),
        text=text(loop, row),
        **person(loop, row),
    )


def text(loop: int, row: int, *, category: str = "") -> str:
    """Return the words of a report: of the category drawn, unless one is given."""
    known = texts()[category or _category(loop, row)["key"]]["reports"]
    words = pick(known, loop, row, "text").format_map(_slots(loop, row))
    return str(words[0].upper() + words[1:])


def area_of(loop: int, row: int, *, on: date) -> Area:
    """Return the area that a row of a loop is about, on the map of a date."""
    return pick(places.areas(on=on), loop, row, "area")


def answer(loop: int, row: int) -> str:
    """Return what the agency answered."""
    return str(pick(texts()[_category(loop, row)["key"]]["answers"], loop, row, "answer").format_map(_slots(loop, row)))


def refusal(loop: int, row: int) -> tuple[str, str]:
    """Return why a report was not taken up: the reason's key, and the words."""
    chosen = pick(texts()["refusals"], loop, row, "refusal")
    return chosen["reason"], chosen["text"]


def needs_desk(loop: int, row: int) -> bool:
    """Tell whether the desk has to find the agency, no rule doing so."""
    return _category(loop, row)["key"] == NO_RULE


def is_released(loop: int, row: int) -> bool:
    """Tell whether an officer releases the report for everybody to read: never of a kind that is about people."""
    return _category(loop, row).get("shared") == "yes" and draw(loop, row, "released") < RELEASED


def stars(loop: int, row: int) -> int:
    """Return how the person rated the answer, from 1 to 5; the shares are made up, 1022 publishes none."""
    drawn = draw(loop, row, "stars")
    for value, share in STARS:
        drawn -= share
        if drawn < 0:
            return value
    return STARS[-1][0]


@lru_cache(maxsize=1)
def texts() -> dict[str, Any]:
    """Return the words that reports are made of."""
    return tomllib.loads(data.text("replay/texts.toml"))


@lru_cache(maxsize=1)
def _fields() -> tuple[list[int], list[list[dict[str, str]]]]:
    groups, categories = data.rows("feedback_groups.csv"), data.rows("feedback_categories.csv")
    members = [[each for each in categories if each["group"] == group["key"]] for group in groups]
    return list(accumulate(int(group["reports"]) for group in groups)), members


def _category(loop: int, row: int) -> dict[str, str]:
    ends, members = _fields()
    return pick(members[bisect_right(ends, draw(loop, row, "field") * ends[-1])], loop, row, "category")


def point(area: Area, loop: int, row: int, on: date) -> tuple[float, float]:
    """Return a point of an area, even over it."""
    for attempt in range(64):
        lon = area.west + draw(loop, row, f"lon {attempt}") * (area.east - area.west)
        lat = area.south + draw(loop, row, f"lat {attempt}") * (area.north - area.south)
        if places.locate(lon=round(lon, 5), lat=round(lat, 5), on=on).area == area:
            return round(lon, 5), round(lat, 5)
    return area.lon, area.lat


def _slots(loop: int, row: int) -> dict[str, str]:
    streets = texts()["streets"]
    slots = {
        "street": pick(streets, loop, row, "street"),
        "street2": pick(streets, loop, row, "crossing"),
        "number": str(1 + int(draw(loop, row, "number") * 480)),
        "lane": str(2 + int(draw(loop, row, "lane") * 60)),
        "hour": str(6 + int(draw(loop, row, "hour") * 16)),
        "days": str(2 + int(draw(loop, row, "days") * 8)),
        "count": str(2 + int(draw(loop, row, "count") * 4)),
    }
    return slots | {"at": pick(texts()["at"], loop, row, "at").format_map(slots)}


def address(area: Area, loop: int, row: int) -> str:
    """Return a number and a street in an area."""
    slots = _slots(loop, row)
    return f"{slots['number']} {slots['street']}, {area.name}"


def person(loop: int, row: int) -> dict[str, str]:
    """Return the name and the telephone number of somebody who does not exist."""
    name = " ".join(pick(texts()[part], loop, row, part) for part in ("family", "middle", "given"))
    return {"name": name, "phone": f"+84500{int(draw(loop, row, 'phone') * 1_000_000):06d}"}
