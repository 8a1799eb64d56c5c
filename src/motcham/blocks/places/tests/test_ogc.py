"""OGC API - Features as its clients read it: OWSLib over HTTP, and the requirements of Part 1 that it does not try."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
import shapely
from django.test import Client
from owslib.ogcapi.features import Features

from motcham.blocks.places import api, features

pytestmark = pytest.mark.django_db


def get(client: Client, path: str, **asked: object) -> Any:
    answer = client.get(f"/ogc/{path}", asked)
    return json.loads(answer.content)


def test_owslib_reads_everything(live_server: Any) -> None:
    service = Features(f"{live_server.url}/ogc/")
    assert service.links
    assert "http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/core" in service.conformance()["conformsTo"]
    assert service.api()["openapi"].startswith("3.0")
    assert service.feature_collections() == ["areas", "units"]
    about = service.collection("areas")
    assert about["extent"]["spatial"]["bbox"]
    found = service.collection_items("areas", bbox=[106.69, 10.77, 106.70, 10.78], datetime_="2026-01-01", limit=5)
    assert "Phường Sài Gòn" in {each["properties"]["name"] for each in found["features"]}
    one = service.collection_item("areas", "26740@2025-07-01")
    assert one["geometry"]["type"] == "MultiPolygon"
    assert one["properties"]["predecessors"][0]["basis"].startswith("1685/NQ-UBTVQH15")
    assert service.collection_items("units", datetime_="2021-02-01", level="commune", limit=1)["numberMatched"] == 312


def pages(client: Client, **asked: object) -> Iterator[Any]:
    """Yield the pages of a collection by its links, as a client follows them."""
    answer = get(client, "collections/units/items", **asked)
    while True:
        yield answer
        following = next((link["href"] for link in answer["links"] if link["rel"] == "next"), None)
        if following is None:
            return
        answer = json.loads(client.get(following).content)


def test_the_links_lead_through_all_features_once(client: Client) -> None:
    read = list(pages(client, limit=300))
    ids = [each["id"] for page in read for each in page["features"]]
    assert len(ids) == len(set(ids)) == read[0]["numberMatched"] > 800
    assert [page["numberReturned"] for page in read[:-1]] == [300] * (len(read) - 1)


def test_every_boundary_is_a_valid_geometry_around_the_point_inside(client: Client) -> None:
    found = get(client, "collections/areas/items", limit=1000)["features"]
    assert len(found) == 168
    for each in found:
        area = api.area(code=each["properties"]["code"])
        shape = shapely.from_geojson(json.dumps(each["geometry"]))
        assert shape.contains(shapely.Point(area.lon, area.lat)), area
        assert shapely.make_valid(shape).symmetric_difference(shape.buffer(0)).area < 1e-6, area
        assert list(shape.bounds) == pytest.approx(each["bbox"], abs=1e-4)
        assert api.geometry(code=area.code) == each["geometry"]


@pytest.mark.parametrize(
    "box", [(106.69, 10.77, 106.70, 10.78), (107.0, 10.3, 107.2, 10.5), (106.6, 10.9, 106.61, 10.91), (108, 9, 109, 10)]
)
def test_a_box_meets_what_a_geometry_library_says_it_meets(client: Client, box: tuple[float, ...]) -> None:
    found = get(client, "collections/areas/items", bbox=",".join(map(str, box)), limit=1000)["features"]
    frame = shapely.box(*box)
    expected = {
        features.feature_id(area)
        for area in api.areas()
        if shapely.make_valid(shapely.from_geojson(features.geometry_text(area.code))).intersects(frame)
    }
    assert {each["id"] for each in found} == expected


@pytest.mark.parametrize(
    ("when", "number"),
    [
        ("2025-07-01", 168),
        ("2025-06-30T16:59:59Z", 0),
        ("2025-06-30T17:00:00Z", 168),
        ("2020-01-01/2025-06-30", 0),
        ("../2026-01-01", 168),
        ("2026-01-01/..", 168),
        ("2026-01-01/", 168),
    ],
)
def test_a_span_of_time_gives_what_existed_in_it(client: Client, when: str, number: int) -> None:
    answer = get(client, "collections/areas/items", datetime=when)
    assert answer["numberMatched"] == number
    assert ("note" in answer) is (number == 0)


@pytest.mark.parametrize(
    ("path", "asked", "status"),
    [
        ("collections/areas/items", {"bbox": "1,2,3"}, 400),
        ("collections/areas/items", {"bbox": "1,2,3,nan"}, 400),
        ("collections/areas/items", {"bbox": "107,11,106,10"}, 400),
        ("collections/areas/items", {"bbox-crs": "http://example.org/crs"}, 400),
        ("collections/areas/items", {"datetime": "yesterday"}, 400),
        ("collections/areas/items", {"datetime": "2026-01-01/2025-01-01"}, 400),
        ("collections/areas/items", {"datetime": "2026-01-01T00:00:00"}, 400),
        ("collections/areas/items", {"datetime": "../.."}, 400),
        ("collections/areas/items", {"datetime": "0001-01-01T00:00:00+14:00"}, 400),
        ("collections/areas/items", {"limit": "0"}, 400),
        ("collections/areas/items", {"limit": "-1"}, 400),
        ("collections/areas/items", {"offset": "x"}, 400),
        ("collections/areas/items", {"colour": "red"}, 400),
        ("collections/areas/items", {"f": "xml"}, 400),
        ("collections/rivers", {}, 404),
        ("collections/rivers/items", {}, 404),
        ("collections/areas/items/26740", {}, 404),
        ("collections/areas/items/26740@2021-02-01", {}, 404),
        ("collections/areas/items/26740@2021-99-99", {}, 404),
    ],
)
def test_what_is_wrong_is_said_as_a_problem(client: Client, path: str, asked: dict[str, str], status: int) -> None:
    answer = client.get(f"/ogc/{path}", asked)
    assert (answer.status_code, answer["Content-Type"]) == (status, "application/problem+json")
    body = json.loads(answer.content)
    assert body["title"] and body["status"] == status and body["code"].startswith("places.")


def test_answers_are_kept_by_caches_and_read_from_any_site(client: Client) -> None:
    for path in (
        "",
        "conformance",
        "api",
        "collections",
        "collections/areas",
        "collections/areas/items",
        "collections/units/items/760@2021-02-01",
    ):
        answer = client.get(f"/ogc/{path}")
        assert answer.status_code == 200 and answer["Access-Control-Allow-Origin"] == "*"
        assert "max-age" in answer["Cache-Control"]
        again = client.get(f"/ogc/{path}", headers={"If-None-Match": answer["ETag"]})
        assert (again.status_code, again.content) == (304, b"")
        assert client.post(f"/ogc/{path}").status_code == 405
        page = client.get(f"/ogc/{path}", {"f": "html"}, follow=True)
        assert page.status_code == 200 and page["Content-Type"].startswith("text/html")
        # It carries the menu of whoever asks.
        assert "public" not in page.get("Cache-Control", "")


def test_the_answer_describes_itself(client: Client) -> None:
    answer = client.get("/ogc/collections/units/items", {"limit": 1, "level": "district"})
    assert answer["Content-Type"] == "application/geo+json"
    body = json.loads(answer.content)
    assert body["features"][0]["geometry"] is None
    assert {link["rel"] for link in body["links"]} == {"self", "alternate", "next"}
    described = json.loads(client.get("/ogc/api").content)["paths"]
    assert {"/", "/conformance", "/collections", "/collections/{collectionId}/items/{featureId}"} <= set(described)


@pytest.mark.parametrize(
    ("language", "said"), [("en", "a whole number from 1"), ("vi", "số nguyên từ 1"), ("fr", "số nguyên từ 1")]
)
def test_a_program_is_refused_in_the_language_it_asks_for(client: Client, language: str, said: str) -> None:
    answer = client.get("/ogc/collections/areas/items?limit=x", headers={"Accept-Language": language})
    assert said in answer.json()["title"]


def test_a_wrong_method_is_told_to_a_program_as_such(client: Client) -> None:
    answer = Client(enforce_csrf_checks=True).post("/ogc/collections")
    assert (answer.status_code, answer.json()["code"]) == (405, "wrong_method")
