"""The closed desk: what leaves it is an excerpt in its own words, never the report."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db import transaction

from motcham.blocks.cases.acting import locked, save
from motcham.blocks.cases.actions_open import open_case
from motcham.blocks.cases.define import ClosedDesk, NewCase, Opened, Place, type_of
from motcham.blocks.cases.timeline import record
from motcham.blocks.identity.define import Actor, Permission
from motcham.kernel.terms import Kind


@transaction.atomic
def excerpt(
    *,
    by: Actor,
    case_id: UUID,
    agency_id: int,
    text: str,
    category: str = "",
    area_code: str = "",
    at: datetime | None = None,
) -> Opened:
    """Open an ordinary case at an agency that the closed desk names, in the desk's own words. Nothing of the filer goes with
    it: no name, contact, photo or address; it does not say from which report it came, and the report stays where it is."""
    case, at = locked(case_id, None, at, by=by)
    by.demand(Permission.CASE_TRANSFER, agency_id=case.agency_id)
    if not case.confidential or agency_id == case.agency_id:
        raise ClosedDesk()
    case_type = type_of(case)
    words = next(each.name for each in case_type.fields if each.kind is Kind.LONG_TEXT)
    answers = {words: text}
    if case_type.category:
        answers[case_type.category] = category or case.answers.get(case_type.category, "")
    opened = open_case(
        NewCase(
            type_key=case.type_key,
            answers=answers,
            channel=case.channel,
            place=Place(None, None, area_code) if area_code else None,
            at=at,
            synthetic=case.synthetic,
            agency_id=agency_id,
            is_screened=True,
        ),
        by=by,
    )
    save(case, at)
    record(case, kind="excerpt", by=by, at=at, facts={"case": str(opened.id), "agency": agency_id})
    return opened
