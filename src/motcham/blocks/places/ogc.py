"""OGC API - Features, Part 1: Core, under /ogc/: the units of every date, and the boundaries there are, for any map program."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator, Mapping
from datetime import date, datetime
from functools import wraps
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.cache import get_conditional_response
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from motcham.blocks.places import features, ogc_service, queries
from motcham.blocks.places.api import CITY_TIME
from motcham.blocks.places.define import Area, Unit
from motcham.blocks.places.ogc_service import COLLECTIONS, GEOJSON, JSON, OPENAPI
from motcham.kernel.access import public
from motcham.kernel.errors import Invalid, Missing, MotchamError
from motcham.ui.wording import problem_of

OPEN = "Names, dates and boundaries of public bodies, for anyone's map."
LIMIT, MOST = 100, 1000
PROPERTIES = ("code", "level", "kind", "district", "province", "name")
PARAMETERS = {"f", "bbox", "bbox-crs", "datetime", "limit", "offset", *PROPERTIES}
View = Callable[..., HttpResponseBase]


class WrongParameter(Invalid):
    """The parameter {name} cannot be read: {value}. It should be {expected}."""

    code = "places.wrong_parameter"


class UnknownParameter(Invalid):
    """There is no parameter {name} here. There are: {known}."""

    code = "places.unknown_parameter"


class NoSuchFeature(Missing):
    """There is no {name} here. See /ogc/collections for what there is."""

    code = "places.no_such_feature"


def _door(view: View) -> View:
    """Serve GET and HEAD to anyone on any site, with an ETag; refusals are problem+json."""

    @public(reason=OPEN)
    @require_safe
    @wraps(view)
    def inner(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponseBase:
        try:
            response = view(request, *args, **kwargs)
        except MotchamError as error:
            response = _json(problem_of(error), "application/problem+json")
            response.status_code = error.status
        response["Access-Control-Allow-Origin"] = "*"
        # A page carries the menu of its visitor: no cache may keep it for others.
        if (
            response.status_code != 200
            or not isinstance(response, HttpResponse)
            or response["Content-Type"].startswith("text/html")
        ):
            return response
        response["Cache-Control"] = "public, max-age=3600"
        response["Vary"] = "Accept, Accept-Language"
        response["ETag"] = f'"{hashlib.sha256(response.content).hexdigest()[:32]}"'
        return get_conditional_response(request, etag=response["ETag"], response=response) or response

    return inner


def _json(body: Mapping[str, Any] | str, kind: str = JSON) -> HttpResponse:
    text = body if isinstance(body, str) else json.dumps(body, ensure_ascii=False)
    return HttpResponse(text, content_type=kind)


def wants_page(request: HttpRequest) -> bool:
    """Tell whether a person asks: f=html, or a browser that did not say f=json."""
    asked = request.GET.get("f")
    if asked not in (None, "json", "html"):
        raise WrongParameter(name="f", value=asked, expected="json | html")
    return asked == "html" or (asked is None and "text/html" in request.headers.get("Accept", ""))


def _known(request: HttpRequest, allowed: set[str]) -> None:
    for name in request.GET:
        if name not in allowed:
            raise UnknownParameter(name=name, known=", ".join(sorted(allowed)))


def _base(request: HttpRequest) -> str:
    return request.build_absolute_uri(reverse("places:ogc")).rstrip("/")


def _page(request: HttpRequest, title: str, **facts: object) -> HttpResponse:
    return render(request, "places/service.html", {"heading": title, "collections": COLLECTIONS, **facts})


@_door
def landing(request: HttpRequest) -> HttpResponse:
    """Tell what is here."""
    _known(request, {"f"})
    if wants_page(request):
        return _page(request, _("Map data for programs"))
    return _json(ogc_service.landing(_base(request)))


@_door
def conformance(request: HttpRequest) -> HttpResponse:
    """Tell which classes of the standard are kept."""
    _known(request, {"f"})
    if wants_page(request):
        return _page(request, _("Conformance"), lines=ogc_service.CONFORMS_TO)
    return _json({"conformsTo": ogc_service.CONFORMS_TO})


@_door
def openapi(request: HttpRequest) -> HttpResponse:
    """Describe every operation as OpenAPI 3.0."""
    _known(request, {"f"})
    if wants_page(request):
        return _page(request, _("Map data for programs"))
    return _json(ogc_service.openapi(_base(request), properties=PROPERTIES, limit=LIMIT, most=MOST), OPENAPI)


@_door
def collections(request: HttpRequest) -> HttpResponse:
    """List the collections."""
    _known(request, {"f"})
    if wants_page(request):
        return _page(request, _("Collections"))
    base = _base(request)
    links = ogc_service.self_links(f"{base}/collections", JSON)
    return _json({"links": links, "collections": [ogc_service.collection(base, key) for key in COLLECTIONS]})


@_door
def collection(request: HttpRequest, key: str) -> HttpResponse:
    """Describe one collection."""
    _known(request, {"f"})
    _must_be(key)
    if wants_page(request):
        return _page(request, _("Collections"))
    return _json(ogc_service.collection(_base(request), key))


def _must_be(key: str) -> None:
    if key not in COLLECTIONS:
        raise NoSuchFeature(name=key)


@_door
def items(request: HttpRequest, key: str) -> HttpResponseBase:
    """Give features: those that meet the box, existed in the span of time and have the properties asked for."""
    _must_be(key)
    _known(request, PARAMETERS)
    if wants_page(request):
        return redirect(f"{reverse('places:list')}?{urlencode(_day_asked(request))}")
    limit = min(MOST, _whole(request, "limit", LIMIT, least=1))
    offset = _whole(request, "offset", 0, least=0)
    found = list(_matching(request, key))
    shown = found[offset : offset + limit]
    address = f"{_base(request)}/collections/{key}/items"
    kept = {name: str(value) for name, value in request.GET.items() if name not in ("offset", "f")}
    facts: dict[str, Any] = {
        "type": "FeatureCollection",
        "timeStamp": f"{queries.latest_list()}T00:00:00Z",
        "numberMatched": len(found),
        "numberReturned": len(shown),
        "links": ogc_service.item_links(address, kept, offset=offset, limit=limit, matched=len(found)),
    }
    if key == "areas" and not found and not _spans_mapped(request):
        facts["note"] = "No openly licensed boundaries of units before 2025-07-01 are known; see the collection 'units'."
    texts = ",\n".join(features.feature(unit) for unit in shown)
    return _json(f'{json.dumps(facts, ensure_ascii=False)[:-1]}, "features": [\n{texts}\n]}}', GEOJSON)


@_door
def item(request: HttpRequest, key: str, feature: str) -> HttpResponseBase:
    """Give one feature, with what became of it and of what it was made."""
    _known(request, {"f"})
    _must_be(key)
    unit = features.unit_of(feature)
    if unit is None or (key == "areas" and not isinstance(unit, Area)):
        raise NoSuchFeature(name=feature)
    if wants_page(request):
        return redirect("places:area", unit.code, unit.valid_from)
    base = _base(request)
    text = features.feature(unit, successors=features.successors(unit), predecessors=features.predecessors(unit))
    links = [
        *ogc_service.self_links(f"{base}/collections/{key}/items/{feature}", GEOJSON),
        {"rel": "collection", "type": JSON, "title": COLLECTIONS[key]["title"], "href": f"{base}/collections/{key}"},
    ]
    return _json(f'{text[:-1]}, "links": {json.dumps(links, ensure_ascii=False)}}}', GEOJSON)


# --- what is asked for


def _whole(request: HttpRequest, name: str, default: int, *, least: int) -> int:
    text = request.GET.get(name, "")
    if not text:
        return default
    if not (text.isascii() and text.isdigit() and len(text) < 10 and int(text) >= least):
        raise WrongParameter(name=name, value=text[:40], expected=_("a whole number from {least}").format(least=least))
    return int(text)


def _matching(request: HttpRequest, key: str) -> Iterator[Unit]:
    boxes, (since, until) = _boxes(request), _span(request)
    wanted = {name: request.GET[name] for name in PROPERTIES if name in request.GET}
    for unit in queries.every_unit().values():
        if key == "areas" and not isinstance(unit, Area):
            continue
        if (until and unit.valid_from > until) or (since and unit.valid_to and unit.valid_to < since):
            continue
        if any(str(getattr(unit, name)) != value for name, value in wanted.items()):
            continue
        # What has no geometry meets every box, as the standard has it.
        if boxes and isinstance(unit, Area) and not any(features.has_boundary_within(unit, box) for box in boxes):
            continue
        yield unit


def _boxes(request: HttpRequest) -> list[features.Box]:
    """Return the box asked for; one that crosses the 180th meridian is two."""
    if request.GET.get("bbox-crs") not in (None, ogc_service.CRS84):
        raise WrongParameter(name="bbox-crs", value=request.GET["bbox-crs"][:80], expected=ogc_service.CRS84)
    text = request.GET.get("bbox", "")
    if not text:
        return []
    try:
        numbers = [float(part) for part in text.split(",")]
        if len(numbers) == 6:
            numbers = [*numbers[:2], *numbers[3:5]]
        west, south, east, north = numbers
        if not (-180 <= west <= 180 and -180 <= east <= 180 and -90 <= south <= north <= 90):
            raise ValueError(text)
    except ValueError:
        raise WrongParameter(name="bbox", value=text[:80], expected=_("west,south,east,north in degrees")) from None
    return [(west, south, east, north)] if west <= east else [(west, south, 180, north), (-180, south, east, north)]


def _span(request: HttpRequest) -> tuple[date | None, date | None]:
    """Return the first and the last day asked for; None on a side that is open."""
    text = request.GET.get("datetime", "")
    if not text:
        return None, None
    ends = text.split("/")
    try:
        if len(ends) > 2 or text in ("../..", "/", "../", "/.."):
            raise ValueError(text)
        days = [None if end in ("", "..") and len(ends) == 2 else _day(end) for end in ends]
    except (ValueError, OverflowError):
        raise WrongParameter(
            name="datetime", value=text[:80], expected=_("a date, a date-time, or two of them with / between")
        ) from None
    since, until = days[0], days[-1]
    if since and until and since > until:
        raise WrongParameter(name="datetime", value=text[:80], expected=_("an interval that does not end before it begins"))
    return since, until


def _day(text: str) -> date:
    """Return the day in the city of an RFC 3339 date or date-time."""
    if len(text) == len("2025-07-01"):
        return date.fromisoformat(text)
    instant = datetime.fromisoformat(text)
    if instant.tzinfo is None:
        raise ValueError(text)
    return instant.astimezone(CITY_TIME).date()


def _spans_mapped(request: HttpRequest) -> bool:
    until = _span(request)[1]
    return until is None or until >= queries.MAPPED_FROM


def _day_asked(request: HttpRequest) -> dict[str, str]:
    since, _until = _span(request)
    return {"on": f"{since}"} if since else {}
