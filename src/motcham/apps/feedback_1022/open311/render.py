"""Writes answers as GeoReport asks: XML without a schema, JSON by the Spark convention, times as W3C wants them."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import msgspec

from motcham.kernel.calendar import CITY

XML, JSON = "xml", "json"
TYPES = {XML: "text/xml; charset=utf-8", JSON: "application/json; charset=utf-8"}
DECLARATION = '<?xml version="1.0" encoding="UTF-8"?>\n'
# How the members of each list are called in XML; in JSON they have no name.
MEMBERS = {
    "services": "service",
    "attributes": "attribute",
    "values": "value",
    "service_requests": "request",
    "service_request_updates": "request_update",
    "errors": "error",
    "endpoints": "endpoint",
    "formats": "format",
    "photos": "photo",
}
# What XML 1.0 cannot hold at all.
_UNFIT = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_MARKS = re.compile("[&<>\x00-\x08\x0b\x0c\x0e-\x1f\r\ud800-\udfff\ufffe\uffff]")
_json = msgspec.json.Encoder()


def member(name: str, value: Any, form: str) -> Any:
    """Return one member of the list `name`, written once so that several lists can hold it."""
    return _json.encode(value) if form == JSON else element(MEMBERS[name], value)


def write_list(name: str, members: Sequence[Any], form: str) -> bytes:
    """Return a whole answer of members that are written already."""
    if form == JSON:
        return b"[" + b",".join(members) + b"]"
    return f"{DECLARATION}<{name}>{''.join(members)}</{name}>".encode()


def write(name: str, value: Any, form: str) -> bytes:
    """Return a whole answer called `name` in one of the two forms."""
    if form == JSON:
        return _json.encode(value)
    return (DECLARATION + element(name, value)).encode()


def element(name: str, value: Any) -> str:
    """Return a value as an XML element of this name."""
    if isinstance(value, str):
        return f"<{name}>{text(value)}</{name}>"
    if value is None:
        return f"<{name}></{name}>"
    if isinstance(value, Mapping):
        return f"<{name}>{''.join([element(key, each) for key, each in value.items()])}</{name}>"
    if isinstance(value, bool):
        return f"<{name}>{'true' if value else 'false'}</{name}>"
    if isinstance(value, Sequence):
        member = MEMBERS[name]
        return f"<{name}>{''.join([element(member, each) for each in value])}</{name}>"
    return f"<{name}>{value}</{name}>"


def text(value: str) -> str:
    """Return text as it stands in XML."""
    if _MARKS.search(value) is None:
        return value
    return _UNFIT.sub("", value).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace("\r", "&#13;")


def moment(at: datetime | None) -> str | None:
    """Return a time as the specification wants it, with the offset of the city."""
    return None if at is None else at.astimezone(CITY).isoformat(timespec="seconds")
