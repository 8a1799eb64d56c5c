"""What everybody may read of 1022: the list and the map of released reports, one of them, and whether promises are kept."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from motcham.apps.feedback_1022 import drawing
from motcham.apps.feedback_1022.definitions.report import CATEGORIES
from motcham.apps.feedback_1022.selection import (
    DAYS,
    PARAMETERS,
    Selection,
    area_of,
    day_asked,
    end_of,
    key_of,
    labels,
    name_of,
    named_areas,
)
from motcham.apps.feedback_1022.shared import shared
from motcham.blocks.cases import api as cases
from motcham.blocks.cases.define import CLOSED, PublicCase
from motcham.blocks.identity import api as identity
from motcham.blocks.identity.api import public
from motcham.blocks.places import api as places
from motcham.kernel.errors import Missing
from motcham.ui import formats

MOST, DRAWN = 20, 500


@dataclass(frozen=True)
class Line:
    """One released report as lists show it."""

    href: str
    title: str
    area: str
    text: str
    agency: str
    chip: str
    tone: str
    sign: str
    at: Any
    joined: int
    photo: str
    synthetic: bool


def line_of(case: PublicCase) -> Line:
    """Return a released report as lists show it."""
    area = area_of(case.area_code)
    tone = drawing.tone_of(case)
    chip = {
        "done": _("Answered") if case.outcome != "refused" else _("Not taken up"),
        "late": _("Late"),
        "open": str(case.step_label),
    }[tone]
    return Line(
        href=href_of(case),
        title=labels().get(case.category, case.category),
        area=name_of(area) if area else "",
        text=case.text,
        agency=agency_name(case.agency_id),
        chip=chip,
        tone={"done": "ok", "late": "late", "open": ""}[tone],
        sign={"done": "check", "late": "late", "open": "pie"}[tone],
        at=case.received_at,
        joined=case.joined,
        photo=_photo(case) if case.documents else "",
        synthetic=case.synthetic,
    )


def href_of(case: PublicCase) -> str:
    """Return the address of the page of a released report."""
    return reverse("feedback_1022_report", args=[case.public_ref])


def agency_name(agency_id: int) -> str:
    """Return the name of an agency as people say it, in the language of the page."""
    try:
        found = identity.agency(id=agency_id)
    except Missing:
        return ""
    if found.name_en and formats.is_english():
        return found.name_en.removeprefix("People's Committee of ")
    name = found.official_name
    short = name.removeprefix("Ủy ban nhân dân ") if "Thành phố" not in name else name
    return short[:1].upper() + short[1:]


def _photo(case: PublicCase) -> str:
    return _photo_of(case, case.documents[0]) + "?small"


def _photo_of(case: PublicCase, document_id: UUID) -> str:
    return reverse("cases:public_photo", args=[case.public_ref, document_id])


@public(reason="Shows what officers released.")
@require_safe
@shared(*PARAMETERS)
def reports(request: HttpRequest) -> HttpResponse:
    """Show the released reports of an area, a kind, a time, as a list beside a map."""
    day, wrong_day = day_asked(request.GET)
    chosen = replace(Selection.read(request.GET), on=day)
    page = chosen.page(after=request.GET.get("after", "")[:80], most=MOST)
    here = reverse("feedback_1022_reports")
    found = page.cases if page.after is None and "after" not in request.GET else chosen.page(most=DRAWN).cases
    asked = request.GET.get("q", "")[:100].strip()
    context = {
        "chosen": chosen,
        "title": chosen.words(),
        "lines": [line_of(each) for each in page.cases],
        "following": here + chosen.query(after=key_of(page.after)) if page.after else "",
        "first": here + chosen.query() if "after" in request.GET else "",
        "areas": named_areas(places.areas(on=chosen.on) or places.areas()),
        "groups": _groups(),
        "days": DAYS,
        "today": timezone.localdate(),
        "wrong_day": wrong_day,
        "now": here + chosen.query(on=None),
        "asked": asked,
        "meant": [(each, here + chosen.query(area=each.code, box=None)) for each in places.offers(text=asked)] if asked else [],
        "frames": drawing.drawn(
            found,
            on=chosen.on,
            part=chosen.box or (drawing.bounds(chosen.area, on=chosen.on) if chosen.area else None),
            here=chosen.area,
            href=href_of,
            box_href=lambda box: here + chosen.query(box=box),
            words=_dot_words,
        ),
        "drawn": len(found),
        "is_cut": len(found) >= DRAWN,
        "without_box": here + chosen.query(box=None) if chosen.box else "",
        "feed": reverse("feedback_1022_feed") + chosen.query(box=None, on=None),
        "alert": reverse("feedback_1022_alert") + (f"?area={chosen.area}" if chosen.area else ""),
        "source": places.map_shapes().source,
    }
    return render(request, "feedback_1022/reports.html", context)


def _groups() -> list[tuple[str, list[tuple[str, str]]]]:
    groups: dict[str, list[tuple[str, str]]] = {}
    for each in CATEGORIES:
        groups.setdefault(str(each.group), []).append((each.key, str(each.label)))
    return list(groups.items())


def _dot_words(found: Sequence[PublicCase]) -> str:
    if len(found) == 1:
        line = line_of(found[0])
        return f"{line.title} · {line.chip} · {formats.day(line.at)}"
    return ngettext("%(count)s report", "%(count)s reports", len(found)) % {"count": formats.number(len(found))}


@public(reason="Shows what an officer released.")
@require_safe
@shared()
def report(request: HttpRequest, ref: str) -> HttpResponse:
    """Show one released report: what, where, how it stands, the answer, the photos before and after."""
    case = cases.public_case(ref)
    area = area_of(case.area_code)
    context = {
        "case": case,
        "line": line_of(case),
        "area": area,
        "before": [_photo_of(case, each) for each in case.before],
        "after": [_photo_of(case, each) for each in case.after],
        "is_closed": case.state == CLOSED,
        "point": f"{case.lat:.4f}, {case.lon:.4f}" if case.lat is not None and case.lon is not None else "",
        "frame": _nearest(case),
        "more": reverse("feedback_1022_reports") + (f"?area={case.area_code}" if area else ""),
        "can_join": case.is_joinable,
    }
    return render(request, "feedback_1022/report.html", context)


def _nearest(case: PublicCase) -> drawing.Drawn | None:
    """Return the ward of a report with its dot; nothing where it lies nowhere."""
    part = drawing.bounds(case.area_code) if case.area_code else None
    frames = drawing.drawn([case], part=part, here=case.area_code, href=href_of, box_href=lambda _box: "", words=_dot_words)
    return next((each for each in frames if each.dots), None)


@public(reason="How far agencies keep what they promise is a public figure.")
@require_safe
@shared("on")
def promises(request: HttpRequest) -> HttpResponse:
    """Show, by agency, how many promised dates were kept, today or by the end of another day."""
    today = timezone.localdate()
    on, wrong_day = day_asked(request.GET)
    since, until = (on or today) - timedelta(days=365), (on or today) + timedelta(days=365)
    rates = cases.promise_rates(since=since, until=until, as_of=end_of(on) if on else None)
    rows = sorted(
        ((agency_name(agency_id), rate) for agency_id, rate in rates.items()), key=lambda row: (row[1].rate or 0, row[0])
    )
    context = {
        "rows": rows,
        "kept": sum(rate.kept for _name, rate in rows),
        "broken": sum(rate.broken for _name, rate in rows),
        "since": since,
        "on": on,
        "today": today,
        "wrong_day": wrong_day,
        "now": reverse("feedback_1022_promises"),
    }
    return render(request, "feedback_1022/promises.html", context)
