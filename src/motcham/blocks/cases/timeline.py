"""Writes what happened: the event of the case, its entry in the log, and word to the blocks that follow."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection

from motcham.blocks.cases import vault
from motcham.blocks.cases.define import Happening, case_types
from motcham.blocks.cases.events import happened
from motcham.blocks.cases.models import Case
from motcham.blocks.identity.define import Actor

INSERT = """
INSERT INTO cases_event (case_id, agency_id, at, kind, step, actor, message, is_public, facts, entry_id)
VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, ledger_append(%s, %s, %s, %s))
RETURNING entry_id
"""
OPEN = f"SELECT earlier, earlier_body FROM cases_open({', '.join(['%s'] * 35)})"


def opened(case: Case, *, by: Actor, key: str, body: bytes) -> tuple[UUID, bytes] | None:
    """Write a new case with its event and its entry in one statement; return the case that the idempotency key had opened
    before, with the digest of its request, and write nothing then."""
    entry = json.dumps(_payload(case, kind="opened", by=by, facts={}, evidence={"answers": body.hex()}))
    within = case.clock.get("within", {})
    values: tuple[Any, ...] = (
        key, by.ref, body, entry, case.id, case.code, case.type_key, case.fingerprint, case.agency_id, case.area_code, case.area_from,
        case.category, case.step, case.state, case.title, case.channel, case.filed_at, case.due_at, case.provisional,
        json.dumps(case.clock), json.dumps(case.answers), case.sealed, case.contacts, case.lon, case.lat, case.address, case.documents,
        case.language, case.synthetic, case.filer_id, case.parent_id, case.confidential, case.split_from_id, within.get("limit", ""),
        within.get("due"),
    )  # fmt: skip
    with connection.prepared() as cursor:  # type: ignore[attr-defined]
        cursor.execute(OPEN, values)
        earlier, earlier_body = cursor.fetchone()
    if earlier:
        return earlier, bytes(earlier_body)
    happened.publish(vault.happening(case, kind="opened", at=case.filed_at))
    return None


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
) -> int:
    """Write one event of a case in the transaction of its act; return its entry. `evidence` goes into the entry alone."""
    facts = dict(facts or {})
    payload = _payload(case, kind=kind, by=by, facts=facts, evidence=evidence or {}, message=message)
    values = (case.id, case.agency_id, at, kind, case.step, by.ref, message, is_public, json.dumps(facts))
    with connection.prepared() as cursor:  # type: ignore[attr-defined]
        cursor.execute(INSERT, (*values, f"case.{kind}", f"case:{case.id}", json.dumps(payload), at))
        entry_id: int = cursor.fetchone()[0]
    happening = vault.happening(case, kind=kind, at=at, before=before)
    happened.publish(happening)
    if (known := case_types.get(case.type_key)) and known.follows:
        known.follows(happening, by, {"message": message, **facts})
    return entry_id


def _payload(
    case: Case, *, kind: str, by: Actor, facts: Mapping[str, Any], evidence: Mapping[str, Any], message: str = ""
) -> dict[str, Any]:
    return {
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
        **evidence,
    }
