"""What holds for every test of abuse: no answer that was kept for a moment outlives the test that asked for it."""

from __future__ import annotations

import pytest

from motcham.apps.feedback_1022 import shared


@pytest.fixture(autouse=True)
def fresh_answers() -> None:
    """Forget the lists and feeds that everybody shares for some seconds."""
    shared.forget()
