"""Reading the catalogue: one procedure as of a day, lists of them, what fields and agencies there are, and what was set aside."""

from __future__ import annotations

import time as wall
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from django.db.models import Count, Max, Q, QuerySet
from django.db.models.functions import Length
from django.utils import timezone

from motcham.apps.public_services import law
from motcham.apps.public_services.define import (
    Conflict,
    Doubt,
    LegalText,
    NoSuchProcedure,
    Offer,
    Paper,
    Procedure,
    Result,
    Summary,
)
from motcham.apps.public_services.models import Disagreement, ReadFile, Unread
from motcham.apps.public_services.models import Procedure as Version
from motcham.apps.public_services.reading.forms import CODE
from motcham.apps.public_services.reading.words import plain

_LISTS = ("agencies", "levels", "subjects", "steps", "conditions", "sources")
_TEXTS = ("title", "field", "issuer", "kind", "decision", "reception", "partners", "address")


def procedure(*, code: str, on: date | None = None) -> Procedure:
    """Return a procedure as the law has it on a day, without a day the version in force; raise `NoSuchProcedure`."""
    return law.applied(published(code=code, on=on), on)


def published(*, code: str, on: date | None = None) -> Procedure:
    """Return a procedure as its source has it, before the dated legal table; raise `NoSuchProcedure`."""
    found = _versions(code).filter(_in_force(on)).order_by("-version").first()
    if found is None:
        raise NoSuchProcedure(procedure=code)
    return _frozen(found)


def version(*, code: str, version: int) -> Procedure:
    """Return one version as its source has it: the caller says of which day the law is (`law.applied`); raise `NoSuchProcedure`."""
    found = _versions(code).filter(version=version).first()
    if found is None:
        raise NoSuchProcedure(procedure=f"{code} v{version}")
    return _frozen(found)


def versions(*, code: str) -> list[tuple[int, date, date | None]]:
    """Return the versions of a procedure, the newest first: number, first day, first day no more."""
    return list(_versions(code).order_by("-version").values_list("version", "valid_from", "valid_to"))


def procedures(
    *,
    codes: Iterable[str] | None = None,
    field: str = "",
    agency: str = "",
    level: str = "",
    words: str = "",
    on: date | None = None,
    offset: int = 0,
    most: int | None = None,
) -> list[Summary]:
    """Return the procedures in force that fit, by field and title; `words` are found without marks anywhere in the title."""
    rows = _fitting(codes=codes, field=field, agency=agency, level=level, words=words, on=on)
    # Of the titles that hold the words the shortest has the least besides.
    rows = rows.order_by(Length("title"), "code") if words else rows.order_by("field", "title", "code")
    # What a page has besides would be most of what is read.
    rows = rows.defer("facts")[offset : offset + most if most is not None else None]
    return [Summary(each.code, each.title, each.field, tuple(each.agencies), tuple(each.levels), each.issuer) for each in rows]


def number(*, field: str = "", agency: str = "", level: str = "", words: str = "") -> int:
    """Return how many procedures in force fit."""
    return _fitting(field=field, agency=agency, level=level, words=words).count()


def every(*, on: date | None = None) -> Iterable[Procedure]:
    """Yield every procedure in force as its source has it, for an index or a check."""
    for row in Version.objects.filter(_in_force(on)).order_by("code").iterator(chunk_size=200):
        yield _frozen(row)


def stamp() -> datetime | None:
    """Return what changes whenever a procedure does: when the last version was recorded. A process looks every few seconds."""
    global _looked
    now = wall.monotonic()
    if _looked is None or now - _looked[0] > law.AGE:
        _looked = (now, Version.objects.aggregate(last=Max("recorded_at"))["last"])
    return _looked[1]


_looked: tuple[float, datetime | None] | None = None


def look_anew() -> None:
    """Look at once whether procedures were imported: after an import, and between tests."""
    global _looked
    _looked = None


def fields() -> list[tuple[str, int]]:
    """Return the fields with how many procedures each has."""
    rows = Version.objects.filter(valid_to=None).exclude(field="").values_list("field").annotate(number=Count("id"))
    return sorted(rows, key=lambda pair: plain(pair[0]))


def levels() -> list[tuple[str, int]]:
    """Return at which levels procedures are settled, with how many there are."""
    found: dict[str, int] = {}
    for each in Version.objects.filter(valid_to=None).values_list("levels", flat=True):
        for level in each:
            found[level] = found.get(level, 0) + 1
    return sorted(found.items(), key=lambda pair: (-pair[1], pair[0]))


def doubts(*, code: str = "", reason: str = "") -> list[Doubt]:
    """Return what was not understood, of one procedure or for one reason."""
    rows = Unread.objects.order_by("code", "field", "id")
    rows = rows.filter(code=code) if code else rows
    rows = rows.filter(reason=reason) if reason else rows
    return [Doubt(each.code, each.field, each.text, each.reason) for each in rows]


def conflicts(*, code: str = "", on: date | None = None) -> list[Conflict]:
    """Return where sources disagree: first where the legal table goes before the page, then among the files."""
    day = on or timezone.localdate()
    rows = Disagreement.objects.order_by("code", "field", "id")
    rows = rows.filter(code=code) if code else rows
    found = [Conflict(each.code, each.field, each.shown, each.set_aside, each.source, each.rule) for each in rows]
    by_law, settled = _by_law(code, day, stamp() if not code else None)
    return [*by_law] + [
        replace(each, shown=settled[each.code], rule="law_limit") if each.rule == "left_open" and settled.get(each.code) else each
        for each in found
    ]


def _by_law(code: str, day: date, recorded: datetime | None) -> tuple[tuple[Conflict, ...], Mapping[str, str]]:
    """Return what the law of a day sets aside; over the whole catalogue it is worked out once for each import and day."""
    if recorded is None:
        return _set_aside(_versions(code).filter(_in_force(day)), day)
    key = (day, recorded, len(law.stated()))
    if key not in _worked_out:
        _worked_out.clear()
        _worked_out[key] = _set_aside(Version.objects.filter(_in_force(day)), day)
    return _worked_out[key]


_worked_out: dict[tuple[date, datetime, int], tuple[tuple[Conflict, ...], Mapping[str, str]]] = {}


def _set_aside(rows: QuerySet[Version], day: date) -> tuple[tuple[Conflict, ...], Mapping[str, str]]:
    found: list[Conflict] = []
    settled: dict[str, str] = {}
    for row in rows.order_by("code").iterator(chunk_size=200):
        each = _frozen(row)
        found += law.conflicts(each, day)
        settled[each.code] = law.settles(each, day)
    return tuple(found), settled


@dataclass(frozen=True)
class Loaded:
    """What the catalogue holds: how many procedures, of which files, as of which day."""

    procedures: int
    as_of: date | None
    files: tuple[str, ...]


def loaded() -> Loaded:
    """Return what the catalogue holds."""
    files = list(ReadFile.objects.order_by("-as_of", "name").values_list("name", "as_of"))
    number = Version.objects.filter(valid_to=None).count()
    return Loaded(number, files[0][1] if files else None, tuple(name for name, _day in files))


def _versions(code: str) -> QuerySet[Version]:
    if not CODE.fullmatch(code):
        return Version.objects.none()
    # A localised code (1.000656.000.00.00.H29) leads to the national procedure where it has no record of its own.
    return Version.objects.filter(code=code if len(code) <= 8 or Version.objects.filter(code=code).exists() else code[:8])


def _in_force(on: date | None) -> Q:
    return Q(valid_to=None) if on is None else Q(valid_from__lte=on) & (Q(valid_to=None) | Q(valid_to__gt=on))


def _fitting(
    *, codes: Iterable[str] | None = None, field: str, agency: str, level: str, words: str, on: date | None = None
) -> QuerySet[Version]:
    rows = Version.objects.filter(_in_force(on))
    if codes is not None:
        rows = rows.filter(code__in=list(codes))
    if field:
        rows = rows.filter(field=field)
    if agency:
        rows = rows.filter(agencies__contains=[agency])
    if level:
        rows = rows.filter(levels__contains=[level])
    for word in plain(words).split():
        rows = rows.filter(Q(plain_title__contains=word) | Q(code__startswith=word))
    return rows


def _frozen(row: Version) -> Procedure:
    facts: Mapping[str, Any] = row.facts
    rest: dict[str, Any] = {name: tuple(facts[name]) for name in _LISTS} | {name: facts[name] for name in _TEXTS}
    return Procedure(
        code=row.code,
        version=row.version,
        valid_from=row.valid_from,
        valid_to=row.valid_to,
        papers=tuple(Paper(**each) for each in facts["papers"]),
        offers=tuple(Offer(**each) for each in facts["offers"]),
        laws=tuple(LegalText(**each) for each in facts["laws"]),
        results=tuple(Result(**each) for each in facts["results"]),
        has_full_text=facts["has_full_text"],
        is_withheld=facts["is_withheld"],
        **rest,
    )
