"""What /places/find.json takes and gives, as OpenAPI describes it."""

from __future__ import annotations

from typing import Any

from motcham.blocks.places.define import Extent, Level, Relation

_TEXT: dict[str, Any] = {"type": "string"}
_DAY: dict[str, Any] = {"type": "string", "format": "date"}
_NAMED = {"code": _TEXT, "valid_from": _DAY, "name": _TEXT}
_LEVEL = {"type": "string", "enum": [each.value for each in Level]}


def openapi() -> dict[str, Any]:
    """Return the description of the one operation."""
    asked = [
        {
            "name": "text",
            "in": "query",
            "required": False,
            "schema": {"type": "string", "maxLength": 300},
            "description": "An address or the name or code of an area, old or new: P. Bến Nghé, Q.1.",
        },
        {
            "name": "on",
            "in": "query",
            "required": False,
            "schema": _DAY,
            "description": "The day on which the answer is to be true; today where it is left out.",
        },
    ]
    answers = {
        "200": {"description": "What it may name", "content": {"application/json": {"schema": _FOUND}}},
        "400": {"description": "The day is no day", "content": {"application/problem+json": {"schema": {"type": "object"}}}},
    }
    one = {
        "operationId": "findAreas",
        "summary": "Candidates for an address, on a day",
        "parameters": asked,
        "responses": answers,
    }
    return {
        "openapi": "3.1.0",
        "info": {"title": "Một Chạm: tìm phường, xã", "version": "1"},
        "paths": {"/places/find.json": {"get": one}},
    }


def _object(**properties: Any) -> dict[str, Any]:
    return {"type": "object", "properties": properties, "required": list(properties), "additionalProperties": False}


def _list(items: dict[str, Any]) -> dict[str, Any]:
    return {"type": "array", "items": items}


_SUCCESSOR = _object(**_NAMED, level=_LEVEL, extent={"type": "string", "enum": [each.value for each in Extent]})
_CANDIDATE = _object(
    **_NAMED,
    valid_to={"type": ["string", "null"], "format": "date"},
    level=_LEVEL,
    district=_TEXT,
    province=_TEXT,
    score={"type": "integer", "minimum": 0, "maximum": 100, "description": "How well the words fit; the highest stands first."},
    relation={
        "type": "string",
        "enum": [each.value for each in Relation],
        "description": "How it stands to the areas of the day.",
    },
    also={"type": "string", "description": "The name of before 2021 by which it was found."},
    on=_DAY,
    successors=_list(_SUCCESSOR),
)
_FOUND = _object(
    text=_TEXT,
    on=_DAY,
    certain={"type": ["string", "null"], "description": "code@valid_from where only one area can be meant."},
    areas=_list(_object(**_NAMED)),
    candidates=_list(_CANDIDATE),
    more={"type": "integer", "minimum": 0, "description": "How many more there are."},
)
