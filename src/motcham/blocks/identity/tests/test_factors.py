"""The second factor, as whoever holds a post meets it; sessions of one's own; standing in for a colleague."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value, yield_hotp_counters_from_time
from django.db import connection
from django.test import Client
from django.utils import timezone

from motcham.blocks.identity import api, factors, queries, testing
from motcham.blocks.identity.define import NotAColleague, NotPermitted, Permission, WrongPeriod
from motcham.blocks.identity.models import Account, Session, Tries

pytestmark = pytest.mark.django_db
PASSWORD = "ba con mèo trắng"


@pytest.fixture(autouse=True)
def quick_hashes(settings):
    # A real password hash is slow on purpose, which proves nothing here.
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture(autouse=True)
def one_moment(time_machine) -> None:
    """Stop the clock: a code of the app is that of a half minute, which must not end between its making and its use."""
    time_machine.move_to(timezone.now(), tick=False)


@pytest.fixture
def officer() -> int:
    return an_account("officer", role="ward_officer")


def an_account(username: str, *, role: str = "", agency: str = "an-agency") -> int:
    account_id = api.ensure_account(by=testing.system, username=username, display_name=username, password=PASSWORD)
    if role:
        testing.an_agency(code=agency)
        api.ensure_post(by=testing.system, account_id=account_id, agency_code=agency, role=role)
    return account_id


def sign_in(client: Client, username: str = "officer", following: str = "/account/devices/") -> Any:
    return client.post("/account/login/", {"login": username, "password": PASSWORD, "next": following})


def code_of(secret: str, *, step: int = 0) -> str:
    counter = list(yield_hotp_counters_from_time())[1] + step
    return format_hotp_value(hotp_value(secret, counter))


def set_up(client: Client) -> str:
    client.get("/account/factor/app/")
    secret = client.session["mfa.totp.secret"]
    answer = client.post("/account/factor/app/", {"code": code_of(secret, step=-1), "next": "/account/devices/"})
    assert answer.status_code == 302, answer.text
    assert answer["Location"] == "/account/factor/codes/"
    return str(secret)


def kinds() -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT kind FROM ledger_pending WHERE kind LIKE 'identity.%'")
        return [kind for (kind,) in cursor.fetchall()]


def test_a_post_sleeps_until_its_holder_has_a_second_factor(officer, client):
    assert sign_in(client)["Location"] == "/account/factor/app/?next=%2Faccount%2Fdevices%2F"
    assert client.get("/desk/")["Location"].startswith("/account/factor/app/?next=")
    assert client.get("/account/").status_code == 200
    set_up(client)
    assert "/account/devices/" in client.get("/account/factor/codes/").text
    assert client.get("/desk/").status_code == 200
    assert {"identity.signed_in", "identity.factor_set_up", "identity.factor_given"} <= set(kinds())


def test_the_code_is_asked_at_each_sign_in_and_taken_once(officer, client):
    sign_in(client)
    secret = set_up(client)
    for step, status in ((0, 302), (0, 200), (1, 302)):
        fresh = Client()
        assert sign_in(fresh)["Location"] == "/account/factor/check/"
        assert fresh.get("/desk/")["Location"].startswith("/account/login/")
        answer = fresh.post("/account/factor/check/", {"code": code_of(secret, step=step)})
        assert answer.status_code == status, (step, answer.text)
        if status == 302:
            assert answer["Location"] == "/account/devices/"
            assert fresh.get("/desk/").status_code == 200


def test_wrong_codes_are_counted_like_wrong_passwords(officer, client):
    sign_in(client)
    secret = set_up(client)
    fresh = Client()
    sign_in(fresh)
    answers = [fresh.post("/account/factor/check/", {"code": "000000"}).status_code for _ in range(5)]
    assert answers == [200] * 5
    locked = fresh.post("/account/factor/check/", {"code": code_of(secret)})
    assert locked.status_code == 429 and int(locked["Retry-After"]) > 800
    assert kinds().count("identity.sign_in_failed") == 5


def test_an_emergency_code_opens_once(officer, client):
    sign_in(client)
    set_up(client)
    code = factors.unused_codes(officer)[0]
    for status in (302, 200):
        fresh = Client()
        sign_in(fresh)
        assert fresh.post("/account/factor/check/", {"code": code}).status_code == status


def test_the_secret_is_sealed(officer, client):
    sign_in(client)
    secret = set_up(client)
    assert secret not in str(Authenticator.objects.values_list("data", flat=True))


def test_an_officer_cannot_do_without_and_a_citizen_can(officer, client):
    sign_in(client)
    set_up(client)
    assert client.post("/account/factor/off/").status_code == 403
    an_account("citizen")
    other = Client()
    sign_in(other, "citizen")
    set_up(other)
    assert other.post("/account/factor/off/")["Location"] == "/account/factor/"
    assert "identity.factor_turned_off" in kinds()


def test_changing_the_factor_asks_again_when_sign_in_was_long_ago(officer, client):
    sign_in(client)
    set_up(client)
    session = client.session
    session["sign_in"] = {**session["sign_in"], "at": 0}
    session.save()
    assert "/again/" in client.get("/account/factor/codes/")["Location"]


def test_an_officer_who_lay_idle_is_a_stranger_and_a_citizen_is_not(officer, client):
    citizen = testing.client_of(testing.a_citizen())
    working = testing.client_of(next(iter([api.actor(account_id=officer)])))
    assert working.get("/desk/").status_code == 200
    Session.objects.update(seen_at=timezone.now() - timedelta(minutes=31))
    assert working.get("/desk/")["Location"].startswith("/account/login/?next=")
    assert citizen.get("/account/").status_code == 200


def test_a_page_that_asks_by_itself_keeps_nobody_signed_in(officer):
    browser = testing.client_of(api.actor(account_id=officer))
    long_ago = timezone.now() - timedelta(minutes=20)
    Session.objects.update(seen_at=long_ago)
    browser.get("/desk/", headers={"X-Background": "1"})
    assert Session.objects.get().seen_at == long_ago
    browser.get("/desk/")
    assert Session.objects.get().seen_at > long_ago


def test_sessions_are_listed_and_ended_by_their_owner_alone():
    an_account("citizen")
    here, there, stranger = Client(headers={"User-Agent": "Mozilla/5.0 (Linux; Android 14) Chrome/130"}), Client(), Client()
    for each in (here, there):
        sign_in(each, "citizen")
    an_account("another")
    sign_in(stranger, "another")
    shown = here.get("/account/devices/").text
    assert "Chrome · Android" in shown
    marks = [part.split('"')[0] for part in shown.split('name="device" value="')[1:]]
    stranger.post("/account/devices/end/", {"device": marks[0]})
    assert there.get("/account/").status_code == 200
    here.post("/account/devices/end/", {"device": "others"})
    assert there.get("/account/").status_code == 302 and here.get("/account/").status_code == 200
    assert stranger.get("/account/").status_code == 200
    assert here.session.session_key not in shown


# --- standing in -----------------------------------------------------------------------------------------------------


@pytest.fixture
def office() -> dict[str, Any]:
    testing.an_agency(code="an-agency")
    testing.an_agency(code="elsewhere")
    return {
        "leader": testing.an_officer(role="agency_leader", agency_code="an-agency"),
        "officer": testing.an_officer(role="ward_officer", agency_code="an-agency"),
        "outsider": testing.an_officer(role="ward_officer", agency_code="elsewhere"),
    }


def stand_in(office: dict[str, Any], *, by: str = "leader", who: str = "officer", since: int = 0, until: int = 3) -> int:
    today = queries.today()
    return api.substitute(
        by=office[by],
        post_id=office["leader"].posts[0].post_id,
        account_id=office[who].account_id,
        since=today + timedelta(days=since),
        until=today + timedelta(days=until),
    )


def test_a_substitute_may_what_the_absent_may_but_what_is_never_lent(office):
    here = office["leader"].posts[0].agency_id
    number = stand_in(office)
    actor = api.actor(account_id=office["officer"].account_id)
    assert actor.may(Permission.CASE_EXPORT, agency_id=here) and actor.may(Permission.CASE_REVEAL, agency_id=here)
    assert not actor.may(Permission.STAFF_MANAGE)
    own, lent = actor.posts
    assert not own.stands_in and lent.stands_in
    assert actor.ref == f"post:{own.post_id} for post:{lent.post_id}"
    api.end_substitution(by=office["leader"], substitution_id=number)
    assert api.actor(account_id=office["officer"].account_id).ref == f"post:{own.post_id}"
    assert {"identity.substitute_named", "identity.substitute_ended"} <= set(kinds())


@pytest.mark.parametrize(("since", "until"), [(-1, 3), (3, 1), (0, 61)])
def test_a_period_is_to_come_and_not_for_ever(office, since, until):
    with pytest.raises(WrongPeriod):
        stand_in(office, since=since, until=until)


def test_only_a_colleague_stands_in_and_only_the_absent_or_the_manager_says_so(office):
    with pytest.raises(NotAColleague):
        stand_in(office, who="outsider")
    with pytest.raises(NotAColleague):
        stand_in(office, who="leader")
    for by in ("officer", "outsider"):
        with pytest.raises(NotPermitted):
            stand_in(office, by=by)


def test_standing_in_ends_with_ones_own_post_in_the_agency(office):
    stand_in(office)
    api.end_post(by=testing.system, post_id=office["officer"].posts[0].post_id)
    assert api.actor(account_id=office["officer"].account_id).posts == ()


def test_a_period_to_come_changes_nothing_yet(office):
    stand_in(office, since=2)
    assert len(api.actor(account_id=office["officer"].account_id).posts) == 1


def test_an_officer_names_a_colleague_on_the_page(office):
    browser = testing.client_of(office["leader"])
    today, last = queries.today(), queries.today() + timedelta(days=5)
    form = {"post": office["leader"].posts[0].post_id, "account": office["officer"].account_id}
    for name, day in (("since", today), ("until", last)):
        form |= {f"{name}-day": day.day, f"{name}-month": day.month, f"{name}-year": day.year}
    assert browser.post("/account/substitutes/", form).status_code == 302
    assert office["officer"].display_name in browser.get("/account/substitutes/").text
    assert browser.post("/account/substitutes/", {**form, "since-day": "x"}).status_code == 400
    assert testing.client_of(office["outsider"]).post("/account/substitutes/", form).status_code == 403


# --- posts and keys --------------------------------------------------------------------------------------------------


def test_a_leader_gives_and_ends_posts_and_keys_on_the_page(office):
    browser = testing.client_of(office["leader"])
    an_account("new-officer")
    form = {"username": "new-officer", "agency": "an-agency", "role": "ward_officer"}
    assert browser.post("/account/staff/post/", form).status_code == 302
    assert browser.post("/account/staff/post/", {**form, "agency": "elsewhere"}).status_code == 403
    assert browser.post("/account/staff/post/", {**form, "role": "inspector"}).status_code == 403
    assert browser.post("/account/staff/post/", {**form, "username": "nobody"}).status_code == 400
    post_id = api.actor(account_id=Account.objects.get(username="new-officer").id).posts[0].post_id
    shown = browser.post(f"/account/staff/post/{post_id}/token/", {f"label-{post_id}": "Sổ tay"}).text
    assert "mc_" in shown and "mc_" not in browser.get("/account/staff/").text
    foreign = office["outsider"].posts[0].post_id
    assert browser.post(f"/account/staff/post/{foreign}/token/").status_code == 404
    assert browser.post(f"/account/staff/post/{foreign}/end/").status_code == 404
    assert browser.post(f"/account/staff/post/{post_id}/end/").status_code == 302
    assert api.actor(account_id=Account.objects.get(username="new-officer").id).posts == ()


def test_wrong_answers_keep_no_name():
    Client().post("/account/login/", {"login": "somebody", "password": "wrong password"})
    assert Tries.objects.count() == 2
    assert b"somebody" not in b"".join(bytes(row.key) for row in Tries.objects.all())
