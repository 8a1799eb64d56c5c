"""Steps, conditions, legal texts and results of a page, out of cells that were run together."""

from __future__ import annotations

import re
from dataclasses import dataclass

from motcham.apps.public_services.define import LegalText, Result
from motcham.apps.public_services.reading.words import clean, said

LAW_HEADS = "Tên văn bản pháp lýMã văn bản"
# What the page shows below the results of every procedure, and is none.
_FOOT = re.compile(r"(?:Từ khóa(?:Không có thông tin|.*?)?Mô tả.*|Chọn cơ quan thực hiện.*)$", re.DOTALL)
_LAW_FOOT = re.compile(r"Cơ quan thực hiện.*$", re.DOTALL)
_RESULT = re.compile(r"(.*?)Mã: (KQ\.[A-Z0-9]+\.\d+)", re.DOTALL)
_ISSUER = r"N[ĐD]-CP|QĐ-TTg|QĐ-[A-ZĐ-]+|TT-[A-ZĐ]+|TTLT(?:-[A-ZĐ]+)+|NQ-CP|NQ-HĐND|NQ-UBTVQH\d+|UBTVQH\d+|PL-UBTVQH\d+|QH\d{2}|VBHN-[A-ZĐ]+|CT-TTg"
# Who issues circulars and decisions: a number ends with one of these, whatever letters were run into it.
_ISSUERS = [
    "BCA",
    "BCT",
    "BDTTG",
    "BGDĐT",
    "BGTVT",
    "BHXH",
    "BKHCN",
    "BKHĐT",
    "BLĐTBXH",
    "BNG",
    "BNNMT",
    "BNNPTNT",
    "BNV",
    "BQP",
    "BTC",
    "BTNMT",
    "BTP",
    "BTTTT",
    "BVHTTDL",
    "BXD",
    "BYT",
    "NHNN",
    "TANDTC",
    "TTCP",
    "UBCK",
    "UBDT",
    "UBND",
    "VKSNDTC",
    "VPCP",
]
_KNOWN = re.compile(rf".*-(?:{'|'.join(sorted(_ISSUERS, key=len, reverse=True))})")
_NUMBER = re.compile(
    rf"(?:(?:Luật|Nghị định|Thông tư(?: liên tịch)?|Quyết định|Nghị quyết)(?: số)?\s*)?(\d+(?:\.?[a-z0-9]+)?/(?:\d{{4}}/)?(?:{_ISSUER}))"
)
_STEP = re.compile(r"(?=(?:^|(?<=[\s.;]))(?:[a-dđ]\) ?)?(?:\*|\+|-)? ?Bước \d+)", re.IGNORECASE)


@dataclass(frozen=True)
class Laws:
    """The legal texts of one page, and what was not understood as (field, text, reason)."""

    laws: tuple[LegalText, ...]
    doubts: tuple[tuple[str, str, str], ...]


def steps(raw: str) -> tuple[str, ...]:
    """Return the steps of a procedure, each with its own lines; a text that numbers none is one for each line."""
    if not said(raw):
        return ()
    parts = [part.strip() for part in _STEP.split(raw) if any(letter.isalnum() for letter in part)]
    if len(parts) < 2:
        parts = raw.split("\n")
    return tuple("\n".join(line for each in part.split("\n") if (line := clean(each))) for part in parts if clean(part))


def lines(raw: str) -> tuple[str, ...]:
    """Return the lines of a text that says something."""
    return tuple(line for part in raw.split("\n") if (line := said(part)))


def laws(raw: str) -> Laws:
    """Return the legal texts, the number of each read off the end of its row; what is left over is reported."""
    text = _LAW_FOOT.sub("", raw.strip().removeprefix(LAW_HEADS))
    if not said(text):
        return Laws((), ())
    found: list[LegalText] = []
    at = 0
    for match in _NUMBER.finditer(text):
        number, end = _own(match, text)
        following = text[end : end + 1]
        # A number inside a title stands apart from it: a space or a sign before, or after. A cell is run together with the title
        # before it, or is followed by the next title at once, or by nothing.
        run_on = match.start() == match.start(1) and text[max(match.start() - 1, at) : match.start()].isalpha()
        if following and not following.isalnum() and following != "\n" and not (run_on and following.isspace()):
            continue
        year, number = _parted(number)
        title = clean(text[at : match.start()] + year).rstrip(" -–:,;")
        if not title and found and match.start() == match.start(1):
            last = found.pop()
            title = last.title if last.number == number else clean(f"{last.title} {last.number}")
        found.append(LegalText(number, title))
        at = end
    rest = clean(text[at:])
    if rest:
        found.append(LegalText("", rest))
    doubts = (("laws", rest[:600], "law_without_number"),) if rest else ()
    return Laws(tuple(dict.fromkeys(found)), doubts)


def _parted(number: str) -> tuple[str, str]:
    """Return the year in which a title ends, where it was run into the number ("Luật Cư trú năm 2020" and "68/2020/QH14"), and the
    number by itself: no document of a year has a number of five figures."""
    found = re.match(r"((?:19|20)\d\d)(\d{1,3}/\d{4}/.+|\d{2,4}/\D.+)", number)
    return (found[1], found[2]) if found else ("", number)


def _own(match: re.Match[str], text: str) -> tuple[str, int]:
    """Return a number and where it ends, without the letters of the next title ("TT-BTCN" of "TT-BTCNghị định")."""
    number, end = match.group(1), match.end()
    if known := _KNOWN.match(number):
        cut = len(number) - known.end()
    else:
        cut = int(text[end : end + 1].islower() and number[-1].isupper() and not number.endswith("-CP"))
    return number[: len(number) - cut], end - cut


def results(raw: str) -> tuple[Result, ...]:
    """Return what one gets, with its code where it has one."""
    text = _FOOT.sub("", raw)
    found = [Result(clean(name).lstrip("-–+ "), code) for name, code in _RESULT.findall(text)]
    rest = said(_RESULT.sub("", text))
    return tuple(dict.fromkeys([*found, *([Result(rest.lstrip("-–+ "))] if rest else [])]))
