"""Whether a text says of somebody in office that they did wrong: by words from a table, and where they stand to one another.

What is heard is a sentence of three parts: somebody in office, who is neither asked for help nor only played by a swindler,
and after them what they did. The words are data (`data/accusation_words.csv`), by the part that they play.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from functools import cached_property, lru_cache

from motcham import data
from motcham.apps.feedback_1022 import hinting
from motcham.apps.feedback_1022.words import Phrases, Span, Words

LONGEST_PHRASE = 8
NEAR = 12
"""Who and what belong together where at most so many words stand between them."""
TOLD = 6
"""By so many words after somebody in office it is told what they do."""
SOON, BEFORE = 4, 3
"""So many words before somebody in office tell that they are asked for help, or that somebody only plays their part."""


def accuses(text: str) -> bool:
    """Tell whether a text says of somebody in office that they did wrong.

    What only an office makes possible (`what`: a bribe) is believed of any officer or office near it that is not asked for
    help. What anybody may do (`deed`: a threat) is believed of an officer alone: of one named before it, or after it as the
    one who did it (`by`).
    """
    return _Heard(Words.of(text)).accuses()


def tells_of_office(text: str) -> bool:
    """Tell whether a text says that somebody in office did anything at all, good or bad: whoever wrote it knows which."""
    heard = _Heard(Words.of(text))
    return any(not heard.is_asked(who) for who in heard.people) or heard.hints >= hinting.ASKS


class _Heard:
    """A text, and where the words of each part stand in it; each part is looked for once, and only when it is asked for."""

    def __init__(self, read: Words) -> None:
        self.read, self._known = read, _vocabulary()

    def _find(self, kind: str) -> list[Span]:
        return list(self._known[kind].found(self.read))

    def _starts(self, kind: str) -> list[int]:
        return [start for start, _end in self._find(kind)]

    def accuses(self) -> bool:
        """Tell whether it accuses."""
        if next(self._known["alone"].found(self.read), None):
            return True
        if not self.named and not self.people:  # most reports speak of nobody in office
            return self.hints >= hinting.ACCUSES
        if any(next(_near(one, self.named), None) for one in self._meant("what")):
            return True
        by = self._known["by"].ends(self.read)
        doers = {who for who in self.people if not self.is_asked(who)}
        return (
            any(
                who in doers and not self._turns(who, deed) if who[0] <= deed[0] else who[0] in by
                for deed in self._deeds()
                for who in _near(deed, self.people)
            )
            or any(self._is_favoured(who) or (who in doers and self._harms(who)) for who in self.people)
            or self.hints >= hinting.ACCUSES
        )

    @cached_property
    def hints(self) -> int:
        """Return how much it hints at what it does not say."""
        return hinting.weighed(self.read, self.named, self.is_asked)

    @cached_property
    def named(self) -> list[Span]:
        """Return who and which offices are spoken of, without those asked for help."""
        return [each for each in sorted([*self.people, *self._find("office")]) if not self.is_asked(each)]

    @cached_property
    def people(self) -> list[Span]:
        """Return the people in office, in the order of the text, without those whose part somebody else only plays."""
        found = sorted({*self._find("who"), *self._titled()})
        posing = self._known["posing"].ends(self.read) if found else frozenset()
        return [who for who in found if not self._follows(who, posing)]

    def is_asked(self, who: Span) -> bool:
        """Tell whether somebody in office is asked for help, told or thanked, or only marks a place."""
        return self._follows(who, self._beside)

    @cached_property
    def _beside(self) -> frozenset[int]:
        return self._known["beside"].ends(self.read)

    def _titled(self) -> Iterator[Span]:
        """Yield whom an office beside their title makes an officer: "chị ngồi quầy", "người của ủy ban", "ông giám đốc sở"."""
        titles = self._find("title")
        if not titles:
            return
        desks, links = self._find("desk"), set(self._starts("link"))
        areas = set(self._find("place"))
        for title in titles:
            first = bisect_left(desks, (title[1],))
            for desk in desks[first : first + LONGEST_PHRASE]:
                between = range(title[1], desk[0])
                if len(between) > SOON or not all(self.read.said[place].isalnum() for place in between):
                    break
                # "Ông Ba ở phường 5" lives there; who works there is "ông ở phường" and no more.
                is_home = desk in areas and self._names(desk[1])
                if not is_home and (not between or not links.isdisjoint(between)):
                    yield title[0], desk[1]

    def _names(self, place: int) -> bool:
        """Tell whether a number or a name follows, by which a ward is one of many."""
        word = self.read.said[place] if place < len(self.read.said) else ""
        return word.isdigit() or (word.isalnum() and place not in self._saying)

    @cached_property
    def _saying(self) -> set[int]:
        """Return where somebody begins to do something."""
        return {start for kind in ("deed", "take", "press", "what", "turn", "then", "does") for start in self._starts(kind)}

    def _meant(self, kind: str) -> list[Span]:
        return [span for span in self._find(kind) if not self._harmless.issuperset(range(*span))]

    @cached_property
    def _harmless(self) -> set[int]:
        return self._known["harmless"].covered(self.read)

    def _deeds(self) -> Iterator[Span]:
        yield from self._meant("deed")
        worth = self._find("worth")
        yield from (take for take in self._find("take") if _soon(take[1], worth))
        yield from self._priced(sorted([*worth, *self._numbers()]))

    def _numbers(self) -> Iterator[Span]:
        return ((place, place + 1) for place, word in enumerate(self.read.said) if word.isdigit() and len(word) > 1)

    def _priced(self, worth: Sequence[Span]) -> Iterator[Span]:
        """Yield where something is to be had for money: something paid, and then what follows; or paid because one is in haste."""
        then, pays, haste = self._find("then"), self._find("pay"), self._find("haste")
        for pay in pays:
            paid = _soon(pay[1], worth)
            if paid and _soon(paid[1], then):
                yield pay
        yield from (want for want in haste if _soon(want[1], pays))

    def _harms(self, who: Span) -> bool:
        """Tell whether somebody in office does what is none of their usual work (`usual`: shows, calls, reminds, has not answered
        yet): to people, and not for them ("cho tôi"), or as far as they are spoken of."""
        if self._is_unusual(who):
            return True
        victim = _soon(who[1], self._victims, within=NEAR)
        if victim is None or self._turns(who, victim):
            return False
        between = range(who[1], victim[0])
        is_said_apart = not all(self.read.said[place].isalnum() for place in between)
        return not is_said_apart and len(between) > 0 and self._usual.isdisjoint(between) and victim[0] not in self._for_whom

    def _is_unusual(self, who: Span) -> bool:
        said = self.read.said[who[1] : who[1] + TOLD]
        length = next((place for place, word in enumerate(said) if not word.isalnum()), len(said))
        return length >= BEFORE and self._usual.isdisjoint(range(who[1], who[1] + length))

    @cached_property
    def _victims(self) -> list[Span]:
        return self._find("victim")

    @cached_property
    def _usual(self) -> set[int]:
        return self._known["usual"].covered(self.read)

    @cached_property
    def _for_whom(self) -> frozenset[int]:
        return self._known["for"].ends(self.read)

    def _is_favoured(self, who: Span) -> bool:
        """Tell whether somebody is let off as the kin of somebody in office."""
        is_kin = any(0 <= who[0] - kin[1] < BEFORE for kin in _near(who, self._kin))
        return is_kin and any(immune[0] >= who[1] for immune in _near(who, self._immune))

    @cached_property
    def _kin(self) -> list[Span]:
        return self._find("kin")

    @cached_property
    def _immune(self) -> list[Span]:
        return self._find("immune")

    def _turns(self, who: Span, deed: Span) -> bool:
        """Tell whether between somebody in office and a deed somebody else begins to act ("công an xuống mà chủ quán chửi"), or
        stands against whom they act ("công an bắt tên giật đồ")."""
        place = bisect_left(self._others, who[1])
        return place < len(self._others) and self._others[place] < deed[0]

    @cached_property
    def _others(self) -> list[int]:
        turns, against = self._known["turn"].ends(self.read), self._known["against"].ends(self.read)
        said = self.read.said
        begins = {start for start in self._starts("other") if start in turns or (start and not said[start - 1].isalnum())}
        return sorted(begins | {start for start in self._starts("culprit") if start in against})

    def _follows(self, who: Span, ends: frozenset[int]) -> bool:
        """Tell whether such a phrase ends right before somebody, or a few words before."""
        for place in range(who[0], max(-1, who[0] - BEFORE), -1):
            if place in ends:
                return True
            if place and not self.read.said[place - 1].isalnum():
                return False
        return False


def _soon(place: int, others: Sequence[Span], *, within: int = SOON) -> Span | None:
    """Return the first span that begins at a place or soon after it."""
    first = bisect_left(others, (place,))
    return others[first] if first < len(others) and others[first][0] - place < within else None


def _near(one: Span, others: Sequence[Span]) -> Iterator[Span]:
    """Yield the spans near one; they are in the order of the text."""
    first = bisect_left(others, (one[0] - NEAR - LONGEST_PHRASE,))
    for other in others[first:]:
        if other[0] - one[1] > NEAR:
            return
        if one[0] - other[1] <= NEAR:
            yield other


@lru_cache(maxsize=1)
def _vocabulary() -> dict[str, Phrases]:
    kinds: dict[str, list[str]] = {}
    for row in data.rows("accusation_words.csv"):
        kinds.setdefault(row["kind"], []).append(row["words"])
    # Taking and what is taken are believed together alone, and what is usual accuses nobody: hence in words without marks as well.
    return {kind: Phrases(words, lax=kind in ("take", "worth", "usual", "for")) for kind, words in kinds.items()}
