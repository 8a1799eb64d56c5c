"""Every test of 1022 knows the agencies, and nothing that another one showed."""

from __future__ import annotations

import pytest

from motcham.apps.feedback_1022 import shared
from motcham.blocks.cases.testing import forget_callers
from motcham.blocks.identity import api as identity
from motcham.blocks.identity.testing import system


@pytest.fixture(autouse=True)
def _known(request: pytest.FixtureRequest) -> None:
    """Load the agencies where a test has a database; show every page anew."""
    shared.forget()
    forget_callers()
    if request.node.get_closest_marker("django_db"):
        request.getfixturevalue("db")
        identity.load_agencies(by=system)
