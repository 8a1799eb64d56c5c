"""Who calls: a program by its api_key, or anybody where the installation stands open; and how often each may report."""

from __future__ import annotations

import hashlib

from django.conf import settings
from django.http import HttpRequest, QueryDict

from motcham.apps.feedback_1022.open311.define import BadKey, KeyNeeded
from motcham.blocks.cases import api as cases
from motcham.blocks.identity import api as identity
from motcham.blocks.identity.define import Actor, Permission

strangers = cases.Throttle(most=30, seconds=60)
programs = cases.Throttle(most=settings.GEOREPORT_PER_MINUTE, seconds=60)


def caller(request: HttpRequest, given: QueryDict) -> Actor:
    """Return who reports, by an API token as api_key in the form, in the address or as bearer; counts the try. Raises BadKey,
    KeyNeeded or TooMany."""
    key = given.get("api_key") or request.GET.get("api_key") or _bearer(request)
    if not key:
        if not settings.GEOREPORT_OPEN:
            raise KeyNeeded()
        strangers.count(request)
        return Actor.anonymous()
    found = identity.token_holder(token=key[:200])
    if found is None:
        # Counted as a stranger's try: guessing keys is as slow as flooding.
        strangers.count(request)
        raise BadKey()
    found.demand(Permission.CASE_OPEN)
    programs.count_by(hashlib.sha256(key.encode()).hexdigest())
    return found


def _bearer(request: HttpRequest) -> str:
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    return token.strip() if scheme.lower() == "bearer" else ""


def forget() -> None:
    """Forget every try: between tests."""
    strangers.forget()
    programs.forget()
