"""The board as strangers and officers see it: counts for all, cases for those who may, nothing that tells on anybody."""

from __future__ import annotations

import csv
import io
import json
import re
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone, translation

from motcham.apps.operations_centre import figures, fresh
from motcham.blocks.cases import api as cases
from motcham.blocks.cases import testing as cases_testing
from motcham.blocks.cases.define import Place
from motcham.blocks.identity import api as identity_api
from motcham.blocks.identity import testing as identity
from motcham.blocks.identity.define import Actor
from motcham.blocks.indicators.testing import counted
from motcham.blocks.places import api as places

SYSTEM = Actor.system("test")


def opened(ward: int, *, count: int = 1, days_ago: float = 0, kind: str = "lamp") -> list[cases.Opened]:
    area = places.areas()[0]
    place = Place(area.lon, area.lat, area.code, area.valid_from, "Lê Lợi")
    at = timezone.now() - timedelta(days=days_ago)
    answers = {"kind": kind, "description": "Đèn tắt", "name": "Nguyễn Văn A", "phone": "0900000000"}
    return [cases_testing.a_case(agency_id=ward, at=at, place=place, answers=answers) for _ in range(count)]


def show(client: Client, address: str = "/board/") -> str:
    counted()
    fresh.forget()
    answer = client.get(address)
    assert answer.status_code == 200, answer
    return answer.content.decode()


def signed_in(role: str, agency: str) -> Client:
    return identity.client_of(identity.an_officer(role=role, agency_code=agency))


def figure(page: str, label: str) -> str:
    found = re.search(rf'{label}</span><span class="stat-value">([^<]*)<', page)
    assert found, label
    return found.group(1)


def test_an_empty_city_has_a_board(ward: int, client: Client) -> None:
    page = show(client, "/board/?type=no-such-kind&month=1900-13")
    assert page.count("<path") > 168
    assert "url(#none)" in page


def test_the_board_counts_what_was_received_and_what_is_overdue(ward: int, client: Client) -> None:
    client.cookies["language"] = "en"
    opened(ward, count=2)
    opened(ward, days_ago=30)
    cases.became_late()
    page = show(client)
    assert figure(page, "Received today") == "2"
    assert figure(page, "Overdue now") == "1"


@pytest.mark.parametrize("address", ["/board/", "/board/ranking/ward/", "/board/ranking/area/", "/board/figures.csv"])
def test_a_page_is_not_sent_again_while_nothing_was_counted(ward: int, client: Client, time_machine: Any, address: str) -> None:
    time_machine.move_to(timezone.now(), tick=False)  # with the hour it is another page
    show(client, address)
    first = client.get(address)
    again = client.get(address, headers={"If-None-Match": first["ETag"]})
    assert again.status_code == 304 and not again.content
    opened(ward)
    counted()
    fresh.forget()
    assert client.get(address, headers={"If-None-Match": first["ETag"]}).status_code == 200


def test_a_page_asks_with_its_own_tag_whether_there_is_a_newer_one(ward: int, client: Client) -> None:
    show(client)
    answer = client.get("/board/")
    asked = re.search(r"hx-headers='([^']*)'", answer.content.decode())
    assert asked and json.loads(asked.group(1)) == {"If-None-Match": answer["ETag"], "X-Background": "1"}


def test_strangers_share_a_page_without_a_session(ward: int, client: Client) -> None:
    show(client)
    answer = client.get("/board/")
    assert answer["Cache-Control"] == "public, max-age=1"
    assert not answer.cookies
    assert Client().get("/board/").content == answer.content


def test_a_page_of_somebody_who_signed_in_is_not_shared(ward: int, client: Client) -> None:
    show(client)
    officer = signed_in("city_leader", "test-desk")
    answer = officer.get("/board/")
    assert answer["Cache-Control"] == "private, no-cache"
    assert "/board/cases/" in answer.content.decode()
    assert "/board/cases/" not in client.get("/board/").content.decode()


@pytest.mark.parametrize("address", ["/board/", "/board/agency/ward.{area}/", "/board/ward/{area}/"])
def test_whoever_signs_in_shares_the_figures_but_not_the_page(ward: int, address: str) -> None:
    address = address.format(area=places.areas()[0].code)
    leader, officer = signed_in("city_leader", "test-desk"), signed_in("ward_officer", "test-desk")
    show(leader, address)
    with CaptureQueriesContext(connection) as queries:
        page = officer.get(address).content.decode()
    assert not any("sum(received)" in each["sql"] for each in queries)
    assert "/board/cases/" not in page and "/board/cases/" in leader.get(address).content.decode()
    officer.cookies["language"] = "en"
    assert "Received" in officer.get(address).content.decode()
    before = officer.get(address).content
    opened(ward)
    counted()
    # All that is kept is let stand but how far the figures are, which is asked for four times a second.
    fresh._version = None
    with CaptureQueriesContext(connection) as queries:
        assert officer.get(address).content != before
    assert any("sum(received)" in each["sql"] for each in queries)


def test_the_board_speaks_the_language_that_was_chosen(ward: int, client: Client) -> None:
    show(client)
    english = Client()
    english.cookies["language"] = "en"
    assert "Quality of service, right now" in english.get("/board/").content.decode()
    assert 'lang="vi"' in client.get("/board/").content.decode()


def test_a_kind_with_fewer_than_five_cases_is_not_told_apart(ward: int, client: Client) -> None:
    client.cookies["language"] = "en"
    opened(ward, count=6, kind="noise")
    opened(ward, count=4, kind="lamp")
    code = identity_api.agency(id=ward).code
    page = show(client, f"/board/agency/{code}/")
    assert "Lamp" not in page
    # One hidden kind alone could be had by subtraction, so its neighbour hides with it.
    assert "Noise" not in page
    assert "And 10 cases of kinds too rare" in page


def test_the_kinds_of_an_agency_are_shown_where_they_are_many(ward: int, client: Client) -> None:
    client.cookies["language"] = "en"
    opened(ward, count=5, kind="noise")
    opened(ward, count=7, kind="lamp")
    page = show(client, f"/board/agency/{identity_api.agency(id=ward).code}/")
    assert "Noise" in page and "Lamp" in page


def test_figures_are_published_as_counts_that_give_the_share(ward: int, client: Client) -> None:
    for each in opened(ward, count=3, days_ago=1)[:2]:
        cases.take_step(by=SYSTEM, case_id=each.id, to="answered")
    line = next(
        each
        for each in show(client, "/board/figures.csv").splitlines()
        if each.startswith(f"agency,ward.{places.areas()[0].code}")
    )
    assert line.split(",")[4:] == ["3", "2", "2", "0", "2", "1.0", "0", "0", "", "no"]


def test_nobody_who_may_not_gets_to_the_cases(ward: int, client: Client) -> None:
    assert client.get("/board/cases/").status_code == 302
    assert signed_in("ward_officer", "test-desk").get("/board/cases/").status_code == 403


def test_a_figure_opens_to_exactly_its_cases(ward: int, client: Client) -> None:
    leader = signed_in("city_leader", "test-desk")
    kept, late = opened(ward, days_ago=1)[0], opened(ward, days_ago=30)[0]
    cases.became_late()
    cases.take_step(by=SYSTEM, case_id=kept.id, to="answered")
    code = identity_api.agency(id=ward).code

    def listed(query: str) -> set[str]:
        return set(re.findall(r"/desk/([0-9a-f-]{36})/", show(leader, f"/board/cases/?agency={code}&{query}")))

    assert listed("figure=overdue") == {str(late.id)}
    assert listed("figure=pending") == {str(late.id)}
    assert listed("figure=on_time") == {str(kept.id)}
    assert listed(f"figure=received&day={timezone.localdate() - timedelta(days=1)}") == {str(kept.id)}
    assert listed(f"figure=received&day={timezone.localdate()}") == set()
    assert "Nguyễn Văn A" not in show(leader, f"/board/cases/?agency={code}&figure=overdue")


def test_the_head_of_an_agency_opens_the_figures_of_that_agency_alone(ward: int, client: Client) -> None:
    mine = opened(ward)[0]
    elsewhere = cases_testing.a_case()
    leader = signed_in("agency_leader", identity_api.agency(id=ward).code)
    assert set(re.findall(r"/desk/([0-9a-f-]{36})/", show(leader, "/board/cases/"))) == {str(mine.id)}
    assert str(elsewhere.id) not in show(leader, "/board/cases/?agency=test-desk")


def test_the_list_goes_on_page_by_page(ward: int, client: Client) -> None:
    leader = signed_in("city_leader", "test-desk")
    wanted = {str(each.id) for each in opened(ward, count=32)}
    page = show(leader, "/board/cases/?figure=received")
    found = set(re.findall(r"/desk/([0-9a-f-]{36})/", page))
    following = re.search(r'href="(\?[^"]*after=[^"]*)"', page)
    assert len(found) == 30 and following
    found |= set(re.findall(r"/desk/([0-9a-f-]{36})/", show(leader, "/board/cases/" + following.group(1).replace("&amp;", "&"))))
    assert found == wanted


@pytest.mark.parametrize("address", ["/board/agency/nobody/", "/board/ward/99999/", "/board/ranking/nobody/"])
def test_what_is_not_there_is_said_so(ward: int, client: Client, address: str) -> None:
    assert client.get(address).status_code == 404


@pytest.mark.parametrize(
    "query",
    [
        "after=rubbish",
        "after=2026-01-01_x",
        "day=2026-13-01",
        "figure=none",
        "category=%00",
        "area=%FF",
        "until=9999-12-31",
        "since=0001-01-01",
    ],
)
def test_rubbish_in_an_address_breaks_nothing(ward: int, client: Client, query: str) -> None:
    assert signed_in("city_leader", "test-desk").get(f"/board/cases/?{query}").status_code in (200, 400)


def test_the_kinds_of_one_application_count_as_one_beside_the_others_and_open_to_their_cases(ward: int, settings: Any) -> None:
    leader = signed_in("city_leader", "test-desk")
    leader.cookies["language"] = "en"
    one, two = (cases_testing.a_case_type(key=key) for key in ("filed.one", "filed.two"))
    with cases_testing.registered(one), cases_testing.registered(two):
        opened(ward, count=6)
        for key, channel in (
            ("filed.one", "web"),
            ("filed.one", "web"),
            ("filed.one", "app"),
            ("filed.two", "phone"),
            ("filed.two", "web"),
        ):
            cases_testing.a_case(agency_id=ward, type_key=key, channel=channel)
        page = show(leader)
        rows = dict(
            re.findall(r"<tr><th scope=\"row\"><a href=\"[^\"]*type=([\w.]+)\">.*?figure=received\">([^<]+)<", page, re.DOTALL)
        )
        assert rows == {cases_testing.KEY: "6", "filed": "5"}
        assert figure(show(leader, "/board/?type=filed"), "Received today") == "5"
        assert figure(show(leader, "/board/?type=filed"), "Handed in online") == "80.0%"
        for more, number in (("", 5), ("&online=1", 4)):
            listed = show(leader, f"/board/cases/?figure=received&type=filed{more}")
            assert len(set(re.findall(r"/desk/([0-9a-f-]{36})/", listed))) == number
        settings.MODE = "demo"
        city = next(csv.DictReader(io.StringIO(show(leader, "/board/figures.csv?type=filed").removeprefix("\ufeff"))))
        assert (city["received"], city["kind"], city["synthetic"]) == ("5", "filed", "yes")
        assert json.loads(show(leader, "/board/figures.json?type=filed"))["type"] == "filed"
    assert figure(show(leader, "/board/?type=filed"), "Received today") == "11"


@pytest.mark.parametrize(
    ("so_far", "same", "said"),
    [(110, 100, "▲ 10% against"), (91, 100, "▼ 9% against"), (845, 15, "▲ 56 times"), (7, 0, "nothing last week")],
)
def test_a_day_is_compared_in_percent_and_a_flood_in_times(so_far: int, same: int, said: str) -> None:
    with translation.override("en"):
        assert figures.same_hours(so_far, same, date(2026, 11, 16)).startswith(said)
