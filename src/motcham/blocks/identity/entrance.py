"""The moment of coming in: what a session keeps of it, what evidence keeps of it, and what is shown when it fails."""

from __future__ import annotations

import time

from allauth.account.adapter import get_adapter
from allauth.account.internal.flows.login import AUTHENTICATION_METHODS_SESSION_KEY, get_authentication_records
from django.conf import settings
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from motcham.blocks.identity import queries, rules
from motcham.blocks.identity.define import Actor
from motcham.blocks.identity.models import Account
from motcham.blocks.identity.rules import Entrance
from motcham.blocks.ledger import api as ledger
from motcham.kernel.errors import MotchamError, Upstream
from motcham.ui.wording import wording

KEPT = "sign_in"
_LEVEL = "openid_level"


def of(request: HttpRequest) -> Entrance:
    """Return how the session's holder came in."""
    return Entrance.of(request.session.get(KEPT))


def actor_in(request: HttpRequest, actor: Actor) -> Actor:
    """Return an actor as this session lets them act."""
    return rules.entered(actor, of(request), citizen=queries.grants_of())


def remember_level(request: HttpRequest, *, uid: str, level: int) -> None:
    """Keep what a provider said of an identity until its holder is in: a second factor may stand between."""
    request.session[_LEVEL] = [uid, level]


def expected_level(request: HttpRequest) -> int:
    """Return the level with which somebody is about to come in; 0 where it is not by an electronic identity."""
    uid, level = request.session.get(_LEVEL, ["", 0])
    kept = request.session.get(AUTHENTICATION_METHODS_SESSION_KEY, [])
    return int(level) if any(record.get("uid") == uid for record in kept if record["method"] == "socialaccount") else 0


def begin(request: HttpRequest, account: Account, *, vouched: bool = False) -> None:
    """Write down that somebody has come in, how, and how surely."""
    records = [] if vouched else get_authentication_records(request, account)
    methods = {str(record["method"]) for record in records}
    uid, level = request.session.pop(_LEVEL, ["", 0])
    by_identity = any(record.get("uid") == uid for record in records if record["method"] == "socialaccount")
    how = rules.VOUCHED if vouched else rules.OPENID if by_identity else rules.PASSWORD
    _keep(request, account.pk, Entrance(how, 2 if vouched else level if by_identity else 0, "mfa" in methods, time.time()))
    request.session["device"] = rules.device_of(request.headers.get("User-Agent", ""))
    request.session["opened_at"] = timezone.now().isoformat()


def raise_level(request: HttpRequest, *, uid: str, wanted: int) -> bool:
    """Raise the level of a session after its holder was asked again; the session gets a new key."""
    said, level = request.session.pop(_LEVEL, ["", 0])
    before = of(request)
    if said != uid or level < max(wanted, before.level):
        note_failure(request, why="identity.level_not_reached")
        return False
    request.session.cycle_key()
    _keep(
        request, account_id(request), Entrance(before.how or rules.OPENID, level, before.factor, time.time()), kind="stepped_up"
    )
    return True


def give_factor(request: HttpRequest) -> None:
    """Note that the second factor was given in a session that had none, when it was set up just now."""
    before = of(request)
    request.session.cycle_key()
    _keep(request, account_id(request), Entrance(before.how, before.level, True, time.time()), kind="factor_given")


def account_id(request: HttpRequest) -> int:
    """Return the account of the session, behind a guard that let only accounts through."""
    return int(request.user.pk or 0)


def is_fresh(request: HttpRequest) -> bool:
    """Tell whether the holder of the session came in or proved themselves a short while ago."""
    return time.time() - of(request).at < settings.ACCOUNT_REAUTHENTICATION_TIMEOUT


def note_failure(request: HttpRequest, *, why: str, account_id: int | None = None) -> None:
    """Write down that a sign-in failed; the name that was tried is not kept."""
    subject = f"account:{account_id}" if account_id else "sign_in"
    ledger.append(kind="identity.sign_in_failed", subject=subject, payload={"why": why})


def refusal(request: HttpRequest, error: MotchamError, *, back_to: str) -> HttpResponse:
    """Return the page that says what happened and how to go on; only a way inside this house is kept."""
    safe = back_to if back_to and get_adapter(request).is_safe_url(back_to) else ""
    told = wording(error)
    status = 424 if isinstance(error, Upstream) else error.status
    return render(request, "identity/refused.html", {"told": told, "back_to": safe, "code": error.code}, status=status)


def _keep(request: HttpRequest, account_id: int, entrance: Entrance, *, kind: str = "signed_in") -> None:
    request.session[KEPT] = {"how": entrance.how, "level": entrance.level, "factor": entrance.factor, "at": entrance.at}
    with transaction.atomic():
        ledger.append(kind=f"identity.{kind}", subject=f"account:{account_id}", payload=rules.safe_entry(entrance))
    found = queries.actor_of_account(account_id=account_id)
    request.actor = actor_in(request, found) if found else Actor.anonymous()  # type: ignore[attr-defined]
