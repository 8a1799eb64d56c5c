"""The verbs of documents. Who may see one is decided by the block that owns it, before it calls `content` or `response`."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import BinaryIO
from uuid import UUID

from django.http import HttpResponse

from motcham.blocks.documents import actions, pages, queries, store
from motcham.blocks.documents.define import DocumentRef, HasRef


def receive(
    *, stream: BinaryIO | actions.Readable | bytes, filename: str, by: HasRef, purpose: str, at: datetime | None = None
) -> DocumentRef:
    """Take a file in: judged by its content, bounded, pictures written anew without metadata, sealed.

    Attach it within 24 hours, or `keep` it, else it goes. `taken_at_place` of the answer is the position that was in the photograph.
    Raises EmptyFile, TooLarge, UnknownKind, Unreadable, TooManyPixels, Infected or NotKept.
    """
    return actions.receive(stream=stream, filename=filename, by=by, purpose=purpose, at=at)


def attach(*, document_ids: Sequence[UUID], owner: str, by: HasRef) -> None:
    """Give received documents to their owner ("case:<id>"), in the transaction of the act. Raises NoDocument or TooManyDocuments."""
    actions.attach(document_ids=document_ids, owner=owner, by=by)


def keep(*, document_ids: Sequence[UUID], until: datetime) -> None:
    """Let received files that nobody attached yet wait until a time, longer than the 24 hours."""
    actions.keep(document_ids=document_ids, until=until)


def refs(document_ids: Iterable[UUID]) -> tuple[DocumentRef, ...]:
    """Return the documents that are still there, in the order asked for."""
    return queries.refs(document_ids)


def owned(*, owner: str) -> tuple[DocumentRef, ...]:
    """Return the documents of an owner, oldest first."""
    return queries.owned(owner)


def content(*, document_id: UUID, owner: str) -> bytes:
    """Return the plain content. Raises NoDocument where it is not this owner's, KeyMissing or SealBroken."""
    return store.read(queries.owned_by(document_id, owner).id)


def response(*, document_id: UUID, owner: str, thumbnail: bool = False) -> HttpResponse:
    """Return the answer that shows or downloads a document, for a guarded view of the owning block."""
    return pages.response(queries.owned_by(document_id, owner), thumbnail=thumbnail)


def erase(*, owner: str | None = None, document_ids: Sequence[UUID] = (), by: HasRef, reason: str = "") -> int:
    """Erase an owner's documents, or some by id: content, name and digest go for ever. Return how many."""
    return actions.erase(owner=owner, document_ids=document_ids, by=by, reason=reason)
