"""Reference data shipped in the package, each file with its source, licence and date in `SOURCES.toml`."""

from __future__ import annotations

import csv
from importlib import resources


def text(path: str) -> str:
    """Return a file of this folder as text."""
    return resources.files(__name__).joinpath(path).read_text(encoding="utf-8")


def rows(path: str) -> list[dict[str, str]]:
    """Return the rows of a CSV file of this folder."""
    return list(csv.DictReader(text(path).splitlines()))
