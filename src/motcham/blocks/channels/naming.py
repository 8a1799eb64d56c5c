"""Finds people's names in Vietnamese text: what stands after a title, an office, or beside a number that is struck out."""

from __future__ import annotations

import re
import tomllib
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from motcham import data

_WORD = re.compile(r"[^\W\d_]+(?:\.(?=[^\W\d_]\.?(?:\W|$)))?")
_MARKED = re.compile(r"[ăâđêôơưàảãáạằẳẵắặầẩẫấậèẻẽéẹềểễếệìỉĩíịòỏõóọồổỗốộờởỡớợùủũúụừửữứựỳỷỹýỵ]", re.IGNORECASE)
_LONGEST = 5
_NAMED = frozenset({"là", "tên"})
_CALLED = frozenset({"là", "tên", "gặp", "hệ", "gọi", "cho"})


@dataclass(frozen=True)
class _Lexicon:
    """The words of `data/masking.toml`."""

    titles: frozenset[str]
    titles_plain: frozenset[str]
    offices: frozenset[str]
    families: frozenset[str]
    families_sure: frozenset[str]
    middles: frozenset[str]
    givens: frozenset[str]
    no_names: frozenset[str]
    breaks: frozenset[str]
    no_ends: frozenset[str]
    places: frozenset[str]
    place_words: frozenset[str]
    not_titles: frozenset[str]


@lru_cache(maxsize=1)
def _lexicon() -> _Lexicon:
    return _Lexicon(**{key: frozenset(words) for key, words in tomllib.loads(data.text("masking.toml")).items()})


@dataclass(frozen=True, slots=True)
class _Word:
    text: str
    lower: str
    plain: str
    start: int
    end: int

    @property
    def is_capital(self) -> bool:
        return self.text[0].isupper()

    @property
    def is_shouted(self) -> bool:
        return self.text.isupper() and len(self.text.rstrip(".")) > 1


def names(text: str, shadow: str, numbers: Sequence[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    """Yield where names stand; `shadow` is the text in small letters without marks, `numbers` what is struck out already."""
    words = [_Word(m[0], m[0].lower(), shadow[m.start() : m.end()], m.start(), m.end()) for m in _WORD.finditer(text)]
    reader = _Reader(text, words, is_unmarked=not _MARKED.search(text))
    at = 0
    while at < len(words):
        after = reader.title_ends(at)
        end = reader.name_ends(at, after) if after else at
        if after and end > after:
            yield words[after].start, words[end - 1].end
            at = end
        else:
            at += 1
    yield from reader.beside([start for start, _end in numbers])
    yield from reader.holders([end for _start, end in numbers])


class _Reader:
    """Walks over the words of a text once, never looking further than a few words ahead."""

    def __init__(self, text: str, words: list[_Word], *, is_unmarked: bool) -> None:
        self.text, self.words, self.is_unmarked, self.known = text, words, is_unmarked, _lexicon()

    def title_ends(self, at: int) -> int:
        """Return where the words after a title or an office begin, or 0 where there is none at this word."""
        word, known = self.words[at], self.known
        for length in (4, 3, 2):
            if self._phrase(at, length) in known.offices:
                after = at + length
                while after < len(self.words) and self.words[after].lower in _NAMED and self._joined(after - 1, after):
                    after += 1
                return after if self._follows(after, strict=False) else 0
        is_title = word.lower in known.titles or (self.is_unmarked and word.plain in known.titles_plain)
        if (
            is_title
            and word.is_capital
            and not word.is_shouted
            and at
            and self._joined(at - 1, at)
            and self.words[at - 1].is_capital
        ):
            return 0  # the middle of a name that stands for a street: Phan Chu Trinh
        if not is_title or not self._follows(at + 1, strict=word.lower not in ("tên", "ten")):
            return 0
        if self._phrase(at, 2) in known.not_titles or self._phrase(at - 1, 2) in known.not_titles:
            # "anh chị Lan" is no name, "chị em Lan" neither; but after "em bé" a name may stand.
            return at + 2 if self._phrase(at, 2) in ("em bé", "bé gái", "bé trai", "cô giáo", "thầy giáo", "bác sĩ") else 0
        return 0 if self._is_place(at) else at + 1

    def name_ends(self, at: int, after: int) -> int:
        """Return where the name that begins at `after` ends; `after` itself where there is none."""
        if after >= len(self.words):
            return after
        first, title = self.words[after], self.words[after - 1]
        needs_family = after - at > 1 or title.plain in ("la",)
        if first.lower in self.known.no_names or self._phrase(after, 2) in self.known.no_names:
            return after
        if not first.is_capital:
            return after if needs_family else self._small(after)
        if needs_family and first.lower not in self.known.families and not self._is_unmarked_family(first):
            return after
        if first.is_shouted and (title.is_shouted or len(title.text) == 1 or not _vowel(first)):
            return self._shouted(after)
        return self._run(after, shouted=first.is_shouted)

    def beside(self, numbers: list[int]) -> Iterator[tuple[int, int]]:
        """Yield full names that stand right before a number that is struck out: "Nguyễn Văn A, 0901…"."""
        ends = [word.end for word in self.words]
        for start in numbers:
            last = bisect_left(ends, start + 1) - 1
            if last < 1 or not re.fullmatch(r"[ ,:;(\-–]{1,4}", self.text[ends[last] : start]):
                continue
            first = last
            while first > max(0, last - 4) and self.words[first].is_capital and self._joined(first - 1, first):
                first -= 1
            first += not self.words[first].is_capital
            if first == last and self.words[last - 1].lower in _CALLED and self._joined(last - 1, last):
                yield self.words[last].start, self.words[last].end
            while first < last and self.words[first].lower not in self.known.families:
                first += 1
            if 0 < last - first < 4 and not self._stands_after_place(first):
                yield self.words[first].start, self.words[last].end

    def holders(self, numbers: list[int]) -> Iterator[tuple[int, int]]:
        """Yield full names that stand after a number, as banks print the holder of an account."""
        starts = [word.start for word in self.words]
        for end in numbers:
            first = bisect_left(starts, end)
            # The name of the bank may stand between.
            for at in range(first, min(first + 3, len(self.words) - 1)):
                between = self.text[end if at == first else self.words[at - 1].end : starts[at]]
                if not re.fullmatch(r"[ ,:;().\-–]{1,4}", between):
                    break
                if self.words[at].is_capital and self._is_family(self.words[at]):
                    last = self._run(at, shouted=self.words[at].is_shouted)
                    if last - at > 1:
                        yield starts[at], self.words[last - 1].end
                    break

    def _is_family(self, word: _Word) -> bool:
        return word.lower in self.known.families or word.lower in self.known.families_sure

    def _run(self, after: int, *, shouted: bool) -> int:
        end = after
        while end < min(len(self.words), after + _LONGEST):
            word = self.words[end]
            ends = word.lower in self.known.breaks or self._phrase(end, 2) in self.known.breaks
            is_break = end > after and (ends or not self._joined(end - 1, end))
            if is_break or not word.is_capital or (word.is_shouted and not shouted):
                break
            end += 1
        return end

    def _shouted(self, after: int) -> int:
        """In text that is all capitals a name needs a family name, or a given name that is nothing else."""
        if self.words[after].lower in self.known.families:
            return self._small(after, families=self.known.families)
        return self._small(after)

    def _small(self, after: int, *, families: frozenset[str] | None = None) -> int:
        """Return where a name in small letters ends: a family name, middle names, one more; or one given name."""
        families = families or self.known.families_sure
        end, known = after, self.known
        if self.words[after].lower not in families:
            return after + 1 if self.words[after].lower in known.givens else after
        end += 1
        while end < len(self.words) and end - after < 3 and self.words[end].lower in known.middles and self._joined(end - 1, end):
            end += 1
        # After a middle name one word more is the given name; after a family name alone only one that is not an ordinary word.
        more = end < len(self.words) and self._joined(end - 1, end)
        if more and self.words[end].lower not in known.no_ends and (end - after > 1 or self.words[end].lower in known.givens):
            end += 1
        return end if end - after > 1 else after

    def _is_place(self, at: int) -> bool:
        """Tell whether a title and what follows are the proper name of a place: Chợ Bà Chiểu, but not bà Chiểu."""
        pair = self._phrase(at, 2)
        after_place = at > 0 and self._joined(at - 1, at) and self.words[at - 1].lower in self.known.place_words
        if pair in self.known.places:
            return after_place or self.words[at].is_capital
        return after_place and self.words[at].is_capital and not self.words[at].is_shouted

    def _stands_after_place(self, first: int) -> bool:
        if first and self.words[first - 1].lower in self.known.place_words:
            return True
        return bool(re.search(r"[0-9/]\w?[ ,]{0,2}$", self.text[max(0, self.words[first].start - 6) : self.words[first].start]))

    def _is_unmarked_family(self, word: _Word) -> bool:
        return (self.is_unmarked or word.is_shouted) and word.lower in self.known.families_sure

    def _phrase(self, at: int, length: int) -> str:
        if at < 0 or at + length > len(self.words) or not all(self._joined(n, n + 1) for n in range(at, at + length - 1)):
            return ""
        return " ".join(word.lower for word in self.words[at : at + length])

    def _joined(self, one: int, other: int) -> bool:
        """Tell whether nothing but blanks stands between two words."""
        return self.text[self.words[one].end : self.words[other].start].strip(" .") == "" and self._gap(one, other) <= 2

    def _follows(self, at: int, *, strict: bool) -> bool:
        if at >= len(self.words) or at < 1:
            return at < len(self.words)
        between = self.text[self.words[at - 1].end : self.words[at].start]
        return len(between) <= 3 and not between.strip(" ." if strict else " .:-")

    def _gap(self, one: int, other: int) -> int:
        return self.words[other].start - self.words[one].end


def _vowel(word: _Word) -> bool:
    return bool(set(word.plain) & set("aeiouy"))
