"""What /ogc/ says of itself: its links, its collections, its OpenAPI description."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import urlencode

from motcham.blocks.places import queries

JSON, HTML, GEOJSON = "application/json", "text/html", "application/geo+json"
OPENAPI = "application/vnd.oai.openapi+json;version=3.0"
CRS84 = "http://www.opengis.net/def/crs/OGC/1.3/CRS84"
GREGORIAN = "http://www.opengis.net/def/uom/ISO-8601/0/Gregorian"
CONFORMS_TO = [f"http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/{name}" for name in ("core", "oas30", "html", "geojson")]
COLLECTIONS: dict[str, dict[str, str]] = {
    "areas": {
        "title": "Phường, xã, đặc khu có ranh giới (từ 01/07/2025)",
        "description": "Wards, communes and the special zone of Ho Chi Minh City in force since 2025-07-01, with boundaries simplified "
        "to about 20 m. There are small gaps and overlaps between them. Source: "
        + queries.SOURCE
        + " (MIT over a state map; ask the publishing house before a large redistribution).",
    },
    "units": {
        "title": "Đơn vị hành chính mọi thời điểm từ 2021",
        "description": "Provinces, districts and communes by (code, valid_from), with what became of them and under which law. "
        "Units of before 2025-07-01 have no geometry: no openly licensed boundaries are known.",
    },
}
EXTENT: dict[str, dict[str, Any]] = {
    "spatial": {"bbox": [[106.3, 8.5, 107.6, 11.6]], "crs": CRS84},
    "temporal": {"interval": [["2021-02-01T00:00:00Z", None]]},
}


def link(rel: str, kind: str, title: str, href: str) -> dict[str, str]:
    """Return one link."""
    return {"rel": rel, "type": kind, "title": title, "href": href}


def self_links(address: str, kind: str) -> list[dict[str, str]]:
    """Return the links of a resource to itself and to its page for people."""
    return [
        link("self", kind, "This document", f"{address}?f=json"),
        link("alternate", HTML, "This document as a page", f"{address}?f=html"),
    ]


def landing(base: str) -> dict[str, Any]:
    """Return the landing page."""
    return {
        "title": "Một Chạm: địa bàn hành chính",
        "description": "Administrative areas of Ho Chi Minh City as of any date, by OGC API - Features.",
        "attribution": queries.SOURCE,
        "links": [
            *self_links(f"{base}/", JSON),
            link("service-desc", OPENAPI, "The API in OpenAPI 3.0", f"{base}/api?f=json"),
            link("service-doc", HTML, "The API for people", f"{base}/api?f=html"),
            link("conformance", JSON, "Conformance classes", f"{base}/conformance?f=json"),
            link("data", JSON, "Collections", f"{base}/collections?f=json"),
        ],
    }


def collection(base: str, key: str) -> dict[str, Any]:
    """Return one collection."""
    address = f"{base}/collections/{key}"
    temporal = {"interval": [["2025-07-01T00:00:00+07:00", None]]} if key == "areas" else EXTENT["temporal"]
    return {
        "id": key,
        **COLLECTIONS[key],
        "extent": {"spatial": EXTENT["spatial"], "temporal": {**temporal, "trs": GREGORIAN}},
        "itemType": "feature",
        "crs": [CRS84],
        "links": [
            *self_links(address, JSON),
            link("items", GEOJSON, "Features as GeoJSON", f"{address}/items?f=json"),
            link("items", HTML, "Features as a page", f"{address}/items?f=html"),
        ],
    }


def item_links(address: str, asked: Mapping[str, str], *, offset: int, limit: int, matched: int) -> list[dict[str, str]]:
    """Return the links of a page of features: to itself, to the page after it and the one before."""

    def at(start: int, form: str = "json") -> str:
        return f"{address}?{urlencode({**asked, **({'offset': start} if start else {}), 'f': form})}"

    links = [link("self", GEOJSON, "This document", at(offset)), link("alternate", HTML, "As a page", at(offset, "html"))]
    if offset + limit < matched:
        links.append(link("next", GEOJSON, "The features after these", at(offset + limit)))
    if offset:
        links.append(link("prev", GEOJSON, "The features before these", at(max(0, offset - limit))))
    return links


def openapi(base: str, *, properties: Sequence[str], limit: int, most: int) -> dict[str, Any]:
    """Return the description of every operation."""
    form = _query("f", {"type": "string", "enum": ["json", "html"]}, "The form of the answer; else by the Accept header.")
    box = {"type": "array", "items": {"type": "number"}, "minItems": 4, "maxItems": 6}
    asked = [
        _query("bbox", box, "west,south,east,north in degrees (CRS84); with six numbers heights are left out.", explode=False),
        _query("bbox-crs", {"type": "string", "enum": [CRS84]}, "The coordinate system of the box."),
        _query("datetime", {"type": "string"}, "A date, a date-time, or an interval; .. on an open side."),
        _query("limit", {"type": "integer", "minimum": 1, "maximum": most, "default": limit}, "At most so many features."),
        _query("offset", {"type": "integer", "minimum": 0, "default": 0}, "How many features to leave out."),
        *(_query(name, {"type": "string"}, f"Only features whose {name} is this.") for name in properties),
    ]
    key = _in_path("collectionId", {"type": "string", "enum": list(COLLECTIONS)}, "A collection.")
    feature = _in_path("featureId", {"type": "string"}, "code@valid_from, for example 26740@2025-07-01.")
    paths = {
        "/": _get("getLandingPage", "What is here", [form], JSON),
        "/conformance": _get("getConformance", "Classes of the standard that are kept", [form], JSON),
        "/api": _get("getApi", "This description", [form], OPENAPI),
        "/collections": _get("getCollections", "The collections", [form], JSON),
        "/collections/{collectionId}": _get("describeCollection", "One collection", [key, form], JSON),
        "/collections/{collectionId}/items": _get("getFeatures", "Features", [key, form, *asked], GEOJSON),
        "/collections/{collectionId}/items/{featureId}": _get("getFeature", "One feature", [key, feature, form], GEOJSON),
    }
    info = {"title": "Một Chạm: địa bàn hành chính", "version": "1.0.0", "license": {"name": "MIT"}}
    return {"openapi": "3.0.3", "info": info, "servers": [{"url": base}], "paths": paths}


def _query(name: str, schema: Mapping[str, Any], about: str, *, explode: bool = True) -> dict[str, Any]:
    return {
        "name": name,
        "in": "query",
        "required": False,
        "description": about,
        "schema": schema,
        "style": "form",
        "explode": explode,
    }


def _in_path(name: str, schema: Mapping[str, Any], about: str) -> dict[str, Any]:
    return {"name": name, "in": "path", "required": True, "description": about, "schema": schema}


def _get(operation: str, summary: str, parameters: list[dict[str, Any]], kind: str) -> dict[str, Any]:
    problem = {"content": {"application/problem+json": {"schema": {"type": "object"}}}}
    answers = {
        "200": {"description": summary, "content": {kind: {"schema": {"type": "object"}}, HTML: {"schema": {"type": "string"}}}},
        "302": {"description": "The page for people"},
        "304": {"description": "Nothing changed since"},
        "400": {"description": "A parameter is wrong or unknown", **problem},
        "404": {"description": "There is no such thing", **problem},
    }
    return {
        "get": {"operationId": operation, "summary": summary, "tags": ["OGC API"], "parameters": parameters, "responses": answers}
    }
