"""From a figure down to its cases: masked lists for those who may doubt a figure."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from motcham.apps.operations_centre import words as show
from motcham.apps.operations_centre.measures import ONLINE
from motcham.apps.operations_centre.selection import Selection
from motcham.blocks.cases import api as cases
from motcham.blocks.cases.define import CaseLine, case_types
from motcham.blocks.identity import api as identity
from motcham.blocks.identity.api import guarded
from motcham.blocks.identity.define import NoSuchAgency, Permission
from motcham.blocks.places import api as places
from motcham.kernel.errors import Missing
from motcham.ui import formats

PER_PAGE = 30


def titles() -> dict[cases.Figure, str]:
    """Return what each figure is called above its list."""
    return {
        cases.Figure.RECEIVED: _("Received"),
        cases.Figure.CLOSED: _("Answered"),
        cases.Figure.ON_TIME: _("Answered in time"),
        cases.Figure.LATE: _("Became late"),
        cases.Figure.RATED: _("Rated"),
        cases.Figure.OVERDUE: _("Overdue now"),
        cases.Figure.PENDING: _("In progress now"),
        cases.Figure.SOON: _("Late by tomorrow"),
        cases.Figure.REOPENED: _("Reopened"),
    }


@guarded(Permission.BOARD_DRILL)
@require_safe
def cases_behind(request: HttpRequest) -> HttpResponse:
    """Show the cases that a figure counts, as far as the actor's post reaches; names and numbers of people stay hidden."""
    asked, chosen, now = request.GET, Selection.read(request.GET), timezone.now()
    behind = read(asked, chosen)
    page = cases.counted(behind, actor=request.actor, after=read_key(asked.get("after", "")), most=PER_PAGE)  # type: ignore[attr-defined]
    kept = {name: value for name, value in asked.items() if name in KEPT}
    context = {
        "chosen": chosen,
        "title": titles()[behind.figure],
        "what": what(behind),
        "tabs": [
            {"label": title, "href": "?" + urlencode({**kept, "figure": figure.value}), "current": figure is behind.figure}
            for figure, title in titles().items()
        ],
        "rows": [row(line, now) for line in page.lines],
        "following": "?" + urlencode({**kept, "figure": behind.figure.value, "after": write_key(page.after)})
        if page.after
        else "",
        "previous": "?" + urlencode({**kept, "figure": behind.figure.value}) if asked.get("after") else "",
    }
    return render(request, "operations_centre/cases.html", context)


KEPT = ("agency", "area", "category", "type", "month", "on", "day", "since", "until", "online")


def read(asked: QueryDict, chosen: Selection) -> cases.Behind:
    """Return which figure an address asks for; an unknown agency is refused, since its absence would mean all."""
    figure, category, agency = asked.get("figure", ""), asked.get("category", ""), asked.get("agency", "")
    since, until = (_day(asked.get(name, "")) or _day(asked.get("day", "")) for name in ("since", "until"))
    known = cases.Figure(figure) if figure in set(cases.Figure) else cases.Figure.RECEIVED
    return cases.Behind(
        figure=known,
        agency_id=identity.agency(code=agency).id if agency else None,
        area_code=asked.get("area", "") if asked.get("area", "").isalnum() else "",
        category=category[:60] if category.isprintable() else "",
        type_key=chosen.kinds,
        channels=ONLINE if asked.get("online") else (),
        since=since or chosen.month,
        until=until or chosen.last_day,
    )


def what(behind: cases.Behind) -> str:
    """Return of whom and of when the list is, in words."""
    parts = []
    if behind.agency_id is not None:
        parts.append(show.name_of_agency(identity.agency(id=behind.agency_id)))
    if behind.area_code:
        try:
            parts.append(show.name_of_area(places.area(code=behind.area_code)))
        except Missing:
            parts.append(behind.area_code)
    if behind.category:
        parts.append(show.label_of(behind.category))
    if behind.channels:
        parts.append(_("handed in online"))
    if behind.figure is cases.Figure.SOON:
        parts.append(_("due before the end of %(day)s") % {"day": formats.day(cases.next_working_day(timezone.now()))})
    elif behind.figure in cases.OF_NOW:
        parts.append(_("at this moment"))
    elif behind.since and behind.until:
        days = formats.day(behind.since), formats.day(behind.until)
        parts.append(
            days[0] if behind.since == behind.until else _("%(since)s to %(until)s") % {"since": days[0], "until": days[1]}
        )
    return " · ".join(parts)


def row(line: CaseLine, now: datetime) -> dict[str, Any]:
    """Return a case as the list shows it."""
    case_type = case_types[line.type_key]
    try:
        agency = show.name_of_agency(identity.agency(id=line.agency_id))
    except NoSuchAgency:
        agency = ""
    label, category = str(case_type.label), show.label_of(line.category) if line.category else ""
    said = category == label or category in line.title
    sub = (label, agency, "" if said else category)
    return {
        "id": line.id,
        "title": line.title,
        "sub": " · ".join(part for part in sub if part),
        "bar": cases.clock_bar(line, now=now),
    }


def write_key(after: tuple[datetime, UUID] | None) -> str:
    """Return the key of the next page as an address carries it."""
    return f"{after[0].isoformat()}_{after[1].hex}" if after else ""


def read_key(text: str) -> tuple[datetime, UUID] | None:
    """Return the key of an address; anything else begins at the first page."""
    at, _low, number = text.partition("_")
    try:
        moment = datetime.fromisoformat(at)
        return (moment, UUID(number)) if moment.tzinfo else None
    except ValueError:
        return None


def _day(text: str) -> date | None:
    try:
        found = date.fromisoformat(text) if len(text) == 10 else None
    except ValueError:
        return None
    # Before the first and after the last day of time there is none.
    return found if found and date.min.year < found.year < date.max.year else None
