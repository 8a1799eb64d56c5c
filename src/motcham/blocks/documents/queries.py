"""Reads: references for pages, content for those whom the owning block lets in."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from motcham.blocks.documents import store
from motcham.blocks.documents.define import DocumentKind, DocumentRef, NoDocument, OrderState, OrderView, TakenAt
from motcham.blocks.documents.models import Document, Order


def ref(document: Document, *, taken_at_place: TakenAt | None = None) -> DocumentRef:
    """Return a row as other blocks know it."""
    return DocumentRef(
        id=document.id,
        kind=DocumentKind(document.kind),
        name=store.keyring().unseal(store.NAME, bytes(document.name or b""), document.id.bytes).decode(),
        size=document.size,
        created_at=document.created_at,
        width=document.width,
        height=document.height,
        taken_at_place=taken_at_place,
        digest=bytes(document.digest or b"").hex(),
    )


def refs(document_ids: Iterable[UUID]) -> tuple[DocumentRef, ...]:
    """Return the documents that are still there, in the order asked for."""
    wanted = list(document_ids)
    found = {row.id: row for row in Document.objects.filter(id__in=wanted, erased_at=None)} if wanted else {}
    return tuple(ref(found[each]) for each in wanted if each in found)


def owned(*, owner: str) -> tuple[DocumentRef, ...]:
    """Return the documents of an owner, oldest first."""
    return tuple(ref(row) for row in Document.objects.filter(owner=owner, erased_at=None).order_by("created_at", "id"))


def owned_by(document_id: UUID, owner: str) -> DocumentRef:
    """Return a document if it is this owner's; `NoDocument` otherwise, whatever the reason."""
    row = Document.objects.filter(id=document_id, owner=owner, erased_at=None).first()
    if row is None:
        raise NoDocument()
    return ref(row)


def orders(*, owner: str) -> tuple[OrderView, ...]:
    """Return the pages that were ordered for an owner, oldest first; printed ones name their document."""
    rows = Order.objects.filter(owner=owner).exclude(facts=None, document=None).order_by("ordered_at", "id")
    return tuple(OrderView(row.id, row.template, _state(row), row.ordered_at, row.document_id) for row in rows)


def _state(row: Order) -> OrderState:
    if row.document_id:
        return OrderState.PRINTED
    return OrderState.FAILING if row.tries else OrderState.WAITING
