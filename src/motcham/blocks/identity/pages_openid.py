"""Pages between this house and a provider of electronic identities: leaving, coming back, proving more, linking."""

from __future__ import annotations

from typing import Any

from allauth.account.adapter import get_adapter as account_adapter
from allauth.account.internal.flows.reauthentication import raise_if_reauthentication_required
from allauth.socialaccount.adapter import get_adapter
from allauth.socialaccount.internal.flows.connect import validate_disconnect
from allauth.socialaccount.models import SocialAccount, SocialApp
from allauth.socialaccount.providers.base.constants import AuthProcess
from allauth.socialaccount.providers.oauth2.client import OAuth2Error
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from motcham.blocks.identity import entrance, openid, upstream
from motcham.blocks.identity.access import guarded
from motcham.blocks.identity.define import NoSuchProvider, Permission, ProviderDown, SignInInvalid
from motcham.blocks.ledger import api as ledger
from motcham.kernel.access import public


@public(reason="Signing in is what strangers do; a form of ours begins it, so that no other site can.")
@require_POST
def begin(request: HttpRequest, provider_id: str) -> HttpResponse:
    """Lead to a provider, and remember where its holder wanted to go."""
    return _leave(request, provider_id, process=AuthProcess.LOGIN)


@public(reason="The provider sends people back here; the state it carries fits one begun sign-in of one browser.")
@require_safe
def come_back(request: HttpRequest, provider_id: str) -> HttpResponse:
    """Take the provider's answer."""
    try:
        answer: HttpResponse = openid.Callback.adapter_view(openid.Flow(request, provider_id))(request)
    except SocialApp.DoesNotExist:
        raise NoSuchProvider from None
    except upstream.Unreachable:
        return entrance.refusal(request, ProviderDown(name=provider_id), back_to="")
    except OAuth2Error:
        return entrance.refusal(request, SignInInvalid(name=provider_id), back_to="")
    return answer


@guarded(Permission.CASE_FOLLOW)
@require_http_methods(["GET", "HEAD", "POST"])
def step_up(request: HttpRequest) -> HttpResponse:
    """Say why more proof is needed; then ask the provider for it."""
    given = request.POST if request.method == "POST" else request.GET
    if request.method == "POST":
        return _leave(request, given.get("provider", ""), process=openid.STEP_UP, level=2)
    linked = set(SocialAccount.objects.filter(user_id=request.user.pk).values_list("provider", flat=True))
    providers = get_adapter(request).list_providers(request)
    return render(
        request,
        "identity/step_up.html",
        {
            "providers": [each for each in providers if each.sub_id in linked],
            "can_link": bool(providers),
            "back_to": _safe(request, given.get("next", "")),
        },
    )


@guarded(Permission.CASE_FOLLOW)
@require_safe
def identities(request: HttpRequest) -> HttpResponse:
    """Show which electronic identities open the caller's account."""
    return _identities(request)


@guarded(Permission.CASE_FOLLOW)
@require_POST
def link(request: HttpRequest, provider_id: str) -> HttpResponse:
    """Ask a provider who this is, to let that identity open the account from now on."""
    raise_if_reauthentication_required(request, app="allauth.socialaccount")
    return _leave(request, provider_id, process=AuthProcess.CONNECT, back_to="/account/identities/")


@guarded(Permission.CASE_FOLLOW)
@require_POST
def unlink(request: HttpRequest, linked_id: int) -> HttpResponse:
    """Let an identity open the account no more, unless nothing else would."""
    raise_if_reauthentication_required(request, app="allauth.socialaccount")
    with transaction.atomic():
        linked = SocialAccount.objects.select_for_update(of=("self",)).filter(id=linked_id, user_id=request.user.pk).first()
        if linked is not None:
            try:
                validate_disconnect(request, linked)
            except ValidationError:
                told = _("Nothing else opens this account, so this identity stays. Link another first, or set a password.")
                return _identities(request, told=told, status=409)
            linked.delete()
            by = request.actor.ref  # type: ignore[attr-defined]
            said = {"by": by, "provider": linked.provider}
            ledger.append(kind="identity.identity_unlinked", subject=f"account:{request.user.pk}", payload=said)
    return redirect("socialaccount_connections")


def _identities(request: HttpRequest, *, told: str = "", status: int = 200) -> HttpResponse:
    names = {each.sub_id: each.name for each in get_adapter(request).list_providers(request)}
    linked = [
        {"id": row.pk, "name": names.get(row.provider, row.provider), "provider": row.provider, "since": row.date_joined}
        for row in SocialAccount.objects.filter(user_id=request.user.pk).order_by("date_joined")
    ]
    taken = {each["provider"] for each in linked}
    offered = [{"id": key, "name": name} for key, name in names.items() if key not in taken]
    return render(request, "identity/identities.html", {"linked": linked, "offered": offered, "told": told}, status=status)


def _leave(request: HttpRequest, provider_id: str, *, process: str, level: int = 0, back_to: str = "") -> HttpResponse:
    back_to = back_to or _safe(request, request.POST.get("next", ""))
    try:
        provider: Any = get_adapter(request).get_provider(request, provider=provider_id)
    except SocialApp.DoesNotExist:
        raise NoSuchProvider from None
    try:
        answer: HttpResponse = provider.redirect(request, process, next_url=back_to or None, level=level)
    except (OAuth2Error, KeyError):
        entrance.note_failure(request, why="identity.provider_down")
        return entrance.refusal(request, ProviderDown(name=provider.name), back_to=back_to)
    return answer


def _safe(request: HttpRequest, address: str) -> str:
    return address if address and account_adapter(request).is_safe_url(address) else ""
