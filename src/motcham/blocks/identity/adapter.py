"""What allauth asks of us when somebody signs up or in: a citizen's account, wrong passwords, the session, each with its entry."""

from __future__ import annotations

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.core import context as allauth_context
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import urlencode

from motcham.blocks.identity import entrance, lockout
from motcham.blocks.identity.models import Account
from motcham.blocks.ledger import api as ledger


class Adapter(DefaultAccountAdapter):  # type: ignore[misc]
    """Accounts that people open themselves."""

    def save_user(self, request: HttpRequest, user: Account, form: Any, commit: bool = True) -> Account:
        """Store the new account together with its entry."""
        with transaction.atomic():
            saved: Account = super().save_user(request, user, form, commit=commit)
            ledger.append(
                kind="identity.account_opened",
                subject=f"account:{saved.pk}",
                payload={"by": f"account:{saved.pk}", "is_application": False, "is_demo": False},
            )
        return saved

    def get_login_stages(self) -> list[str]:
        """After password or identity comes the second factor, where there is one; e-mail and telephone are never asked."""
        return ["motcham.blocks.identity.factors.SecondFactor"]

    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:
        """Refuse before looking at the password where there were too many wrong ones."""
        lockout.refuse_if_locked(name=credentials.get("username", ""), address=self.get_client_ip(request))

    def authenticate(self, request: HttpRequest, **credentials: Any) -> Account | None:
        """Check a password; a right one forgives the wrong ones before it."""
        account: Account | None = super().authenticate(request, **credentials)
        if account is not None:
            lockout.forgive(name=credentials.get("username", ""))
        return account

    def authentication_failed(self, request: HttpRequest, **credentials: Any) -> None:
        """Count a wrong password; an unknown name costs the same and is told the same."""
        name = credentials.get("username", "")
        lockout.count_wrong(name=name, address=self.get_client_ip(request))
        account_id = Account.objects.filter(username__iexact=name).values_list("id", flat=True).first()
        entrance.note_failure(request, why="password", account_id=account_id)

    def login(self, request: HttpRequest, user: Account) -> None:
        """Begin the session under a new key."""
        super().login(request, user)
        entrance.begin(request, user)

    def post_login(self, request: HttpRequest, user: Account, **kwargs: Any) -> HttpResponse:
        """Lead on; whoever holds a post and has no second factor yet sets it up first."""
        response: HttpResponse = super().post_login(request, user, **kwargs)
        if request.actor.needs_factor:  # type: ignore[attr-defined]
            return redirect(f"{reverse('mfa_activate_totp')}?{urlencode({'next': response['Location']})}")
        return response

    def is_reauthentication_required(self, app: str = "") -> bool:
        """Ask again who it is before sign-in itself is changed, unless they have just come in."""
        return not entrance.is_fresh(allauth_context.request)

    def add_message(self, *args: Any, **kwargs: Any) -> None:
        """Say nothing beside the page: the page that follows already shows who is signed in."""
