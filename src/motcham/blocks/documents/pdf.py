"""PDF that somebody sent: kept as it is, so whatever could act on the reader's computer is a reason not to take it."""

from __future__ import annotations

import io
import logging
import re
import zlib
from collections.abc import Iterator
from typing import Any

from django.utils.translation import gettext_lazy as _

from motcham.blocks.documents.define import ActivePdf, LockedPdf, SwollenPdf, Unreadable

MOST_OBJECTS = 50_000
MOST_UNPACKED = 256 * 1024 * 1024
_DEEPEST = 60
_PIECE = 8 * 1024 * 1024
# What an action (/S), a key or a subtype of an annotation may not be, and how a person is told.
SCRIPT, PROGRAM, FILE, MEDIA, SENDS = "script", "launch", "file", "media", "sends"
_ACTIONS = {
    "/JavaScript": SCRIPT,
    "/Launch": PROGRAM,
    "/GoToE": FILE,
    "/ImportData": SENDS,
    "/SubmitForm": SENDS,
    "/Rendition": MEDIA,
    "/Movie": MEDIA,
    "/Sound": MEDIA,
    "/RichMediaExecute": MEDIA,
}
_KEYS = {"/JS": SCRIPT, "/JavaScript": SCRIPT, "/XFA": SCRIPT, "/EmbeddedFiles": FILE, "/EF": FILE}
_TYPES = {"/EmbeddedFile": FILE, "/RichMedia": MEDIA, "/FileAttachment": FILE, "/Movie": MEDIA, "/Screen": MEDIA}
_WORDS = {
    SCRIPT: _("a script"),
    PROGRAM: _("a command that starts a program"),
    FILE: _("another file inside it"),
    MEDIA: _("sound or film"),
    SENDS: _("a form that sends what is typed elsewhere"),
}
# A second net under the parser: a reader may find what it does not. Two letters are left out, which stand in any picture by chance.
_WRITTEN = re.compile(rb"/(JavaScript|Launch|EmbeddedFiles?|RichMedia)(?![A-Za-z0-9_])")
_OF_WRITTEN = {b"JavaScript": SCRIPT, b"Launch": PROGRAM, b"RichMedia": MEDIA}
logging.getLogger("pypdf").setLevel(logging.CRITICAL)


def judge(content: bytes) -> None:
    """Refuse a PDF that is locked, damaged, swollen, or holds something that acts. Raises LockedPdf, Unreadable, SwollenPdf, ActivePdf."""
    if found := _WRITTEN.search(content):
        raise _active(_OF_WRITTEN.get(found[1], FILE))
    import pypdf
    from pypdf.errors import LimitReachedError

    try:
        reader = pypdf.PdfReader(io.BytesIO(content), strict=False)
        # Some are locked against changes only and open without a password.
        if reader.is_encrypted and not reader.decrypt(""):
            raise LockedPdf()
        room = MOST_UNPACKED
        for each in _objects(reader):
            if (what := _acts(each)) is not None:
                raise _active(what)
            room -= _unpacked(each, room)
            if room < 0:
                raise SwollenPdf()
        if not len(reader.pages):
            raise Unreadable()
    except LimitReachedError:
        raise SwollenPdf() from None
    except (ActivePdf, LockedPdf, SwollenPdf, Unreadable):
        raise
    # A file from anywhere breaks a parser in any way there is; to whoever sent it all of them mean the same.
    except Exception as error:
        raise Unreadable() from error


def _active(kind: str) -> ActivePdf:
    return ActivePdf(what=str(_WORDS[kind]), kind=kind)


def _objects(reader: Any) -> Iterator[Any]:
    """Yield every object of a file, also those that nothing leads to."""
    from pypdf.generic import IndirectObject

    numbers = {(number, generation) for generation, table in reader.xref.items() for number in table if number}
    numbers |= {(number, 0) for number in reader.xref_objStm}
    if len(numbers) > MOST_OBJECTS:
        raise SwollenPdf()
    yield reader.trailer
    for number, generation in sorted(numbers):
        yield reader.get_object(IndirectObject(number, generation, reader))


def _acts(value: Any, depth: int = 0) -> str | None:
    """Return what an object, with all that is written in it, could do; None where nothing."""
    if depth > _DEEPEST:
        raise SwollenPdf()
    if isinstance(value, dict):
        for key, inner in dict.items(value):
            if key in _KEYS:
                return _KEYS[key]
            if key == "/S" and str(inner) in _ACTIONS and ("/Type" not in value or value.get("/Type") == "/Action"):
                return _ACTIONS[str(inner)]
            if key in ("/Type", "/Subtype") and str(inner) in _TYPES:
                return _TYPES[str(inner)]
            if (found := _acts(inner, depth + 1)) is not None:
                return found
    elif isinstance(value, list):
        for inner in list.__iter__(value):
            if (found := _acts(inner, depth + 1)) is not None:
                return found
    return None


def _unpacked(value: Any, room: int) -> int:
    """Return how large a packed stream is unpacked, counted only so far as there is room."""
    filters = value.get("/Filter") if isinstance(value, dict) else None
    names = [str(each) for each in (filters if isinstance(filters, list) else [filters])]
    if not names or names[0] not in ("/FlateDecode", "/Fl"):
        return 0
    if names.count("/FlateDecode") + names.count("/Fl") > 1:
        # Nobody packs twice but to hide how large something is.
        raise SwollenPdf()
    data, size, unpack = getattr(value, "_data", b""), 0, zlib.decompressobj()
    try:
        while data and size <= room:
            size += len(unpack.decompress(data, _PIECE))
            data = unpack.unconsumed_tail
    except zlib.error:
        # Readers show what they can of a damaged stream; it is not larger than what was counted.
        return size
    return size
