"""What a text may name, out of all units of all dates: candidates with a score, never a guess.

Every unit is known by its bare name without marks; what the text says besides (its level, its district, its province, the
marks typed) raises or lowers a candidate. Only what contradicts the text is dropped.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import lru_cache
from itertools import chain, takewhile

from motcham import data
from motcham.blocks.places.addresses import Mention, read
from motcham.blocks.places.define import AreaKind, Candidate, Extent, Found, Level, Relation, Unit
from motcham.blocks.places.queries import every_unit, heirs
from motcham.data.areas.spelling import fold

LEAST = 50
ALIKE = 80.0
NO_MARKS, GUESSED, FORMER, PAST_DISTRICT, OTHER_KIND, CUT, OTHER_MARKS, TAIL, INITIALS, UNHEARD_OF, CONTRADICTED = (
    2,
    3,
    4,
    5,
    6,
    6,
    8,
    14,
    20,
    30,
    35,
)
SHORT = {"hcm": "79", "tphcm": "79", "hcmc": "79", "sg": "79", "sai gon": "79", "saigon": "79", "brvt": "77", "br vt": "77"}
PREFIXES = ("Phường ", "Xã ", "Thị trấn ", "Đặc khu ", "Quận ", "Huyện ", "Thị xã ", "Thành phố ", "Tỉnh ")


@dataclass(frozen=True)
class Entry:
    """One name of a unit; `also` is set where it is not the unit's own."""

    unit: Unit
    bare: str
    kind: AreaKind
    also: str = ""


def bare(name: str) -> str:
    """Return a name without the word for its kind, in lower case: as it stands in an address."""
    start = next((prefix for prefix in PREFIXES if name.startswith(prefix)), "")
    return name[len(start) :].replace(" - ", " ").lower()


@lru_cache(maxsize=1)
def entries() -> dict[Level, dict[str, tuple[Entry, ...]]]:
    """Return the names of each level, without marks."""
    found: dict[Level, dict[str, list[Entry]]] = {level: defaultdict(list) for level in Level}
    for unit in every_unit().values():
        name = bare(unit.name)
        found[unit.level][fold(name)].append(Entry(unit, name, unit.kind))
        if unit.level is Level.DISTRICT and " " in name:
            # As it is written after "Q." and "H.": BT is Bình Thạnh, or Bình Tân.
            found[unit.level]["".join(word[0] for word in fold(name).split())].append(Entry(unit, name, unit.kind))
        for short, code in SHORT.items():
            if unit.level is Level.PROVINCE and unit.code == code:
                found[unit.level][short].append(Entry(unit, short, unit.kind))
    for entry in _former():
        found[entry.unit.level][fold(entry.bare)].append(entry)
    return {level: {name: tuple(each) for name, each in names.items()} for level, names in found.items()}


@lru_cache(maxsize=1)
def initials() -> dict[str, tuple[Entry, ...]]:
    """Return the communes by the first letters of their names, as written after "P.": BN is Bến Nghé, and others elsewhere."""
    found: dict[str, list[Entry]] = defaultdict(list)
    for name, each in entries()[Level.COMMUNE].items():
        if " " in name and name.replace(" ", "").isalpha():
            found["".join(word[0] for word in name.split())] += each
    return {letters: tuple(each) for letters, each in found.items()}


def _former() -> Iterator[Entry]:
    """Yield names of units that were gone before the first list, each for the unit that took it in."""
    kinds = {"Phường": AreaKind.WARD, "Quận": AreaKind.URBAN_DISTRICT, "Huyện": AreaKind.RURAL_DISTRICT}
    units = list(every_unit().values())
    for row in data.rows("areas/resolutions.csv"):
        district = row["district"]
        for unit in units:
            is_it = district in (unit.code, unit.district) and unit.name == row["new_name"]
            if is_it and unit.level == row["level"] and (row["in_force"] < "2025" or unit.level is Level.DISTRICT):
                yield Entry(unit, bare(row["old_name"]), kinds[row["old_name"].partition(" ")[0]], row["old_name"])


def search(text: str, *, on: date, limit: int) -> Found:
    """Return what a text may name, the likeliest first, each with what it is on a day."""
    scored = _by_code(text) or _by_words(read(text, {level: names.keys() for level, names in entries().items()}))
    ranked = sorted(
        (each for each in scored.values() if each[1] >= LEAST),
        key=lambda each: (-each[1], not each[0].unit.is_valid_on(on), -each[0].unit.valid_from.toordinal(), each[0].unit.code),
    )
    candidates = [_candidate(entry, score, on) for entry, score in ranked[:limit]]
    return Found(text, on, tuple(candidates), max(0, len(ranked) - limit))


Scored = dict[tuple[str, date], tuple[Entry, int]]


def _candidate(entry: Entry, score: int, on: date) -> Candidate:
    unit = entry.unit
    if unit.is_valid_on(on):
        return Candidate(unit, score, Relation.IS, (), entry.also)
    found = heirs(unit.key, on)
    if not found:
        return Candidate(unit, score, Relation.NONE, (), entry.also)
    whole = len(found) == 1 and found[0].extent is Extent.FULL
    return Candidate(unit, score, Relation.FULL if whole else Relation.PARTIAL, found, entry.also)


def _by_code(text: str) -> Scored:
    """Return the units that a code named, at any time; a code alone names no one unit."""
    code = text.strip()
    if not (code.isascii() and code.isdigit()):
        return {}
    return {unit.key: (Entry(unit, "", unit.kind), 90) for unit in every_unit().values() if unit.code == code}


def _by_words(mentions: Sequence[Mention]) -> Scored:
    communes, above, provinces, lone = _sorted(mentions)
    districts, tops = _matches(above, Level.DISTRICT), _matches(provinces, Level.PROVINCE)
    # "TP" is said of a province's capital and of the city itself: what is one is not the other.
    unheard = any(not _matches((each,), *each.levels) for each in {*above, *provinces} if each.is_said and not each.is_cut)
    found = _matches(communes, Level.COMMUNE)
    kept = _within(found, districts, tops)
    if kept:
        kept = _lowered(kept, UNHEARD_OF * unheard)
    else:
        said = any(each.is_said for each in communes)
        kept = _lowered(found, CONTRADICTED + UNHEARD_OF * unheard) | _lowered(districts or tops, CONTRADICTED * said)
    return kept | (_within(lone, {}, tops) if not districts else {})


def _sorted(mentions: Sequence[Mention]) -> tuple[list[Mention], list[Mention], list[Mention], Scored]:
    """Return the mentions by what they are taken for: communes, districts, provinces; and what a lone name may be at any level.

    In an address the smaller comes first. So of names whose level is not said, what follows a commune or another name can
    only say where that lies, and what precedes one is its street.
    """
    communes = [each for each in mentions if each.is_said and Level.COMMUNE in each.levels]
    above = [each for each in mentions if each.is_said and Level.DISTRICT in each.levels and Level.COMMUNE not in each.levels]
    provinces = [each for each in mentions if each.is_said and Level.PROVINCE in each.levels]
    begun = communes[0].at if communes else None
    lone: Scored = {}
    for each in _fitting([each for each in mentions if not each.is_said]):
        if each.is_next or (begun is not None and each.at > begun):
            if each.is_known and not each.is_tail:
                above += [each] if each.plain in entries()[Level.DISTRICT] else []
                provinces += [each] if each.plain in entries()[Level.PROVINCE] else []
        elif begun is None and not (above and each.at > above[0].at):
            communes.append(each)
            lone |= _matches((each,), Level.DISTRICT, Level.PROVINCE)
            begun = each.at if each.is_known and not each.is_tail else None
        elif begun is None and each.is_known and each.plain in entries()[Level.PROVINCE]:
            provinces.append(each)
    return communes, above, provinces, lone


def _fitting(lone: Sequence[Mention]) -> Iterator[Mention]:
    """Yield the names whose level is not said, but of those after a street's words only what can belong together.

    "12 linh chieu thu duc" holds a ward and where it lies; in "12 nguyen thai binh tan binh" the first name is a street's, for
    no ward of that name ever lay there, and what follows it stands where it would without it.
    """
    left = list(lone)
    while left:
        each = left.pop(0)
        following = list(takewhile(lambda one: one.is_next, left))
        if each.is_tail and following:
            districts, tops = _matches(following, Level.DISTRICT), _matches(following, Level.PROVINCE)
            if not ((districts or tops) and _within(_matches((each,), Level.COMMUNE), districts, tops)):
                left[0] = replace(left[0], is_tail=True, is_next=False)
                continue
        yield each


def _matches(mentions: Iterable[Mention], *levels: Level) -> Scored:
    """Return the units of these levels that the words of a mention may name, each with its best score."""
    best: Scored = {}
    for mention in mentions:
        for level in levels:
            if level not in mention.levels:
                continue
            for entry, score in _named(mention, level):
                if entry.unit.key not in best or best[entry.unit.key][1] < score:
                    best[entry.unit.key] = (entry, score)
    return best


def _named(mention: Mention, level: Level) -> Iterator[tuple[Entry, int]]:
    names = entries()[level]
    exact = names.get(mention.plain, ())
    pairs: Iterable[tuple[Entry, int]] = ((entry, 100 - _marks(mention, entry)) for entry in exact)
    if not exact and level is Level.COMMUNE and mention.is_said and mention.plain in initials():
        pairs = ((entry, 100 - INITIALS) for entry in initials()[mention.plain])
    elif not exact and not mention.is_known and not mention.plain.replace(" ", "").isdigit():
        alike = _alike(mention.plain, level)
        pairs = chain.from_iterable(((entry, score) for entry in names[name]) for name, score in alike)
    for entry, score in pairs:
        lower = 0 if mention.is_said else GUESSED
        lower += TAIL if mention.is_tail else CUT if mention.is_cut and mention.is_known else 0
        lower += OTHER_KIND if mention.kinds and entry.kind not in mention.kinds else 0
        lower += FORMER if entry.also else 0
        yield entry, score - lower


def _marks(mention: Mention, entry: Entry) -> int:
    if mention.typed == entry.bare:
        return 0
    return NO_MARKS if mention.typed == mention.plain else OTHER_MARKS


@lru_cache(maxsize=4096)
def _alike(plain: str, level: Level) -> tuple[tuple[str, int], ...]:
    """Return the names that a misspelled one may be, with a score."""
    # Loaded by the first text that needs it.
    from rapidfuzz import fuzz, process

    words = [name for name in entries()[level] if not name.isdigit()]
    found = process.extract(plain, words, scorer=fuzz.ratio, score_cutoff=ALIKE, limit=5)
    return tuple((name, round(score) - 6) for name, score, _place in found)


def _within(found: Scored, districts: Scored, tops: Scored) -> Scored:
    """Return the communes that lie in one of the districts and provinces named, as far as any is named."""
    codes = {entry.unit.code for entry, _score in districts.values()}
    provinces = {entry.unit.code for entry, _score in tops.values()}
    kept: Scored = {}
    for key, (entry, score) in found.items():
        unit, lower = entry.unit, 0
        if codes and unit.district not in codes:
            if unit.district or not codes & _districts_before(unit.key):
                continue
            lower = PAST_DISTRICT
        if provinces and unit.province not in provinces and not provinces & _provinces_since(unit.key):
            continue
        kept[key] = (entry, score - lower)
    return kept


@lru_cache(maxsize=1024)
def _districts_before(key: tuple[str, date]) -> frozenset[str]:
    """Return the districts whose land a unit of today took over."""
    return frozenset(heir.unit.district or heir.unit.code for heir in heirs(key, date(2025, 6, 30)))


@lru_cache(maxsize=1024)
def _provinces_since(key: tuple[str, date]) -> frozenset[str]:
    """Return the provinces, of before and of after, that a unit's land has lain in."""
    near = (*heirs(key, date(2025, 6, 30)), *heirs(key, date(2025, 7, 1)))
    return frozenset(heir.unit.province for heir in near)


def _lowered(scored: Scored, by: int) -> Scored:
    return {key: (entry, score - by) for key, (entry, score) in scored.items()}


def facts(each: Candidate, on: date) -> dict[str, object]:
    """Return a candidate as programs read it."""
    unit = each.unit
    return {
        "code": unit.code,
        "valid_from": f"{unit.valid_from}",
        "valid_to": unit.valid_to and f"{unit.valid_to}",
        "name": unit.name,
        "level": str(unit.level),
        "district": unit.district,
        "province": unit.province,
        "score": each.score,
        "relation": str(each.relation),
        "also": each.also,
        "on": f"{on}",
        "successors": [
            {
                "code": heir.unit.code,
                "valid_from": f"{heir.unit.valid_from}",
                "name": heir.unit.name,
                "level": str(heir.unit.level),
                "extent": str(heir.extent),
            }
            for heir in each.heirs
        ],
    }
