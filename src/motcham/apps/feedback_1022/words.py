"""Words that a report is listened for: danger to life, and what somebody in office is said to have done.

The lists are data (`data/emergency_words.csv`, `data/accusation_words.csv`), compared word by word. A word with tone marks
keeps them, for "cháy" (fire) and "chạy" (run) differ in nothing else; one without is what it may be, inside a phrase.
How people type in haste is read as what it stands for: "cháyyyy", "nhủng nhiểu", "fong bì", "hoả hoạn".
"""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
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
LONGEST, LONGEST_PHRASE = 20_000, 8
NEAR = 12
"""Who and what belong together where at most so many words stand between them."""
SOON, BEFORE = 4, 3
"""So many words before somebody in office tell that they are asked for help, or that somebody only plays their part."""


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
        return cls(tuple(said), tuple(map(fold, said)))


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
        for at, bare in enumerate(text.bare):
            for phrase in self._by_first.get(bare, ()):
                if _stands(phrase, text, at, lax=self._lax or len(phrase.said) > 1):
                    yield at, at + len(phrase.said)


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
        safe = _covered(unless, read)
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


def accuses(text: str) -> bool:
    """Tell whether a text says of somebody in office that they did wrong. It rather says so too often: the closed desk can
    hand on what is an ordinary report, but nothing can be taken back from the one who was accused.

    What only an office makes possible (`what`: a bribe) is believed of any officer or office near it. What anybody may do
    (`deed`: a threat) is believed of an officer alone: of one named before it, or after it as the one who did it; not of the
    one who is asked for help or near whose house it happened (`beside`), nor of somebody who only plays an officer.
    """
    read, known = Words.of(text), _accusation_words()
    if next(known["alone"].found(read), None):
        return True
    harmless = _covered(known["harmless"], read)
    what, deeds = (
        [span for span in known[kind].found(read) if not harmless.issuperset(range(*span))] for kind in ("what", "deed")
    )
    deeds += _taken(read)
    posing = _ends(known["posing"], read)
    people = [span for span in known["who"].found(read) if not _follows(span, posing, read)]
    offices = sorted([*people, *known["office"].found(read)])
    if any(next(_near(one, offices), None) for one in what):
        return True
    beside, by = _ends(known["beside"], read), _ends(known["by"], read)
    doers = {who for who in people if not _follows(who, beside, read)}
    return any(who in doers if who[0] <= deed[0] else who[0] in by for deed in deeds for who in _near(deed, people))


def tells_of_office(text: str) -> bool:
    """Tell whether a text says that somebody in office did anything at all, good or bad: whoever wrote it knows which."""
    read, known = Words.of(text), _accusation_words()
    beside = _ends(known["beside"], read) | _ends(known["posing"], read)
    return any(not _follows(who, beside, read) for who in known["who"].found(read))


def _taken(read: Words) -> list[Span]:
    """Return where something of worth is taken: the word for taking, then soon what was taken."""
    worth = list(_accusation_words()["worth"].found(read))
    return [
        take
        for take in _accusation_words()["take"].found(read)
        if any(0 <= one[0] - take[1] < SOON for one in _near(take, worth))
    ]


def _covered(phrases: Phrases, read: Words) -> set[int]:
    return {place for span in phrases.found(read) for place in range(*span)}


def _ends(phrases: Phrases, read: Words) -> frozenset[int]:
    return frozenset(end for _start, end in phrases.found(read))


def _follows(who: Span, ends: frozenset[int], read: Words) -> bool:
    """Tell whether such a phrase ends right before somebody, or a few words before."""
    for place in range(who[0], max(-1, who[0] - BEFORE), -1):
        if place in ends:
            return True
        if place and not read.said[place - 1].isalnum():
            return False
    return False


def _near(one: Span, others: Sequence[Span]) -> Iterator[Span]:
    """Yield the spans near one; they are in the order of the text."""
    first = bisect_left(others, (one[0] - NEAR - LONGEST_PHRASE,))
    for other in others[first:]:
        if other[0] - one[1] > NEAR:
            return
        if one[0] - other[1] <= NEAR:
            yield other


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
def _accusation_words() -> dict[str, Phrases]:
    kinds: dict[str, list[str]] = {}
    for row in data.rows("accusation_words.csv"):
        kinds.setdefault(row["kind"], []).append(row["words"])
    # Taking and what is taken are believed together alone, hence in words without marks as well.
    return {kind: Phrases(words, lax=kind in ("take", "worth")) for kind, words in kinds.items()}
