"""The nouns of channels: a notice, as it was written."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any


@dataclass(frozen=True, slots=True)
class Notice:
    """What somebody was told: `to` is the subject that concerns them (`case:…`), `entry_id` the entry of the act."""

    id: int
    to: str
    language: str
    template: str
    facts: Mapping[str, Any]
    created_at: datetime
    read_at: datetime | None
    synthetic: bool
    entry_id: int
