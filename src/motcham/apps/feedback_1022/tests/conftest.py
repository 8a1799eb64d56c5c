"""Every test of 1022 knows the agencies."""

from __future__ import annotations

import pytest

from motcham.blocks.identity import api as identity
from motcham.blocks.identity.testing import system


@pytest.fixture(autouse=True)
def _known(request: pytest.FixtureRequest) -> None:
    """Load the agencies where a test has a database."""
    if request.node.get_closest_marker("django_db"):
        request.getfixturevalue("db")
        identity.load_agencies(by=system)
