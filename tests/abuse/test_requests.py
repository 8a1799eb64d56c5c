"""Requests that no browser sends: lying lengths, floods of headers, other people's host names, deep and doubled JSON."""

from __future__ import annotations

import json
from urllib.parse import urljoin

import pytest
from django.test import Client
from django.urls import reverse

from motcham.blocks.cases.models import Case
from motcham.blocks.cases.testing import forget_callers
from motcham.blocks.identity import testing as identity

pytestmark = pytest.mark.django_db
OPEN = "/api/v1/cases/feedback_1022.report"
REPORT = "/new/feedback_1022.report/"
OPEN311 = "/open311/v2/requests.json"
GOOD = {
    "category": "infrastructure.street_light",
    "description": "Đèn tắt.",
    "place": {"lon": 106.7031, "lat": 10.7769, "address": "Đồng Khởi"},
    "name": "Nguyễn Văn A",
    "phone": "0901234567",
}


@pytest.fixture(autouse=True)
def unhurried(db: None) -> None:
    forget_callers()
    identity.an_agency(code="ward.26740", area_code="26740")


@pytest.fixture
def anybody() -> Client:
    return Client(raise_request_exception=False)


def as_words(answer) -> str:
    """Return what an answer says to a person, whichever form it has."""
    if "json" in answer["Content-Type"]:
        said = json.loads(answer.content)
        said = said[0] if isinstance(said, list) else said
        return str(said.get("title") or said.get("description") or "")
    return str(answer.text)


# --- what is too much


@pytest.mark.parametrize("path", [REPORT, OPEN, OPEN311, "/api/v1/attachments", "/account/login/"])
def test_a_body_larger_than_may_be_is_refused_before_it_is_read(anybody, path):
    answer = anybody.generic(
        "POST", path, b"", content_type="application/x-www-form-urlencoded", CONTENT_LENGTH=str(10**12), HTTP_ACCEPT="text/html"
    )
    assert answer.status_code == 413
    assert "<h1>" in answer.text or as_words(answer)


@pytest.mark.parametrize("path", [REPORT, OPEN, OPEN311])
def test_a_form_with_too_much_text_is_told_that_it_is_too_much(anybody, path):
    answer = anybody.post(path, "a=" + "x" * (13 * 1024 * 1024), content_type="application/x-www-form-urlencoded")
    assert answer.status_code in (400, 413) and as_words(answer)


@pytest.mark.parametrize("path", [REPORT, OPEN311])
def test_ten_thousand_fields_are_too_many(anybody, path):
    answer = anybody.post(
        path, "&".join(f"a{number}=1" for number in range(10_000)), content_type="application/x-www-form-urlencoded"
    )
    assert answer.status_code in (400, 413) and as_words(answer)


@pytest.mark.parametrize("length", ["-1", "many", "", "1e3", "99999999999999999999999", "0x10"])
@pytest.mark.parametrize("path", [REPORT, OPEN, OPEN311])
def test_a_length_that_lies_breaks_nothing(anybody, path, length):
    answer = anybody.generic("POST", path, b"{}", content_type="application/json", CONTENT_LENGTH=length)
    assert answer.status_code < 500


def test_floods_of_headers_cookies_and_queries_break_nothing(anybody):
    headers = {f"X-Flood-{number}": "x" * 100 for number in range(1000)}
    cookies = "; ".join(f"c{number}={'x' * 100}" for number in range(1000))
    for answer in (
        anybody.get("/", headers=headers),
        anybody.get("/", HTTP_COOKIE=cookies),
        anybody.get("/", HTTP_COOKIE="sessionid=" + "x" * 100_000),
        anybody.get("/", HTTP_COOKIE="language=" + "\x00" * 100),
        anybody.get("/1022/reports/?" + "&".join(f"a{number}={number}" for number in range(5000))),
        anybody.get("/", HTTP_ACCEPT="text/html;q=" + "9" * 10_000),
        anybody.get("/", HTTP_ACCEPT_LANGUAGE=",".join(["vi;q=0.1"] * 5000)),
        anybody.get("/", HTTP_AUTHORIZATION="Bearer " + "\x00" * 10),
        anybody.get("/open311/v2/requests.json", HTTP_IF_NONE_MATCH='"' * 10_000),
        anybody.get("/", HTTP_IF_MODIFIED_SINCE="Thu, 99 Foo 99999 99:99:99 GMT"),
    ):
        assert answer.status_code < 500


# --- JSON as nobody writes it


@pytest.mark.parametrize(
    "body",
    [
        b"[" * 100_000,
        b'{"answers":' * 50_000,
        b'{"answers":{"category":"a","category":"b"}}',
        b'{"answers":{},"answers":{"category":"x"}}',
        b'{"answers":{"category":' + b"9" * 5000 + b"}}",
        b'{"answers":{"category":1e999}}',
        b'{"answers":{"category":"\\ud800"}}',
        b'{"answers":{"category":"\\u0000"}}',
        b'{"answers":{"' + b"k" * 100_000 + b'":1}}',
        '{"answers":{"\u202e":"\u200b"}}'.encode(),
        b"\xff\xfe\x00\x00",
        b"\x1f\x8b\x08\x00",
        b"NaN",
        b"null",
        b"",
        b'{"answers":{"place":{"lon":NaN,"lat":Infinity}}}',
        b'{"answers":{"place":{"lon":1e308,"lat":-1e308}}}',
        json.dumps({"answers": {**GOOD, "name": "A" * 1_000_000}}).encode(),
        json.dumps({"answers": {f"x{number}": 1 for number in range(20_000)}}).encode(),
    ],
    ids=range(19),
)
@pytest.mark.parametrize("kind", ["application/json", "text/plain", "application/xml", "multipart/form-data", "a/b;c=\x00"])
def test_json_as_nobody_writes_it_is_refused_in_words(anybody, body, kind):
    answer = anybody.generic("POST", OPEN, body, content_type=kind)
    assert 400 <= answer.status_code < 500
    assert as_words(answer)
    assert Case.objects.count() == 0


def test_a_doubled_parameter_is_one_parameter(anybody):
    body = "service_code=infrastructure.street_light&service_code=noise&lat=10.77&lat=0&long=106.70&long=0&description=a&description=b"
    answer = anybody.post(f"{OPEN311}?service_code=x&lat=1", body, content_type="application/x-www-form-urlencoded")
    assert answer.status_code in (200, 400, 404)
    assert Case.objects.count() <= 1


# --- whose house it is


@pytest.mark.parametrize(
    "host", ["evil.example", "testserver@evil.example", "testserver:99999999", "a" * 5000, "tést", "..", "[::1"]
)
@pytest.mark.parametrize("path", ["/", REPORT, "/open311/v2/discovery.json", "/ogc/?f=json", "/1022/reports.atom", "/nothing"])
def test_the_name_of_another_house_is_refused_and_never_repeated(anybody, host, path):
    answer = anybody.get(path, HTTP_HOST=host)
    assert answer.status_code < 500
    assert "evil.example" not in answer.text and "evil.example" not in str(answer.headers)


@pytest.mark.parametrize("path", ["/", "/1022/reports.atom", "/open311/v2/discovery.json", "/ogc/?f=json", "/board/", "/1022/"])
def test_no_header_of_a_proxy_puts_another_name_into_a_page_that_others_may_be_given(anybody, path):
    headers = {
        "X-Forwarded-Host": "evil.example",
        "X-Forwarded-Server": "evil.example",
        "X-Host": "evil.example",
        "Forwarded": "host=evil.example",
        "X-Original-URL": "/evil.example",
        "X-Rewrite-URL": "/evil.example",
        "X-Forwarded-Prefix": "/evil.example",
        "X-Forwarded-Port": "6666",
    }
    plain, tricked = anybody.get(path), anybody.get(path, headers=headers)
    assert tricked.status_code == plain.status_code
    assert "evil.example" not in tricked.text and ":6666" not in str(tricked.headers)
    assert "evil.example" not in str(tricked.headers)


def test_a_method_is_what_it_is(anybody):
    opened = anybody.post(OPEN, {"answers": GOOD}, content_type="application/json")
    assert opened.status_code == 201, opened.text
    for header in ("X-HTTP-Method-Override", "X-HTTP-Method", "X-Method-Override"):
        assert anybody.get(OPEN, headers={header: "POST"}).status_code == 404
        assert anybody.post("/board/", {"_method": "DELETE"}, headers={header: "DELETE"}).status_code == 405
    for method in ("PUT", "DELETE", "PATCH", "TRACE", "CONNECT", "PROPFIND", "X" * 100):
        assert anybody.generic(method, "/").status_code == 405
        assert anybody.generic(method, OPEN).status_code == 405
    assert Case.objects.count() == 1


@pytest.mark.parametrize(
    "way",
    [
        "//evil.example",
        "https://evil.example",
        "/\\evil.example",
        "javascript:alert(1)",
        "///evil.example",
        "https:evil.example",
        "/%09/evil.example",
        "\t//evil.example",
        "http:///evil.example",
    ],
)
def test_nobody_is_led_out_of_the_house(anybody, way):
    officer = identity.client_of(identity.an_officer(role="administrator", agency_code=_agency()))
    for client in (anybody, officer):
        for name in (
            "account_login",
            "account_signup",
            "account_step_up",
            "account_reauthenticate",
            "mfa_authenticate",
            "account_kept",
            "account_logout",
        ):
            for answer in (client.get(reverse(name), {"next": way}), client.post(reverse(name), {"next": way})):
                to = answer.headers.get("Location", "/")
                assert urljoin("http://testserver/", to).startswith("http://testserver/"), to
                assert f'href="{way}' not in answer.text and f'action="{way}' not in answer.text
        answer = client.post(reverse("ui:language", args=["en"]), {"next": way}, HTTP_REFERER=way)
        assert "evil.example" not in answer.headers.get("Location", "")


def _agency() -> str:
    identity.an_agency(code="test-abuse-city", kind="city")
    return "test-abuse-city"


@pytest.mark.parametrize(
    "path",
    [
        "/static/../keys/secret_key.txt",
        "/static/%2e%2e/%2e%2e/etc/passwd",
        "/static//etc/passwd",
        "/ledger/tile/../../etc/passwd",
        "/ledger/tile/%2e%2e%2f%2e%2e%2fetc%2fpasswd",
        "/..;/",
        "/%00",
        "/static/\\..\\..\\etc\\passwd",
    ],
)
def test_no_address_leads_to_a_file_of_the_machine(anybody, path):
    answer = anybody.get(path)
    assert answer.status_code in (301, 400, 404)
    assert "root:" not in answer.text


# --- once is once


def test_a_key_used_again_opens_nothing_new_whatever_is_in_it(anybody):
    for key in ("k", "k", " k ", "k" * 10_000, "'; DROP TABLE", "\x00", "é"):
        answer = anybody.post(OPEN, {"answers": GOOD}, content_type="application/json", headers={"Idempotency-Key": key})
        assert answer.status_code in (200, 201, 409), (key, answer.text)
    first = Case.objects.count()
    again = anybody.post(OPEN, {"answers": GOOD}, content_type="application/json", headers={"Idempotency-Key": "k"})
    assert again.status_code == 200 and Case.objects.count() == first


def test_a_code_is_not_found_by_trying_even_when_it_is_tried_rightly(anybody):
    code = anybody.post(OPEN, {"answers": GOOD}, content_type="application/json").json()["code"]
    for _each in range(31):
        anybody.get("/api/v1/cases/0000-0000-00000")
    told = anybody.get(f"/track/{code}/")
    assert told.status_code == 429 and int(told["Retry-After"]) > 0
    by_program = anybody.get(f"/api/v1/cases/{code}")
    assert by_program.status_code == 429 and int(by_program["Retry-After"]) > 0
