"""Writes: take a file in, attach it to what it belongs to, erase it."""

from __future__ import annotations

import json
import secrets
from collections.abc import Sequence
from datetime import datetime
from functools import partial
from typing import Any, BinaryIO, Protocol
from uuid import UUID

from django.db import connection, transaction
from django.db.models import Q, QuerySet
from django.utils import timezone

from motcham.blocks.documents import images, pdf, queries, rules, store, strange
from motcham.blocks.documents.define import (
    MAX_BYTES,
    MAX_OF_ONE_OWNER,
    PRINTED,
    DocumentKind,
    DocumentRef,
    HasRef,
    NoDocument,
    TooManyDocuments,
)
from motcham.blocks.documents.models import Document, Order, Share
from motcham.blocks.ledger import api as ledger


class Readable(Protocol):
    """An upload, or any file."""

    def read(self, size: int, /) -> bytes: ...


def receive(
    *, stream: BinaryIO | Readable | bytes, filename: str, by: HasRef, purpose: str, at: datetime | None = None
) -> DocumentRef:
    """Take a file in: judged by its content, bounded, pictures written anew without metadata, sealed.

    Attach it within 24 hours, or `keep` it, else it goes. `taken_at_place` of the answer is the position that was in the photograph.
    Raises EmptyFile, TooLarge, UnknownKind, WrongKind, Unreadable, TooManyPixels, ActivePdf, LockedPdf, SwollenPdf, Infected or NotKept.
    """
    content = stream if isinstance(stream, bytes) else stream.read(MAX_BYTES + 1)
    kind = strange.kind_of(content)
    store.scan(content)
    if kind is DocumentKind.PDF:
        pdf.judge(content)
    picture = images.rewrite(content, kind) if kind.is_image else None
    kept = picture.content if picture else content
    document = create(
        kept,
        rules.neutral_name(filename, kind),
        kind,
        purpose=purpose,
        by=by.ref,
        holder=rules.holder_of(by.ref),
        picture=picture,
        at=at,
    )
    return queries.ref(document, taken_at_place=picture.taken_at if picture else None)


def copy(*, document_id: UUID, owner: str, by: HasRef, purpose: str) -> DocumentRef:
    """Keep the file of an owner once more, to the last byte, for whoever uses it again. Raises NoDocument."""
    held = queries.owned_by(document_id, owner)
    content = store.read(document_id)
    picture = None
    if held.kind.is_image:
        small = store.read(document_id, store.THUMBNAIL)
        picture = images.Picture(content, small, held.width or 0, held.height or 0, None)
    document = create(content, held.name, held.kind, purpose=purpose, by=by.ref, holder=rules.holder_of(by.ref), picture=picture)
    return queries.ref(document)


def create(
    content: bytes,
    name: str,
    kind: DocumentKind,
    *,
    purpose: str,
    by: str,
    owner: str = "",
    holder: str = "",
    picture: images.Picture | None = None,
    at: datetime | None = None,
) -> Document:
    """Seal a file and write its row and its entry: the one way into the store."""
    # All 128 bits random, where a version-4 UUID has 122.
    document_id = UUID(bytes=secrets.token_bytes(16))
    digest = store.keyring().fingerprint(store.DIGEST, content)
    # The files come first: a crash in between leaves files without a row, which the sweep takes, never a row without its file.
    store.write(document_id, store.CONTENT, content)
    if picture:
        store.write(document_id, store.THUMBNAIL, picture.thumbnail)
    document = Document(
        id=document_id,
        kind=kind,
        purpose=purpose,
        owner=owner,
        holder=holder,
        name=store.keyring().seal(store.NAME, name.encode(), document_id.bytes),
        size=len(content),
        width=picture.width if picture else None,
        height=picture.height if picture else None,
        digest=digest,
        created_at=at or timezone.now(),
    )
    payload = {"kind": kind, "size": len(content), "digest": digest.hex(), "purpose": purpose, "by": by}
    if owner:
        payload["owner"] = owner
    with transaction.atomic():
        document.save(force_insert=True)
        ledger.append(kind="document.received", subject=_subject(document_id), payload=payload, at=at)
    return document


# With a large form every round trip counts: lock, entries, owner and what is counted are one statement, which writes only where all
# of it is right. An entry for each that had no owner; those of this owner stay as they are.
ATTACH = """
WITH wanted AS MATERIALIZED (
    SELECT id, owner FROM documents_document WHERE id = ANY(%(ids)s) AND owner IN ('', %(owner)s) AND erased_at IS NULL
    ORDER BY id FOR UPDATE),
counted AS MATERIALIZED (
    SELECT (SELECT count(*) FROM wanted) AS found, (SELECT count(*) FROM documents_document WHERE owner = %(owner)s AND owner <> ''
        AND erased_at IS NULL AND id <> ALL(%(ids)s) AND purpose <> %(printed)s) AS others),
given AS (
    UPDATE documents_document SET owner = %(owner)s,
        -- What was sent before signing in lies in the wallet of whoever hands it in.
        holder = coalesce(nullif(holder, ''), %(holder)s)
    FROM wanted, counted WHERE documents_document.id = wanted.id AND wanted.owner = ''
        AND found = %(number)s AND others + found <= %(most)s
    RETURNING documents_document.id),
written AS MATERIALIZED (
    SELECT ledger_append('document.attached', 'document:' || id, %(said)s::jsonb) AS entry_id FROM given)
SELECT found, others, (SELECT count(entry_id) FROM written) FROM counted
"""


def attach(*, document_ids: Sequence[UUID], owner: str, by: HasRef, most: int = MAX_OF_ONE_OWNER) -> None:
    """Give received documents to their owner ("case:<id>"), which may have `most`, in the transaction of the act; what it has already
    stays as it is. Raises NoDocument or TooManyDocuments."""
    wanted = list(set(document_ids))
    if not wanted:
        return
    said = json.dumps({"by": by.ref, "owner": owner}, ensure_ascii=False)
    values: dict[str, Any] = {"ids": wanted, "owner": owner, "printed": PRINTED, "number": len(wanted), "most": most}
    with connection.prepared() as cursor:  # type: ignore[attr-defined]
        cursor.execute(ATTACH, {**values, "holder": rules.holder_of(by.ref), "said": said})
        found, others, _written = cursor.fetchone()
    if found < len(wanted):
        raise NoDocument()
    if others + found > most:
        raise TooManyDocuments(number=most)


def keep(*, document_ids: Sequence[UUID], until: datetime) -> None:
    """Let received files that nobody attached yet wait until a time, longer than the 24 hours."""
    Document.objects.filter(id__in=document_ids, owner="", erased_at=None).update(kept_until=until)


@transaction.atomic
def erase(*, owner: str | None = None, document_ids: Sequence[UUID] = (), by: HasRef, reason: str = "") -> int:
    """Erase an owner's documents, or some by id: content, name and digest go for ever. Return how many."""
    if owner:
        Order.objects.filter(owner=owner).exclude(facts=None).update(facts=None)
    chosen = Document.objects.filter(owner=owner) if owner else Document.objects.filter(id__in=document_ids)
    return _erase(chosen, by=by.ref, reason=reason)


@transaction.atomic
def erase_unattached(*, before: datetime, batch: int = 100) -> int:
    """Erase what nobody attached to anything."""
    waiting = Q(kept_until=None) | Q(kept_until__lt=timezone.now())
    ids = Document.objects.filter(waiting, owner="", erased_at=None, created_at__lt=before).values_list("id", flat=True)[:batch]
    return _erase(Document.objects.filter(id__in=list(ids), owner=""), by="system:documents", reason="unattached")


def _erase(chosen: QuerySet[Document], *, by: str, reason: str) -> int:
    ids = list(chosen.filter(erased_at=None).select_for_update(skip_locked=False).order_by("id").values_list("id", flat=True))
    Document.objects.filter(id__in=ids).update(name=None, digest=None, holder="", erased_at=timezone.now())
    Share.objects.filter(document__in=ids).delete()
    for document_id in ids:
        ledger.erase(subject=_subject(document_id))
        ledger.append(kind="document.erased", subject=_subject(document_id), payload={"by": by, "reason": reason})
        # After the commit: an erasure that is rolled back must not have lost the file. The sweep takes what a crash leaves.
        transaction.on_commit(partial(store.remove, document_id))
    return len(ids)


def sweep_files(*, prefix: str, before: datetime) -> int:
    """Delete old files of one folder that no living row knows: drafts of a crash, rolled-back receipts, unfinished erasures."""
    files = list(store.old_files(prefix, before))
    ids = {document_id for _, document_id in files if document_id}
    living = set(Document.objects.filter(id__in=ids, erased_at=None).values_list("id", flat=True))
    lost = [path for path, document_id in files if document_id not in living]
    for path in lost:
        path.unlink(missing_ok=True)
    return len(lost)


def _subject(document_id: UUID) -> str:
    return f"document:{document_id}"
