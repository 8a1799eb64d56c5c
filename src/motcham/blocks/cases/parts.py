"""What other agencies answer of a case, as the whole hears of it."""

from __future__ import annotations

from datetime import datetime

from motcham.blocks.cases import vault
from motcham.blocks.cases.acting import tell
from motcham.blocks.cases.define import type_of
from motcham.blocks.cases.models import Case
from motcham.blocks.cases.timeline import record
from motcham.blocks.identity.define import Actor


def settled(part: Case, *, by: Actor, at: datetime, message: str) -> None:
    """Write in the whole that an agency has answered its part, and tell whoever filed it, in the transaction of the act. The
    whole stands as it stood: whoever works on it meanwhile is not overtaken."""
    assert part.parent_id is not None, "only a part has a whole"
    whole = Case.objects.get(id=part.parent_id)
    said = {"id": str(part.id), "title": part.title, "agency": part.agency_id, "outcome": part.outcome}
    before = vault.happening(whole, kind="", at=at)
    facts = {"settled": said}
    entry_id = record(whole, kind="part_settled", by=by, at=at, message=message, is_public=True, facts=facts, before=before)
    if tells := type_of(whole).part_tells:
        tell(whole, tells, at=at, entry_id=entry_id)
