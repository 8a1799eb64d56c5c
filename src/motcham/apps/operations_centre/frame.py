"""What all pages of the board share: the choice of month, day, kind and measure, the tabs, and who may open a figure."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from motcham.apps.operations_centre import fresh
from motcham.apps.operations_centre.measures import MEASURES
from motcham.apps.operations_centre.selection import Selection, families
from motcham.apps.operations_centre.words import label_of_kind
from motcham.blocks.cases.define import case_types
from motcham.blocks.identity.define import Permission
from motcham.blocks.indicators import api as indicators
from motcham.blocks.indicators.define import SHOWN_FROM


def page(
    request: HttpRequest,
    template: str,
    chosen: Selection,
    context: dict[str, Any],
    *,
    of: dict[str, str] | None = None,
    agency_id: int | None = None,
) -> HttpResponse:
    """Render a page; `of` says of whom its figures are, for those who may open them down to their cases.

    What was kept at the end of a day is not opened: the cases have moved on since.
    """
    actor = request.actor  # type: ignore[attr-defined]
    if agency_id is not None:
        drills = actor.may(Permission.BOARD_DRILL, agency_id=agency_id)
    else:
        drills = actor.scope(Permission.BOARD_DRILL) is None
    closing = indicators.closing(day=chosen.on) if chosen.on else None
    asked = {name: value for name, value in {"month": f"{chosen.month:%Y-%m}", **chosen.asked}.items() if name != "measure"}
    shared = {
        "chosen": chosen,
        "counted": fresh.version(),
        "tag": request.tag.strip('"'),  # type: ignore[attr-defined]
        "months": [(each, f"{each:%Y-%m}") for each in dict.fromkeys([chosen.month, *indicators.months()])],
        "types": kinds_offered(),
        "measures": list(MEASURES.values()),
        "measure": MEASURES[chosen.measure],
        "drill": f"{reverse('board_cases')}?{urlencode({**asked, **(of or {})})}" if drills and not closing else "",
        "today": f"{chosen.today}",
        "closing": closing,
        "shown_from": SHOWN_FROM,
        "views": views(chosen, template),
        "base": base_of(request),
        "share": reverse("board_share") + chosen.query,
        **context,
    }
    return render(request, f"operations_centre/{template}.html", shared)


def kinds_offered() -> list[dict[str, Any]]:
    """Return the kinds of case that can be chosen: each by itself, those of a family together with the family first."""
    offered: list[dict[str, Any]] = []
    alone, grouped = [], {key for keys in families().values() for key in keys}
    for each in case_types:
        if each.key not in grouped:
            alone.append((each.key, str(each.label)))
    for name, keys in families().items():
        label = label_of_kind(name)
        offered.append({"label": label, "options": [(name, label), *((key, str(case_types[key].label)) for key in keys)]})
    return [{"label": "", "options": alone}, *offered]


def base_of(request: HttpRequest) -> str:
    """Return how addresses of this installation begin when they are shown elsewhere."""
    return str(settings.PUBLIC_URL).rstrip("/") or f"{request.scheme}://{request.get_host()}"


def views(chosen: Selection, template: str) -> list[dict[str, Any]]:
    """Return the sibling pages of the board."""
    named = (
        ("board", "board", _("Overview")),
        ("areas", "board_areas", _("Wards")),
        ("times", "board_times", _("Over time")),
        ("kinds", "board_kinds", _("Kinds and channels")),
        ("soon", "board_soon", _("Late by tomorrow")),
        ("data", "board_data", _("Figures and method")),
    )
    return [{"label": label, "href": reverse(route) + chosen.query, "current": name == template} for name, route, label in named]
