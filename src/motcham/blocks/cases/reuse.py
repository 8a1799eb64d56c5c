"""Papers that somebody handed in before, or was given as a result: offered where a form asks for that kind of paper again.

Only a person's own dossiers are looked through, and what is chosen is compared with what may be offered: naming another's paper
leads nowhere. At a counter the person stands there and agrees: their dossiers are known by the number and the name that they gave in
them, and each that is looked into says so. A paper that is used again is copied, so that each dossier keeps and forgets its own.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from motcham.blocks.cases import vault
from motcham.blocks.cases.acting import owner_of
from motcham.blocks.cases.define import A_RESULT, OF_A_CASE, REUSED, case_types, type_of
from motcham.blocks.cases.details import said_in
from motcham.blocks.cases.drafts import Begun, own_account
from motcham.blocks.cases.models import Case
from motcham.blocks.cases.timeline import record
from motcham.blocks.cases.widgets import plain
from motcham.blocks.documents import api as documents
from motcham.blocks.documents.define import DocumentRef
from motcham.blocks.identity.define import Actor, Permission
from motcham.blocks.ledger import api as ledger
from motcham.kernel.errors import MotchamError
from motcham.kernel.terms import Field, Kind, Words
from motcham.ui.wording import wording

LATEST_CASES = 50
MOST = 3
AT_COUNTER = "papers_again"
"""Why an officer at a counter looked into a dossier: its owner stood there and agreed."""


@dataclass(frozen=True)
class Offer:
    """A paper that may be used again: its file, whose it is now, what it was part of and when."""

    document: DocumentRef
    owner: str
    part_of: Words
    at: datetime
    is_result: bool = False


@dataclass(frozen=True)
class Again:
    """A paper that is used again: the copy, and what it was copied from."""

    copy: DocumentRef
    offer: Offer

    @property
    def origin(self) -> str:
        """Return where it comes from, as a case keeps it."""
        return A_RESULT if self.offer.is_result else OF_A_CASE


def offers(fields: Iterable[Field], *, by: Actor, draft: Begun) -> dict[str, tuple[Offer, ...]]:
    """Return by slot what the actor handed in or was given before, the latest first; what is in the slot already is left out."""
    slots = [each for each in fields if each.kind is Kind.FILES and each.prefill]
    account_id = own_account(by)
    if not slots or account_id is None:
        return {}
    wanted = {plain(each.prefill) for each in slots}
    mine = Case.objects.filter(filer_id=account_id, erased_at=None).order_by("-received_at")[:LATEST_CASES]
    found = [*_handed_in(mine, wanted), *_results(account_id, wanted)]
    return {each.name: _of(each, found, draft.raw) for each in slots}


@transaction.atomic
def earlier_papers(fields: Iterable[Field], *, by: Actor, name: str, personal_number: str) -> dict[str, tuple[Offer, ...]]:
    """Return by slot what somebody handed in or was given before, who stands at a counter and agreed that it is looked for; each
    dossier that is looked into says so to them. Who agreed, and that they were asked, is for the caller to record."""
    by.demand(Permission.CASE_OPEN)
    slots = [each for each in fields if each.kind is Kind.FILES and each.prefill]
    wanted = {plain(each.prefill) for each in slots}
    known = Case.objects.filter(contacts__overlap=vault.versions_of([personal_number]), erased_at=None, confidential=False)
    theirs = [each for each in known.order_by("-received_at")[:LATEST_CASES] if _is_of(each, name, personal_number)]
    found = [*_handed_in(theirs, wanted), *_given(theirs, wanted)]
    held = {offer.owner for _kind, offer in found}
    for case in theirs:
        if owner_of(case.id) in held:
            facts = {"purpose": AT_COUNTER, "what": "papers", "agencies": sorted(by.agency_ids)}
            record(case, kind="look", by=by, at=timezone.now(), facts=facts)
    return {each.name: _of(each, found, {}) for each in slots}


def _is_of(case: Case, name: str, personal_number: str) -> bool:
    """Tell whether a case is of somebody who filed it under this number and this name: a number alone may be mistyped."""
    known = case_types.get(case.type_key) is not None
    said = said_in(type_of(case), {**case.answers, **vault.unseal(case)}) if known else {}
    return said.get("personal_number") == personal_number and plain(str(said.get("name") or "")) == plain(name)


def _of(slot: Field, found: Sequence[tuple[str, Offer]], raw: Mapping[str, Any]) -> tuple[Offer, ...]:
    held = {one.digest for one in documents.refs(UUID(str(one)) for one in raw.get(slot.name) or ())}
    kept: dict[str, Offer] = {}
    for kind, offer in sorted(found, key=lambda each: each[1].at, reverse=True):
        if kind == plain(slot.prefill) and offer.document.digest not in held:
            kept.setdefault(offer.document.digest, offer)
    return tuple(kept.values())[:MOST]


def _handed_in(cases: Iterable[Case], wanted: set[str]) -> list[tuple[str, Offer]]:
    named: dict[UUID, tuple[str, Case]] = {}
    for case in cases:
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


def _given(cases: Iterable[Case], wanted: set[str]) -> list[tuple[str, Offer]]:
    """Return the results that stand of some cases."""
    found: list[tuple[str, Offer]] = []
    for case in cases:
        for each in documents.results(owner=owner_of(case.id)):
            kinds = [kind for kind in wanted if is_called(kind, each.title)] if each.is_valid and each.document_id else []
            for file in documents.refs([each.document_id]) if kinds and each.document_id else ():
                offer = Offer(file, owner_of(case.id), each.title, each.issued_at, is_result=True)
                found += [(kind, offer) for kind in kinds]
    return found


def is_called(kind: str, title: str) -> bool:
    """Tell whether a result is a paper of this kind: the slot begins with its title.

    >>> is_called("giay xac nhan tinh trang hon nhan da duoc cap", "Giấy xác nhận tình trạng hôn nhân")
    True
    >>> is_called("to khai cap giay xac nhan tinh trang hon nhan", "Giấy xác nhận tình trạng hôn nhân")
    False
    """
    words = " ".join(plain(title).split())
    return bool(words) and f"{kind} ".startswith(f"{words} ")


def take(slot: Field, chosen: Sequence[str], offered: Sequence[Offer], *, by: Actor, room: int) -> tuple[list[Again], str]:
    """Copy the chosen papers for this slot, each with its entry: who agreed, what was taken from where. Return the copies, and
    in words what could not be taken."""
    known = {str(each.document.id): each for each in offered}
    taken: list[Again] = []
    for one in dict.fromkeys(chosen):
        if one not in known:
            return taken, _("This paper is not among those that you handed in. Choose one of the list, or add a file.")
        if len(taken) >= room:
            return taken, _("At most %(most)s files; take some out.") % {"most": slot.at_most}
        try:
            taken.append(use_again(slot, known[one], by=by))
        except MotchamError as error:
            return taken, wording(error)
    return taken, ""


def use_again(slot: Field, offer: Offer, *, by: Actor) -> Again:
    """Copy a paper that was offered, with its entry: what was taken from where, for what. Raises NoDocument where it is gone."""
    copy = documents.copy(document_id=offer.document.id, owner=offer.owner, by=by, purpose=slot.name)
    payload = {"from": offer.document.id, "of": offer.owner, "for": slot.prefill, "agreed": True, "by": by.ref}
    ledger.append(kind="document.reused", subject=f"document:{copy.id}", payload=payload)
    return Again(copy, offer)


def note(raw: dict[str, Any], slot: Field, taken: Iterable[Again]) -> None:
    """Remember in what was typed which files of which slot were used again, and where each comes from."""
    if new := {str(each.copy.id): each.origin for each in taken}:
        said = raw.setdefault(REUSED, {})
        said[slot.name] = {**said.get(slot.name, {}), **new}


def reused_slots(raw: Mapping[str, Any], answers: Mapping[str, Any]) -> dict[str, str]:
    """Return the slots in which a paper that is used again still stands, and where it comes from."""
    said = raw.get(REUSED) or {}
    found = {name: [kinds[one] for one in answers.get(name) or () if one in kinds] for name, kinds in said.items()}
    return {name: A_RESULT if A_RESULT in kinds else OF_A_CASE for name, kinds in found.items() if kinds}
