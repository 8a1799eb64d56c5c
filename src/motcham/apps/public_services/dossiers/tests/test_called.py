"""Whoever files reads what people call it, in their language; the desk and its papers keep the legal name."""

from __future__ import annotations

import re

import pytest
from django.test import Client

from motcham.apps.public_services.dossiers.models import Dossier
from motcham.apps.public_services.dossiers.tests.test_form import FORM, TRUE, filled
from motcham.apps.public_services.naming import names
from motcham.blocks.identity.testing import a_citizen, an_officer, client_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("house")]
LEGAL = "Thủ tục cấp Giấy xác nhận tình trạng hôn nhân"
PLAIN, ENGLISH = names()["1.004873"]


def page(client: Client, address: str) -> str:
    return client.get(address).content.decode()


def test_the_way_of_a_dossier_shows_its_plain_name_and_the_legal_one_below():
    client = Client()
    form = page(client, FORM)
    client.post(filled(client), TRUE)
    received = page(client, FORM + "received/")
    track = re.search(r"/track/[\w-]+/", received)[0]

    assert Dossier.objects.get().case.title == LEGAL
    for shown in (form, page(client, track)):
        assert f"<h1>{PLAIN}</h1>" in shown
        assert shown.index(PLAIN) < shown.index(LEGAL)
    assert PLAIN in received
    client.cookies["language"] = "en"
    english = page(client, track)
    assert f"<h1>{ENGLISH}</h1>" in english and f'<span lang="vi">{LEGAL}</span>' in english
    assert "Newly filed" in english and "Mới đăng ký" not in english


def test_the_desk_keeps_the_legal_name():
    client = Client()
    client.post(filled(client), TRUE)
    case = Dossier.objects.get().case

    desk = page(client_of(an_officer(agency_code="ward.26740", role="ward_officer")), f"/desk/{case.id}/")

    assert f"<h1>{LEGAL}</h1>" in desk


def test_whoever_is_signed_in_finds_it_on_the_start_page_by_its_plain_name():
    client = client_of(a_citizen())
    client.post(filled(client), TRUE)

    assert PLAIN in page(client, "/")
