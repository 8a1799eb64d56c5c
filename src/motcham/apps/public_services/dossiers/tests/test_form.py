"""The form that a procedure makes, as a browser without a script fills it in."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone
from django.utils.translation import gettext

from motcham.apps.public_services import asking
from motcham.apps.public_services.dossiers.models import Dossier
from motcham.apps.public_services.sources import Paper
from motcham.apps.public_services.testing import ALTERNATIVES, CERTIFIED_COPY, MARRIAGE_STATUS
from motcham.blocks.documents import api as documents
from motcham.blocks.documents.testing import a_photo
from motcham.blocks.identity.testing import an_officer, client_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("house")]
FORM = "/new/public_services.dossier:1.004873/"
PAGES = (
    {"on_behalf": "self"},
    {
        "name": "Trần Thị Bình",
        "personal_number": "079190000123",
        "born_on-day": "20",
        "born_on-month": "5",
        "born_on-year": "1990",
    },
    {"phone": "0901 234 567", "area": "26740", "address": "12 Lê Lợi"},
    {"papers_by": "sent"},
    {"paper_1": "form", "paper_2": "earlier"},
    {"result_by": "online"},
)
TRUE = {"truth": "yes"}
"""What is stated where everything is shown once more."""


def send(client: Client, address: str, values: dict[str, str]):
    files = {
        name: SimpleUploadedFile(f"{value}.jpg", a_photo(), "image/jpeg")
        for name, value in values.items()
        if name.startswith("paper_")
    }
    if "papers_by" in values:
        files = {}
    return client.post(address, {**values, **files})


def filled(client: Client, pages=PAGES, form: str = FORM) -> str:
    address = form
    for values in pages:
        assert client.get(address).status_code == 200
        answer = send(client, address, values)
        assert answer.status_code == 302, re.sub(r"<[^>]+>", " ", answer.content.decode())[:2000]
        address = answer["Location"]
    return address


def test_a_dossier_is_filed_page_by_page_and_its_papers_have_their_own_slots():
    client = Client()
    review = filled(client)
    assert review == FORM + "review/"
    page = client.get(review).content.decode()
    assert "Tờ khai cấp Giấy xác nhận tình trạng hôn nhân" in page
    assert client.post(review, TRUE)["Location"] == FORM + "received/"
    assert client.get(FORM + "received/").status_code == 200
    case = Dossier.objects.get().case
    assert len(case.answers["paper_1"]) == 1 and len(case.documents) == 2
    assert not {"name", "personal_number", "born_on", "phone", "address"} & set(case.answers)
    assert case.agency.code == "ward.26740"


def test_nothing_is_sent_without_the_statement_of_truth_and_nothing_is_lost():
    client = Client()
    review = filled(client)
    refused = client.post(review)
    page = refused.content.decode()
    assert refused.status_code == 422 and 'href="#q-truth"' in page and "Trần Thị Bình" in page
    assert gettext("Tick the box: without it nothing can be sent.") in page
    # The way back leads to the review, not to a question of the browser whether to send it again.
    assert f'data-again="{review}"' in page and "data-again" not in client.get(review).content.decode()
    assert "20/05/1990" in page
    assert not Dossier.objects.exists()
    assert client.post(review, TRUE)["Location"] == FORM + "received/"


def test_what_was_typed_stays_and_a_draft_is_of_one_procedure():
    client = Client()
    client.post(FORM, PAGES[0])
    other = client.get("/new/public_services.dossier:1.001193/").content.decode()
    assert "checked" not in other
    assert "checked" in client.get(FORM).content.decode()


def test_a_family_and_an_unknown_procedure_have_no_form():
    for address in (
        "/new/public_services.dossier/",
        "/new/public_services.dossier:9.999999/",
        "/new/public_services.dossier:1.004873@99/",
    ):
        assert Client().get(address).status_code == 404


def test_an_officer_sees_the_papers_by_name_and_asks_for_one_of_them_again():
    client = Client()
    client.post(filled(client), TRUE)
    case = Dossier.objects.get().case
    officer = client_of(an_officer(role="ward_officer", agency_code="ward.26740"))
    page = officer.get(f"/desk/{case.id}/").content.decode()
    assert "Tờ khai cấp Giấy xác nhận tình trạng hôn nhân" in page
    assert "Tiếp nhận" in page or "Accept it" in page
    for to, more in (("2", {}), ("4", {}), ("5", {"5-papers_asked": "paper_1", "5-message": "Thiếu chữ ký"})):
        case.refresh_from_db()
        answer = officer.post(f"/desk/{case.id}/act/", {"act": to, "version": case.version, **more})
        assert answer.status_code == 302, re.sub(r"<[^>]+>", " ", answer.content.decode())[:3000]
    stranger = Client()
    page = stranger.get(f"/track/{case.code}/").content.decode()
    assert 'name="mend-paper_1"' in page and "mend-paper_2" not in page
    label = page.split('for="q-mend-paper_1"')[1].split("</label>")[0]
    assert gettext("the agency asks for it") in label and gettext("(optional)") not in label
    assert documents.bounds(at_most=asking.PER_PAPER) in page.split('id="q-mend-paper_1-bounds"')[1].split("</p>")[0]
    first = Dossier.objects.get().case.answers["paper_1"]
    sent = {"mend-paper_1": SimpleUploadedFile("signed.jpg", a_photo(colour="red"), "image/jpeg")}
    assert stranger.post(f"/track/{case.code}/add/", sent).status_code == 302
    case = Dossier.objects.get().case
    assert case.step == "4" and case.answers["paper_1"] != first and len(case.documents) == 3
    again = officer.get(f"/desk/{case.id}/").content.decode()
    assert 'value="5"' not in re.findall(r'name="act"[^>]*', again)


def test_what_is_asked_for_before_the_acceptance_stands_on_top_until_it_was_sent():
    client = Client()
    client.post(filled(client), TRUE)
    case = Dossier.objects.get().case
    officer = client_of(an_officer(role="ward_officer", agency_code="ward.26740"))
    assert 'id="waits"' not in Client().get(f"/track/{case.code}/").text
    asked = {"act": "5", "version": case.version, "5-papers_asked": "paper_1", "5-message": "Ảnh bị mờ"}
    assert officer.post(f"/desk/{case.id}/act/", asked).status_code == 302
    box = Client().get(f"/track/{case.code}/").text.split('id="waits"')[1].split("</section>")[0]
    assert "Ảnh bị mờ" in box and 'name="mend-paper_1"' in box
    sent = {"mend-paper_1": SimpleUploadedFile("ro.jpg", a_photo(colour="red"), "image/jpeg")}
    assert Client().post(f"/track/{case.code}/add/", sent).status_code == 302
    page = Client().get(f"/track/{case.code}/").text
    # An officer alone accepts what was completed before its acceptance.
    assert 'id="waits"' not in page and "ro.jpg" in page and Dossier.objects.get().case.step == "5"


def test_the_applicant_withdraws_from_the_page_of_the_code():
    client = Client()
    client.post(filled(client), TRUE)
    code = Dossier.objects.get().case.code
    assert f"/track/{code[:4]}" in client.get(f"/track/{code}/").content.decode()
    assert client.post(f"/track/{code}/leave/", {"to": "7", "why": "Tôi tìm thấy giấy cũ"}).status_code == 302
    assert Dossier.objects.get().case.outcome == "withdrawn"
    assert client.post(f"/track/{code}/leave/", {"to": "7"}).status_code == 409


def test_every_paper_has_a_slot_and_none_that_depends_is_required():
    named = {each.name: each for each in asking.fields(MARRIAGE_STATUS)}
    assert named["paper_1"].required and not named["paper_3"].required and not named["paper_4"].required
    assert "paper_5" not in named


def test_where_papers_are_for_several_cases_the_case_is_chosen_first():
    fields = asking.fields(ALTERNATIVES)
    names = [each.name for each in fields]
    assert names.index("papers_of") < names.index("paper_1")
    slot = next(each for each in fields if each.name == "paper_2")
    assert slot.when({"papers_by": "sent", "papers_of": "g2"}) and not slot.when({"papers_by": "sent", "papers_of": "g1"})


def test_only_the_kinds_of_applicant_that_the_source_names_are_asked():
    assert [each.key for each in asking.kinds_of(MARRIAGE_STATUS)] == ["citizen"]
    assert [each.key for each in asking.kinds_of(CERTIFIED_COPY)] == ["citizen", "company"]
    assert [each.key for each in asking.kinds_of(ALTERNATIVES)] == ["citizen", "company", "household"]


def test_a_clerk_of_another_ward_takes_it_in_and_the_competent_ward_settles_it():
    clerk = client_of(an_officer(role="ward_officer", agency_code="ward.26743"))
    pages = ({"on_behalf": "self"}, PAGES[1], PAGES[2], {"papers_by": "counter"}, {"result_by": "counter"})
    review = filled(clerk, pages)
    assert clerk.post(review, {"channel": "counter", **TRUE}).status_code == 302
    row = Dossier.objects.get()
    assert (row.channel, row.case.agency.code, row.taken_in_by.code) == (1, "ward.26740", "ward.26743")
    assert row.case.filer_id is None and row.applicant == 0


def test_an_officer_apologises_and_names_a_day_on_the_page():
    client = Client()
    client.post(filled(client), TRUE)
    case = Dossier.objects.get().case
    officer = client_of(an_officer(role="ward_officer", agency_code="ward.26740"))
    officer.post(f"/desk/{case.id}/act/", {"act": "2"})
    day = timezone.localdate() + timedelta(days=14)
    while day.weekday() != 2:
        day += timedelta(days=1)
    typed = {
        "act": "extend",
        "extend-until-day": str(day.day),
        "extend-until-month": str(day.month),
        "extend-until-year": str(day.year),
    }
    missing = officer.post(f"/desk/{case.id}/act/", typed)
    assert missing.status_code == 422 and f'value="{day.day}"' in missing.content.decode()
    answer = officer.post(f"/desk/{case.id}/act/", {**typed, "extend-message": "Chờ cơ quan khác xác minh"})
    assert answer.status_code == 302
    case.refresh_from_db()
    assert timezone.localdate(case.due_at) == day
    page = client.get(f"/track/{case.code}/").content.decode()
    assert "Chờ cơ quan khác xác minh" in page
    assert 'id="act-extend"' not in officer.get(f"/desk/{case.id}/").content.decode()


def test_a_paper_of_another_kind_keeps_what_was_typed_and_says_what_to_do():
    client, address = Client(), FORM
    for values in PAGES[:4]:
        address = send(client, address, values)["Location"]
    bad = client.post(address, {"paper_1": SimpleUploadedFile("virus.exe", b"MZ not a paper", "image/jpeg"),
                                "paper_2": SimpleUploadedFile("good.jpg", a_photo(), "image/jpeg")})  # fmt: skip
    page = bad.content.decode()
    assert bad.status_code == 422 and "virus.exe" in page and "good.jpg" in page


@pytest.mark.parametrize(
    ("name", "group", "is_needed"),
    [
        ("Tờ khai đăng ký khai sinh theo mẫu quy định.", "", True),
        ("Giấy chứng sinh; trường hợp không có Giấy chứng sinh thì nộp văn bản của người làm chứng", "Giấy tờ phải nộp", True),
        ("Trường hợp trẻ em bị bỏ rơi thì phải có biên bản", "Giấy tờ phải nộp", False),
        ("Văn bản ủy quyền trong trường hợp ủy quyền", "Giấy tờ phải nộp", False),
        ("Mẫu hộ tịch điện tử tương tác đăng ký khai sinh", "", False),
        ("Phiếu báo thay đổi hộ khẩu; Sổ hộ khẩu của cha, mẹ (bản chính)", "", False),
        ("Hộ chiếu hoặc thẻ căn cước", "Giấy tờ phải xuất trình", False),
        ("Giấy giới thiệu", "Trường hợp ủy quyền thực hiện thủ tục", False),
        ("Tài liệu khác", "Ngoài ra, tùy từng trường hợp, người nộp thuế nộp thêm", False),
    ],
)
def test_nobody_is_held_up_for_a_paper_that_may_not_be_theirs(name, group, is_needed):
    (slot,) = asking.slots(replace(MARRIAGE_STATUS, papers=(Paper(name, group, 1, 0),)))
    assert slot.is_needed is is_needed
