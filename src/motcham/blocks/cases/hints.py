"""What a form points out without holding anybody up: the same file twice, a number and a day that do not agree."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from uuid import UUID

from django.utils.translation import gettext as _

from motcham.blocks.cases.define import Advice, CaseType
from motcham.blocks.cases.drafts import Begun
from motcham.blocks.cases.forms import born_in
from motcham.blocks.documents import api as documents
from motcham.blocks.documents.define import DocumentRef
from motcham.kernel.terms import Answers, Field, Kind

LONGEST_LABEL = 80


def new_ones(sent: Sequence[DocumentRef], kept: Collection[str]) -> tuple[list[DocumentRef], str]:
    """Return the files that are not in their slot already, and in words which ones are."""
    known = {one.digest: one.name for one in documents.refs(UUID(str(one)) for one in kept)} if sent else {}
    new: list[DocumentRef] = []
    words = ""
    for one in sent:
        if one.digest in known:
            words = _("%(name)s: this very file is here already, so it was not added again. Choose another, or go on.") % {
                "name": one.name
            }
            continue
        known[one.digest] = one.name
        new.append(one)
    return new, words


def twice(case_type: CaseType, draft: Begun, fields: Iterable[Field]) -> list[str]:
    """Say which files of some slots stand in another slot as well: right if one file holds both papers, else a slip."""
    slots = [each for each in case_type.fields if each.kind is Kind.FILES and draft.raw.get(each.name)]
    asked = {each.name for each in fields}
    if len(slots) < 2 or not asked & {each.name for each in slots}:
        return []
    held = {
        each.name: {one.digest: one for one in documents.refs(UUID(str(one)) for one in draft.raw[each.name])} for each in slots
    }
    found: list[str] = []
    for place, first in enumerate(slots):
        for second in slots[place + 1 :]:
            if not {first.name, second.name} & asked:
                continue
            for digest in held[first.name].keys() & held[second.name].keys():
                names = {"name": held[first.name][digest].name, "one": _brief(first), "other": _brief(second)}
                found.append(
                    _(
                        "The same file, %(name)s, stands under “%(one)s” and under “%(other)s”. If it holds both papers, go on; else take one out."
                    )
                    % names
                )
    return found


def _brief(slot: Field) -> str:
    """Return the label of a slot, cut where the source makes it a paragraph."""
    label = str(slot.label)
    return label if len(label) <= LONGEST_LABEL else label[:LONGEST_LABEL].rsplit(" ", 1)[0] + "…"


def numbers_at_odds(fields: Iterable[Field], answers: Answers) -> list[Advice]:
    """Point out a number of whoever files that says another year than their date of birth."""
    known = {each.identifies: each for each in fields if each.prefill in ("personal_number", "birth")}
    number, born = (answers.get(known[kind].name) if kind in known else None for kind in ("personal_number", "birth"))
    found = at_odds(number, born)
    return [found] if found else []


def at_odds(number: object, born: object) -> Advice | None:
    """Point out a personal number that says another year of birth than the day beside it; a few were given so, hence no refusal.

    >>> at_odds("079190000123", "1990-05-20")
    >>> at_odds("", "1990-05-20")
    """
    if not number or not born or born_in(str(number)) == int(str(born)[:4]):
        return None
    words = _(
        "The personal number is that of somebody born in %(said)s, the date of birth says %(born)s. Compare both with the citizen card."
    )
    said = {"said": born_in(str(number)), "born": str(born)[:4]}
    return Advice("number_at_odds", _("Number and date of birth do not agree"), words % said)
