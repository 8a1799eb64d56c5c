"""A family of case types: variants found by name, kept with the case; a clock that begins with an acceptance."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime

import pytest

from motcham.blocks.cases import api as cases
from motcham.blocks.cases import rules
from motcham.blocks.cases.define import CaseType, NewCase, OftenEnough, ReasonMissing, SetLimit, Step, case_types, type_of
from motcham.blocks.cases.models import Case, StepClock
from motcham.blocks.cases.testing import KEY, OFFICERS, a_case_type, registered
from motcham.blocks.identity.define import Actor
from motcham.blocks.identity.testing import an_agency, forget, system
from motcham.kernel.calendar import CITY, load, shipped_rows
from motcham.kernel.errors import DefinitionError
from motcham.kernel.terms import Field, Unit, working_days

CALENDAR = load(shipped_rows())
STEPS = (
    Step("new", "New", roles=OFFICERS, leads_to=("accepted", "gone"), pauses=True, within="1022.transfer"),
    Step("accepted", "Accepted", roles=OFFICERS, leads_to=("asked", "done"), begins=True, sets="day"),
    Step("asked", "Asked", roles=("filer", *OFFICERS), leads_to=("accepted",), pauses=True, at_most="dossier.supplement"),
    Step("done", "Done", outcome="done", leads_to=("given",), roles=OFFICERS),
    Step("given", "Handed over", outcome="given"),
    Step("gone", "Gone", outcome="gone", taken_by=("filer",), message_required=True),
)


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=CITY)


def of(name: str) -> CaseType | None:
    name, _at, version = name.partition("@")
    if name not in ("red", "blue"):
        return None
    fields = (Field(name, name), Field("name", "Name", identifies="name"))
    limit = SetLimit(f"of.{name}", working_days(3) if name == "red" else None, "a law")
    variant = f"{name}@{version or 1}"
    base = a_case_type(key=f"{KEY}:{name}", variant=variant, fields=fields, category="", counted_as=name, steps=STEPS, limit="")
    return replace(base, sets_limit=lambda filing: limit)


@pytest.fixture
def family(db: None) -> Iterator[CaseType]:
    forget()
    an_agency(code="test-desk", kind="desk")
    with registered(
        a_case_type(variants=of, steps=STEPS, category="", limit="", sets_limit=lambda filing: SetLimit("", None, ""))
    ) as it:
        yield it
    forget()


def opened(name: str = "red") -> Case:
    new = NewCase(type_key=f"{KEY}:{name}", answers={name: "yes", "name": "An"}, channel="web", at=at("2026-03-02 09:00"))
    return Case.objects.get(id=cases.open_case(new, by=Actor.anonymous()).id)


def test_a_variant_is_found_by_its_name_and_an_unknown_one_is_not(family):
    assert case_types[f"{KEY}:red"].counted_as == "red" and case_types.get(f"{KEY}:green") is None
    assert f"{KEY}:blue" in case_types and f"{KEY}:green" not in case_types
    assert [each.key for each in case_types if each.family == KEY] == [KEY]
    with pytest.raises(DefinitionError):
        case_types[f"{KEY}:green"]


@pytest.mark.django_db
def test_a_case_is_kept_under_its_family_and_read_by_its_variant(family):
    case = opened()
    assert (case.type_key, case.category, case.clock["variant"]) == (KEY, "red", "red@1")
    assert type_of(case).field_named("red") is not None and case.sealed
    assert case.fingerprint == case_types[f"{KEY}:red"].fingerprint() != case_types[f"{KEY}:blue"].fingerprint()


@pytest.mark.django_db
def test_the_step_before_the_acceptance_has_a_clock_of_its_own_and_the_case_none(family):
    case = opened()
    assert case.due_at is None and case.state == "paused" and StepClock.objects.get().limit == "1022.transfer"
    cases.take_step(by=system, case_id=case.id, to="accepted", at=at("2026-03-04 10:00"))
    case.refresh_from_db()
    assert case.received_at == at("2026-03-04 10:00") and case.due_at == at("2026-03-09 17:00")
    assert case.filed_at == at("2026-03-02 09:00") and "unbegun" not in case.clock


@pytest.mark.django_db
def test_a_step_is_come_to_as_often_as_its_dated_row_says(family):
    case = opened()
    for to in ("accepted", "asked", "accepted"):
        cases.take_step(by=system, case_id=case.id, to=to, at=at("2026-03-03 10:00"))
    with pytest.raises(OftenEnough):
        cases.take_step(by=system, case_id=case.id, to="asked", at=at("2026-03-03 11:00"))


@pytest.mark.django_db
def test_what_is_handed_over_later_was_done_when_it_was_done(family):
    case = opened()
    for to, when in (("accepted", "2026-03-02 10:00"), ("done", "2026-03-03 10:00"), ("given", "2026-03-20 10:00")):
        cases.take_step(by=system, case_id=case.id, to=to, at=at(when))
    case.refresh_from_db()
    assert case.closed_at == at("2026-03-03 10:00") and case.outcome == "given"


@pytest.mark.django_db
def test_an_end_that_needs_words_is_refused_without_them(family):
    case = opened()
    with pytest.raises(ReasonMissing):
        cases.take_step(by=Actor.anonymous(), case_id=case.id, to="gone", as_filer=True)
    cases.take_step(by=Actor.anonymous(), case_id=case.id, to="gone", as_filer=True, message="No longer needed")


def test_a_definition_whose_clock_begins_later_must_wait_at_its_first_step():
    steps = (replace(STEPS[0], pauses=False), *STEPS[1:])
    with pytest.raises(DefinitionError, match="must pause"):
        a_case_type(steps=steps, category="").verify("here.py")


@pytest.mark.parametrize(
    ("day", "days"), [("2026-03-03", 1), ("2026-03-06", 4), ("2026-03-09", 5), ("2026-03-07", None), ("2026-02-27", None)]
)
def test_a_day_is_told_in_working_days_or_refused(day, days):
    clock = rules.CaseClock.new(working_days(0), law="x", legal_basis="y")
    found = rules.working_days_to(datetime.fromisoformat(day).date(), clock, CALENDAR, started_at=at("2026-03-02 09:00"))
    assert (found.amount if found else None) == days and (found is None or found.unit is Unit.WORKING_DAYS)
