"""Sheets become tagged PDF (PDF/UA-1): typst lays them out with the fonts that the package carries."""

from __future__ import annotations

import json
import struct
import threading
import unicodedata
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from django.conf import settings

from motcham.blocks.documents.define import FactList, Grid, NotRendered, Sheet, templates

LAYOUT = Path(__file__).parent / "typst"
FONTS: Path = settings.PACKAGE / "ui/static/vendor/be-vietnam-pro"
# The state's name and motto stand on every administrative paper (30/2020/NĐ-CP).
NATION, MOTTO = "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", "Độc lập - Tự do - Hạnh phúc"
# A compiler may be used by one thread at a time.
_one_at_a_time = threading.Lock()
_UNKNOWN = "?"


def render(*, template: str, data: Mapping[str, Any]) -> bytes:
    """Return a registered template with its facts as tagged PDF, at once and kept nowhere. Raises NotRendered."""
    return print_sheet(templates[template].compose(data))


def print_sheet(sheet: Sheet, *, seal_room: int = 22) -> bytes:
    """Return a sheet as PDF; `seal_room` is the height in millimetres that is left under the signer for a hand or a seal."""
    said = json.dumps({**_said(sheet), "seal_room": seal_room}, ensure_ascii=False)
    import typst

    try:
        with _one_at_a_time:
            printed = _compiler().compile(LAYOUT / "sheet.typ", format="pdf", sys_inputs={"sheet": said}, pdf_standards=["ua-1"])
    except typst.TypstError as error:
        raise NotRendered(permanent=True) from error
    assert isinstance(printed, bytes)
    return printed


def _said(sheet: Sheet) -> dict[str, Any]:
    def text(value: str) -> str:
        return printable(value)

    words = "Quét mã để xem và kiểm tra" if sheet.address else ""
    return {
        "title": text(sheet.title),
        "agency": text(sheet.agency),
        "parent": text(sheet.parent),
        "nation": NATION,
        "motto": MOTTO,
        "form": text(sheet.form),
        "code_line": f"Số: {text(sheet.code)}" if sheet.code else "",
        "place_line": _place_line(sheet),
        "parts": [_part(each) for each in sheet.parts],
        "qr": draw_code(sheet.address) if sheet.address else "",
        "qr_words": words,
        "address": sheet.address,
        "signed_by": [text(each) for each in sheet.signed_by],
        "footer": text(sheet.footer),
        "is_wide": sheet.is_wide,
    }


def _place_line(sheet: Sheet) -> str:
    if sheet.dated is None:
        return printable(sheet.place)
    # Days below ten and January and February are written with a nought, so that nobody adds a figure.
    month = f"{sheet.dated.month:02}" if sheet.dated.month < 3 else str(sheet.dated.month)
    on = f"ngày {sheet.dated.day:02} tháng {month} năm {sheet.dated.year}"
    return f"{printable(sheet.place)}, {on}" if sheet.place else on[0].upper() + on[1:]


def _part(part: FactList | Grid | str) -> dict[str, Any]:
    if isinstance(part, str):
        return {"kind": "text", "text": printable(part)}
    if isinstance(part, FactList):
        rows = [[printable(label), printable(value)] for label, value in part.rows if value]
        return {"kind": "facts" if rows else "text", "text": "", "heading": printable(part.heading), "rows": rows}
    rows = [[printable(cell) for cell in row] for row in part.rows]
    return {
        "kind": "grid",
        "heading": printable(part.heading),
        "columns": [printable(each) for each in part.columns],
        "widths": list(part.widths or [1.0] * len(part.columns)),
        "rows": rows,
    }


def printable(value: str) -> str:
    """Return text as it can be printed: composed, without control marks, and a sign the font does not have as a question mark."""
    composed = unicodedata.normalize("NFC", value).replace("\r\n", "\n")
    kept = (each for each in composed if each == "\n" or unicodedata.category(each)[0] != "C")
    drawn = glyphs()
    return "".join(each if each in "\n" or ord(each) in drawn else _UNKNOWN for each in kept)


def draw_code(address: str) -> str:
    """Return an address as a QR code in SVG."""
    import qrcode
    from qrcode.image.svg import SvgPathImage

    return str(qrcode.make(address, image_factory=SvgPathImage, border=1).to_string().decode())


@cache
def glyphs() -> frozenset[int]:
    """Return the code points that every weight of the font can draw: a page with a sign that it cannot is no PDF/UA."""
    sets = [_drawn_by(path.read_bytes()) for path in sorted(FONTS.glob("*.ttf"))]
    if not sets:
        raise NotRendered(permanent=True)
    return frozenset.intersection(*sets)


def _drawn_by(font: bytes) -> frozenset[int]:
    """Read the table of a TrueType font that leads from code points to glyphs (OpenType `cmap`, format 4)."""
    tables = {font[at : at + 4]: struct.unpack_from(">I", font, at + 8)[0] for at in range(12, 12 + 16 * font[5], 16)}
    cmap = tables[b"cmap"]
    found: set[int] = set()
    for number in range(struct.unpack_from(">H", font, cmap + 2)[0]):
        platform, encoding, offset = struct.unpack_from(">HHI", font, cmap + 4 + 8 * number)
        start = cmap + offset
        if (platform, encoding) != (3, 1) or struct.unpack_from(">H", font, start)[0] != 4:
            continue
        count = struct.unpack_from(">H", font, start + 6)[0] // 2
        ends = struct.unpack_from(f">{count}H", font, start + 14)
        starts = struct.unpack_from(f">{count}H", font, start + 16 + 2 * count)
        for first, last in zip(starts, ends, strict=True):
            found.update(range(first, last + 1))
    return frozenset(found - {0xFFFF})


@cache
def _compiler() -> Any:
    import typst

    fonts = typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[str(FONTS)])
    return typst.Compiler(root=str(LAYOUT), font_paths=fonts)
