"""What is late tomorrow, for whoever watches over many agencies: who has how many, and each case with its holder and its hours."""

from __future__ import annotations

from datetime import datetime
from html import escape
from itertools import groupby
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.safestring import SafeString, mark_safe
from django.views.decorators.http import require_safe

from motcham.blocks.cases import filters, pages_inbox, showing, titles, tomorrow
from motcham.blocks.cases.define import CaseLine, type_of
from motcham.blocks.cases.law import next_working_day
from motcham.blocks.cases.lists import COUNTED, Queue, Wanted
from motcham.blocks.cases.pages_form import private
from motcham.blocks.cases.tomorrow import Key, Shelf
from motcham.blocks.identity.api import guarded
from motcham.blocks.identity.define import Permission
from motcham.ui import formats

PER_PAGE = 25


@guarded(Permission.CASE_READ)
@require_safe
def tomorrow_list(request: HttpRequest) -> HttpResponse:
    """Show one page of what is late tomorrow, agency by agency."""
    actor, now = request.actor, timezone.now()  # type: ignore[attr-defined]
    wanted = filters.read(request.GET, actor)
    start, after = request.GET.get("from", ""), pages_inbox.read_key(request.GET.get("after", ""))
    begin = Key(int(start), after) if start.isascii() and start.isdigit() and len(start) < 10 else None
    found = tomorrow.shelf(actor=actor, type_key=wanted.type_key, begin=begin, most=PER_PAGE, now=now)
    list_of = Wanted(queue=Queue.SOON, type_key=wanted.type_key)
    total = sum(found.counts.values())
    is_more = any(number >= COUNTED for number in found.counts.values())
    context = {
        "until_day": next_working_day(now),
        "kinds": filters.families(),
        "kind": wanted.type_key,
        "total": f"{formats.number(total)}+" if is_more else formats.number(total),
        "agencies": len(found.counts),
        "shares": _shares(found, list_of),
        "groups": _groups(found, now),
        "following": _address(wanted.type_key, found.following) if found.following else "",
        "previous": _address(wanted.type_key, None) if begin else "",
        "may_export": actor.may(Permission.CASE_EXPORT),
        "export": f"{reverse('cases:export')}{filters.address(list_of, agency='all')}",
    }
    return private(render(request, "cases/tomorrow.html", context))


def _shares(found: Shelf, list_of: Wanted) -> SafeString:
    """Return how many each agency has, with the way to them; written out, for there may be two hundred on a page."""
    here = escape(f"{reverse('cases:inbox')}{filters.address(list_of)}&agency=")
    lines = (
        f'<li><a href="{here}{agency_id}"><span>{escape(showing.agency_name(agency_id))}</span>'
        f'<span class="number">{pages_inbox.count(number)}</span></a></li>'
        for agency_id, number in found.counts.items()
    )
    return mark_safe("".join(lines))


def _groups(found: Shelf, now: datetime) -> list[dict[str, Any]]:
    holders = showing.holders_of(found.held)
    return [
        {
            "name": showing.agency_name(agency_id),
            "rows": [_row(line, now, holders.get(line.id, "")) for line in lines],
        }
        for agency_id, lines in groupby(found.lines, key=lambda line: line.agency_id)
    ]


def _row(line: CaseLine, now: datetime, holder: str) -> dict[str, Any]:
    case_type = type_of(line)
    return {
        "id": line.id,
        "title": line.title,
        "kind": "" if titles.is_its_kind(line) else str(case_type.label),
        "step": filters.step_label(line.step),
        "holder": holder,
        "due_at": line.due_at,
        "left": showing.hours_left(line, now),
        "synthetic": line.synthetic,
    }


def _address(type_key: str, key: Key | None) -> str:
    if key is None:
        return filters.address(Wanted(queue=Queue.SOON, type_key=type_key))
    after = pages_inbox.write_key(key.after)
    return filters.address(Wanted(queue=Queue.SOON, type_key=type_key), **{"from": str(key.agency_id), "after": after})
