"""What a visitor of the board chose to see: a month and a kind of case."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta
from urllib.parse import urlencode

from django.http import QueryDict
from django.utils import timezone

from motcham.blocks.cases.define import case_types
from motcham.blocks.indicators.define import first_of_month

_MONTH = re.compile(r"20\d\d-(0[1-9]|1[0-2])")


@dataclass(frozen=True)
class Selection:
    """A month and a kind of case (all kinds where empty). What cannot be understood counts as not chosen."""

    month: date
    today: date
    case_type: str = ""

    @classmethod
    def read(cls, query: QueryDict) -> Selection:
        """Return what an address asks for."""
        today, asked, kind = timezone.localdate(), query.get("month", ""), query.get("type", "")
        month = date.fromisoformat(f"{asked}-01") if _MONTH.fullmatch(asked) else today
        return cls(first_of_month(month), today, kind if kind in case_types else "")

    @property
    def is_current(self) -> bool:
        """Tell whether the chosen month is the one that runs."""
        return self.month == first_of_month(self.today)

    @property
    def last_day(self) -> date:
        """Return the last day that the month has had so far."""
        return self.today if self.is_current else first_of_month(self.month + timedelta(days=32)) - timedelta(days=1)

    @property
    def query(self) -> str:
        """Return the part of an address that chooses the same again; empty for what is shown unasked."""
        chosen = {"month": f"{self.month:%Y-%m}"} if not self.is_current else {}
        text = urlencode({**chosen, **({"type": self.case_type} if self.case_type else {})})
        return f"?{text}" if text else ""
