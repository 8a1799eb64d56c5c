"""Builders for tests of blocks that own documents."""

from __future__ import annotations

import io
from dataclasses import dataclass

from PIL import Image, ImageDraw

from motcham.blocks.documents import actions_orders, api, pages_share, tasks
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


def a_page(width: int = 2100, *, ink: int = 30, paper: int = 245, lines: int = 34) -> Image.Image:
    """Return a page of typed lines: words of different length, line under line."""
    height = round(width * 1.414)
    page = Image.new("L", (width, height), paper)
    draw, unit = ImageDraw.Draw(page), width / 100
    for row in range(lines):
        y, x = unit * (10 + 3.4 * row), unit * 10
        for word in range(14):
            length = unit * (2 + (row * 7 + word * 5) % 5)
            if x + length > unit * 88:
                break
            for letter in range(int(length / (unit * 0.7))):
                left = x + letter * unit * 0.7
                draw.rectangle((left, y, left + unit * 0.35, y + unit * (0.9 + letter % 2 * 0.4)), fill=ink)
            x += length + unit
    return page


def a_pdf(*more: str) -> bytes:
    """Return the smallest PDF with a page; `more` are further objects, from number 4 on."""
    objects = [
        "<</Type/Catalog/Pages 2 0 R>>" if not more else "<</Type/Catalog/Pages 2 0 R/More 4 0 R>>",
        "<</Type/Pages/Kids[3 0 R]/Count 1>>",
        "<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]>>",
        *more,
    ]
    out, places = b"%PDF-1.7\n", []
    for number, each in enumerate(objects, 1):
        places.append(len(out))
        out += f"{number} 0 obj\n{each}\nendobj\n".encode("latin-1")
    table = "".join(f"{place:010} 00000 n \n" for place in places)
    end = f"xref\n0 {len(objects) + 1}\n0000000000 65535 f \n{table}trailer\n<</Root 1 0 R/Size {len(objects) + 1}>>\nstartxref\n{len(out)}\n%%EOF\n"
    return out + end.encode()


def a_document(*, content: bytes | None = None, filename: str = "photo.jpg", owner: str = "") -> DocumentRef:
    """Store a document, attached if an owner is named."""
    ref = api.receive(stream=a_photo() if content is None else content, filename=filename, by=Sender(), purpose="test")
    if owner:
        api.attach(document_ids=[ref.id], owner=owner, by=Sender())
    return ref


def print_orders() -> int:
    """Print every page that is due, as the worker does."""
    return actions_orders.fulfil(batch=1000)


def erase_unattached() -> int:
    """Erase what nobody attached, as the worker does."""
    return tasks.erase_unattached()


def erase_shares() -> int:
    """Erase links that ended long ago, as the worker does."""
    return tasks.erase_shares()


def forget() -> None:
    """Forget who guessed how often."""
    pages_share.misses.forget()
