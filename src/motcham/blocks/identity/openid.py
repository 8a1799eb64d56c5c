"""Signing in by OpenID Connect: allauth carries the flow, here stands what this house asks of it beyond that.

Only the subject's number is asked for, and kept as a keyed hash. The id_token is believed when its signature, issuer, audience,
times and nonce are right, also where it came straight from the provider.
"""

from __future__ import annotations

import json
import secrets
from functools import lru_cache
from typing import Any

import jwt
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter, _build_apps_from_settings, get_adapter
from allauth.socialaccount.models import SocialAccount, SocialApp, SocialLogin, SocialToken
from allauth.socialaccount.providers.base import AuthError, AuthProcess
from allauth.socialaccount.providers.oauth2.client import OAuth2Error
from allauth.socialaccount.providers.oauth2.views import OAuth2CallbackView
from allauth.socialaccount.providers.openid_connect.provider import OpenIDConnectProvider
from allauth.socialaccount.providers.openid_connect.views import OpenIDConnectOAuth2Adapter
from django.conf import settings
from django.db import IntegrityError, transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import get_language

from motcham.blocks.identity import entrance, rules, upstream
from motcham.blocks.identity.define import (
    AnotherPerson,
    IdentityTaken,
    LevelNotReached,
    NotLinked,
    ProviderDown,
    SignInCancelled,
    SignInInvalid,
    SignInStale,
)
from motcham.blocks.identity.models import Account
from motcham.blocks.ledger import api as ledger
from motcham.kernel.errors import MotchamError
from motcham.kernel.keyring import Keyring

# Signed by a key that only the provider has; a shared secret or no signature at all proves nothing.
ALGORITHMS = ("RS256", "PS256", "ES256", "EdDSA")
LEEWAY = 30
OLDEST = 600
STEP_UP = "step_up"


class Flow(OpenIDConnectOAuth2Adapter):  # type: ignore[misc]
    """One sign-in at one provider."""

    state: dict[str, Any]

    @property
    def openid_config(self) -> dict[str, Any]:
        """What the provider says about itself; it must be who it was configured to be."""
        provider = self.get_provider()
        config = upstream.configuration(provider.server_url)
        if str(config.get("issuer", "")).rstrip("/") != provider.app.settings["server_url"]:
            raise OAuth2Error("the provider calls itself by another name")
        return config

    def complete_login(self, request: HttpRequest, app: SocialApp, token: SocialToken, **kwargs: Any) -> SocialLogin:
        """Believe the id_token, or refuse."""
        config = self.openid_config
        said = request.GET.get("iss")
        if said is not None and said != config["issuer"]:
            raise OAuth2Error("the answer is another provider's")
        claims = claims_of(str(kwargs["response"].get("id_token", "")), config=config, client_id=app.client_id)
        if not secrets.compare_digest(str(claims.get("nonce", "")).encode(), str(self.state.get("nonce") or "-").encode()):
            raise OAuth2Error("the nonce is another sign-in's")
        login: SocialLogin = self.get_provider().sociallogin_from_response(request, claims)
        levels = app.settings.get("levels", {})
        entrance.remember_level(request, uid=login.account.uid, level=rules.level_of(claims.get("acr"), levels))
        return login


class Callback(OAuth2CallbackView):  # type: ignore[misc]
    """The way back from the provider."""

    def _get_state(self, request: HttpRequest, provider: Any) -> tuple[dict[str, Any] | None, HttpResponse | None]:
        state, response = super()._get_state(request, provider)
        self.adapter.state = state or {}
        return state, response


class Login(SocialLogin):  # type: ignore[misc]
    """A sign-in that finds its account by one statement; allauth takes four, one of which writes the time of each sign-in."""

    account: SocialAccount

    @property
    def is_existing(self) -> bool:
        return bool(self.user and self.user.pk)

    def lookup(self) -> None:
        """Find the account that this identity opens."""
        self._did_authenticate_by_email = None  # nobody comes in by an address of e-mail
        known = SocialAccount.objects.select_related("user").filter(provider=self.account.provider, uid=self.account.uid).first()
        if known is not None:
            self.account, self.user = known, known.user


class Provider(OpenIDConnectProvider):  # type: ignore[misc]
    """An OpenID Connect provider that is asked for a subject and a level, and for nothing else."""

    oauth2_adapter_class = Flow

    def get_default_scope(self) -> list[str]:
        return ["openid"]

    def redirect(
        self, request: HttpRequest, process: str, next_url: str | None = None, data: Any = None, **kwargs: Any
    ) -> HttpResponse:
        """Lead to the provider; nothing of the caller's address goes into what is asked."""
        level, nonce = int(kwargs.get("level") or 0), secrets.token_urlsafe(24)
        asked = {"nonce": nonce, "ui_locales": get_language() or "vi"}
        if level:
            asked["acr_values"] = " ".join(self.app.settings.get("levels", {}).get(str(level), ()))
        answer: HttpResponse = super().redirect(
            request, process, next_url=next_url, data=data, auth_params=asked, scope=["openid"], nonce=nonce, level=level
        )
        return answer

    def extract_uid(self, data: dict[str, Any]) -> str:
        """Return a keyed hash of issuer and subject: the hash that is kept already, where an older key made it."""
        marks = Keyring.open(settings.HOME / "keys").fingerprints("openid-subject", f"{data['iss']}\n{data['sub']}")
        uids = [mark.hex() for mark in marks]
        if len(uids) == 1:
            return uids[0]
        kept: str | None = SocialAccount.objects.filter(provider=self.sub_id, uid__in=uids).values_list("uid", flat=True).first()
        return kept or uids[0]

    def sociallogin_from_response(self, request: HttpRequest, response: dict[str, Any]) -> SocialLogin:
        """Return a sign-in that knows whose identity it is, and nothing else of them."""
        login, adapter = Login(provider=self, email_addresses=[]), get_adapter(request)
        login.account = SocialAccount(uid=self.extract_uid(response), provider=self.sub_id, extra_data={})
        login.user = adapter.new_user(request, login)
        adapter.populate_user(request, login, {})
        return login


class SocialAdapter(DefaultSocialAccountAdapter):  # type: ignore[misc]
    """What happens with a proven identity: sign in, open an account, link it, or raise the level of a session."""

    def list_apps(self, request: HttpRequest, provider: str | None = None, client_id: str | None = None) -> list[SocialApp]:
        """Return the providers of the settings; none are kept in the database."""
        found = _build_apps_from_settings(provider=provider, client_id=client_id)
        return [app for apps in found.values() for app in apps]

    def get_requests_session(self) -> upstream.Calls:
        return upstream.calls

    def populate_user(self, request: HttpRequest, sociallogin: SocialLogin, data: dict[str, Any]) -> Account:
        """Name a new account by chance: a name is not asked for."""
        account: Account = sociallogin.user
        account.username = f"cd-{secrets.token_hex(6)}"
        return account

    def save_user(self, request: HttpRequest, sociallogin: SocialLogin, form: Any = None) -> Account:
        """Open the account together with its entry; of two first sign-ins at once the later finds the earlier's."""
        try:
            with transaction.atomic():
                sociallogin.user.set_unusable_password()
                sociallogin.save(request)
                subject = f"account:{sociallogin.user.pk}"
                said = {"by": subject, "is_application": False, "is_demo": False}
                ledger.append(kind="identity.account_opened", subject=subject, payload=said)
        except IntegrityError:
            sociallogin.lookup()
        account: Account = sociallogin.user
        return account

    def pre_social_login(self, request: HttpRequest, sociallogin: SocialLogin) -> None:
        """Keep the rules of linking, and raise the level of a session that is already somebody's."""
        process = sociallogin.state.get("process")
        if process not in (AuthProcess.CONNECT, STEP_UP):
            return
        same = sociallogin.is_existing and sociallogin.user == request.user
        if process == AuthProcess.CONNECT:
            _link(request, sociallogin, same=same)
        if process == STEP_UP:
            if not same:
                error: MotchamError = AnotherPerson() if sociallogin.is_existing else NotLinked()
                raise refused(request, error, sociallogin.state)
            if not entrance.raise_level(request, uid=sociallogin.account.uid, wanted=int(sociallogin.state.get("level") or 0)):
                raise refused(request, LevelNotReached(level=sociallogin.state.get("level")), sociallogin.state)
            raise ImmediateHttpResponse(redirect(sociallogin.get_redirect_url(request) or "/"))

    def on_authentication_error(self, request: HttpRequest, provider: Any, **told: Any) -> None:
        """Say what to do instead; what exactly was wrong with a forged answer helps only who forged it."""
        error, exception, state = told.get("error"), told.get("exception"), (told.get("extra_context") or {}).get("state")
        if isinstance(exception, upstream.Unreachable):
            found: MotchamError = ProviderDown(name=provider.name)
        elif error == AuthError.CANCELLED:
            found = SignInCancelled(name=provider.name)
        elif exception is None and not state:
            found = SignInStale()
        else:
            found = SignInInvalid(name=provider.name)
        entrance.note_failure(request, why=found.code)
        raise refused(request, found, state)


def _link(request: HttpRequest, login: SocialLogin, *, same: bool) -> None:
    if not request.user.is_authenticated:
        raise refused(request, SignInStale(), login.state)
    if login.is_existing and not same:
        raise refused(request, IdentityTaken(), login.state)
    if not same:
        with transaction.atomic():
            login.connect(request, request.user)
            account = f"account:{request.user.pk}"
            said = {"by": account, "provider": login.account.provider}
            ledger.append(kind="identity.identity_linked", subject=account, payload=said)
    raise ImmediateHttpResponse(redirect("socialaccount_connections"))


def claims_of(id_token: str, *, config: dict[str, Any], client_id: str) -> dict[str, Any]:
    """Return what an id_token claims, after checking all that the standard asks for."""
    try:
        header = jwt.get_unverified_header(id_token)
        if header.get("alg") not in ALGORITHMS:
            raise OAuth2Error("the id_token is not signed by a key pair")
        key = _key(config["jwks_uri"], header)
        claims: dict[str, Any] = jwt.decode(
            id_token,
            key=key,
            algorithms=[header["alg"]],
            issuer=config["issuer"],
            audience=client_id,
            leeway=LEEWAY,
            options={"require": ["iss", "sub", "aud", "exp", "iat"]},
        )
    except (jwt.PyJWTError, KeyError, TypeError, ValueError) as problem:
        raise OAuth2Error("the id_token cannot be believed") from problem
    if claims.get("azp", client_id) != client_id:
        raise OAuth2Error("the id_token was made for somebody else")
    return claims


@lru_cache(maxsize=32)
def _public_key(shown: str, algorithm: str) -> Any:
    return jwt.PyJWK(json.loads(shown), algorithm=algorithm).key


def _key(address: str, header: dict[str, Any]) -> Any:
    for rolled in (False, True):
        for each in upstream.keys(address, rolled=rolled).get("keys", ()):
            if each.get("kid") == header.get("kid") and each.get("use", "sig") == "sig":
                return _public_key(json.dumps(each, sort_keys=True), header["alg"])
    raise OAuth2Error("the id_token is signed by a key that the provider does not show")


def refused(request: HttpRequest, error: MotchamError, state: dict[str, Any] | None) -> ImmediateHttpResponse:
    """Return the page that says what happened at a provider and how to go on; the way back is kept."""
    return ImmediateHttpResponse(entrance.refusal(request, error, back_to=(state or {}).get("next") or ""))
