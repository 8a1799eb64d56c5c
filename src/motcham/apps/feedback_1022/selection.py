"""What part of the public reports a page, a map or a feed shows: the area, the kind, how it stands, since when."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.http import QueryDict
from django.utils import timezone
from django.utils.translation import gettext as _

from motcham.apps.feedback_1022.definitions.report import report
from motcham.blocks.cases import api as cases
from motcham.blocks.cases.define import PublicPage
from motcham.blocks.places import api as places
from motcham.blocks.places.define import Area, Unit
from motcham.kernel.errors import Missing
from motcham.ui import formats

STATES = ("open", "closed")
DAYS = (7, 30, 90)
PARAMETERS = ("area", "category", "state", "days", "box", "after", "q", "on")
FIRST_DAY = date(2020, 1, 1)
_BOX = re.compile(r"-?\d{1,3}(?:\.\d{1,6})?(?:,-?\d{1,3}(?:\.\d{1,6})?){3}")


@dataclass(frozen=True)
class Selection:
    """One choice of public reports; what an address asks for and is not known counts as not asked for. With `on`, they are
    shown as they stood at the end of that day."""

    area: str = ""
    category: str = ""
    state: str = ""
    days: int = 0
    box: tuple[float, float, float, float] | None = None
    on: date | None = None

    @classmethod
    def read(cls, query: QueryDict) -> Selection:
        """Return what an address asks for, as of now."""
        area, category, state, days = (query.get(name, "")[:60] for name in ("area", "category", "state", "days"))
        return cls(
            area=area if area_of(area) else "",
            category=category if category in labels() else "",
            state=state if state in STATES else "",
            days=int(days) if days in map(str, DAYS) else 0,
            box=_box(query.get("box", "")[:80]),
        )

    def page(self, *, after: str = "", most: int = 30, order: str = "received_at") -> PublicPage:
        """Return one page of it, the latest first."""
        as_of = end_of(self.on) if self.on else None
        return cases.public_cases(
            type_key=report.key,
            area_code=self.area,
            category=self.category,
            state=self.state,
            since=(as_of or timezone.now()) - timedelta(days=self.days) if self.days else None,
            box=self.box,
            order=order,
            after=_after(after),
            most=most,
            as_of=as_of,
        )

    def query(self, **changes: Any) -> str:
        """Return it as the query of an address, with changes."""
        changed = replace(self, **{name: value for name, value in changes.items() if name != "after"})
        named = {
            "area": changed.area,
            "category": changed.category,
            "state": changed.state,
            "days": changed.days or "",
            "box": ",".join(f"{each:.4f}" for each in changed.box) if changed.box else "",
            "on": changed.on or "",
            "after": changes.get("after", ""),
        }
        words = urlencode({name: value for name, value in named.items() if value})
        return f"?{words}" if words else ""

    def words(self) -> str:
        """Return what is chosen, for a title: kind, area."""
        area = area_of(self.area)
        parts = [labels().get(self.category, ""), name_of(area) if area else ""]
        return ", ".join(part for part in parts if part) or _("the whole city")


def day_asked(query: QueryDict) -> tuple[date | None, str]:
    """Return the day at whose end everything is to be shown, None for now; and, where it is no such day, what to do."""
    asked = query.get("on", "").strip()[:40]
    if not asked:
        return None, ""
    try:
        day = date.fromisoformat(asked)
    except ValueError:
        return None, _("“%(value)s” is not a date. Write it like 2026-03-31; below is today.") % {"value": asked}
    today = timezone.localdate()
    if day > today:
        return None, _("This day is still to come. Choose one that is over; below is today.")
    if day < FIRST_DAY:
        return None, _("Nothing is kept of days before 1 January 2020. Choose a later one; below is today.")
    return (day if day < today else None), ""


def end_of(day: date) -> datetime:
    """Return the moment at which a day is over in the city."""
    return datetime.combine(day + timedelta(days=1), time.min, timezone.get_default_timezone())


def labels() -> dict[str, str]:
    """Return the kinds of report that may be shown, in the reader's language."""
    asked = report.field_named("category")
    return {each.key: str(each.label) for each in asked.choices} if asked else {}


def area_of(code: str) -> Area | None:
    """Return the area of a code today, if there is one."""
    try:
        return places.area(code=code) if code else None
    except Missing:
        return None


def name_of(area: Unit) -> str:
    """Return the name of an area in the language of the page."""
    return (area.name_en if formats.is_english() else "") or area.name


def named_areas(found: Iterable[Area]) -> list[tuple[str, str]]:
    """Return the codes of areas with their names, by name, to choose from."""
    return sorted(((each.code, name_of(each)) for each in found), key=lambda each: each[1])


def key_of(after: tuple[datetime, UUID] | None) -> str:
    """Return where the next page begins, as an address says it."""
    return f"{after[0].timestamp():.6f}_{after[1].hex}" if after else ""


def _after(key: str) -> tuple[datetime, UUID] | None:
    moment, _line, case_id = key.partition("_")
    try:
        return datetime.fromtimestamp(float(moment), tz=timezone.get_default_timezone()), UUID(case_id)
    except (ValueError, OverflowError, OSError):
        return None


def _box(words: str) -> tuple[float, float, float, float] | None:
    if not _BOX.fullmatch(words):
        return None
    west, south, east, north = (float(each) for each in words.split(","))
    return (west, south, east, north) if west < east and south < north else None
