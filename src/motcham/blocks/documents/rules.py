"""Pure decisions: what a file is, what it may be called, where its sealed form lies."""

from __future__ import annotations

import re
import secrets
import unicodedata
from collections.abc import Mapping
from uuid import UUID

from motcham.blocks.documents.define import (
    MAX_BYTES,
    MOST_MEGABYTES,
    DocumentKind,
    EmptyFile,
    TakenAt,
    TooLarge,
    UnknownKind,
    Unreadable,
)

_LONGEST_NAME = 80
# A real photograph has a dozen scans; a thousand of them, each over the whole picture, only cost time.
_MOST_SCANS = 64
_LETTERS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_READ_AS = str.maketrans("OIL", "011")


def kind_of(content: bytes) -> DocumentKind:
    """Tell what a file is from its first bytes; refuse what is empty, too large, of no accepted kind, or cut off."""
    if not content:
        raise EmptyFile()
    if len(content) > MAX_BYTES:
        raise TooLarge(megabytes=MOST_MEGABYTES)
    if content.startswith(b"\xff\xd8\xff"):
        if content.count(b"\xff\xda") > _MOST_SCANS:
            raise Unreadable()
        return DocumentKind.JPEG
    if content.startswith(b"\x89PNG\r\n\x1a\n"):
        return DocumentKind.PNG
    if content.startswith(b"RIFF") and content[8:12] == b"WEBP":
        return DocumentKind.WEBP
    # Readers look for the mark further in too; a page of HTML with the mark somewhere is what that lets through.
    if content.startswith(b"%PDF-"):
        if b"%%EOF" not in content[-2048:]:
            raise Unreadable()
        return DocumentKind.PDF
    raise UnknownKind()


_PARTS = ((b"xl/", "spreadsheet"), (b"word/", "text"), (b"ppt/", "slides"), (b"mimetypeapplication/vnd.oasis", "text"))
_STARTS = (
    (b"MZ", "program"),
    (b"\x7fELF", "program"),
    (b"\xd0\xcf\x11\xe0", "office"),
    (b"{\\rtf", "text"),
    (b"Rar!", "archive"),
    (b"7z\xbc\xaf", "archive"),
    (b"\x1f\x8b", "archive"),
    (b"GIF8", "gif"),
    (b"II*\x00", "tiff"),
    (b"MM\x00*", "tiff"),
)
_PHONE_PHOTOS = (b"heic", b"heix", b"mif1", b"msf1", b"hevc", b"avif")
_LOOKED_THROUGH = 64 * 1024


def looks_like(content: bytes) -> str:
    """Tell what a file that is not taken seems to be, empty where nobody knows; nothing of it is unpacked.

    >>> looks_like(b"MZ\\x90"), looks_like(b"PK\\x03\\x04...xl/workbook.xml"), looks_like(b"abc")
    ('program', 'spreadsheet', '')
    """
    if content.startswith(b"PK\x03\x04"):
        ends = content[:_LOOKED_THROUGH] + content[-_LOOKED_THROUGH:]
        return next((what for part, what in _PARTS if part in ends), "archive")
    if content[4:8] == b"ftyp":
        return "heic" if content[8:12] in _PHONE_PHOTOS else "film"
    if re.match(rb"\s*<(?:!doctype html|html|\?xml|svg)", content[:200], re.IGNORECASE):
        return "page"
    return next((what for start, what in _STARTS if content.startswith(start)), "")


def neutral_name(name: str, kind: DocumentKind) -> str:
    """Return a file name that is only a name: no folders, no control or direction marks, the ending of what the file is."""
    base = re.split(r"[/\\]", unicodedata.normalize("NFC", name))[-1]
    stem = base.rpartition(".")[0] or base
    kept = "".join(each for each in stem if unicodedata.category(each)[0] != "C" and each not in '<>:"|?*;%`$')
    return (kept.strip(" .")[:_LONGEST_NAME].strip(" .") or "document") + "." + kind.extension


def place_of(document_id: UUID) -> str:
    """Return the path of a sealed file below the documents folder; 256 folders keep listings short."""
    return f"{document_id.hex[:2]}/{document_id.hex[2:]}"


def new_code() -> str:
    """Return the code of a result, which nobody can guess: 13 letters of 65 random bits, none of them mistaken for a digit."""
    return "".join(secrets.choice(_LETTERS) for _ in range(13))


def read_code(typed: str) -> str:
    """Return the code that somebody meant: case, dashes, spaces and look-alike letters do not matter."""
    return "".join(letter for letter in typed[:60].upper().translate(_READ_AS) if letter in _LETTERS)[:32]


def show_code(code: str) -> str:
    """Return a code as people read it: 7K2M-09QX-4T1ZB."""
    return "-".join((code[:4], code[4:8], code[8:]))


def holder_of(actor_ref: str) -> str:
    """Return the account in whose wallet lies what somebody sends for themselves; an officer's work lies in none.

    >>> holder_of("account:7"), holder_of("post:3")
    ('account:7', '')
    """
    return actor_ref if actor_ref.startswith("account:") else ""


def taken_at(gps: Mapping[int, object]) -> TakenAt | None:
    """Read the position in a photograph's GPS record (EXIF tags 1 to 4), None where it is absent or nonsense."""
    try:
        lat, lon = (_degrees(gps[tag]) * (-1 if str(gps.get(tag - 1, "")).strip("\0 ").upper() in "SW" else 1) for tag in (2, 4))
    except (KeyError, TypeError, ValueError, ZeroDivisionError, OverflowError):
        return None
    if not (-90 <= lat <= 90 and -180 <= lon <= 180) or (lat == 0 and lon == 0):
        return None
    return TakenAt(lon=round(lon, 6), lat=round(lat, 6))


def _degrees(value: object) -> float:
    degrees, minutes, seconds = (float(part) for part in value)  # type: ignore[attr-defined]
    return degrees + minutes / 60 + seconds / 3600
