"""The public form: one thing a page, nothing lost, sent once; and following what was sent by its code."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from zlib import crc32

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from motcham.blocks.cases import throttle
from motcham.blocks.cases.actions import take_step
from motcham.blocks.cases.define import CaseType
from motcham.blocks.cases.models import Case, CaseEvent, Draft
from motcham.blocks.cases.testing import a_case, a_case_type, registered
from motcham.blocks.documents.api import erase
from motcham.blocks.documents.testing import a_photo
from motcham.blocks.identity.testing import a_citizen, an_agency, an_officer, client_of, forget, system
from motcham.kernel.terms import Choice, Field, Kind

pytestmark = pytest.mark.django_db
FORM = "/new/testing.report/"
FIELDS = (
    Field("kind", "Kind", Kind.CHOICE, choices=(Choice("lamp", "Lamp"), Choice("noise", "Noise"))),
    Field("loud", "How loud?", Kind.INTEGER, page="loud", when=lambda answers: answers.get("kind") == "noise"),
    Field("place", "Where?", Kind.PLACE, page="place"),
    Field("description", "What?", Kind.LONG_TEXT, longest=200, page="what"),
    Field("photos", "Photos", Kind.FILES, required=False, at_most=2, page="what"),
    Field("since", "Since when?", Kind.DATE, required=False, page="what"),
    Field(
        "seen",
        "Seen by",
        Kind.GROUP,
        required=False,
        at_most=3,
        fields=(Field("who", "Who"), Field("age", "Age", Kind.INTEGER)),
        page="who",
    ),
    Field("name", "Your name", identifies="name", page="who"),
)
PLACE = {"place-area": "26740", "place-address": "212 Lê Lợi"}


@pytest.fixture(autouse=True)
def case_type() -> Iterator[CaseType]:
    forget()
    throttle.forget()
    an_agency(code="test-desk", kind="desk")
    with registered(a_case_type(fields=FIELDS, category="kind")) as found:
        yield found
    forget()


@dataclass
class Visitor:
    """A browser without a script."""

    client: Client

    def sends(self, page: str, **typed):
        return self.client.post(f"{FORM}{page}", typed)

    def fills(self, **changed):
        """Answer every page; `changed` replaces answers."""
        self.sends("1/", kind="lamp")
        self.sends("3/", **PLACE)
        self.sends("4/", description="Đèn tắt", **{"since-day": "", "since-month": "", "since-year": "", **changed})
        return self.sends("5/", name="Nguyễn Thị An")


@pytest.fixture
def visitor() -> Visitor:
    return Visitor(Client())


def jpeg(name: str = "a.jpg") -> SimpleUploadedFile:
    """Return a photo; each name is another picture."""
    return SimpleUploadedFile(name, a_photo(colour=f"#{crc32(name.encode()) & 0xFFFFFF:06x}"), "image/jpeg")


def test_each_answer_leads_on_and_sending_opens_one_case(visitor):
    assert visitor.fills()["Location"] == f"{FORM}review/"
    page = visitor.client.get(f"{FORM}review/").content.decode()
    assert "Nguyễn Thị An" in page and "212 Lê Lợi, Phường Sài Gòn" in page
    for _attempt in range(2):
        assert visitor.sends("review/")["Location"] == f"{FORM}received/"
    case = Case.objects.get()
    code = "-".join((case.code[:4], case.code[4:8], case.code[8:]))
    receipt = visitor.client.get(f"{FORM}received/").content.decode()
    assert re.search(rf"receipt-code[^>]*>{code}<", receipt) and f"/track/{code}/" in receipt
    assert "Nguyễn" not in str(case.answers) and case.area_code == "26740"


def test_what_was_typed_is_kept_when_it_is_wrong(visitor):
    answer = visitor.sends(
        "4/", description="x" * 201, **{"since-day": "31", "since-month": "2", "since-year": "2026"}, photos=jpeg()
    )
    text = answer.content.decode()
    assert answer.status_code == 422 and "x" * 201 in text and 'value="31"' in text and "a.jpg" in text
    assert text.count("q-description-error") and "#q-description" in text
    again = visitor.client.get(f"{FORM}4/").content.decode()
    assert "x" * 201 in again and "a.jpg" in again


def test_a_draft_survives_closing_the_browser_and_nobody_reads_it_in_the_database(visitor):
    visitor.sends("4/", description="bí mật của tôi")
    draft = Draft.objects.get()
    assert "bí mật".encode() not in bytes(draft.sealed)
    cookie = visitor.client.cookies["draft_testing_report"]
    assert cookie["httponly"] and cookie["max-age"] == 7 * 24 * 3600 and cookie["path"] == FORM
    stranger = Client()
    assert "bí mật" not in stranger.get(f"{FORM}4/").content.decode()


def test_after_sending_the_draft_holds_nothing(visitor):
    visitor.fills()
    visitor.sends("review/")
    draft = Draft.objects.get()
    assert bytes(draft.sealed) == b"" and draft.documents == [] and draft.case_id == Case.objects.get().id


def test_a_question_that_depends_is_asked_only_then(visitor):
    assert visitor.sends("1/", kind="lamp")["Location"] == f"{FORM}3/"
    assert visitor.client.get(f"{FORM}2/").status_code == 302
    assert visitor.sends("1/", kind="noise")["Location"] == f"{FORM}2/"
    assert visitor.client.get(f"{FORM}2/").status_code == 200


def test_how_many_steps_there_are_is_said_once_it_is_known(visitor):
    of = re.compile(r'class="steps">(?:<span[^>]*>[^<]*</span> · )?([^<]*)<')
    assert of.search(visitor.client.get(f"{FORM}1/").content.decode())[1] == "Bước 1"
    visitor.sends("1/", kind="lamp")
    assert of.search(visitor.client.get(f"{FORM}3/").content.decode())[1] == "bước 2/4"


def test_review_leads_back_to_what_is_missing(visitor):
    visitor.sends("1/", kind="lamp")
    assert visitor.client.get(f"{FORM}review/")["Location"].startswith(f"{FORM}3/?mend")
    assert "q-place" in visitor.client.get(f"{FORM}3/?mend&review").content.decode()
    assert Client().get(f"{FORM}review/")["Location"] == FORM


def test_changing_one_answer_from_the_review_leads_back_to_it(visitor):
    visitor.fills()
    assert visitor.sends("1/?review", kind="lamp")["Location"] == f"{FORM}review/"


def test_another_row_is_offered_and_empty_rows_are_dropped(visitor):
    more = visitor.sends("5/", **{"more": "seen", "seen-0-who": "An", "seen-0-age": "9", "name": "B"})
    assert more.status_code == 200 and 'name="seen-1-who"' in more.content.decode()
    wrong = visitor.sends("5/", **{"seen-0-who": "", "seen-0-age": "", "seen-1-who": "Bình", "seen-1-age": "chín", "name": "B"})
    assert wrong.status_code == 422 and "Bình" in wrong.content.decode() and "q-seen-0-age-error" in wrong.content.decode()


def test_photos_are_shown_to_this_browser_alone_and_can_be_taken_out(visitor):
    visitor.sends("4/", description="a", photos=jpeg())
    href = re.search(rf"{FORM}files/[0-9a-f-]+/", visitor.client.get(f"{FORM}4/").content.decode()).group()
    assert visitor.client.get(href)["Content-Type"] == "image/jpeg"
    assert Client().get(href).status_code == 404
    document = href.split("/")[-2]
    visitor.sends("4/", **{"description": "a", "photos-remove": document})
    assert "a.jpg" not in visitor.client.get(f"{FORM}4/").content.decode()


@pytest.mark.parametrize(
    "upload",
    [
        SimpleUploadedFile("a.jpg", b"not a picture"),
        SimpleUploadedFile("a.svg", b"<svg onload=alert(1)>"),
        SimpleUploadedFile("a.jpg", b"\x00"),
    ],
)
def test_a_file_that_cannot_be_taken_is_told_why_and_the_rest_is_kept(visitor, upload):
    answer = visitor.sends("4/", description="còn nguyên", photos=upload)
    assert answer.status_code == 422 and "còn nguyên" in answer.content.decode() and "q-photos-error" in answer.content.decode()


def test_too_many_photos_are_told_and_the_first_are_kept(visitor):
    answer = visitor.sends("4/", description="a", photos=[jpeg("1.jpg"), jpeg("2.jpg"), jpeg("3.jpg")])
    text = answer.content.decode()
    assert answer.status_code == 422 and "1.jpg" in text and "2.jpg" in text and "3.jpg" not in text


def test_a_link_may_know_an_answer_already(visitor):
    page = visitor.client.get(f"{FORM}?kind=noise&lon=106.699&lat=10.7798").content.decode()
    assert re.search(r'value="noise"\s+checked', page)
    visitor.client.post(f"{FORM}?kind=noise&lon=106.699&lat=10.7798", {"kind": "noise"})
    assert 'value="106.699"' in visitor.client.get(f"{FORM}3/").content.decode()


@pytest.mark.parametrize(
    "path", ["/new/none.such/", f"{FORM}9/", f"{FORM}0/", f"{FORM}files/00000000-0000-0000-0000-000000000000/"]
)
def test_what_is_not_there_is_not_there(path):
    assert Client().get(path).status_code == 404


def test_a_form_for_officers_alone_has_no_door_for_strangers():
    with registered(a_case_type(key="testing.inner", anyone_files=False, filed_by=("ward_officer",))):
        assert Client().get("/new/testing.inner/").status_code in (302, 401, 403)


def test_a_flood_from_one_address_is_slowed_down(visitor):
    visitor.fills()
    throttle.filings.forget()
    throttle.filings._tries["127.0.0.1"] = (time.monotonic(), throttle.filings.most)
    answer = visitor.sends("review/")
    assert answer.status_code == 429 and int(answer["Retry-After"]) > 0
    assert not Case.objects.exists() and Draft.objects.get().sealed


def test_uploads_of_a_stranger_are_bounded_and_the_words_are_kept(visitor, monkeypatch):
    monkeypatch.setattr(throttle.uploads, "most", 1)
    visitor.sends("4/", description="một", photos=jpeg())
    answer = visitor.sends("4/", description="còn nguyên", photos=jpeg("2.jpg"))
    assert answer.status_code == 422 and "còn nguyên" in visitor.client.get(f"{FORM}4/").content.decode()


def test_photos_that_went_before_sending_are_told_and_do_not_stop_the_report(visitor):
    visitor.fills(photos=jpeg())
    erase(document_ids=Draft.objects.get().documents, by=system)
    page = visitor.client.get(f"{FORM}review/", follow=True).content.decode()
    assert "notice" in page and "a.jpg" not in page
    visitor.sends("review/")
    assert Case.objects.get().documents == []


def test_an_operator_files_for_a_caller(visitor):
    visitor.client = client_of(an_officer(role="desk_operator", agency_code="test-desk"))
    visitor.fills()
    assert 'name="channel"' in visitor.client.get(f"{FORM}review/").content.decode()
    visitor.sends("review/", channel="phone")
    case = Case.objects.get()
    assert case.channel == "phone" and case.filer_id is None


def test_a_citizen_finds_the_own_cases_on_the_start_page(visitor):
    visitor.client = client_of(a_citizen())
    visitor.fills()
    visitor.sends("review/", channel="phone")
    case = Case.objects.get()
    assert case.channel == "web" and case.filer_id
    assert f"/track/{case.code[:4]}-" in visitor.client.get("/").content.decode()
    assert "/track/" + case.code[:4] not in Client().get("/").content.decode()


def test_pages_of_one_person_are_kept_by_nobody(visitor):
    visitor.sends("1/", kind="lamp")
    for path in (FORM, f"{FORM}3/"):
        answer = visitor.client.get(path)
        assert answer["Cache-Control"] == "private, no-store" and "noindex" in answer["X-Robots-Tag"]


# --- following a case ---


def typed(code: str) -> str:
    return f" {code[:4].lower()} - {code[4:8]}.{code[8:].replace('1', 'l').replace('0', 'o')} "


def test_a_code_is_forgiven_its_spelling():
    opened = a_case(answers={"kind": "lamp", "description": "Đèn tắt"})
    answer = Client().post("/track/", {"code": typed(opened.code)})
    assert answer.status_code == 302
    page = Client().get(answer["Location"])
    assert page.status_code == 200 and "Đèn tắt" in page.content.decode()
    assert "noindex" in page["X-Robots-Tag"] and page["Referrer-Policy"] == "same-origin"


def test_a_code_that_is_not_there_is_told_and_guessing_is_slowed_down():
    client = Client()
    answer = client.post("/track/", {"code": "0000-0000-00000"})
    assert answer.status_code == 404 and "0000-0000-00000" in answer.content.decode()
    statuses = [client.get(f"/track/{number:013d}/").status_code for number in range(throttle.misses.most + 2)]
    assert statuses[0] == 404 and statuses[-1] == 429


@pytest.mark.parametrize("code", ["' OR 1=1", "%00", "x" * 500, "🙂", "..%2f..%2fetc"])
def test_nonsense_codes_are_simply_not_there(code):
    assert Client().get(f"/track/{code}/").status_code == 404


@pytest.fixture
def one_minute(time_machine) -> None:
    """Stop the clock: the page of a case is another one with every minute of its clock."""
    time_machine.move_to(timezone.now(), tick=False)


@pytest.mark.usefixtures("one_minute")
def test_the_page_changes_its_etag_with_the_case_alone():
    opened = a_case(answers={"kind": "lamp", "description": "Đèn tắt"})
    path, client = f"/track/{opened.code}/", Client()
    first = client.get(path)
    second = client.get(path, headers={"If-None-Match": first["ETag"], "Cookie": client.cookies.output(header="").strip()})
    assert second.status_code == 304 or second["ETag"] != first["ETag"]  # the first visit sets the form's cookie
    third = client.get(path, headers={"If-None-Match": client.get(path)["ETag"]})
    assert third.status_code == 304
    client.post(f"{path}add/", {"message": "Thêm một lời."})
    fourth = client.get(path, headers={"If-None-Match": client.get(path)["ETag"]})
    assert fourth.status_code == 304 and "Thêm một lời." in client.get(path).content.decode()


@pytest.mark.usefixtures("one_minute")
def test_a_stranger_costs_few_queries(django_assert_max_num_queries):
    opened = a_case(answers={"kind": "lamp", "description": "Đèn tắt"})
    Client().get(f"/track/{opened.code}/")
    a_case(answers={"kind": "lamp", "description": "khác"})
    with django_assert_max_num_queries(1):
        assert Client().get(f"/track/{opened.code}/").status_code == 200
    other = Case.objects.exclude(id=opened.id).get()
    with django_assert_max_num_queries(4):
        assert Client().get(f"/track/{other.code}/").status_code == 200


def test_answering_a_question_lets_the_clock_go_on():
    opened = a_case(answers={"kind": "lamp", "description": "Đèn tắt"})
    officer = an_officer(role="desk_operator", agency_code="test-desk")
    take_step(by=officer, case_id=opened.id, to="asked", message="Số trụ?")
    client = Client()
    assert "Số trụ?" in client.get(f"/track/{opened.code}/").content.decode()
    empty = client.post(f"/track/{opened.code}/add/", {"message": " "})
    assert empty.status_code == 422
    client.post(f"/track/{opened.code}/add/", {"message": "Trụ 12", "photos": jpeg()})
    case = Case.objects.get()
    assert case.state == "open" and case.step == "desk" and len(case.documents) == 1
    assert client.get(f"/track/{opened.code}/files/{case.documents[0]}/").status_code == 200


def test_what_officers_write_to_each_other_stays_with_them(case_type):
    opened = a_case(answers={"kind": "lamp", "description": "Đèn tắt"})
    officer = an_officer(role="desk_operator", agency_code="test-desk")
    client = client_of(officer)
    version = Case.objects.get().version
    client.post(f"/desk/{opened.id}/act/", {"act": "note", "version": version, "note-message": "chỉ nội bộ"})
    assert CaseEvent.objects.filter(message="chỉ nội bộ").exists()
    assert "chỉ nội bộ" not in Client().get(f"/track/{opened.code}/").content.decode()
    assert "chỉ nội bộ" not in Client().get(f"/api/v1/cases/{opened.code}").content.decode()


def test_an_answer_is_rated_once():
    opened = a_case(answers={"kind": "lamp", "description": "Đèn tắt"})
    client, path = Client(), f"/track/{opened.code}/"
    client.post(f"{path}rate/", {"rating": "5"})
    assert Case.objects.get().rating is None
    officer = an_officer(role="desk_operator", agency_code="test-desk")
    take_step(by=officer, case_id=opened.id, to="answered", message="Xong.")
    assert 'name="rating"' in client.get(path).content.decode()
    again = client.post(f"{path}rate/", {"rating": "6", "reason": "Phải gọi ba lần"})
    assert again.status_code == 422 and "Phải gọi ba lần</textarea>" in again.content.decode()
    assert "Hãy chọn một mức" in again.content.decode() and Case.objects.get().rating is None
    for given, status in (("9", 422), ("x", 422), ("4", 302), ("1", 302)):
        assert client.post(f"{path}rate/", {"rating": given}).status_code == status
    assert Case.objects.get().rating == 4
    page = client.get(path).content.decode()
    assert 'name="rating"' not in page and "Bạn đã chấm câu trả lời 4 trên 5." in page


def test_where_one_of_two_is_needed_neither_is_called_optional(client):
    phone = Field("phone", "Phone", Kind.PHONE, identifies="phone", instead_of="email")
    email = Field("email", "E-mail", Kind.EMAIL, identifies="email", instead_of="phone")
    fields = (*a_case_type().fields[:2], phone, email)
    with registered(replace(a_case_type(), key="testing.either", fields=fields)):
        page = client.get("/new/testing.either/", headers={"Accept-Language": "en"}).text
    for name in ("phone", "email"):
        label = page.split(f'for="q-{name}"')[1].split("</label>")[0]
        assert "cần một trong hai" in label and "không bắt buộc" not in label


def test_when_data_about_people_goes_is_told_before_the_long_list_of_it(client):
    page = client.get("/services/personal-data/").content.decode()
    assert 0 < page.index("Phiên đăng nhập: 12 giờ.") < page.index('id="inventory"')
