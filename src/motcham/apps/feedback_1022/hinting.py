"""Whether a text hints that somebody in office did wrong, without saying it: what an office deals with, and hints around it.

Hints are data (`data/accusation_hints.csv`), by kind. One alone proves little: "nói nhỏ" (whispered) is said of anybody. The kinds
that stand together are added up, and one point more where somebody in office, or an office, is spoken of.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

from motcham import data
from motcham.apps.feedback_1022.words import Phrases, Span, Words

WEIGHTS = {
    "bribe": 3,  # what people call a bribe
    "haste": 2,  # "muốn nhanh thì": what it takes not to wait
    "favour": 2,  # who knows whom
    "kin": 2,  # whose kin or friend somebody is
    "blind": 2,  # what all see but those whose work it is
    "warned": 2,  # who knew beforehand, or who reported it
    "pressed": 2,  # to be silent, to praise, to sell
    "aside": 2,  # not at the counter
    "paid": 2,  # money that changes hands
    "gone": 2,  # what is not accounted for
    "wealth": 2,  # more than is earned
    "says": 2,  # what somebody in office says, and that it depends on something
    "rule": 2,  # "ai … thì …": whoever does this gets that
    "exchange": 2,  # one thing for another: "xách theo con vịt thì ký"
    "insinuates": 1,  # "ai cũng biết": what all know and none says
    "irony": 1,  # "có thấy ai nào đâu"
    "told": 1,  # what somebody says who is only called "anh" or "chị"
    "swift": 1,  # at once
    "slow": 1,  # again and again
    "others": 1,  # who had it better
    "initial": 1,  # "anh T.": a name that nobody dares to write out
    "owns": 1,  # whose house or firm it is
    "lawless": 1,  # what is forbidden
    "praise": -2,
}
"""What the hints of a kind weigh, however many they are."""
ACCUSES, ASKS = 3, 2
"""From so many points on a text accuses, or whoever wrote it is asked whether it does."""
TOGETHER = 30
"""Hints belong together that stand at most so many words from what an office deals with."""
LONG, CLAUSE, SOON = 25, 9, 4
"""How many words a sentence, a part of it, and a few words are looked through for what follows."""

Hint = tuple[Span, str]


def weighed(read: Words, named: Sequence[Span], is_asked: Callable[[Span], bool]) -> int:
    """Return how much a text hints that somebody in office did wrong; `named` is who and which offices are not asked for help."""
    known = _vocabulary()
    phrases = known.bare if read.is_bare else known.hints
    found = [(span, known.kinds[read.bare[span[0] : span[1]]]) for span in phrases.found(read)]
    if not found and not named:
        return 0  # most reports hint at nothing: they are read no further
    named = sorted([*named, *(span for span, kind in found if kind == "officer" and not is_asked(span))])
    hints = [each for each in found if each[1] in WEIGHTS and _is_meant(read, *each)]
    hints = sorted([*hints, *_owned(read, named), *_said(read, named), *_told(read), *_given(read), *_ruled(read)])
    scenes = [*named, *(span for span, kind in found if kind == "scene")]
    # Where nobody and no matter of an office is spoken of, the hints must do it by themselves.
    return max((_points(scene, hints, named) for scene in scenes or [span for span, _kind in hints]), default=0) - (not scenes)


def _points(scene: Span, hints: Sequence[Hint], named: Sequence[Span]) -> int:
    """Add up what stands around one thing that an office deals with."""
    first, last = scene[0] - TOGETHER, scene[1] + TOGETHER
    around = hints[bisect_left(hints, ((first, 0), "")) : bisect_right(hints, ((last, 0), ""))]
    kinds = {kind for _span, kind in around}
    return sum(map(WEIGHTS.__getitem__, kinds)) + (bisect_left(named, (first, 0)) < bisect_right(named, (last, 0)))


def _is_meant(read: Words, span: Span, kind: str) -> bool:
    """Tell whether a hint is none of one's own kin ("người quen tôi"), and not denied ("không lót tay"; but "không lót tay thì")."""
    words, after = _vocabulary().words, read.said[span[1] : span[1] + SOON]
    if kind == "favour" and not words["mine"].isdisjoint(after[:1]):
        return False
    is_denied = kind in ("bribe", "favour") and not words["not"].isdisjoint(read.said[max(0, span[0] - 2) : span[0]])
    return not is_denied or not words["then"].isdisjoint(after)


def _owned(read: Words, named: Sequence[Span]) -> Iterator[Hint]:
    """Yield whose kin somebody is, and whose something is, where it is somebody in office."""
    known, starts = _vocabulary(), {start for start, _end in named}
    close = known.words["close"]
    for span in known.owned.found(read) if named else ():
        owned = read.bare[span[0] : span[1]]
        # "Em cán bộ" is a young officer, "em của cán bộ" their kin.
        place = span[1] + (len(owned) == 1 and owned[0] in known.words["called"])
        if not close.issuperset(read.said[span[1] : place]):
            continue
        if place in starts or (place + 1 in starts and read.said[place] in close):
            yield span, "kin" if owned in known.kin else "owns"


def _said(read: Words, named: Sequence[Span]) -> Iterator[Hint]:
    """Yield where somebody in office says what depends on something: "bảo muốn được duyệt thì …"."""
    words = _vocabulary().words
    for start, end in named:
        clause = read.said[end : end + LONG]
        for place, (word, after) in enumerate(pairwise(clause)):
            if word in words["says"] and after not in words["but"]:
                if not words["must"].isdisjoint(_sentence(clause[place + 1 :])):
                    yield (start, end), "says"
                break


def _told(read: Words) -> Iterator[Hint]:
    """Yield where anybody does who is called as people call one another, or is named by a letter."""
    words = _vocabulary().words
    thus = words["must"] | words["if"]
    for place, word in enumerate(read.said[:-1]):
        if word not in words["person"]:
            continue
        if read.said[place + 1] in words["letter"]:
            yield (place, place + 2), "initial"
        is_saying = not words["says"].isdisjoint(read.said[place + 1 : place + SOON])
        if is_saying and not thus.isdisjoint(_sentence(read.said[place + 1 : place + LONG])):
            yield (place, place + 1), "told"


def _sentence(words: Sequence[str]) -> Sequence[str]:
    """Return the words up to the end of a sentence."""
    return words[: next((place for place, word in enumerate(words) if word[0] in ".!?\n"), len(words))]


def _given(read: Words) -> Iterator[Hint]:
    """Yield where money is given, and where something is had for something else."""
    known = _vocabulary()
    for start, end in known.gives.found(read):
        if not known.words["money"].isdisjoint(read.said[end : end + SOON]):
            yield (start, end), "paid"
    for span in known.offers.found(read):
        clause = read.said[span[1] : span[1] + CLAUSE + SOON]
        then = next((place for place, word in enumerate(clause[:CLAUSE]) if word in known.words["then"]), CLAUSE)
        if then < CLAUSE and not known.words["outcome"].isdisjoint(clause[then + 1 : then + 1 + SOON]):
            yield span, "exchange"


def _ruled(read: Words) -> Iterator[Hint]:
    """Yield where one thing depends upon another: "sạp nào … thì …", but not "khi nào thì"."""
    if "ai" not in read.bare and "nao" not in read.bare:
        return
    known = _vocabulary()
    times = known.whenever.covered(read)
    for place, word in enumerate(read.bare):
        is_any = word in ("ai", "nao") and place not in times
        if is_any and not known.words["then"].isdisjoint(read.said[place + 2 : place + CLAUSE]):
            yield (place, place + 1), "rule"


PHRASES = ("gives", "offers", "whenever")
WORDS = ("money", "outcome", "mine", "close", "called", "person", "letter", "says", "but", "must", "if", "not", "then")


@dataclass(frozen=True)
class _Vocabulary:
    """The words of the table: all hints, to be found in one walk, with the kind of each; and those that only build one.

    `bare` are the hints that mean nothing else without their marks.
    """

    hints: Phrases
    bare: Phrases
    kinds: dict[tuple[str, ...], str]
    owned: Phrases
    kin: frozenset[tuple[str, ...]]
    gives: Phrases
    offers: Phrases
    whenever: Phrases
    words: dict[str, frozenset[str]]


@lru_cache(maxsize=1)
def _vocabulary() -> _Vocabulary:
    table: dict[str, list[str]] = {}
    for row in data.rows("accusation_hints.csv"):
        table.setdefault(row["kind"], []).append(row["words"])
    marked = {row["words"] for row in data.rows("accusation_hints.csv") if row["marks"]}
    kin, owns = table.pop("kin"), table.pop("owns")
    building = {kind: Phrases(table.pop(kind)) for kind in PHRASES}
    alone = {kind: frozenset(table.pop(kind)) for kind in WORDS}
    hints = [each for phrases in table.values() for each in phrases]
    return _Vocabulary(
        hints=Phrases(hints, exact=True),
        bare=Phrases(each for each in hints if each not in marked),
        kinds={Words.of(each).bare: kind for kind, phrases in table.items() for each in phrases},
        owned=Phrases([*kin, *owns]),
        kin=frozenset(Words.of(each).bare for each in kin),
        words=alone,
        **building,
    )
