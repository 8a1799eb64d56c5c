"""A refusal as an answer: a page for people, RFC 9457 problem+json for programs."""

from __future__ import annotations

import errno
import logging
import secrets
from datetime import datetime, timedelta
from typing import Any

import psycopg
from django.core.exceptions import BadRequest, SuspiciousOperation
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.template import TemplateDoesNotExist
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from motcham.blocks.identity.define import Actor
from motcham.kernel.access import is_api
from motcham.kernel.errors import MotchamError, TooMany
from motcham.ui.wording import problem_of

logger = logging.getLogger("motcham")
LONGEST = 20_000
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
    "too_large": (
        413,
        _(
            "A file may have 10 MB at most, and what is sent at once not much more. Go back in your browser: what you typed is still there. Then choose a smaller photo, or send the document in parts."
        ),
    ),
    "missing": (404, _("There is nothing at this address. Check it, or start again from the first page.")),
    "wrong_method": (
        405,
        _(
            "This address does not work in this way. Go back, and use the button of the page; a program finds what may be sent in Allow."
        ),
    ),
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

HEADINGS = {
    400: _("Something in it does not fit"),
    401: _("Please sign in"),
    403: _("This is not open to you"),
    404: _("There is nothing here"),
    405: _("Not in this way"),
    409: _("Somebody was a moment quicker"),
    413: _("This is too large to be sent"),
    429: _("A moment, please"),
    500: _("Something broke on our side"),
    503: _("Away for a moment"),
    "form_expired": _("This form has aged"),
}
"""What stands over the page of a refusal, by its code, else by its status."""


def answer(request: HttpRequest, error: MotchamError) -> HttpResponse:
    """Return the refusal as the caller can read it."""
    wait = _seconds(error) if isinstance(error, TooMany) else 0
    response = _problem(request, problem_of(error), again=timezone.now() + timedelta(seconds=wait) if wait else None)
    if wait:
        response["Retry-After"] = str(wait)
    return response


def _seconds(error: TooMany) -> int:
    minutes = error.facts.get("minutes")
    return int(str(minutes)) * 60 if minutes else int(str(error.facts.get("seconds", 60)))


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


def typed(request: HttpRequest) -> list[str]:
    """Return the sentences of a form that was refused, so that its page shows them: nobody writes the same twice."""
    if request.method != "POST":
        return []
    try:
        lists = list(request.POST.lists())
    except (OSError, SuspiciousOperation, BadRequest):
        # The body itself is what was wrong with it.
        return []
    found = [value.strip() for name, values in lists if "password" not in name for value in values]
    return [each[:LONGEST] for each in found if " " in each][:20]


def _problem(request: HttpRequest, body: dict[str, Any], *, again: datetime | None = None) -> HttpResponse:
    status = int(body["status"])
    try:
        # A page that says the database is gone is drawn without the caller: to ask who that is would ask the database.
        if status < 500:
            bool(request.actor.is_anonymous)  # type: ignore[attr-defined]
    except (MotchamError, AttributeError):
        # Who asks could not be told (a token that is none): the page is the one for strangers.
        request.actor = Actor.anonymous()  # type: ignore[attr-defined]
    reference = secrets.token_hex(4)
    if is_api(request):
        body = {"type": f"urn:motcham:error:{body['code']}", "instance": f"urn:motcham:problem:{reference}", **body}
        return JsonResponse(
            body, status=status, content_type="application/problem+json", json_dumps_params={"ensure_ascii": False}
        )
    heading = HEADINGS.get(str(body["code"])) or HEADINGS.get(status, HEADINGS[403])
    context = {**body, "reference": reference, "heading": heading, "again": again, "typed": typed(request)}
    for name in (f"{status}.html", "problem.html"):
        try:
            if status >= 500:
                return HttpResponse(render_to_string(name, context), status=status)
            return render(request, name, context, status=status)
        except TemplateDoesNotExist:
            continue
    return HttpResponse(str(body["title"]), status=status, content_type="text/plain; charset=utf-8")
