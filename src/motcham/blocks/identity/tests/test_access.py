"""Who is asking, in how many queries, and how fast a right that ended is gone."""

from __future__ import annotations

import re
from datetime import date

import pytest
from django.contrib.sessions.middleware import SessionMiddleware
from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.test import RequestFactory
from django.test.utils import CaptureQueriesContext

from motcham.blocks.identity import api, testing
from motcham.blocks.identity.define import NotPermitted, Permission, SignInNeeded
from motcham.blocks.identity.middleware import ActorMiddleware
from motcham.blocks.identity.models import Account, ApiToken, Post
from motcham.kernel.access import Guarded

pytestmark = pytest.mark.django_db


@api.guarded(Permission.CASE_READ)
def inbox(request: HttpRequest) -> HttpResponse:
    return HttpResponse("inbox")


def ask(*, cookie: str = "", token: str = "", path: str = "/cases/", **headers: str) -> HttpRequest:
    """Return a request as it arrives at a view."""
    request = RequestFactory().get(path, headers={**({"Authorization": f"Bearer {token}"} if token else {}), **headers})
    if cookie:
        request.COOKIES["sessionid"] = cookie
    SessionMiddleware(ActorMiddleware(lambda _: HttpResponse()))(request)
    return request


def signed_in(account_id: int) -> str:
    request = ask()
    api.sign_in(request, account_id=account_id)
    request.session.save()
    return str(request.session.session_key)


@pytest.fixture
def officer():
    testing.an_agency(code="an-agency")
    return testing.an_officer(role="ward_officer", agency_code="an-agency")


def test_a_stranger_costs_no_query():
    with CaptureQueriesContext(connection) as queries:
        assert ask().actor.is_anonymous
    assert len(queries) == 0


def test_a_session_costs_one_query(officer):
    key = signed_in(officer.account_id)
    with CaptureQueriesContext(connection) as queries:
        request = ask(cookie=key)
        assert request.actor == officer
        assert inbox(request).content == b"inbox"
    assert len(queries) == 1


def test_a_known_token_costs_no_query(officer):
    token = api.issue_token(by=testing.system, post_id=officer.posts[0].post_id, label="test")
    assert ask(token=token).actor.ref == officer.ref
    with CaptureQueriesContext(connection) as queries:
        assert ask(token=token).actor.may(Permission.CASE_ACT, agency_id=officer.posts[0].agency_id)
    assert len(queries) == 0


def test_an_ended_post_counts_no_more_with_the_next_request(officer):
    key = signed_in(officer.account_id)
    Post.objects.update(valid_from=date(2025, 7, 1))
    api.end_post(by=testing.system, post_id=officer.posts[0].post_id)
    with pytest.raises(NotPermitted):
        inbox(ask(cookie=key))


def test_the_head_of_a_page_has_each_visitors_own_name_and_a_token_that_leads_out(officer):
    other = testing.an_officer(role="ward_officer", agency_code="an-agency")
    for who, stranger in ((officer, other), (other, officer)):
        client = testing.client_of(who, enforce_csrf_checks=True)
        texts = [client.get("/account/").text for _ in range(2)]
        assert all(who.display_name in text and stranger.display_name not in text for text in texts)
        address, token = re.findall(
            r'action="([^"]*logout[^"]*)"><input[^>]*name="csrfmiddlewaretoken" value="([^"]+)"', texts[1]
        )[0]
        assert token not in texts[0]
        assert client.post(address, {"csrfmiddlewaretoken": token}).status_code == 302
        assert client.get("/account/").status_code == 302


def test_a_changed_password_ends_other_sessions(officer):
    key = signed_in(officer.account_id)
    account = Account.objects.get(id=officer.account_id)
    account.set_password("another long password")
    account.save()
    assert ask(cookie=key).actor.is_anonymous


def test_a_closed_account_is_a_stranger(officer):
    key = signed_in(officer.account_id)
    api.close_account(by=testing.system, account_id=officer.account_id)
    assert ask(cookie=key).actor.is_anonymous
    assert api.actor(account_id=officer.account_id) is None


def test_signing_out_ends_the_session_in_the_database(officer):
    key = signed_in(officer.account_id)
    request = ask(cookie=key)
    assert not request.actor.is_anonymous
    api.sign_out(request)
    assert ask(cookie=key).actor.is_anonymous


def test_a_revoked_token_is_refused_when_the_process_asks_again(officer):
    token = api.issue_token(by=testing.system, post_id=officer.posts[0].post_id, label="test")
    assert not ask(token=token).actor.is_anonymous
    api.revoke_token(by=testing.system, token_id=ApiToken.objects.get().id)
    testing.forget()
    with pytest.raises(SignInNeeded):
        inbox(ask(token=token))


def test_a_wrong_token_is_never_taken_for_the_session_beside_it(officer):
    key = signed_in(officer.account_id)
    with pytest.raises(SignInNeeded):
        inbox(ask(cookie=key, token="mc_guess"))


def test_a_token_is_kept_only_as_a_hash(officer):
    token = api.issue_token(by=testing.system, post_id=officer.posts[0].post_id, label="test")
    assert token.encode() not in bytes(ApiToken.objects.get().digest)


def test_a_stranger_is_led_to_sign_in_and_back():
    response = inbox(ask(path="/cases/?state=late"))
    assert response.status_code == 302
    assert response["Location"].endswith("/login/?next=%2Fcases%2F%3Fstate%3Dlate")


def test_a_program_without_a_token_is_told_so():
    with pytest.raises(SignInNeeded):
        inbox(ask(path="/api/v1/cases"))


def test_a_citizen_may_not_see_the_inbox():
    citizen = testing.a_citizen()
    with pytest.raises(NotPermitted) as refused:
        inbox(ask(cookie=signed_in(citizen.account_id)))
    assert "case_read" in str(refused.value)


def test_the_guard_says_what_it_asks_for():
    assert inbox.access == Guarded(Permission.CASE_READ)


def test_a_demo_account_is_nobody_where_the_demo_is_off(settings):
    account_id = api.ensure_account(by=testing.system, username="visitor", is_demo=True)
    key = signed_in(account_id)
    assert not ask(cookie=key).actor.is_anonymous
    settings.DEMO = False
    assert ask(cookie=key).actor.is_anonymous


def test_signing_in_changes_the_session_key(officer):
    request = ask()
    request.session["draft"] = "kept"
    request.session.save()
    before = request.session.session_key
    api.sign_in(request, account_id=officer.account_id)
    assert request.session.session_key != before
    assert request.session["draft"] == "kept"
