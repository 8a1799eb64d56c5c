"""The lists of the inbox: queues and filters over the cases an actor may read, by keyset pages that cost the same at ten million cases.

A queue is a range of one index. What narrows it (words, category, ward) are terms, kept in the row by the SQL function
`cases_terms` and looked up in one index. A list that is narrowed, or of many agencies, is first looked for among the next
thousand cases of the range: what is common is found there at once, however the terms and the queue hang together, which
the database cannot know; what is rare is then looked up by its terms.
"""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, fields
from datetime import datetime, time, timedelta
from enum import StrEnum
from functools import lru_cache
from typing import Any, NamedTuple
from uuid import UUID

from django.db import connection
from django.db.models import Count
from django.utils import timezone

from motcham.blocks.cases import widgets
from motcham.blocks.cases.define import CLOSED, OPEN, PAUSED, CaseLine, CaseView, case_types
from motcham.blocks.cases.law import next_working_day
from motcham.blocks.cases.models import Case
from motcham.blocks.cases.queries import reopen_until
from motcham.blocks.identity.define import Actor, Permission
from motcham.kernel.calendar import CITY

LINE = (
    "id, type_key, title, agency_id, area_code, category, step, state, received_at, due_at, late_at, closed_at, "
    "provisional, synthetic, joined, clock"
)
COUNTED = 100  # counts beside lists stop here: an exact count of a large list costs more than it tells
WALKED = 1_000
WORDS = re.compile("[a-z0-9]+")
LONGEST_TEXT, MOST_WORDS = 80, 8
BEGINNING = 3  # from so many letters on, the last word may be the beginning of one: fewer begin too many words
# Half the addresses have them. Where two other terms stand, those few rows are read and looked at: an index that
# intersects lists walks the whole of the long ones.
EVERYWHERE = frozenset({"ap", "duong", "hem", "khu", "pho", "phuong", "quan", "so", "thanh", "tp", "xa"})


class Queue(StrEnum):
    """The lists of the inbox, each a range of one index."""

    DUE = "due"
    LATE = "late"
    SOON = "soon"
    NEW = "new"
    WAITING = "waiting"
    ALL = "all"
    CLOSED = "closed"


class Held(StrEnum):
    """Whose work it is inside the agency."""

    ANYBODY = ""
    MINE = "mine"
    NOBODY = "nobody"


# Each list: its condition, the column it is sorted by, and whether that runs backwards.
QUEUES: dict[Queue, tuple[str, str, bool]] = {
    Queue.DUE: (f"state = '{OPEN}'", "due_at", False),
    Queue.LATE: (f"state = '{OPEN}' AND late_at IS NOT NULL", "late_at", False),
    Queue.SOON: (f"state = '{OPEN}' AND due_at >= %(now)s AND due_at < %(soon)s", "due_at", False),
    # What stands before its acceptance waits for the office, all else that stands for somebody outside it.
    Queue.NEW: (f"state = '{PAUSED}' AND clock ? 'unbegun'", "received_at", False),
    Queue.WAITING: (f"state = '{PAUSED}' AND NOT clock ? 'unbegun'", "received_at", False),
    Queue.ALL: ("TRUE", "received_at", True),
    Queue.CLOSED: (f"state = '{CLOSED}'", "closed_at", True),
}


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """Which cases a list shows: one queue, and what narrows it."""

    queue: Queue = Queue.DUE
    agency_id: int | None = None
    type_key: str = ""
    category: str = ""
    area_code: str = ""
    step: str = ""
    held: Held = Held.ANYBODY
    text: str = ""

    @property
    def words(self) -> list[str]:
        """Return the words that are looked for, without tone marks."""
        return WORDS.findall(widgets.plain(self.text[:LONGEST_TEXT]))[:MOST_WORDS]

    @property
    def is_narrowed(self) -> bool:
        """Tell whether anything beyond the queue and the agency is asked for."""
        return any((self.type_key, self.category, self.area_code, self.step, self.held, self.words))

    def as_data(self) -> dict[str, Any]:
        """Return what is kept of it, without what is not asked."""
        kept = {each.name: getattr(self, each.name) for each in fields(self)}
        return {name: str(value) if isinstance(value, StrEnum) else value for name, value in kept.items() if value}

    @classmethod
    def from_data(cls, data: Mapping[str, Any]) -> Wanted:
        """Return what was kept; what this release no longer knows is left out."""
        text = {name: str(data.get(name) or "")[:LONGEST_TEXT] for name in ("category", "area_code", "step", "text")}
        queue, held, agency = str(data.get("queue") or ""), str(data.get("held") or ""), data.get("agency_id")
        return cls(
            queue=Queue(queue) if queue in set(Queue) else Queue.DUE,
            held=Held(held) if held in set(Held) else Held.ANYBODY,
            agency_id=agency if isinstance(agency, int) else None,
            type_key=_kind(str(data.get("type_key") or "")),
            **text,
        )


def _kind(asked: str) -> str:
    """Return the kind of case asked for, all kinds of one application where it ends in a dot, nothing where there is none."""
    if asked.endswith("."):
        return asked if any(each.key.startswith(asked) for each in case_types) else ""
    return asked if asked in case_types else ""


class Standing(NamedTuple):
    """How a case stands: what taking back an act puts it back to. It is kept in the session of whoever acted."""

    version: int
    step: str
    state: str
    due_at: str
    provisional: bool
    clock: dict[str, Any]
    holder_id: int | None


@dataclass(frozen=True)
class Page:
    """One page of a list; `after` is the key of the next one, None at the end; `held` says which post holds which case."""

    lines: tuple[CaseLine, ...]
    after: tuple[datetime, UUID] | None
    held: Mapping[UUID, int] = field(default_factory=dict)


def inbox(
    *,
    actor: Actor,
    queue: Queue = Queue.DUE,
    agency_id: int | None = None,
    type_key: str = "",
    after: tuple[datetime, UUID] | None = None,
    most: int = 30,
    now: datetime,
    permission: Permission = Permission.CASE_READ,
) -> Page:
    """Return one page of the cases that the actor may read, by what is due."""
    wanted = Wanted(queue=queue, agency_id=agency_id, type_key=type_key)
    return find(wanted, actor=actor, after=after, most=most, now=now, permission=permission)


def find(
    wanted: Wanted,
    *,
    actor: Actor,
    after: tuple[datetime, UUID] | None = None,
    most: int = 30,
    now: datetime,
    permission: Permission = Permission.CASE_READ,
) -> Page:
    """Return one page of a list, as far as the actor may read."""
    scope = scope_of(actor, permission, wanted.agency_id)
    if scope is not None and not scope:
        return Page((), None)
    condition, values = narrowed(wanted, actor=actor, scope=scope, now=now)
    _condition, column, backwards = QUEUES[wanted.queue]
    values["most"] = most + 1
    order = f"ORDER BY {column} DESC, id DESC" if backwards else f"ORDER BY {column}, id"
    if after:
        condition += f" AND ({column}, id) {'<' if backwards else '>'} (%(key)s, %(id)s)"
        values["key"], values["id"] = after
    keys = select(condition, column, order, scope=scope, by_terms=bool(wanted.words or wanted.category or wanted.area_code))
    with connection.cursor() as cursor:
        rows: list[Any] = []
        if wanted.is_narrowed or (scope and len(scope) > 1):
            cursor.execute(_walk(wanted.queue, condition, order, scope=scope, after=after is not None), values)
            rows = cursor.fetchall()
        if len(rows) <= most:
            cursor.execute(f"SELECT {LINE}, holder_id FROM cases_case JOIN ({keys}) AS page USING (id, {column}) {order}", values)
            rows = cursor.fetchall()
    lines = [line(row[:-1]) for row in rows[:most]]
    held = {row[0]: row[-1] for row in rows if row[-1]}
    last = lines[-1] if len(rows) > most else None
    return Page(tuple(lines), (getattr(last, column), last.id) if last else None, held)


def _walk(queue: Queue, condition: str, order: str, *, scope: frozenset[int] | None, after: bool) -> str:
    """Return the query for one page among the next cases of the whole queue; what it misses, `select` finds."""
    whole, column, backwards = QUEUES[queue]
    beyond = f"AND ({column}, id) {'<' if backwards else '>'} (%(key)s, %(id)s)" if after else ""
    one = f"AND agency_id = {next(iter(scope))}" if scope and len(scope) == 1 else ""
    mine = "agency_id = ANY(%(agencies)s) AND" if scope and len(scope) > 1 else ""
    return (
        f"SELECT {LINE}, holder_id FROM (SELECT {LINE}, holder_id, confidential, terms FROM cases_case WHERE {whole} {one} {beyond} "
        f"{order} LIMIT {WALKED}) AS walked WHERE {mine} {condition} {order} LIMIT %(most)s"
    )


@lru_cache(maxsize=1024)
def ids(of: frozenset[int]) -> str:
    """Return ids as the database writes an array: those of a reader may be hundreds, and are on every page the same."""
    return f"{{{','.join(map(str, sorted(of)))}}}"


def narrowed(wanted: Wanted, *, actor: Actor, scope: frozenset[int] | None, now: datetime) -> tuple[str, dict[str, Any]]:
    """Return the condition of a list with its values; whatever the scope, a closed desk's cases are seen there alone."""
    condition = QUEUES[wanted.queue][0]
    values: dict[str, Any] = {"now": now, "soon": end_of_next_working_day(now), "agencies": ids(scope or frozenset())}
    if scope is None or not scope <= actor.agency_ids:
        condition += " AND (NOT confidential OR agency_id = ANY(%(own)s))"
        values["own"] = ids(actor.agency_ids)
    for name in ("type_key", "step"):
        if value := getattr(wanted, name):
            test = f"starts_with({name}, %({name})s)" if value.endswith(".") else f"{name} = %({name})s"
            condition, values[name] = f"{condition} AND {test}", value
    if wanted.held is Held.NOBODY:
        condition += " AND holder_id IS NULL"
    elif wanted.held is Held.MINE:
        condition += " AND holder_id = ANY(%(posts)s)"
        values["posts"] = ids(frozenset(post.post_id for post in actor.posts))
    looked_up, looked_at = _terms(wanted, scope)
    if looked_up:
        condition, values["terms"] = f"{condition} AND terms @@ %(terms)s::tsquery", " & ".join(looked_up)
    if looked_at:
        # Joined with nothing, so that no index answers it.
        condition, values["common"] = f"{condition} AND (terms || '') @@ %(common)s::tsquery", " & ".join(looked_at)
    return condition, values


def end_of_next_working_day(now: datetime) -> datetime:
    """Return until when something is late tomorrow."""
    return datetime.combine(next_working_day(now) + timedelta(days=1), time.min, CITY)


def _terms(wanted: Wanted, scope: frozenset[int] | None) -> tuple[list[str], list[str]]:
    """Return the terms to look up in the index, and those to look at in the rows that it finds."""
    words = {word: f"'{word}'" for word in wanted.words}
    if wanted.words and len(last := wanted.words[-1]) >= BEGINNING:
        words[last] += ":*"
    terms = [f"'category={_quoted(wanted.category)}'"] if wanted.category else []
    terms += [f"'area={_quoted(wanted.area_code)}'"] if wanted.area_code else []
    if (words or terms) and scope is not None and len(scope) == 1:
        terms.append(f"'agency={next(iter(scope))}'")
    rare = [term for word, term in words.items() if word not in EVERYWHERE] + terms
    if len(rare) < 2:
        return [*words.values(), *terms], []
    return rare, [term for word, term in words.items() if word in EVERYWHERE]


def _quoted(text: str) -> str:
    return text.replace("\\", "\\\\").replace("'", "''")


def counts(wanted: Sequence[Wanted], *, actor: Actor, now: datetime) -> list[int]:
    """Return how many cases each list holds, up to `COUNTED`, by one statement."""
    asked, values = [], {"most": COUNTED}
    for place, each in enumerate(wanted):
        scope = scope_of(actor, Permission.CASE_READ, each.agency_id)
        if scope is not None and not scope:
            asked.append("0")
            continue
        condition, mine = narrowed(each, actor=actor, scope=scope, now=now)
        for name, value in mine.items():
            # The values of each list stand apart under a number of their own; what all share is sent once.
            shared = name in ("now", "soon", "own", "posts")
            condition = condition if shared else condition.replace(f"%({name})s", f"%({name}{place})s")
            values[name if shared else f"{name}{place}"] = value
        asked.append(f"(SELECT count(*) FROM ({_some(condition, scope, place, each)}) AS counted)")
    if not asked:
        return []
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {', '.join(asked)}", values)
        return list(cursor.fetchone())


def _some(condition: str, scope: frozenset[int] | None, place: int, wanted: Wanted) -> str:
    # Any hundred will do, in no order: reading stops there, however many agencies there are.
    if scope is None:
        return f"SELECT 1 FROM cases_case WHERE {condition} LIMIT %(most)s"
    if len(scope) == 1 or wanted.is_narrowed:
        return f"SELECT 1 FROM cases_case WHERE agency_id = ANY(%(agencies{place})s) AND {condition} LIMIT %(most)s"
    of_one = f"SELECT 1 FROM cases_case WHERE agency_id = mine.agency AND {condition} LIMIT %(most)s"
    return (
        f"SELECT 1 FROM unnest(%(agencies{place})s::int[]) AS mine(agency) CROSS JOIN LATERAL ({of_one}) AS found LIMIT %(most)s"
    )


def inbox_counts(*, actor: Actor, agency_id: int | None = None, now: datetime) -> dict[Queue, int]:
    """Return how many cases each queue holds, up to `COUNTED`."""
    every = tuple(Queue)
    return dict(
        zip(every, counts([Wanted(queue=each, agency_id=agency_id) for each in every], actor=actor, now=now), strict=True)
    )


def select(condition: str, column: str, order: str, *, scope: frozenset[int] | None, by_terms: bool = False) -> str:
    """Return the query for the keys of one page. For some agencies each agency's first keys are read from its own index
    range and merged, so that the cost is agencies x page, never the number of cases; rows are looked up for the page alone."""
    if scope is None:
        return f"SELECT id, {column} FROM cases_case WHERE {condition} {order} LIMIT %(most)s"
    if by_terms or len(scope) == 1:
        # Terms name the one agency themselves: to read its whole index beside theirs costs twice what they cost.
        one = "agency_id = ANY(%(agencies)s)" if len(scope) > 1 else f"agency_id{' + 0' * by_terms} = {next(iter(scope))}"
        return f"SELECT id, {column} FROM cases_case WHERE {one} AND {condition} {order} LIMIT %(most)s"
    return (
        f"SELECT id, {column} FROM unnest(%(agencies)s::int[]) AS mine(agency) CROSS JOIN LATERAL "
        f"(SELECT id, {column} FROM cases_case WHERE agency_id = mine.agency AND {condition} {order} LIMIT %(most)s) AS first_keys "
        f"{order} LIMIT %(most)s"
    )


def scope_of(actor: Actor, permission: Permission, agency_id: int | None) -> frozenset[int] | None:
    """Return where a list reads: the agencies, None for the whole city, nothing where the actor may not."""
    scope = actor.scope(permission)
    if agency_id is None:
        return scope
    return frozenset({agency_id}) if scope is None or agency_id in scope else frozenset()


def line(row: Sequence[Any]) -> CaseLine:
    """Return a row of `LINE` as lists show it."""
    return CaseLine(*row[:-1], clock=json.loads(row[-1]) if isinstance(row[-1], str | bytes) else row[-1])  # type: ignore[misc]


def lines(*, actor: Actor, case_ids: Collection[UUID]) -> dict[UUID, CaseLine]:
    """Return those of some cases that the actor may read, as lists show them."""
    scope = scope_of(actor, Permission.CASE_READ, None)
    if not case_ids or (scope is not None and not scope):
        return {}
    condition, values = narrowed(Wanted(queue=Queue.ALL), actor=actor, scope=scope, now=timezone.now())
    mine = "" if scope is None else " AND agency_id = ANY(%(agencies)s)"
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT {LINE} FROM cases_case WHERE id = ANY(%(ids)s) AND {condition}{mine}", {**values, "ids": list(case_ids)}
        )
        return {row[0]: line(row) for row in cursor.fetchall()}


def holder_of(case_id: UUID) -> int | None:
    """Return the post that holds a case inside its agency."""
    return Case.objects.filter(id=case_id).values_list("holder_id", flat=True).first()


def reopens_until(view: CaseView) -> datetime | None:
    """Return until when a case can be opened again today; None where it cannot."""
    until = reopen_until(Case.objects.get(id=view.line.id)) if view.line.closed_at else None
    return until if until and until > timezone.now() else None


def held_in(agency_id: int) -> dict[int | None, int]:
    """Return how many open cases each post of an agency holds; under None those that nobody does."""
    rows = Case.objects.filter(agency_id=agency_id, state=OPEN).values_list("holder_id").annotate(count=Count("id"))
    return dict(rows)


def standing(case_id: UUID) -> Standing:
    """Return how a case stands, to be kept before an act that may be taken back."""
    case = Case.objects.get(id=case_id)
    due = case.due_at.isoformat() if case.due_at else ""
    return Standing(case.version, case.step, case.state, due, case.provisional, dict(case.clock), case.holder_id)
