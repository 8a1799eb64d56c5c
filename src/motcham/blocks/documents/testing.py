"""Builders for tests of blocks that own documents."""

from __future__ import annotations

import io
from dataclasses import dataclass

from PIL import Image

from motcham.blocks.documents import actions_orders, api
from motcham.blocks.documents.define import DocumentRef


@dataclass(frozen=True)
class Sender:
    """Somebody who sends a file."""

    ref: str = "person:test"


def a_photo(*, size: tuple[int, int] = (64, 48), colour: str = "teal", form: str = "JPEG") -> bytes:
    """Return a small picture."""
    out = io.BytesIO()
    Image.new("RGB", size, colour).save(out, form)
    return out.getvalue()


def a_pdf() -> bytes:
    """Return what passes for a PDF."""
    return b"%PDF-1.7\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"


def a_document(*, content: bytes | None = None, filename: str = "photo.jpg", owner: str = "") -> DocumentRef:
    """Store a document, attached if an owner is named."""
    ref = api.receive(stream=a_photo() if content is None else content, filename=filename, by=Sender(), purpose="test")
    if owner:
        api.attach(document_ids=[ref.id], owner=owner, by=Sender())
    return ref


def print_orders() -> int:
    """Print every page that is due, as the worker does."""
    return actions_orders.fulfil(batch=1000)
