"""What holds for every test: nothing that the process keeps of the database, or of who asked, outlives the test that it was of."""

from __future__ import annotations

import pytest

from motcham.apps.feedback_1022 import shared
from motcham.apps.feedback_1022.open311 import fresh as lists
from motcham.apps.operations_centre import fresh as figures
from motcham.apps.public_services import law, sources
from motcham.blocks.cases import testing as cases
from motcham.blocks.identity import testing as identity

MEMORIES = (
    identity.forget,
    cases.forget,
    shared.forget,
    lists.forget,
    figures.forget,
    law.forget_stated,
    sources.forget,
)


@pytest.fixture(autouse=True)
def forgetful() -> None:
    """Empty every memory: a test's rows are rolled back, what was read of them is not; and whoever asked often was another test."""
    for forget in MEMORIES:
        forget()
