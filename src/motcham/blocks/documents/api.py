"""The verbs of documents. Who may see one is decided by the block that owns it, before it calls `content` or `response`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.utils import timezone

from motcham.blocks.documents import actions_keys, actions_orders, pages, queries, scanning, store
from motcham.blocks.documents import agency_keys as keys
from motcham.blocks.documents.actions import attach, copy, erase, keep, receive
from motcham.blocks.documents.actions_orders import recall
from motcham.blocks.documents.actions_results import issue, withdraw
from motcham.blocks.documents.actions_shares import revoke, share
from motcham.blocks.documents.define import AgencyKey, Fault, HasRef
from motcham.blocks.documents.events import withdrawn
from motcham.blocks.documents.queries import orders, owned, refs
from motcham.blocks.documents.queries_results import results, verify, wallet
from motcham.blocks.documents.rendering import render
from motcham.blocks.documents.scanning import WORDS as FAULT_WORDS
from motcham.blocks.documents.taken import bounds

__all__ = [
    "FAULT_WORDS",
    "agency_keys",
    "attach",
    "bounds",
    "content",
    "copy",
    "erase",
    "give_agency_key",
    "issue",
    "keep",
    "order",
    "orders",
    "owned",
    "recall",
    "receive",
    "refs",
    "render",
    "response",
    "results",
    "revoke",
    "scan_faults",
    "share",
    "verify",
    "wallet",
    "withdraw",
    "withdrawn",
]


def scan_faults(*, document_id: UUID) -> tuple[Fault, ...]:
    """Return what is wrong with a scan that was received and belongs to nothing yet, by the rules of today. Raises NoDocument."""
    found = queries.owned_by(document_id, "")
    rules = scanning.rules_on(timezone.localdate())
    return scanning.faults_of(store.read(found.id), is_image=found.kind.is_image, rules=rules)


def content(*, document_id: UUID, owner: str) -> bytes:
    """Return the plain content. Raises NoDocument where it is not this owner's, KeyMissing or SealBroken."""
    return store.read(queries.owned_by(document_id, owner).id)


def response(*, document_id: UUID, owner: str, thumbnail: bool = False) -> HttpResponse:
    """Return the answer that shows or downloads a document, for a guarded view of the owning block."""
    return pages.response(queries.owned_by(document_id, owner), thumbnail=thumbnail)


def order(*, template: str, facts: Mapping[str, Any], owner: str, by: HasRef, filename: str = "", holder: str = "") -> UUID:
    """Have a page printed by the worker once the caller's transaction is committed; it becomes a document of its owner.

    `facts` is JSON; `holder` is the account in whose wallet it will lie ("account:7"). See `orders` for what became of it.
    """
    return actions_orders.order(template=template, facts=facts, owner=owner, by=by, filename=filename, holder=holder)


def give_agency_key(
    *, agency_code: str, official_name: str, by: HasRef, packed: bytes | None = None, password: str = "", years: int = 3
) -> AgencyKey:
    """Give an agency what it signs with: the key and certificate in a PKCS#12 file, or a new one, signed by itself. Raises KeyNotTaken."""
    if packed is not None:
        return actions_keys.take(agency_code=agency_code, content=packed, password=password, by=by)
    return actions_keys.make(agency_code=agency_code, official_name=official_name, by=by, years=years)


def agency_keys() -> tuple[AgencyKey, ...]:
    """Return every certificate that agencies here sign or signed with."""
    return tuple(each.view() for each in keys.certificates())
