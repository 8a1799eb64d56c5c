"""Builders for tests of other blocks: actors by role, without and with a database."""

from __future__ import annotations

import itertools
import time
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from django.test import Client
from django.utils import timezone

from motcham.blocks.identity import api, cache, colleagues, entrance, queries, rules, upstream
from motcham.blocks.identity.define import Actor, PostRef
from motcham.blocks.identity.models import Account, Session

_numbers = itertools.count(1)
system = Actor.system("test")


def actor(*roles: tuple[str, int], account_id: int = 1) -> Actor:
    """Return an actor with posts (role, agency id), made of nothing: for pure tests."""
    return Actor(
        kind=Actor.ACCOUNT,
        name="test",
        account_id=account_id,
        display_name="Test",
        posts=tuple(
            PostRef(number, agency_id, f"agency-{agency_id}", role, "") for number, (role, agency_id) in enumerate(roles, 1)
        ),
        grants=queries.grants_of(*roles),
        assurance=2,
    )


def an_agency(*, code: str | None = None, kind: str = "ward", area_code: str = "") -> int:
    """Store an agency and return its id."""
    code = code or f"test-agency-{next(_numbers)}"
    return api.ensure_agency(
        by=system, code=code, official_name=code, kind=kind, valid_from=date(2025, 7, 1), area_code=area_code
    )


def an_officer(*, role: str, agency_code: str, username: str | None = None) -> Actor:
    """Store an account with one post and return it as an actor."""
    username = username or f"test-{role}-{next(_numbers)}"
    account_id = api.ensure_account(by=system, username=username, display_name=username)
    api.ensure_post(by=system, account_id=account_id, agency_code=agency_code, role=role, valid_from=date(2025, 7, 1))
    found = api.actor(account_id=account_id)
    assert found is not None
    return replace(found, assurance=2)


def a_citizen(*, username: str | None = None) -> Actor:
    """Store an account without a post and return it as an actor."""
    account_id = api.ensure_account(by=system, username=username or f"test-citizen-{next(_numbers)}")
    found = api.actor(account_id=account_id)
    assert found is not None
    return found


def client_of(who: Actor, **defaults: Any) -> Client:
    """Return a browser in which somebody is signed in as surely as can be (a stranger's is a plain one)."""
    client = Client(**defaults)
    if who.account_id is not None:
        client.force_login(Account.objects.get(id=who.account_id))
        session = client.session
        session[entrance.KEPT] = {"how": rules.OPENID, "level": 2, "factor": True, "at": time.time()}
        session.save()
    return client


def by_password(client: Client) -> Client:
    """Let whoever is signed in have come in with a password, for which nobody vouches."""
    session = client.session
    session[entrance.KEPT] = {**session[entrance.KEPT], "how": rules.PASSWORD, "level": 0}
    session.save()
    return client


def let_session_end(client: Client) -> None:
    """Let the session of a browser run out."""
    ended = timezone.now() - timedelta(minutes=1)
    Session.objects.filter(session_key=client.cookies["sessionid"].value).update(expire_date=ended)


def token_of(who: Actor) -> str:
    """Return a key by which a program acts in somebody's first post."""
    return api.issue_token(by=system, post_id=who.posts[0].post_id, label="test")


def forget() -> None:
    """Empty what the process keeps of the database; call it between tests."""
    cache.forget()
    colleagues.forget()
    upstream.forget()
