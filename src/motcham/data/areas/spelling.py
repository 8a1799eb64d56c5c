"""One spelling for Vietnamese names, so that two writings of one name compare as equal."""

from __future__ import annotations

import re
import unicodedata

_TONE_ON_SECOND_VOWEL = re.compile("(?<![qQ])([oO](?=[aeAE])|[uU](?=[yY]))([aeyAEY])([\u0300\u0301\u0303\u0309\u0323])(?!\\w)")
_PADDING = re.compile(r"(?<!\d)0+(\d)")


def spell(name: str) -> str:
    """Return a name in NFC with one tone-mark style (Hòa, not Hoà), no zero padding (Phường 1, not Phường 01), single spaces."""
    apart = unicodedata.normalize("NFD", " ".join(name.split()))
    name = unicodedata.normalize("NFC", _TONE_ON_SECOND_VOWEL.sub(r"\1\3\2", apart))
    return _PADDING.sub(r"\1", name)


def fold(name: str) -> str:
    """Return a name in lower case without any marks, as people type it where there is no Vietnamese keyboard."""
    if name.isascii():
        return name.lower()
    apart = unicodedata.normalize("NFD", name.casefold().replace("đ", "d"))
    return unicodedata.normalize("NFC", "".join(letter for letter in apart if not unicodedata.combining(letter)))
