"""Writes: lend a paper to somebody by a link for a while, take the link back, and record each look through it."""

from __future__ import annotations

import secrets
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from motcham.blocks.documents import queries_results, store
from motcham.blocks.documents.define import LONGEST_SHARE, MOST_SHARES, HasRef, NoDocument, NoShare, TooManyShares
from motcham.blocks.documents.models import Document, Share, ShareLook
from motcham.blocks.ledger import api as ledger


@transaction.atomic
def share(*, document_id: UUID, by: HasRef, lasts: timedelta) -> str:
    """Make a link to a paper in the caller's wallet for a while; return its token, which is not kept. Raises NoDocument."""
    document = (
        Document.objects.select_for_update().filter(id=document_id, holder=by.ref, erased_at=None).exclude(owner="").first()
    )
    if document is None or not by.ref.startswith("account:"):
        raise NoDocument()
    now, token = timezone.now(), secrets.token_urlsafe(24)
    if Share.objects.filter(document=document, revoked_at=None, until__gt=now).count() >= MOST_SHARES:
        raise TooManyShares(number=MOST_SHARES)
    made = Share(
        id=UUID(bytes=secrets.token_bytes(16)),
        mark=store.keyring().fingerprint(queries_results.SHARE, token),
        document=document,
        holder=by.ref,
        made_at=now,
        until=now + max(timedelta(minutes=5), min(lasts, LONGEST_SHARE)),
    )
    made.save(force_insert=True)
    payload = {"share": made.id, "until": made.until, "by": by.ref}
    ledger.append(kind="document.shared", subject=f"document:{document.id}", payload=payload)
    return token


@transaction.atomic
def revoke(*, share_id: UUID, by: HasRef) -> None:
    """Take a link back: from now on it shows nothing. Raises NoShare where it is not the caller's."""
    found = Share.objects.select_for_update().filter(id=share_id, holder=by.ref).first()
    if found is None:
        raise NoShare()
    if found.revoked_at is None:
        found.revoked_at = timezone.now()
        found.save(update_fields=["revoked_at"])
        payload = {"share": found.id, "by": by.ref}
        ledger.append(kind="document.share_revoked", subject=f"document:{found.document_id}", payload=payload)


@transaction.atomic
def look(*, token: str, by: HasRef) -> UUID:
    """Record a look through a link before anything is shown, and return the document; NoShare where it leads nowhere."""
    found = queries_results.shared(token)
    ShareLook(share=found, at=timezone.now()).save(force_insert=True)
    payload = {"share": found.id, "by": by.ref}
    ledger.append(kind="document.looked_at", subject=f"document:{found.document_id}", payload=payload)
    return found.document_id


def note_refused(*, token: str, by: HasRef) -> None:
    """Write down that a link showed nothing: of which paper, where there was such a link once."""
    row = queries_results.any_share(token)
    subject = f"document:{row.document_id}" if row else "share"
    payload = {"share": row.id, "by": by.ref} if row else {"by": by.ref}
    ledger.append(kind="document.look_refused", subject=subject, payload=payload)


@transaction.atomic
def erase_ended(*, before: datetime, batch: int = 100) -> int:
    """Erase links that ended before a time; return how many."""
    rows = list(
        Share.objects.select_for_update(skip_locked=True).filter(until__lt=before).values_list("id", "document_id")[:batch]
    )
    Share.objects.filter(id__in=[row[0] for row in rows]).delete()
    for share_id, document_id in rows:
        payload = {"share": share_id, "by": "system:documents"}
        ledger.append(kind="document.share_erased", subject=f"document:{document_id}", payload=payload)
    return len(rows)
