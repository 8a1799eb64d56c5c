"""Opening: a case with its event, its entry and its parts, in one statement where nothing else is asked."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import nullcontext
from dataclasses import replace
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from motcham.blocks.cases import rules, vault
from motcham.blocks.cases.acting import most_files, owner_of, say, step_due
from motcham.blocks.cases.define import CaseType, Filing, KeyReused, NewCase, Opened, Part, case_types, type_of
from motcham.blocks.cases.events import happened
from motcham.blocks.cases.law import calendar, limit_on
from motcham.blocks.cases.models import Case
from motcham.blocks.cases.timeline import opened
from motcham.blocks.documents import api as documents
from motcham.blocks.identity import api as identity
from motcham.blocks.identity.define import Actor
from motcham.kernel.terms import Kind, working_days


def open_case(new: NewCase, *, by: Actor) -> Opened:
    """Open a case and its parts with other agencies; the same `idempotency_key` by the same actor opens it once."""
    case_type = case_types[new.type_key]
    if case_type.place_of and new.place is None:
        new = replace(new, place=case_type.place_of(new.answers))
    # One statement is a transaction of its own, which spares two round trips; more than one needs a transaction around them.
    is_more = new.documents or case_type.parts or case_type.follows or happened.is_followed_within
    with transaction.atomic() if is_more else nullcontext():
        case = _build(new, case_type, by)
        body = vault.digest(new)
        earlier = opened(case, by=by, key=new.idempotency_key, body=body)
        if earlier:
            if earlier[1] != body and not vault.is_same(new, earlier[1]):
                raise KeyReused()
            first = Case.objects.only("code", "agency_id", "due_at").get(id=earlier[0])
            return Opened(first.id, first.code, first.agency_id, first.due_at, is_repeat=True)
        if new.documents:
            documents.attach(document_ids=new.documents, owner=owner_of(case.id), by=by, most=most_files(case_type))
        if not case_type.is_accepted_first:
            open_parts(case, case_type, _filing(new, case.filed_at), by=by)
        if case_type.follows:
            case_type.follows(vault.happening(case, kind="opened", at=case.filed_at), by, new.answers)
        return Opened(case.id, case.code, case.agency_id, case.due_at)


def open_cases(new: Iterable[NewCase], *, by: Actor) -> list[Opened]:
    """Open many cases in one transaction: all of them or none."""
    with transaction.atomic():
        return [open_case(each, by=by) for each in new]


def _build(new: NewCase, case_type: CaseType, by: Actor) -> Case:
    at = new.at or timezone.now()
    filing = _filing(new, at)
    clock = _clock(case_type, new, filing)
    due_at, provisional = clock.due(calendar(), at)
    closed_desk = case_type.confidential(filing) if case_type.confidential and not new.is_screened else None
    routed = closed_desk or case_type.route(filing)
    given = None if closed_desk else new.agency_id
    step = case_type.first if given or routed or not case_type.unrouted else case_type.step(case_type.unrouted)
    if step.within:
        clock.begin_step(step.within, began=at, due=step_due(step, at))
    case = Case.new(
        id=rules.new_id(),
        code=rules.new_code(),
        type_key=case_type.family,
        fingerprint=case_type.fingerprint(),
        agency_id=given or identity.agency(code=routed or case_type.desk).id,
        step=step.key,
        state=rules.state_at(step),
        channel=new.channel,
        filed_at=at,
        received_at=at,
        due_at=due_at,
        provisional=provisional,
        clock=clock.as_data(),
        documents=list(new.documents),
        language=new.language,
        synthetic=new.synthetic,
        # An officer files for whoever came or called, and in one's own name only what officers alone file.
        filer_id=by.account_id if by.kind == Actor.ACCOUNT and (case_type.filed_by or not by.posts) else None,
        parent_id=new.parent_id,
        split_from_id=new.split_from_id,
        confidential=closed_desk is not None,
    )
    say(case, case_type, filing)
    return case


def _clock(case_type: CaseType, new: NewCase, filing: Filing) -> rules.CaseClock:
    if case_type.sets_limit and not new.limit:
        given = case_type.sets_limit(filing)
        clock = rules.CaseClock.new(given.limit or working_days(0), law=given.key, legal_basis=given.legal_basis)
        if given.limit is None:
            clock.data["unset"] = True
        if given.months:
            clock.data["months"] = given.months
    else:
        law = limit_on(new.limit or case_type.limit, filing.at.date())
        asked = case_type.asked_limit(filing) if case_type.asked_limit else None
        clock = rules.CaseClock.new(asked or law.limit, law=law.key, legal_basis=str(law.legal_basis))
    if case_type.variant:
        clock.data["variant"] = case_type.variant
    if case_type.is_accepted_first:
        clock.wait(filing.at)
    return clock


def _filing(new: NewCase, at: datetime) -> Filing:
    return Filing(new.answers, new.place, new.channel, at)


def open_parts(whole: Case, case_type: CaseType, filing: Filing, *, by: Actor) -> None:
    """Open what other agencies answer of a case."""
    for part in case_type.parts(filing) if case_type.parts and not whole.confidential else ():
        _open_part(whole, filing, part, by=by)


def open_accepted_parts(whole: Case, *, by: Actor, at: datetime) -> None:
    """Open what other agencies answer of a case that counts from its acceptance; what identifies goes on sealed."""
    case_type = type_of(whole)
    if case_type.parts and not Case.objects.filter(parent_id=whole.id).exists():
        open_parts(whole, case_type, vault.filing_of(whole, at), by=by)


def _open_part(whole: Case, filing: Filing, part: Part, *, by: Actor) -> None:
    papers = _copied(whole, part, by=by)
    open_case(
        NewCase(
            type_key=part.case_type,
            answers={**part.answers, **{name: [str(each) for each in found] for name, found in papers.items()}},
            documents=[each for found in papers.values() for each in found],
            channel=whole.channel,
            place=filing.place,
            at=filing.at,
            language=whole.language,
            synthetic=whole.synthetic,
            agency_id=identity.agency(code=part.agency).id,
            parent_id=whole.id,
            limit=part.limit,
            is_screened=True,
        ),
        by=by,
    )


def _copied(whole: Case, part: Part, *, by: Actor) -> dict[str, list[UUID]]:
    """Return the papers that a part needs as copies of its own: its agency opens these, and nothing else of the whole."""
    slots = [each for each in case_types[part.case_type].fields if each.kind is Kind.FILES and part.answers.get(each.name)]
    owner = owner_of(whole.id)
    return {
        each.name: [
            documents.copy(document_id=UUID(str(one)), owner=owner, by=by, purpose=each.name).id
            for one in part.answers[each.name]
        ]
        for each in slots
    }
