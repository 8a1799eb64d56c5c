"""A ward that the board counts."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from motcham.apps.operations_centre import fresh
from motcham.blocks.cases import testing as cases_testing
from motcham.blocks.identity import testing as identity
from motcham.blocks.places import api as places


@pytest.fixture
def ward(db: None) -> Iterator[int]:
    """A ward's committee, with a desk, and a kind of case."""
    identity.forget()
    fresh.forget()
    with cases_testing.registered():
        identity.an_agency(code="test-desk", kind="desk")
        area = places.areas()[0]
        yield identity.an_agency(code=f"ward.{area.code}", area_code=area.code)
    identity.forget()
    fresh.forget()
