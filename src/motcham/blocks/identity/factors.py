"""The second factor: who is asked for it, how its secret is kept, and how wrong codes are counted."""

from __future__ import annotations

import base64
import re
from typing import Any

from allauth.account.adapter import get_adapter as account_adapter
from allauth.core import context
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.base.forms import AuthenticateForm, ReauthenticateForm
from allauth.mfa.models import Authenticator
from allauth.mfa.stages import AuthenticateStage
from allauth.mfa.totp.forms import ActivateTOTPForm
from django.conf import settings
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from motcham.blocks.identity import entrance, lockout, queries
from motcham.blocks.identity.models import Account
from motcham.kernel.keyring import Keyring

_PURPOSE = "second-factor"


class SecondFactor(AuthenticateStage):  # type: ignore[misc]
    """Stands between password and session; an electronic identity of level 2 is two factors already."""

    def _should_handle(self, request: HttpRequest) -> bool:
        return entrance.expected_level(request) < 2 and bool(super()._should_handle(request))


class FactorAdapter(DefaultMFAAdapter):  # type: ignore[misc]
    """What allauth asks of us about second factors."""

    error_messages = {
        **DefaultMFAAdapter.error_messages,
        "incorrect_code": gettext_lazy("This code is not right, or was used already. Wait for the next one and type that."),
        "cannot_delete_authenticator": gettext_lazy(
            "Whoever holds a post needs a second factor. Set up another before this one ends."
        ),
    }

    def encrypt(self, text: str) -> str:
        return base64.b64encode(_keyring().seal(_PURPOSE, text.encode(), b"")).decode()

    def decrypt(self, encrypted_text: str) -> str:
        return _keyring().unseal(_PURPOSE, base64.b64decode(encrypted_text), b"").decode()

    def build_totp_svg(self, url: str) -> str:
        """Draw the key on white, or a dark page would hide it from the telephone."""
        return str(super().build_totp_svg(url)).replace("<path", '<rect width="100%" height="100%" fill="#fff"/><path', 1)

    def can_delete_authenticator(self, authenticator: Authenticator) -> bool:
        """Refuse to leave a post without a second factor."""
        return not is_officer(authenticator.user_id)

    def _get_user_identifier(self, user: Account) -> str:
        return user.display_name or user.username


class _Counted:
    """Counts wrong codes with wrong passwords, and takes a code once."""

    user: Account

    def clean_code(self) -> str:
        """Check a code."""
        name, address = f"factor:{self.user.pk}", account_adapter().get_client_ip(context.request)
        lockout.refuse_if_locked(name=name, address=address)
        try:
            code: str = super().clean_code()  # type: ignore[misc]
            if not lockout.spend(f"{self.user.pk}:{re.sub(r'[^0-9a-z]', '', code.lower())}"):
                raise ValidationError(FactorAdapter.error_messages["incorrect_code"], code="incorrect_code")
        except ValidationError:
            lockout.count_wrong(name=name, address=address)
            entrance.note_failure(context.request, why="factor", account_id=self.user.pk)
            raise
        lockout.forgive(name=name)
        return code


class CodeForm(_Counted, AuthenticateForm):  # type: ignore[misc]
    """Asks for the code at sign-in."""


class CodeAgainForm(_Counted, ReauthenticateForm):  # type: ignore[misc]
    """Asks for the code before sign-in itself is changed."""


class SetUpForm(_Counted, ActivateTOTPForm):  # type: ignore[misc]
    """Asks for a first code of the app that was just set up."""


def is_officer(account_id: int) -> bool:
    """Tell whether an account holds a post today."""
    found = queries.actor_of_account(account_id=account_id)
    return bool(found and found.posts)


def is_set_up(account_id: int) -> bool:
    """Tell whether an account has a second factor."""
    found: bool = Authenticator.objects.filter(user_id=account_id, type=Authenticator.Type.TOTP).exists()
    return found


def label_of(kind: str) -> str:
    """Return what a factor is called."""
    names: dict[str, str] = {"totp": _("App with codes"), "recovery_codes": _("Codes for emergencies")}
    return names.get(kind, kind)


def unused_codes(account_id: int) -> list[str]:
    """Return the emergency codes that are left."""
    row = Authenticator.objects.filter(user_id=account_id, type=Authenticator.Type.RECOVERY_CODES).first()
    found: list[str] = row.wrap().get_unused_codes() if row else []
    return found


def _keyring() -> Keyring:
    return Keyring.open(settings.HOME / "keys")


def described(account_id: int) -> list[dict[str, Any]]:
    """Return an account's factors for its own page."""
    rows = Authenticator.objects.filter(user_id=account_id).order_by("created_at")
    return [{"label": label_of(row.type), "type": row.type, "since": row.created_at, "used": row.last_used_at} for row in rows]
