"""Writes notices."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import connection

# Written out: one in every few acts tells, and the ORM takes several times as long as the database.
INSERT = """
INSERT INTO channels_notice ("to", language, template, facts, created_at, synthetic, entry_id)
VALUES (%s, %s, %s, %s, %s, %s, %s) ON CONFLICT DO NOTHING
"""


def send(
    *,
    to: str,
    template: str,
    facts: Mapping[str, Any],
    at: datetime,
    entry_id: int,
    language: str = "vi",
    synthetic: bool = False,
) -> None:
    """Tell whoever a subject concerns what happened to it, in the caller's transaction; a notice of the same act is sent once."""
    with connection.cursor() as cursor:
        cursor.execute(INSERT, (to, language, template, json.dumps(facts), at, synthetic, entry_id))
