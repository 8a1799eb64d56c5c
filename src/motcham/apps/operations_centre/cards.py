"""The board elsewhere: a card for other pages, the picture of a shared link, and the large screen on a wall."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from motcham.apps.operations_centre import drawing, fresh, maps
from motcham.apps.operations_centre import figures as show
from motcham.apps.operations_centre import words as say
from motcham.apps.operations_centre.frame import base_of, page
from motcham.apps.operations_centre.selection import Selection
from motcham.apps.operations_centre.source import Figures
from motcham.blocks.identity import api as identity
from motcham.blocks.indicators.define import Scope
from motcham.blocks.places import api as places
from motcham.kernel.access import public
from motcham.kernel.errors import Missing
from motcham.ui import formats

# A card may be shown within any page; it has no form, no script, no cookie and nothing that is anybody's own.
CARD_POLICY = "default-src 'none'; style-src 'self'; img-src 'self'; font-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors *"


class NoSuchCard(Missing):
    """There is no card of this kind. Choose city, agency or ward."""

    code = "board.no_such_card"


@dataclass(frozen=True)
class Subject:
    """Of whom a card or a picture tells."""

    scope: Scope
    key: str
    name: str
    href: str


def subject(kind: str, code: str, on: date) -> Subject:
    """Return of whom an address asks for a card."""
    if kind == "city":
        return Subject(Scope.CITY, "", str(settings.CITY_NAME), reverse("board"))
    if kind == "agency":
        agency = identity.agency(code=code)
        return Subject(Scope.AGENCY, str(agency.id), say.name_of_agency(agency), reverse("board_agency", args=[code]))
    if kind == "ward":
        area = places.area(code=code, on=on)
        return Subject(Scope.AREA, code, say.name_of_area(area), reverse("board_ward", args=[code]))
    raise NoSuchCard()


@public(reason="A card of counts, made to be shown on other pages.")
@require_safe
def card(request: HttpRequest, kind: str, code: str) -> HttpResponse:
    """Show the figures of the city, an agency or a ward as a small card for other pages."""
    chosen = Selection.read(request.GET)
    whose = subject(kind, code, chosen.last_day)

    def make() -> HttpResponse:
        context = {
            **show.summary(chosen, whose.scope, whose.key),
            "whose": whose,
            "chosen": chosen,
            "base": base_of(request),
            "days": show.days(chosen, whose.scope, whose.key),
            "counted": fresh.version(),
        }
        return render(request, "operations_centre/card.html", context)

    response = fresh.answer(request, ("card", chosen, kind, code), make)
    response["Content-Security-Policy"] = CARD_POLICY
    return response


@public(reason="A picture of counts, for the page that a link is shared on.")
@require_safe
def share(request: HttpRequest, kind: str = "city", code: str = "all") -> HttpResponse:
    """Draw the picture of a page of the board: 1200 by 630, with its figures and its map."""
    chosen = Selection.read(request.GET)
    whose = subject(kind, code, chosen.last_day)

    def make() -> HttpResponse:
        told = show.summary(chosen, whose.scope, whose.key)
        here = whose.key if whose.scope is Scope.AREA else ""
        drawn = maps.city_map(chosen, Figures(chosen, Scope.AREA), here=here)
        title = _("Quality of service") if whose.scope is Scope.CITY else whose.name
        figures = [
            (_("answered in time"), told["punctual"]),
            (_("median handling time"), told["median"]),
            (_("received in the month"), formats.number(told["month"].received)),
            (_("overdue now"), told["overdue"]),
        ]
        foot = _("Counted until %(day)s · %(address)s") % {
            "day": f"{chosen.last_day:%d/%m/%Y}",
            "address": base_of(request).partition("://")[2] + whose.href,
        }
        sub = _("Month %(month)s · map: answered in time, by ward") % {"month": f"{chosen.month:%m/%Y}"}
        warning = (
            _("Replayed and generated data, for demonstration. These are not real cases.") if settings.MODE == "demo" else ""
        )
        shown = drawing.Picture(title, sub, figures, foot, str(settings.CITY_NAME), warning)
        return HttpResponse(drawing.picture(shown, drawn))

    response = fresh.answer(request, ("share", chosen, kind, code), make, stamp=fresh.ten_minutes())
    response["Content-Type"] = "image/png"
    response["Cross-Origin-Resource-Policy"] = "cross-origin"
    return response


@public(reason="The board on a large screen; counts only.")
@require_safe
def wall(request: HttpRequest) -> HttpResponse:
    """Show the board on a large screen: large figures, the map, and what needs a hand, one after the other."""
    chosen = Selection.read(request.GET)

    def make() -> HttpResponse:
        heads = show.summary(chosen, Scope.CITY)
        arrivals = show.arrivals(chosen)
        context: dict[str, Any] = {
            **heads,
            **maps.shown(chosen, Figures(chosen, Scope.AREA)),
            "arrivals": arrivals,
            "arrivals_peak": show.peak(arrivals["bars"]),
            "pulling": show.pulling_down(chosen, heads["month"], most=6),
            "days": show.days(chosen, Scope.CITY),
        }
        return page(request, "wall", chosen, context)

    return fresh.answer(request, ("wall", chosen), make)
