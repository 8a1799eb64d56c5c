"""What GeoReport's addresses answer to whoever reads."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from django.utils import timezone

from motcham.apps.feedback_1022.open311.tests.conftest import BASE, LAMP
from motcham.blocks.cases import api as cases
from motcham.blocks.identity import testing

pytestmark = pytest.mark.django_db

REQUEST = [
    "service_request_id", "status", "status_notes", "service_name", "service_code", "description", "agency_responsible",
    "service_notice", "requested_datetime", "updated_datetime", "expected_datetime", "address", "address_id", "zipcode", "lat",
    "long", "media_url",
]  # fmt: skip


def released(ref: str, text: str = "Đèn tắt & tối < 3 đêm", **changes: object) -> None:
    """Release a report as an officer does."""
    cases.release(by=testing.system, case_id=cases.read_ref(ref), text=text, **changes)


def closed(ref: str) -> None:
    """Answer a report."""
    cases.take_step(by=testing.system, case_id=cases.read_ref(ref), to="answered", message="Đã thay bóng.")


def test_discovery_is_there_in_both_forms_and_agrees(get):
    as_json, as_xml = get("discovery.json"), get("discovery.xml")
    assert list(as_json) == ["changeset", "contact", "key_service", "endpoints"]
    assert [each.tag for each in as_xml] == list(as_json)
    assert as_xml.findtext("endpoints/endpoint/url") == as_json["endpoints"][0]["url"] == "http://testserver/open311/v2"
    assert as_json["endpoints"][0]["specification"] == "http://wiki.open311.org/GeoReport_v2"
    assert [each.text for each in as_xml.iter("format")] == as_json["endpoints"][0]["formats"] == ["text/xml", "application/json"]
    assert as_json["changeset"] < f"{timezone.now():%Y-%m-%d %H:%M}"


def test_discovery_also_answers_above_the_version(client):
    assert client.get("/open311/discovery.xml").content == client.get(f"{BASE}/discovery.xml").content


def test_services_are_the_categories_of_the_form(get):
    as_json, as_xml = get("services.json"), get("services.xml")
    codes = [each["service_code"] for each in as_json]
    assert "infrastructure.street_light" in codes and len(codes) == len(set(codes))
    assert [each.findtext("service_code") for each in as_xml.findall("service")] == codes
    assert [each.findtext("metadata") for each in as_xml] == ["true" if each["metadata"] else "false" for each in as_json]
    assert {each["type"] for each in as_json} == {"realtime"}


def test_a_service_asks_what_the_form_asks_for_its_category(get):
    asking = "infrastructure.traffic_signal"
    as_json, as_xml = get(f"services/{asking}.json"), get(f"services/{asking}.xml")
    assert {each["service_code"]: each["metadata"] for each in get("services.json")}[asking] is True
    danger = next(each for each in as_json["attributes"] if each["code"] == "danger")
    assert danger["datatype"] == "singlevaluelist" and danger["required"] is True
    assert [each["key"] for each in danger["values"]] == ["yes", "no"]
    assert [each["order"] for each in as_json["attributes"]] == list(range(1, len(as_json["attributes"]) + 1))
    assert [each.tag for each in as_xml.find("attributes/attribute")] == list(danger)


def test_words_come_in_the_language_that_is_asked_for(get):
    names = {locale: get("services.json", locale=locale)[0]["service_name"] for locale in ("vi", "en")}
    assert names["vi"] != names["en"]


def test_nothing_is_listed_before_an_officer_released_it(get, post):
    ref = post(description="Hàng xóm tôi")[0]["service_request_id"]
    assert get("requests.json") == [] and len(get("requests.xml")) == 0
    alone = get(f"requests/{ref}.json")[0]
    assert alone["status"] == "open" and alone["service_code"] == LAMP["service_code"]
    assert set(alone) == {
        "service_request_id", "status", "service_name", "service_code", "requested_datetime", "updated_datetime", "expected_datetime",
    }  # fmt: skip
    assert get("requests.json", service_request_id=f"{ref},unknown") == [alone]


def test_a_released_request_is_told_as_the_specification_orders(get, post):
    ref = post(description="Nhà ông A")[0]["service_request_id"]
    released(ref)
    as_json, as_xml = get("requests.json")[0], get("requests.xml").find("request")
    assert list(as_json) == REQUEST == [each.tag for each in as_xml]
    assert as_json["description"] == "Đèn tắt & tối < 3 đêm" == as_xml.findtext("description")
    assert (as_json["lat"], as_json["long"]) == (10.7769, 106.7009)
    assert as_json["address"].startswith("Phường Sài Gòn") and as_json["address_id"] == "26740"
    assert datetime.fromisoformat(as_json["requested_datetime"]).utcoffset() == timedelta(hours=7)
    assert [each["service_request_id"] for each in get(f"requests/{ref}.json")] == [ref]


def test_status_and_times_follow_the_case(get, post):
    first, second = (post()[0]["service_request_id"] for _ in range(2))
    for ref in (first, second):
        released(ref)
    closed(first)
    assert [each["service_request_id"] for each in get("requests.json", status="closed")] == [first]
    assert [each["service_request_id"] for each in get("requests.json", status="open")] == [second]
    assert len(get("requests.json", status="open,closed")) == 2
    after = get(f"requests/{first}.json")[0]
    assert after["status"] == "closed" and after["updated_datetime"] > after["requested_datetime"][:19]


def test_updated_after_finds_what_was_closed_since(get, post):
    ref = post()[0]["service_request_id"]
    released(ref)
    later = (timezone.now() + timedelta(seconds=1)).isoformat()
    assert get("requests.json", updated_after=later) == []
    cases.take_step(
        by=testing.system, case_id=cases.read_ref(ref), to="answered", message="Xong.", at=timezone.now() + timedelta(minutes=1)
    )
    assert [each["service_request_id"] for each in get("requests.json", updated_after=later, page_size="10")] == [ref]


def test_lists_come_in_pages_that_lead_on(client, get, post):
    refs = [post()[0]["service_request_id"] for _ in range(3)]
    for ref in refs:
        released(ref)
    pages = [[each["service_request_id"] for each in get("requests.json", page=str(n), page_size="2")] for n in (1, 2, 3)]
    assert [len(page) for page in pages] == [2, 1, 0] and sorted(ref for page in pages for ref in page) == sorted(refs)
    link = client.get(f"{BASE}/requests.json", {"page_size": "2"})["Link"]
    assert 'rel="next"' in link and "page=2" in link


def test_services_can_be_chosen_several_at_once(get, post):
    wanted = post()[0]["service_request_id"], post(service_code="other.anything")[0]["service_request_id"]
    for ref in wanted:
        released(ref)
    assert len(get("requests.json", service_code=LAMP["service_code"])) == 1
    assert len(get("requests.json", service_code=f"{LAMP['service_code']},other.anything")) == 2


@pytest.mark.parametrize(
    ("given", "named"),
    [
        ({"start_date": "yesterday"}, "start_date"),
        ({"start_date": "2026-01-01", "end_date": "2026-12-31"}, "end_date"),
        ({"end_date": "0001-01-01T00:00:00Z"}, "_date"),
        ({"status": "broken"}, "status"),
        ({"page": "0"}, "page"),
        ({"page": "²"}, "page"),
        ({"page_size": "1001"}, "page_size"),
        ({"page": "11", "page_size": "1000"}, "page"),
    ],
)
def test_arguments_that_cannot_be_read_are_named(get, given, named):
    for form in ("json", "xml"):
        wrong = get(f"requests.{form}", 400, **given)
        said = wrong[0]["description"] if form == "json" else wrong.findtext("error/description")
        assert named in said


def test_a_plus_that_was_not_escaped_is_still_a_time(client, agencies):
    assert client.get(f"{BASE}/requests.json?start_date=2026-11-01T00:00:00+07:00").status_code == 200


@pytest.mark.parametrize("path", ["requests/NOPE.json", "services/nope.json", "tokens/1.json", "nothing.json", "a/b/c.json"])
def test_what_is_not_there_is_said_in_the_form_asked_for(get, path):
    assert get(path, 404)[0]["code"] == 404
    assert get(path.replace(".json", ".xml"), 404).findtext("error/code") == "404"


def test_another_jurisdiction_is_not_served(get):
    assert get("services.json", jurisdiction_id="") == get("services.json", jurisdiction_id="hochiminhcity.gov.vn")
    assert "city.gov" in get("services.json", 404, jurisdiction_id="city.gov")[0]["description"]


def test_an_id_is_its_own_token(get, post):
    ref = post()[0]["service_request_id"]
    assert get(f"tokens/{ref}.json") == [{"service_request_id": ref, "token": ref}]


def test_scripts_of_other_sites_may_call(client):
    assert client.get(f"{BASE}/services.json")["Access-Control-Allow-Origin"] == "*"
    asked = client.options(f"{BASE}/requests.json")
    assert asked.status_code == 204 and "POST" in asked["Access-Control-Allow-Methods"]


def test_an_unchanged_list_is_not_sent_again(client, agencies):
    first = client.get(f"{BASE}/requests.json")
    again = client.get(f"{BASE}/requests.json", headers={"If-None-Match": first["ETag"]})
    assert again.status_code == 304 and again["ETag"] == first["ETag"]


def test_a_method_that_is_not_answered_says_which_are(client):
    refused = client.delete(f"{BASE}/requests.json")
    assert refused.status_code == 405 and refused["Allow"] == "GET, POST, HEAD, OPTIONS"


def test_without_an_ending_the_form_follows_what_is_accepted(client, agencies):
    assert client.get(f"{BASE}/services")["Content-Type"] == "text/xml; charset=utf-8"
    asked = client.get(f"{BASE}/services", headers={"Accept": "application/json"})
    assert asked["Content-Type"] == "application/json; charset=utf-8"
