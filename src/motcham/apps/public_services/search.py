"""Which procedure a person means: an index in memory over titles and everyday names; the ranking is pure, no Django."""

from __future__ import annotations

import csv
import gzip
import heapq
import io
import itertools
import math
import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from importlib import resources

from motcham import data
from motcham.apps.public_services.wording import Everyday, Reading, Wording, fold

Numbers = tuple[int, ...] | frozenset[int]

# A code, also as an agency of the city writes it (1.000656.000.00.00.H29).
_CODE = re.compile(r"(\d\.\d{6})(\.\d{3}\.\d\d\.\d\d\.H\d\d)?")
_NONE: Numbers = ()
# How much of a likeness is "what was asked stands there", the rest being "and not much else stands there".
TITLE_COVER, NAME_COVER = 0.6, 0.4
# A pair of neighbours counts this much of its rarity; a typed mark so much more than the bare letters.
PAIR, BARE, MARKED = 0.4, 0.5, 0.85
TITLE, FIELD = 0.9, 0.7
SECOND = 0.2
# How much of a score is that the words asked for stand anywhere among a procedure's names, rather than together in one.
ANYWHERE = 0.35
# What is less likely is not shown; of a long story less of it is in any name, so less is asked of it.
LEAST, LONG = 0.3, 10
# A title or name that has less than this share of what is asked cannot come first; once less than this is left to be looked
# up, a word that stands in more than a few places brings no new ones; so many procedures are looked at closely.
MATTERS, NEW, FEW, LIKELY = 0.4, 0.5, 64, 20
WARD, PROVINCE, MINISTRY, EVERYDAY = 0.03, 0.01, -0.03, 0.08
UNKNOWN = 0.6
# What stands at fewer procedures than this is no rarer: it may stand there by chance.
RARE = 20


@dataclass(frozen=True)
class Entry:
    """A procedure as the index wants it; `names` are everyday names, `level` is ward, province or ministry where known."""

    code: str
    title: str
    field: str = ""
    agency: str = ""
    level: str = ""
    names: tuple[str, ...] = ()


@dataclass(frozen=True)
class Hit:
    """A procedure that may be meant, and how likely, from 0 to about 1."""

    code: str
    title: str
    score: float


@dataclass(frozen=True)
class _Unit:
    """A title, a name or a field: whose it is, what it says, how much it counts that what was asked stands there rather than
    that not much else does, and how much it is worth at all."""

    owners: tuple[int, ...]
    said: Reading
    cover: float
    worth: float

    @cached_property
    def features(self) -> set[str]:
        return _features(self.said)


class Index:
    """Procedures, to be found by what people call them."""

    def __init__(self, entries: Iterable[Entry], table: Iterable[Everyday] = ()) -> None:
        self._entries = tuple(entries)
        texts = [text for entry in self._entries for text in (entry.title, entry.field, *entry.names)]
        self._wording = Wording.of(list(table), texts)
        self._prior = [_prior(entry) for entry in self._entries]
        self._place = {entry.code: at for at, entry in enumerate(self._entries)}
        # Of each title, name and field by its number.
        self._owners: list[tuple[int, ...]] = []
        self._share: dict[bool, list[float]] = {False: [], True: []}
        self._cover: list[float] = []
        self._worth: list[float] = []
        self._postings: dict[str, Numbers] = {}
        self._holders: dict[str, Numbers] = {}
        self._rarity: dict[str, float] = {}
        self._fill()

    def _fill(self) -> None:
        holders: dict[str, set[int]] = defaultdict(set)
        fields: dict[str, list[int]] = defaultdict(list)
        units: list[_Unit] = []
        for at, entry in enumerate(self._entries):
            texts = [(entry.title, TITLE_COVER, TITLE), *((name, NAME_COVER, 1.0) for name in entry.names)]
            for text, cover, worth in texts:
                units.append(_Unit((at,), self._wording.plain(text), cover, worth))
                for feature in units[-1].features:
                    holders[feature].add(at)
            if entry.field:
                fields[entry.field].append(at)
        for field, owners in fields.items():
            units.append(_Unit(tuple(owners), self._wording.plain(field), TITLE_COVER, FIELD))
            for feature in units[-1].features - holders.keys():
                holders[feature].update(owners)
        for feature, held in holders.items():
            self._holders[feature] = _kept(held)
            self._rarity[feature] = math.log(1 + len(self._entries) / max(len(held), RARE))
        postings: dict[str, list[int]] = defaultdict(list)
        for number, unit in enumerate(units):
            for feature in unit.features:
                postings[feature].append(number)
            for marked in (False, True):
                size = sum(self._squares(unit.said, marked=marked, typed=False).values())
                self._share[marked].append(1 / math.sqrt(size or 1.0))
            self._owners.append(unit.owners)
            self._cover.append(unit.cover)
            self._worth.append(unit.worth)
        self._postings = {feature: _kept(held) for feature, held in postings.items()}

    def search(self, text: str, most: int = 10) -> list[Hit]:
        """Return the procedures that a text may mean, the likeliest first; none where nothing is understood."""
        if code := _CODE.fullmatch(text.strip()):
            at = self._place.get(code.group(1))
            return [] if at is None else [self._hit(at, 1.0)]
        best: dict[int, float] = {}
        least = LEAST
        for reading in self._wording.readings(text):
            least = min(least, LEAST * LONG / max(len(reading.words), 1))
            for at, score in self._scores(reading).items():
                best[at] = max(best.get(at, 0.0), reading.trust * score)
        found = sorted(
            ((score + self._prior[at], at) for at, score in best.items() if score >= least), key=lambda each: (-each[0], each[1])
        )
        return [self._hit(at, score) for score, at in found[:most]]

    def _hit(self, at: int, score: float) -> Hit:
        entry = self._entries[at]
        return Hit(entry.code, " ".join(entry.title.split()), round(score, 4))

    def _scores(self, reading: Reading) -> dict[int, float]:
        """Return the likeliest procedures with how like they are to a reading."""
        asked = self._squares(reading, marked=reading.marked)
        whole = sum(asked.values())
        if not whole:
            return {}
        root, share = math.sqrt(whole), self._share[reading.marked]
        best: dict[int, float] = {}
        second: dict[int, float] = {}
        met = self._met(asked, whole)
        least = MATTERS * max(met.values(), default=0.0)
        for unit, got in met.items():
            if got < least:
                continue
            cover = self._cover[unit]
            score = cover * got / whole + (1 - cover) * min(1.0, got / root * share[unit])
            score *= self._worth[unit]
            for at in self._owners[unit]:
                if score > best.get(at, 0.0):
                    best[at], second[at] = score, best.get(at, 0.0)
                elif score > second[at]:
                    second[at] = score
        # One name may fit by chance, two hardly.
        best = {at: (1 - SECOND) * score + SECOND * second[at] for at, score in best.items()}
        likely = heapq.nlargest(LIKELY, best, key=best.__getitem__)
        return {at: (1 - ANYWHERE) * best[at] + ANYWHERE * self._anywhere(at, asked) / whole for at in likely}

    def _met(self, asked: Mapping[str, float], whole: float) -> dict[int, float]:
        """Return how much of what is asked stands in each title and name; the rarest word first.

        What has none of the words that matter is not looked at: so a word that stands everywhere costs next to nothing.
        """
        found: dict[int, float] = {}
        rest = whole
        for feature, square in sorted(asked.items(), key=lambda each: -each[1]):
            holding = self._postings.get(feature, _NONE)
            if not found:
                found = dict.fromkeys(holding, square)
            elif rest < NEW * whole and len(holding) > FEW:
                for unit in found.keys() & holding:
                    found[unit] += square
            else:
                for unit in holding:
                    found[unit] = found.get(unit, 0.0) + square
            rest -= square
        return found

    def _anywhere(self, at: int, asked: Mapping[str, float]) -> float:
        holders = self._holders
        return sum([square for feature, square in asked.items() if at in holders.get(feature, _NONE)])

    def _squares(self, said: Reading, *, marked: bool, typed: bool = True) -> dict[str, float]:
        """Return each feature of what is said with the square of its weight; a typed word that nobody knows counts as rare.

        In a text without marks only the letters count; otherwise a word counts by its letters and more by its marks.
        """
        unknown = UNKNOWN * math.log(1 + len(self._entries) / RARE) if typed else 0.0
        found: dict[str, float] = {}
        folded = [fold(word) for word in said.words]
        for word, bare, weight in zip(said.words, folded, said.weights, strict=True):
            rarity = self._rarity.get(bare, unknown)
            if (word == bare and (not marked or "!" + word not in self._rarity)) or not (marked or typed):
                found[bare] = (weight * rarity) ** 2
                continue
            found[bare] = (weight * BARE * rarity) ** 2
            found["!" + word] = (weight * MARKED * self._rarity.get("!" + word, rarity)) ** 2
        for (left, right), weight in zip(itertools.pairwise(folded), said.weights, strict=False):
            pair = f"{left} {right}"
            if pair in self._rarity:
                found[pair] = (weight * PAIR * self._rarity[pair]) ** 2
        return found


def _kept(numbers: Collection[int]) -> Numbers:
    return tuple(numbers) if len(numbers) <= FEW else frozenset(numbers)


def _features(said: Reading) -> set[str]:
    folded = [fold(word) for word in said.words]
    pairs = (f"{left} {right}" for left, right in itertools.pairwise(folded))
    return {*folded, *pairs, *("!" + word for word in said.words)}


def _prior(entry: Entry) -> float:
    """Return what speaks for a procedure before anything is asked: most people need their ward, few a ministry;
    and what has many names is asked for often.
    """
    where = entry.level or _level(entry)
    level = {"ward": WARD, "province": PROVINCE, "ministry": MINISTRY}.get(where, 0.0)
    return level + EVERYDAY * min(1.0, len(entry.names) / 20)


def _level(entry: Entry) -> str:
    said = f"{entry.title} {entry.agency}".casefold()
    for level, words in (("ward", ("cấp xã",)), ("ministry", ("trung ương)", "cấp tw", "cấp bộ")), ("province", ("cấp tỉnh",))):
        if any(word in said for word in words):
            return level
    return "ministry" if entry.agency.startswith(("Bộ ", "Cục ", "Ngân hàng Nhà nước Việt Nam")) else ""


def _table(name: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(data.text(name))))


def everyday_words() -> list[Everyday]:
    """Return the table of everyday words."""
    return [
        Everyday(row["phrase"], row["kind"], row["means"], float(row["weight"] or 1))
        for row in _table("procedure_search/everyday_words.csv")
    ]


def everyday_names() -> dict[str, tuple[str, ...]]:
    """Return what people call a procedure, by its code, in Vietnamese; and what it is shown as in English, the only English there is."""
    found = {row["code"]: row["names"].split("; ") for row in _table("procedure_search/everyday_names.csv")}
    for row in _table("procedure_names.csv"):
        found.setdefault(row["code"], [row["name"]]).append(row["name_en"])
    return {code: tuple(names) for code, names in found.items()}


def carried() -> list[Entry]:
    """Return the procedures of the list that the package carries."""
    names = everyday_names()
    packed = resources.files(data).joinpath("procedures/official_list.csv.gz").read_bytes()
    rows = csv.DictReader(io.StringIO(gzip.decompress(packed).decode()))
    return [
        Entry(row["ma_so"], row["ten"], row["linh_vuc"], row["co_quan_thuc_hien"], names=names.get(row["ma_so"], ()))
        for row in rows
    ]
