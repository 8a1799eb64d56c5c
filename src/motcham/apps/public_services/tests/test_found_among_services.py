"""Whoever asks at the start page is led to the procedure they mean, and a lamp to no procedure."""

from __future__ import annotations

import pytest
from django.test import Client

from motcham.apps.public_services.handlers import procedures

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(("words", "code"), [("khai sinh", "1.001193"), ("mo quan an", "1.001612"), ("cccd", "1.014063")])
def test_everyday_words_lead_to_their_procedure(words, code):
    assert f"/procedures/{code}/" in [hit.href for hit in procedures.find(words)]


def test_a_lamp_leads_to_no_procedure():
    assert procedures.find("đèn hư") == []


def test_the_search_of_the_start_page_shows_the_procedure_and_no_half_matches():
    page = Client().get("/services/", {"q": "khai sinh"}).content.decode()

    assert "Thủ tục đăng ký khai sinh" in page
    assert "Rác thải" not in page
