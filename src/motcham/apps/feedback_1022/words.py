"""The words of a text, however hastily they were typed, and danger to life in them.

The lists of phrases are data (`data/emergency_words.csv`), compared word by word. A word with tone marks keeps them, for
"cháy" (fire) and "chạy" (run) differ in nothing else; one without is what it may be, inside a phrase. How people type in
haste is read as what it stands for: "cháyyyy", "nhủng nhiểu", "fong bì", "hoả hoạn".
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache

from motcham import data
from motcham.data.areas.spelling import fold, spell

# A sign that ends something said is kept beside the words: what stands before it does not belong to what follows.
_WORD = re.compile(r"[^\W_]+|[,.;:!?]+(?=\s|$)|\n")
_BEGINS, _ENDS = r"(?<![\w\u0300-\u036f])", r"(?![\w\u0300-\u036f])"
# Letters that stand for others where people type as they talk; Vietnamese itself has no word written so.
_TYPED = tuple(
    (re.compile(pattern), meant)
    for pattern, meant in (
        (r"([^\W\d])\1{2,}", r"\1"),
        (r"(?<=\d)(?=(?:k|tr|trieu|cu)" + _ENDS + ")", " "),
        (_BEGINS + r"f(?=\w)", "ph"),
        (_BEGINS + r"k(?=[aou])", "c"),
        (_BEGINS + r"d?z(?=\w)", "d"),
        (_BEGINS + r"j(?=\w)", "gi"),
        (_BEGINS + r"w(?=\w)", "qu"),
        (r"(?<=[aeiouy\u0300-\u036f])g" + _ENDS, "ng"),
    )
)
LONGEST = 20_000
# Stands in no word: words are folded together, which is a tenth of the work of folding each.
_APART = "\x1f"


@dataclass(frozen=True)
class Number:
    """A number to call in an emergency; `kinds` are what it is for, the most its own first."""

    number: str
    label: str
    label_en: str
    kinds: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Words:
    """The words of a text in one spelling, and the same without any marks."""

    said: tuple[str, ...]
    bare: tuple[str, ...]

    @classmethod
    def of(cls, text: str) -> Words:
        """Return the words of a text."""
        said = _WORD.findall(spelled(text[:LONGEST]))
        return cls(tuple(said), tuple(fold(_APART.join(said)).split(_APART)) if said else ())


def spelled(text: str) -> str:
    """Return a text in the one spelling in which words are compared: small letters, one way to set the tone, hỏi for ngã
    (which half of the country does not tell apart), no letters that only stand for others."""
    lines = "\n".join(map(spell, text.splitlines()))
    apart = unicodedata.normalize("NFD", lines.lower()).replace("\u0303", "\u0309")
    for pattern, meant in _TYPED:
        apart = pattern.sub(meant, apart)
    return unicodedata.normalize("NFC", apart)


Span = tuple[int, int]


class Phrases:
    """Phrases by their first word, so that a text is walked over once."""

    def __init__(self, phrases: Iterable[str], *, lax: bool = False) -> None:
        self._lax = lax
        self._by_first: dict[str, list[Words]] = {}
        for words in map(Words.of, phrases):
            self._by_first.setdefault(words.bare[0], []).append(words)

    def found(self, text: Words) -> Iterator[Span]:
        """Yield from where to where a phrase stands."""
        if self._by_first.keys().isdisjoint(text.bare):
            return  # most texts hold the beginning of no phrase: they are not walked over
        for at, bare in enumerate(text.bare):
            for phrase in self._by_first.get(bare, ()):
                if _stands(phrase, text, at, lax=self._lax or len(phrase.said) > 1):
                    yield at, at + len(phrase.said)

    def covered(self, text: Words) -> set[int]:
        """Return the places of all words that belong to a phrase."""
        return {place for span in self.found(text) for place in range(*span)}

    def ends(self, text: Words) -> frozenset[int]:
        """Return the places right behind a phrase."""
        return frozenset(end for _start, end in self.found(text))


def _stands(phrase: Words, text: Words, at: int, *, lax: bool) -> bool:
    end = at + len(phrase.said)
    if text.bare[at:end] != phrase.bare:
        return False
    # One short word without its marks is too many other words: "chay" is fire, to run, and a meal without meat.
    words = zip(phrase.said, text.said[at:end], phrase.bare, strict=True)
    return all(typed == meant or (lax and typed == bare) for meant, typed, bare in words)


def emergencies(text: str) -> frozenset[str]:
    """Return the kinds of danger to life that a text speaks of: fire, water, violence, …"""
    read, found = Words.of(text), set()
    for kind, phrases, unless in _emergency_words():
        safe = unless.covered(read)
        if any(not safe.issuperset(range(*span)) for span in phrases.found(read)):
            found.add(kind)
    return frozenset(found)


def numbers_for(kinds: Iterable[str]) -> tuple[Number, ...]:
    """Return whom to call, the one most in charge first."""
    asked = set(kinds)

    def distance(each: Number) -> tuple[int, int]:
        places = [place for place, kind in enumerate(each.kinds) if kind in asked]
        return -len(places), min(places, default=0)

    return tuple(sorted(numbers(), key=distance))


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
