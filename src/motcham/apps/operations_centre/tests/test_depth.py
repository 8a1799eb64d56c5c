"""The board in depth: what each page shows, what it hides, and that its files say the same as its pages."""

from __future__ import annotations

import csv
import io
import json
import re
from datetime import datetime, time, timedelta
from fractions import Fraction
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.utils import timezone, translation
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image, ImageColor

from motcham.apps.operations_centre import data, drawing, fresh, maps
from motcham.apps.operations_centre.measures import MEASURES
from motcham.apps.operations_centre.tests.test_pages import opened, show, signed_in
from motcham.blocks.cases import api as cases
from motcham.blocks.identity import api as identity_api
from motcham.blocks.identity.define import Actor
from motcham.blocks.indicators import api as indicators
from motcham.blocks.places import api as places
from motcham.kernel.calendar import CITY, DayKind
from motcham.ui import formats

SYSTEM = Actor.system("test")
PAGES = ("", "wards/", "times/", "times/?by=week", "times/?by=month", "kinds/", "tomorrow/", "data/", "wall/", "card/city/all/")


def on(days_ago: int) -> str:
    return f"{timezone.localdate() - timedelta(days=days_ago)}"


@pytest.mark.parametrize("page", PAGES)
def test_every_page_is_there_for_an_empty_city_and_for_a_busy_one(ward: int, client: Client, page: str) -> None:
    assert "Một Chạm" in show(client, f"/board/{page}")
    opened(ward, count=6, days_ago=12)
    cases.became_late()
    assert "Một Chạm" in show(client, f"/board/{page}")


@pytest.mark.parametrize("measure", MEASURES)
def test_every_measure_has_its_map_its_legend_and_its_table(ward: int, client: Client, measure: str) -> None:
    for each in opened(ward, count=7, days_ago=1)[:3]:
        cases.take_step(by=SYSTEM, case_id=each.id, to="answered")
    page = show(client, f"/board/wards/?measure={measure}")
    assert page.count("<path") > 168
    assert page.count('scope="row"') == len(places.areas())


def test_a_table_of_wards_shows_the_count_that_groups_them(ward: int, client: Client) -> None:
    opened(ward, count=21, days_ago=1)
    page = show(client, "/board/wards/")
    row = next(each for each in page.split("<tr>") if f'scope="row"><a href="/board/ward/{places.areas()[0].code}/' in each)
    assert 'class="number soft">21</td>' in row and 'class="number">0</td>' in row
    assert "21" not in re.findall(r'class="number soft">(\d+)', show(client, "/board/wards/?measure=volume"))


def test_a_time_that_was_not_kept_of_a_day_is_said_to_be_missing(ward: int, client: Client, time_machine: Any) -> None:
    time_machine.move_to(timezone.now().replace(day=16), tick=False)  # so that every day of it is of one month
    client.cookies["language"] = "en"
    for each in opened(ward, count=6, days_ago=4):
        cases.take_step(by=SYSTEM, case_id=each.id, to="answered", at=timezone.now() - timedelta(days=3))
    assert "not kept of that day" not in show(client, "/board/")
    assert "not kept of that day" in show(client, f"/board/?on={on(2)}")


def test_what_was_known_on_a_day_does_not_hold_what_came_later(ward: int, client: Client) -> None:
    client.cookies["language"] = "en"
    opened(ward, count=3, days_ago=12)
    opened(ward, count=2)
    page = show(client, f"/board/?on={on(11)}")
    assert "As it stood at the end of" in page and "with what is known today" in page
    rows = list(csv.DictReader(io.StringIO(show(client, f"/board/figures.csv?on={on(11)}").removeprefix("\ufeff"))))
    assert sum(int(row["received"]) for row in rows if row["scope"] == "agency") <= 3


def test_a_day_that_was_kept_is_shown_as_it_was_kept(ward: int, client: Client) -> None:
    client.cookies["language"] = "en"
    day = timezone.localdate() - timedelta(days=11)
    opened(ward, count=3, days_ago=11)
    indicators.close_day(by=SYSTEM, day=day)
    opened(ward, count=4, days_ago=11)
    page = show(client, f"/board/?on={day}")
    assert "kept that night" in page
    assert f"/board/closing/{day}.json" in page
    kept = client.get(f"/board/closing/{day}.json")
    assert kept["ETag"] == f'"{indicators.closing(day=day).sha256}"'  # type: ignore[union-attr]
    told = json.loads(show(client, f"/board/figures.json?on={day}"))
    city = next(each for each in told["figures"] if each["scope"] == "city")
    assert city["received"] == 3


@pytest.mark.parametrize("day", ["2026-13-01", "x", "2019-01-01"])
def test_a_day_that_was_not_kept_is_said_so(ward: int, client: Client, day: str) -> None:
    assert client.get(f"/board/closing/{day}.json").status_code == 404


def test_a_day_without_boundaries_has_figures_and_no_map(ward: int, client: Client) -> None:
    client.cookies["language"] = "en"
    assert "There is no map of that day" in show(client, "/board/?on=2025-03-01")


def test_what_is_late_tomorrow_is_counted_and_opens_to_its_cases(ward: int, client: Client) -> None:
    leader = signed_in("city_leader", "test-desk")
    leader.cookies["language"] = "en"
    mine = opened(ward, count=3)
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE cases_case SET due_at = now() + interval '1 hour' WHERE id = ANY(%s)", [[each.id for each in mine[:2]]]
        )
        cursor.execute("UPDATE cases_case SET confidential = true WHERE id = %s", [mine[1].id])
    page = show(leader, "/board/tomorrow/")
    link = re.search(r'href="(/board/cases/\?[^"]*figure=soon[^"]*)">1<', page)
    assert link, page
    listed = show(leader, link.group(1).replace("&amp;", "&"))
    assert set(re.findall(r"/desk/([0-9a-f-]{36})/", listed)) == {str(mine[0].id)}


def test_tomorrow_is_the_next_working_day_on_the_board_as_at_every_desk(
    ward: int, client: Client, django_capture_on_commit_callbacks: Any
) -> None:
    off = timezone.localdate() + timedelta(days=1)
    with django_capture_on_commit_callbacks(execute=True):
        cases.announce_day(by=SYSTEM, on=off, kind=DayKind.HOLIDAY, name="Nghỉ", legal_basis="Thông báo 1/TB")
    day = cases.next_working_day(timezone.now())
    with translation.override("en"):
        until = f"before the end of {formats.day(day)}"
    inside, outside, passed = (each.id for each in opened(ward, count=3))
    due = {
        inside: datetime.combine(day, time(23, 30), CITY),
        outside: datetime.combine(day + timedelta(days=1), time(0, 30), CITY),
        passed: timezone.now() - timedelta(minutes=1),
    }
    with connection.cursor() as cursor:
        cursor.executemany("UPDATE cases_case SET due_at = %s WHERE id = %s", [(at, each) for each, at in due.items()])
    desk = show(signed_in("inspector", "test-desk"), "/desk/tomorrow/")
    assert day > off and set(re.findall(r"/desk/([0-9a-f-]{36})/", desk)) == {str(inside)}
    leader = signed_in("city_leader", "test-desk")
    leader.cookies["language"] = "en"
    assert f"1 case becomes late {until}" in show(leader, "/board/")
    link = re.search(r'href="(/board/cases/\?[^"]*figure=soon[^"]*)">1<', show(leader, "/board/tomorrow/"))
    assert link
    listed = show(leader, link.group(1).replace("&amp;", "&"))
    assert set(re.findall(r"/desk/([0-9a-f-]{36})/", listed)) == {str(inside)}
    assert f"due {until}" in listed


def test_the_files_say_the_same_and_each_share_is_that_of_its_counts(ward: int, client: Client) -> None:
    for each in opened(ward, count=7, days_ago=1)[:6]:
        cases.take_step(by=SYSTEM, case_id=each.id, to="answered")
    rows = list(csv.DictReader(io.StringIO(show(client, "/board/figures.csv").removeprefix("\ufeff"))))
    told = json.loads(show(client, "/board/figures.json"))
    assert [(row["scope"], row["code"], int(row["received"])) for row in rows] == [
        (each["scope"], each["code"], each["received"]) for each in told["figures"]
    ]
    assert {row["scope"] for row in rows} == {"city", "agency", "area", "category", "channel"}
    for each in told["figures"]:
        if each["decided"]:
            assert each["share"] == data.rounded(Fraction(each["on_time"], each["decided"]))
            assert each["interval"][0] <= each["share"] <= each["interval"][1]
    assert set(MEASURES) < set(told["method"])


@pytest.mark.parametrize("query", ["month=soon", "month=1800-01", "on=2999-01-01", "type=nope", "measure=nope"])
@pytest.mark.parametrize("file", ["figures.json", "figures.csv", "wards.geojson"])
def test_a_file_of_what_there_are_no_figures_of_is_refused_and_not_another(file: str, query: str, client: Client) -> None:
    told = client.get(f"/board/{file}?{query}", headers={"accept": "application/json"})
    assert told.status_code == 400 and list(told.json()["fields"]) == [query.partition("=")[0]]


def test_a_kind_with_fewer_than_five_cases_is_in_no_file_and_on_no_page(ward: int, client: Client) -> None:
    client.cookies["language"] = "en"
    opened(ward, count=4, kind="lamp")
    opened(ward, count=6, kind="noise")
    assert "Lamp" not in show(client, "/board/kinds/")
    assert "category,lamp" not in show(client, "/board/figures.csv")
    assert '"lamp"' not in show(client, "/board/figures.json")


def test_a_card_may_be_framed_anywhere_and_carries_no_script(ward: int, client: Client) -> None:
    show(client, "/board/card/city/all/")
    for address in ("/board/card/city/all/", f"/board/card/ward/{places.areas()[0].code}/", "/board/card/agency/test-desk/"):
        answer = client.get(address)
        policy = answer["Content-Security-Policy"]
        assert "frame-ancestors *" in policy and "script-src" not in policy and "default-src 'none'" in policy
        assert b"<script" not in answer.content and not answer.cookies
    assert "frame-ancestors 'none'" in client.get("/board/")["Content-Security-Policy"]
    assert client.get("/board/card/nobody/x/").status_code == 404


def test_a_shared_link_has_a_picture_with_words(ward: int, client: Client) -> None:
    page = show(client)
    assert re.search(r'property="og:image" content="https?://[^"]+/board/share\.png"', page)
    assert re.search(r'property="og:image:alt" content="[^"]{20,}"', page)
    for address in ("/board/share.png", f"/board/share/ward/{places.areas()[0].code}.png", "/board/share/agency/test-desk.png"):
        answer = client.get(address)
        assert answer["Content-Type"] == "image/png"
        assert Image.open(io.BytesIO(answer.content)).size == (1200, 630)


def test_a_picture_of_many_colours_keeps_that_of_the_dot() -> None:
    sheet, down = drawing.Sheet(), Image.linear_gradient("L")
    bands = [each.resize((1200, 530)) for each in (down, down.rotate(90), Image.radial_gradient("L"))]
    sheet.image.paste(Image.merge("RGB", bands), (0, 100))
    sheet.pen.ellipse((64, 32, 88, 56), fill=drawing.DOT)
    kept = Image.open(io.BytesIO(sheet.png())).convert("RGB")
    assert kept.getpixel((76, 44)) == ImageColor.getrgb(drawing.DOT)


def test_what_is_shown_elsewhere_says_that_it_is_replayed(ward: int, client: Client, settings: Any) -> None:
    real = client.get("/board/share.png").content
    settings.MODE = "demo"
    fresh.forget()
    for page in ("card/city/all/", "wall/"):
        assert "Dữ liệu diễn lại" in show(client, f"/board/{page}")
    assert client.get("/board/share.png").content != real
    assert json.loads(show(client, "/board/figures.json"))["synthetic"] is True


def test_the_boundaries_of_the_moving_map_are_those_of_the_wards(ward: int, client: Client) -> None:
    answer = client.get("/board/wards.geojson")
    features = json.loads(answer.content)["features"]
    assert {each["properties"]["code"] for each in features} == {area.code for area in places.areas()}
    for each in features:
        for polygon in each["geometry"]["coordinates"]:
            assert all(ring[0] == ring[-1] and len(ring) > 3 for ring in polygon)


def test_the_head_of_an_agency_sees_its_own_course_and_opens_it(ward: int, client: Client) -> None:
    code = identity_api.agency(id=ward).code
    leader = signed_in("agency_leader", code)
    opened(ward, count=2)
    assert "/board/cases/" in show(leader, f"/board/times/?agency={code}")
    assert "/board/cases/" not in show(leader, "/board/times/?agency=test-desk")
    assert leader.get("/board/times/?agency=nobody").status_code == 404
    assert leader.get("/board/times/?area=99999").status_code == 404


@given(st.lists(st.integers(0, 5000), min_size=1, max_size=60), st.sampled_from([-1, 0, 1]))
def test_every_value_has_a_class_that_the_legend_names(values: list[int], good: int) -> None:
    known = {str(place): Fraction(value) for place, value in enumerate(values)}
    edges = maps.edges_for(MEASURES["volume"], known)  # type: ignore[arg-type]
    paints = {maps.paint(indicators.step_of(value, edges) or 0, len(edges), good) for value in known.values()}
    assert paints <= {maps.paint(step, len(edges), good) for step in range(len(edges) + 1)} <= set(range(6))
    assert len(maps.legend(MEASURES["volume"], edges)) == (len(edges) + 1 if edges else 0)


@given(st.integers(0, 10**6), st.integers(1, 10**6))
def test_shares_are_rounded_half_up_once(part: int, whole: int) -> None:
    written = Fraction(data.rounded(Fraction(part, whole)))
    difference = Fraction(part, whole) - written
    assert Fraction(-1, 20_000) <= difference < Fraction(1, 20_000)
