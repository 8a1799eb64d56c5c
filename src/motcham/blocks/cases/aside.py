"""Words that come later in a case and accuse somebody in office: its agency does not read them; they go to the closed desk,
as a report of their own."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _

from motcham.blocks.cases import vault
from motcham.blocks.cases.actions_open import open_case
from motcham.blocks.cases.define import CaseType, Filing, NewCase, Opened, case_types, type_of
from motcham.blocks.cases.models import Case, Participant
from motcham.blocks.identity import api as identity
from motcham.blocks.identity.define import Actor
from motcham.kernel.calendar import CITY
from motcham.kernel.terms import Kind


def put(
    case: Case, words: str, *, by: Actor, at: datetime, documents: Sequence[UUID] = (), participant_id: UUID | None = None
) -> Opened | None:
    """Open a confidential report of what somebody whom a case concerns wrote in it, with their files, where the closed desk
    alone may read it; return None where its agency may, which is nearly always. The caller then leaves out both."""
    own = type_of(case)
    # A dossier or a petition has no closed desk of its own: what is written in it of an officer goes to the one that there is.
    case_type = own if own.confidential else next((each for each in case_types if each.confidential and not each.retired), None)
    if not words or case.confidential or case_type is None or case_type.confidential is None:
        return None
    field = next(each.name for each in case_type.fields if each.kind is Kind.LONG_TEXT)
    if case_type.confidential(Filing({field: words}, None, case.channel, at)) is None:
        return None
    kept = {own.category: case.answers[own.category]} if own is case_type and own.category in case.answers else {}
    said = {field: f"{words}\n\n{_where(case)}"}
    return open_case(
        NewCase(
            type_key=case_type.key,
            answers={**kept, **_contact(case, case_type, participant_id), **said},
            channel=case.channel,
            place=case.where(),
            documents=documents,
            at=at,
            language=case.language,
            synthetic=case.synthetic,
            idempotency_key=_key(case, words, participant_id),
        ),
        by=by,
    )


def unsaid() -> str:
    """Return what stands in the timeline in the place of a reason that only the closed desk reads; it gives nothing away."""
    with translation.override(settings.LANGUAGE_CODE):
        return _("The answer did not settle it.")


def _where(case: Case) -> str:
    """Tell the closed desk in which case it was written: not by its code, which would open it."""
    with translation.override(settings.LANGUAGE_CODE):
        return _("(Written later in the case “%(title)s”, at %(agency)s, received on %(day)s.)") % {
            "title": case.title,
            "agency": identity.agency(id=case.agency_id).official_name,
            "day": f"{case.received_at.astimezone(CITY):%d/%m/%Y}",
        }


def _contact(case: Case, case_type: CaseType, participant_id: UUID | None) -> dict[str, Any]:
    """Return how whoever wrote can be reached, by the fields of the form."""
    identifying = {each.identifies: each.name for each in case_type.fields if each.identifies}
    if participant_id is None:
        known, own = vault.unseal(case), reversed([each for each in type_of(case).fields if each.identifies])
        return {
            identifying[each.identifies]: known[each.name]
            for each in own
            if each.identifies in identifying and known.get(each.name)
        }
    row = Participant.objects.select_related("merged_from").get(id=participant_id)
    if row.merged_from is not None:
        return _contact(row.merged_from, case_type, None)
    return {identifying[kind]: value for kind, value in vault.unseal_contact(row).items() if kind in identifying}


def _key(case: Case, words: str, participant_id: UUID | None) -> str:
    # Sent twice by a double click, it is one report.
    whose = f"{case.id} {case.agency_id} {participant_id} {words}"
    return f"aside:{hashlib.sha256(whose.encode()).hexdigest()[:48]}"
