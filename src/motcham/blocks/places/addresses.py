"""Reading an address as people write it: which words of it name a unit, and of which level they say it is.

Nothing is decided here. "P. Bến Nghé, Q.1" holds a mention of a commune and one of a district; what they may mean is looked
up in the gazetteer, which also tells this module where a name ends ("Bình Trị Đông A" is one, "Bình Trị Đông Quận" is not).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Set
from dataclasses import dataclass

from motcham.blocks.places.define import AreaKind, Level
from motcham.data.areas.spelling import fold, spell

LONGEST_TEXT = 300
LONGEST_NAME = 5
TOKEN = re.compile(r"\d+|[^\W\d_]+|[^\w\s]|\n")
BREAKS = frozenset(",;|\n()[]/\\–—")
COMMUNE, DISTRICT, PROVINCE = frozenset({Level.COMMUNE}), frozenset({Level.DISTRICT}), frozenset({Level.PROVINCE})
EVERY = frozenset(Level)
CITY = (frozenset({Level.DISTRICT, Level.PROVINCE}), frozenset({AreaKind.DISTRICT_CITY, AreaKind.MUNICIPALITY}))


def _kinds(levels: frozenset[Level], *kinds: AreaKind) -> tuple[frozenset[Level], frozenset[AreaKind]]:
    return levels, frozenset(kinds)


# What may stand before a name, as typed with its marks or without any.
BEFORE = {
    **dict.fromkeys(("phường", "phuong", "phuờng", "phừơng", "p", "f"), _kinds(COMMUNE, AreaKind.WARD)),
    **dict.fromkeys(("xã", "xa", "x"), _kinds(COMMUNE, AreaKind.COMMUNE)),
    **dict.fromkeys(("thị trấn", "thi tran", "tt"), _kinds(COMMUNE, AreaKind.TOWN)),
    **dict.fromkeys(("đặc khu", "dac khu", "đk"), _kinds(COMMUNE, AreaKind.SPECIAL_ZONE)),
    **dict.fromkeys(("quận", "quan", "q"), _kinds(DISTRICT, AreaKind.URBAN_DISTRICT)),
    **dict.fromkeys(("huyện", "huyen", "h"), _kinds(DISTRICT, AreaKind.RURAL_DISTRICT)),
    **dict.fromkeys(("thị xã", "thi xa", "tx"), _kinds(DISTRICT, AreaKind.DISTRICT_TOWN)),
    **dict.fromkeys(("thành phố", "thanh pho", "tp"), CITY),
    **dict.fromkeys(("tỉnh", "tinh", "t"), _kinds(PROVINCE, AreaKind.PROVINCE)),
}
# The English words stand after a name, and before a number.
AFTER = {
    "ward": _kinds(COMMUNE, AreaKind.WARD),
    "commune": _kinds(COMMUNE, AreaKind.COMMUNE),
    "township": _kinds(COMMUNE, AreaKind.TOWN),
    "district": _kinds(DISTRICT, AreaKind.URBAN_DISTRICT, AreaKind.RURAL_DISTRICT),
    "dist": _kinds(DISTRICT, AreaKind.URBAN_DISTRICT, AreaKind.RURAL_DISTRICT),
    "town": (COMMUNE | DISTRICT, frozenset({AreaKind.TOWN, AreaKind.DISTRICT_TOWN})),
    "city": CITY,
    "province": _kinds(PROVINCE, AreaKind.PROVINCE),
}
# A piece that begins so is a street, a house or a neighbourhood, whatever it is called after.
STREETS = frozenset(
    [
        *("so", "duong", "hem", "ngo", "ngach", "kiet", "ap", "khu", "kp", "to", "chung", "toa", "cao", "quoc", "tinh", "lo"),
        *("ql", "tl", "dt", "nha", "lau", "tang", "can", "cho", "truong", "benh", "cau", "nga"),
        *("block", "street", "st", "road", "alley", "no", "number"),
    ]
)


@dataclass(frozen=True)
class Token:
    """A word or a sign: as typed, in lower case and one spelling, and without marks."""

    typed: str
    plain: str

    @property
    def is_word(self) -> bool:
        """Return whether it can be part of a name."""
        return self.typed.isalnum()


@dataclass(frozen=True)
class Mention:
    """Words that name a unit, or seem to: of which levels and kinds they say it is, and where they stand.

    `is_known` tells that the words are a name as they stand; `is_said` that its level is said ("phường …") and not guessed;
    `is_tail` that words stood before it in the same piece, so that it may be a street's name, `is_next` that it follows such a one;
    `is_cut` that words follow, with which it may be a longer name misspelled ("Tân Sơn Nhấc" is not Tân Sơn): both ways are mentions.
    """

    typed: str
    plain: str
    at: int
    levels: frozenset[Level] = EVERY
    kinds: frozenset[AreaKind] = frozenset()
    is_known: bool = True
    is_said: bool = True
    is_tail: bool = False
    is_next: bool = False
    is_cut: bool = False


Names = Mapping[Level, Set[str]]


def read(text: str, names: Names) -> tuple[Mention, ...]:
    """Return the mentions of units in a text, in their order."""
    tokens = [Token(part, fold(part)) for part in TOKEN.findall(spell(text[:LONGEST_TEXT].replace("_", " ")).lower())]
    taken: set[int] = set()
    said = [*_said_before(tokens, names, taken), *_said_after(tokens, names, taken)]
    return tuple(sorted([*said, *_not_said(tokens, names, taken)], key=lambda each: each.at))


def _designator(tokens: list[Token], at: int) -> tuple[int, frozenset[Level], frozenset[AreaKind]] | None:
    """Return how many tokens say the level of a name to come, and which levels and kinds they say."""
    one, two = tokens[at].typed, " ".join(token.typed for token in tokens[at : at + 2])
    if [token.typed for token in tokens[at : at + 3]] == ["t", ".", "p"]:
        return (3, *CITY)
    if two in BEFORE:
        return (2, *BEFORE[two])
    if one in BEFORE:
        return (1, *BEFORE[one])
    following = tokens[at + 1].typed if at + 1 < len(tokens) else ""
    return (1, *AFTER[one]) if one in AFTER and following.isdigit() else None


def _longest(tokens: list[Token], at: int, levels: frozenset[Level], names: Names) -> list[int]:
    """Return the places of the longest name that begins here; a dash inside a name does not end it."""
    places: list[int] = []
    best: list[int] = []
    words = ""
    for place in range(at, min(len(tokens), at + 2 * LONGEST_NAME)):
        token = tokens[place]
        if not token.is_word:
            if token.typed in "-." and places:
                continue
            break
        places.append(place)
        words = f"{words} {token.plain}".strip()
        if any(words in names[level] for level in levels):
            best = list(places)
        if len(places) == LONGEST_NAME:
            break
    return best


def _mention(tokens: list[Token], places: list[int], **facts: object) -> Mention:
    typed = " ".join(tokens[place].typed for place in places)
    return Mention(typed, " ".join(tokens[place].plain for place in places), places[0], **facts)  # type: ignore[arg-type]


def _said_before(tokens: list[Token], names: Names, taken: set[int]) -> Iterator[Mention]:
    """Yield what follows "phường", "Q.", "TP" and the like, known or not."""
    at = 0
    while at < len(tokens):
        found = _designator(tokens, at)
        if found is None:
            at += 1
            continue
        length, levels, kinds = found
        start = at + length
        while start < len(tokens) and tokens[start].typed in ".:":
            start += 1
        places = _longest(tokens, start, levels, names)
        if not places and (length > 1 or len(tokens[at].typed) > 1 or start > at + length):
            places = _until_break(tokens, start)
            if places:
                taken.update(range(at, places[-1] + 1))
                yield _mention(tokens, places, levels=levels, kinds=kinds, is_known=False)
        elif places:
            taken.update(range(at, places[-1] + 1))
            phrase = _until_break(tokens, start)
            goes_on = len(phrase) > len(places) and not tokens[start].typed.isdigit()
            yield _mention(tokens, places, levels=levels, kinds=kinds, is_cut=goes_on)
            if goes_on:
                yield _mention(tokens, phrase, levels=levels, kinds=kinds, is_known=False, is_cut=True)
        at = places[-1] + 1 if places else at + 1


def _until_break(tokens: list[Token], at: int) -> list[int]:
    """Return the places of the words up to the next sign, or word that says the level of what follows it ("Phước Tỉnh")."""
    places: list[int] = []
    for place in range(at, min(len(tokens), at + LONGEST_NAME)):
        goes_on = place + 1 < len(tokens) and tokens[place + 1].typed not in BREAKS
        if not tokens[place].is_word or tokens[place].typed in AFTER or (goes_on and _designator(tokens, place)):
            break
        places.append(place)
    return places


def _said_after(tokens: list[Token], names: Names, taken: set[int]) -> Iterator[Mention]:
    """Yield what stands before "Ward", "District" and the like."""
    for at, token in enumerate(tokens):
        if token.typed not in AFTER or at in taken:
            continue
        levels, kinds = AFTER[token.typed]
        for length in range(min(LONGEST_NAME, at), 0, -1):
            places = list(range(at - length, at))
            plain = " ".join(tokens[place].plain for place in places)
            if not taken & set(places) and any(plain in names[level] for level in levels):
                taken.update({*places, at})
                yield _mention(tokens, places, levels=levels, kinds=kinds)
                break


def _not_said(tokens: list[Token], names: Names, taken: set[int]) -> Iterator[Mention]:
    """Yield pieces that are a name as a whole, or end in one, or might be one misspelled."""
    for piece in _pieces(tokens, taken):
        plain = " ".join(tokens[place].plain for place in piece)
        if plain.replace(" ", "").isdigit() or plain in BEFORE:
            continue
        if any(plain in names[level] for level in EVERY):
            yield _mention(tokens, piece, is_said=False)
            continue
        is_street = tokens[piece[0]].plain in STREETS or any(tokens[place].typed.isdigit() for place in piece)
        rest, ends = _peeled(tokens, piece, names)
        if ends:
            # Names without a comma between them: the smaller comes first, and may itself stand after a street.
            yield _mention(tokens, ends[0], is_said=False, is_tail=bool(rest))
            for end in ends[1:]:
                yield _mention(tokens, end, is_said=False, is_next=bool(rest))
        elif not is_street and len(plain) >= 5 and len(piece) <= LONGEST_NAME:
            yield _mention(tokens, piece, is_said=False, is_known=False)


def _peeled(tokens: list[Token], piece: list[int], names: Names) -> tuple[list[int], list[list[int]]]:
    """Return what a piece begins with, and the names of two words or more that it ends in, in their order."""
    # What a province is called in one word ("tphcm") stands last of all.
    ends = [piece[-1:]] if len(piece) > 2 and tokens[piece[-1]].plain in names[Level.PROVINCE] else []
    piece = piece[: len(piece) - len(ends)]
    while True:
        # The last one leaves something before it; one that is the whole of what is left ends the search.
        end = next((piece[at:] for at in range(0 if ends else 1, len(piece) - 1) if _is_name(tokens, piece[at:], names)), None)
        if end is None:
            return piece, ends
        ends.insert(0, end)
        piece = piece[: len(piece) - len(end)]


def _is_name(tokens: list[Token], places: list[int], names: Names) -> bool:
    plain = " ".join(tokens[place].plain for place in places)
    return any(plain in names[level] for level in EVERY)


def _pieces(tokens: list[Token], taken: set[int]) -> Iterator[list[int]]:
    """Yield the words that no mention has taken, piece by piece; a dash between spaces does not cut a name in two."""
    piece: list[int] = []
    for place, token in enumerate(tokens):
        if place in taken or token.typed in BREAKS:
            if piece:
                yield piece
            piece = []
        elif token.is_word:
            piece.append(place)
    if piece:
        yield piece
