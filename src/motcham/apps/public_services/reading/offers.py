"""Time and fee by channel, out of the one string into which the published page was run together.

The cells of a row stand without anything between them: channel, time, fee (with words in brackets), description. A cell that
can be read in two ways is not read at all, but reported.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from motcham.apps.public_services.define import Channel, FeeKind, Offer
from motcham.apps.public_services.reading.words import clean, plain

HEADER = "Hình thức nộpThời gianPhí, lệ phíMô tả"
CHANNELS = {"Trực tuyến": Channel.ONLINE, "Trực tiếp": Channel.DIRECT, "Dịch vụ bưu chính": Channel.POST}
UNITS = {
    "Ngày làm việc": "working_days",
    "Ngày": "days",
    "Giờ làm việc": "working_hours",
    "Giờ": "hours",
    "Phút": "minutes",
    "Tuần": "weeks",
    "Tháng": "months",
    "Năm": "years",
}
_NUMBER = r"\d[\d.,]*"
_CURRENCY = r"Việt Nam Đồng|VNĐ|Đồng|USD|EUR|Euro|%"
_FEE = rf"Miễn phí|Không có thông tin|{_NUMBER} (?:{_CURRENCY})"
_START = re.compile(
    rf"({'|'.join(CHANNELS)})(?:(Không có thông tin)|(\d+) ({'|'.join(UNITS)})|({_NUMBER})(?=Miễn phí|Không có thông tin|$)|)"
    rf"(?={_FEE})"
)
# A time told in words ("no result is handed back"), read only where no row of the page has a time in figures.
_IN_WORDS = re.compile(rf"({'|'.join(CHANNELS)})()()()(\D.{{0,300}}?)(?={_FEE})", re.DOTALL)
_AMOUNT = re.compile(rf"({_NUMBER}) ({_CURRENCY})")
_GROUPED = re.compile(r"[1-9]\d{0,2}(?:[.,]\d{3})+|[1-9]\d*|0")
# As the page itself writes amounts: 5,000; what it writes otherwise may be in thousands.
_WRITTEN = re.compile(r"[1-9]\d{0,2}(?:[.,]\d{3})*")
_VND_IN_TEXT = re.compile(r"(\d{1,3}(?:[.,]\d{3})+|\d{4,})\s*(?:đồng|đ\b|VNĐ|Việt Nam Đồng)", re.IGNORECASE)
_LIMIT_IN_TEXT = re.compile(r"(\d+)\s*(ngày làm việc|ngày|giờ)", re.IGNORECASE)
_NOTHING_TAKEN = ("khong thu", "khong mat", "khong phai", "khong co", "khong quy dinh")
_FEE_NAMED = ("phi ", "phi:", "le phi", "muc thu")
LEAST_VND = 1000
"""No fee is less: such a number was meant in thousands, or in another currency."""


@dataclass(frozen=True)
class Offers:
    """What was read of the channels of one page: the offers, and what was not understood as (field, text, reason)."""

    offers: tuple[Offer, ...]
    doubts: tuple[tuple[str, str, str], ...]
    clashes: tuple[tuple[str, str, str], ...] = ()
    """What the page itself says twice and differently: field, what its cell says, what its words say."""


def read(raw: str) -> Offers:
    """Return the offers that a page makes, one for each of its rows."""
    text = raw.strip().removeprefix(HEADER)
    starts = list(_START.finditer(text)) or list(_IN_WORDS.finditer(text))
    doubts: list[tuple[str, str, str]] = []
    clashes: list[tuple[str, str, str]] = []
    if starts and text[: starts[0].start()].strip():
        doubts.append(("channels", clean(text[: starts[0].start()]), "before_first_channel"))
    if text.strip() and not starts:
        doubts.append(("channels", clean(text), "no_channel"))
    offers = []
    ends = [*(start.start() for start in starts[1:]), len(text)]
    for start, end in zip(starts, ends, strict=False):
        offers.append(_offer(start, text[start.end() : end], doubts, clashes))
    return Offers(tuple(offers), tuple(dict.fromkeys(doubts)), tuple(dict.fromkeys(clashes)))


def _offer(start: re.Match[str], row: str, doubts: list[tuple[str, str, str]], clashes: list[tuple[str, str, str]]) -> Offer:
    channel, _silent, amount, unit, bare = start.groups()
    value = int(amount) if amount else None
    fee_kind, fee_vnd, fee_text, note, glued = _fee(row, bool(amount or _silent or bare))
    if bare:
        doubts.append(("limit", clean(start.group(0)), "time_without_unit" if bare[0].isdigit() else "time_in_words"))
        note = note if bare[0].isdigit() else clean(f"{bare}. {note}")
    if glued:
        doubts.append(("limit", clean(f"{channel}{row[:30]}"), glued))
    if fee_kind == FeeKind.UNCLEAR:
        doubts.append(("fee", clean(f"{row[: row.find(note)] if note else row}")[:600], "fee_unclear"))
    unit_key = UNITS.get(unit or "", "")
    if value is not None and (other := _other_unit(value, unit_key, f"{fee_text} {note}")):
        clashes.append(("limit", f"{value} {unit}", other))
    return Offer(CHANNELS[channel], value, unit_key, fee_kind, fee_vnd, fee_text, note)


def _other_unit(value: int, unit: str, words: str) -> str:
    """Return the words that give the same number of days in another kind of days than the cell does."""
    if unit not in ("days", "working_days"):
        return ""
    said = {(int(match[1]), match[2].casefold()): match[0] for match in _LIMIT_IN_TEXT.finditer(words)}
    same, other = ("ngày", "ngày làm việc") if unit == "days" else ("ngày làm việc", "ngày")
    return clean(said[value, other]) if (value, other) in said and (value, same) not in said else ""


def _fee(row: str, has_time: bool) -> tuple[FeeKind, int | None, str, str, str]:
    """Return kind, amount, the words in brackets, the description, and why a number glued to the time was not understood."""
    word = next((each for each in ("Miễn phí", "Không có thông tin") if row.startswith(each)), "")
    glued = ""
    if word:
        words, note = _brackets(row[len(word) :])
        if word != "Miễn phí":
            return FeeKind.UNSTATED, None, words, note, ""
        return (FeeKind.FREE, 0, words, note, "") if _is_free(words) else (FeeKind.UNCLEAR, None, f"{word} ({words})", note, "")
    kinds: list[tuple[FeeKind, int | None]] = []
    texts: list[str] = []
    rest = row
    while match := _AMOUNT.match(rest):
        number, currency = match.groups()
        if not has_time and not kinds:
            number, glued = _unglued(number)
        words, rest = _brackets(rest[match.end() :])
        texts.append(clean(f"{number or match[1]} {currency}" + (f" ({words})" if words else "")))
        kinds.append(_priced(number, currency, words, rest))
    kind, amount = kinds[0] if len(set(kinds)) == 1 else (FeeKind.UNCLEAR, None)
    return kind, amount, "; ".join(texts), clean(rest), glued


def _unglued(number: str) -> tuple[str, str]:
    """Return the fee out of a time and a fee run together ("1100,000" is 1 and 100,000), if there is only one way."""
    ways = [number[at:] for at in range(1, len(number)) if _GROUPED.fullmatch(number[at:]) and re.search("[.,]", number[at:])]
    whole = _GROUPED.fullmatch(number)
    if len(ways) == 1 and not whole:
        return ways[0], "time_without_unit"
    if not ways and whole:
        return number, ""
    return "", "time_and_fee_run_together"


def _brackets(text: str) -> tuple[str, str]:
    """Return what stands in the bracket at the start, without it, and the rest; a bracket that never closes ends with the text."""
    if not text.startswith("("):
        return "", clean(text)
    depth = 0
    for at, letter in enumerate(text):
        depth += (letter == "(") - (letter == ")")
        if depth == 0:
            return clean(text[1:at]), text[at + 1 :].strip()
    return clean(text[1:]), ""


def _is_free(words: str) -> bool:
    """Tell whether what stands beside "free" leaves it so: nothing, or an exemption said once more."""
    begun = plain(words).lstrip("( -+")
    return begun.rstrip(" .") in ("", "khong") or begun.startswith(("mien", *_NOTHING_TAKEN))


def _priced(number: str, currency: str, words: str, note: str) -> tuple[FeeKind, int | None]:
    """Return what an amount with the words beside it lets one say."""
    if currency in ("USD", "EUR", "Euro"):
        return FeeKind.FOREIGN, None
    if currency == "%" or not _WRITTEN.fullmatch(number):
        return FeeKind.UNCLEAR, None
    amount = int(re.sub("[.,]", "", number))
    stated = {int(re.sub("[.,]", "", each)) for each in _VND_IN_TEXT.findall(f"{words} {note}")}
    if amount < LEAST_VND or (stated and stated != {amount}):
        return FeeKind.UNCLEAR, None
    if words.startswith("/") or re.match(r"(đồng|đ)\s*/", words):
        return FeeKind.EACH, amount
    # Words that neither name the fee nor repeat the amount may make it depend on something.
    is_one = not words or stated == {amount} or plain(words).lstrip("- ").startswith(_FEE_NAMED)
    return (FeeKind.AMOUNT, amount) if is_one else (FeeKind.UNCLEAR, None)
