"""The verbs of access: guard a route, sign in and out, find agencies, give and end posts and tokens."""

from __future__ import annotations

from datetime import date, datetime

from django.conf import settings
from django.contrib.auth import login, logout
from django.http import HttpRequest

from motcham.blocks.identity import actions, actions_substitutes, cache, entrance, queries, queries_staff, rules
from motcham.blocks.identity.access import guarded, to_sign_in
from motcham.blocks.identity.colleagues import colleagues, holders
from motcham.blocks.identity.define import Actor, AgencyView, NoSuchAgency, SubstitutionView
from motcham.blocks.identity.kept import kept_file
from motcham.blocks.identity.models import Account
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
    "substitutions",
    "to_sign_in",
    "token_holder",
]


def roles() -> tuple[Role, ...]:
    """Return every role, as the policy lists them."""
    return tuple(ROLES)


def actor(*, account_id: int) -> Actor | None:
    """Return an account as an actor with the posts it holds today; None where it is closed."""
    return queries.actor_of_account(account_id)


def token_holder(*, token: str) -> Actor | None:
    """Return who acts by an API token; kept in the process for 3 s, for servers that do not use Django requests."""
    return cache.actor_of_token(token)


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


def substitutions(*, agency_id: int | None = None, account_id: int | None = None) -> tuple[SubstitutionView, ...]:
    """Return who stands in for whom, now or soon: in an agency, or about an account."""
    return queries_staff.substitutions(agency_ids=None if agency_id is None else (agency_id,), account_id=account_id)


def substitute(*, by: Actor, post_id: int, account_id: int, since: date, until: date) -> int:
    """Let a colleague of the same agency act in a post while its holder is away; returns the substitution's id."""
    return actions_substitutes.substitute(by=by, post_id=post_id, account_id=account_id, since=since, until=until).pk


def end_substitution(*, by: Actor, substitution_id: int) -> None:
    """End a substitution; gone with the substitute's next request."""
    actions_substitutes.end_substitution(by=by, substitution_id=substitution_id)


def ensure_agency(
    *,
    by: Actor,
    code: str,
    official_name: str,
    kind: str,
    valid_from: date,
    name_en: str = "",
    area_code: str = "",
    official_code: str | None = None,
    valid_to: date | None = None,
    legal_basis: str = "",
) -> int:
    """Make an agency known or bring it up to date; returns its id."""
    return actions.ensure_agency(
        by=by,
        code=code,
        official_name=official_name,
        kind=kind,
        valid_from=valid_from,
        name_en=name_en,
        area_code=area_code,
        official_code=official_code,
        valid_to=valid_to,
        legal_basis=legal_basis,
    ).id


def state_code(*, by: Actor, agency_code: str, scheme: str, code: str, source: str, valid_from: date | None = None) -> None:
    """State by which code others call an agency: `qd20` (H29.1) or `qcvn102` (000.00.01.H29), with its source."""
    actions.state_code(by=by, agency_code=agency_code, scheme=scheme, code=code, source=source, valid_from=valid_from)


def state_succession(*, by: Actor, old: str, new: str, on: date, legal_basis: str, is_partial: bool = False) -> None:
    """State that an agency went on in another from a day, wholly or in part."""
    actions.state_succession(by=by, old=old, new=new, on=on, legal_basis=legal_basis, is_partial=is_partial)


def load_agencies(*, by: Actor) -> int:
    """Add the agencies that the package ships and that are not there yet; returns how many were added."""
    return actions.load_agencies(by=by)


def ensure_account(
    *,
    by: Actor,
    username: str,
    display_name: str = "",
    language: str = "vi",
    password: str | None = None,
    is_demo: bool = False,
    is_application: bool = False,
) -> int:
    """Open an account or find the one of that user name; returns its id."""
    return actions.ensure_account(
        by=by,
        username=username,
        display_name=display_name,
        language=language,
        password=password,
        is_demo=is_demo,
        is_application=is_application,
    ).id


def ensure_post(
    *, by: Actor, account_id: int, agency_code: str, role: str, title: str = "", valid_from: date | None = None
) -> int:
    """Give an account a post in an agency, or find the one it holds; returns its id."""
    return actions.ensure_post(
        by=by, account_id=account_id, agency_code=agency_code, role=role, title=title, valid_from=valid_from
    ).id


def end_post(*, by: Actor, post_id: int) -> None:
    """End a post today; its rights are gone with the holder's next request."""
    actions.end_post(by=by, post_id=post_id)


def close_account(*, by: Actor, account_id: int) -> None:
    """Close an account with its sessions and posts."""
    actions.close_account(by=by, account_id=account_id)


def issue_token(*, by: Actor, post_id: int, label: str, expires_at: datetime | None = None) -> str:
    """Issue a key for a program that acts in a post; returned this once."""
    return actions.issue_token(by=by, post_id=post_id, label=label, expires_at=expires_at)


def revoke_token(*, by: Actor, token_id: int) -> None:
    """Revoke a key; refused everywhere within 5 s."""
    actions.revoke_token(by=by, token_id=token_id)


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
