"""What the tests of Open311 need: agencies, nothing remembered, and calls as programs make them."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any
from xml.etree.ElementTree import Element

import pytest
from defusedxml.ElementTree import fromstring
from django.test import Client

from motcham.apps.feedback_1022.open311 import listing, services
from motcham.blocks.identity import api as identity
from motcham.blocks.identity import testing

BASE = "/open311/v2"
LAMP = {"service_code": "infrastructure.street_light", "lat": "10.7769", "long": "106.7009"}


@pytest.fixture(autouse=True)
def nothing_remembered() -> None:
    """Forget the rows that were written and the services that were read."""
    listing.kept.clear()
    services.forget()


@pytest.fixture
def agencies(db: None) -> None:
    """Have the agencies of the city."""
    identity.load_agencies(by=testing.system)


@pytest.fixture
def get(client: Client) -> Callable[..., Any]:
    """Ask for a resource; JSON comes back read, XML as its root element."""

    def ask(path: str, code: int = 200, **given: str) -> Any:
        answer = client.get(f"{BASE}/{path}", given)
        assert answer.status_code == code, answer.content
        return read(answer)

    return ask


@pytest.fixture
def post(client: Client, agencies: None) -> Callable[..., Any]:
    """Report something as a program does."""

    def send(status: int = 200, form: str = "json", **given: Any) -> Any:
        answer = client.post(f"{BASE}/requests.{form}", {**LAMP, **given})
        assert answer.status_code == status, answer.content
        return read(answer)

    return send


def read(answer: Any) -> Any:
    """Return an answer as its kind says."""
    if answer["Content-Type"] == "application/json; charset=utf-8":
        return json.loads(answer.content)
    assert answer["Content-Type"] == "text/xml; charset=utf-8"
    assert answer.content.startswith(b'<?xml version="1.0" encoding="UTF-8"?>')
    root: Element = fromstring(answer.content)
    return root
