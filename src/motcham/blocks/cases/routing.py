"""To whom a case probably belongs and which cases it resembles: ranked suggestions, each with its reason, for an officer to choose from."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import connection
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from motcham.blocks.cases import lists, widgets
from motcham.blocks.cases.define import CaseType, CaseView, Filing, Place, type_of
from motcham.blocks.identity import api as identity
from motcham.blocks.identity.define import Actor, Permission
from motcham.kernel.errors import Missing
from motcham.ui import formats

MOST = 4
HISTORY = timedelta(days=90)
ALIKE_METRES, ALIKE_DAYS = 200, 30
# One degree of latitude is about 111 km; of longitude, at the city's latitude, about 109 km.
LAT_METRES, LON_METRES = 111_000, 109_000


@dataclass(frozen=True)
class Suggestion:
    """An agency that may be in charge, and why."""

    code: str
    name: str
    reason: str


@dataclass(frozen=True)
class Alike:
    """A case near another, of the same kind: perhaps the same thing."""

    id: UUID
    title: str
    metres: int | None
    received_at: datetime
    agency_id: int
    joined: int
    is_released: bool


def suggest(view: CaseView) -> list[Suggestion]:
    """Return the agencies that a case most probably belongs to, the likeliest first, without the one that has it."""
    case_type, place = type_of(view.line), view.place
    return ranked(case_type, view.answers, place, channel=view.channel, at=view.filed_at, without=view.line.agency_id)


def ranked(
    case_type: CaseType, answers: Any, place: Place | None, *, channel: str, at: datetime, without: int | None = None
) -> list[Suggestion]:
    """Return the agencies that would be in charge: by rule, by place, and by whom such reports went to lately."""
    found: dict[str, str] = {}
    try:
        by_rule = case_type.route(Filing(answers, place, channel, at))
    except KeyError:
        by_rule = None
    if by_rule:
        found[by_rule] = _("by the rules of routing")
    if place and place.area_code:
        for each in identity.agencies(kind="ward", on=widgets.today()):
            if each.area_code == place.area_code:
                found.setdefault(each.code, _("the ward where it is"))
    category = str(answers.get(case_type.category) or "") if case_type.category else ""
    for code, count in _history(category, place.area_code if place else ""):
        words = ngettext("%(count)s such report lately", "%(count)s such reports lately", count)
        found.setdefault(code, words % {"count": formats.number(count)})
    return [Suggestion(code, widgets.agency_name(code), reason) for code, reason in found.items() if _is_other(code, without)][
        :MOST
    ]


def _is_other(code: str, without: int | None) -> bool:
    try:
        found = identity.agency(code=code)
    except Missing:
        return False
    return found.id != without and found.is_valid(widgets.today()) and found.kind != "desk"


def _history(category: str, area: str) -> Iterable[tuple[str, int]]:
    """Yield the agencies to which the latest reports of this kind went, in this ward first."""
    if not category:
        return
    here = " AND area_code = %(area)s" if area else ""
    values: dict[str, Any] = {"category": category, "area": area, "since": timezone.now() - HISTORY}
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT agency_id, count(*) FROM (SELECT agency_id FROM cases_case "
            f"WHERE category = %(category)s{here} AND received_at > %(since)s AND NOT confidential "
            "ORDER BY received_at DESC LIMIT 100) AS latest GROUP BY 1 ORDER BY 2 DESC, 1 LIMIT 4",
            values,
        )
        rows = cursor.fetchall()
    for agency_id, count in rows:
        yield identity.agency(id=agency_id).code, count


def alike(view: CaseView, actor: Actor) -> list[Alike]:
    """Return open cases near this one and of the same kind, which the actor may read: candidates for merging."""
    place, line = view.place, view.line
    if place is None or place.lon is None or place.lat is None:
        return []
    return near(line.type_key, line.category, place.lon, place.lat, actor=actor, without=line.id)


def near(type_key: str, category: str, lon: float, lat: float, *, actor: Actor, without: UUID | None = None) -> list[Alike]:
    """Return the open cases of a kind within some 200 m of a point, the nearest first."""
    now = timezone.now()
    scope = lists.scope_of(actor, Permission.CASE_READ, None)
    condition, values = lists.narrowed(lists.Wanted(queue=lists.Queue.ALL, type_key=type_key), actor=actor, scope=scope, now=now)
    if scope is not None:
        condition += " AND agency_id = ANY(%(agencies)s)"
    east, north = ALIKE_METRES / LON_METRES, ALIKE_METRES / LAT_METRES
    values |= {"lon": lon, "lat": lat, "w": lon - east, "e": lon + east, "s": lat - north, "n": lat + north}
    values |= {"since": now - timedelta(days=ALIKE_DAYS), "without": without, "same": category}
    with connection.cursor() as cursor:
        cursor.execute(
            f"""SELECT id, title, sqrt(power((lon - %(lon)s) * {LON_METRES}, 2) + power((lat - %(lat)s) * {LAT_METRES}, 2))::int AS metres,
                received_at, agency_id, joined, cell IS NOT NULL
            FROM cases_case WHERE {condition} AND closed_at IS NULL AND received_at > %(since)s AND category = %(same)s
                AND lon BETWEEN %(w)s AND %(e)s AND lat BETWEEN %(s)s AND %(n)s
                AND (%(without)s::uuid IS NULL OR id <> %(without)s) AND merged_into_id IS NULL
            ORDER BY metres, received_at LIMIT 5""",
            values,
        )
        return [Alike(*row) for row in cursor.fetchall()]
