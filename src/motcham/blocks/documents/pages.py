"""The answer that carries a document: it can be looked at, and can do nothing."""

from __future__ import annotations

from django.http import HttpResponse
from django.utils.http import content_disposition_header

from motcham.blocks.documents import store
from motcham.blocks.documents.define import DocumentKind, DocumentRef

_POLICY = "default-src 'none'; style-src 'unsafe-inline'; sandbox; frame-ancestors 'none'"


def response(document: DocumentRef, *, thumbnail: bool = False) -> HttpResponse:
    """Return the content, or its thumbnail (JPEG); a PDF is always downloaded, never run in the page."""
    small = thumbnail and document.kind.is_image
    answer = HttpResponse(
        store.read(document.id, store.THUMBNAIL if small else store.CONTENT),
        content_type=(DocumentKind.JPEG if small else document.kind).value,
    )
    disposition = content_disposition_header(not document.kind.is_image, document.name)
    answer.headers["Content-Disposition"] = disposition or "attachment"
    answer.headers["Content-Security-Policy"] = _POLICY
    answer.headers["X-Content-Type-Options"] = "nosniff"
    answer.headers["Cross-Origin-Resource-Policy"] = "same-origin"
    answer.headers["Cache-Control"] = "private, no-store"
    return answer
