"""What holds for every address of GeoReport: the form of the answer, errors as its arrays, other sites' scripts, jurisdictions."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.conf import settings
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt

from motcham.apps.feedback_1022.open311 import render
from motcham.apps.feedback_1022.open311.define import NoSuchJurisdiction, NoSuchResource, NotAnswered
from motcham.kernel.access import public
from motcham.kernel.errors import Invalid, MotchamError, TooMany
from motcham.ui.wording import wording

View = Callable[..., HttpResponse]
LANGUAGES = frozenset({"vi", "en"})


def georeport(*methods: str, reason: str) -> Callable[[View], View]:
    """Make a view one of GeoReport's. It never asks for a session: who calls is told by a key alone, so that a form on
    another site has nobody's authority to borrow and needs no CSRF token."""
    allowed = ", ".join((*methods, *(("HEAD",) if "GET" in methods else ()), "OPTIONS"))

    def decorate(view: View) -> View:
        @wraps(view)
        def inner(request: HttpRequest, form: str = "", **named: Any) -> HttpResponse:
            if "name" in named:
                named["name"], form = split(named["name"])
            form = form_of(request, form)
            with translation.override(language_of(request)):
                try:
                    check(request, form, allowed)
                    response = preflight(allowed) if request.method == "OPTIONS" else view(request, form, **named)
                except MotchamError as error:
                    response = refusal(error, form)
                    if isinstance(error, NotAnswered):
                        response["Allow"] = allowed
                except (OperationalError, InterfaceError):
                    response = errors([(503, _("The city's data cannot be reached right now. Try again in a minute."))], form)
                    response["Retry-After"] = "30"
            response["Access-Control-Allow-Origin"] = "*"
            response["Content-Language"] = language_of(request)
            response.headers.setdefault("Cache-Control", "no-store")
            return response

        return csrf_exempt(public(reason=reason)(inner))

    return decorate


def check(request: HttpRequest, form: str, allowed: str) -> None:
    """Refuse an unknown form, a method that is not answered, and another place's jurisdiction_id."""
    if form not in render.TYPES:
        raise NoSuchResource()
    if request.method not in allowed.split(", "):
        raise NotAnswered(method=request.method, allowed=allowed)
    check_jurisdiction(request.GET.get("jurisdiction_id", ""))


def preflight(allowed: str) -> HttpResponse:
    """Let scripts of other sites call."""
    response = HttpResponse(status=204)
    response["Access-Control-Allow-Methods"] = allowed
    response["Access-Control-Allow-Headers"] = "Authorization, Content-Type, Idempotency-Key"
    response["Access-Control-Max-Age"] = "86400"
    return response


def split(name: str) -> tuple[str, str]:
    """Return what an address names and its form: `infrastructure.street_light.xml` holds a dot of its own."""
    stem, dot, form = name.rpartition(".")
    return (stem, form) if dot and form in render.TYPES else (name, "")


def form_of(request: HttpRequest, form: str) -> str:
    """Return the form that the caller wants; where the address does not say, by `Accept`, XML being the one that is required."""
    if form:
        return form
    accept = request.headers.get("Accept", "")
    return render.JSON if "json" in accept and "xml" not in accept else render.XML


def language_of(request: HttpRequest) -> str:
    """Return the language that was asked for by `locale`; Vietnamese where none was."""
    asked = request.GET.get("locale", "")[:2].lower()
    return asked if asked in LANGUAGES else settings.LANGUAGE_CODE


def check_jurisdiction(asked: str) -> None:
    """Refuse another place's jurisdiction_id. None, or an empty one, is ours: this endpoint serves one city."""
    if asked and asked.lower() not in settings.GEOREPORT_JURISDICTIONS:
        raise NoSuchJurisdiction(id=asked[:80], known=settings.GEOREPORT_JURISDICTIONS[0])


def answer(name: str, value: Any, form: str, *, status: int = 200) -> HttpResponse:
    """Return an answer in the form that was asked for."""
    return HttpResponse(render.write(name, value, form), status=status, content_type=render.TYPES[form])


def refusal(error: MotchamError, form: str) -> HttpResponse:
    """Return what the house refuses as the specification's array of errors; one for each field that needs mending."""
    said = wording(error)
    found = [(error.status, said)]
    if isinstance(error, Invalid) and error.fields:
        found = [(error.status, f"{name}: {words}") for name, words in error.fields.items()]
    response = errors(found, form)
    if isinstance(error, TooMany):
        response["Retry-After"] = str(error.facts.get("seconds", 60))
    return response


def errors(found: list[tuple[int, str]], form: str) -> HttpResponse:
    """Return errors; their code is that of the answer."""
    form = form if form in render.TYPES else render.XML
    return answer("errors", [{"code": code, "description": words} for code, words in found], form, status=found[0][0])
