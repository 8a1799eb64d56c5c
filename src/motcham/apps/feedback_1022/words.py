"""Words that a report is listened for: danger to life, and what somebody in office is said to have done.

Both lists are data (`data/emergency_words.csv`, `data/accusation_words.csv`), compared word by word. Text that is written
without tone marks is compared without them; text with marks keeps them, for "cháy" (fire) and "chạy" (run) differ in nothing else.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from motcham import data

_WORD = re.compile(r"[^\W_]+")
_MARKS = re.compile("[\u0300-\u036f]")
NEAR = 12
"""Who and what belong together where at most so many words stand between them."""


@dataclass(frozen=True)
class Number:
    """A number to call in an emergency; `kinds` are what it is for, the most its own first."""

    number: str
    label: str
    label_en: str
    kinds: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Text:
    words: tuple[str, ...]
    is_unmarked: bool

    @classmethod
    def of(cls, text: str) -> _Text:
        text = unicodedata.normalize("NFC", text[:20_000]).lower()
        is_unmarked = plain(text) == text.replace("đ", "d")
        return cls(tuple(_WORD.findall(plain(text) if is_unmarked else text)), is_unmarked)


class Phrases:
    """Phrases by their first word, so that a text is walked over once."""

    def __init__(self, phrases: Iterable[str]) -> None:
        self._marked: dict[str, list[tuple[str, ...]]] = {}
        self._plain: dict[str, list[tuple[str, ...]]] = {}
        for phrase in phrases:
            words = tuple(_WORD.findall(unicodedata.normalize("NFC", phrase).lower()))
            self._marked.setdefault(words[0], []).append(words)
            bare = tuple(map(plain, words))
            # One short word without its marks is too many other words: "chay" is fire, to run, and a meal without meat.
            if len(bare) > 1:
                self._plain.setdefault(bare[0], []).append(bare)

    def found(self, text: _Text) -> Iterator[tuple[int, tuple[str, ...]]]:
        """Yield where a phrase begins, and its words."""
        known = self._plain if text.is_unmarked else self._marked
        for at, word in enumerate(text.words):
            for phrase in known.get(word, ()):
                if text.words[at : at + len(phrase)] == phrase:
                    yield at, phrase


def emergencies(text: str) -> frozenset[str]:
    """Return the kinds of danger to life that a text speaks of: fire, water, violence, …"""
    read, found = _Text.of(text), set()
    for kind, phrases, unless in _emergency_words():
        safe = [(at, at + len(words)) for at, words in unless.found(read)]
        if any(not _within(at, at + len(words), safe) for at, words in phrases.found(read)):
            found.add(kind)
    return frozenset(found)


def numbers_for(kinds: Iterable[str]) -> tuple[Number, ...]:
    """Return whom to call, the one most in charge first."""
    asked = set(kinds)

    def distance(each: Number) -> tuple[int, int]:
        places = [place for place, kind in enumerate(each.kinds) if kind in asked]
        return -len(places), min(places, default=0)

    return tuple(sorted(numbers(), key=distance))


def accuses(text: str) -> bool:
    """Tell whether a text says of somebody in office that they did wrong. It rather says so too often: the closed desk can
    hand on what is an ordinary report, but nothing can be taken back from the one who was accused."""
    read = _Text.of(text)
    who, what, alone = _accusation_words()
    if next(alone.found(read), None):
        return True
    deeds = [at for at, _words in what.found(read)]
    return any(abs(at - deed) <= NEAR + len(words) for at, words in who.found(read) for deed in deeds)


def plain(text: str) -> str:
    """Return text without tone marks."""
    return _MARKS.sub("", unicodedata.normalize("NFD", text.replace("đ", "d")))


def _within(start: int, end: int, spans: Sequence[tuple[int, int]]) -> bool:
    return any(first <= start and end <= last for first, last in spans)


@lru_cache(maxsize=1)
def numbers() -> tuple[Number, ...]:
    """Return every number to call."""
    rows = data.rows("emergency_numbers.csv")
    return tuple(Number(row["number"], row["label"], row["label_en"], tuple(row["kinds"].split())) for row in rows)


@lru_cache(maxsize=1)
def _emergency_words() -> tuple[tuple[str, Phrases, Phrases], ...]:
    found = []
    rows = data.rows("emergency_words.csv")
    for kind in dict.fromkeys(row["kind"] for row in rows):
        mine = [row for row in rows if row["kind"] == kind]
        unless = [words for row in mine for words in row["unless"].split(";") if words]
        found.append((kind, Phrases(row["words"] for row in mine), Phrases(unless)))
    return tuple(found)


@lru_cache(maxsize=1)
def _accusation_words() -> tuple[Phrases, Phrases, Phrases]:
    rows = data.rows("accusation_words.csv")
    who, what, alone = (Phrases(row["words"] for row in rows if row["kind"] == kind) for kind in ("who", "what", "alone"))
    return who, what, alone
