"""The pages that belong to no block: the start page, the health of the web process, and what is shown when all else fails."""

from __future__ import annotations

import sys

from django.core.exceptions import RequestDataTooBig, TooManyFieldsSent, TooManyFilesSent
from django.db import connection
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from motcham.kernel.access import public
from motcham.kernel.errors import TooMany
from motcham.project import problems

TOO_LARGE = (RequestDataTooBig, TooManyFieldsSent, TooManyFilesSent)


@public(reason="The start page is the door for everyone.")
@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """Ask what the visitor needs today."""
    return render(request, "home.html")


@public(reason="Load balancers and the supervisor ask it; it tells nothing but whether the database answers.")
@require_safe
def health(request: HttpRequest) -> HttpResponse:
    """Answer 200 when this process reaches its database."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return JsonResponse({"healthy": True})


@public(reason="Django calls it for a request that it cannot read.")
def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Say that the request could not be read."""
    return problems.problem(request, "too_large" if isinstance(exception, TOO_LARGE) else "bad_request")


@public(reason="Django calls it when a permission is missing.")
def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Say that this may not be seen."""
    return problems.problem(request, "refused")


@public(reason="Django calls it for an address that leads nowhere.")
def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Say that there is nothing here."""
    return problems.problem(request, "missing")


@public(reason="Django calls it after a defect of ours.")
def server_error(request: HttpRequest) -> HttpResponse:
    """Say that the fault is ours; or what it is, where the database failed outside a view: while finding out who asks."""
    return problems.outage(request, sys.exception()) or problems.problem(request, "defect")


@public(reason="Django calls it when a form's token is missing or old.")
def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Say that the form has aged, and that going back keeps what was typed."""
    return problems.problem(request, "form_expired")


@public(reason="Sign-in calls it when somebody tries too often.")
def too_many(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Say how long to wait."""
    return problems.answer(request, TooMany(seconds=60))
