"""PDF that somebody sent: kept as it is, so whatever could act on the reader's computer is a reason not to take it.

The file is not parsed, for a parser can be led astray and kept busy: the words without which nothing acts are looked for in all
of its bytes, in either spelling, and in the packed streams that hold objects. Time and memory grow with the size of the file alone.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterator

from django.utils.translation import gettext_lazy as _

from motcham.blocks.documents.define import ActivePdf, LockedPdf, SwollenPdf, Unreadable

MOST_STREAMS = 20_000
MOST_UNPACKED = 256 * 1024 * 1024
# Streams of objects are small; what is looked through for words is bounded apart.
MOST_OBJECT_BYTES = 32 * 1024 * 1024
_PIECE = 4 * 1024 * 1024
_LONGEST_HEAD = 16 * 1024
SCRIPT, PROGRAM, FILE, MEDIA, SENDS = "script", "launch", "file", "media", "sends"
_ACTS = {
    "JavaScript": SCRIPT,
    "XFA": SCRIPT,
    "Launch": PROGRAM,
    "EmbeddedFile": FILE,
    "EmbeddedFiles": FILE,
    "FileAttachment": FILE,
    "GoToE": FILE,
    "SubmitForm": SENDS,
    "ImportData": SENDS,
    "RichMedia": MEDIA,
    "RichMediaExecute": MEDIA,
    "Rendition": MEDIA,
}
# So short that they stand in any picture by chance: looked for outside of streams alone.
_SHORT = {"JS": SCRIPT, "EF": FILE}
_WORDS = {
    SCRIPT: _("a script"),
    PROGRAM: _("a command that starts a program"),
    FILE: _("another file inside it"),
    MEDIA: _("sound or film"),
    SENDS: _("a form that sends what is typed elsewhere"),
}


def _name(*words: str) -> re.Pattern[bytes]:
    """Return a pattern that finds names of PDF, each letter as itself or as `#4a`."""

    def letter(one: str) -> str:
        return f"(?:{one}|#{''.join(f'[{digit}{digit.upper()}]' for digit in f'{ord(one):02x}')})"

    spelled = ("".join(letter(one) for one in word) for word in sorted(words, key=len, reverse=True))
    return re.compile(f"/({'|'.join(spelled)})(?![A-Za-z0-9#_])".encode())


_ACTIVE, _ACTIVE_SHORT = _name(*_ACTS), _name(*_SHORT)
_LOCKED, _OBJECTS, _TABLE, _PACKED = _name("Encrypt"), _name("ObjStm"), _name("XRef"), _name("FlateDecode", "Fl")
_PAGES = _name("Pages")
_SHIFTED = _name(
    "Predictor", "ASCIIHexDecode", "ASCII85Decode", "LZWDecode", "RunLengthDecode", "Crypt", "AHx", "A85", "LZW", "RL"
)
_STREAM = re.compile(rb"stream\r?\n")


def judge(content: bytes, *, most_object_bytes: int = 0) -> int:
    """Refuse a PDF that is locked, damaged, swollen, or holds something that acts; return how many bytes of objects a parser would read.

    Raises LockedPdf, Unreadable, SwollenPdf, ActivePdf.
    """
    _refuse(_ACTIVE, content)
    has_pages, at, read, room, objects = False, 0, 0, MOST_UNPACKED, most_object_bytes or MOST_OBJECT_BYTES
    for head, start, end in _streams(content):
        has_pages |= _judge_plain(content[at:start])
        read += start - at
        at = end
        if _TABLE.search(head):
            objects -= (size := _size_unpacked(content[start:end], objects) if _PACKED.search(head) else end - start)
            read += size
            if objects < 0:
                raise SwollenPdf()
            continue
        if not (packed := len(_PACKED.findall(head))) and not _OBJECTS.search(head):
            continue
        if packed > 1:
            # Nobody packs twice but to hide how large something is.
            raise SwollenPdf()
        if _OBJECTS.search(head):
            if _SHIFTED.search(head):
                raise Unreadable()
            held = content[start:end] if not packed else _unpacked(content[start:end], objects)
            has_pages |= _judge_plain(held)
            objects -= len(held)
            read += len(held)
            continue
        room -= _size_unpacked(content[start:end], room)
        if room < 0:
            raise SwollenPdf()
    if not (_judge_plain(content[at:]) | has_pages):
        raise Unreadable()
    return read + len(content) - at


def _streams(content: bytes) -> Iterator[tuple[bytes, int, int]]:
    """Yield the head of each stream, and where its data begins and ends."""
    at, number = 0, 0
    while found := _STREAM.search(content, at):
        start = found.end()
        end = content.find(b"endstream", start)
        if end < 0:
            raise Unreadable()
        head = content.rfind(b"obj", max(at, found.start() - _LONGEST_HEAD), found.start())
        number += 1
        if number > MOST_STREAMS:
            raise SwollenPdf()
        # A word in a text that is not the beginning of any object's stream.
        if head < 0:
            at = start
            continue
        yield content[head : found.start()], start, end
        at = end + len(b"endstream")


def _judge_plain(said: bytes) -> bool:
    """Refuse objects that act or are locked; tell whether there are pages among them."""
    if _LOCKED.search(said):
        raise LockedPdf()
    _refuse(_ACTIVE, said)
    _refuse(_ACTIVE_SHORT, said)
    return _PAGES.search(said) is not None


def _refuse(pattern: re.Pattern[bytes], said: bytes) -> None:
    if found := pattern.search(said):
        name = re.sub(rb"#(..)", lambda escaped: bytes([int(escaped[1], 16)]), found[1]).decode()
        kind = {**_ACTS, **_SHORT}[name]
        raise ActivePdf(what=str(_WORDS[kind]), kind=kind)


def _unpacked(data: bytes, room: int) -> bytes:
    """Return a packed stream of objects. Raises SwollenPdf where it is too large, Unreadable where it is none."""
    unpack = zlib.decompressobj()
    try:
        held = unpack.decompress(data, room + 1)
    except zlib.error as error:
        raise Unreadable() from error
    if len(held) > room:
        raise SwollenPdf()
    return held


def _size_unpacked(data: bytes, room: int) -> int:
    """Return how large a packed stream is unpacked, counted only so far as there is room."""
    size, unpack = 0, zlib.decompressobj()
    try:
        while data and size <= room:
            size += len(unpack.decompress(data, _PIECE))
            data = unpack.unconsumed_tail
    except zlib.error:
        # Readers show what they can of a damaged picture; it is not larger than what was counted.
        return size
    return size
