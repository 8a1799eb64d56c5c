"""Two agencies whose cases are counted."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from motcham.blocks.cases import testing as cases_testing
from motcham.blocks.identity import testing as identity


@pytest.fixture
def agencies(db: None) -> Iterator[tuple[int, int]]:
    """A desk and a ward, and a kind of case."""
    identity.forget()
    with cases_testing.registered():
        yield identity.an_agency(code="test-desk", kind="desk"), identity.an_agency(code="test-ward")
    identity.forget()
