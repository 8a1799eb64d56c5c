"""The verbs of access: guard a route, sign in and out, find agencies, give and end posts and tokens."""

from __future__ import annotations

from datetime import date

from django.conf import settings
from django.contrib.auth import login, logout
from django.http import HttpRequest

from motcham.blocks.identity import cache, entrance, queries_staff, rules
from motcham.blocks.identity.access import guarded, to_sign_in
from motcham.blocks.identity.actions import (
    close_account,
    end_post,
    ensure_account,
    ensure_agency,
    ensure_post,
    issue_token,
    load_agencies,
    revoke_token,
    state_code,
    state_succession,
)
from motcham.blocks.identity.actions_substitutes import end_substitution, substitute
from motcham.blocks.identity.cache import actor_of_token as token_holder
from motcham.blocks.identity.colleagues import colleagues, holders
from motcham.blocks.identity.define import Actor, AgencyView, NoSuchAgency
from motcham.blocks.identity.kept import kept_file
from motcham.blocks.identity.models import Account
from motcham.blocks.identity.queries import actor_of_account as actor
from motcham.blocks.identity.roles import ROLES, Role
from motcham.kernel.access import public

__all__ = [
    "actor",
    "agencies",
    "agency",
    "close_account",
    "colleagues",
    "end_post",
    "end_substitution",
    "ensure_account",
    "ensure_agency",
    "ensure_post",
    "guarded",
    "holders",
    "issue_token",
    "kept_file",
    "load_agencies",
    "public",
    "revoke_token",
    "roles",
    "sign_in",
    "sign_out",
    "state_code",
    "state_succession",
    "substitute",
    "to_sign_in",
    "token_holder",
]


def roles() -> tuple[Role, ...]:
    """Return every role, as the policy lists them."""
    return tuple(ROLES)


def agencies(*, kind: str | None = None, on: date | None = None) -> tuple[AgencyView, ...]:
    """Return the agencies (of a kind) that exist on a day; without a day, also those that were."""
    return tuple(each for each in cache.agencies() if kind in (None, each.kind) and (on is None or each.is_valid(on)))


def agency(*, code: str | None = None, id: int | None = None, alias: str | None = None) -> AgencyView:  # noqa: A002 – an agency's id is called id everywhere
    """Return one agency by its code, its id, or a code by which others call it (H29, 000.00.00.H29)."""
    if alias is not None:
        id = queries_staff.agency_id_of_alias(rules.plain_code(alias))  # noqa: A001
    found = cache.agency_by_code(code) if code is not None else cache.agency_by_id(id or 0)
    if found is None:
        raise NoSuchAgency(code=next((each for each in (code, alias) if each is not None), id))
    return found


def sign_in(request: HttpRequest, *, account_id: int) -> Actor:
    """Begin a session for an account whose identity was proven by other means."""
    account = Account.objects.get(id=account_id, is_active=True, is_application=False)
    login(request, account, backend=settings.AUTHENTICATION_BACKENDS[0])
    entrance.begin(request, account, vouched=True)
    found: Actor = request.actor  # type: ignore[attr-defined]
    return found


def sign_out(request: HttpRequest) -> None:
    """End the session, in the browser and in the database."""
    logout(request)
    request.actor = Actor.anonymous()  # type: ignore[attr-defined]
