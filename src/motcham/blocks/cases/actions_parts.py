"""What whoever filed gives where several agencies answer: the paper itself stays with the whole, each part that needs it has a copy."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from motcham.blocks.cases import actions, parts, rules, vault
from motcham.blocks.cases.define import CLOSED, NoSuchCase, Opened, StepNotOpen, case_types, type_of
from motcham.blocks.cases.models import Case
from motcham.blocks.documents import api as documents
from motcham.blocks.identity.define import Actor


@transaction.atomic
def answer(
    *,
    by: Actor,
    whole_id: UUID,
    part_id: UUID,
    message: str = "",
    files: Sequence[UUID] = (),
    mended: Mapping[str, Sequence[UUID]] | None = None,
    at: datetime | None = None,
) -> None:
    """Answer what an agency asked for its part, for whoever proved to have filed the whole; `mended` are the files that take the
    place of those sent before, by field. Raises StepNotOpen where the agency does not wait any more."""
    whole, part = (Case.objects.filter(id=one).first() for one in (whole_id, part_id))
    if whole is None or part is None or part.parent_id != whole.id:
        raise NoSuchCase()
    step = type_of(part).step(part.step)
    if not rules.asks_filer(step):
        raise StepNotOpen()
    given = mended or {}
    actions.take_step(
        by=by,
        case_id=part_id,
        to=step.leads_to[0],
        message=message,
        documents=_copies(files, "answer"),
        mended={name: _copies(found, name) for name, found in given.items()},
        as_filer=True,
        at=at,
    )
    own = {name: found for name, found in given.items() if type_of(whole).field_named(name)}
    loose = [one for name, found in given.items() if name not in own for one in found]
    actions.note(
        by=by, case_id=whole_id, message=message, documents=[*files, *loose], mended=own, is_public=True, as_filer=True, at=at
    )


@transaction.atomic
def take_on(
    *,
    by: Actor,
    whole_id: UUID,
    to: str,
    message: str = "",
    answers: Mapping[str, Any] | None = None,
    files: Sequence[UUID] = (),
    mended: Mapping[str, Sequence[UUID]] | None = None,
    agency_id: int | None = None,
    version: int | None = None,
    as_filer: bool = False,
    at: datetime | None = None,
) -> Opened | None:
    """Take a case to another step, as `take_step` does and returns. The agencies that work on its parts have the papers of before;
    those that need one that was sent anew are given it."""
    if mended:
        _pass_on(Case.objects.get(id=whole_id), mended, by=by, at=at or timezone.now())
    return actions.take_step(
        by=by,
        case_id=whole_id,
        to=to,
        message=message,
        answers=answers,
        documents=files,
        agency_id=agency_id,
        version=version,
        at=at,
        as_filer=as_filer,
        mended=mended,
    )


def _pass_on(whole: Case, mended: Mapping[str, Sequence[UUID]], *, by: Actor, at: datetime) -> None:
    """Give each open part a copy of the new papers that it needs, before the whole is locked."""
    case_type = type_of(whole)
    open_parts = Case.objects.filter(parent_id=whole.id).exclude(state=CLOSED).order_by("id") if case_type.parts else ()
    found = {(each.type_key, each.clock["law"]): each.id for each in open_parts}
    filing = vault.filing_of(whole, at) if found else None
    if not (case_type.parts and filing):
        return
    for part in case_type.parts(replace(filing, answers={**filing.answers, **mended})):
        names = [name for name in mended if part.answers.get(name)]
        if names and (part_id := found.get((case_types[part.case_type].family, part.limit))):
            papers = {name: _copies(mended[name], name) for name in names}
            actions.note(by=by, case_id=part_id, message="", mended=papers, is_public=True, as_filer=True, at=at)


def _copies(found: Sequence[UUID], purpose: str) -> list[UUID]:
    # By the house: a copy of an agency has no place in the wallet of whoever sent the paper.
    return [documents.copy(document_id=each, owner="", by=parts.HOUSE, purpose=purpose).id for each in found]
