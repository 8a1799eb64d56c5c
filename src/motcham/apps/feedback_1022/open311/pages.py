"""The addresses of GeoReport v2."""

from __future__ import annotations

from uuid import UUID

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from motcham.apps.feedback_1022 import listening
from motcham.apps.feedback_1022.open311 import fresh, listing, posting, render, updates
from motcham.apps.feedback_1022.open311.answers import answer, georeport
from motcham.apps.feedback_1022.open311.define import SPECIFICATION, NoSuchRequest, NoSuchResource, NoSuchToken
from motcham.apps.feedback_1022.open311.services import service, services
from motcham.apps.feedback_1022.routing import CLOSED_DESK
from motcham.blocks.cases import api as cases
from motcham.blocks.cases.define import Opened
from motcham.blocks.identity import api as identity
from motcham.kernel.access import public
from motcham.kernel.terms import Answers
from motcham.ui import formats

OPEN_DOOR = "GeoReport v2 is for everybody to read; what is not released by an officer is not in it."
CHANGED = "2026-11-22 00:00"


@georeport("GET", reason="Programs find the endpoint here before they know anything else.")
def discovery(request: HttpRequest, form: str) -> HttpResponse:
    """Say where the endpoint is, what it speaks and how to get a key."""
    endpoint = {
        "specification": SPECIFICATION,
        "url": request.build_absolute_uri(reverse("open311:endpoint")).rstrip("/"),
        "changeset": CHANGED,
        "type": "test" if settings.DEMO else "production",
        "formats": ["text/xml", "application/json"],
    }
    guide = request.build_absolute_uri(reverse("open311:guide"))
    found = {
        "changeset": CHANGED,
        "contact": _("1022, the city's hotline. How this interface works: %(url)s") % {"url": guide},
        "key_service": _("How to get a key: %(url)s") % {"url": f"{guide}#keys"},
        "endpoints": [endpoint],
    }
    return _cacheable(answer("discovery", found, form))


@georeport("GET", reason=OPEN_DOOR)
def service_list(request: HttpRequest, form: str) -> HttpResponse:
    """List what can be reported."""
    return _cacheable(answer("services", [each.as_data() for each in services().values()], form))


@georeport("GET", reason=OPEN_DOOR)
def service_definition(request: HttpRequest, form: str, name: str) -> HttpResponse:
    """Say which extra questions a service asks."""
    found = service(name)
    definition = {"service_code": found.code, "attributes": [each.as_data() for each in found.attributes]}
    return _cacheable(answer("service_definition", definition, form))


@georeport("GET", "POST", reason="Anyone may read what is released; reporting asks for a key where the city does not stand open.")
def requests(request: HttpRequest, form: str) -> HttpResponse:
    """List released requests, or take a new one."""
    if request.method == "POST":
        return post(request, form)
    return fresh.answer(request, form, lambda: request_list(request, form))


def request_list(request: HttpRequest, form: str) -> HttpResponse:
    """Return one page of what is released, or the requests of some ids."""
    asked, root = listing.read(request.GET), media(request)
    if asked.ids:
        return answer("service_requests", listing.of_ids(asked.ids, root, extensions=asked.extensions), form)
    page, more = listing.page(asked, form, root)
    response = HttpResponse(render.write_list("service_requests", page, form), content_type=render.TYPES[form])
    if more:
        following = request.GET.copy()
        following["page"] = str(asked.page + 1)
        response["Link"] = f'<{request.build_absolute_uri(request.path)}?{following.urlencode()}>; rel="next"'
    return response


@georeport("GET", reason=OPEN_DOOR)
def request_of_id(request: HttpRequest, form: str, name: str) -> HttpResponse:
    """Return one request; before it is released only where it stands."""
    extensions = request.GET.get("extensions", "").lower() == "true"
    return answer("service_requests", [listing.of_id(name, media(request), extensions=extensions)], form)


@public(reason="A photo that an officer released with its report; every other answers that it is not there.")
@require_safe
def photo(request: HttpRequest, ref: str, document_id: UUID) -> HttpResponse:
    """Show a released photo."""
    return cases.public_photo(ref, document_id)


def media(request: HttpRequest) -> str:
    """Return the address above all released photos, at the host that was called."""
    return request.build_absolute_uri(reverse("open311:endpoint"))


def post(request: HttpRequest, form: str) -> HttpResponse:
    """Take a report; the answer carries its public id, and in the notice the address where its sender follows it."""
    opened, answers = posting.post(request)
    found = {
        "service_request_id": cases.public_ref(opened.id),
        "service_notice": notice(request, opened, answers),
        "account_id": None,
    }
    # 200 and not 201: GeoReporter takes anything else for a failure.
    return answer("service_requests", [found], form)


def notice(request: HttpRequest, opened: Opened, answers: Answers) -> str:
    """Return what the sender reads: whom to call in danger, where to follow the report, who answers and by when."""
    urgent = listening.danger(answers)
    said = [f"{urgent.title}: {', '.join(number for number, _whose in urgent.calls)}."] if urgent else []
    url = request.build_absolute_uri(reverse("cases:case_of_code", args=[opened.code]))
    said.append(_("Follow your report and its answer at %(url)s.") % {"url": url})
    agency = identity.agency(id=opened.agency_id)
    # What only the closed desk reads is not announced to the program that passed it on.
    if agency.code != CLOSED_DESK:
        name = agency.name_en if formats.is_english() and agency.name_en else agency.official_name
        said.append(_("In charge: %(agency)s.") % {"agency": name})
        if opened.due_at:
            said.append(_("To be answered by %(day)s.") % {"day": formats.day(formats.local(opened.due_at).date())})
    return " ".join(said)


@georeport("GET", reason=OPEN_DOOR)
def token(request: HttpRequest, form: str, name: str) -> HttpResponse:
    """Answer for a token: ids are given at once, so the id of a request is its own token."""
    try:
        listing.of_id(name, media(request))
    except NoSuchRequest:
        raise NoSuchToken(token=name[:80]) from None
    return answer("service_requests", [{"service_request_id": name, "token": name}], form)


@georeport("GET", "POST", reason="Anyone may read what became of what is released; telling it asks for a key.")
def request_updates(request: HttpRequest, form: str) -> HttpResponse:
    """List what became of released requests, or take word of one; an extension that FixMyStreet made."""
    if request.method == "POST":
        return answer("service_request_updates", [updates.take(request)], form)
    return answer("service_request_updates", updates.updates(request.GET), form)


@georeport("GET", "POST", reason="Programs that lost their way get an error in the form they read.")
def nothing(request: HttpRequest, form: str, name: str) -> HttpResponse:
    """Say that there is nothing at this address."""
    raise NoSuchResource()


def _cacheable(response: HttpResponse) -> HttpResponse:
    response["Cache-Control"] = "public, max-age=300"
    return response
