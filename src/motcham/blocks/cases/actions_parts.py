"""What whoever filed gives to one agency of several: the part goes on with a copy, the paper itself stays with the whole."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from uuid import UUID

from django.db import transaction

from motcham.blocks.cases import actions, parts, rules
from motcham.blocks.cases.define import NoSuchCase, StepNotOpen, type_of
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


def _copies(found: Sequence[UUID], purpose: str) -> list[UUID]:
    # By the house: a copy of an agency has no place in the wallet of whoever sent the paper.
    return [documents.copy(document_id=each, owner="", by=parts.HOUSE, purpose=purpose).id for each in found]
