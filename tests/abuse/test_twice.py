"""The same thing twice: two tabs, a double click, the way back after sending, two officers on one case. It happens once."""

from __future__ import annotations

import pytest
from django.test import Client

from motcham.blocks.cases import api as cases
from motcham.blocks.cases.define import NewCase, Place
from motcham.blocks.cases.models import Case
from motcham.blocks.cases.testing import forget_callers
from motcham.blocks.identity import testing as identity

pytestmark = pytest.mark.django_db
WARD = "ward.26740"
KEY = "feedback_1022.report"
FORM = f"/new/{KEY}"
WORDS = "Đèn tắt trước số 12, đã ba đêm rồi."
PAGES = (
    {"category": "infrastructure.street_light"},
    {"danger": "no"},
    {"description": WORDS},
    {"place-lon": "106.7031", "place-lat": "10.7769", "place-address": "12 Đồng Khởi"},
    {"lamps": "one"},
    {"name": "Nguyễn Văn A", "phone": "0901234567"},
)


@pytest.fixture(autouse=True)
def city(db: None) -> None:
    forget_callers()
    for code, kind in (("desk.1022", "desk"), ("company.lighting", "company"), (WARD, "ward")):
        identity.an_agency(code=code, kind=kind, area_code=WARD[-5:] if kind == "ward" else "")


def filled(client: Client) -> str:
    """Answer every page; returns the address of the review."""
    for number, answers in enumerate(PAGES, 1):
        client.post(f"{FORM}/{number}/", answers)
    review = client.get(f"{FORM}/review/")
    assert review.status_code == 200, review.headers.get("Location")
    assert WORDS in review.text
    return f"{FORM}/review/"


def test_a_double_click_on_send_opens_one_case():
    client = Client()
    review = filled(client)
    first, second = client.post(review), client.post(review)
    assert first["Location"] == second["Location"] == f"{FORM}/received/"
    assert Case.objects.count() == 1


def test_the_way_back_after_sending_leads_to_the_receipt_and_opens_nothing():
    client = Client()
    client.post(filled(client))
    for number, answers in enumerate(PAGES, 1):
        back = client.post(f"{FORM}/{number}/", answers)
        assert back["Location"] == f"{FORM}/received/"
    assert client.get(f"{FORM}/review/")["Location"] == f"{FORM}/received/"
    assert client.post(f"{FORM}/review/")["Location"] == f"{FORM}/received/"
    assert Case.objects.count() == 1
    # And what may be kept by a browser is not: the page of the way back is asked for anew.
    assert "no-store" in client.get(f"{FORM}/received/")["Cache-Control"]


def test_two_tabs_write_one_draft_and_the_later_words_stand():
    one = Client()
    filled(one)
    other = Client()
    other.cookies.update(one.cookies)
    other.post(f"{FORM}/3/?review", {"description": "Viết ở thẻ thứ hai: đèn tắt cả hẻm."})
    assert "thẻ thứ hai" in one.get(f"{FORM}/review/").text
    one.post(f"{FORM}/review/")
    assert other.post(f"{FORM}/review/")["Location"] == f"{FORM}/received/"
    assert other.post(f"{FORM}/3/", {"description": WORDS})["Location"] == f"{FORM}/received/"
    assert Case.objects.count() == 1
    assert "thẻ thứ hai" in str(Case.objects.get().answers)


def test_a_flood_of_reports_is_slowed_and_the_draft_waits():
    client = Client(REMOTE_ADDR="203.0.113.7")
    review = filled(client)
    for _each in range(30):
        Client(REMOTE_ADDR="203.0.113.7").post(f"/api/v1/cases/{KEY}", {"answers": {}}, content_type="application/json")
    told = client.post(review)
    assert told.status_code == 429 and int(told["Retry-After"]) > 0
    assert told["Retry-After"] in told.text
    forget_callers()
    assert WORDS in client.get(review).text
    assert client.post(review)["Location"] == f"{FORM}/received/"


def test_the_second_of_two_officers_is_told_and_keeps_the_words():
    one, two = (identity.an_officer(role="ward_officer", agency_code=WARD) for _each in range(2))
    new = NewCase(
        type_key=KEY,
        answers={"category": "infrastructure.street_light", "description": WORDS},
        channel="web",
        place=Place(106.7031, 10.7769, area_code=WARD[-5:], address="Đồng Khởi"),
        agency_id=one.posts[0].agency_id,
    )
    opened = cases.open_case(new, by=identity.system)
    first, second = identity.client_of(one), identity.client_of(two)
    version = "1"
    done = first.post(f"/desk/{opened.id}/act/", {"act": "note", "note-message": "Tôi xem rồi.", "version": version})
    assert done.status_code == 302
    for sent in (version, "0", "-1", "²", "9" * 50, "x", "\x00"):
        late = second.post(f"/desk/{opened.id}/act/", {"act": "note", "note-message": WORDS, "version": sent})
        assert late.status_code in (302, 409), sent
        if late.status_code == 409:
            assert WORDS in late.text


def test_a_rating_or_a_reply_sent_twice_counts_once():
    client = Client()
    client.post(filled(client))
    code = Case.objects.get().code
    for _each in range(2):
        assert client.post(f"/track/{code}/rate/", {"stars": "5", "rating": "5"}).status_code < 500
        assert client.post(f"/track/{code}/add/", {"message": WORDS}).status_code < 500
        assert client.post(f"/track/{code}/reopen/", {"reason": WORDS}).status_code < 500
    assert Case.objects.count() == 1
