"""What somebody writes later in a report and accuses an official with never reaches the agency of the report: by no door."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.urls import reverse

from motcham.apps.feedback_1022.routing import CLOSED_DESK
from motcham.apps.feedback_1022.tests.reports import reported
from motcham.blocks.cases import api as cases
from motcham.blocks.cases.define import Opened
from motcham.blocks.documents.testing import a_photo
from motcham.blocks.identity import api as identity
from motcham.blocks.identity.define import Actor
from motcham.blocks.identity.testing import an_officer, client_of, system

pytestmark = pytest.mark.django_db
AGENCY, NOBODY = "company.drainage", Actor.anonymous()
WORDS = "Cán bộ tới nơi rồi vòi tiền mới chịu thông cống"
PLAIN = "Nước vẫn còn ngập tới mắt cá"


def step(opened: Opened, to: str, message: str = "") -> None:
    cases.take_step(by=system, case_id=opened.id, to=to, message=message)


def added(opened: Opened, words: str) -> Any:
    return Client().post(f"/track/{opened.code}/add/", {"message": words})


def answered_when_asked(opened: Opened, words: str) -> Any:
    step(opened, "asked", "Ở đoạn nào?")
    return Client().post(f"/track/{opened.code}/add/", {"message": words})


def reopened(opened: Opened, words: str) -> Any:
    step(opened, "answered", "Đã xong")
    return Client().post(f"/track/{opened.code}/reopen/", {"why": words})


def rated(opened: Opened, words: str) -> Any:
    step(opened, "answered", "Đã xong")
    return Client().post(f"/track/{opened.code}/rate/", {"rating": "1", "reason": words})


def joined_and_added(opened: Opened, words: str) -> Any:
    joined = cases.join(by=NOBODY, case_id=opened.id, contact={"phone": "+84907654321"})
    return Client().post(f"/track/{joined.code}/add/", {"message": words})


def joined_and_reopened(opened: Opened, words: str) -> Any:
    joined = cases.join(by=NOBODY, case_id=opened.id, contact={"phone": "+84907654321"})
    step(opened, "answered", "Đã xong")
    return Client().post(f"/track/{joined.code}/reopen/", {"why": words})


DOORS = [added, answered_when_asked, reopened, rated, joined_and_added, joined_and_reopened]


def everything_kept() -> str:
    """Return every row that an officer's page, list, export or letter could be made of."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT message, facts::text FROM cases_event UNION ALL SELECT answers::text, title FROM cases_case")
        return repr(cursor.fetchall())


def row(condition: str, *values: object) -> dict[str, Any]:
    """Return the one case of which this holds."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT id, code, agency_id, documents, step, state, reopened, rating FROM cases_case WHERE {condition}", values
        )
        (found,) = cursor.fetchall()
        return dict(zip([column.name for column in cursor.description], found, strict=True))


@pytest.mark.parametrize("door", DOORS)
def test_it_becomes_a_report_of_its_own_that_the_closed_desk_alone_reads(door: Callable[..., Any]) -> None:
    opened = reported()
    answer = door(opened, WORDS)

    assert answer.status_code == 200 and "tag-code" in answer.content.decode()
    new = row("confidential")
    assert new["agency_id"] == identity.agency(code=CLOSED_DESK).id
    closed = an_officer(role="department_officer", agency_code=CLOSED_DESK)
    said = cases.reveal(by=closed, case_id=new["id"], field="description", purpose="handling")
    assert said is not None and WORDS in said and opened.code not in said
    phone = cases.reveal(by=closed, case_id=new["id"], field="phone", purpose="handling")
    assert phone == ("+84907654321" if door in (joined_and_added, joined_and_reopened) else "+84901234567")


@pytest.mark.parametrize("door", DOORS)
def test_no_row_page_or_letter_of_its_agency_holds_it(door: Callable[..., Any]) -> None:
    opened = reported()
    door(opened, WORDS)
    new = row("confidential")
    officer = client_of(an_officer(role="department_officer", agency_code=AGENCY))
    leader = client_of(an_officer(role="agency_leader", agency_code=AGENCY))

    assert "vòi tiền" not in everything_kept()
    for client in (officer, leader, client_of(an_officer(role="desk_operator", agency_code="desk.1022"))):
        for address in (reverse("cases:case", args=[opened.id]), reverse("cases:inbox"), f"/api/v1/desk/cases/{opened.id}"):
            shown = client.get(address).content.decode()
            assert "vòi tiền" not in shown and str(new["id"]) not in shown and new["code"] not in shown
        assert client.get(reverse("cases:case", args=[new["id"]])).status_code in (403, 404)


@pytest.mark.parametrize("door", DOORS)
def test_what_accuses_nobody_stays_where_it_was_written(door: Callable[..., Any]) -> None:
    answer = door(reported(), PLAIN)

    assert answer.status_code == 302
    assert PLAIN in everything_kept()
    with pytest.raises(ValueError, match="not enough values"):
        row("confidential")


def test_what_was_done_besides_stands() -> None:
    asked, closed, stars = reported(), reported(), reported()
    answered_when_asked(asked, WORDS)
    reopened(closed, WORDS)
    rated(stars, WORDS)

    assert row("id = %s", asked.id)["step"] == "accepted"
    assert (row("id = %s", closed.id)["state"], row("id = %s", closed.id)["reopened"]) == ("open", 1)
    assert row("id = %s", stars.id)["rating"] == 1


def test_its_photos_go_with_it() -> None:
    opened = reported()
    Client().post(f"/track/{opened.code}/add/", {"message": WORDS, "photos": SimpleUploadedFile("a.jpg", a_photo())})

    assert row("id = %s", opened.id)["documents"] == []
    assert len(row("confidential")["documents"]) == 1


def test_a_double_click_makes_one_report() -> None:
    opened = reported()
    pages = [added(opened, WORDS).content.decode() for _ in range(2)]

    assert row("confidential")
    assert pages[0] == pages[1]


def test_what_a_program_tells_later_is_listened_to_as_well() -> None:
    client = an_officer(role="department_officer", agency_code="company.water")
    opened = cases.open_case(
        cases.NewCase(
            type_key="feedback_1022.report",
            answers={"category": "infrastructure.flooding", "description": "Ngập"},
            channel="open311",
        ),
        by=client,
    )
    taken = cases.note(by=client, case_id=opened.id, message=WORDS, as_filer=True)

    assert taken is not None and "vòi tiền" not in everything_kept()


@pytest.mark.parametrize("door", DOORS)
def test_danger_in_what_is_written_later_shows_the_numbers_to_call_and_keeps_the_words(door: Callable[..., Any]) -> None:
    answer = door(reported(), "Có người vừa té xuống kênh, cứu với")

    assert answer.status_code == 200 and 'href="tel:114"' in answer.content.decode()
    assert "té xuống kênh" in everything_kept()
