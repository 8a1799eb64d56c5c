"""The fold: what is queued is counted once, whoever folds, and the recompute finds nothing to mend."""

from __future__ import annotations

import random
from datetime import UTC, date, datetime, timedelta
from threading import Thread

import pytest
from django.db import connection, transaction

from motcham.blocks.cases import api as cases
from motcham.blocks.cases import testing as cases_testing
from motcham.blocks.identity import testing as identity
from motcham.blocks.identity.define import Actor
from motcham.blocks.indicators import api, sql
from motcham.blocks.indicators.define import Counts, Scope, Span
from motcham.blocks.indicators.testing import counted
from motcham.kernel.errors import MotchamError

SYSTEM = Actor.system("test")
MONDAY = datetime(2026, 3, 2, 2, 0, tzinfo=UTC)
EVER = datetime.min.date()


def of(*, scope: Scope, span: Span, start: date, key: str = "") -> Counts:
    return api.by_key(scope=scope, span=span, start=start).get(key, Counts())


def rows(table: str, key: str, figures: tuple[str, ...]) -> set[tuple[object, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT {key}, {', '.join(figures)} FROM {table} WHERE NOT ({' AND '.join(f'{name} = 0' for name in figures)})"
        )
        return set(cursor.fetchall())


def tallies() -> tuple[set[tuple[object, ...]], set[tuple[object, ...]]]:
    return rows("indicators_tally", sql.TALLY_KEY, sql.TALLY), rows("indicators_spread", sql.SPREAD_KEY, ("n",))


def test_a_case_is_counted_where_when_and_as_what_it_was_received(agencies: tuple[int, int]) -> None:
    cases_testing.a_case(agency_id=agencies[1], at=MONDAY)
    counted()
    for scope, key in ((Scope.CITY, ""), (Scope.AGENCY, str(agencies[1])), (Scope.CATEGORY, "lamp"), (Scope.CHANNEL, "web")):
        assert of(scope=scope, span=Span.DAY, start=MONDAY.date(), key=key) == Counts(received=1)
        assert of(scope=scope, span=Span.EVER, start=EVER, key=key) == Counts(received=1)
    assert of(scope=Scope.CELL, span=Span.MONTH, start=MONDAY.date().replace(day=1), key=f"{agencies[1]} lamp").received == 1
    assert api.arrivals(day=MONDAY.date()) == {9: 1}


def test_days_are_those_of_the_city(agencies: tuple[int, int]) -> None:
    cases_testing.a_case(at=datetime(2026, 3, 2, 17, 30, tzinfo=UTC))
    counted()
    assert api.by_day(scope=Scope.CITY, since=MONDAY.date(), until=MONDAY.date() + timedelta(days=1)) == {
        MONDAY.date() + timedelta(days=1): Counts(received=1)
    }


def test_an_act_undone_is_not_counted(agencies: tuple[int, int]) -> None:
    with transaction.atomic():
        cases_testing.a_case(at=MONDAY)
        transaction.set_rollback(True)
    counted()
    assert of(scope=Scope.CITY, span=Span.EVER, start=EVER) == Counts()


def test_a_case_answered_late_counts_against_its_agency(agencies: tuple[int, int]) -> None:
    opened = cases_testing.a_case(agency_id=agencies[1], at=MONDAY)
    cases.take_step(by=SYSTEM, case_id=opened.id, to="answered", at=MONDAY + timedelta(days=20))
    counted()
    assert of(scope=Scope.AGENCY, span=Span.EVER, start=EVER, key=str(agencies[1])) == Counts(received=1, closed=1, late=1)


def test_a_case_handed_over_takes_its_figures_along(agencies: tuple[int, int]) -> None:
    opened = cases_testing.a_case(agency_id=agencies[0], at=MONDAY)
    counted()
    cases.transfer(by=SYSTEM, case_id=opened.id, agency_id=agencies[1], at=MONDAY + timedelta(hours=1))
    counted()
    ever = api.by_key(scope=Scope.AGENCY, span=Span.EVER, start=EVER)
    assert ever[str(agencies[0])] == Counts()
    assert ever[str(agencies[1])] == Counts(received=1)


@pytest.mark.parametrize("seed", range(6))
def test_recompute_finds_what_the_folds_have_counted(agencies: tuple[int, int], seed: int) -> None:
    chance, at, opened = random.Random(seed), MONDAY, []
    for _ in range(60):
        at += timedelta(hours=chance.choice((0, 1, 7, 40)))
        try:
            match chance.choice(("open", "open", "ask", "answer", "transfer", "rate", "extend", "fold")):
                case "open":
                    opened.append(
                        cases_testing.a_case(agency_id=chance.choice(agencies), at=at, channel=chance.choice(("web", "app"))).id
                    )
                case "ask":
                    cases.take_step(by=SYSTEM, case_id=chance.choice(opened), to="asked", at=at)
                case "answer":
                    cases.take_step(by=SYSTEM, case_id=chance.choice(opened), to="answered", at=at)
                case "transfer":
                    cases.transfer(by=SYSTEM, case_id=chance.choice(opened), agency_id=chance.choice(agencies), at=at)
                case "rate":
                    cases.rate(by=SYSTEM, case_id=chance.choice(opened), rating=chance.randint(1, 5), at=at)
                case "extend":
                    cases.extend(by=SYSTEM, case_id=chance.choice(opened), reason="rain", at=at)
                case _:
                    api.fold(most=chance.randint(1, 9))
        except (MotchamError, IndexError):
            pass
    cases.became_late(now=at)
    counted()
    folded = tallies()
    found = api.recompute()
    assert tallies() == folded
    assert folded[0] and folded[1]
    # What the recompute may remove are cells that have gone back to nothing.
    assert found.changed <= 200 and api.recompute().changed == 0


def test_recompute_mends_what_is_wrong_and_what_is_missing(agencies: tuple[int, int]) -> None:
    cases_testing.a_case(at=MONDAY)
    counted()
    right, before = tallies(), api.version().number
    with connection.cursor() as cursor:
        cursor.execute("UPDATE indicators_tally SET received = 7 WHERE scope = 'city' AND span = 'day'")
        cursor.execute("DELETE FROM indicators_spread WHERE measure = 'hour'")
    assert api.recompute().changed == 2
    assert tallies() == right
    assert api.version().number > before


def test_recompute_counts_what_is_still_queued_and_empties_the_queue(agencies: tuple[int, int]) -> None:
    cases_testing.a_case(at=MONDAY)
    api.recompute()
    assert api.fold() == 0
    assert of(scope=Scope.CITY, span=Span.EVER, start=EVER) == Counts(received=1)


@pytest.mark.django_db(transaction=True)
def test_many_folds_at_once_count_each_act_once() -> None:
    identity.forget()
    with cases_testing.registered():
        identity.an_agency(code="test-desk", kind="desk")
        for _ in range(40):
            cases_testing.a_case(at=MONDAY)

        def work() -> None:
            for _ in range(30):
                api.fold(most=3)
            connection.close()

        threads = [Thread(target=work) for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        counted()
    assert of(scope=Scope.CITY, span=Span.EVER, start=EVER) == Counts(received=40)
    identity.forget()
