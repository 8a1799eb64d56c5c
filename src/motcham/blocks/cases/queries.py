"""Reads: a case by its code or id, with its timeline; lists of cases are in `lists`."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection

from motcham.blocks.cases import rules
from motcham.blocks.cases.define import CaseLine, CaseView, EventLine, Filing, NoSuchCase, Place, type_of
from motcham.blocks.cases.denied import denied
from motcham.blocks.cases.law import calendar, limit_on
from motcham.blocks.cases.models import Case, CaseEvent, Participant
from motcham.blocks.cases.refusals import NoLongerOpens
from motcham.blocks.cases.vault import answered
from motcham.blocks.identity import api as identity
from motcham.blocks.identity.define import Actor, Permission
from motcham.kernel.clock import due
from motcham.kernel.terms import Visible

# Nothing happens to a case before it is filed: the time spares the months before it, each a table of its own.
EVENTS = (
    "SELECT id, at, kind, step, agency_id, actor, message, is_public, facts, entry_id FROM cases_event "
    "WHERE case_id = %s AND at >= %s ORDER BY at, id"
)
STATE = (
    "SELECT id, version, (SELECT max(e.id) FROM cases_event e WHERE e.case_id = c.id AND e.at >= c.filed_at), merged_into_id "
    "FROM cases_case c WHERE {} = %s"
)
FILER, PARTICIPANT, OFFICER = "filer", "participant", "officer"
CONFIDED, HANDED_BACK, TOLD = "confided", "handed_back", "told"
# What a participant reads of the timeline: what officers did and said in public, and what time did.
NOT_THEIRS = frozenset(
    {"look", "note", "filer_note", "rated", "held", "excerpt", "joined", "merged_in", "withdrawn", CONFIDED, HANDED_BACK, TOLD}
)


def filed_by(account_id: int, *, most: int = 20) -> list[tuple[str, CaseLine]]:
    """Return the latest cases that an account filed, each with its code."""
    return [(case.code, line_of(case)) for case in Case.objects.filter(filer_id=account_id).order_by("-received_at")[:most]]


def state_of_code(code: str) -> tuple[Any, ...] | None:
    """Return what differs whenever the page of a code does: the case, or the one it leads to, and anything told of it. None
    where there is no such code."""
    code = rules.read_code(code)
    with connection.cursor() as cursor:
        cursor.execute(STATE.format("code"), (code,))
        own: tuple[Any, ...] = cursor.fetchone() or ()
        leader = own[-1] if own else None
        if not own:
            cursor.execute("SELECT id, case_id FROM cases_participant WHERE code = %s", (code,))
            own = cursor.fetchone() or ()
            leader = own[-1] if own else None
        if leader:
            cursor.execute(STATE.format("id"), (leader,))
            own = (*own, *cursor.fetchone())
    return own or None


def case_by_code(code: str, *, as_participant: bool = False) -> CaseView:
    """Return the case of a tracking code, as the one who filed it may see it; what officers alone file is not followed by a
    code. With `as_participant` the codes of those who joined, and of reports that were merged, lead to the case in which they
    take part, as a participant may see it."""
    code = rules.read_code(code)
    # The page that most people open: written out, because the ORM takes longer to write this than the database to answer.
    case = next(iter(Case.objects.raw("SELECT * FROM cases_case WHERE code = %s", [code])), None)
    if case is not None and not type_of(case).anyone_files:
        raise NoSuchCase()
    if case is not None and not (as_participant and case.merged_into_id):
        return _view(case, seen_by=FILER)
    found = Participant.objects.select_related("case").filter(code=code).first() if as_participant else None
    if found is None:
        raise NoSuchCase()
    if found.case.confidential:
        raise NoLongerOpens()
    if found.merged_from_id == found.case_id:
        return _view(found.case, seen_by=FILER)
    return _as_participant(_without_closed_desk(_view(found.case, seen_by=PARTICIPANT)), found)


def find_by_code(code: str, *, actor: Actor) -> CaseView:
    """Return the case of a code that somebody reads out to an officer, as far as that officer may read it; whose code it
    is, the filer's or a participant's, makes no difference."""
    code = rules.read_code(code)
    case = Case.objects.filter(code=code).first()
    if case is None:
        joined = Participant.objects.select_related("case").filter(code=code).first()
        case = joined.case if joined else None
    return _readable(case, actor)


def case_by_id(case_id: UUID, *, actor: Actor) -> CaseView:
    """Return a case that the actor may read; for anyone else it does not exist."""
    return _readable(Case.objects.filter(id=case_id).first(), actor)


def exists_for(case_id: UUID, *, actor: Actor) -> bool:
    """Tell whether the actor may read a case, without a look and without an entry: an act may have handed it on."""
    case = Case.objects.filter(id=case_id).first()
    return case is not None and may_read(case, actor)


def _readable(case: Case | None, actor: Actor) -> CaseView:
    if case is None or not may_read(case, actor):
        raise denied(case.id if case else None, actor)
    return _view(case) if case.confidential else _without_closed_desk(_view(case))


def may_read(case: Case, actor: Actor) -> bool:
    """Tell whether a case exists for an officer."""
    seen = rules.is_visible(actor, agency_id=case.agency_id, confidential=case.confidential)
    return seen and actor.may(Permission.CASE_READ, agency_id=case.agency_id)


def parts_of(case_ids: Collection[UUID]) -> list[UUID]:
    """Return the parts that other agencies have of these cases."""
    return list(Case.objects.filter(parent_id__in=case_ids).values_list("id", flat=True)) if case_ids else []


def wholes_of(case_ids: Collection[UUID]) -> dict[UUID, UUID]:
    """Return of which cases these are parts; nothing of those that are whole."""
    return dict(Case.objects.filter(id__in=case_ids, parent_id__isnull=False).values_list("id", "parent_id"))


def _view(case: Case, *, seen_by: str = OFFICER) -> CaseView:
    case_type, events = type_of(case), _events(case)
    kinds = {each.kind for each in events}
    return CaseView(
        line=line_of(case),
        code=case.code,
        answers=case.answers,
        sealed_fields=answered(case),
        place=case.where(),
        channel=case.channel,
        filed_at=case.filed_at,
        version=case.version,
        outcome=case.outcome,
        limit=rules.limit_from_data(case.clock["limit"]),
        rating=case.rating,
        parent_id=case.parent_id,
        sub_cases=tuple(map(line_of, Case.objects.filter(parent_id=case.id).order_by("id"))) if case_type.parts else (),
        events=events,
        documents=tuple(case.documents),
        filer_account_id=case.filer_id,
        seen_by=seen_by,
        confidential=case.confidential,
        released_at=case.released_at,
        public_text=case.public_text,
        public_reply=case.public_reply,
        public_documents=tuple(case.public_documents),
        merged_into=case.merged_into_id,
        # Looked up only where the timeline says that there is something to find.
        merged=tuple(map(line_of, Case.objects.filter(merged_into_id=case.id).order_by("id"))) if "merged_in" in kinds else (),
        split=tuple(map(line_of, Case.objects.filter(split_from_id=case.id).order_by("id"))) if "split" in kinds else (),
        reopened=case.reopened,
    )


def _without_closed_desk(view: CaseView) -> CaseView:
    """Return a case without what happened in it while the closed desk had it: that stays there, whoever gets the case next."""
    if not any(event.kind == HANDED_BACK for event in view.events):
        return view
    desk = identity.agency(code=type_of(view.line).closed_desk).id
    there = {event.id: event for event in view.events if event.agency_id == desk and event.kind != "opened"}
    hidden = {UUID(each) for event in there.values() for each in event.facts.get("documents", ())}
    return replace(
        view,
        events=tuple(event for event in view.events if event.id not in there),
        documents=tuple(each for each in view.documents if each not in hidden),
    )


def asks_for_closed_desk(case: Case | CaseLine, answers: Mapping[str, Any]) -> bool:
    """Tell whether whoever filed a case asked for the closed desk, by those of their answers that lie open in it."""
    asked = type_of(case).confidential
    return asked is not None and asked(Filing(answers, None, "", case.received_at)) is not None


def confided(case: Case) -> Mapping[str, Any]:
    """Return what is known of how a case came to the closed desk; nothing where it was filed there."""
    found = CaseEvent.objects.filter(case_id=case.id, at__gte=case.filed_at, kind=CONFIDED)
    return found.order_by("at", "id").values_list("facts", flat=True).last() or {}


def _as_participant(view: CaseView, participant: Participant) -> CaseView:
    """Return a case without what its filer said, sent or is known by, as far as no officer released it."""
    case_type, line = type_of(view.line), view.line
    public = {each.name for each in case_type.fields if each.visible is Visible.PUBLIC}
    place = view.place and Place(
        round(view.place.lon, 4) if view.released_at and view.place.lon is not None else None,
        round(view.place.lat, 4) if view.released_at and view.place.lat is not None else None,
        view.place.area_code,
        view.place.area_from,
    )
    released = set(view.public_documents)
    return replace(
        view,
        line=replace(line, title=str(case_type.label)),
        code=participant.code,
        answers={name: value for name, value in view.answers.items() if name in public},
        sealed_fields=(),
        place=place,
        rating=None,
        parent_id=None,
        sub_cases=(),
        events=tuple(each for each in (_their_event(event, participant, released) for event in view.events) if each),
        documents=view.public_documents,
        filer_account_id=participant.account_id,
        participant_id=participant.id,
        merged=(),
        split=(),
    )


def _their_event(event: EventLine, participant: Participant, released: set[UUID]) -> EventLine | None:
    is_own = event.facts.get("participant") == str(participant.id)
    if not is_own and (event.kind in NOT_THEIRS or event.kind == "participant_note"):
        return None
    # Officers act by a post; whatever anybody else wrote is theirs.
    message = event.message if is_own or (event.actor.startswith("post:") and event.is_public) else ""
    files = [each for each in event.facts.get("documents", ()) if is_own or UUID(each) in released]
    facts = {name: value for name, value in event.facts.items() if name in ("promised_on", "due_at", "from")}
    return replace(event, message=message, facts={**facts, "documents": files} if files else facts)


def reopen_until(case: Case) -> datetime | None:
    """Return until when a case can be opened again; None where it cannot."""
    limit = type_of(case).reopen_limit
    if not limit or case.closed_at is None or case.merged_into_id:
        return None
    return due(limit_on(limit, case.closed_at.date()).limit, calendar(), started_at=case.closed_at)


def photo_times(view: CaseView) -> dict[str, tuple[UUID, ...]]:
    """Return the files of a case by what they show: how it was before, how work went on, how it is after."""
    ends = {step.key for step in type_of(view.line).steps if step.outcome}
    times: dict[UUID, str] = {}
    for event in view.events:
        if event.kind == "step":
            for each in event.facts.get("documents", ()):
                times[UUID(each)] = "after" if event.step in ends else "progress"
    return {
        name: tuple(each for each in view.documents if times.get(each, "before") == name)
        for name in ("before", "progress", "after")
    }


def _json(value: Any) -> Any:
    return json.loads(value) if isinstance(value, str | bytes) else value


def _events(case: Case) -> tuple[EventLine, ...]:
    with connection.cursor() as cursor:
        cursor.execute(EVENTS, (case.id, case.filed_at))
        return tuple(EventLine(*[*row[:8], _json(row[8]), row[9]]) for row in cursor.fetchall())


def line_of(case: Case) -> CaseLine:
    """Return a case as lists show it."""
    return CaseLine(
        case.id, case.type_key, case.title, case.agency_id, case.area_code, case.category, case.step, case.state, case.received_at,
        case.due_at, case.late_at, case.closed_at, case.provisional, case.synthetic, case.joined, case.clock,
    )  # fmt: skip
