"""Which procedure a person means: an index in memory over titles and everyday names; the ranking is pure, no Django."""

from __future__ import annotations

import csv
import gzip
import io
import itertools
import math
import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources

from motcham import data
from motcham.apps.public_services.wording import Everyday, Reading, Wording, fold

_CODE = re.compile(r"\d\.\d{6}")
# How much of a likeness is "what was asked stands there", the rest being "and not much else stands there".
TITLE_COVER, NAME_COVER = 0.6, 0.5
# A pair of neighbours counts this much of its rarity; a typed mark so much more than the bare letters.
PAIR, BARE, MARKED = 0.6, 0.5, 0.85
TITLE, LEGAL = 0.9, 0.95
LEAST = 0.3
WARD, PROVINCE, MINISTRY, EVERYDAY = 0.03, 0.01, -0.03, 0.02


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


class Index:
    """Procedures, to be found by what people call them."""

    def __init__(self, entries: Iterable[Entry], table: Iterable[Everyday] = ()) -> None:
        self._entries = tuple(entries)
        texts = [text for entry in self._entries for text in (entry.title, entry.field, *entry.names)]
        self._wording = Wording.of(table, texts)
        self._prior = [_prior(entry) for entry in self._entries]
        self._place = {entry.code: at for at, entry in enumerate(self._entries)}
        self._owner: list[int] = []
        self._share: list[float] = []
        self._cover: list[float] = []
        self._postings: dict[str, list[int]] = defaultdict(list)
        self._rarity: dict[str, float] = {}
        self._fill()

    def _fill(self) -> None:
        holders: dict[str, set[int]] = defaultdict(set)
        units: list[tuple[int, bool, list[str]]] = []
        for at, entry in enumerate(self._entries):
            for is_name, text in [(False, entry.title), *((True, name) for name in entry.names)]:
                said = self._wording.plain(text)
                units.append((at, is_name, said))
                for feature in _features(said):
                    holders[feature].add(at)
        for feature, held in holders.items():
            self._rarity[feature] = math.log(1 + len(self._entries) / (len(held) + 0.5))
        for unit, (at, is_name, said) in enumerate(units):
            features = _features(said)
            for feature in features:
                self._postings[feature].append(unit)
            self._owner.append(at)
            size = math.sqrt(sum(self._square(feature) for feature in features if feature[0] != "!")) or 1.0
            self._share.append(1 / size)
            self._cover.append(NAME_COVER if is_name else TITLE_COVER)

    def _square(self, feature: str) -> float:
        factor = PAIR if " " in feature else 1.0
        return (factor * self._rarity.get(feature, 0.0)) ** 2

    def search(self, text: str, most: int = 10) -> list[Hit]:
        """Return the procedures that a text may mean, the likeliest first; none where nothing is understood."""
        if (code := _CODE.fullmatch(text.strip())) and (at := self._place.get(code.group())) is not None:
            return [self._hit(at, 1.0)]
        best: dict[int, float] = {}
        for number, reading in enumerate(self._wording.readings(text)):
            trust = LEGAL if number else 1.0
            for at, score in self._scores(reading).items():
                best[at] = max(best.get(at, 0.0), trust * score)
        found = sorted(
            ((score + self._prior[at], at) for at, score in best.items() if score >= LEAST), key=lambda each: (-each[0], each[1])
        )
        return [self._hit(at, score) for score, at in found[:most]]

    def _hit(self, at: int, score: float) -> Hit:
        entry = self._entries[at]
        return Hit(entry.code, " ".join(entry.title.split()), round(score, 4))

    def _scores(self, reading: Reading) -> dict[int, float]:
        asked = self._asked(reading)
        whole = sum(asked.values())
        if not whole:
            return {}
        found: dict[int, float] = defaultdict(float)
        for feature, square in asked.items():
            for unit in self._postings.get(feature, ()):
                found[unit] += square
        root = math.sqrt(whole)
        best: dict[int, float] = {}
        for unit, got in found.items():
            cover = self._cover[unit]
            score = cover * got / whole + (1 - cover) * min(1.0, got / root * self._share[unit])
            if cover == TITLE_COVER:
                score *= TITLE
            at = self._owner[unit]
            if score > best.get(at, 0.0):
                best[at] = score
        return best

    def _asked(self, reading: Reading) -> dict[str, float]:
        """Return each feature of what is asked with the square of its weight; what nobody knows counts as rare."""
        rarest = math.log(1 + len(self._entries) / 0.5)
        asked: dict[str, float] = {}
        folded = [fold(word) for word in reading.words]
        for word, bare, weight in zip(reading.words, folded, reading.weights, strict=True):
            rarity = weight * self._rarity.get(bare, rarest * 0.6)
            marked = word != bare
            asked[bare] = (rarity * (BARE if marked else MARKED)) ** 2
            asked["!" + word] = (rarity * (MARKED if marked else BARE)) ** 2
        if all(word == bare for word, bare in zip(reading.words, folded, strict=True)):
            asked = {feature: square / MARKED**2 for feature, square in asked.items() if feature[0] != "!"}
        for left, right, weight in zip(folded, folded[1:], reading.weights, strict=False):
            pair = f"{left} {right}"
            if pair in self._rarity:
                asked[pair] = (weight * PAIR * self._rarity[pair]) ** 2
        return asked


def _features(said: Sequence[str]) -> set[str]:
    folded = [fold(word) for word in said]
    pairs = (f"{left} {right}" for left, right in itertools.pairwise(folded))
    return {*folded, *pairs, *("!" + word for word in said)}


def _prior(entry: Entry) -> float:
    """Return what speaks for a procedure before anything is asked: most people need their ward, few a ministry."""
    where = entry.level or _level(entry)
    level = {"ward": WARD, "province": PROVINCE, "ministry": MINISTRY}.get(where, 0.0)
    return level + (EVERYDAY if entry.names else 0.0)


def _level(entry: Entry) -> str:
    said = f"{entry.title} {entry.agency}".casefold()
    for level, words in (("ward", ("cấp xã",)), ("ministry", ("trung ương)", "cấp tw", "cấp bộ")), ("province", ("cấp tỉnh",))):
        if any(word in said for word in words):
            return level
    return "ministry" if entry.agency.startswith(("Bộ ", "Cục ", "Ngân hàng Nhà nước Việt Nam")) else ""


def _table(name: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(data.text(f"procedure_search/{name}"))))


def everyday_words() -> list[Everyday]:
    """Return the table of everyday words."""
    return [Everyday(row["phrase"], row["kind"], row["means"], float(row["weight"] or 1)) for row in _table("everyday_words.csv")]


def everyday_names() -> dict[str, tuple[str, ...]]:
    """Return what people call a procedure, by its code."""
    return {row["code"]: tuple(row["names"].split("; ")) for row in _table("everyday_names.csv")}


def carried() -> list[Entry]:
    """Return the procedures of the list that the package carries."""
    names = everyday_names()
    packed = resources.files(data).joinpath("procedures/official_list.csv.gz").read_bytes()
    rows = csv.DictReader(io.StringIO(gzip.decompress(packed).decode()))
    return [
        Entry(row["ma_so"], row["ten"], row["linh_vuc"], row["co_quan_thuc_hien"], names=names.get(row["ma_so"], ()))
        for row in rows
    ]


@lru_cache(maxsize=1)
def index() -> Index:
    """Return the index over the procedures, made when it is first asked for."""
    return Index(carried(), everyday_words())


def search(text: str, most: int = 10) -> list[Hit]:
    """Return the procedures that a text may mean, the likeliest first."""
    return index().search(text, most)
