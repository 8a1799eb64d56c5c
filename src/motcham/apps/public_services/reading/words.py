"""Small steps of cleaning that every reader needs: spaces, cells that say nothing, text without marks."""

from __future__ import annotations

import re
import unicodedata

NOTHING = {
    "",
    "-",
    "--",
    "không",
    "không có",
    "không có thông tin",
    "không quy định",
    "không yêu cầu",
    "không có yêu cầu, điều kiện",
}
_INVISIBLE = re.compile("[\u200b-\u200f\ufeff\u00ad]")


def clean(text: str) -> str:
    """Return a text on one line, in NFC, without invisible letters."""
    return " ".join(_INVISIBLE.sub("", unicodedata.normalize("NFC", text)).split())


def said(text: str) -> str:
    """Return a cell as one line, empty where it only says that there is nothing."""
    line = clean(text)
    return "" if line.rstrip(" .;").casefold() in NOTHING else line


def names(cell: str, *, comma: bool = False) -> tuple[str, ...]:
    """Return the several names of a cell, one a line (or between commas), each once.

    A comma parts two names only before a capital and outside brackets: "Cán bộ, công chức, viên chức" is one, and so is
    "Tổ chức (không bao gồm doanh nghiệp, HTX)".
    """
    parts = cell.split("\n")
    if comma:
        marked = re.sub(r",\s*(\w)(?![^()]*\))", lambda match: f"\n{match[1]}" if match[1].isupper() else match[0], cell)
        parts = marked.split("\n")
    return tuple(dict.fromkeys(line for part in parts if (line := said(part))))


def same(one: str, other: str) -> bool:
    """Tell whether two texts are the same but for spaces, case and a full stop at the end."""
    return clean(one).casefold().rstrip(" .") == clean(other).casefold().rstrip(" .")


def plain(text: str) -> str:
    """Return text in lower case without marks, for finding words in it."""
    apart = unicodedata.normalize("NFD", text.casefold().replace("đ", "d"))
    return "".join(letter for letter in apart if not unicodedata.combining(letter))
