"""Looks: opening somebody's case, revealing a field, serving an attachment; each written before the answer is given."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from motcham.blocks.cases import rules, vault
from motcham.blocks.cases.define import NoSuchCase, Said
from motcham.blocks.cases.denied import denied
from motcham.blocks.cases.models import Case
from motcham.blocks.cases.queries import may_read
from motcham.blocks.cases.timeline import record
from motcham.blocks.identity.define import Actor, Permission
from motcham.blocks.ledger import api as ledger


def look(*, by: Actor, case_id: UUID, purpose: str, what: str = "case") -> None:
    """Record that an officer opens a case or something of it; raise where the actor may not read it."""
    # Before the transaction: what is written of a look that is refused must not be taken back with it.
    case = _readable(case_id, by)
    with transaction.atomic():
        record(
            case,
            kind="look",
            by=by,
            at=timezone.now(),
            facts={"purpose": purpose, "what": what, "agencies": sorted(by.agency_ids)},
        )


def reveal(*, by: Actor, case_id: UUID, field: str, purpose: str) -> Any:
    """Return one identifying answer, after the look at it is committed."""
    return disclose(by=by, case_id=case_id, fields=(field,), purpose=purpose).get(field)


def disclose(*, by: Actor, case_id: UUID, fields: Collection[str], purpose: str) -> dict[str, Any]:
    """Return some identifying answers, as far as they were given, after one look that names them all is committed."""
    # Before the transaction: what is written of a look that is refused must not be taken back with it.
    case = _readable(case_id, by)
    with transaction.atomic():
        by.demand(Permission.CASE_REVEAL, agency_id=case.agency_id)
        record(
            case,
            kind="look",
            by=by,
            at=timezone.now(),
            facts={"purpose": purpose, "what": ", ".join(fields), "agencies": sorted(by.agency_ids)},
        )
    found = vault.unseal(case)
    return {name: found[name] for name in fields if name in found}


def said(*, by: Actor, case_id: UUID, purpose: str) -> Said:
    """Return what was said in a case, for a paper that goes to whoever filed it or to the agency that acts in it; that sealed
    answers are opened for it is in the log first. The caller answers for who gets the paper."""
    case = Case.objects.filter(id=case_id, erased_at=None).first()
    if case is None:
        raise NoSuchCase()
    # Nobody stands behind a replayed case, so that nobody's answers are opened.
    if not case.synthetic:
        ledger.append(kind="case.said", subject=f"case:{case_id}", payload={"by": by.ref, "purpose": purpose})
    clock = rules.CaseClock(case.clock)
    return Said(
        code=rules.show_code(case.code),
        channel=case.channel,
        answers={**case.answers, **vault.unseal(case)},
        filed_at=case.filed_at,
        due_at=case.due_at,
        limit=clock.limit if clock.has_limit else None,
        filer_account_id=case.filer_id,
        language=case.language,
        synthetic=case.synthetic,
    )


def _readable(case_id: UUID, by: Actor) -> Case:
    case = Case.objects.filter(id=case_id).first()
    # Whoever may not read a case is not told that it exists.
    if case is None or not may_read(case, by):
        raise denied(case.id if case else None, by)
    return case
