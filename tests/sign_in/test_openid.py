"""Signing in by OpenID Connect at a certified provider, and what is refused of one that lies."""

from __future__ import annotations

import threading
import time
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from allauth.socialaccount.models import SocialAccount, SocialToken
from django.db import connection
from django.test import Client
from tests.sign_in.conftest import Liar, Visitor, configure

from motcham.blocks.identity import api, testing, upstream
from motcham.blocks.identity.models import Account, Session

pytestmark = pytest.mark.django_db
PASSWORD = "ba con mèo trắng"


@pytest.fixture
def provider(certified, settings) -> str:
    issuer = certified("http://testserver")
    configure(settings, issuer)
    return issuer


def kinds(account_id: int) -> set[str]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT kind FROM ledger_pending WHERE subject = %s", [f"account:{account_id}"])
        return {kind for (kind,) in cursor.fetchall()}


def signed_in() -> int | None:
    return Session.objects.filter(account__isnull=False).values_list("account_id", flat=True).first()


def test_a_stranger_signs_in_and_comes_back_to_where_they_were(provider, visitor):
    assert visitor.signs_in(who="079012345678", level="2", following="/account/devices/")["Location"] == "/account/devices/"
    account = Account.objects.get()
    assert signed_in() == account.id and not account.has_usable_password()
    assert visitor.client.session["sign_in"]["level"] == 2
    assert kinds(account.id) == {"identity.account_opened", "identity.signed_in"}


def test_who_came_before_finds_the_same_account(provider):
    Visitor().signs_in(who="one")
    Visitor().signs_in(who="one", level="2")
    Visitor().signs_in(who="other")
    assert Account.objects.count() == 2


def test_nothing_is_kept_that_tells_who_it_is(provider, visitor):
    visitor.signs_in(who="079012345678")
    linked = SocialAccount.objects.get()
    assert linked.extra_data == {} and not SocialToken.objects.exists()
    with connection.cursor() as cursor:
        tables = connection.introspection.table_names(cursor)
        for table in tables:
            cursor.execute(f'SELECT count(*) FROM "{table}" t WHERE t::text LIKE %s', ["%079012345678%"])
            assert cursor.fetchone() == (0,), table
    assert "079012345678" not in str(dict(visitor.client.session))


def test_what_is_asked_of_the_provider_is_the_subject_alone_with_state_nonce_and_pkce(provider, visitor):
    asked = parse_qs(urlsplit(visitor.leaves()).query)
    assert asked["scope"] == ["openid"] and asked["code_challenge_method"] == ["S256"]
    assert len(asked["nonce"][0]) >= 32 and len(asked["state"][0]) >= 16


def test_the_session_has_a_new_key_after_sign_in(provider, visitor):
    way = visitor.leaves()
    before = visitor.client.cookies["sessionid"].value
    visitor.returns(visitor.is_asked(way, "someone", "1"))
    assert visitor.client.cookies["sessionid"].value != before


def test_a_code_is_good_once(provider, visitor):
    way = visitor.is_asked(visitor.leaves(), "someone", "1")
    visitor.returns(way)
    visitor.client.post("/account/logout/")
    again = visitor.returns(way)
    assert again.status_code == 400 and "/account/login/" in again.text and signed_in() is None


def test_a_code_of_another_sign_in_is_refused_by_the_provider(provider, visitor):
    """The state is ours and good, the code was made for another challenge (PKCE)."""
    other = parse_qs(urlsplit(Visitor().is_asked(visitor.leaves(), "victim", "2")).query)["code"][0]
    mine = visitor.leaves(following="/account/")
    state = parse_qs(urlsplit(mine).query)["state"][0]
    answer = visitor.client.get("/account/oidc/vneid/login/callback/", {"code": other, "state": state})
    assert answer.status_code == 400 and signed_in() is None
    assert "/account/login/?next=/account/" in answer.text


@pytest.mark.parametrize("query", [{}, {"code": "x"}, {"state": "forged", "code": "x"}, {"error": "access_denied", "state": "x"}])
def test_a_forged_way_back_is_refused_with_words(provider, client, query):
    answer = client.get("/account/oidc/vneid/login/callback/", query)
    assert answer.status_code == 400 and "/account/login/" in answer.text and signed_in() is None


def test_somebody_elses_state_is_refused(provider, visitor):
    way = visitor.is_asked(visitor.leaves(), "attacker", "1")
    victim = Visitor()
    assert victim.returns(way).status_code == 400
    assert signed_in() is None


def test_whoever_leaves_the_provider_is_told_that_nothing_changed(provider, visitor):
    answer = visitor.returns(visitor.is_asked(visitor.leaves(following="/account/"), "someone", "cancel"))
    assert answer.status_code == 403 and "next=/account/" in answer.text


def test_the_way_back_never_leads_to_another_house(provider, visitor):
    assert visitor.signs_in(following="https://example.org/")["Location"] == "/"
    assert Visitor().signs_in(following="//example.org")["Location"] == "/"


def test_a_get_of_another_site_begins_nothing(provider, client):
    assert client.get("/account/oidc/vneid/login/").status_code == 405
    strict = Client(enforce_csrf_checks=True)
    assert strict.post("/account/oidc/vneid/login/").status_code == 403


def test_an_unknown_provider_is_not_there(provider, client):
    assert client.post("/account/oidc/other/login/").status_code == 404
    assert client.get("/account/oidc/other/login/callback/").status_code == 404


def test_a_closed_account_stays_closed(provider, visitor):
    visitor.signs_in(who="one")
    api.close_account(by=testing.system, account_id=Account.objects.get().id)
    Visitor().signs_in(who="one")
    assert Account.objects.filter(is_active=True).count() == 1, "what was linked is gone with the account: it is a new one"


# --- linking ---------------------------------------------------------------------------------------------------------


@pytest.fixture
def leader(settings) -> int:
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    testing.an_agency(code="an-agency")
    account_id = api.ensure_account(by=testing.system, username="leader", display_name="Leader", password=PASSWORD)
    api.ensure_post(by=testing.system, account_id=account_id, agency_code="an-agency", role="agency_leader")
    return account_id


def with_password(visitor: Visitor) -> None:
    visitor.client.post("/account/login/", {"login": "leader", "password": PASSWORD})


def link(visitor: Visitor, who: str) -> Any:
    return visitor.returns(visitor.is_asked(visitor.leaves(path="/account/oidc/vneid/link/"), who, "1"))


def test_an_identity_is_linked_by_whoever_is_signed_in_and_opens_the_account_from_then_on(provider, visitor, leader):
    with_password(visitor)
    assert link(visitor, "leader at home")["Location"] == "/account/identities/"
    Visitor().signs_in(who="leader at home", level="2")
    assert Account.objects.count() == 1 and "identity.identity_linked" in kinds(leader)


def test_an_identity_opens_one_account(provider, visitor, leader):
    Visitor().signs_in(who="a citizen")
    with_password(visitor)
    answer = link(visitor, "a citizen")
    assert answer.status_code == 403
    assert SocialAccount.objects.exclude(user_id=leader).count() == 1


def test_the_last_way_in_is_not_taken_away(provider, visitor):
    visitor.signs_in(who="a citizen")
    linked = SocialAccount.objects.get()
    assert visitor.client.post(f"/account/identities/{linked.id}/unlink/").status_code == 409
    stranger = Visitor()
    stranger.signs_in(who="another")
    stranger.client.post(f"/account/identities/{linked.id}/unlink/")
    assert SocialAccount.objects.filter(id=linked.id).exists()


# --- levels ----------------------------------------------------------------------------------------------------------


def test_an_officer_of_level_2_needs_no_second_factor_and_one_of_level_1_does(provider, visitor, leader):
    with_password(visitor)
    link(visitor, "leader at home")
    sure, less_sure = Visitor(), Visitor()
    assert sure.signs_in(who="leader at home", level="2")["Location"] == "/"
    assert sure.client.get("/account/staff/").status_code == 200
    assert less_sure.signs_in(who="leader at home", level="1")["Location"].startswith("/account/factor/app/")
    assert less_sure.client.get("/account/staff/")["Location"].startswith("/account/factor/app/?next=")


def with_factor(visitor: Visitor, leader: int) -> None:
    """Let a session have given the second factor."""
    session = visitor.client.session
    session["sign_in"] = {**session["sign_in"], "factor": True}
    session.save()


def test_an_act_of_level_2_leads_to_the_provider_and_back(provider, visitor, leader):
    with_password(visitor)
    link(visitor, "leader at home")
    with_factor(visitor, leader)
    to = visitor.client.get("/account/staff/")["Location"]
    assert to == "/account/step-up/?next=%2Faccount%2Fstaff%2F&level=2"
    before = visitor.client.cookies["sessionid"].value
    asked = visitor.leaves("/account/staff/", "/account/step-up/", provider="vneid")
    assert parse_qs(urlsplit(asked).query)["acr_values"] == ["2"]
    assert visitor.returns(visitor.is_asked(asked, "leader at home", "2"))["Location"] == "/account/staff/"
    assert visitor.client.get("/account/staff/").status_code == 200
    assert visitor.client.cookies["sessionid"].value != before
    assert "identity.stepped_up" in kinds(leader)


@pytest.mark.parametrize("who", ["a citizen", "nobody yet"])
def test_a_step_up_by_somebody_else_raises_nothing(provider, visitor, leader, who):
    Visitor().signs_in(who="a citizen")
    with_password(visitor)
    link(visitor, "leader at home")
    with_factor(visitor, leader)
    visitor.there.cookies.clear()
    way = visitor.leaves("/account/staff/", "/account/step-up/", provider="vneid")
    assert visitor.returns(visitor.is_asked(way, who, "2")).status_code == 403
    assert visitor.client.get("/account/staff/").status_code == 302
    assert visitor.client.session["sign_in"]["level"] == 0


def test_a_provider_that_cannot_give_the_level_raises_nothing(liar, visitor, leader):
    with_password(visitor)
    visitor.returns(liar.agrees(visitor.leaves(path="/account/oidc/vneid/link/")))
    with_factor(visitor, leader)
    answer = visitor.returns(liar.agrees(visitor.leaves("/account/staff/", "/account/step-up/", provider="vneid")))
    assert answer.status_code == 403 and "/account/staff/" in answer.text
    assert visitor.client.get("/account/staff/").status_code == 302


# --- a provider that lies --------------------------------------------------------------------------------------------


def lies(liar: Liar) -> Any:
    visitor = Visitor()
    answer = visitor.returns(liar.agrees(visitor.leaves(following="/account/")))
    assert answer.status_code < 500
    return answer


def test_the_liar_is_believed_while_it_tells_the_truth(liar):
    assert lies(liar)["Location"] == "/account/"
    assert signed_in() is not None


@pytest.mark.parametrize(
    "claims",
    [
        {"iss": "https://elsewhere.example"},
        {"aud": "somebody-else"},
        {"aud": ["motcham-test", "other"], "azp": "other"},
        {"exp": "an hour ago"},
        {"iat": "in an hour"},
        {"nonce": "another"},
        {"nonce": None},
        {"sub": None},
        {"sub": 7},
    ],
    ids=str,
)
def test_what_an_id_token_claims_wrongly_is_refused(liar, claims):
    hours = {"an hour ago": -1, "in an hour": 1}
    liar.claims = {
        name: int(time.time()) + 3600 * hours[value] if isinstance(value, str) and value in hours else value
        for name, value in claims.items()
    }
    assert lies(liar).status_code == 400
    assert signed_in() is None and not Account.objects.exists()


@pytest.mark.parametrize("algorithm", ["none", "HS256"])
def test_an_id_token_without_a_key_pair_is_refused(liar, algorithm):
    liar.algorithm = algorithm
    assert lies(liar).status_code == 400
    assert signed_in() is None


@pytest.mark.parametrize("header", [{"kid": "other"}, {"kid": ""}, {"alg": "RS512"}], ids=str)
def test_an_id_token_of_an_unknown_key_is_refused(liar, header):
    liar.header = {key: value for key, value in header.items() if key != "alg"}
    if "alg" in header:
        liar.claims = {"exp": "soon"}
    assert lies(liar).status_code == 400
    assert signed_in() is None


def test_a_provider_that_calls_itself_otherwise_is_refused(liar, monkeypatch, client):
    monkeypatch.setattr(Liar, "configuration", lambda self: {"issuer": "https://elsewhere.example"})
    assert client.post("/account/oidc/vneid/login/").status_code == 424


def test_a_provider_in_trouble_is_told_and_the_way_back_is_kept(liar):
    liar.status = 500
    answer = lies(liar)
    assert answer.status_code == 424 and "next=/account/" in answer.text


def test_a_provider_that_says_nothing_is_not_waited_for(liar, monkeypatch):
    visitor = Visitor()
    way = liar.agrees(visitor.leaves(following="/account/"))
    monkeypatch.setattr(upstream, "READ_SECONDS", 0.5)
    liar.silent = threading.Event()
    answer = visitor.returns(way)
    assert answer.status_code == 424 and "next=/account/" in answer.text
    liar.silent.set()


def test_nobody_waits_for_a_provider_that_failed_three_times(liar, client):
    liar.status_of_configuration = 500
    for _ in range(3):
        assert client.post("/account/oidc/vneid/login/", {"next": "/account/"}).status_code == 424
    liar.status_of_configuration = 200  # it is well again, but nobody asks it so soon
    answer = client.post("/account/oidc/vneid/login/", {"next": "/account/"})
    assert answer.status_code == 424
    assert "/account/login/?next=/account/" in answer.text
