"""JSON Schema and OpenAPI of every case type, read from its definition."""

from __future__ import annotations

from typing import Any

from motcham.blocks.cases.define import CaseType, case_types
from motcham.blocks.cases.lists import Queue
from motcham.kernel.terms import Field, Kind

_PLACE = {
    "type": "object",
    "properties": {
        "lon": {"type": "number", "minimum": -180, "maximum": 180},
        "lat": {"type": "number", "minimum": -90, "maximum": 90},
        "area": {
            "type": "string",
            "pattern": "^[0-9]{5}$",
            "description": "Code of the ward, commune or special zone; counts more than the point.",
        },
        "address": {"type": "string", "maxLength": 300},
    },
    "anyOf": [{"required": ["lon", "lat"]}, {"required": ["address"]}],
    "additionalProperties": False,
}
_KINDS: dict[Kind, dict[str, Any]] = {
    Kind.TEXT: {"type": "string"},
    Kind.LONG_TEXT: {"type": "string"},
    Kind.CHOICE: {"type": "string"},
    Kind.CHOICES: {"type": "array", "uniqueItems": True},
    Kind.YES_NO: {"type": "boolean"},
    Kind.INTEGER: {"type": "integer"},
    Kind.DATE: {"type": "string", "format": "date"},
    Kind.PHONE: {"type": "string", "examples": ["0901 234 567", "+84901234567"]},
    Kind.EMAIL: {"type": "string", "format": "email"},
    Kind.PERSONAL_NUMBER: {"type": "string", "pattern": "^[0-9]{12}$"},
    Kind.PLACE: _PLACE,
    Kind.AGENCY: {"type": "string", "description": "Code of an agency."},
    Kind.FILES: {"type": "array", "items": {"type": "string"}, "description": "Tokens that POST /api/v1/attachments returned."},
    Kind.GROUP: {"type": "array"},
}


def field_schema(each: Field) -> dict[str, Any]:
    """Return the JSON Schema of one answer."""
    schema: dict[str, Any] = {"title": str(each.label), **_KINDS[each.kind]}
    if each.hint:
        schema["description"] = f"{each.hint} {schema.get('description', '')}".strip()
    match each.kind:
        case Kind.TEXT | Kind.LONG_TEXT:
            schema["maxLength"] = each.longest
        case Kind.CHOICE:
            schema["oneOf"] = _choices(each)
        case Kind.CHOICES:
            schema["items"] = {"type": "string", "oneOf": _choices(each)}
        case Kind.FILES:
            schema["maxItems"] = each.at_most
        case Kind.GROUP:
            schema |= {"items": answers_schema(each.fields), "minItems": each.at_least, "maxItems": each.at_most}
    if each.is_personal:
        schema["x-personal-data"] = each.identifies or True
    if each.when is not None:
        schema["x-conditional"] = True
    return schema


def _choices(each: Field) -> list[dict[str, str]]:
    return [{"const": choice.key, "title": str(choice.label)} for choice in each.choices]


def answers_schema(fields: tuple[Field, ...]) -> dict[str, Any]:
    """Return the JSON Schema of the answers to some fields; conditional ones are never required by it."""
    either = {frozenset((each.name, each.instead_of)) for each in fields if each.instead_of and each.required}
    schema: dict[str, Any] = {
        "type": "object",
        "properties": {each.name: field_schema(each) for each in fields},
        "required": [each.name for each in fields if each.required and each.when is None and not each.instead_of],
        "additionalProperties": False,
    }
    if either:
        schema["allOf"] = [{"anyOf": [{"required": [name]} for name in sorted(names)]} for names in sorted(either, key=sorted)]
    return schema


def openapi() -> dict[str, Any]:
    """Return the OpenAPI 3.1 document of the API of cases."""
    types = [each for each in case_types if each.retired is None]
    paths: dict[str, Any] = {
        f"/api/v1/cases/{each.key}{':{variant}' if each.variants else ''}": {"post": _open(each)} for each in types
    }
    return {
        "openapi": "3.1.0",
        "info": {"title": "Một Chạm: cases", "version": "1"},
        "paths": paths | _COMMON,
        "components": {
            "securitySchemes": {"token": {"type": "http", "scheme": "bearer"}},
            "responses": {
                "Problem": _content(
                    {"$ref": "#/components/schemas/Problem"}, "Refused, with what to do next", "application/problem+json"
                )
            },
            "schemas": {"Problem": _PROBLEM, "Opened": _OPENED, "Case": _CASE, "Act": _ACT},
        },
    }


def _open(case_type: CaseType) -> dict[str, Any]:
    body = {
        "type": "object",
        "properties": {
            # The fields of a variant are on its own page.
            "answers": {"type": "object"} if case_type.variants else answers_schema(case_type.fields),
            "channel": {"type": "string"},
            "language": {"type": "string", "enum": ["vi", "en"]},
        },
        "required": ["answers"],
        "additionalProperties": False,
    }
    key = {"name": "Idempotency-Key", "in": "header", "schema": {"type": "string", "minLength": 8, "maxLength": 100}}
    return {
        "summary": str(case_type.label),
        "description": f"{case_type.official_name}. {case_type.legal_basis}",
        "security": [{"token": []}, {}] if case_type.anyone_files else [{"token": []}],
        "parameters": [*([_path("variant")] if case_type.variants else []), key],
        "requestBody": {"required": True, "content": {"application/json": {"schema": body}}},
        "responses": {
            "201": _content({"$ref": "#/components/schemas/Opened"}, "Opened"),
            "200": _content({"$ref": "#/components/schemas/Opened"}, "The same request had opened it before"),
            "default": {"$ref": "#/components/responses/Problem"},
        },
    }


def _content(schema: dict[str, Any], description: str, media: str = "application/json") -> dict[str, Any]:
    return {"description": description, "content": {media: {"schema": schema}}}


def _answers(schema: dict[str, Any], description: str, status: str = "200") -> dict[str, Any]:
    return {status: _content(schema, description), "default": {"$ref": "#/components/responses/Problem"}}


def _path(name: str) -> dict[str, Any]:
    return {"name": name, "in": "path", "required": True, "schema": {"type": "string"}}


def _query(name: str, **schema: Any) -> dict[str, Any]:
    return {"name": name, "in": "query", "schema": {"type": "string", **schema}}


_TIME = {"type": ["string", "null"], "format": "date-time"}
_PROBLEM = {
    "type": "object",
    "properties": {
        "type": {"type": "string"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "code": {"type": "string"},
        "instance": {"type": "string"},
        "fields": {"type": "object", "additionalProperties": {"type": "string"}},
    },
    "required": ["title", "status", "code"],
}
_OPENED = {
    "type": "object",
    "properties": {
        "code": {"type": "string"},
        "agency": {"type": "string"},
        "due_at": _TIME,
        "href": {"type": "string"},
    },
    "required": ["code", "agency", "due_at", "href"],
}
_CASE = {
    "type": "object",
    "properties": {
        "type": {"type": "string"},
        "title": {"type": "string"},
        "agency": {"type": "string"},
        "area": {"type": "string"},
        "category": {"type": "string"},
        "step": {"type": "string"},
        "state": {"type": "string", "enum": ["open", "paused", "closed"]},
        "received_at": _TIME,
        "due_at": _TIME,
        "late_at": _TIME,
        "closed_at": _TIME,
        "provisional": {"type": "boolean"},
        "synthetic": {"type": "boolean"},
        "events": {"type": "array", "items": {"type": "object"}},
    },
    "required": ["type", "title", "agency", "step", "state", "received_at", "due_at"],
}
_ACT = {
    "type": "object",
    "properties": {
        "act": {
            "type": "string",
            "description": "A step that the case may go to, or transfer, extend, note, reopen, confide, excerpt, hand_back.",
        },
        "version": {
            "type": "integer",
            "description": "The version that was read; the act is refused (409) if the case has moved since.",
        },
        "message": {"type": "string", "maxLength": 5000},
        "agency": {"type": "string", "description": "Code of the agency that a transfer hands the case to."},
        "answers": {"type": "object", "description": "What the step asks for."},
    },
    "required": ["act"],
    "additionalProperties": False,
}
_CASE_REF = {"$ref": "#/components/schemas/Case"}
_COMMON: dict[str, Any] = {
    "/api/v1/cases/{code}": {
        "get": {
            "summary": "Follow a case by its code",
            "parameters": [_path("code")],
            "responses": _answers(_CASE_REF, "The case"),
        }
    },
    "/api/v1/attachments": {
        "post": {
            "summary": "Send a file, to be named in the answers of a case within a day",
            "requestBody": {
                "content": {
                    "multipart/form-data": {
                        "schema": {"type": "object", "properties": {"file": {"type": "string", "format": "binary"}}}
                    }
                }
            },
            "responses": _answers({"type": "object", "properties": {"token": {"type": "string"}}}, "Kept", "201"),
        }
    },
    "/api/v1/desk/cases": {
        "get": {
            "summary": "A page of the cases that the caller may read, by what is due",
            "security": [{"token": []}],
            "parameters": [
                _query("list", enum=[each.value for each in Queue]),
                _query("type"),
                _query("agency", description="Code of an agency"),
                _query("after", description="`next` of the page before"),
                _query("most", pattern="^[0-9]{1,3}$"),
            ],
            "responses": _answers(
                {
                    "type": "object",
                    "properties": {"cases": {"type": "array", "items": _CASE_REF}, "next": {"type": ["string", "null"]}},
                },
                "A page",
            ),
        }
    },
    "/api/v1/desk/cases/{id}": {
        "get": {
            "summary": "A case; reading it is recorded as a look",
            "security": [{"token": []}],
            "parameters": [_path("id"), _query("purpose")],
            "responses": _answers(_CASE_REF, "The case"),
        }
    },
    "/api/v1/desk/cases/{id}/acts": {
        "post": {
            "summary": "Take one act",
            "security": [{"token": []}],
            "parameters": [_path("id")],
            "requestBody": {"required": True, "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Act"}}}},
            "responses": _answers(_CASE_REF, "The case as it is now"),
        }
    },
}
