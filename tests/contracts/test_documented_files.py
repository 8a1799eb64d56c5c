"""What is really answered, with something in it, is what the OpenAPI documents of the house promise."""

from __future__ import annotations

from typing import Any

import jsonschema_rs
import pytest
from django.test import Client

from motcham.apps.operations_centre import fresh
from motcham.blocks.cases import testing as case_testing
from motcham.blocks.identity import testing as identity
from motcham.blocks.indicators import testing as indicators

pytestmark = pytest.mark.django_db


def promised(document: str, path: str) -> Any:
    """Return what validates the answers of an operation."""
    answers = Client().get(document).json()["paths"][path]["get"]["responses"]
    return jsonschema_rs.validator_for(answers["200"]["content"]["application/json"]["schema"])


@pytest.mark.parametrize("text", ["P. Bến Nghé, Q.1", "Quận 2", "Phường Sài Gòn", "26740", "nơi không có", ""])
@pytest.mark.parametrize("on", ["", "2021-02-01", "2025-07-01"])
def test_an_address_is_answered_as_documented(text, on):
    body = Client().get("/places/find.json", {"text": text, **({"on": on} if on else {})}).json()
    promised("/places/openapi.json", "/places/find.json").validate(body)


def test_the_figures_are_given_as_documented():
    identity.an_agency(code="test-desk", kind="desk")
    identity.forget()
    with case_testing.registered():
        case_testing.a_case()
        indicators.counted()
        fresh.forget()
        body = Client().get("/board/figures.json").json()
    assert {each["scope"] for each in body["figures"]} >= {"city", "agency"}
    promised("/board/openapi.json", "/board/figures.json").validate(body)


@pytest.mark.parametrize("path", ["/places/find.json?on=soon", "/board/closing/2020-01-01.json", "/board/closing/soon.json"])
def test_a_file_that_is_refused_says_so_in_the_form_that_programs_read(path):
    refused = Client().get(path, headers={"Accept": "*/*"})
    assert refused.status_code in (400, 404) and refused["Content-Type"] == "application/problem+json"
