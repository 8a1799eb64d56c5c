"""Reads: who is behind a session or a token, with the posts in force today; agencies."""

from __future__ import annotations

import hashlib
import json
import zoneinfo
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import Any

from django.conf import settings
from django.db import connection
from django.utils import timezone

from motcham.blocks.identity.define import LEVELS, OWN, Actor, AgencyView, Grant, PostRef
from motcham.blocks.identity.models import Account, Agency, Session
from motcham.blocks.identity.roles import CITIZEN, ROLES

CITY = zoneinfo.ZoneInfo("Asia/Ho_Chi_Minh")

_ACCOUNT = "a.id, a.username, a.display_name, a.language, a.is_application, a.password"
_IN_FORCE = "{0}.valid_from <= %(today)s AND ({0}.valid_to IS NULL OR {0}.valid_to > %(today)s)"
# Whoever stands in for a colleague does so while they hold a post of their own in the same agency.
_HELD = f"""
    SELECT id FROM identity_post WHERE account_id = a.id
     UNION ALL
    SELECT x.post_id FROM identity_substitution x JOIN identity_post away ON away.id = x.post_id
     WHERE x.account_id = a.id AND x.ended_at IS NULL AND %(today)s BETWEEN x.since AND x.until
       AND EXISTS (SELECT FROM identity_post o WHERE o.account_id = a.id AND o.agency_id = away.agency_id AND {_IN_FORCE.format("o")})"""
_POSTS = (
    """
    (SELECT coalesce(json_agg(json_build_array(p.id, p.agency_id, g.code, p.role, p.title, p.account_id <> a.id)
                              ORDER BY p.account_id <> a.id, p.id), '[]')::text
       FROM identity_post p JOIN identity_agency g ON g.id = p.agency_id
      WHERE p.id IN ({held}) AND """
    + _IN_FORCE.format("p")
    + ")"
)
_SESSION = f"""
    SELECT s.session_data, s.seen_at, {_ACCOUNT}, {_POSTS.format(held=_HELD)}
      FROM identity_session s LEFT JOIN identity_account a ON a.id = s.account_id AND a.is_active AND (%(demo)s OR NOT a.is_demo)
     WHERE s.session_key = %(key)s AND s.expire_date > %(now)s
       AND (s.seen_at IS NULL OR s.seen_at > %(idle)s OR NOT EXISTS (SELECT FROM identity_post WHERE account_id = s.account_id))"""
_TOKEN = f"""
    SELECT {_ACCOUNT}, {_POSTS.format(held="t.post_id")}
      FROM identity_apitoken t JOIN identity_post held ON held.id = t.post_id
      JOIN identity_account a ON a.id = held.account_id AND a.is_active AND (%(demo)s OR NOT a.is_demo)
     WHERE t.digest = %(key)s AND t.revoked_at IS NULL AND (t.expires_at IS NULL OR t.expires_at > %(now)s)"""
_ONE_ACCOUNT = f"SELECT {_ACCOUNT}, {_POSTS.format(held=_HELD)} FROM identity_account a WHERE a.id = %(key)s AND a.is_active AND (%(demo)s OR NOT a.is_demo)"


@dataclass(frozen=True)
class SignedIn:
    """The account behind a session, and what a session of it must carry to be still good."""

    actor: Actor
    session_auth_hash: str


@dataclass(frozen=True)
class FoundSession:
    """A session that has not run out."""

    session_data: str
    seen_at: datetime | None
    signed_in: SignedIn | None


def session(session_key: str) -> FoundSession | None:
    """Return a session with its account and posts, in one query; an officer's that lay idle is none."""
    row = _one(_SESSION, session_key)
    return FoundSession(row[0], row[1], _signed_in(row[2:])) if row else None


def touch(session_key: str) -> None:
    """Remember that a session is in use now."""
    Session.objects.filter(session_key=session_key).update(seen_at=timezone.now())


def actor_of_token(token: str) -> Actor | None:
    """Return who acts by a token, or None where it is unknown, revoked, run out, or its post has ended."""
    row = _one(_TOKEN, digest(token))
    signed_in = _signed_in(row) if row else None
    return signed_in.actor if signed_in and signed_in.actor.posts else None


def actor_of_account(*, account_id: int) -> Actor | None:
    """Return an account as an actor, with its posts in force; None where it is closed."""
    row = _one(_ONE_ACCOUNT, account_id)
    signed_in = _signed_in(row) if row else None
    return signed_in.actor if signed_in else None


def digest(token: str) -> bytes:
    """Return what is kept of a token."""
    return hashlib.sha256(token.encode()).digest()


def agencies() -> tuple[AgencyView, ...]:
    """Return every agency there is or was."""
    fields = tuple(AgencyView.__dataclass_fields__)
    return tuple(AgencyView(*row) for row in Agency.objects.order_by("code").values_list(*fields))


@lru_cache(maxsize=1024)
def grants_of(*roles: tuple[str, int]) -> frozenset[Grant]:
    """Return what posts (role, agency) allow together, with what everyone is allowed; an unknown role allows nothing.

    It is the policy alone, which never changes while a process lives; so it is worked out once for each set of posts.
    """
    granted = [Grant(permission, OWN) for permission in CITIZEN.own]
    for key, agency_id in roles:
        role = ROLES.get(key)
        if role is not None:
            granted += [Grant(permission, OWN) for permission in role.own]
            granted += [Grant(permission, agency_id) for permission in role.agency]
            granted += [Grant(permission) for permission in role.city]
    return Actor.merge(granted)


@lru_cache(maxsize=1024)
def _read_posts(posts_json: str) -> tuple[tuple[PostRef, ...], frozenset[Grant]]:
    """Return posts with what they allow. Read in every request, and the same as in the one before: kept by the text that the
    database answers, so that it is never older than that answer."""
    posts = tuple(PostRef(*each) for each in json.loads(posts_json))
    return posts, _grants(posts)


def _grants(posts: tuple[PostRef, ...]) -> frozenset[Grant]:
    own = grants_of(*((post.role, post.agency_id) for post in posts if not post.stands_in))
    lent = [(post.role, post.agency_id) for post in posts if post.stands_in]
    if not lent:
        return own
    return Actor.merge(own | {grant for grant in grants_of(*lent) if grant.permission not in LEVELS})


def _signed_in(row: tuple[Any, ...]) -> SignedIn | None:
    account_id, username, display_name, language, is_application, password, posts_json = row
    if account_id is None:
        return None
    posts, grants = _read_posts(posts_json)
    actor = Actor(
        kind=Actor.APPLICATION if is_application else Actor.ACCOUNT,
        name=username,
        account_id=account_id,
        display_name=display_name or username,
        language=language,
        posts=posts,
        grants=grants,
    )
    return SignedIn(actor, Account(password=password).get_session_auth_hash())


def today() -> date:
    """Return the day in the city."""
    return timezone.localdate(timezone=CITY)


def _one(sql: str, key: str | bytes | int) -> tuple[Any, ...] | None:
    with connection.cursor() as cursor:
        now = timezone.now()
        idle = now - timedelta(minutes=settings.OFFICER_IDLE_MINUTES)
        cursor.execute(sql, {"key": key, "today": today(), "now": now, "idle": idle, "demo": settings.DEMO})
        found: tuple[Any, ...] | None = cursor.fetchone()
    return found
