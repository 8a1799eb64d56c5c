"""How a typed text is read: marks, dialects, abbreviations, typing slips; pure, no Django.

People type without tone marks, with what an input method left over ("ddang kys"), joined, misspelled, and in words of their
own ("cà vẹt", "đi cai"). `Wording` knows the words of the procedures and the table of everyday words, and gives readings of a
text: what it says, and what that means in the words of the law.
"""

from __future__ import annotations

import itertools
import math
import re
import unicodedata
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

from rapidfuzz.distance import OSA

from motcham.data.areas import spelling

# Nobody describes what they need in more; the rest of a pasted letter costs time and blurs the answer.
MOST_LETTERS, MOST_WORDS = 240, 30
LONGEST_PHRASE = 8
# How many words with the same letters are thought of, and how much it speaks for one that it stands beside its neighbour elsewhere.
MOST_FORMS, TOGETHER = 6, 1.0
# What the law calls it is trusted a little less than what was said.
LEGAL = 0.95
# A word typed without its marks that may be filler counts so much, where hardly another word has the same letters.
LIGHT, SURELY = 0.35, 0.8
_WORD = re.compile(r"[^\W_]+")
_SHORT_Y = re.compile(r"^([bcdghklmnpqrstvx]+)y$")
_TONE_KEYS = re.compile(r"(?<=[aeiouy])([a-z]*?)[sfrxj](?=[cghmnpt]*$)")
_SYLLABLE = re.compile(
    r"^(ngh|ng|nh|ch|gh|gi|kh|ph|qu|th|tr|[bcdghklmnprstvx])?"
    r"(uye|uya|uyu|oai|oay|oeo|uay|uoi|uou|ieu|yeu|ia|ie|iu|oa|oe|oi|oo|ua|ue|ui|uo|uu|uy|ye|ai|ao|au|ay|eo|eu|[aeiouy])"
    r"(ch|ng|nh|[cmnpt])?$"
)


@lru_cache(maxsize=20_000)
def without_marks(word: str) -> str:
    """Return a word in lower case without any marks."""
    return spelling.fold(word)


@lru_cache(maxsize=20_000)
def fold(word: str) -> str:
    """Return a word without marks, and with one spelling of the last i or y (ký and kí are one word)."""
    return _SHORT_Y.sub(r"\1i", without_marks(word))


def words(text: str) -> list[str]:
    """Return the words of a text in lower case, with their marks in one style and one spelling of the last i or y."""
    return [_one_y(word) for word in _WORD.findall(spelling.spell(text).casefold())]


@lru_cache(maxsize=8_000)
def _of_row(text: str) -> tuple[str, ...]:
    """Return the words of a cell of the table, which is asked for again with every text."""
    return tuple(words(text))


@lru_cache(maxsize=20_000)
def _one_y(word: str) -> str:
    apart = unicodedata.normalize("NFD", word)
    if len(apart) > 1 and apart.rstrip("\u0300\u0301\u0303\u0309\u0323").endswith("y") and _SHORT_Y.match(without_marks(word)):
        place = apart.rindex("y")
        return unicodedata.normalize("NFC", apart[:place] + "i" + apart[place + 1 :])
    return word


# Words with how much each counts.
Weighted = list[tuple[str, float]]


@dataclass(frozen=True)
class Everyday:
    """One row of the table of everyday words.

    `kind` is "same" (another word for the same thing, in procedures and questions alike), "means" (what an office calls it)
    or "filler" (says nothing about what is wanted).
    """

    phrase: str
    kind: str
    means: str = ""
    weight: float = 1.0


@dataclass(frozen=True)
class Reading:
    """One way to understand a text: its words, each with how much it counts, whether they have their marks, and how far it is
    to be trusted."""

    words: tuple[str, ...]
    weights: tuple[float, ...]
    marked: bool
    trust: float = 1.0

    def says(self, other: Reading) -> bool:
        """Tell whether another reading says the same."""
        return (self.words, self.weights, self.marked) == (other.words, other.weights, other.marked)


@dataclass
class Wording:
    """What is known about words: which there are, which stand together, and what everyday words mean."""

    same: dict[tuple[str, ...], list[Everyday]] = field(default_factory=dict)
    means: dict[tuple[str, ...], list[Everyday]] = field(default_factory=dict)
    known: Counter[str] = field(default_factory=Counter)
    pairs: Counter[tuple[str, str]] = field(default_factory=Counter)
    light: set[str] = field(default_factory=set)
    forms: dict[str, list[tuple[str, float]]] = field(default_factory=dict)
    follows: Counter[tuple[str, str]] = field(default_factory=Counter)
    near: dict[str, list[str]] = field(default_factory=dict)

    @classmethod
    def of(cls, table: Collection[Everyday], texts: Collection[str]) -> Wording:
        """Learn the table, and from texts which words there are and which of them stand together."""
        made = cls()
        for row in table:
            key = tuple(map(fold, words(row.phrase)))
            target = made.means if row.kind == "means" else made.same
            target.setdefault(key, []).append(row)
            made._learn(_of_row(row.phrase))
            made._learn(_of_row(row.means))
            # What a phrase is rewritten to stays together: "sao y" is no question, though "sao" alone is.
            if row.kind == "same":
                kept = Everyday(row.means, "same", row.means, row.weight)
                made.same.setdefault(tuple(map(fold, words(row.means))), [kept])
        said = [words(text) for text in texts]
        for each in said:
            made._learn(each)
        made.light = _light(table, said)
        made._learn_marks([*said, *(_of_row(row.phrase) for row in table), *(_of_row(row.means) for row in table)])
        for word in made.known:
            for shorter in _shorter(word):
                made.near.setdefault(shorter, []).append(word)
        return made

    def _learn(self, said: Sequence[str]) -> None:
        folded = [fold(word) for word in said]
        self.known.update(folded)
        self.pairs.update(itertools.pairwise(folded))

    def _learn_marks(self, texts: Iterable[Sequence[str]]) -> None:
        """Learn how a word without marks may be meant, and which words follow which."""
        seen: dict[str, Counter[str]] = {}
        for said in texts:
            self.follows.update(itertools.pairwise(said))
            for word in said:
                seen.setdefault(fold(word), Counter())[word] += 1
        for letters, found in seen.items():
            whole = found.total()
            self.forms[letters] = [(word, math.log(times / whole)) for word, times in found.most_common(MOST_FORMS)]

    def marked(self, typed: Sequence[str]) -> list[str]:
        """Return words typed without marks with those that were most likely meant, by which words stand together elsewhere."""
        best: list[tuple[float, list[str]]] = [(0.0, [])]
        for word in typed:
            fresh: list[tuple[float, list[str]]] = []
            for form, likely in self.forms.get(fold(word), [(word, 0.0)]):
                score, before = max(
                    (
                        (points + TOGETHER * math.log1p(self.follows[said[-1], form]) if said else points, said)
                        for points, said in best
                    ),
                    key=lambda each: each[0],
                )
                fresh.append((score + likely, [*before, form]))
            best = fresh
        return max(best, key=lambda each: each[0])[1]

    def plain(self, text: str) -> Reading:
        """Return how a text that is spelled well is understood: one word for one thing, fillers left out."""
        return _reading(self._rewrite([(word, 1.0) for word in words(text)], self.same, marked=True), marked=True)

    def readings(self, text: str) -> list[Reading]:
        """Return what a typed text says, what that means in the words of the law, and what it says with the marks left out."""
        typed = self.mend(words(text[:MOST_LETTERS])[:MOST_WORDS])
        marked = any(word != without_marks(word) for word in typed)
        weighed = [(word, LIGHT if not marked and fold(word) in self.light else 1.0) for word in typed]
        plain = self._rewrite(weighed, self.same, marked=marked)
        found = [_reading(plain, marked=marked), _reading(self._legal(plain, marked=marked), marked=marked, trust=LEGAL)]
        if not marked:
            meant = self._rewrite([(word, 1.0) for word in self.marked(typed)], self.same, marked=True)
            found.append(_reading(meant, marked=True))
        return [each for at, each in enumerate(found) if all(not each.says(other) for other in found[:at])]

    def _legal(self, plain: Weighted, *, marked: bool) -> Weighted:
        return self._rewrite(self._rewrite(plain, self.means, marked=marked), self.same, marked=True)

    # --- everyday words

    def _rewrite(self, given: Weighted, table: Mapping[tuple[str, ...], list[Everyday]], *, marked: bool) -> Weighted:
        """Replace the longest phrases of a table, from the left; what is only filler stays if nothing else would."""
        made: Weighted = []
        at = 0
        folded = [fold(word) for word, _weight in given]
        while at < len(given):
            for length in range(min(LONGEST_PHRASE, len(given) - at), 0, -1):
                rows = table.get(tuple(folded[at : at + length]))
                row = rows and next((each for each in rows if _fits(each, given[at : at + length], marked=marked)), None)
                if row:
                    weight = row.weight * max(each for _word, each in given[at : at + length])
                    made += [(word, weight) for word in _of_row(row.means)]
                    at += length
                    break
            else:
                made.append(given[at])
                at += 1
        return made or given

    # --- typing slips

    def mend(self, typed: Sequence[str]) -> list[str]:
        """Return words with the slips of typing mended where a word is not known."""
        made: list[str] = []
        typed = self._joined(typed)
        for at, word in enumerate(typed):
            folded = fold(word)
            if folded in self.known:
                made.append(word)
                continue
            before = fold(made[-1]) if made else ""
            after = fold(typed[at + 1]) if at + 1 < len(typed) else ""
            made += self._mended(word, before, after) or [word]
        return made

    def _joined(self, typed: Sequence[str]) -> list[str]:
        """Return words with those put together that are one word with a number, as "ct 07" is."""
        made: list[str] = []
        for word in typed:
            # A zero before a number is not kept: it tells no two wards apart.
            ways = (made[-1] + word, f"{made[-1]}0{word}") if made and word.isdigit() and not made[-1].isdigit() else ()
            together = next((way for way in ways if way in self.known), "")
            if together:
                made[-1] = together
            else:
                made.append(word)
        return made

    def _mended(self, typed: str, before: str, after: str) -> list[str]:
        word = fold(typed)
        for simpler in _simpler(word):
            if simpler in self.known:
                return [simpler]
        candidates = self._neighbours(word)
        together = [each for each in candidates if (before, each) in self.pairs or (each, after) in self.pairs]
        if not together and (parts := self._parts(typed)):
            return parts
        if not together and _SYLLABLE.match(word):
            return []  # a good word, only not one of ours
        best = max(together or candidates, key=lambda each: self._likely(word, each, before, after), default="")
        return [best] if best else []

    def _neighbours(self, word: str) -> list[str]:
        """Return the known words that are one slip away."""
        if len(word) < 3 or not word.isalpha():
            return []
        found = {each for shorter in _shorter(word) for each in self.near.get(shorter, ())}
        return [each for each in found if len(each) > 1 and each.isalpha() and OSA.distance(word, each, score_cutoff=1) == 1]

    def _likely(self, word: str, candidate: str, before: str, after: str) -> tuple[float, int, str]:
        """Return how likely a known word was meant: the first letter is seldom wrong, a letter is oftener left out than put in."""
        together = self.pairs[before, candidate] + self.pairs[candidate, after]
        points = 2.0 * (candidate[0] == word[0]) + (len(candidate) > len(word)) + math.log1p(together) / 2
        return points, self.known[candidate], candidate

    def _parts(self, typed: str) -> list[str]:
        """Return the words that were typed as one: the fewest, those that stand together elsewhere before others."""
        if not 3 < len(typed) <= 40:
            return []
        best: list[list[str] | None] = [[]]
        for end in range(1, len(typed) + 1):
            found: list[str] | None = None
            for start in range(max(0, end - 6), end):
                left, part = best[start], typed[start:end]
                if left is None or not self._is_word(part):
                    continue
                joined = [*left, part]
                if found is None or self._rank(joined) > self._rank(found):
                    found = joined
            best.append(found)
        parts = best[-1] or []
        return [_one_y(part) for part in parts] if len(parts) > 1 else []

    def _is_word(self, part: str) -> bool:
        folded = fold(part)
        return len(part) > 1 and folded in self.known and (len(part) > 2 or bool(_SYLLABLE.match(folded)))

    def _rank(self, parts: list[str]) -> int:
        return sum(pair in self.pairs for pair in itertools.pairwise(map(fold, parts))) - 2 * len(parts)


def _light(table: Iterable[Everyday], texts: Iterable[Sequence[str]]) -> set[str]:
    """Return the letters that are hardly ever anything but filler: "thi lam sao" says little, but "dang" is in "đăng ký"."""
    spelled = Counter(word for said in texts for word in said)
    letters: Counter[str] = Counter()
    for word, times in spelled.items():
        letters[fold(word)] += times
    fillers = {word for row in table if row.kind == "filler" and len(word := row.phrase.casefold()) > 1 and " " not in word}
    found: Counter[str] = Counter()
    for word in fillers:
        found[fold(word)] += spelled[word]
    return {each for each in map(fold, fillers) if found[each] >= SURELY * letters[each]}


def _reading(said: Weighted, *, marked: bool, trust: float = 1.0) -> Reading:
    return Reading(tuple(word for word, _weight in said), tuple(weight for _word, weight in said), marked, trust)


def _fits(row: Everyday, given: Weighted, *, marked: bool) -> bool:
    """Tell whether typed words are those of a phrase: a mark that is typed must be the phrase's.

    A single short word is too easily another one: without its marks it is only taken for what an office calls it, and only in
    a text that has no marks at all.
    """
    phrase = _of_row(row.phrase)
    for (word, _weight), meant in zip(given, phrase, strict=True):
        if word == meant:
            continue
        if word != without_marks(word) or (marked and len(phrase) == 1):
            return False
    alone = len(phrase) == 1 and phrase[0] != without_marks(phrase[0]) and given[0][0] != phrase[0]
    return not (alone and row.kind != "means")


def _shorter(word: str) -> set[str]:
    """Return a word and what is left of it without one of its letters: two words one slip apart share one of these."""
    return {word, *(word[:at] + word[at + 1 :] for at in range(len(word)))}


def _simpler(word: str) -> list[str]:
    """Return a word without what input methods leave over: doubled letters and tone keys (Telex), digits (VNI)."""
    found = []
    if any(each.isdigit() for each in word) and not word.isdigit():
        word = re.sub(r"\d", "", word)
        found.append(word)
    once = re.sub(r"(.)\1+", r"\1", word)
    found.append(once)
    if once.isascii():
        bare = re.sub(r"(?<=[aou])w", "", once)
        found += [bare, _TONE_KEYS.sub(r"\1", bare, count=1), bare.replace("w", "u")]
    return [_SHORT_Y.sub(r"\1i", each) for each in found if len(each) > 1]
