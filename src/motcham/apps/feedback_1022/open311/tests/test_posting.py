"""POST requests: what programs may send, as what it is kept, and who is refused."""

from __future__ import annotations

import re

import pytest

from motcham.apps.feedback_1022.open311 import photos
from motcham.apps.feedback_1022.open311.models import Wanted
from motcham.apps.feedback_1022.open311.tests.conftest import BASE, LAMP
from motcham.blocks.cases import api as cases
from motcham.blocks.identity import testing

pytestmark = pytest.mark.django_db


def view_of(ref: str):
    """Return the case as an officer sees it."""
    return cases.case_by_id(cases.read_ref(ref), actor=testing.system)


def a_program(role: str = "intake_application", agency: str = "desk.1022"):
    """Return a program with a post and its key."""
    program = testing.an_officer(role=role, agency_code=agency)
    return program, testing.token_of(program)


def test_a_report_becomes_a_case_like_one_of_the_form(post):
    answer = post(
        description="Đèn tắt",
        first_name="An",
        last_name="Nguyễn",
        phone="0901 234 567",
        email="an@vidu.vn",
        address_string="25 Lê Lợi",
    )[0]
    view = view_of(answer["service_request_id"])
    assert list(answer) == ["service_request_id", "service_notice", "account_id"]
    assert view.channel == "open311" and view.line.category == LAMP["service_code"]
    assert view.answers["description"] == "Đèn tắt" and view.place.address == "25 Lê Lợi" and view.place.area_code == "26740"
    assert set(view.sealed_fields) == {"name", "phone", "email"}
    assert not {"name", "phone", "email"} & set(view.answers)


def test_the_notice_leads_whoever_reported_to_their_case(client, post):
    notice = post()[0]["service_notice"]
    path = re.search(r"http://testserver(/track/[0-9A-Z]+/)", notice)[1]
    assert path.startswith("/track/") and client.get(path).status_code == 200


def test_the_id_is_not_the_code_by_which_the_case_is_followed(client, post):
    answer = post()[0]
    assert view_of(answer["service_request_id"]).code not in answer["service_request_id"]


def test_words_and_contact_may_be_left_out_as_the_specification_says(post):
    view = view_of(post()[0]["service_request_id"])
    assert view.answers["description"] and not view.sealed_fields


def test_a_ward_can_be_named_instead_of_a_point(post):
    view = view_of(post(lat="", long="", address_id="26740", address_string="25 Lê Lợi")[0]["service_request_id"])
    assert view.place.area_code == "26740" and view.place.lon is None


def test_an_address_in_words_alone_goes_to_the_desk(post):
    ref = post(lat="", long="", address_string="gần chợ Bến Thành", service_code="other.anything")[0]["service_request_id"]
    assert view_of(ref).place.address == "gần chợ Bến Thành"


def test_without_any_place_it_is_refused(post):
    assert "lat, long" in post(400, lat="", long="")[0]["description"]


def test_each_mistake_is_named_as_the_caller_knows_it(post):
    said = [each["description"] for each in post(400, lat="48.1", phone="111", email="x")]
    assert [each.split(":")[0] for each in said] == ["lat, long", "phone", "email"]


def test_attributes_answer_the_extra_questions_and_required_ones_are_asked_for(get, post):
    asking = "infrastructure.traffic_signal"
    needed = {
        each["code"]: each["values"][-1]["key"]
        for each in get(f"services/{asking}.json")["attributes"]
        if each["required"] and each["values"]
    }
    assert "danger" in needed
    assert "attribute[danger]" in post(400, service_code=asking)[0]["description"]
    given = {f"attribute[{code}]": value for code, value in needed.items()}
    view = view_of(post(service_code=asking, **given)[0]["service_request_id"])
    assert view.answers["danger"] is False


def test_attributes_that_no_question_has_are_left_out(post):
    ref = post(**{"attribute[WHISPAWN]": "123456", "attribute[x][]": ["1", "2"]})[0]["service_request_id"]
    assert "WHISPAWN" not in view_of(ref).answers


def test_photos_are_kept_whatever_their_part_is_called(post):
    for part in ("media", "file", "photo1"):
        view = view_of(post(**{part: a_photo()})[0]["service_request_id"])
        assert len(view.documents) == 1 and view.answers["photos"] == [str(view.documents[0])]


def test_a_file_that_is_no_picture_is_refused_and_says_so(post):
    from django.core.files.uploadedfile import SimpleUploadedFile

    assert post(400, media=SimpleUploadedFile("x.exe", b"MZ\x90\x00"))[0]["description"]


def a_photo():
    """Return a small picture to upload."""
    import io

    from django.core.files.uploadedfile import SimpleUploadedFile
    from PIL import Image

    out = io.BytesIO()
    Image.new("RGB", (32, 32), "red").save(out, "JPEG")
    return SimpleUploadedFile("lamp.jpg", out.getvalue(), content_type="image/jpeg")


@pytest.mark.parametrize("where", ["form", "address", "header"])
def test_a_key_may_come_in_the_form_in_the_address_or_as_bearer(client, agencies, settings, where):
    settings.GEOREPORT_OPEN = False
    program, key = a_program()
    answer = client.post(
        f"{BASE}/requests.json" + (f"?api_key={key}" if where == "address" else ""),
        {**LAMP, **({"api_key": key} if where == "form" else {})},
        headers={"Authorization": f"Bearer {key}"} if where == "header" else {},
    )
    assert answer.status_code == 200
    assert view_of(answer.json()[0]["service_request_id"]).events[0].actor == program.ref


def test_without_a_key_nobody_reports_where_it_is_asked_for(post, settings):
    settings.GEOREPORT_OPEN = False
    assert post(403)[0]["code"] == 403
    assert post(403, form="xml").findtext("error/code") == "403"


def test_a_key_that_is_not_known_is_refused_even_where_everybody_may_report(post):
    assert "api_key" in post(403, api_key="wrong")[0]["description"]


def test_somebody_signed_in_reports_as_nobody_in_particular(agencies):
    """A form on another site has nobody's authority to borrow."""
    officer = testing.an_officer(role="ward_officer", agency_code="ward.26740")
    answer = testing.client_of(officer, enforce_csrf_checks=True).post(f"{BASE}/requests.json", LAMP)
    view = view_of(answer.json()[0]["service_request_id"])
    assert view.events[0].actor == "anonymous" and view.filer_account_id is None


def test_too_many_reports_are_told_when_to_come_again(client, agencies):
    for _ in range(30):
        client.post(f"{BASE}/requests.json", {})
    refused = client.post(f"{BASE}/requests.json", LAMP)
    assert refused.status_code == 429 and 0 < int(refused["Retry-After"]) <= 60


def test_the_same_request_again_opens_one_case(client, agencies):
    sent = [client.post(f"{BASE}/requests.json", LAMP, headers={"Idempotency-Key": "once-only"}).json() for _ in range(2)]
    assert sent[0] == sent[1]


@pytest.mark.parametrize(
    "kind", ["application/json", "text/plain", "multipart/form-data", "application/x-www-form-urlencoded; charset=latin-1"]
)
def test_a_body_that_is_no_form_is_refused_in_words(client, agencies, kind):
    answer = client.post(f"{BASE}/requests.json", "{}", content_type=kind)
    assert answer.status_code == 400 and answer.json()[0]["description"]


def test_an_address_for_a_photo_is_not_called_while_the_report_is_taken(post):
    ref = post(media_url="http://169.254.169.254/latest/meta-data")[0]["service_request_id"]
    assert view_of(ref).documents == () and Wanted.objects.count() == 1
    assert photos.due() == 1 and photos.due() == 0
    told = view_of(ref).events[-1]
    assert "169.254.169.254" in told.message and not told.is_public and Wanted.objects.count() == 0


def test_an_address_that_is_none_is_refused(post):
    assert "media_url" in post(400, media_url="file:///etc/passwd")[0]["description"]


@pytest.mark.parametrize("where", ["description", "address_string"])
def test_what_concerns_a_person_in_office_answers_as_if_it_were_not_there(get, post, where):
    answer = post(**{where: "Cán bộ phường đòi tiền mới giải quyết hồ sơ."})[0]
    assert "/track/" in answer["service_notice"], "whoever reported still follows it by the code"
    assert "Nơi xử lý" not in answer["service_notice"] and "Bộ phận kín" not in str(answer)
    ref = answer["service_request_id"]
    assert get(f"requests/{ref}.json", 404)[0]["code"] == 404
    assert get("requests.json", service_request_id=ref) == []


def test_danger_is_answered_by_the_numbers_to_call(post):
    notice = post(service_code="infrastructure.traffic_signal", **{"attribute[danger]": "yes"})[0]["service_notice"]
    assert "113" in notice or "115" in notice


def test_what_was_merged_goes_on_under_the_id_its_sender_knows(get, post):
    first, second = (post(description="Đèn tắt")[0]["service_request_id"] for _ in range(2))
    cases.release(by=testing.system, case_id=cases.read_ref(first), text="Đèn tắt")
    cases.merge(by=testing.system, case_id=cases.read_ref(second), into=cases.read_ref(first))
    merged = get(f"requests/{second}.json")[0]
    assert merged["service_request_id"] == second and merged["description"] == "Đèn tắt" and merged["status"] == "open"
    assert [each["service_request_id"] for each in get("requests.json", service_request_id=f"{first},{second}")] == [
        first,
        second,
    ]
