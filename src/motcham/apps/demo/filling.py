"""Fills in the form of a dossier as somebody who does not exist: every question that its definition asks, whichever they are.

A pure function of the draws. Names end in one letter, telephone numbers begin with 0500, which no mobile operator holds, and
personal numbers with 003, which is no province: so that nobody is meant. Papers are brought to a counter, since none is made up.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from typing import Any

from motcham.apps.demo.dossiers import Draws
from motcham.apps.demo.mapping import texts
from motcham.kernel.terms import Answers, Field, Kind

USUAL = {"on_behalf": "self", "papers_by": "counter", "applicant": "citizen", "truth": ["yes"]}
"""What most people answer to what every dossier asks."""
MADE_UP = "nội dung tạo sinh cho bản trình diễn"
NO_PROVINCE = "003"
BIRTH, LATELY = (9000, 30, 400, 2500, 12_000), (3, 30, -20, -60, -200, 400, 2500, 9000)
"""Days before today, of a birth and of anything else, that are tried one after the other until the check of a date has nothing
against one."""
ATTEMPTS = 24
"""How often a group of answers is drawn anew until its check has nothing against it."""
NUMBERS = (2, 1, 5, 12, 100, 1000, 1_000_000)


def answers(fields: Iterable[Field], draws: Draws, *, on: date, said: Answers) -> dict[str, Any]:
    """Return an answer to every question that is asked and has to be answered; `said` goes before what is drawn."""
    given: dict[str, Any] = {}
    for each in fields:
        is_asked = each.when is None or each.when(given)
        if not is_asked or (each.kind is Kind.FILES and not each.required):
            continue
        if not each.required and each.name not in said and draws(f"leaves out {each.name}") < 0.5:
            continue
        found = next((one for one in _tried(each, draws, on, {**USUAL, **said}) if _passes(each, one, given)), None)
        if found is not None:
            given[each.name] = found
    return given


def name(draws: Draws, which: str = "name") -> str:
    """Return the name of somebody who does not exist."""
    words = texts()
    return " ".join(words[part][int(draws(f"{which} {part}") * len(words[part]))] for part in ("family", "middle", "given"))


def _passes(each: Field, value: Any, given: Answers) -> bool:
    return each.check is None or not each.check(value, given)


def _tried(each: Field, draws: Draws, on: date, usual: Answers) -> Iterator[Any]:
    """Yield what could be answered, the likeliest first."""
    drawn = draws(each.name)
    match each.kind:
        case Kind.CHOICE | Kind.CHOICES:
            keys = [choice.key for choice in each.choices]
            chosen = usual.get(each.name, keys[int(drawn * len(keys))])
            first = [one for one in (chosen if isinstance(chosen, list) else [chosen]) if one in keys] or keys[:1]
            yield from (first, keys[:1], keys) if each.kind is Kind.CHOICES else (first[0], *keys)
        case Kind.YES_NO:
            yield from (drawn < 0.5, drawn >= 0.5)
        case Kind.INTEGER:
            yield from (1 + int(drawn * 6), *NUMBERS)
        case Kind.DATE:
            tried = BIRTH if each.identifies == "birth" else LATELY
            yield from ((on - timedelta(days=back + int(drawn * 25))).isoformat() for back in tried)
            yield on.isoformat()
        case Kind.PHONE:
            yield f"+84500{int(drawn * 1_000_000):06d}"
        case Kind.EMAIL:
            yield f"nguoi.dan.{int(drawn * 1_000_000)}@vidu.example"
        case Kind.PERSONAL_NUMBER:
            yield _personal_number(drawn)
        case Kind.AGENCY:
            yield usual.get("agency", f"ward.{usual.get('area', '')}")
        case Kind.GROUP:
            for attempt in range(ATTEMPTS):
                rows = (draws.within(f"{each.name} {attempt} {number}") for number in range(max(each.at_least, 1)))
                yield [answers(each.fields, row, on=on, said=usual) for row in rows]
        case Kind.TEXT | Kind.LONG_TEXT:
            yield from _texts(each, draws, usual)


def _personal_number(drawn: float) -> str:
    return f"{NO_PROVINCE}{int(drawn * 2)}{60 + int(drawn * 40):02d}{int(drawn * 1_000_000):06d}"


def _texts(each: Field, draws: Draws, usual: Answers) -> Iterator[str]:
    if each.name in usual:
        yield str(usual[each.name])
    known = texts()["dossiers"].get(each.name)
    if known:
        yield known[int(draws(each.name) * len(known))]
    if each.identifies == "name":
        yield name(draws, each.name)
    elif each.identifies == "address":
        street = texts()["streets"][int(draws(each.name) * len(texts()["streets"]))]
        yield f"{1 + int(draws(f'{each.name} number') * 480)} {street}"
    yield MADE_UP[: each.longest]
    yield _personal_number(draws(each.name))
