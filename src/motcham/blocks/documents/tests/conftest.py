"""Each test keeps its files in a folder of its own."""

from __future__ import annotations

from pathlib import Path

import pytest


@pytest.fixture(autouse=True)
def home(settings, tmp_path: Path) -> Path:
    """Give the test keys and documents of its own."""
    settings.HOME = tmp_path
    return tmp_path
