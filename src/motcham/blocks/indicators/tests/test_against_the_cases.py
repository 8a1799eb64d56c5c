"""Every figure again, the slow way: from the raw cases, one by one, in Python; the tallies must say the same."""

from __future__ import annotations

import hashlib
import json
import random
from collections import Counter, defaultdict
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone

from motcham.blocks.cases import api as cases
from motcham.blocks.cases import testing as cases_testing
from motcham.blocks.identity.define import Actor
from motcham.blocks.indicators import api, rules
from motcham.blocks.indicators.define import EVER, NOTHING, Counts, Scope, Span
from motcham.blocks.indicators.testing import counted
from motcham.blocks.ledger import api as ledger
from motcham.kernel.calendar import CITY
from motcham.kernel.errors import MotchamError

SYSTEM = Actor.system("test")
MONDAY = datetime(2026, 2, 23, 2, 0, tzinfo=UTC)
FIGURES = ("received", "closed", "on_time", "late", "rated", "stars")


def a_month_of_acts(agencies: tuple[int, int], seed: int) -> None:
    """Six weeks across two months, in which anything happens to anybody."""
    chance, at, opened = random.Random(seed), MONDAY, []
    for _ in range(70):
        at += timedelta(hours=chance.choice((0, 3, 9, 31)))
        try:
            match chance.choice(("open", "open", "open", "answer", "transfer", "rate", "hide", "merge", "fold")):
                case "open":
                    kind = {"kind": chance.choice(("lamp", "noise")), "description": "x", "name": "A", "phone": "0900000000"}
                    opened.append(
                        cases_testing.a_case(
                            agency_id=chance.choice(agencies), at=at, channel=chance.choice(("web", "app")), answers=kind
                        ).id
                    )
                case "answer":
                    cases.take_step(by=SYSTEM, case_id=chance.choice(opened), to="answered", at=at)
                case "transfer":
                    cases.transfer(by=SYSTEM, case_id=chance.choice(opened), agency_id=chance.choice(agencies), at=at)
                case "rate":
                    cases.rate(by=SYSTEM, case_id=chance.choice(opened), rating=chance.randint(1, 5), at=at)
                case "hide":
                    change("confidential = true", chance.choice(opened))
                case "merge":
                    change("merged_into_id = id", chance.choice(opened))
                case _:
                    api.fold(most=chance.randint(1, 9))
        except (MotchamError, IndexError):
            pass
    cases.became_late(now=at)
    counted()


def change(what: str, case_id: Any) -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"UPDATE cases_case SET {what} WHERE id = %s", [case_id])


def raw() -> list[dict[str, Any]]:
    """The cases that count: nothing confidential, and of merged ones those that were late before."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM cases_case")
        names = [column.name for column in cursor.description]
        rows = [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
    return [row for row in rows if not row["confidential"] and (row["merged_into_id"] is None or row["late_at"])]


def day_of(at: datetime | None) -> date | None:
    return at.astimezone(CITY).date() if at else None


def keys_of(row: dict[str, Any]) -> dict[Scope, str]:
    return {
        Scope.CITY: "",
        Scope.AGENCY: str(row["agency_id"]),
        Scope.AREA: row["area_code"],
        Scope.CATEGORY: row["category"],
        Scope.CHANNEL: row["channel"],
    }


def by_hand(rows: list[dict[str, Any]], scope: Scope, within: Callable[[date], bool]) -> dict[str, Counts]:
    found: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for row in rows:
        key = keys_of(row)[scope]
        received, closed, late = (day_of(row[name]) for name in ("received_at", "closed_at", "late_at"))
        assert received
        found[key]["received"] += within(received)
        found[key]["late"] += bool(late and within(late))
        if closed and within(closed):
            found[key]["closed"] += 1
            found[key]["on_time"] += late is None
            found[key]["rated"] += row["rating"] is not None
            found[key]["stars"] += row["rating"] or 0
    return without_nothing({key: Counts(*(each[name] for name in FIGURES)) for key, each in found.items()})


def without_nothing(found: dict[str, Counts]) -> dict[str, Counts]:
    return {key: each for key, each in found.items() if each != NOTHING}


@pytest.mark.parametrize("seed", range(8))
def test_every_count_is_what_the_raw_cases_say(agencies: tuple[int, int], seed: int) -> None:
    a_month_of_acts(agencies, seed)
    rows, march, day = raw(), date(2026, 3, 1), date(2026, 3, 9)
    for scope in (Scope.CITY, Scope.AGENCY, Scope.AREA, Scope.CATEGORY, Scope.CHANNEL):
        month = without_nothing(api.by_key(scope=scope, span=Span.MONTH, start=march))
        assert month == by_hand(rows, scope, lambda each: each.replace(day=1) == march)
        assert without_nothing(api.by_key(scope=scope, span=Span.EVER, start=EVER)) == by_hand(rows, scope, lambda each: True)
        assert without_nothing(api.up_to(scope=scope, day=day)) == by_hand(rows, scope, lambda each: each <= day)
        some = without_nothing(api.between(scope=scope, since=march, until=day))
        assert some == by_hand(rows, scope, lambda each: march <= each <= day)
        for key, counts in some.items():
            assert api.between(scope=scope, since=march, until=day, key=key) == {key: counts}


@pytest.mark.parametrize("seed", range(4))
def test_hours_months_and_handling_times_are_what_the_raw_cases_say(agencies: tuple[int, int], seed: int) -> None:
    a_month_of_acts(agencies, seed)
    rows, since, until = raw(), date(2026, 2, 24), date(2026, 3, 20)
    hours = Counter((day_of(row["received_at"]), row["received_at"].astimezone(CITY).hour) for row in rows)
    wanted = {key: n for key, n in hours.items() if key[0] and since <= key[0] <= until}
    assert api.arrivals_between(since=since, until=until) == wanted
    months = api.by_month(scope=Scope.CITY, since=date(2026, 2, 1), until=date(2026, 3, 1))
    for first in (date(2026, 2, 1), date(2026, 3, 1)):
        wanted_month = by_hand(rows, Scope.CITY, lambda each, first=first: each.replace(day=1) == first)
        assert months.get(first, NOTHING) == wanted_month.get("", NOTHING)
        buckets: Counter[int] = Counter()
        for row in rows:
            closed = day_of(row["closed_at"])
            if closed and closed.replace(day=1) == first:
                took = (row["closed_at"] - row["received_at"]).total_seconds() / 3600
                buckets[sum(took >= edge for edge in rules.EDGES) - 1] += 1
        found = api.handling(scope=Scope.CITY, start=first).get("")
        assert (dict(found.buckets) if found else {}) == dict(buckets)


@pytest.mark.parametrize("seed", range(3))
def test_a_confidential_case_leaves_no_trace_in_any_figure(agencies: tuple[int, int], seed: int) -> None:
    a_month_of_acts(agencies, seed)
    with connection.cursor() as cursor:
        cursor.execute("UPDATE cases_case SET confidential = true")
    counted()
    assert api.by_key(scope=Scope.CITY, span=Span.EVER, start=EVER) in ({}, {"": NOTHING})
    api.recompute()
    assert api.by_key(scope=Scope.AGENCY, span=Span.EVER, start=EVER) == {}


def test_the_recompute_finds_nothing_where_cases_were_hidden_and_merged(agencies: tuple[int, int]) -> None:
    a_month_of_acts(agencies, 3)
    before = api.by_key(scope=Scope.AGENCY, span=Span.EVER, start=EVER)
    api.recompute()
    assert without_nothing(api.by_key(scope=Scope.AGENCY, span=Span.EVER, start=EVER)) == without_nothing(before)
    assert api.recompute().changed == 0


@pytest.mark.parametrize("seed", range(3))
def test_a_day_is_kept_as_it_was_known_and_its_hash_is_in_the_log(agencies: tuple[int, int], seed: int) -> None:
    a_month_of_acts(agencies, seed)
    day = date(2026, 3, 9)
    rows = raw()
    assert api.closing(day=day) is None
    assert api.close_day(by=SYSTEM, day=day) and not api.close_day(by=SYSTEM, day=day)
    kept = api.closing(day=day)
    assert kept
    month = by_hand(rows, Scope.AGENCY, lambda each: date(2026, 3, 1) <= each <= day)
    assert kept.counts(scope=Scope.AGENCY, span=Span.MONTH) == month
    assert kept.counts(scope=Scope.CITY, span=Span.EVER) == by_hand(rows, Scope.CITY, lambda each: each <= day)
    # What becomes known later changes the day as it is counted now, not the day as it was kept.
    cases_testing.a_case(agency_id=agencies[1], at=datetime(2026, 3, 5, 3, tzinfo=UTC))
    counted()
    assert api.up_to(scope=Scope.CITY, day=day)[""].received == kept.counts(scope=Scope.CITY, span=Span.EVER)[""].received + 1
    assert hashlib.sha256(kept.text.encode()).hexdigest() == kept.sha256
    assert kept.sha256 in bytes(ledger.opening(kept.entry_id).payload).decode()
    assert set(json.loads(kept.text)) == {"day", "city", "agency", "area"}


def test_the_worker_keeps_yesterday_once(agencies: tuple[int, int], monkeypatch: pytest.MonkeyPatch) -> None:
    from motcham.blocks.indicators import actions_closings

    at = datetime.combine(timezone.localdate(), datetime.min.time(), CITY) + timedelta(hours=3)
    monkeypatch.setattr(timezone, "now", lambda: at)
    actions_closings.sweep()
    actions_closings.sweep()
    with connection.cursor() as cursor:
        cursor.execute("SELECT day FROM indicators_closing")
        assert cursor.fetchall() == [(at.date() - timedelta(days=1),)]
