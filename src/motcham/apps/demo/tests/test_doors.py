"""The doors of the demo: every role by one click here, none at all in production."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from html import unescape

import pytest
from django.test import Client
from django.urls import reverse

from motcham.apps.demo.seed import DOORS, Door
from motcham.blocks.identity import api as identity
from motcham.blocks.identity.define import Actor


@pytest.fixture(autouse=True)
def agencies(db: None) -> None:
    identity.load_agencies(by=Actor.system("test"))


@pytest.mark.parametrize("door", DOORS, ids=lambda door: door.name)
def test_one_click_signs_in_with_the_post_of_the_role(client: Client, door: Door) -> None:
    response = client.post(f"/demo/sign-in/{door.name}/")
    assert (response.status_code, response["Location"]) == (302, reverse(door.starts_at))
    assert client.get(response["Location"]).status_code == 200
    account_id = int(client.session["_auth_user_id"])
    actor = identity.actor(account_id=account_id)
    assert actor is not None
    assert [(post.role, post.agency_code) for post in actor.posts] == ([(door.role, door.agency)] if door.agency else [])


def test_the_start_page_offers_every_door_and_the_four_steps(client: Client) -> None:
    page = client.get("/").content.decode()
    assert all(f"/demo/sign-in/{door.name}/" in page for door in DOORS)
    steps = re.findall(r'<a class="card card-link tile" href="([^"]+)"><b>\d\.', page)
    assert len(steps) == 3
    assert [client.get(unescape(step)).status_code for step in steps] in ([200, 200, 200], [302, 200, 200])


def test_every_role_that_a_person_can_hold_has_a_door() -> None:
    assert {door.role for door in DOORS} == {role.key for role in identity.roles()} - {"intake_application"}


def test_a_door_opens_by_post_only_and_an_unknown_one_not_at_all(client: Client) -> None:
    assert client.get("/demo/sign-in/citizen/").status_code == 405
    assert client.post("/demo/sign-in/king/").status_code == 404


def test_no_door_exists_in_production() -> None:
    code = """
import django; django.setup()
from django.conf import settings
from django.urls import Resolver404, resolve
assert "motcham.apps.demo" not in settings.INSTALLED_APPS
try:
    resolve("/demo/sign-in/citizen/")
except Resolver404:
    print("absent")
"""
    env = {**os.environ, "MOTCHAM_MODE": "production", "DJANGO_SETTINGS_MODULE": "motcham.project.settings"}
    done = subprocess.run([sys.executable, "-c", code], env=env, capture_output=True, text=True, check=False)
    assert done.stdout.strip() == "absent", done.stderr
