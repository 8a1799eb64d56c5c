"""The inbox of an officer: lists by what is due, each a keyset page, with counts that stop at 99."""

from __future__ import annotations

import base64
from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from html import escape
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from motcham.blocks.cases import actions, lists, queries, showing, throttle
from motcham.blocks.cases.define import CaseLine, CaseType, NoSuchCase, Step, StepNotOpen, case_types
from motcham.blocks.cases.lists import COUNTED, Queue
from motcham.blocks.identity import api as identity
from motcham.blocks.identity.api import guarded
from motcham.blocks.identity.define import Actor, Permission
from motcham.kernel.errors import Missing, MotchamError

PER_PAGE = 25
MOST_PICKED = 100


def titles() -> dict[Queue, str]:
    """Return the lists as officers call them, in the order of their urgency."""
    return {
        Queue.DUE: _("To do"),
        Queue.LATE: _("Late"),
        Queue.SOON: _("Late by tomorrow"),
        Queue.WAITING: _("Waiting for citizens"),
        Queue.CLOSED: _("Done"),
    }


@guarded(Permission.CASE_READ)
@require_safe
def find(request: HttpRequest) -> HttpResponse:
    """Lead to the case of a code that somebody reads out on the telephone."""
    actor = request.actor  # type: ignore[attr-defined]
    try:
        view = queries.case_by_code(request.GET.get("code", ""))
    except NoSuchCase:
        view = None
    if view is None or not actor.may(Permission.CASE_READ, agency_id=view.line.agency_id):
        throttle.misses.count(request)
        messages.error(request, showing.wording(NoSuchCase()))
        return redirect("cases:inbox")
    return redirect("cases:case", case_id=view.line.id)


@guarded(Permission.CASE_BULK)
@require_POST
def bulk(request: HttpRequest) -> HttpResponse:
    """Take the same step in every case that was picked; what one case refuses does not hold up the others."""
    actor = request.actor  # type: ignore[attr-defined]
    type_key, _colon, to = request.POST.get("step", "").partition(":")
    done, refused = 0, []
    for picked in request.POST.getlist("case")[:MOST_PICKED]:
        try:
            _take(actor, picked, type_key, to)
            done += 1
        except MotchamError as error:
            refused.append(error)
    if refused and not done:
        raise refused[0]
    if done:
        messages.success(request, ngettext("Done for %(done)s case.", "Done for %(done)s cases.", done) % {"done": done})
    if refused:
        words = ngettext("%(refused)s case could not go there.", "%(refused)s cases could not go there.", len(refused))
        messages.error(request, words % {"refused": len(refused)})
    return redirect("cases:inbox")


def _take(actor: Actor, picked: str, type_key: str, to: str) -> None:
    try:
        view = queries.case_by_id(UUID(picked), actor=actor)
    except ValueError:
        raise NoSuchCase() from None
    actor.demand(Permission.CASE_BULK, agency_id=view.line.agency_id)
    if (type_key, to) not in {(case_type.key, step.key) for case_type, step in plain_steps()} or view.line.type_key != type_key:
        raise StepNotOpen()
    actions.take_step(by=actor, case_id=view.line.id, to=to)


def plain_steps() -> list[tuple[CaseType, Step]]:
    """Return the steps that ask nothing of the officer, and so can be taken in many cases at once."""
    return [
        (case_type, step)
        for case_type in case_types
        for step in case_type.steps
        if not (step.asks or step.message_required or step.transfers or step.outcome or step.pauses)
    ]


@guarded(Permission.CASE_READ)
@require_safe
def inbox(request: HttpRequest) -> HttpResponse:
    """Show one page of one list."""
    actor, now = request.actor, timezone.now()  # type: ignore[attr-defined]
    chosen = request.GET.get("list", "")
    queue = Queue(chosen) if chosen in set(Queue) else Queue.DUE
    type_key = request.GET.get("type", "") if request.GET.get("type", "") in case_types else ""
    agency_id = agency_of(actor, request.GET.get("agency", ""))
    page = lists.inbox(
        actor=actor,
        queue=queue,
        agency_id=agency_id,
        type_key=type_key,
        after=read_key(request.GET.get("after", "")),
        most=PER_PAGE,
        now=now,
    )
    kept = {"type": type_key, "agency": request.GET.get("agency", "")}
    context = {
        "title": titles()[queue],
        "queue": queue,
        "side": _side(actor, queue, agency_id, kept, now),
        "rows": [row_of(line, now, at_home=actor.agency_ids) for line in page.lines],
        "following": address(list=queue, after=write_key(page.after), **kept) if page.after else "",
        "previous": address(list=queue, **kept) if request.GET.get("after") else "",
        "types": [(each.key, each.label) for each in case_types],
        "type_key": type_key,
        "agencies": _options(_agencies(actor), agency_id),
        "agency_id": agency_id,
        "agency_name": showing.agency_name(agency_id),
        "kept": kept,
        "bulk": bulk_steps(actor, page.lines),
        "keys": [("J K", _("up and down")), ("Enter", _("open")), ("X", _("pick"))],
    }
    return render(request, "cases/inbox.html", context)


def agency_of(actor: Actor, asked: str) -> int | None:
    """Return whose cases are listed: the agency asked for, else one's own where one reads more than that; None for all."""
    if asked.isdigit():
        return int(asked[:9])
    own = sorted(actor.agency_ids)
    if asked == "all" or actor.scope(Permission.CASE_READ) is not None or not own:
        return None
    return own[0] if actor.may(Permission.CASE_ACT, agency_id=own[0]) else None


def bulk_steps(actor: Actor, lines: Sequence[CaseLine]) -> list[tuple[str, str]]:
    """Return what could be done at once in cases of this page: the value and the words of each button."""
    here = {(line.type_key, line.step) for line in lines if actor.may(Permission.CASE_BULK, agency_id=line.agency_id)}
    return [
        (f"{case_type.key}:{step.key}", str(step.act or step.label))
        for case_type, step in plain_steps()
        if any(key == case_type.key and step.key in case_type.step(at).leads_to for key, at in here)
    ]


def row_of(line: CaseLine, now: datetime, *, at_home: Collection[int] = ()) -> dict[str, Any]:
    """Return a case as the list shows it; the agency is named where it is not the reader's own."""
    case_type = case_types[line.type_key]
    step = case_type._steps.get(line.step)
    agency = "" if len(at_home) == 1 and line.agency_id in at_home else showing.agency_name(line.agency_id)
    return {
        "id": line.id,
        "title": line.title,
        "sub": " · ".join(str(part) for part in (case_type.label, agency, step.label if step else line.step) if part),
        "bar": showing.bar(line, now=now),
        "synthetic": line.synthetic,
    }


def _side(actor: Actor, queue: Queue, agency_id: int | None, kept: dict[str, str], now: datetime) -> list[dict[str, Any]]:
    counts = lists.inbox_counts(actor=actor, agency_id=agency_id, now=now)
    shown = [
        {"label": title, "href": address(list=each, **kept), "count": count(counts[each]), "current": each is queue}
        for each, title in titles().items()
    ]
    desk = _desk(actor)
    if desk is not None and agency_id is None:
        unrouted = lists.inbox_counts(actor=actor, agency_id=desk, now=now)[Queue.DUE]
        shown.insert(
            4,
            {
                "label": _("Not routed yet"),
                "href": address(list=Queue.DUE, agency=desk),
                "count": count(unrouted),
                "current": False,
            },
        )
    return shown


def _desk(actor: Actor) -> int | None:
    """Return the desk of what no rule routes, for those who may read there."""
    for code in dict.fromkeys(each.desk for each in case_types if each.unrouted):
        try:
            found = identity.agency(code=code).id
        except Missing:
            continue
        if actor.may(Permission.CASE_READ, agency_id=found):
            return found
    return None


def _agencies(actor: Actor) -> list[tuple[int, str]]:
    scope = actor.scope(Permission.CASE_READ)
    every = [each for each in identity.agencies() if scope is None or each.id in scope]
    return [(each.id, showing.agency_name(each.id)) for each in every] if len(every) > 1 else []


def _options(agencies: Sequence[tuple[int, str]], chosen: int | None) -> SafeString:
    # Two hundred options in a loop of the template cost as much as the cases of the page.
    return mark_safe(
        "".join(f'<option value="{key}"{" selected" if key == chosen else ""}>{escape(name)}</option>' for key, name in agencies)
    )


def count(found: int) -> str:
    """Return a count as the side list shows it: exact below the bound, 99+ above."""
    return f"{COUNTED - 1}+" if found >= COUNTED else str(found)


def address(**asked: object) -> str:
    """Return the address of a list."""
    return "?" + urlencode({name: value for name, value in asked.items() if value not in ("", None)})


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
