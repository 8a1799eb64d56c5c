"""The pages of areas: of today, of the past, of what an address names."""

from __future__ import annotations

import json
from datetime import date

import pytest
from django.test import Client
from django.urls import reverse

from motcham.blocks.places import queries

pytestmark = pytest.mark.django_db


def page(client: Client, path: str, **asked: object) -> str:
    answer = client.get(path, asked)
    assert answer.status_code == 200
    return answer.content.decode()


def test_today_shows_every_area_on_the_map_and_in_the_list(client: Client) -> None:
    text = page(client, "/places/")
    for area in queries.areas_by_code(date(2026, 11, 22)).values():
        assert text.count(reverse("places:area", args=[area.code, area.valid_from])) >= 2, area.name


def test_the_past_shows_districts_and_says_that_there_is_no_map(client: Client) -> None:
    text = page(client, "/places/", on="2025-03-01")
    assert "Quận Phú Nhuận" in text and "Huyện Long Đất" in text and "<svg viewBox" not in text
    assert "01/03/2025: " in text
    inside = page(client, "/places/", on="2025-03-01", within="760")
    assert inside.count("/2021-02-01/") == 10 and "Phường Đa Kao" in inside


def test_a_day_before_all_lists_and_a_bad_day_say_so(client: Client) -> None:
    assert "01/02/2020" in page(client, "/places/", on="2020-02-01")
    assert 'id="on-error"' in page(client, "/places/", on="31/12/2025")


def test_an_address_shows_its_candidates_with_their_dates(client: Client) -> None:
    text = page(client, "/places/", q="P. Đa Kao, Q.1")
    assert "01/02/2021 – 30/06/2025" in text
    assert "Phường Tân Định" in text and "Phường Sài Gòn" in text
    assert "notice-ok" in page(client, "/places/", q="P. Bến Nghé, Q.1")
    assert "notice-near" in page(client, "/places/", q="<script>alert(1)</script>")
    assert "<script>alert" not in page(client, "/places/", q="<script>alert(1)</script>")


def test_a_unit_shows_what_it_was_made_of_and_what_it_became_with_the_law(client: Client) -> None:
    text = page(client, "/places/26740/2025-07-01/")
    assert "Phường Nguyễn Thái Bình" in text and "1685/NQ-UBTVQH15 Điều 1 khoản 1" in text
    assert "/places/26740/2021-02-01/" in text
    old = page(client, "/places/26737/2021-02-01/")
    assert "/places/26737/2025-07-01/" in old and "30/06/2025" in old


def test_a_district_leads_to_the_areas_of_today(client: Client) -> None:
    text = page(client, "/places/770/2021-02-01/")
    for name in ("Phường Bàn Cờ", "Phường Nhiêu Lộc", "Phường Xuân Hòa", "Phường Võ Thị Sáu"):
        assert f">{name}</a>" in text


def test_every_unit_has_a_page(client: Client) -> None:
    for unit in list(queries.every_unit().values())[::9]:
        assert unit.name in page(client, reverse("places:area", args=[unit.code, unit.valid_from]))


def test_what_never_was_is_not_found(client: Client) -> None:
    assert client.get("/places/26737/2020-01-01/").status_code == 404
    assert client.get("/places/26737/2025-02-30/").status_code == 404


def test_english_pages_are_complete(client: Client) -> None:
    client.get("/ui/language/en/")
    text = page(client, "/places/26740/2025-07-01/")
    assert "Sai Gon Ward" in text and "Made of" in text


def test_programs_ask_what_an_address_names(client: Client) -> None:
    body = json.loads(client.get("/places/find.json", {"text": "P. Đa Kao, Q.1"}).content)
    assert body["certain"] is None
    assert [each["name"] for each in body["areas"]] == ["Phường Tân Định", "Phường Sài Gòn"]
    assert body["candidates"][0]["valid_to"] == "2025-06-30"
    assert json.loads(client.get("/places/find.json").content)["candidates"] == []
    assert client.get("/places/find.json", {"text": "Q.1", "on": "soon"}).status_code == 400
