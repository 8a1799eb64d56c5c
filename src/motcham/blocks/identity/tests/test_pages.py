"""Signing in and out as a person does it."""

from __future__ import annotations

import re

import pytest
from django.core.cache import cache
from django.db import connection
from django.test import Client

from motcham.blocks.identity import api, testing
from motcham.blocks.identity.models import Account, Session

pytestmark = pytest.mark.django_db
PASSWORD = "ba con mèo trắng"


@pytest.fixture(autouse=True)
def no_attempts_so_far(settings):
    cache.clear()
    # A real password hash is slow on purpose, which proves nothing here.
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture
def person():
    return api.ensure_account(by=testing.system, username="can-bo", display_name="Cán bộ", password=PASSWORD)


def sign_in(client: Client, password: str = PASSWORD, following: str = ""):
    return client.post("/account/login/", {"login": "can-bo", "password": password, "next": following})


def test_signing_in_leads_back_to_where_one_wanted_to_go(person, client):
    response = client.get("/account/")
    assert response["Location"] == "/account/login/?next=%2Faccount%2F"
    assert 'name="next" value="/account/"' in client.get(response["Location"]).text
    assert sign_in(client, following="/account/")["Location"] == "/account/"
    assert "Cán bộ" in client.get("/account/").text


def test_signing_in_never_leads_to_another_house(person, client):
    assert sign_in(client, following="https://example.org/")["Location"] == "/"


def test_a_wrong_password_says_so_and_keeps_the_name(person, client):
    response = sign_in(client, password="wrong password")
    assert response.status_code == 200
    assert 'value="can-bo"' in response.text and "wrong password" not in response.text
    assert not Session.objects.filter(account__isnull=False).exists()


def test_guessing_is_slowed_down(person, client):
    for _ in range(5):
        sign_in(client, password="wrong password")
    locked = sign_in(client)
    assert locked.status_code == 429 and 800 < int(locked["Retry-After"]) <= 900
    assert not Session.objects.filter(account__isnull=False).exists()


def test_a_name_that_does_not_exist_is_told_the_same(person, client):
    unknown = {"login": "nobody", "password": "wrong password"}
    told = [client.post("/account/login/", unknown) for _ in range(6)]
    known = [sign_in(client, password="wrong password") for _ in range(6)]
    assert [each.status_code for each in told] == [each.status_code for each in known] == [200] * 5 + [429]


def test_signing_out_needs_a_post_and_ends_the_session(person, client):
    sign_in(client)
    assert client.get("/account/logout/").status_code == 405
    assert client.post("/account/logout/")["Location"] == "/"
    assert not Session.objects.filter(account_id=person).exists()
    assert client.get("/account/").status_code == 302


def test_whoever_lacks_a_right_signs_out_and_in_again_as_somebody_else_and_comes_back(person, client):
    sign_in(client)
    page = client.get("/account/staff/").text
    assert re.search(r'name="next" value="(/account/login/\?next=[^"]*staff/)"', page)
    led = client.post("/account/logout/", {"next": "/account/login/?next=/account/staff/"})
    assert led["Location"] == "/account/login/?next=/account/staff/"
    assert client.post("/account/logout/", {"next": "https://elsewhere.vn/"})["Location"] == "/"


def test_signing_out_from_another_site_is_refused(person):
    client = Client(enforce_csrf_checks=True)
    client.force_login(Account.objects.get(id=person))
    assert client.post("/account/logout/").status_code == 403


def test_opening_an_account_signs_in_and_leaves_an_entry(client):
    response = client.post("/account/signup/", {"username": "công-dân", "password1": PASSWORD, "password2": PASSWORD})
    assert response.status_code == 302
    account = Account.objects.get(username="công-dân")
    with connection.cursor() as cursor:
        cursor.execute("SELECT kind FROM ledger_pending WHERE subject = %s ORDER BY kind", [f"account:{account.id}"])
        assert cursor.fetchall() == [("identity.account_opened",), ("identity.signed_in",)]
    assert client.get("/account/").status_code == 200
    assert api.actor(account_id=account.id).posts == ()


def test_a_weak_password_is_refused_with_the_reason_beside_it(client):
    response = client.post("/account/signup/", {"username": "người-mới", "password1": "12345678", "password2": "12345678"})
    assert response.status_code == 200
    assert 'href="#q-password1"' in response.text
    assert not Account.objects.exists()


def test_changing_the_password_signs_every_other_device_out(person, client):
    other = Client()
    sign_in(client)
    sign_in(other)
    assert other.get("/account/").status_code == 200
    new = "bốn con chó đen"
    response = client.post("/account/password/", {"oldpassword": PASSWORD, "password1": new, "password2": new})
    assert response["Location"] == "/account/"
    assert client.get("/account/").status_code == 200
    assert other.get("/account/").status_code == 302


def test_an_application_cannot_sign_in_by_password(client):
    api.ensure_account(by=testing.system, username="can-bo", password=None, is_application=True)
    for guess in ("", "None", "!"):
        sign_in(client, password=guess)
    assert not Session.objects.filter(account__isnull=False).exists()


def test_a_closed_account_is_told_so(person, client):
    api.close_account(by=testing.system, account_id=person)
    assert sign_in(client)["Location"] == "/account/closed/"
    assert client.get("/account/closed/").status_code == 403


def test_the_account_page_names_agency_and_role():
    testing.an_agency(code="an-agency")
    client = testing.client_of(testing.an_officer(role="ward_officer", agency_code="an-agency"))
    shown = client.get("/account/").text
    assert "an-agency" in shown
    assert client.get("/account/")["Cache-Control"] == "private, no-cache"


def test_vietnamese_is_spoken_whatever_the_browser_prefers(client):
    response = client.get("/account/login/", headers={"Accept-Language": "en"})
    assert response["Content-Language"] == "vi"
    client.cookies["language"] = "en"
    assert client.get("/account/login/")["Content-Language"] == "en"
    client.cookies["language"] = "xx"
    assert client.get("/account/login/")["Content-Language"] == "vi"


def test_an_account_is_spoken_to_in_its_language(person, client):
    Account.objects.update(language="en")
    sign_in(client)
    assert client.get("/account/")["Content-Language"] == "en"


def test_without_a_password_there_is_none_to_change(client):
    account_id = api.ensure_account(by=testing.system, username="no-password")
    client.force_login(Account.objects.get(id=account_id))
    assert "/account/password/" not in client.get("/account/").text
    assert client.get("/account/password/").status_code == 403
