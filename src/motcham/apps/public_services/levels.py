"""The test of Decree 42/2022: whether a procedure can be done wholly online, criterion by criterion, from what its source says.

Only a sentence of the source, or a cell of its tables, meets or breaks a criterion; what it does not speak of stays "not announced".
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from motcham.apps.public_services.define import Channel, FeeKind, Procedure
from motcham.apps.public_services.reading.words import clean

BASIS = "42/2022/NĐ-CP"


class Level(StrEnum):
    """How far a procedure goes online; `OPEN` is where the source does not let one tell full from partial."""

    FULL = "full"
    PARTIAL = "partial"
    OPEN = "open"
    NONE = "none"


class Verdict(StrEnum):
    """What the source says of one criterion."""

    MET = "met"
    BROKEN = "broken"
    UNSTATED = "unstated"


@dataclass(frozen=True)
class Criterion:
    """One criterion with its verdict and the words of the source that it rests on."""

    key: str
    verdict: Verdict
    quote: str = ""


@dataclass(frozen=True)
class Test:
    """The outcome with its four criteria."""

    level: Level
    criteria: tuple[Criterion, ...]


_SIGNED = re.compile(r"[^.;\n]*\b(?:ký trực tiếp|ký trước mặt|ký tên vào|ký vào sổ|điểm chỉ)[^.;\n]*", re.IGNORECASE)
_PRESENT = re.compile(r"[^.;\n]*\b(?:cùng có mặt|phải có mặt|có mặt tại|có mặt để|phỏng vấn|phải đến)[^.;\n]*", re.IGNORECASE)
_UNSIGNED = re.compile(r"[^.;\n]*\b(?:ký số|chữ ký số)[^.;\n]*", re.IGNORECASE)
# A digital signature of somebody else, or on a paper that comes from elsewhere, says nothing of whoever applies.
_OTHERS = re.compile(
    r"có (?:ký số|chữ ký số) của|bản điện tử|không bắt buộc phải công chứng|không được ký số|cán bộ|công chức|lãnh đạo"
    r"|của cơ quan|cơ quan [^,;]{0,80}\b(?:cấp|ký số)|mẫu chữ ký",
    re.IGNORECASE,
)


def judge(procedure: Procedure) -> Test:
    """Return how far a procedure goes online by what its source says."""
    online = procedure.offer(Channel.ONLINE)
    criteria = (_original(procedure), _signature(procedure), _presence(procedure), _payment(procedure))
    verdicts = {each.verdict for each in criteria}
    if online is None:
        # Without a full text or any channel nothing was said at all.
        return Test(Level.NONE if procedure.offers else Level.OPEN, criteria)
    if Verdict.BROKEN in verdicts:
        return Test(Level.PARTIAL, criteria)
    return Test(Level.FULL if verdicts == {Verdict.MET} else Level.OPEN, criteria)


def _original(procedure: Procedure) -> Criterion:
    asked = [each for each in procedure.papers if each.originals]
    if asked:
        return Criterion("original", Verdict.BROKEN, _short(f"{asked[0].name} ({asked[0].originals} bản chính)"))
    counted = [each for each in procedure.papers if not each.is_note]
    return Criterion("original", Verdict.MET if counted else Verdict.UNSTATED)


def _signature(procedure: Procedure) -> Criterion:
    if quote := _quote(procedure, _SIGNED):
        return Criterion("signature", Verdict.BROKEN, quote)
    quote = _quote(procedure, _UNSIGNED, but_for=_OTHERS)
    return Criterion("signature", Verdict.MET if quote else Verdict.UNSTATED, quote)


def _presence(procedure: Procedure) -> Criterion:
    quote = _quote(procedure, _PRESENT)
    return Criterion("presence", Verdict.BROKEN if quote else Verdict.UNSTATED, quote)


def _payment(procedure: Procedure) -> Criterion:
    online = procedure.offer(Channel.ONLINE)
    free = online is not None and online.fee_kind == FeeKind.FREE
    return Criterion("payment", Verdict.MET if free else Verdict.UNSTATED)


def _quote(procedure: Procedure, pattern: re.Pattern[str], *, but_for: re.Pattern[str] | None = None) -> str:
    said = (match.group(0) for text in _texts(procedure) for match in pattern.finditer(text))
    return next((_short(each) for each in said if but_for is None or not but_for.search(each)), "")


def _texts(procedure: Procedure) -> Iterator[str]:
    yield from procedure.steps
    yield from (each.name for each in procedure.papers)
    yield from procedure.conditions
    yield from (each.note for each in procedure.offers)


def _short(text: str) -> str:
    line = clean(text)
    return line if len(line) <= 240 else f"{line[:239].rsplit(' ', 1)[0]}…"
