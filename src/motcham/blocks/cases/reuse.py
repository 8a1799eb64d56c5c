"""Papers that somebody handed in before, or was given as a result: offered where a form asks for that kind of paper again.

Only a person's own dossiers are looked through, and what is chosen is compared with what may be offered: naming another's paper
leads nowhere. A paper that is used again is copied, so that each dossier keeps and forgets its own.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from motcham.blocks.cases.acting import owner_of
from motcham.blocks.cases.define import REUSED, case_types, type_of
from motcham.blocks.cases.drafts import Begun, own_account
from motcham.blocks.cases.models import Case
from motcham.blocks.cases.showing import wording
from motcham.blocks.cases.widgets import plain
from motcham.blocks.documents import api as documents
from motcham.blocks.documents.define import DocumentRef
from motcham.blocks.identity.define import Actor
from motcham.blocks.ledger import api as ledger
from motcham.kernel.errors import MotchamError
from motcham.kernel.terms import Field, Kind, Words

LATEST_CASES = 50
MOST = 3


@dataclass(frozen=True)
class Offer:
    """A paper that may be used again: its file, whose it is now, what it was part of and when."""

    document: DocumentRef
    owner: str
    part_of: Words
    at: datetime
    is_result: bool = False


def offers(fields: Iterable[Field], *, by: Actor, draft: Begun) -> dict[str, tuple[Offer, ...]]:
    """Return by slot what the actor handed in or was given before, the latest first; what is in the slot already is left out."""
    slots = [each for each in fields if each.kind is Kind.FILES and each.prefill]
    account_id = own_account(by)
    if not slots or account_id is None:
        return {}
    wanted = {plain(each.prefill) for each in slots}
    found = [*_handed_in(account_id, wanted), *_results(account_id, wanted)]
    return {each.name: _of(each, found, draft) for each in slots}


def _of(slot: Field, found: Sequence[tuple[str, Offer]], draft: Begun) -> tuple[Offer, ...]:
    held = {one.digest for one in documents.refs(UUID(str(one)) for one in draft.raw.get(slot.name) or ())}
    kept: dict[str, Offer] = {}
    for kind, offer in sorted(found, key=lambda each: each[1].at, reverse=True):
        if kind == plain(slot.prefill) and offer.document.digest not in held:
            kept.setdefault(offer.document.digest, offer)
    return tuple(kept.values())[:MOST]


def _handed_in(account_id: int, wanted: set[str]) -> list[tuple[str, Offer]]:
    named: dict[UUID, tuple[str, Case]] = {}
    for case in Case.objects.filter(filer_id=account_id, erased_at=None).order_by("-received_at")[:LATEST_CASES]:
        if not case.documents or case.confidential or case_types.get(case.type_key) is None:
            continue
        for each in type_of(case).fields:
            if each.kind is Kind.FILES and (kind := plain(each.prefill)) in wanted:
                named |= {UUID(str(one)): (kind, case) for one in case.answers.get(each.name) or ()}
    there = documents.refs(named)
    return [
        (kind, Offer(one, owner_of(case.id), type_of(case).label, case.filed_at))
        for one in there
        for kind, case in (named[one.id],)
    ]


def _results(account_id: int, wanted: set[str]) -> list[tuple[str, Offer]]:
    held = [each for each in documents.wallet(holder=f"account:{account_id}") if each.result and each.result.is_valid]
    return [
        (kind, Offer(each.document, each.owner, each.result.title, each.result.issued_at, is_result=True))
        for each in held
        if each.result
        for kind in wanted
        if is_called(kind, each.result.title)
    ]


def is_called(kind: str, title: str) -> bool:
    """Tell whether a result is a paper of this kind: the slot begins with its title.

    >>> is_called("giay xac nhan tinh trang hon nhan da duoc cap", "Giấy xác nhận tình trạng hôn nhân")
    True
    >>> is_called("to khai cap giay xac nhan tinh trang hon nhan", "Giấy xác nhận tình trạng hôn nhân")
    False
    """
    words = " ".join(plain(title).split())
    return bool(words) and f"{kind} ".startswith(f"{words} ")


def take(slot: Field, chosen: Sequence[str], offered: Sequence[Offer], *, by: Actor, room: int) -> tuple[list[DocumentRef], str]:
    """Copy the chosen papers for this slot, each with its entry: who agreed, what was taken from where. Return the copies, and
    in words what could not be taken."""
    known = {str(each.document.id): each for each in offered}
    taken: list[DocumentRef] = []
    for one in dict.fromkeys(chosen):
        if one not in known:
            return taken, _("This paper is not among those that you handed in. Choose one of the list, or add a file.")
        if len(taken) >= room:
            return taken, _("At most %(most)s files; take some out.") % {"most": slot.at_most}
        offer = known[one]
        try:
            copy = documents.copy(document_id=offer.document.id, owner=offer.owner, by=by, purpose=slot.name)
        except MotchamError as error:
            return taken, wording(error)
        payload = {"from": offer.document.id, "of": offer.owner, "for": slot.prefill, "agreed": True, "by": by.ref}
        ledger.append(kind="document.reused", subject=f"document:{copy.id}", payload=payload)
        taken.append(copy)
    return taken, ""


def note(draft: Begun, slot: Field, taken: Iterable[DocumentRef]) -> None:
    """Remember in a draft which files of which slot were used again."""
    if new := [str(each.id) for each in taken]:
        said = draft.raw.setdefault(REUSED, {})
        said[slot.name] = [*said.get(slot.name, ()), *new]


def reused_slots(raw: Mapping[str, Any], answers: Mapping[str, Any]) -> list[str]:
    """Return the slots in which a paper that is used again still stands."""
    said = raw.get(REUSED)
    if not isinstance(said, Mapping):
        return []
    return [name for name, ids in said.items() if set(ids) & set(answers.get(name) or ())]
