"""An accusation that nobody heard: the officer who reads it hands it over, and it is nowhere any more where they or anybody look."""

from __future__ import annotations

from io import BytesIO

import openpyxl
import pytest
from django.test import Client

from motcham.apps.feedback_1022 import shared
from motcham.apps.feedback_1022.open311 import fresh
from motcham.apps.feedback_1022.routing import CLOSED_DESK
from motcham.apps.feedback_1022.tests.reports import reported
from motcham.blocks.cases import api as cases
from motcham.blocks.cases.define import Opened
from motcham.blocks.identity import api as identity
from motcham.blocks.identity.testing import an_officer, client_of, token_of

pytestmark = pytest.mark.django_db
AGENCY, TEXT = "company.drainage", "Ngập hoài vì ai cũng biết là ai"
PUBLIC = ("/1022/reports/", "/1022/reports.atom", "/open311/v2/requests.json", "/open311/v2/requests.xml")


def officer(role: str = "department_officer", agency: str = AGENCY) -> Client:
    return client_of(an_officer(role=role, agency_code=agency))


def hand_over(opened: Opened, by: Client) -> None:
    answer = by.post(f"/desk/{opened.id}/act/", {"act": "confide", "confide-message": "Nói người của công ty"})
    assert answer.status_code == 302


def rows_of(by: Client) -> str:
    sheet = openpyxl.load_workbook(BytesIO(by.get("/desk/export/?list=all").getvalue())).active
    return repr([[cell.value for cell in row] for row in sheet.iter_rows()])


@pytest.mark.parametrize("role", ["department_officer", "agency_leader"])
def test_no_page_list_search_export_map_or_answer_of_the_api_holds_it_any_more(role: str) -> None:
    opened = reported(text=TEXT)
    ref = cases.public_ref(opened.id)
    who = an_officer(role=role, agency_code=AGENCY)
    browser, program = client_of(who), Client(headers={"Authorization": f"Bearer {token_of(who)}"})
    leader = officer("agency_leader")
    addresses = {
        browser: ("/desk/?list=all", "/desk/?list=all&q=ngap", f"/desk/?list=due&open={opened.id}", "/desk/tomorrow/"),
        program: ("/api/v1/desk/cases?list=all", f"/api/v1/desk/cases/{opened.id}"),
        Client(): (*PUBLIC, f"/1022/reports/{ref}/", f"/open311/v2/requests/{ref}.json", f"/track/{opened.code}/"),
    }
    marks = (str(opened.id), ref, TEXT, "Bí mật")
    fresh.forget()
    before = {where: who_.get(where).content.decode() for who_, all_ in addresses.items() for where in all_}
    assert str(opened.id) in rows_of(leader)
    assert all(any(mark in page for mark in marks) for where, page in before.items() if "tomorrow" not in where)
    hand_over(opened, browser)

    shared.forget()
    fresh.forget()
    for client, pages in addresses.items():
        for address in pages:
            # What an answer repeats of its own address tells nobody anything.
            shown = client.get(address).content.decode().replace(ref if ref in address else address, "")
            assert not any(mark in shown for mark in marks), address
    assert browser.get(f"/desk/{opened.id}/").status_code == 404
    assert browser.get("/desk/find/", {"code": opened.code})["Location"] == "/desk/"
    assert str(opened.id) not in rows_of(leader)


def test_the_closed_desk_reads_it_answers_or_hands_it_back_to_where_it_was() -> None:
    opened = reported(text=TEXT)
    hand_over(opened, officer())
    closed = officer(agency=CLOSED_DESK)
    page = closed.get(f"/desk/{opened.id}/").content.decode()
    assert "Nói người của công ty" in page and f'<option value="{AGENCY}" selected' in page
    answer = closed.post(
        f"/desk/{opened.id}/act/",
        {"act": "hand_back", "hand_back-to_agency": AGENCY, "hand_back-message": "Không tố ai trong cơ quan"},
    )

    assert answer.status_code == 302
    page = officer().get(f"/desk/{opened.id}/").content.decode()
    assert "Không tố ai trong cơ quan" in page and "Nói người của công ty" not in page
    assert Client().get(f"/track/{opened.code}/").status_code == 200
    assert cases.case_by_code(opened.code, as_participant=True).line.agency_id == identity.agency(code=AGENCY).id


def test_an_operator_and_an_inspector_who_only_read_it_hand_it_over_as_well() -> None:
    for role, agency in (("desk_operator", "desk.1022"), ("inspector", "desk.1022")):
        opened = reported(text=TEXT)
        by = officer(role, agency)
        assert "act-confide" in by.get(f"/desk/{opened.id}/").content.decode()
        hand_over(opened, by)
        assert by.get(f"/desk/{opened.id}/").status_code == 404
