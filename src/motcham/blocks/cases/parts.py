"""What becomes of a part, as the whole hears of it: settled, waiting for whoever filed, gone on, extended, taken back.

A part is locked before its whole, always: two acts in one dossier never wait for each other.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import OperationalError
from django.utils import translation
from django.utils.translation import gettext as _

from motcham.blocks.cases import rules, vault
from motcham.blocks.cases.acting import arrive, become_late, locked, save, tell
from motcham.blocks.cases.define import CLOSED, CaseMoved, Happening, PartsOpen, Step, type_of
from motcham.blocks.cases.law import calendar, limit_of_case
from motcham.blocks.cases.models import Case
from motcham.blocks.cases.timeline import record
from motcham.blocks.identity.define import Actor

ASKED, WENT_ON, LONGER, UNDONE = "part_asked", "part_went_on", "part_extended", "part_undone"
SINCE_ASKED = ".asked"
"""The end of the name of the dated limit by which a whole is extended once a part asks for something; without such a row its clock
stands until whoever filed has answered."""
NOT_DONE = frozenset({"refused", "stopped", "withdrawn"})
"""Outcomes without what was asked for, one of which a part is given whose whole was withdrawn."""
HOUSE = Actor.system("parts")


def follow(part: Case, step: Step, *, was: Step, by: Actor, at: datetime, message: str, facts: Mapping[str, Any]) -> None:
    """Tell the whole of a step of its part, in the transaction of the step."""
    if rules.asks_filer(step):
        _asked(part, step, by=by, at=at, message=message, facts=facts)
    elif rules.asks_filer(was):
        _goes_on(part, by=by, at=at)
    if step.outcome:
        _settled(part, by=by, at=at, message=message)


def demand_closed(whole: Case) -> None:
    """Refuse while an agency has yet to answer its part."""
    if left := Case.objects.filter(parent_id=whole.id).exclude(state=CLOSED).count():
        raise PartsOpen(open=left)


def end(whole: Case, *, by: Actor, at: datetime) -> None:
    """End the parts that are still open of a whole that was withdrawn: nobody works on for nothing. Raises PartsOpen where a part
    cannot be ended by its definition."""
    open_parts = Case.objects.select_for_update(nowait=True, of=("self",)).filter(parent_id=whole.id).exclude(state=CLOSED)
    try:
        found = list(open_parts.order_by("id"))
    except OperationalError as busy:
        # Its agency acts at this moment, and then on the whole: to wait here would be to wait for each other.
        raise CaseMoved() from busy
    for part in found:
        step = next((each for each in type_of(part).steps if each.outcome in NOT_DONE), None)
        if step is None:
            raise PartsOpen(open=len(found))
        before, clock = become_late(part, at), rules.CaseClock(part.clock)
        arrive(part, clock, step, at)
        save(part, at)
        with translation.override(settings.LANGUAGE_CODE):
            words = _("The whole has ended; nothing more is to be done here.")
        record(part, kind="step", by=by, at=at, message=words, before=before)


def extended(part: Case, *, by: Actor, at: datetime, message: str) -> None:
    """Give the whole the time that the law adds to it where a part is extended by its own law, and tell whoever filed."""
    suffix = type_of(part).extension_limit
    if not suffix.startswith("."):
        return
    whole = _whole(part, at)
    before, clock = become_late(whole, at), rules.CaseClock(whole.clock)
    row = limit_of_case(whole.clock, suffix, whole.received_at.date())
    due = {}
    if row and clock.grant(row.limit, law=row.key):
        _keep(whole, clock, at)
        due = {"due_at": whole.due_at.isoformat(), "legal_basis": str(row.legal_basis)} if whole.due_at else {}
    entry_id = _write(whole, LONGER, part, by=by, at=at, message=message, facts=due, before=before)
    if tells := type_of(part).apology_tells:
        tell(whole, tells, at=at, entry_id=entry_id)


def taken_back(part: Case, *, by: Actor, at: datetime) -> None:
    """Let the whole wait again for a part whose going on was taken back within its minute."""
    step = type_of(part).step(part.step)
    if rules.asks_filer(step):
        _asked(part, step, by=by, at=at, message="", facts={}, kind=UNDONE)


def _asked(part: Case, step: Step, *, by: Actor, at: datetime, message: str, facts: Mapping[str, Any], kind: str = ASKED) -> None:
    whole = _whole(part, at)
    before, clock = become_late(whole, at), rules.CaseClock(whole.clock)
    row = limit_of_case(whole.clock, SINCE_ASKED, whole.received_at.date())
    due = {}
    if row is None:
        clock.hold(str(part.id), at)
    elif clock.grant(row.limit, law=row.key) and not clock.is_paused:
        due = {"legal_basis": str(row.legal_basis)}
    _keep(whole, clock, at)
    if due and whole.due_at:
        due["due_at"] = whole.due_at.isoformat()
    entry_id = _write(whole, kind, part, by=by, at=at, message=message, facts={**facts, **due}, before=before)
    if step.tells and kind == ASKED:
        tell(whole, step.tells, at=at, entry_id=entry_id)


def _goes_on(part: Case, *, by: Actor, at: datetime) -> None:
    whole = _whole(part, at)
    before, clock = become_late(whole, at), rules.CaseClock(whole.clock)
    clock.release(str(part.id))
    if whole.state != CLOSED and not clock.awaits and not type_of(whole).step(whole.step).pauses:
        clock.resume(at)
    _keep(whole, clock, at)
    due = {"due_at": whole.due_at.isoformat()} if whole.due_at else {}
    _write(whole, WENT_ON, part, by=by, at=at, facts=due, before=before)


def _settled(part: Case, *, by: Actor, at: datetime, message: str) -> None:
    """Write in the whole that an agency has answered its part, and tell whoever filed it. The whole stands as it stood: whoever
    works on it meanwhile is not overtaken."""
    assert part.parent_id is not None, "only a part has a whole"
    whole = Case.objects.get(id=part.parent_id)
    before = vault.happening(whole, kind="", at=at)
    facts = {"settled": _named(part)}
    entry_id = record(whole, kind="part_settled", by=by, at=at, message=message, is_public=True, facts=facts, before=before)
    if tells := type_of(whole).part_tells:
        tell(whole, tells, at=at, entry_id=entry_id)


def _whole(part: Case, at: datetime) -> Case:
    assert isinstance(part.parent_id, UUID), "only a part has a whole"
    return locked(part.parent_id, None, at, by=HOUSE)[0]


def _keep(whole: Case, clock: rules.CaseClock, at: datetime) -> None:
    step = type_of(whole).step(whole.step)
    if whole.state != CLOSED:
        whole.state = rules.state_at(step, is_held=bool(clock.awaits))
        whole.due_at, whole.provisional = clock.due(calendar(), whole.received_at)
    whole.clock = clock.as_data()
    save(whole, at)


def _named(part: Case) -> dict[str, Any]:
    return {"id": str(part.id), "title": part.title, "agency": part.agency_id, "outcome": part.outcome}


def _write(
    whole: Case,
    kind: str,
    part: Case,
    *,
    by: Actor,
    at: datetime,
    message: str = "",
    facts: Mapping[str, Any],
    before: Happening,
) -> int:
    # Files that came with the step of a part belong to the part: the whole does not hand them out.
    said = {name: value for name, value in facts.items() if name not in ("documents", "mended", "within")}
    return record(
        whole, kind=kind, by=by, at=at, message=message, is_public=True, facts={**said, "part": _named(part)}, before=before
    )
