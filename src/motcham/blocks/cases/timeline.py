"""Writes what happened: the event of the case, its entry in the log, and word to the blocks that follow."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import connection

from motcham.blocks.cases import vault
from motcham.blocks.cases.define import Happening
from motcham.blocks.cases.events import happened
from motcham.blocks.cases.models import Case
from motcham.blocks.identity.define import Actor
from motcham.blocks.ledger import api as ledger

INSERT = """
INSERT INTO cases_event (case_id, agency_id, at, kind, step, actor, message, is_public, facts, entry_id)
VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s)
"""


def record(
    case: Case,
    *,
    kind: str,
    by: Actor,
    at: datetime,
    message: str = "",
    is_public: bool = False,
    facts: Mapping[str, Any] | None = None,
    evidence: Mapping[str, Any] | None = None,
    before: Happening | None = None,
) -> None:
    """Write one event of a case in the transaction of its act. `evidence` goes into the entry alone."""
    facts = dict(facts or {})
    payload = {
        "case": str(case.id),
        "kind": kind,
        "type": case.type_key,
        "law": case.fingerprint,
        "step": case.step,
        "state": case.state,
        "agency": case.agency_id,
        "due": case.due_at.isoformat() if case.due_at else None,
        "by": by.ref,
        "message": vault.digest_text(message),
        "facts": facts,
        **(evidence or {}),
    }
    receipt = ledger.append(kind=f"case.{kind}", subject=f"case:{case.id}", payload=payload, at=at)
    with connection.cursor() as cursor:
        values = (case.id, case.agency_id, at, kind, case.step, by.ref, message, is_public, json.dumps(facts), receipt.entry_id)
        cursor.execute(INSERT, values)
    happened.publish(vault.happening(case, kind=kind, at=at, before=before))
