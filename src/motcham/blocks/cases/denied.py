"""Looks that were refused: nothing was shown, and that somebody tried is written down."""

from __future__ import annotations

from uuid import UUID

from motcham.blocks.cases.define import NoSuchCase
from motcham.blocks.identity.define import Actor
from motcham.blocks.ledger import api as ledger


def denied(case_id: UUID | None, by: Actor) -> NoSuchCase:
    """Return what is raised where an actor may not see a case; that there is one is written down, and told to nobody."""
    if case_id is not None and not by.is_anonymous:
        payload = {"by": by.ref, "agencies": sorted(by.agency_ids)}
        ledger.append(kind="case.look_refused", subject=f"case:{case_id}", payload=payload)
    return NoSuchCase()


def guessed() -> None:
    """Write down that somebody named a code that no case has; the code and who it was are not kept."""
    ledger.append(kind="case.code_missed", subject="track", payload={"by": "anonymous"})
