"""A list costs the same number of queries whether it shows three cases or thirty."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from motcham.blocks.cases import testing as case_testing
from motcham.blocks.identity import testing
from motcham.blocks.identity.define import Actor

pytestmark = pytest.mark.django_db

# Route, query, and how many queries it may take at most: the session and what the page shows.
LISTS = (("cases:inbox", "?list=due", 6), ("cases:inbox", "?list=due&agency=all", 6), ("cases_api:inbox", "?list=due", 4))


@pytest.fixture
def officer() -> Iterator[Actor]:
    testing.an_agency(code="test-desk")
    testing.an_agency(code="one")
    with case_testing.registered():
        yield testing.an_officer(role="ward_officer", agency_code="one")


def queries(client: Client, address: str) -> tuple[int, str]:
    client.get(address)  # What the process keeps (agencies, calendar) is read once, not by each page.
    with CaptureQueriesContext(connection) as asked:
        response = client.get(address)
    assert response.status_code == 200
    return len(asked), "\n".join(query["sql"][:120] for query in asked)


@pytest.mark.parametrize(("route", "query", "most"), LISTS)
def test_a_longer_list_takes_no_more_queries(route: str, query: str, most: int, officer: Actor):
    address = reverse(route) + query
    client, agency_id = testing.client_of(officer), officer.posts[0].agency_id
    for _ in range(3):
        case_testing.a_case(agency_id=agency_id)
    few, _ = queries(client, address)
    for _ in range(20):
        case_testing.a_case(agency_id=agency_id)
    many, statements = queries(client, address)
    assert many == few, statements
    assert many <= most, statements
