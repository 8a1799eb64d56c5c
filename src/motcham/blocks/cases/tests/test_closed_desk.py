"""Handing a case to the closed desk and back: what it becomes, who is told, what its codes open, and what stays at the desk."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from django.test import Client
from django.utils import timezone
from django.utils.translation import gettext

from motcham.blocks.cases import actions, actions_closed, actions_join, actions_public, lists, looks, queries
from motcham.blocks.cases.define import (
    CaseMoved,
    ClosedDesk,
    Filing,
    NoSuchCase,
    Opened,
    Place,
    StepNotOpen,
)
from motcham.blocks.cases.models import Case, CaseEvent
from motcham.blocks.cases.refusals import NoLongerOpens
from motcham.blocks.cases.testing import a_case, a_case_type, registered
from motcham.blocks.channels import api as channels
from motcham.blocks.documents.testing import a_document
from motcham.blocks.identity import api as identity
from motcham.blocks.identity.define import Actor, NotPermitted
from motcham.blocks.identity.testing import a_citizen, an_agency, an_officer, client_of, forget
from motcham.blocks.ledger.testing import written
from motcham.kernel.terms import Choice, Field, Kind

pytestmark = pytest.mark.django_db
NOBODY = Actor.anonymous()
PLACE = Place(106.7, 10.77, "26740", address="12 Lê Lợi")
ASKED = Field("about_office", "About office?", Kind.CHOICES, required=False, choices=(Choice("yes", "Yes"),))


def asks(filing: Filing) -> str | None:
    return "desk.closed" if filing.answers.get("about_office") or "vòi tiền" in filing.answers.get("description", "") else None


@pytest.fixture(autouse=True)
def _house() -> Iterator[None]:
    forget()
    for code in ("test-desk", "ward-a", "ward-b", "desk.closed"):
        an_agency(code=code)
    forget()
    plain = a_case_type()
    case_type = a_case_type(
        fields=(*plain.fields, ASKED, Field("place", "Place", Kind.PLACE, required=False)),
        confidential=asks,
        closed_desk="desk.closed",
        route=lambda filing: "ward-a",
        title=lambda filing: "Đèn tắt · Lê Lợi",
        joinable=lambda answers: True,
        reopen_limit="1022.reopen",
    )
    with registered(case_type):
        yield
    forget()


@dataclass
class Officers:
    """Somebody of the ward, of another ward, and of the closed desk."""

    ward: Actor
    other: Actor
    closed: Actor


@pytest.fixture
def officers() -> Officers:
    return Officers(
        an_officer(role="ward_officer", agency_code="ward-a"),
        an_officer(role="ward_officer", agency_code="ward-b"),
        an_officer(role="department_officer", agency_code="desk.closed"),
    )


def confided(officers: Officers, **said: object) -> Opened:
    opened = a_case(place=PLACE, **said)
    actions_closed.confide(by=officers.ward, case_id=opened.id, reason="Nói cán bộ đòi tiền")
    return opened


def row(opened: Opened) -> Case:
    return Case.objects.get(id=opened.id)


def back(officers: Officers, opened: Opened, to: str = "ward-a") -> None:
    actions_closed.hand_back(by=officers.closed, case_id=opened.id, agency_id=agency(to), reason="Không nói ai cả")


def agency(code: str) -> int:
    return identity.agency(code=code).id


def test_it_stands_anew_at_the_closed_desk_under_the_clock_it_had(officers: Officers) -> None:
    opened = a_case(place=PLACE)
    due = row(opened).due_at
    actions_closed.confide(by=officers.ward, case_id=opened.id, reason="x")

    case = row(opened)
    assert (case.confidential, case.agency_id, case.step, case.due_at) == (True, agency("desk.closed"), "desk", due)
    assert looks.reveal(by=officers.closed, case_id=case.id, field="description", purpose="handling") == "Đèn tắt"
    page = client_of(officers.closed).post(f"/desk/{case.id}/reveal/", {"field": "place"}).content.decode()
    assert "12 Lê Lợi" in page and "10.77000, 106.70000" in page


def test_whoever_gave_a_telephone_number_alone_is_called_and_that_is_recorded(officers: Officers) -> None:
    opened, desk = confided(officers), client_of(officers.closed)
    page = desk.get(f"/desk/{opened.id}/").text
    unknown = gettext("Whoever filed it gave neither e-mail address nor account, and knows nothing of it yet. Reveal their telephone number below, call them and read the code out, then record that they were told.")  # fmt: skip
    by_mail = gettext("Whoever filed it was told by e-mail or in their account.")
    assert unknown in page and by_mail not in page and 'value="phone"' in page and "0900" not in page
    assert "0900" in desk.post(f"/desk/{opened.id}/reveal/", {"field": "phone", "purpose": "contact"}).text
    assert desk.post(f"/desk/{opened.id}/act/", {"act": "tell", "tell-message": "Đã đọc mã"}).status_code == 302
    page = desk.get(f"/desk/{opened.id}/").text
    assert unknown not in page and gettext("Whoever filed it was told by telephone:") in page and "Đã đọc mã" in page
    assert CaseEvent.objects.get(case_id=opened.id, kind="told").entry_id and written("case.told") == 1
    assert desk.post(f"/desk/{opened.id}/act/", {"act": "tell"}).status_code == 409, "it is told once"
    assert "Đã đọc mã" not in Client().get(f"/track/{row(opened).code}/").text


def test_whoever_was_written_to_or_gave_nothing_is_not_to_be_called(officers: Officers) -> None:
    known = confided(officers, by=a_citizen())
    nobody = confided(officers, answers={"kind": "lamp", "description": "Đèn tắt"})
    desk = client_of(officers.closed)
    for opened, words in (
        (known, "Whoever filed it was told by e-mail or in their account."),
        (nobody, "Whoever filed it gave no e-mail address, account or telephone number: nobody can tell them."),
    ):
        assert gettext(words) in desk.get(f"/desk/{opened.id}/").text
        assert desk.post(f"/desk/{opened.id}/act/", {"act": "tell"}).status_code == 409


def test_a_closed_one_is_open_again_there_and_counts_as_reopened_by_nobody(officers: Officers) -> None:
    opened = a_case(place=PLACE)
    actions.take_step(by=officers.ward, case_id=opened.id, to="answered", message="xong")
    actions_closed.confide(by=officers.ward, case_id=opened.id, reason="x")

    assert (row(opened).state, row(opened).outcome, row(opened).reopened) == ("open", "", 0)


def test_whoever_reads_may_hand_it_over_and_nobody_else(officers: Officers) -> None:
    opened = a_case(place=PLACE)
    with pytest.raises(NotPermitted):
        actions_closed.confide(by=officers.other, case_id=opened.id, reason="x")
    assert not row(opened).confidential
    actions_closed.confide(by=an_officer(role="inspector", agency_code="test-desk"), case_id=opened.id, reason="x")
    assert row(opened).confidential


def test_a_kind_without_a_closed_desk_and_a_case_that_moved_are_refused(officers: Officers) -> None:
    opened = a_case(place=PLACE)
    with pytest.raises(CaseMoved):
        actions_closed.confide(by=officers.ward, case_id=opened.id, reason="x", version=7)
    actions_closed.confide(by=officers.ward, case_id=opened.id, reason="x")
    with pytest.raises(StepNotOpen):
        actions_closed.confide(by=officers.closed, case_id=opened.id, reason="x")


def test_the_code_that_officers_saw_opens_nothing_by_any_door(officers: Officers) -> None:
    opened = confided(officers)

    with pytest.raises(NoLongerOpens):
        queries.case_by_code(opened.code, as_participant=True)
    page = Client().get(f"/track/{opened.code}/")
    assert page.status_code == 404 and "Đèn tắt" not in page.content.decode()
    assert Client().get(f"/api/v1/cases/{opened.code}").status_code == 404
    assert Client().post(f"/track/{opened.code}/add/", {"message": "nữa"}).status_code == 404
    assert Client().post("/track/", {"code": opened.code}).status_code == 404
    assert row(opened).code != opened.code
    assert Client().get(f"/track/{row(opened).code}/").status_code == 200


def test_whoever_joined_sees_no_more_of_it_and_is_told_nothing(officers: Officers) -> None:
    opened = a_case(place=PLACE)
    actions_public.release(by=officers.ward, case_id=opened.id, text="Đèn tắt")
    joined = actions_join.join(by=NOBODY, case_id=opened.id, contact={"email": "b@example.org"})
    actions_closed.confide(by=officers.ward, case_id=opened.id, reason="x")

    with pytest.raises(NoLongerOpens):
        queries.case_by_code(joined.code, as_participant=True)
    assert (row(opened).joined, row(opened).released_at) == (0, None)
    back(officers, opened)
    assert queries.case_by_code(joined.code, as_participant=True).participant_id == joined.participant_id
    assert row(opened).joined == 1


def test_whoever_filed_is_told_of_both(officers: Officers) -> None:
    opened = confided(officers)
    back(officers, opened)

    assert [each.template for each in channels.notices(to=f"case:{opened.id}")] == ["confided", "handed_back"]


def test_reports_merged_with_it_go_on_by_themselves(officers: Officers) -> None:
    first, second, third = a_case(place=PLACE), a_case(place=PLACE), a_case(place=PLACE)
    actions_join.merge(by=officers.ward, case_id=second.id, into=first.id)
    actions_join.merge(by=officers.ward, case_id=third.id, into=first.id)
    actions_closed.confide(by=officers.ward, case_id=third.id, reason="x")

    assert (row(third).confidential, row(third).merged_into_id, row(third).state) == (True, None, "open")
    assert (row(first).joined, row(second).merged_into_id) == (1, first.id)
    actions_closed.confide(by=officers.ward, case_id=first.id, reason="x")
    assert (row(second).confidential, row(second).merged_into_id, row(second).state) == (False, None, "open")
    assert queries.case_by_code(second.code, as_participant=True).seen_by == queries.FILER


def test_it_comes_back_whole_under_each_code_it_had(officers: Officers) -> None:
    opened = confided(officers)
    meanwhile = row(opened).code
    back(officers, opened, to="ward-b")

    case = row(opened)
    assert (case.title, case.area_code, case.address, case.category) == ("Đèn tắt · Lê Lợi", "26740", "12 Lê Lợi", "lamp")
    assert (case.lon, case.lat, case.confidential, case.agency_id) == (106.7, 10.77, False, agency("ward-b"))
    assert queries.case_by_id(case.id, actor=officers.other).answers["description"] == "Đèn tắt"
    for code in (opened.code, meanwhile):
        view = queries.case_by_code(code, as_participant=True)
        assert (view.line.id, view.seen_by) == (case.id, queries.FILER)
    with pytest.raises(NoSuchCase):
        queries.case_by_id(case.id, actor=officers.closed)


def test_what_was_written_at_the_closed_desk_stays_there(officers: Officers) -> None:
    opened = confided(officers)
    actions.note(by=officers.closed, case_id=opened.id, message="Đã gọi người gửi")
    paper = a_document()
    actions.note(by=NOBODY, case_id=opened.id, message="Anh Ba đòi tiền", documents=[paper.id], as_filer=True, is_public=True)
    back(officers, opened)

    view = queries.case_by_id(opened.id, actor=officers.ward)
    assert [event.kind for event in view.events if event.kind != "look"] == ["opened", "handed_back"]
    assert (view.documents, row(opened).documents) == ((), [paper.id])
    page = client_of(officers.ward).get(f"/desk/{opened.id}/").content.decode()
    assert "Anh Ba" not in page and "Đã gọi" not in page and "Không nói ai cả" in page
    own = queries.case_by_code(opened.code, as_participant=True)
    assert "Anh Ba đòi tiền" in [event.message for event in own.events]


def test_what_its_filer_asked_to_be_closed_leaves_as_an_excerpt_alone(officers: Officers) -> None:
    answers = {"kind": "lamp", "description": "Đèn tắt", "about_office": ["yes"]}
    opened = a_case(answers=answers)
    with pytest.raises(ClosedDesk):
        back(officers, opened)
    heard = a_case(answers={"kind": "lamp", "description": "Hàng xóm vòi tiền"})
    back(officers, heard)

    assert (row(opened).confidential, row(heard).confidential) == (True, False)
    page = client_of(officers.closed).get(f"/desk/{opened.id}/").content.decode()
    assert "act-excerpt" in page and "act-hand_back" not in page


def test_only_the_closed_desk_hands_back(officers: Officers) -> None:
    opened = confided(officers)
    for by in (officers.ward, officers.other, an_officer(role="inspector", agency_code="test-desk")):
        with pytest.raises(NoSuchCase):
            actions_closed.hand_back(by=by, case_id=opened.id, agency_id=agency("ward-a"), reason="x")


def test_the_officer_hands_it_over_on_its_page_and_is_led_back_to_the_list(officers: Officers) -> None:
    opened, ward = a_case(place=PLACE), client_of(officers.ward)
    address = f"/desk/{opened.id}/act/"
    assert ward.post(address, {"act": "confide", "confide-message": ""}).status_code == 422
    answer = ward.post(address, {"act": "confide", "confide-message": "Nói cán bộ", "back": "/desk/?list=due"})

    assert (answer.status_code, answer["Location"]) == (302, "/desk/?list=due")
    assert ward.get(f"/desk/{opened.id}/").status_code == 404
    assert lists.inbox(actor=officers.ward, queue=lists.Queue.ALL, now=timezone.now()).lines == ()
    closed = client_of(officers.closed)
    page = closed.get(f"/desk/{opened.id}/").content.decode()
    assert "Nói cán bộ" in page and row(opened).code[:4] in page
    assert 'value="ward-a" selected' in page
    answer = closed.post(address, {"act": "hand_back", "hand_back-to_agency": "ward-a", "hand_back-message": "Không nói ai"})
    assert answer.status_code == 302 and not row(opened).confidential
