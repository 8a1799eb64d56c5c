"""GeoReport v2 as it is served here, in OpenAPI: read by tools that try every operation, and by people."""

from __future__ import annotations

from typing import Any

from motcham.apps.feedback_1022.open311.services import services

BASE = "/open311/v2"
_TEXT: dict[str, Any] = {"type": ["string", "null"]}
_TIME: dict[str, Any] = {"type": ["string", "null"], "format": "date-time"}


def _object(needed: tuple[str, ...], /, **properties: dict[str, Any]) -> dict[str, Any]:
    return {"type": "object", "properties": properties, "required": list(needed)}


def _list(name: str) -> dict[str, Any]:
    return {"type": "array", "items": {"$ref": f"#/components/schemas/{name}"}}


SCHEMAS: dict[str, Any] = {
    "Service": _object(
        ("service_code", "service_name", "metadata", "type"),
        service_code={"type": "string"},
        service_name={"type": "string"},
        description=_TEXT,
        metadata={"type": "boolean"},
        type={"type": "string", "enum": ["realtime", "batch", "blackbox"]},
        keywords=_TEXT,
        group=_TEXT,
    ),
    "Attribute": _object(
        ("variable", "code", "datatype", "required"),
        variable={"type": "boolean"},
        code={"type": "string"},
        datatype={"type": "string", "enum": ["string", "number", "datetime", "text", "singlevaluelist", "multivaluelist"]},
        required={"type": "boolean"},
        datatype_description=_TEXT,
        order={"type": ["integer", "null"]},
        description=_TEXT,
        values={"type": "array", "items": _object(("key", "name"), key={"type": "string"}, name={"type": "string"})},
    ),
    "ServiceDefinition": _object(("service_code", "attributes"), service_code={"type": "string"}, attributes=_list("Attribute")),
    "Request": _object(
        ("service_request_id", "status", "service_code", "requested_datetime"),
        service_request_id={"type": "string"},
        status={"type": "string", "enum": ["open", "closed"]},
        status_notes=_TEXT,
        service_name=_TEXT,
        service_code={"type": "string"},
        description={"type": ["string", "null"], "maxLength": 4000},
        agency_responsible=_TEXT,
        service_notice=_TEXT,
        requested_datetime={"type": "string", "format": "date-time"},
        updated_datetime=_TIME,
        expected_datetime=_TIME,
        address=_TEXT,
        address_id=_TEXT,
        zipcode=_TEXT,
        lat={"type": ["number", "null"]},
        long={"type": ["number", "null"]},
        media_url={"type": ["string", "null"], "format": "uri"},
    ),
    "Posted": _object(("service_request_id",), service_request_id={"type": "string"}, service_notice=_TEXT, account_id=_TEXT),
    "Token": _object(("service_request_id", "token"), service_request_id={"type": "string"}, token={"type": "string"}),
    "Discovery": _object(
        ("changeset", "contact", "key_service", "endpoints"),
        changeset={"type": "string"},
        contact={"type": "string"},
        key_service={"type": "string"},
        endpoints={"type": "array", "items": {"type": "object"}},
    ),
    "Error": _object(("code", "description"), code={"type": "integer"}, description={"type": "string"}),
}


def _query(name: str, description: str = "", **schema: Any) -> dict[str, Any]:
    return {"name": name, "in": "query", "description": description, "schema": {"type": "string", **schema}}


_JURISDICTION = _query("jurisdiction_id", "May be left out: this endpoint serves one city.")
_LOCALE = _query("locale", "Language of the words.", enum=["vi", "en"])
_LIST = [
    _query("service_request_id", "Ids, with commas; overrides the rest."),
    _query("service_code", "Codes, with commas."),
    _query("start_date", "Earliest time of receipt.", format="date-time"),
    _query("end_date", "Latest time of receipt, at most 90 days after the earliest.", format="date-time"),
    _query("status", "open, closed, or both with a comma.", enum=["open", "closed", "open,closed"]),
    _query("updated_after", "Instead of start_date: released or closed since then.", format="date-time"),
    _query("updated_before", "Instead of end_date.", format="date-time"),
    _query("page", pattern="^[1-9][0-9]{0,3}$"),
    _query("page_size", "At most 1000.", pattern="^([1-9][0-9]{0,2}|1000)$"),
    _query("extensions", enum=["true", "false"]),
]


def _answers(schema: dict[str, Any], form: str) -> dict[str, Any]:
    kinds = {"json": {"application/json": {"schema": schema}}, "xml": {"text/xml": {}}}
    errors = {"json": {"application/json": {"schema": _list("Error")}}, "xml": {"text/xml": {}}}
    return {
        "200": {"description": "As asked", "content": kinds[form]},
        "default": {"description": "The specification's array of errors", "content": errors[form]},
    }


def _get(summary: str, schema: dict[str, Any], form: str, *parameters: dict[str, Any]) -> dict[str, Any]:
    return {"summary": summary, "parameters": [*parameters, _JURISDICTION, _LOCALE], "responses": _answers(schema, form)}


def _post(form: str) -> dict[str, Any]:
    text = {"type": "string"}
    fields: dict[str, Any] = {
        "api_key": text,
        "jurisdiction_id": text,
        "service_code": {"type": "string", "enum": list(services())},
        "lat": {"type": "number", "minimum": -90, "maximum": 90},
        "long": {"type": "number", "minimum": -180, "maximum": 180},
        "description": {"type": "string", "maxLength": 5000},
        **dict.fromkeys(
            ("address_string", "address_id", "email", "phone", "first_name", "last_name", "device_id", "account_id", "media_url"),
            text,
        ),
    }
    attributes = {each.code: text for service in services().values() for each in service.attributes}
    fields |= {f"attribute[{code}]": kind for code, kind in attributes.items()}
    body = {"type": "object", "properties": fields, "required": ["service_code"]}
    files = {**body, "properties": {**fields, "media": {"type": "string", "format": "binary"}}}
    return {
        "summary": "Report something",
        "requestBody": {
            "required": True,
            "content": {"application/x-www-form-urlencoded": {"schema": body}, "multipart/form-data": {"schema": files}},
        },
        "responses": _answers(_list("Posted"), form),
    }


def openapi() -> dict[str, Any]:
    """Return the OpenAPI 3.1 document of the endpoint, each operation in both forms."""
    paths: dict[str, Any] = {}
    code = {"name": "service_code", "in": "path", "required": True, "schema": {"type": "string", "enum": list(services())}}
    ref = {"name": "id", "in": "path", "required": True, "schema": {"type": "string", "pattern": "^[0-9A-HJKMNP-TV-Z]{26}$"}}
    for form in ("json", "xml"):
        one = {"$ref": "#/components/schemas/ServiceDefinition"}
        paths |= {
            f"{BASE}/discovery.{form}": {"get": _get("Where the endpoint is", {"$ref": "#/components/schemas/Discovery"}, form)},
            f"{BASE}/services.{form}": {"get": _get("What can be reported", _list("Service"), form)},
            f"{BASE}/services/{{service_code}}.{form}": {"get": _get("The extra questions of a service", one, form, code)},
            f"{BASE}/requests.{form}": {
                "get": _get("Released requests, the latest first", _list("Request"), form, *_LIST),
                "post": _post(form),
            },
            f"{BASE}/requests/{{id}}.{form}": {"get": _get("One request", _list("Request"), form, ref)},
            f"{BASE}/tokens/{{id}}.{form}": {"get": _get("The id of a token", _list("Token"), form, ref)},
        }
    return {
        "openapi": "3.1.0",
        "info": {"title": "Một Chạm: Open311 GeoReport v2", "version": "2"},
        "paths": paths,
        "components": {"schemas": SCHEMAS},
    }
