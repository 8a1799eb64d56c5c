"""What a visitor of the board chose to see: a month or the end of a day, a kind of case or several, and what the map shows."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import date, timedelta
from urllib.parse import urlencode

from django.http import QueryDict
from django.utils import timezone

from motcham.apps.operations_centre.measures import MEASURES
from motcham.blocks.cases.define import case_types
from motcham.blocks.indicators.define import first_of_month

_MONTH = re.compile(r"20\d\d-(0[1-9]|1[0-2])")
_DAY = re.compile(r"20\d\d-\d\d-\d\d")


@dataclass(frozen=True)
class Selection:
    """A month (as it stood at the end of the day `on`, where one is chosen), a kind of case or a family of them (all where
    empty) and a measure. What cannot be understood counts as not chosen."""

    month: date
    today: date
    case_type: str = ""
    measure: str = "punctual"
    on: date | None = None

    @classmethod
    def read(cls, query: QueryDict) -> Selection:
        """Return what an address asks for."""
        today, kind, measure = timezone.localdate(), query.get("type", ""), query.get("measure", "")
        on = _day(query.get("on", ""), today)
        asked = query.get("month", "")
        month = on or (date.fromisoformat(f"{asked}-01") if _MONTH.fullmatch(asked) else today)
        return cls(
            first_of_month(month),
            today,
            kind if kind in families() or kind in case_types else "",
            measure if measure in MEASURES else "punctual",
            on,
        )

    @property
    def kinds(self) -> str | tuple[str, ...]:
        """Return the kinds of case that count: one, those of a family, or nothing for all."""
        return families().get(self.case_type, self.case_type)

    @property
    def is_current(self) -> bool:
        """Tell whether what is shown still runs: this month, and not as of an earlier day."""
        return self.on is None and self.month == first_of_month(self.today)

    @property
    def last_day(self) -> date:
        """Return the last day that is shown."""
        return self.on or (self.today if self.is_current else last_of_month(self.month))

    @property
    def before(self) -> tuple[date, date]:
        """Return the days to compare with: the month before, up to the same day of the month."""
        last = self.month - timedelta(days=1)
        whole = self.last_day == last_of_month(self.month)
        return first_of_month(last), last if whole else last.replace(day=min(last.day, self.last_day.day))

    @property
    def query(self) -> str:
        """Return the part of an address that chooses the same again; empty for what is shown unasked."""
        text = urlencode(self.asked)
        return f"?{text}" if text else ""

    @property
    def asked(self) -> dict[str, str]:
        """Return what an address must say, name by name."""
        chosen = {"on": f"{self.on}"} if self.on else {} if self.is_current else {"month": f"{self.month:%Y-%m}"}
        kind = {"type": self.case_type} if self.case_type else {}
        return {**chosen, **kind, **({"measure": self.measure} if self.measure != "punctual" else {})}

    def showing(self, measure: str) -> Selection:
        """Return the same with another measure on the map."""
        return replace(self, measure=measure)


def families() -> dict[str, tuple[str, ...]]:
    """Return the kinds of case that people file, by the application that has them; one that has a single kind is no family."""
    found: dict[str, list[str]] = {}
    for each in case_types:
        if each.anyone_files or each.filed_by:
            found.setdefault(each.key.partition(".")[0], []).append(each.key)
    return {name: tuple(keys) for name, keys in found.items() if len(keys) > 1}


def last_of_month(first: date) -> date:
    """Return the last day of a month."""
    return first_of_month(first.replace(day=1) + timedelta(days=32)) - timedelta(days=1)


def _day(text: str, today: date) -> date | None:
    """Return a day that has ended; today is what is shown anyway."""
    try:
        day = date.fromisoformat(text) if _DAY.fullmatch(text) else None
    except ValueError:
        return None
    return day if day and day < today else None
