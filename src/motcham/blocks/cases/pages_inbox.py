"""The inbox of an officer: lists by what is due, each a keyset page, with counts that stop at 99, and a pane to read beside."""

from __future__ import annotations

import base64
from collections.abc import Collection
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from motcham.blocks.cases import filters, lists, pages_bulk, pages_intake, pages_work, queries, rules, showing, throttle
from motcham.blocks.cases.define import NoSuchCase, case_types
from motcham.blocks.cases.lists import COUNTED, Held, Page, Queue, Wanted
from motcham.blocks.cases.pages_form import is_open, may_file, private
from motcham.blocks.identity.api import guarded
from motcham.blocks.identity.define import Actor, Permission
from motcham.ui.wording import wording

PER_PAGE = 25
# The letter after G that leads to a list.
LETTERS = {
    Queue.DUE: "d",
    Queue.LATE: "l",
    Queue.SOON: "s",
    Queue.NEW: "n",
    Queue.WAITING: "w",
    Queue.ALL: "a",
    Queue.CLOSED: "x",
}


@guarded(Permission.CASE_READ)
@require_safe
def find(request: HttpRequest) -> HttpResponse:
    """Lead to the case of a code that somebody reads out on the telephone."""
    found = _by_code(request, request.GET.get("code", ""))
    if found is None:
        messages.error(request, wording(NoSuchCase()))
        return redirect("cases:inbox")
    return redirect("cases:case", case_id=found)


def _by_number(actor: Actor, typed: str) -> UUID | None:
    """Return the case of the number that agencies call it by, or the part of it, whichever the actor may read."""
    finders = {each.numbered for each in case_types if each.numbered} if typed else ()
    found = [case_id for find_by in finders if (case_id := find_by(typed))]
    seen = lists.lines(actor=actor, case_ids=found) or lists.lines(actor=actor, case_ids=queries.parts_of(found))
    return next(iter(seen), None)


def _by_code(request: HttpRequest, code: str) -> UUID | None:
    actor = request.actor  # type: ignore[attr-defined]
    if found := _by_number(actor, code):
        return found
    try:
        return queries.find_by_code(code, actor=actor).line.id
    except NoSuchCase:
        throttle.misses.count(request)
        return None


@guarded(Permission.CASE_READ)
@require_safe
def inbox(request: HttpRequest) -> HttpResponse:
    """Show one page of one list; with `open`, a case beside it."""
    actor, now = request.actor, timezone.now()  # type: ignore[attr-defined]
    typed = request.GET.get("q", "")
    is_code = len(rules.read_code(typed)) == rules.CODE_LENGTH and len(typed.split()) == 1
    if found := _by_code(request, typed) if is_code else _by_number(actor, typed):
        return redirect("cases:case", case_id=found)
    wanted, asked = filters.read(request.GET, actor), request.GET.get("agency", "")
    after = read_key(request.GET.get("after", ""))
    page = lists.find(wanted, actor=actor, after=after, most=PER_PAGE, now=now)
    scope = actor.scope(Permission.CASE_READ)
    here = filters.address(wanted, agency=asked, after=request.GET.get("after", "") if after else "")
    context = {
        "title": _title(actor, wanted),
        "wanted": wanted,
        "side": side(actor, wanted, asked, now),
        "rows": rows(page, now, at_home=actor.agency_ids),
        "following": filters.address(wanted, agency=asked, after=write_key(page.after)) if page.after else "",
        "previous": filters.address(wanted, agency=asked) if after else "",
        "here": here,
        "chips": filters.chips(wanted, agency=asked),
        "clear": filters.address(Wanted(queue=wanted.queue), agency=asked),
        "everywhere": filters.address(replace(wanted, queue=Queue.ALL), agency=asked)
        if wanted.words and wanted.queue is not Queue.ALL
        else "",
        "holdings": filters.holdings(wanted, agency=asked) if actor.may(Permission.CASE_ACT) else [],
        "types": filters.options("kind", wanted.type_key) if len(case_types) > 1 else "",
        "categories": filters.options("category", wanted.category),
        "areas": filters.options("area", wanted.area_code),
        "agencies": filters.options("agency", wanted.agency_id, scope=scope) if scope is None or len(scope) > 1 else "",
        "agency_asked": asked,
        "agency_name": showing.agency_name(wanted.agency_id),
        "bulk": pages_bulk.offered(actor, page.lines, wanted.agency_id),
        "undo": pages_bulk.undoable(request),
        "may_export": actor.may(Permission.CASE_EXPORT, agency_id=wanted.agency_id),
        "filed_here": [each for each in case_types if each.filed_by and is_open(each) and may_file(each, actor)],
        "may_take_in": pages_intake.takes_in(actor),
        "may_share": bool(_shared_with(actor)),
        "substitutes": showing.substitutes(actor),
        **pages_work.pane(request, request.GET.get("open", ""), back=here),
    }
    return render(request, "cases/inbox.html", context)


def _title(actor: Actor, wanted: Wanted) -> str:
    return next((name for name, each in filters.unrouted(actor) if each == wanted), "") or filters.title(wanted.queue)


def _shared_with(actor: Actor) -> int | None:
    """Return the agency with which somebody may share a list."""
    return next((each for each in sorted(actor.agency_ids) if actor.may(Permission.CASE_ACT, agency_id=each)), None)


@guarded(Permission.CASE_READ)
@require_safe
def fresh(request: HttpRequest) -> HttpResponse:
    """Tell an open page its counts anew, and which of its rows came or went; nothing on it moves by itself."""
    actor, now = request.actor, timezone.now()  # type: ignore[attr-defined]
    wanted, asked = filters.read(request.GET, actor), request.GET.get("agency", "")
    page = lists.find(wanted, actor=actor, after=read_key(request.GET.get("after", "")), most=PER_PAGE, now=now)
    known, there = request.GET.get("known", "")[:2000].split(), [str(each.id) for each in page.lines]
    # What merely moved up to the end of a full page is not news.
    last = max((place for place, each in enumerate(there) if each in known), default=-1)
    news = [each for place, each in enumerate(there) if each not in known and (place < last or len(known) < PER_PAGE)]
    context = {
        "side": side(actor, wanted, asked, now),
        "gone": " ".join(each for each in known if each not in there),
        "count": len(news),
        "words": ngettext("%(count)s new case in this list", "%(count)s new cases in this list", len(news))
        % {"count": len(news)},
        "here": filters.address(wanted, agency=asked, open=request.GET.get("open", "")),
    }
    return private(render(request, "cases/fresh.html", context))


@lru_cache(maxsize=2048)
def _counted_by_words(wanted: Wanted, actor: Actor, minute: int) -> int:
    """Return how many cases a kept list of words holds: once a minute, for words cost more to count than the rest of the page."""
    return lists.counts([wanted], actor=actor, now=datetime.fromtimestamp(minute * 60, UTC))[0]


def side(actor: Actor, wanted: Wanted, asked: str, now: datetime) -> list[dict[str, Any]]:
    """Return the lists beside the page, each with its count: one's own, the queues, what no rule routed, and those that were
    kept. While all kinds of an application are asked for, each list is of these."""
    named = [*_queues(actor, wanted, asked), *_kept(actor)]
    plain = iter(lists.counts([each for each, _row in named if not each.words], actor=actor, now=now))
    numbers = [_counted_by_words(each, actor, int(now.timestamp()) // 60) if each.words else next(plain) for each, _row in named]
    return [
        {
            "key": "",
            **row,
            "count": count(number),
            "current": each == wanted,
            "tone": "late" if row["id"] == str(Queue.LATE) and number else "",
        }
        for (each, row), number in zip(named, numbers, strict=True)
    ]


def _queues(actor: Actor, wanted: Wanted, asked: str) -> list[tuple[Wanted, dict[str, Any]]]:
    """Return the lists that everybody has, each as it is asked for and as it is shown; those of a desk first to its officers."""
    of = wanted.type_key if wanted.type_key.endswith(".") else ""
    queues = [Wanted(queue=each, agency_id=wanted.agency_id, type_key=of) for each in Queue]
    found = [
        (each, {"id": str(each.queue), "label": filters.title(each.queue), "href": filters.address(each, agency=asked)})
        for each in queues
    ]
    for each, row in found:
        row["key"] = LETTERS[each.queue]
    for place, (name, each) in enumerate(filters.unrouted(actor)):
        row = {"id": f"unrouted-{place}", "label": name, "href": filters.address(each), "key": "" if place else "r"}
        found.insert(place if each.agency_id in actor.agency_ids else 4 + place, (each, row))
    if actor.may(Permission.CASE_ACT):
        each = Wanted(held=Held.MINE, agency_id=wanted.agency_id, type_key=of)
        found.insert(0, (each, {"id": "mine", "label": _("Mine"), "href": filters.address(each, agency=asked), "key": "m"}))
    return found


def _kept(actor: Actor) -> list[tuple[Wanted, dict[str, Any]]]:
    """Return the lists that were kept under a name."""
    return [
        (
            saved.wanted,
            {
                "id": f"kept-{saved.id}",
                "label": saved.name,
                "href": filters.address(saved.wanted),
                "kept": saved.id,
                "key": str(place) if place < 10 else "",
                "shared": showing.agency_name(saved.agency_id) if saved.agency_id else "",
            },
        )
        for place, saved in enumerate(filters.kept(actor), 1)
    ]


def rows(page: Page, now: datetime, *, at_home: Collection[int] = ()) -> list[dict[str, Any]]:
    """Return the cases of a page as rows, with who holds them."""
    held = showing.holders_of(page.held)
    return [showing.row_of(line, now, at_home=at_home, holder=held.get(line.id, "")) for line in page.lines]


def count(found: int) -> str:
    """Return a count as the side list shows it: exact below the bound, 99+ above."""
    return f"{COUNTED - 1}+" if found >= COUNTED else str(found)


def write_key(after: tuple[datetime, UUID] | None) -> str:
    """Return the key of the next page as an address carries it."""
    if after is None:
        return ""
    micros = (after[0] - _EPOCH) // timedelta(microseconds=1)
    return base64.urlsafe_b64encode(micros.to_bytes(8, "big", signed=True) + after[1].bytes).decode().rstrip("=")


def read_key(text: str) -> tuple[datetime, UUID] | None:
    """Return the key of an address; anything else begins at the first page."""
    try:
        raw = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
        return (
            (_EPOCH + timedelta(microseconds=int.from_bytes(raw[:8], "big", signed=True)), UUID(bytes=raw[8:]))
            if len(raw) == 24
            else None
        )
    except (ValueError, OverflowError):
        return None


_EPOCH = datetime.fromisoformat("1970-01-01T00:00:00+00:00")
