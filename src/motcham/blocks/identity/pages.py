"""Pages of the caller's own account: what they may do, the language switch, signing out."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import translation
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST, require_safe

from motcham.blocks.identity import actions, api
from motcham.blocks.identity.access import guarded
from motcham.blocks.identity.define import Permission
from motcham.blocks.identity.roles import ROLES
from motcham.kernel.access import public


@guarded(Permission.CASE_FOLLOW)
@require_safe
def me(request: HttpRequest) -> HttpResponse:
    """Show the caller's posts and what each allows."""
    actor = request.actor  # type: ignore[attr-defined]
    posts = [(post, api.agency(id=post.agency_id), ROLES.get(post.role)) for post in actor.posts]
    return render(request, "identity/me.html", {"posts": posts})


@public(reason="Ends the caller's own session, or nothing.")
@require_POST
def logout(request: HttpRequest) -> HttpResponse:
    """Sign out and lead to the start page."""
    api.sign_out(request)
    return redirect("/")


@public(reason="Strangers choose their language too.")
@require_POST
def language(request: HttpRequest) -> HttpResponse:
    """Keep the language that was chosen, in a cookie and with the account, and lead back."""
    chosen = request.POST.get("language", "")
    if chosen not in dict(settings.LANGUAGES):
        chosen = settings.LANGUAGE_CODE
    actor = request.actor  # type: ignore[attr-defined]
    if actor.account_id is not None:
        actions.choose_language(by=actor, language=chosen)
    back = request.POST.get("next", "/")
    if not url_has_allowed_host_and_scheme(back, allowed_hosts={request.get_host()}, require_https=request.is_secure()):
        back = "/"
    translation.activate(chosen)
    response = redirect(back)
    response.set_cookie(
        settings.LANGUAGE_COOKIE_NAME,
        chosen,
        max_age=365 * 24 * 3600,
        secure=settings.LANGUAGE_COOKIE_SECURE,
        samesite=settings.LANGUAGE_COOKIE_SAMESITE,
        httponly=True,
    )
    return response
