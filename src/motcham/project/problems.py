"""A refusal as an answer: a page for people, RFC 9457 problem+json for programs."""

from __future__ import annotations

import errno
import logging
import secrets
from typing import Any

import psycopg
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.template import TemplateDoesNotExist
from django.template.loader import render_to_string
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from motcham.kernel.access import is_api
from motcham.kernel.errors import Invalid, MotchamError, TooMany

logger = logging.getLogger("motcham")
FULL = frozenset({errno.ENOSPC, errno.EDQUOT})
PROBLEMS = {
    "bad_request": (400, _("This request could not be read. Go back and try again.")),
    "refused": (403, _("You may not see this page. Sign in with an account that has this right.")),
    "form_expired": (
        403,
        _(
            "This form was open for too long, or cookies are off. Go back: what you typed is still there. Reload the page and send it again."
        ),
    ),
    "missing": (404, _("There is nothing at this address. Check it, or start again from the first page.")),
    "defect": (
        500,
        _("Something broke on our side. It has been recorded with the number below; nothing you sent before was lost."),
    ),
    "full": (
        503,
        _(
            "The city's disk is full, so nothing can be kept right now. What you sent was not kept: go back, it is still in the form, and send it again later."
        ),
    ),
    "unavailable": (
        503,
        _(
            "The city's data cannot be reached right now. What you sent was not kept: go back, it is still in the form, and try again in a minute."
        ),
    ),
}
"""The refusals that no exception of the house stands for, by their code."""


def wording(error: MotchamError) -> str:
    """Return what happened and what to do next, in the caller's language."""
    return gettext(error.template()).format_map(error.facts)


def answer(request: HttpRequest, error: MotchamError) -> HttpResponse:
    """Return the refusal as the caller can read it."""
    body: dict[str, Any] = {"code": error.code, "title": wording(error), "status": error.status}
    if isinstance(error, Invalid) and error.fields:
        body["fields"] = error.fields
    response = _problem(request, body)
    if isinstance(error, TooMany):
        response["Retry-After"] = str(error.facts.get("seconds", 60))
    return response


def problem(request: HttpRequest, code: str) -> HttpResponse:
    """Return one of the refusals that no exception of the house stands for: a missing page, a form that has aged."""
    status, title = PROBLEMS[code]
    return _problem(request, {"code": code, "title": str(title), "status": status})


def outage(request: HttpRequest, error: BaseException | None) -> HttpResponse | None:
    """Say that the database is gone or the disk is full; None for any other error.

    Nothing of this page or its layout may ask the database anything.
    """
    if isinstance(error.__cause__ if error else None, psycopg.errors.DiskFull) or getattr(error, "errno", None) in FULL:
        code = "full"
    elif isinstance(error, OperationalError | InterfaceError):
        code = "unavailable"
    else:
        return None
    logger.error("%s: %s", code, error)
    response = problem(request, code)
    response["Retry-After"] = "30"
    return response


def _problem(request: HttpRequest, body: dict[str, Any]) -> HttpResponse:
    status = int(body["status"])
    reference = secrets.token_hex(4)
    if is_api(request):
        body = {"type": f"/docs/errors#{body['code']}", "instance": f"urn:motcham:problem:{reference}", **body}
        return JsonResponse(
            body, status=status, content_type="application/problem+json", json_dumps_params={"ensure_ascii": False}
        )
    context = {**body, "reference": reference}
    for name in (f"{status}.html", "problem.html"):
        try:
            if status >= 500:
                return HttpResponse(render_to_string(name, context), status=status)
            return render(request, name, context, status=status)
        except TemplateDoesNotExist:
            continue
    return HttpResponse(str(body["title"]), status=status, content_type="text/plain; charset=utf-8")
