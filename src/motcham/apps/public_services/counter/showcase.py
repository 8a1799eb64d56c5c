"""Counters for those who try the demo: two wards with desks and hours that can be booked."""

from __future__ import annotations

from datetime import date, time

from motcham.apps.public_services.counter import actions_setup, queries
from motcham.blocks.identity import api as identity
from motcham.blocks.identity.define import Actor

WARDS = ("ward.26740", "ward.26743")
DESKS: tuple[tuple[str, ...], ...] = ((), ("A", "D"), ("B", "C"))
HOURS = ((time(7, 30), time(11, 30)), (time(13), time(17)))
SINCE = date(2025, 7, 1)


def open_counters(*, by: Actor) -> int:
    """Open the counters that are not there yet; return how many."""
    there = {each.code for each in queries.offices()}
    missing = [each for each in WARDS if each not in there]
    for code in missing:
        agency_id = identity.agency(code=code).id
        for number, letters in enumerate(DESKS, 1):
            actions_setup.open_desk(by=by, agency_id=agency_id, number=number, letters=letters)
        for begins, ends in HOURS:
            actions_setup.enter_hours(
                by=by,
                agency_id=agency_id,
                weekdays=range(5),
                begins=begins,
                ends=ends,
                minutes=20,
                places=2,
                valid_from=SINCE,
            )
    return len(missing)
