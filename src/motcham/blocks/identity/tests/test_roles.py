"""The policy of access, said once more as sentences."""

from __future__ import annotations

import pytest
from django.utils import translation

from motcham.blocks.identity.define import Actor, NotPermitted, Permission
from motcham.blocks.identity.roles import ROLES
from motcham.blocks.identity.testing import actor
from motcham.ui.wording import wording

HERE, ELSEWHERE = 7, 8
CHANGES = {Permission.CASE_ACT, Permission.CASE_TRANSFER, Permission.CASE_BULK}


def test_a_ward_officer_works_in_their_ward_and_nowhere_else():
    officer = actor(("ward_officer", HERE))
    assert officer.may(Permission.CASE_ACT, agency_id=HERE)
    assert not officer.may(Permission.CASE_ACT, agency_id=ELSEWHERE)
    assert officer.scope(Permission.CASE_READ) == {HERE}
    assert officer.scope(Permission.CASE_EXPORT) == frozenset()


def test_two_posts_add_up():
    officer = actor(("ward_officer", HERE), ("ward_officer", ELSEWHERE))
    assert officer.scope(Permission.CASE_READ) == {HERE, ELSEWHERE}
    assert officer.agency_ids == {HERE, ELSEWHERE}


def test_a_right_over_the_city_swallows_that_over_an_agency():
    both = actor(("ward_officer", HERE), ("inspector", ELSEWHERE))
    assert both.scope(Permission.CASE_READ) is None
    assert both.scope(Permission.CASE_ACT) == {HERE}


def test_a_desk_operator_reads_all_but_reveals_only_what_the_desk_holds():
    operator = actor(("desk_operator", HERE))
    assert operator.scope(Permission.CASE_READ) is None
    assert operator.scope(Permission.CASE_REVEAL) == {HERE}


@pytest.mark.parametrize("role", ["agency_leader", "city_leader", "administrator"])
def test_leaders_and_administrators_reveal_nobody(role: str):
    assert not actor((role, HERE)).may(Permission.CASE_REVEAL)


@pytest.mark.parametrize("role", ["inspector", "city_leader", "data_protection_officer", "administrator"])
def test_whoever_watches_changes_no_case(role: str):
    assert not ROLES[role].permissions & CHANGES


def test_an_administrator_reads_no_case():
    assert not actor(("administrator", HERE)).may(Permission.CASE_READ)


def test_erasing_is_kept_apart_from_every_other_work():
    assert {role.key for role in ROLES if Permission.PERSONAL_DATA_ERASE in role.permissions} == {"data_protection_officer"}


def test_a_citizen_has_their_own_cases_and_no_agency():
    citizen = actor()
    assert citizen.may(Permission.CASE_FOLLOW)
    assert citizen.scope(Permission.CASE_FOLLOW) == frozenset()
    assert not citizen.may(Permission.CASE_FOLLOW, agency_id=HERE)


def test_a_stranger_may_nothing_and_is_told_what_is_missing():
    stranger = Actor.anonymous()
    assert not any(stranger.may(permission) for permission in Permission)
    with pytest.raises(NotPermitted, match="case_export"):
        stranger.demand(Permission.CASE_EXPORT)


@pytest.mark.parametrize("permission", Permission)
def test_whoever_lacks_a_right_reads_its_plain_name_in_their_language(permission):
    refused = NotPermitted(permission=permission)
    with translation.override("vi"):
        said, name = wording(refused), translation.gettext(permission.label)
    assert name in said and name != permission.label and permission.value not in said
    with translation.override("en"):
        assert f": {permission.label}." in wording(refused)


def test_the_house_itself_may_everything():
    house = Actor.system("sweep")
    assert all(house.scope(permission) is None for permission in Permission)
    assert house.holds("ward_officer", agency_id=HERE)


def test_every_role_says_why_its_line_runs_where_it_does():
    for role in ROLES:
        assert role.because.endswith(".") and role.permissions, role.key
        assert not role.agency & role.city, f"{role.key}: what holds in the city need not be said of the agency"


def test_every_permission_is_in_some_role():
    assert set(Permission) == {permission for role in ROLES for permission in role.permissions}


def test_evidence_names_the_post_and_never_a_person():
    assert actor(("ward_officer", HERE)).ref == "post:1"
    assert actor(account_id=5).ref == "account:5"
    assert Actor.system("replay").ref == "system:replay"
    assert Actor.anonymous().ref == "anonymous"
