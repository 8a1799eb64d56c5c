"""A ward with a counter of two desks, another ward, procedures to file, and the people who serve."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, time

import pytest

from motcham.apps.public_services.counter import actions_queue, actions_setup
from motcham.apps.public_services.counter.models import Desk, Ticket
from motcham.apps.public_services.testing import known
from motcham.blocks.cases.testing import forget_callers
from motcham.blocks.identity.define import Actor
from motcham.blocks.identity.testing import an_agency, an_officer, forget, system

WARD, OTHER = "ward.26740", "ward.26743"
SINCE = date(2025, 7, 1)


@dataclass(frozen=True)
class Counter:
    """An office at work."""

    agency_id: int
    other_id: int
    desks: tuple[Desk, ...]
    officer: Actor
    stranger: Actor
    leader: Actor

    def take(self, letter: str = "A", **more: object) -> Ticket:
        """Take a number."""
        return actions_queue.take(by=Actor.anonymous(), agency_id=self.agency_id, letter=letter, **more)

    def call(self, desk: int = 0, **more: object) -> Ticket:
        """Call the next to a desk."""
        return actions_queue.call_next(by=self.officer, desk_id=self.desks[desk].id, **more)


def set_up_counter() -> Counter:
    """Return a ward with a counter; what is stored is that of the test."""
    forget()
    forget_callers()
    an_agency(code="department.office", kind="department")
    agency_id, other_id = an_agency(code=WARD, kind="ward"), an_agency(code=OTHER, kind="ward")
    desks = tuple(actions_setup.open_desk(by=system, agency_id=agency_id, number=number) for number in (1, 2))
    return Counter(
        agency_id,
        other_id,
        desks,
        an_officer(role="ward_officer", agency_code=WARD),
        an_officer(role="ward_officer", agency_code=OTHER),
        an_officer(role="agency_leader", agency_code=WARD),
    )


def open_hours(agency_id: int, *, places: int = 2) -> None:
    """Let times be booked on every weekday from 8:00 to 9:00, every 30 minutes."""
    actions_setup.enter_hours(
        by=system,
        agency_id=agency_id,
        weekdays=range(7),
        begins=time(8),
        ends=time(9),
        minutes=30,
        places=places,
        valid_from=SINCE,
    )


@pytest.fixture
def counter(db: None) -> Iterator[Counter]:
    with known():
        yield set_up_counter()
    forget()
