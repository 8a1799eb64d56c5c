"""What holds for every test: nothing that the process keeps of the database outlives the test that read it."""

from __future__ import annotations

import pytest

from motcham.blocks.identity import testing


@pytest.fixture(autouse=True)
def forgetful() -> None:
    """Empty the caches of agencies and token holders: a test's rows are rolled back, what was read of them is not."""
    testing.forget()
