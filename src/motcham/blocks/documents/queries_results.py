"""Reads: results by their code or their file, a person's wallet, and what a link leads to."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import replace
from uuid import UUID

from django.utils import timezone

from motcham.blocks.documents import queries, rules, signing, store
from motcham.blocks.documents.define import Held, NoResult, NoShare, ResultView, ShareView, Verification
from motcham.blocks.documents.models import Document, Result, Share, ShareLook

SHARE = "document.share"


def view(result: Result) -> ResultView:
    """Return a row as anyone sees it who has its code."""
    return ResultView(
        code=result.code,
        title=result.title,
        agency_code=result.agency_code,
        agency_name=result.agency_name,
        issued_at=result.issued_at,
        signed_at=result.signed_at,
        stamped_at=result.stamped_at,
        digest=bytes(result.digest or b"").hex(),
        withdrawn_at=result.withdrawn_at,
        withdrawn_reason=result.withdrawn_reason,
        document_id=result.document_id,
        entry_id=result.entry_id,
    )


def result(code: str) -> ResultView:
    """Return the result of a code, however it was typed; NoResult where there is none."""
    row = Result.objects.filter(code=rules.read_code(code)).first()
    if row is None:
        raise NoResult()
    return view(row)


def results(*, owner: str) -> tuple[ResultView, ...]:
    """Return the results that came of an owner, oldest first."""
    return tuple(view(row) for row in Result.objects.filter(owner=owner).order_by("issued_at", "code"))


def verify(content: bytes) -> Verification:
    """Say who signed a PDF, when, whether it is intact, and which result of ours it is; a file of any kind gets an answer."""
    found = signing.verify(content)
    row = Result.objects.filter(digest=hashlib.sha256(content).digest()).first()
    return replace(found, result=view(row)) if row else found


def wallet(*, holder: str, document_id: UUID | None = None) -> tuple[Held, ...]:
    """Return the papers of an account, newest first, each with its links and the looks through them; or one of them."""
    if not holder:
        return ()
    rows = Document.objects.filter(holder=holder, erased_at=None).exclude(owner="").select_related("result")
    found = list((rows.filter(id=document_id) if document_id else rows).order_by("-created_at", "id"))
    shares = _shares(row.id for row in found)
    return tuple(_held(row, shares.get(row.id, ())) for row in found)


def shared(token: str) -> Share:
    """Return the link of a token while it holds; NoShare where it never was, has ended or was taken back: nobody is told which."""
    row = any_share(token)
    if row is None or row.revoked_at or row.until <= timezone.now() or row.document.erased_at:
        raise NoShare()
    return row


def any_share(token: str) -> Share | None:
    """Return the link of a token, whether or not it still holds."""
    marks = store.keyring().fingerprints(SHARE, token[:100])
    return Share.objects.select_related("document__result").filter(mark__in=marks).first()


def _held(row: Document, shares: tuple[ShareView, ...]) -> Held:
    result = getattr(row, "result", None)
    return Held(queries.ref(row), row.owner, view(result) if result else None, shares)


def _shares(document_ids: Iterable[UUID]) -> dict[UUID, tuple[ShareView, ...]]:
    rows = list(Share.objects.filter(document__in=list(document_ids)).order_by("-made_at"))
    looks: dict[UUID, list[ShareLook]] = {}
    for look in ShareLook.objects.filter(share__in=[row.id for row in rows]).order_by("-at"):
        looks.setdefault(look.share_id, []).append(look)
    found: dict[UUID, tuple[ShareView, ...]] = {}
    for row in rows:
        times = tuple(look.at for look in looks.get(row.id, ()))
        one = ShareView(row.id, row.document_id, row.made_at, row.until, row.revoked_at, times)
        found[row.document_id] = (*found.get(row.document_id, ()), one)
    return found
