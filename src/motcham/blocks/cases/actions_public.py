"""Publishing: an officer releases masked words and chosen photos of a case for everybody to read, or takes them back."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from django.db import connection, transaction

from motcham.blocks.cases import rules
from motcham.blocks.cases.acting import clear_public, locked, save
from motcham.blocks.cases.define import NotForRelease, NotItsDocument, Released, type_of
from motcham.blocks.cases.events import released
from motcham.blocks.cases.models import Case
from motcham.blocks.cases.timeline import record
from motcham.blocks.identity.define import Actor, Permission


@transaction.atomic
def release(
    *,
    by: Actor,
    case_id: UUID,
    text: str,
    documents: Sequence[UUID] = (),
    reply: str = "",
    version: int | None = None,
    at: datetime | None = None,
) -> str:
    """Publish a case: the words that an officer checked, the photos they chose, and the answer where there is one. Doing it
    again replaces what was published. Return the public reference."""
    case, at = locked(case_id, version, at, by=by)
    by.demand(Permission.CASE_ACT, agency_id=case.agency_id)
    if case.confidential or case.merged_into_id or case.erased_at:
        raise NotForRelease()
    if not set(documents) <= set(case.documents):
        raise NotItsDocument()
    is_first = case.released_at is None
    case.released_at = case.released_at or at
    case.public_text, case.public_reply = text, reply
    case.public_documents, case.public_after = list(documents), [each for each in documents if each in _after(case)]
    case.cell = _cell(case)
    save(case, at)
    facts = {"documents": [str(each) for each in documents], "reply": bool(reply)}
    entry_id = record(case, kind="released", by=by, at=at, message=text, is_public=True, facts=facts)
    ref = rules.public_ref(case.id)
    released.publish(
        Released(ref, case.type_key, case.category, case.area_code, at, entry_id, is_first=is_first, synthetic=case.synthetic)
    )
    return ref


@transaction.atomic
def withdraw(*, by: Actor, case_id: UUID, reason: str, version: int | None = None, at: datetime | None = None) -> None:
    """Take a case off every public page at once."""
    case, at = locked(case_id, version, at, by=by)
    by.demand(Permission.CASE_ACT, agency_id=case.agency_id)
    clear_public(case)
    save(case, at)
    record(case, kind="withdrawn", by=by, at=at, message=reason)


def _cell(case: Case) -> int | None:
    joinable = type_of(case).joinable
    if joinable is None or case.lon is None or case.lat is None or not joinable(case.answers):
        return None
    return rules.cell_of(case.lon, case.lat)


def _after(case: Case) -> set[UUID]:
    """Return the files that show the work done: those that came with the answer."""
    if not case.documents:
        return set()
    ends = [step.key for step in type_of(case).steps if step.outcome]
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT jsonb_array_elements_text(facts->'documents')::uuid FROM cases_event "
            "WHERE case_id = %s AND at >= %s AND kind = 'step' AND step = ANY(%s)",
            (case.id, case.filed_at, ends),
        )
        return {each for (each,) in cursor.fetchall()}
