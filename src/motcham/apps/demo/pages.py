"""The doors of the demo: one click signs a visitor in as the account of a role."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from motcham.apps.demo import seed
from motcham.blocks.identity import api as identity
from motcham.kernel.access import public
from motcham.kernel.errors import Missing


class NoSuchDoor(Missing):
    """The demo has no role called {role}. Choose one on the start page."""

    code = "demo.no_such_door"


@public(reason="The demo's accounts are made to be tried by anyone; the app is not installed anywhere else.")
@require_POST
def sign_in(request: HttpRequest, role: str) -> HttpResponse:
    """Sign in as the account of a role and lead to where its day begins."""
    door = seed.door_of(role)
    if door is None or not settings.DEMO:
        raise NoSuchDoor(role=role)
    identity.sign_in(request, account_id=seed.open_door(door))
    return redirect(door.starts_at)
