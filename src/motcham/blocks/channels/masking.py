"""Masking: what tells who somebody is, found in ordinary Vietnamese text and struck out.

Pure and in linear time: every pattern is bounded, and names are found by walking once over the words. Text is compared in
a shadow of the same length (one kind of digit, dash and blank; small letters; no tone marks), so that what is found there
is struck out of the original at the same place. Masking what is masked changes nothing.

It prefers to strike out too much rather than too little, but leaves what a report needs: streets and house numbers, dates,
money, codes of dossiers, the numbers of the hotlines, coordinates. It is a help to the officer who releases a text, who
reads it again; it does not replace them.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from motcham import data
from motcham.blocks.channels.naming import names

MASK = "•••"

_ZERO_WIDTH = re.compile("[\u200b\u2060\ufeff\u00ad]")
_DASHES = dict.fromkeys(map(ord, "‐‑‒–—―−－"), "-")
_BLANKS = dict.fromkeys(map(ord, "\u00a0\u2002\u2003\u2007\u2009\u202f\u3000\t"), " ")
_DIGITS = {first + value: str(value) for first in (0xFF10, 0x1D7CE, 0x1D7D8, 0x1D7E2, 0x1D7EC, 0x1D7F6) for value in range(10)}
_OTHER = {ord("＠"): "@", ord("．"): ".", ord("·"): ".", ord("＋"): "+"}


def _letters() -> dict[int, str]:
    """Return every letter of Vietnamese as a small letter without its marks."""
    table = {}
    for code in (*range(0x41, 0x5B), *range(0xC0, 0x1B1), *range(0x1EA0, 0x1EFA)):
        base = unicodedata.normalize("NFD", chr(code).lower())[:1]
        if base.isalpha():
            table[code] = "d" if base == "đ" else base
    return table


_SHADOW = {**_letters(), **_DASHES, **_BLANKS, **_DIGITS, **_OTHER}


@dataclass(frozen=True, slots=True)
class Found:
    """A stretch of text that tells who somebody is."""

    start: int
    end: int
    kind: str


def mask(text: str) -> str:
    """Return the text with names after titles, telephone numbers, accounts, personal numbers, e-mail addresses, number
    plates and profiles struck out; whoever reads it, masks it once more and finds nothing."""
    masked = _masked(*find(text))
    # What was struck out may have hidden its neighbour: the title after a name, a number beside a date.
    while masked != text:
        text, masked = masked, _masked(*find(masked))
    return masked


def _masked(text: str, spans: Sequence[Found]) -> str:
    parts, at = [], 0
    for each in spans:
        parts += [text[at : each.start], MASK]
        at = each.end
    return "".join((*parts, text[at:]))


def find(text: str) -> tuple[str, list[Found]]:
    """Return the text in one spelling, and what in it would be struck out, in order and without overlap."""
    text = _ZERO_WIDTH.sub("", unicodedata.normalize("NFC", text))
    shadow = text.translate(_SHADOW)
    found = [each for find_kind in _KINDS for each in find_kind(shadow)]
    numbers = sorted(((each.start, each.end) for each in found), key=lambda each: each[0])
    found += [Found(start, end, "name") for start, end in names(text, shadow, numbers)]
    return text, _merged(found)


def _merged(found: list[Found]) -> list[Found]:
    merged: list[Found] = []
    for each in sorted(found, key=lambda one: (one.start, -one.end)):
        if merged and each.start < merged[-1].end:
            last = merged[-1]
            merged[-1] = Found(last.start, max(last.end, each.end), last.kind)
        else:
            merged.append(each)
    return merged


# --- numbers

_SEP = r"[ .\-/()]{0,3}"
_NEITHER = r"(?<![\w+•@])"
# Letters that look like digits are read as digits; a run must begin as a telephone number here does.
_PHONE = re.compile(
    _NEITHER + rf"(?:\(?\+{_SEP}8{_SEP}4|\(?0{_SEP}0{_SEP}8{_SEP}4|84|\(?[0o])(?:{_SEP}[0-9olisbz]){{8,11}}(?![0-9a-z])"
)
_ABROAD = re.compile(r"(?<![\w•])\+ ?[1-9](?:[ .\-()]{0,2}[0-9]){7,14}(?![0-9])")
# Typed without a blank: "gọi0901234567giùm".
_STUCK = re.compile(r"(?<![\w•])(?:goi|alo|lh|lien he|ib|nhan|so|call|hotline)((?:\+?84|0)[235789][0-9]{8})(?![0-9])")
_DATED = re.compile(r"\d{1,2}[-./ ]{1,3}\d{1,2}[-./ ]{1,3}(?:19|20)\d{2}(?!\d)")
_SPOKEN_DIGIT = "(?:khong|mot|hai|ba|bon|tu|nam|lam|sau|bay|tam|chin|le|linh)"
_SPOKEN = re.compile(rf"(?<!\w){_SPOKEN_DIGIT}(?:[ ,.\-]{{1,3}}{_SPOKEN_DIGIT}){{8,11}}(?!\w)")
_HOME = re.compile(r"(?:84|0)(?:[35789]\d{8}|2\d{8,9}|1[2689]\d{8})")


def _phones(shadow: str) -> Iterator[Found]:
    at = 0
    while match := _PHONE.search(shadow, at):
        start, end = match.span()
        if dated := _DATED.match(shadow, start):
            at = dated.end()
            continue
        digits = _as_digits(match[0])
        if _real_digits(match[0]) >= 6 and _is_home(digits):
            yield Found(start, end, "phone")
            at = end
        else:
            shorter = _shorter(match[0])
            if shorter:
                yield Found(start, start + shorter, "phone")
            at = start + (shorter or 1)
    for abroad in _ABROAD.finditer(shadow):
        yield Found(*abroad.span(), "phone")
    for stuck in _STUCK.finditer(shadow):
        yield Found(*stuck.span(1), "phone")
    for spoken in _SPOKEN.finditer(shadow):
        yield Found(*spoken.span(), "phone")


def _shorter(run: str) -> int:
    """Return how much of a run of digits is a telephone number, where more digits follow after a blank."""
    for cut in [match.start() for match in re.finditer(r"[ /\-]", run)][::-1]:
        if _real_digits(run[:cut]) >= 6 and _is_home(_as_digits(run[:cut])):
            return cut
    return 0


def _as_digits(run: str) -> str:
    digits = re.sub(r"[^0-9olisbz]", "", run).translate(str.maketrans("olisbz", "011582"))
    digits = digits.removeprefix("00") if digits.startswith("0084") else digits
    return "84" + digits[3:] if digits.startswith("840") else digits


def _real_digits(run: str) -> int:
    return sum(letter.isdigit() for letter in run)


def _is_home(digits: str) -> bool:
    return _HOME.fullmatch(digits) is not None


_WORDS = {
    "phone": r"sdt|so dt|dt|dien thoai|so dien thoai|zalo|phone|tel|goi so|viber|whatsapp|alo",
    "account": r"stk|so tk|tk|tai khoan|so tai khoan|so the|account|acc|vcb|vietcombank|techcombank|tcb|mb ?bank|mbb|acb|bidv|agribank"
    r"|vietinbank|sacombank|tpbank|vpbank|vib|shb|hdbank|ocb|msb|scb|dong a bank|momo|ngan hang|chuyen khoan",
    "number": r"cccd|can cuoc|cmnd|cmt|chung minh|cmnd/cccd|dinh danh|ho chieu|passport|mst|ma so thue|bhxh|bhyt|bao hiem|gplx|bang lai",
}
_LEAST = {"phone": 8, "account": 6, "number": 7}
_RUNS = {
    kind: re.compile(
        rf"(?<![\w•])(?:{words})(?![a-z_])[^0-9\n•]{{0,40}}?(?<![0-9.,/\-])([a-z]{{0,2}}[0-9](?:[ .\-]{{0,2}}[0-9]){{{_LEAST[kind] - 1},18}})(?![0-9])"
    )
    for kind, words in _WORDS.items()
}
_MONEY = re.compile(r"(?:[ ]?(?:d|vnd|dong(?! a(?!\w))|trieu|nghin|ngan(?! hang)|ty|usd|k)(?!\w)|[ ]?[₫%$])")
_BANK_AFTER = re.compile(rf"(?<![\w.\-/•])([0-9]{{6,19}})[ ,.;:()\-]{{1,6}}(?:{_WORDS['account']})(?!\w)")
# Personal numbers have twelve digits and begin with the province of birth; old ones nine. Cards and accounts are longer.
_PERSONAL = re.compile(
    r"(?<![\w.,\-/•])(0[0-9]{2}[ .]?[0-9]{3}[ .]?[0-9]{3}[ .]?[0-9]{3}|0[0-9]{8}|[0-9]{13,19}|[a-z]{2}[0-9]{13})(?![0-9\w]|[.,\-/][0-9])"
)
_IN_FOURS = re.compile(r"(?<![\w.,\-/•])[0-9]{4}(?:[ \-][0-9]{4}){3}(?![0-9])")
_TAX = re.compile(r"(?<![\w.,\-/•])[0-9]{10}-[0-9]{3}(?![0-9\-])")
_OTHER_CODE = re.compile(
    r"(?<!\w)(?:ho so|bien nhan|ma so hs|ma hs|(?:ma )?(?:don hang|van don|buu gui|giao dich|hoa don|khach hang)|ma don|so seri|seri|dien ke|cong to|dong ho)"
    r"[^0-9\n•]{0,20}$"
)


def _by_words(shadow: str) -> Iterator[Found]:
    for kind, pattern in _RUNS.items():
        for match in pattern.finditer(shadow):
            if not _MONEY.match(shadow, match.end()) and not _DATED.match(shadow, match.start(1)):
                yield Found(*match.span(1), kind)
    for match in _BANK_AFTER.finditer(shadow):
        yield Found(*match.span(1), "account")


def _by_shape(shadow: str) -> Iterator[Found]:
    for pattern in (_PERSONAL, _IN_FOURS, _TAX):
        for match in pattern.finditer(shadow):
            before = shadow[max(0, match.start() - 40) : match.start()]
            if not _MONEY.match(shadow, match.end()) and not _OTHER_CODE.search(before):
                yield Found(*match.span(), "number")


# --- plates, addresses of letters and profiles, keys of cases

_PLATE = re.compile(
    r"(?<![\w.•])(?<![\w]-)(?:[1-9][0-9][ .\-]{0,3}[a-z]{1,2}[0-9]?[ .\-]{1,3}(?:[0-9]{3}[ .\-]?[0-9]{2}|[0-9]{4})"
    r"|[1-9][0-9][a-z]{1,2}[0-9]?[0-9]{3}\.?[0-9]{2})(?![\w]|-\w|[.,][0-9])"
)
_PLATE_WORDS = re.compile(
    r"(?<![\w•])(?:bien so|bien kiem soat|bks|bsx|bs)(?!\w)[ :]{0,3}(?:xe[ :]{0,3})?([1-9][0-9][a-z0-9 .\-]{4,12}[0-9])(?!\w)"
)
_UNITS = frozenset({"h", "m", "k", "g", "l", "kg", "km", "mm", "cm", "tr", "ty", "d"})


def _plates(shadow: str) -> Iterator[Found]:
    for match in _PLATE.finditer(shadow):
        letters = re.sub(r"[^a-z]", "", match[0])
        series = re.match(r"[0-9]{2}[ .\-]*[a-z]+[0-9]?", match[0])
        joined = series is not None and " " not in series[0]
        is_sure = re.search(r"[a-z][0-9]|[0-9]{3}\.[0-9]{2}", match[0]) or "-" in match[0]
        if joined and (is_sure or (letters not in _UNITS and not re.search(r" [0-9]{4}$", match[0]))):
            yield Found(*match.span(), "plate")
    for match in _PLATE_WORDS.finditer(shadow):
        yield Found(*match.span(1), "plate")


_AT = r"(?:@| ?\(at\) ?| ?\[at\] ?| a cong | ?\(a cong\) ?| ?\(a\) ?| @ ?)"
_DOT = r"(?:\.| ?\(dot\) ?| ?\[dot\] ?| cham | ?\(cham\) ?| \. ?(?=com|vn|net|org))"
_EMAIL = re.compile(
    rf"(?<![a-z0-9•])[a-z0-9](?:[a-z0-9._%+\-]{{0,63}}){_AT}[a-z0-9](?:[a-z0-9\-]{{0,62}})(?:{_DOT}[a-z0-9\-]{{2,24}}){{1,4}}(?![a-z0-9])"
)
_SITES = r"(?:(?:www|m|vi-vn|web|mobile)\.)?(?:facebook\.com|fb\.com|fb\.me|m\.me|zalo\.me|t\.me|telegram\.me|tiktok\.com|instagram\.com|youtube\.com|twitter\.com|x\.com|threads\.net|linkedin\.com|wa\.me|viber\.me)"
_PROFILE = re.compile(rf"(?<![\w.•])(?:https?://)?{_SITES}/[^\s<>\"'•]{{1,200}}")
_HANDLE = re.compile(r"(?<![\w.•/])@[a-z0-9](?:[a-z0-9._]{2,39})")
_NICK = re.compile(
    r"(?<![\w•])(?:nick|facebook|fb|zalo|tiktok|telegram|insta|instagram|wechat|viber|skype)(?: ten| name| cua| la| id)?[ :]{1,3}([a-z0-9]{1,20}[._][a-z0-9._]{1,30})"
)
# The key to somebody's case is as good as the case itself.
_KEY = re.compile(r"(?<![\w•\-])[0-9a-z]{4}-[0-9a-z]{4}-[0-9a-z]{5}(?![\w\-])")


def _addresses(shadow: str) -> Iterator[Found]:
    for kind, pattern in (("email", _EMAIL), ("profile", _PROFILE), ("profile", _HANDLE)):
        for match in pattern.finditer(shadow):
            end = match.end() - (match[0][-1] in ".,;:!?)")
            yield Found(match.start(), end, kind)
    for match in _NICK.finditer(shadow):
        yield Found(*match.span(1), "profile")
    for match in _KEY.finditer(shadow):
        if any(letter.isdigit() for letter in match[0]):
            yield Found(*match.span(), "key")


_KINDS: tuple[Callable[[str], Iterator[Found]], ...] = (_phones, _by_words, _by_shape, _plates, _addresses)


# --- how well it does

_MARKED = re.compile(r"⟦([^⟧]*)⟧")


@dataclass(frozen=True)
class Score:
    """How well masking does on a labelled set: of what was to be struck out and of what was, in letters."""

    sentences: int
    meant: int
    struck: int
    both: int
    missed: tuple[str, ...]
    excess: tuple[str, ...]

    @property
    def recall(self) -> float:
        """Return how much of what tells who somebody is was struck out."""
        return self.both / self.meant if self.meant else 1.0

    @property
    def precision(self) -> float:
        """Return how much of what was struck out had to be."""
        return self.both / self.struck if self.struck else 1.0


def measure(examples: str) -> Score:
    """Score the masking on lines in which what must go stands between ⟦ and ⟧."""
    meant = struck = both = sentences = 0
    missed, excess = [], []
    for line in examples.splitlines():
        if not line.strip() or line.startswith("#"):
            continue
        sentences += 1
        plain, wanted = _unmarked(unicodedata.normalize("NFC", line))
        found = {place for each in find(plain)[1] for place in range(each.start, each.end) if plain[place].isalnum()}
        meant, struck, both = meant + len(wanted), struck + len(found), both + len(wanted & found)
        missed += [line] if wanted - found else []
        excess += [line] if found - wanted else []
    return Score(sentences, meant, struck, both, tuple(missed), tuple(excess))


def _unmarked(line: str) -> tuple[str, set[int]]:
    plain, wanted, at = "", set(), 0
    for match in _MARKED.finditer(line):
        plain += line[at : match.start()]
        wanted |= {len(plain) + place for place, letter in enumerate(match[1]) if letter.isalnum()}
        plain += match[1]
        at = match.end()
    return plain + line[at:], wanted


@lru_cache(maxsize=1)
def examples() -> str:
    """Return the labelled set that the package brings: invented sentences, none from a real report."""
    return data.text("masking_examples.txt")
