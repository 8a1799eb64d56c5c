"""Agencies, accounts and posts: who may change them, and what stays."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import IntegrityError
from django.utils import timezone

from motcham import data
from motcham.blocks.identity import actions, api, tasks, testing
from motcham.blocks.identity.define import NoSuchAgency, NoSuchRole, NotPermitted
from motcham.blocks.identity.models import Account, Agency, Post, Session

pytestmark = pytest.mark.django_db


def test_the_shipped_agencies_are_loaded_once():
    assert api.load_agencies(by=testing.system) == len(list(data.rows("agencies.csv")))
    assert len(api.agencies(kind="ward")) == 168
    assert api.agency(code="desk.1022").kind == "desk"
    assert api.load_agencies(by=testing.system) == 0


def test_what_an_official_changed_stays_when_the_package_is_loaded_again():
    api.load_agencies(by=testing.system)
    Agency.objects.filter(code="desk.1022").update(official_code="H29.1")
    api.load_agencies(by=testing.system)
    assert Agency.objects.get(code="desk.1022").official_code == "H29.1"


def test_only_the_house_states_agencies():
    with pytest.raises(NotPermitted):
        api.load_agencies(by=testing.actor(("agency_leader", 1)))


def test_a_leader_gives_posts_in_their_own_agency_only():
    one, other = testing.an_agency(code="one"), testing.an_agency(code="other")
    leader = testing.an_officer(role="agency_leader", agency_code="one")
    account = testing.a_citizen().account_id
    api.ensure_post(by=leader, account_id=account, agency_code="one", role="ward_officer")
    with pytest.raises(NotPermitted):
        api.ensure_post(by=leader, account_id=account, agency_code="other", role="ward_officer")
    assert {post.agency_id for post in api.actor(account_id=account).posts} == {one} != {other}


def test_a_leader_cannot_give_a_role_that_reaches_beyond_their_agency():
    testing.an_agency(code="one")
    leader = testing.an_officer(role="agency_leader", agency_code="one")
    with pytest.raises(NotPermitted):
        api.ensure_post(by=leader, account_id=leader.account_id, agency_code="one", role="inspector")


def test_an_unknown_role_or_agency_is_named():
    account = testing.a_citizen().account_id
    testing.an_agency(code="one")
    with pytest.raises(NoSuchRole, match="ward_oficer"):
        api.ensure_post(by=testing.system, account_id=account, agency_code="one", role="ward_oficer")
    with pytest.raises(NoSuchAgency, match="two"):
        api.ensure_post(by=testing.system, account_id=account, agency_code="two", role="ward_officer")


def test_a_post_is_held_once_and_may_be_given_again():
    testing.an_agency(code="one")
    officer = testing.an_officer(role="ward_officer", agency_code="one")
    post_id = officer.posts[0].post_id
    assert api.ensure_post(by=testing.system, account_id=officer.account_id, agency_code="one", role="ward_officer") == post_id
    api.end_post(by=testing.system, post_id=post_id)
    again = api.ensure_post(by=testing.system, account_id=officer.account_id, agency_code="one", role="ward_officer")
    assert again != post_id
    with pytest.raises(IntegrityError):
        Post.objects.create(
            account_id=officer.account_id, agency_id=officer.posts[0].agency_id, role="ward_officer", valid_from="2025-07-01"
        )


def test_a_role_that_was_retired_allows_nothing():
    testing.an_agency(code="one")
    officer = testing.an_officer(role="ward_officer", agency_code="one")
    Post.objects.update(role="night_watchman")
    assert api.actor(account_id=officer.account_id).grants == testing.a_citizen().grants


def test_a_closed_account_loses_its_names_after_ninety_days():
    account_id = testing.a_citizen(username="Nguyễn Văn A").account_id
    api.close_account(by=testing.system, account_id=account_id)
    assert tasks.erase_closed_accounts() == 0
    Account.objects.update(closed_at=timezone.now() - timedelta(days=91))
    assert tasks.erase_closed_accounts() == 1
    assert tasks.erase_closed_accounts() == 0
    account = Account.objects.get(id=account_id)
    assert account.username == f"erased-{account_id}" and not account.display_name and not account.has_usable_password()


def test_sessions_that_ran_out_are_removed():
    Session.objects.create(session_key="old", session_data="", expire_date=timezone.now() - timedelta(hours=1))
    Session.objects.create(session_key="new", session_data="", expire_date=timezone.now() + timedelta(hours=1))
    assert tasks.remove_old_sessions() == 1
    assert Session.objects.get().session_key == "new"


def test_whoever_administers_cannot_erase():
    account_id = testing.a_citizen().account_id
    api.close_account(by=testing.system, account_id=account_id)
    with pytest.raises(NotPermitted):
        actions.erase_account(by=testing.actor(("administrator", 1)), account_id=account_id)
