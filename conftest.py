"""What holds for every test: nothing that the process keeps of the database outlives the test that read it."""

from __future__ import annotations

import pytest

from motcham.apps.public_services import law, sources
from motcham.blocks.identity import testing


@pytest.fixture(autouse=True)
def forgetful() -> None:
    """Empty the caches of agencies, token holders and procedures: a test's rows are rolled back, what was read of them is not."""
    testing.forget()
    law.forget_stated()
    sources.forget()
