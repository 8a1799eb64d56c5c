"""Pages of the second factor: giving it at sign-in, setting it up, its emergency codes, and proving again who one is."""

from __future__ import annotations

from typing import Any

from allauth.account import views as allauth
from allauth.account.adapter import get_adapter
from allauth.account.internal.flows.reauthentication import raise_if_reauthentication_required
from allauth.mfa.base.views import AuthenticateView, ReauthenticateView
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.flows import generate_recovery_codes
from allauth.mfa.totp.internal.flows import deactivate_totp
from allauth.mfa.totp.views import ActivateTOTPView
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from motcham.blocks.identity import entrance, factors
from motcham.blocks.identity.access import guarded
from motcham.blocks.identity.define import Permission
from motcham.blocks.identity.pages import Asked
from motcham.blocks.ledger import api as ledger
from motcham.kernel.access import public


class GiveCode(Asked, AuthenticateView):  # type: ignore[misc]
    """Ask for a code after the password."""

    form_class = factors.CodeForm
    template_name = "identity/code.html"


class CodeAgain(Asked, ReauthenticateView):  # type: ignore[misc]
    """Ask for a code before sign-in itself is changed."""

    form_class = factors.CodeAgainForm
    template_name = "identity/code.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return {**super().get_context_data(**kwargs), "again": True}


class PasswordAgain(Asked, allauth.ReauthenticateView):  # type: ignore[misc]
    """Ask for the password before sign-in itself is changed."""

    template_name = "identity/code.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return {**super().get_context_data(**kwargs), "again": True}


class SetUp(Asked, ActivateTOTPView):  # type: ignore[misc]
    """Show the secret for an app, and take its first code."""

    form_class = factors.SetUpForm
    template_name = "identity/set_up.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Add the secret in groups of four, for those who type it, and the way back."""
        context = super().get_context_data(**kwargs)
        secret: str = context["form"].secret
        groups = " ".join(secret[at : at + 4] for at in range(0, len(secret), 4))
        given = self.request.POST.get("next") or self.request.GET.get("next", "")
        return {
            **context,
            "secret": groups,
            "back_to": given,
            "is_officer": factors.is_officer(entrance.account_id(self.request)),
        }

    def form_valid(self, form: Any) -> HttpResponse:
        """Keep it, note that it was given in this session, and lead to the emergency codes."""
        with transaction.atomic():
            super().form_valid(form)
            _note(self.request, "factor_set_up")
        entrance.give_factor(self.request)
        back_to = self.request.POST.get("next", "")
        self.request.session["codes_then"] = back_to if back_to and get_adapter().is_safe_url(back_to) else ""
        return redirect("mfa_view_recovery_codes")


give_code = never_cache(
    public(reason="Stands between password and session: whoever comes here is not in yet.")(GiveCode.as_view())
)
code_again = never_cache(guarded(Permission.CASE_FOLLOW)(CodeAgain.as_view()))
password_again = never_cache(guarded(Permission.CASE_FOLLOW)(PasswordAgain.as_view()))
set_up = never_cache(guarded(Permission.CASE_FOLLOW)(SetUp.as_view()))


@guarded(Permission.CASE_FOLLOW)
@require_safe
def overview(request: HttpRequest) -> HttpResponse:
    """Show the caller's second factors."""
    account_id = entrance.account_id(request)
    return render(
        request,
        "identity/factor.html",
        {
            "factors": factors.described(account_id),
            "is_set_up": factors.is_set_up(account_id),
            "is_officer": factors.is_officer(account_id),
            "codes_left": len(factors.unused_codes(account_id)),
        },
    )


@never_cache
@guarded(Permission.CASE_FOLLOW)
@require_safe
def codes(request: HttpRequest) -> HttpResponse:
    """Show the emergency codes that are left, to be written down."""
    raise_if_reauthentication_required(request, app="allauth.mfa")
    then = request.session.pop("codes_then", "")
    found = factors.unused_codes(entrance.account_id(request))
    return render(request, "identity/codes.html", {"codes": found, "then": then or "/account/factor/"})


@guarded(Permission.CASE_FOLLOW)
@require_POST
def new_codes(request: HttpRequest) -> HttpResponse:
    """Make new emergency codes; the ones before open nothing any more."""
    raise_if_reauthentication_required(request, app="allauth.mfa")
    if factors.is_set_up(entrance.account_id(request)):
        with transaction.atomic():
            generate_recovery_codes(request)
            _note(request, "factor_codes_made")
    return redirect("mfa_view_recovery_codes")


@guarded(Permission.CASE_FOLLOW)
@require_POST
def turn_off(request: HttpRequest) -> HttpResponse:
    """Do without a second factor; whoever holds a post cannot."""
    raise_if_reauthentication_required(request, app="allauth.mfa")
    if factors.is_officer(entrance.account_id(request)):
        told = _(
            "Whoever holds a post needs a second factor. If the telephone was changed or lost, ask the person who manages posts."
        )
        return render(request, "identity/refused.html", {"told": told, "back_to": "/account/factor/", "code": ""}, status=403)
    row = Authenticator.objects.filter(user_id=entrance.account_id(request), type=Authenticator.Type.TOTP).first()
    if row is not None:
        with transaction.atomic():
            deactivate_totp(request, row)
            _note(request, "factor_turned_off")
    return redirect("mfa_index")


def _note(request: HttpRequest, kind: str) -> None:
    account = f"account:{entrance.account_id(request)}"
    ledger.append(kind=f"identity.{kind}", subject=account, payload={"by": account})
