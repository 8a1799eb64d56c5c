"""The files of the board, as OpenAPI describes them."""

from __future__ import annotations

from typing import Any

from motcham.apps.operations_centre.measures import MEASURES
from motcham.blocks.cases.define import case_types

_COUNT: dict[str, Any] = {"type": "integer", "minimum": 0}
_SHARE: dict[str, Any] = {"type": ["string", "null"], "pattern": "^[0-9.]+$"}
_PROBLEM = {"content": {"application/problem+json": {"schema": {"type": "object"}}}}
_FIGURE = {
    "type": "object",
    "properties": {
        "scope": {"type": "string", "enum": ["city", "agency", "area", "category", "channel"]},
        "code": {"type": "string"},
        "name": {"type": "string"},
        **dict.fromkeys(("received", "closed", "on_time", "late", "decided", "rated", "stars", "overdue", "pending"), _COUNT),
        "share": {**_SHARE, "description": "on_time / decided, rounded half-up to four decimals."},
        "interval": {"type": ["array", "null"], "items": {"type": "string"}, "minItems": 2, "maxItems": 2},
        "median_hours": _SHARE,
    },
    "required": [
        "scope",
        "code",
        "name",
        "received",
        "closed",
        "on_time",
        "late",
        "decided",
        "share",
        "interval",
        "rated",
        "stars",
    ],
    "additionalProperties": False,
}
_FIGURES = {
    "type": "object",
    "properties": {
        "month": {"type": "string", "pattern": "^[0-9]{4}-[0-9]{2}$"},
        "until": {"type": "string", "format": "date"},
        "type": {"type": ["string", "null"]},
        "synthetic": {"type": "boolean", "description": "Whether the cases behind the figures are replayed, not real."},
        "version": {"type": "integer"},
        "counted_at": {"type": "string", "format": "date-time"},
        "method": {"type": "object", "additionalProperties": {"type": "string"}},
        "figures": {"type": "array", "items": _FIGURE},
    },
    "required": ["month", "until", "type", "version", "counted_at", "method", "figures"],
}


def openapi() -> dict[str, Any]:
    """Return the OpenAPI 3.1 document of the files."""
    chosen = [
        _query("month", {"type": "string", "pattern": "^20[0-9]{2}-(0[1-9]|1[0-2])$"}, "The month; the present one if left out."),
        _query("on", {"type": "string", "format": "date"}, "As it stood at the end of this day."),
        _query("type", {"type": "string", "enum": [each.key for each in case_types]}, "Cases of this kind alone."),
        _query("measure", {"type": "string", "enum": list(MEASURES)}, "What the map shows; it changes no file."),
    ]
    day = {"name": "day", "in": "path", "required": True, "schema": {"type": "string", "format": "date"}}
    table, shapes = {"type": "string"}, {"type": "object"}
    closed = _get("A day as it was kept at its end: the hash of these bytes is in the log", [day], "application/json", shapes)
    closed["get"]["responses"]["404"] = {"description": "That day was not kept", **_PROBLEM}
    return {
        "openapi": "3.1.0",
        "info": {"title": "Một Chạm: số liệu chất lượng phục vụ", "version": "1"},
        "paths": {
            "/board/figures.json": _get("Every figure with its counts and its method", chosen, "application/json", _FIGURES),
            "/board/figures.csv": _get("The counts as a table", chosen, "text/csv", table),
            "/board/wards.geojson": _get("The boundaries that the map is drawn in", chosen, "application/geo+json", shapes),
            "/board/closing/{day}.json": closed,
        },
    }


def _query(name: str, schema: dict[str, Any], about: str) -> dict[str, Any]:
    return {"name": name, "in": "query", "required": False, "schema": schema, "description": about}


def _get(summary: str, parameters: list[dict[str, Any]], kind: str, schema: dict[str, Any]) -> dict[str, Any]:
    answers = {
        "200": {"description": summary, "content": {kind: {"schema": schema}}},
        "304": {"description": "Nothing changed since"},
        "400": {"description": "There are no figures of what was asked for", **_PROBLEM},
    }
    return {"get": {"summary": summary, "parameters": parameters, "responses": answers}}
