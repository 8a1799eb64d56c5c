"""Which agency is in charge of a report: by its kind, its place and its time, from dated rules in data."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time
from functools import lru_cache

from motcham import data
from motcham.blocks.cases import api as cases
from motcham.blocks.cases.define import Filing
from motcham.ui import formats

WARD = "ward"
NO_RULE = frozenset({"other.anything"})
CLOSED_DESK = "desk.integrity"


@dataclass(frozen=True)
class Rule:
    """Who is in charge of one kind of report from a day on, where it says so only on some days, at some hours or in one area."""

    category: str
    agency: str
    days: str
    hours: tuple[time, time] | None
    area: str
    valid_from: date
    valid_to: date | None

    def holds(self, *, category: str, area: str, at: datetime) -> bool:
        """Tell whether the rule speaks of this report; `at` is the time in the city."""
        if self.category != category or (self.area and self.area != area):
            return False
        if not self.valid_from <= at.date() <= (self.valid_to or date.max):
            return False
        if self.days and (self.days == "off") == cases.calendar().is_working(at.date()):
            return False
        return self.hours is None or _between(self.hours, at.time())


def agency_of(filing: Filing) -> str | None:
    """Return the code of the agency in charge, or None where no rule says it."""
    category = str(filing.answers["category"])
    if category in NO_RULE:
        return None
    area, at = (filing.place.area_code if filing.place else ""), formats.local(filing.at)
    found = next((rule.agency for rule in rules() if rule.holds(category=category, area=area, at=at)), None)
    agency = found or usual()[category]
    if agency != WARD:
        return agency
    return f"ward.{area}" if area else None


def _between(hours: tuple[time, time], now: time) -> bool:
    first, last = hours
    return first <= now < last if first < last else now >= first or now < last


@lru_cache(maxsize=1)
def usual() -> dict[str, str]:
    """Return the agency of each kind of report where no rule says otherwise; `ward` is the ward of the place."""
    return {row["key"]: row["agency"] for row in data.rows("feedback_categories.csv")}


@lru_cache(maxsize=1)
def rules() -> tuple[Rule, ...]:
    """Return the rules in the order in which they are tried."""
    return tuple(
        Rule(
            category=row["category"],
            agency=row["agency"],
            days=row["days"],
            hours=_hours(row["hours"]),
            area=row["area"],
            valid_from=date.fromisoformat(row["valid_from"]),
            valid_to=date.fromisoformat(row["valid_to"]) if row["valid_to"] else None,
        )
        for row in data.rows("feedback_routes.csv")
    )


def _hours(words: str) -> tuple[time, time] | None:
    if not words:
        return None
    first, last = words.split("-")
    return time.fromisoformat(first), time.fromisoformat(last)
