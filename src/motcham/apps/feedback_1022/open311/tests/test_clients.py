"""Existing clients, call by call as their code makes them: none of them knows us, and none has to be changed.

GeoReporter is City-of-Bloomington/open311-android (`models/Open311.java`), FixMyStreet mysociety/fixmystreet
(`perllib/Open311.pm`), three PyPI's `three` 0.8.0 (`core.py`), georeport PyPI's `georeport` 0.3.1, node-open311 npm's
`open311` 0.0.12. What each demands of an answer stands beside its calls.
"""

from __future__ import annotations

import io
import json

import pytest
from defusedxml.ElementTree import fromstring
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from motcham.apps.feedback_1022.open311.tests.conftest import BASE, LAMP
from motcham.blocks.cases import api as cases
from motcham.blocks.identity import testing

pytestmark = pytest.mark.django_db
FORM = "application/x-www-form-urlencoded"


def key() -> str:
    """Return a key as a client has it."""
    return testing.token_of(testing.an_officer(role="intake_application", agency_code="desk.1022"))


def a_png() -> SimpleUploadedFile:
    """Return the picture that GeoReporter sends: PNG under a fixed name, without a kind."""
    out = io.BytesIO()
    Image.new("RGB", (64, 48), "orange").save(out, "PNG")
    return SimpleUploadedFile("media.png", out.getvalue(), content_type="application/octet-stream")


def test_georeporter_loads_services_reports_with_a_photo_and_follows(client, agencies):
    services = json.loads(client.get(f"{BASE}/services.json?jurisdiction_id=hochiminhcity.gov.vn").content)
    assert all(isinstance(each["group"], str) and each["group"] for each in services), "it builds its menu of groups"
    asking = next(each for each in services if each["metadata"] is True)["service_code"]
    definition = json.loads(client.get(f"{BASE}/services/{asking}.json?jurisdiction_id=").content)
    assert {"code", "datatype", "required", "order", "values"} <= set(definition["attributes"][0])
    sent = {
        **LAMP, "jurisdiction_id": "hochiminhcity.gov.vn", "api_key": key(), "address_string": "25 Le Loi",
        "attribute[kinds][]": ["a", "b"], "media": a_png(), "device_id": "tt222111",
    }  # fmt: skip
    posted = client.post(f"{BASE}/requests.json", sent)
    assert posted.status_code == 200, "it takes any other status for a failure"
    report = json.loads(posted.content)[0]
    followed = json.loads(client.get(f"{BASE}/requests/{report['service_request_id']}.json?jurisdiction_id=").content)
    assert followed[0]["status"] in ("open", "closed")


def test_georeporter_shows_the_first_error(client, agencies):
    refused = client.post(f"{BASE}/requests.json", {**LAMP, "lat": "48.1", "api_key": key()})
    assert refused.status_code != 200 and json.loads(refused.content)[0]["description"]


def test_fixmystreet_sends_a_problem_and_reads_updates(client, agencies):
    """XML alone, jurisdiction in the form, an empty last name, attributes of its own, the photo by its address."""
    sent = {
        "jurisdiction_id": "", "api_key": key(), "lat": "10.7769", "long": "106.7009", "email": "an@vidu.vn", "first_name": "An",
        "last_name": "", "description": "title: Đèn\n\ndetail: tắt\n\nurl: http://www.example.com/report/1\n\nSubmitted via FixMyStreet\n",
        "service_code": LAMP["service_code"], "media_url": "http://www.example.com/photo/1.full.jpeg", "attribute[external_id]": "1",
    }  # fmt: skip
    root = fromstring(client.post(f"{BASE}/requests.xml", sent).content)
    ref = root.findtext("request/service_request_id")
    assert root.tag == "service_requests" and ref and root.find("request/token") is None
    assert fromstring(client.get(f"{BASE}/tokens/{ref}.xml").content).findtext("request/service_request_id") == ref
    listed = fromstring(client.get(f"{BASE}/requests.xml", {"jurisdiction_id": "", "service_request_id": ref}).content)
    assert listed.findtext("request/status") == "open"
    update = {
        "jurisdiction_id": "", "api_key": sent["api_key"], "update_id_ext": "7", "updated_datetime": "2026-11-22T10:00:00Z",
        "service_request_id": ref, "service_request_id_ext": "1", "status": "OPEN", "email": "an@vidu.vn", "description": "Vẫn tối",
        "public_anonymity_required": "TRUE", "update_id": "7",
    }  # fmt: skip
    root = fromstring(client.post(f"{BASE}/servicerequestupdates.xml", update).content)
    assert root.findtext("request_update/update_id") == "7", "an empty element would be no id to it"
    error = fromstring(client.post(f"{BASE}/requests.xml", {**sent, "api_key": "old"}).content)
    assert error.findtext("error/code") == "403" and error.findtext("error/description")


def test_three_finds_lists_and_posts(client, agencies):
    """It sends `media` as a file, dates as days at midnight, `page_size` for its count, and reads errors like answers."""
    assert json.loads(client.get(f"{BASE}/discovery.json").content)["endpoints"]
    found = client.get(
        f"{BASE}/requests.json",
        {
            "start_date": "2026-10-01T00:00:00Z",
            "end_date": "2026-11-22T00:00:00Z",
            "page_size": "5",
            "jurisdiction_id": "hochiminhcity.gov.vn",
        },
    )
    assert json.loads(found.content) == []
    sent = {
        **LAMP,
        "address_string": "25 Le Loi",
        "first_name": "Zach",
        "last_name": "Williams",
        "phone": "0901234567",
        "api_key": "",
    }
    assert json.loads(client.post(f"{BASE}/requests.json", {**sent, "media": a_png()}).content)[0]["service_request_id"]


def test_georeport_reads_both_forms(client, agencies, post):
    """It raises for any status but a good one and takes the first of JSON's list, or `service_requests/request` of XML."""
    ref = post()[0]["service_request_id"]
    cases.release(by=testing.system, case_id=cases.read_ref(ref), text="Đèn tắt")
    given = {"service_code": LAMP["service_code"], "status": "open", "jurisdiction_id": "hochiminhcity.gov.vn"}
    assert client.get(f"{BASE}/requests.json", given).json()[0]["service_request_id"] == ref
    assert fromstring(client.get(f"{BASE}/requests.xml", given).content).findtext("request/service_request_id") == ref


def test_node_open311_discovers_and_submits(client, agencies):
    """The jurisdiction stands in the address of a POST; attributes are written `attribute[code]`; dates go to `new Date`."""
    endpoint = client.get("/open311/discovery.json").json()["endpoints"][0]
    assert endpoint["type"] in ("production", "test") and "application/json" in endpoint["formats"]
    body = f"service_code={LAMP['service_code']}&lat=10.7769&long=106.7009&api_key={key()}&attribute%5Bx%5D=1&description=%C4%90%C3%A8n"
    posted = client.post(f"{BASE}/requests.json?jurisdiction_id=hochiminhcity.gov.vn", body, content_type=FORM)
    assert posted.status_code < 300 and posted.json()[0]["service_request_id"]
