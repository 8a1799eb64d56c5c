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
from operator import ne

from motcham import data
from motcham.data.areas.spelling import fold, spell

# A sign that ends something said is kept beside the words: what stands before it does not belong to what follows.
_WORD = re.compile(r"[^\W_]+|[,.;:!?]+(?=\s|$)|\n")
_ENDS = r"(?![\w\u0300-\u036f])"


def _begins(letters: str) -> str:
    """Return a pattern for letters that begin a word. They stand first in it, for those are looked for fastest."""
    return letters + r"(?<![\w\u0300-\u036f]" + letters + ")"


# Letters that stand for others where people type as they talk; Vietnamese itself has no word written so.
_TYPED = tuple(
    (re.compile(pattern), meant)
    for pattern, meant in (
        (r"([^\W\d])\1{2,}", r"\1"),
        (r"(?<=\d)(?=(?:k|tr|trieu|cu)" + _ENDS + ")", " "),
        (_begins("f") + r"(?=\w)", "ph"),
        (_begins("k") + r"(?=[aou][\w\u0300-\u036f])", "c"),
        (_begins("dz") + r"(?=\w)", "d"),
        (_begins("z") + r"(?=\w)", "d"),
        (_begins("j") + r"(?=\w)", "gi"),
        (_begins("w") + r"(?=\w)", "qu"),
        (r"(?<=[aeiouy\u0300-\u036f])g" + _ENDS, "ng"),
    )
)
# Words that people shorten, or say otherwise in the south.
_SHORT = {
    "ko": "không",
    "hok": "không",
    "hổng": "không",
    "dc": "được",
    "đc": "được",
    "mún": "muốn",
    "ng": "người",
    "j": "gì",
    "vs": "với",
}
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
    pairs: tuple[tuple[str, str], ...]
    """Each word without marks, and the one after it."""

    @classmethod
    def of(cls, text: str) -> Words:
        """Return the words of a text."""
        said = [_SHORT.get(word, word) for word in _WORD.findall(spelled(text[:LONGEST]))]
        bare = fold(_APART.join(said)).split(_APART)
        return cls(tuple(said), tuple(bare), tuple(zip(bare, [*bare[1:], ""], strict=True))) if said else cls((), (), ())

    @property
    def is_bare(self) -> bool:
        """Tell whether it was typed without marks, but for a word here and there; of a text with them, most words have some."""
        marked: int = sum(map(ne, self.said, self.bare))
        return 4 * marked < len(self.said)


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
    """Phrases by their first two words, so that a text is walked over once.

    A word typed without its marks is heard inside a phrase, with `lax` by itself too, with `exact` nowhere.
    """

    def __init__(self, phrases: Iterable[str], *, lax: bool = False, exact: bool = False) -> None:
        self._lax, self._exact = lax, exact
        self._words: dict[str, list[Words]] = {}
        self._longer: dict[tuple[str, ...], list[tuple[Words, int]]] = {}
        for words in map(Words.of, phrases):
            if len(words.bare) == 1:
                self._words.setdefault(words.bare[0], []).append(words)
            else:
                self._longer.setdefault(words.bare[:2], []).append((words, len(words.said)))

    def found(self, text: Words) -> Iterator[Span]:
        """Yield from where to where a phrase stands."""
        bare, words, longer = text.bare, self._words, self._longer
        if words.keys().isdisjoint(bare) and longer.keys().isdisjoint(text.pairs):
            return  # most texts hold the beginning of no phrase: they are not walked over
        for at, pair in enumerate(text.pairs):
            if pair[0] in words and any(_stands(phrase, text, at, lax=self._lax) for phrase in words[pair[0]]):
                yield at, at + 1
            if pair in longer:
                for phrase, length in longer[pair]:
                    if bare[at : at + length] == phrase.bare and _stands(phrase, text, at, lax=not self._exact):
                        yield at, at + length

    def covered(self, text: Words) -> set[int]:
        """Return the places of all words that belong to a phrase."""
        return {place for span in self.found(text) for place in range(*span)}

    def ends(self, text: Words) -> frozenset[int]:
        """Return the places right behind a phrase."""
        return frozenset(end for _start, end in self.found(text))


def _stands(phrase: Words, text: Words, at: int, *, lax: bool) -> bool:
    """Tell whether a phrase that stands there without its marks is meant."""
    # One short word without its marks is too many other words: "chay" is fire, to run, and a meal without meat.
    words = zip(phrase.said, text.said[at : at + len(phrase.said)], phrase.bare, strict=True)
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
