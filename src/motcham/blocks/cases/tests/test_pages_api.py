"""The API of cases, as programs use and misuse it."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from motcham.blocks.cases import throttle
from motcham.blocks.cases.define import CaseType
from motcham.blocks.cases.models import Case, CaseEvent, Participant
from motcham.blocks.cases.rules import new_code, new_id, show_code
from motcham.blocks.cases.testing import a_case, a_case_type, registered
from motcham.blocks.documents.testing import a_photo
from motcham.blocks.identity import api as identity
from motcham.blocks.identity.define import Actor
from motcham.blocks.identity.testing import an_agency, an_officer, forget, token_of
from motcham.kernel.terms import Field, Kind

pytestmark = pytest.mark.django_db
OPEN = "/api/v1/cases/testing.report"
ANSWERS = {"kind": "lamp", "description": "Đèn tắt", "name": "Nguyễn Thị A"}


@pytest.fixture(autouse=True)
def case_type() -> Iterator[CaseType]:
    forget()
    throttle.forget()
    an_agency(code="test-desk", kind="desk")
    an_agency(code="ward-a")
    forget()
    extra = (
        Field("place", "Where", Kind.PLACE, required=False),
        Field("photos", "Photos", Kind.FILES, required=False, at_most=2),
    )
    with registered(a_case_type(fields=(*a_case_type().fields, *extra))) as found:
        yield found
    forget()


class Program:
    """A program with or without a token."""

    def __init__(self, role: str = "", agency: str = "test-desk") -> None:
        self.client, self.headers = Client(), {}
        if role:
            officer = an_officer(role=role, agency_code=agency)
            self.headers = {"Authorization": f"Bearer {token_of(officer)}"}

    def post(self, path: str, body, **headers):
        data = body if isinstance(body, bytes) else json.dumps(body).encode()
        return self.client.post(path, data, content_type="application/json", headers={**self.headers, **headers})

    def get(self, path: str):
        return self.client.get(path, headers=self.headers)


def test_a_program_opens_a_case_and_follows_it():
    program = Program("intake_application")
    answer = program.post(OPEN, {"answers": ANSWERS, "channel": "app"})
    assert answer.status_code == 201 and set(answer.json()) == {"code", "agency", "due_at", "href"}
    case = Case.objects.get()
    assert case.channel == "app" and case.filer_id is None
    followed = program.get(answer.json()["href"]).json()
    assert (
        followed["answers"] == {"kind": "lamp", "description": "Đèn tắt"} and followed["step"] == "desk" and "id" not in followed
    )


def test_the_same_key_and_body_open_one_case_and_another_body_is_refused():
    program = Program("intake_application")
    key = {"Idempotency-Key": "request-00000001"}
    first = program.post(OPEN, {"answers": ANSWERS}, **key)
    again = program.post(OPEN, {"answers": ANSWERS}, **key)
    assert (first.status_code, again.status_code) == (201, 200) and first.json()["code"] == again.json()["code"]
    other = program.post(OPEN, {"answers": {**ANSWERS, "kind": "noise"}}, **key)
    assert other.status_code == 409 and other.json()["code"] == "case.key_reused"
    assert program.post(OPEN, {"answers": ANSWERS}, **{"Idempotency-Key": "request-00000002"}).status_code == 201
    assert Case.objects.count() == 2


def test_the_key_of_one_stranger_does_not_stand_in_the_way_of_another():
    key = {"Idempotency-Key": "1"}
    first = Program().post(OPEN, {"answers": ANSWERS}, **key)
    second = Program().post(OPEN, {"answers": {**ANSWERS, "name": "Trần Văn B"}}, **key)
    assert (first.status_code, second.status_code) == (201, 201)
    assert Program().post(OPEN, {"answers": ANSWERS}, **key).json()["code"] == first.json()["code"]


@pytest.mark.parametrize(
    ("body", "fields"),
    [
        (b"[]", {"$": "Send a JSON object here."}),
        (b"{", {"$": "This is no whole JSON."}),
        (b"{]", {"$": "This is no JSON from byte 1 on."}),
        (b"{}", {"answers": "This is missing. Add it and send again."}),
        (b'{"answers": {}, "channel": 7}', {"channel": "Send a text here."}),
        (b'{"answers": {}, "language": "fr"}', {"language": "This is not what the API's description asks for here."}),
        (b'{"answers": {}, "colour": 7}', {"colour": "There is no such field."}),
    ],
)
def test_a_body_that_is_not_the_one_asked_for_is_told_by_field_in_the_language_asked_for(body, fields):
    english = Program().post(OPEN, body, **{"Accept-Language": "en-GB,en;q=0.8"})
    assert english.status_code == 400 and english["Content-Language"] == "en" and "Accept-Language" in english["Vary"]
    assert english.json()["title"].startswith("The body is not the JSON") and english.json()["fields"] == fields
    vietnamese = Program().post(OPEN, body).json()
    assert vietnamese["title"].startswith("Nội dung gửi") and vietnamese["fields"].keys() == fields.keys()
    assert not {*vietnamese["fields"].values()} & {*fields.values()}


def test_what_a_page_of_ours_fetches_has_the_language_of_the_page():
    answer = Program().post(OPEN, b"[]", **{"Accept-Language": "en", "Sec-Fetch-Site": "same-origin"})
    assert answer["Content-Language"] == "vi"


def test_each_mistake_is_named_by_its_field():
    answer = Program().post(OPEN, {"answers": {"kind": "x", "phone": "12", "colour": "red", "place": {"lon": "far"}}})
    problem = answer.json()
    assert answer.status_code == 400 and answer["Content-Type"] == "application/problem+json"
    assert set(problem["fields"]) == {"kind", "phone", "colour", "place", "description"}
    assert not Case.objects.exists()


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"[]",
        b"null",
        b'{"answers": []}',
        b'{"answers": {}, "admin": true}',
        b"\xff\xfe",
        b"[" * 100_000,
        b'{"answers": {"kind": NaN}}',
    ],
)
def test_what_is_no_json_of_ours_is_refused_in_words(body):
    answer = Program().post(OPEN, body)
    assert answer.status_code == 400 and answer.json()["title"]


JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**70), 2**70) | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=6,
)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.dictionaries(st.sampled_from(["kind", "description", "name", "phone", "place", "photos", "x\x00"]), JSON, max_size=5))
def test_no_answers_break_the_house(answers):
    throttle.forget()
    assert Program().post(OPEN, {"answers": answers}).status_code in (201, 400)


def test_unknown_kinds_and_wrong_methods_are_told():
    assert Program().post("/api/v1/cases/none.such", {"answers": {}}).json()["code"] == "case.no_such_type"
    assert Program().client.delete(OPEN).status_code == 405


def test_what_anyone_may_not_file_needs_a_token():
    with registered(a_case_type(key="testing.inner", anyone_files=False)):
        assert Program().post("/api/v1/cases/testing.inner", {"answers": ANSWERS}).status_code == 401
        assert Program("inspector").post("/api/v1/cases/testing.inner", {"answers": ANSWERS}).status_code == 403


def test_a_wrong_token_is_refused_and_never_taken_for_nobody():
    program = Program()
    program.headers = {"Authorization": "Bearer wrong"}
    assert program.post(OPEN, {"answers": ANSWERS}).status_code == 401


def test_a_photo_is_sent_first_and_named_by_its_token():
    program = Program("intake_application")
    kept = program.client.post(
        "/api/v1/attachments", {"file": SimpleUploadedFile("a.jpg", a_photo(), "image/jpeg")}, headers=program.headers
    )
    assert kept.status_code == 201
    token = kept.json()["token"]
    assert program.post(OPEN, {"answers": {**ANSWERS, "photos": [token]}}).status_code == 201
    assert len(Case.objects.get().documents) == 1
    for stolen in ([token], ["x"], "x", [1]):
        assert Program().post(OPEN, {"answers": {**ANSWERS, "photos": stolen}}).status_code == 400
    assert program.client.post("/api/v1/attachments", headers=program.headers).status_code == 400


def test_an_officer_lists_reads_and_acts():
    officer = Program("ward_officer", "ward-a")
    opened = a_case(agency_id=identity.agency(code="ward-a").id)
    a_case()
    listed = officer.get("/api/v1/desk/cases").json()
    assert [each["id"] for each in listed["cases"]] == [str(opened.id)] and listed["next"] is None
    read = officer.get(f"/api/v1/desk/cases/{opened.id}?purpose=ho-tro").json()
    assert read["masked"] == ["name", "phone"] and "Nguyễn" not in json.dumps(read, ensure_ascii=False)
    assert CaseEvent.objects.filter(case_id=opened.id, kind="look", facts__purpose="ho-tro").exists()
    acts = f"/api/v1/desk/cases/{opened.id}/acts"
    moved = officer.post(acts, {"act": "asked", "message": "Số trụ?", "version": read["version"]})
    assert moved.status_code == 200 and moved.json()["state"] == "paused"
    late = officer.post(acts, {"act": "desk", "version": read["version"]})
    assert late.status_code == 409 and late.json()["code"] == "case.overtaken"
    assert officer.post(acts, {"act": "fly"}).json()["code"] == "case.step_not_open"
    assert officer.post(acts, {"act": "transfer", "agency": "test-desk", "message": "Nhầm."}).status_code == 204


def test_pages_of_the_list_follow_each_other():
    officer = Program("ward_officer", "ward-a")
    ward = identity.agency(code="ward-a").id
    every = {str(a_case(agency_id=ward).id) for _number in range(5)}
    path, seen = "/api/v1/desk/cases?most=2", []
    while path:
        page = officer.get(path).json()
        seen += [each["id"] for each in page["cases"]]
        path = page["next"] and f"/api/v1/desk/cases?most=2&after={page['next']}"
    assert len(seen) == 5 and set(seen) == every


@pytest.mark.parametrize(
    "query", ["after=%00", "type=%00", "type=nope", "list=x", "most=-1", "most=²", "most=99999999999999", "after=AAAA", "agncy=a"]
)
def test_a_bent_question_is_refused_by_its_parameter_and_not_answered_with_other_cases(query):
    answer = Program("ward_officer", "ward-a").get(f"/api/v1/desk/cases?{query}")
    assert (answer.status_code, answer.json()["code"]) == (400, "case.unreadable_query")
    assert list(answer.json()["fields"]) == [query.partition("=")[0]]


@pytest.mark.parametrize("query", ["most=0", "most=999", "type=&list=&after=&agency=&most="])
def test_a_question_that_says_little_is_answered(query):
    assert Program("ward_officer", "ward-a").get(f"/api/v1/desk/cases?{query}").status_code == 200


def test_the_description_names_every_kind_with_its_fields():
    described = Program().get("/api/v1/openapi.json").json()
    answers = described["paths"][OPEN]["post"]["requestBody"]["content"]["application/json"]["schema"]["properties"]["answers"]
    assert answers["required"] == ["kind", "description"]
    assert answers["properties"]["name"]["x-personal-data"] == "name"
    assert answers["properties"]["kind"]["oneOf"][0]["const"] == "lamp"


def test_opening_through_the_api_costs_few_statements(django_assert_max_num_queries):
    program = Program("intake_application")
    program.post(OPEN, {"answers": ANSWERS})
    with django_assert_max_num_queries(5):
        program.post(OPEN, {"answers": ANSWERS}, **{"Idempotency-Key": "request-00000003"})


def test_a_participants_code_shows_the_case_without_what_its_filer_said():
    opened = a_case(by=Actor.anonymous())
    case = Case.objects.get(id=opened.id)
    joined = Participant.objects.create(id=new_id(), case=case, code=new_code(), at=case.filed_at)
    found = Program().get(f"/api/v1/cases/{joined.code}")
    assert found.status_code == 200 and found.json()["code"] == show_code(joined.code)
    for hidden in (opened.code, show_code(opened.code), "Đèn tắt", "Nguyễn Văn A", str(opened.id)):
        assert hidden not in found.content.decode()
