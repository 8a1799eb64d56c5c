"""The guard before a view: who is asking, may they, and what they are told if not."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse

from motcham.blocks.identity import kept
from motcham.blocks.identity.define import LEVELS, LevelTooLow, NotPermitted, Permission, SignInNeeded
from motcham.kernel.access import Guarded, is_api

View = TypeVar("View", bound=Callable[..., HttpResponseBase])


def guarded(permission: Permission) -> Callable[[View], View]:
    """Let only actors with this permission call a view; people are led to sign-in, programs get 401 or 403."""

    def decorate(view: View) -> View:
        @wraps(view)
        def inner(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            actor = request.actor  # type: ignore[attr-defined]
            if not actor.may(permission):
                if actor.needs_factor and not is_api(request):
                    return _lead("mfa_activate_totp", request)
                if not actor.is_anonymous:
                    raise NotPermitted(permission=permission)
                if is_api(request):
                    raise SignInNeeded
                return _lead("account_login", request)
            if not actor.is_sure_for(permission):
                if is_api(request) or actor.kind != actor.ACCOUNT:
                    raise LevelTooLow(level=LEVELS[permission])
                return _lead("account_step_up", request, level=LEVELS[permission])
            response = view(request, *args, **kwargs)
            if not response.has_header("Cache-Control"):
                response["Cache-Control"] = "private, no-cache"
            return response

        inner.access = Guarded(permission)  # type: ignore[attr-defined]
        return inner  # type: ignore[return-value]

    return decorate


def to_sign_in(request: HttpRequest) -> HttpResponseBase:
    """Lead a person to sign-in from an open door, and give the form that they sent back when they are in."""
    return _lead("account_login", request)


def _lead(name: str, request: HttpRequest, **more: object) -> HttpResponseBase:
    return redirect(f"{reverse(name)}?{urlencode({'next': _back_to(request), **more})}")


def _back_to(request: HttpRequest) -> str:
    if request.method in ("GET", "HEAD"):
        return request.get_full_path()
    # A form sent after the session ran out cannot be sent again by a link: it is given back to whoever typed it.
    return reverse("account_kept") if kept.keep(request) else request.path
