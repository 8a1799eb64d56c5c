"""Results of dossiers: drawn by an officer, signed for the agency, withdrawn where one was wrong."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

import msgspec
from django.conf import settings
from django.db import transaction
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from motcham.apps.public_services import states
from motcham.apps.public_services.dossiers import counting, on_paper, results
from motcham.apps.public_services.dossiers.actions_money import HOUSE
from motcham.apps.public_services.dossiers.definitions.result import TEMPLATE, Attached, Result
from motcham.apps.public_services.dossiers.models import Dossier
from motcham.apps.public_services.dossiers.refusals import NoSlip, NotDrawn, NotYet
from motcham.apps.public_services.national_portal import outbox
from motcham.blocks.cases import api as cases
from motcham.blocks.cases.define import CaseView, Said, type_of
from motcham.blocks.documents import api as documents
from motcham.blocks.documents.define import NoAgencyKey, ResultView
from motcham.blocks.identity import api as identity
from motcham.blocks.identity.define import Actor, Permission
from motcham.ui import formats

LONGEST_TITLE, LONGEST_TEXT = 160, 8000


@dataclass(frozen=True)
class Drawing:
    """What an officer writes of a result: its name, what it says, which answers of the dossier stand in it."""

    title: str
    text: str
    fields: tuple[str, ...] = ()
    documents: tuple[UUID, ...] = ()

    def demand_whole(self) -> None:
        """Refuse what has no name or says nothing."""
        wrong = {}
        if not self.title.strip() or len(self.title) > LONGEST_TITLE:
            wrong["title"] = _("Write what kind of paper it is, without anybody's name.")
        if not self.text.strip() or len(self.text) > LONGEST_TEXT:
            wrong["text"] = _("Write what it says.")
        if wrong:
            raise NotDrawn(fields=wrong)


def preview(*, by: Actor, case_id: UUID, drawing: Drawing) -> bytes:
    """Return the result as it would be printed, signed by nobody; it is kept nowhere."""
    view, said = _to_draw(by, case_id)
    drawing.demand_whole()
    facts = _facts(view, said, drawing, by=by, is_draft=True)
    return documents.render(template=TEMPLATE, data=msgspec.to_builtins(facts))


@transaction.atomic
def issue(*, by: Actor, case_id: UUID, drawing: Drawing, version: int | None = None) -> ResultView:
    """Issue the result of a dossier, which the worker signs for its agency, and settle the dossier where it is not settled yet.
    Raises NoAgencyKey where the agency has nothing to sign with."""
    view, said = _to_draw(by, case_id)
    drawing.demand_whole()
    agency = identity.agency(id=view.line.agency_id)
    _demand_key(agency.code, agency.official_name, by)
    whole = results.whole_of(view)
    filer = cases.case_by_id(whole, actor=HOUSE).filer_account_id
    made = documents.issue(
        template=TEMPLATE,
        facts=msgspec.to_builtins(_facts(view, said, drawing, by=by)),
        title=drawing.title.strip(),
        agency_code=agency.code,
        agency_name=agency.official_name,
        owner=f"case:{whole}",
        by=by,
        holder=f"account:{filer}" if filer else "",
        filename=drawing.title.strip(),
    )
    if view.line.step == states.IN_PROGRESS:
        files = list(drawing.documents)
        cases.take_step(
            by=by, case_id=case_id, to=states.DONE, answers={states.ELECTRONIC: True}, documents=files, version=version
        )
    else:
        with translation.override("vi"):
            words = _("A result was issued: %(title)s.") % {"title": made.title}
        tells = "" if view.parent_id else states.DONE_TELLS
        cases.note(
            by=by, case_id=case_id, message=words, documents=drawing.documents, is_public=True, version=version, tells=tells
        )
        if whole != case_id:
            cases.note(by=HOUSE, case_id=whole, message=words, is_public=True, tells=states.PART_TELLS)
        counting.note_results(case_id=whole)
        outbox.note_result("result_issued", cases.case_by_id(whole, actor=HOUSE).line, by=by)
    return made


@transaction.atomic
def withdraw(*, by: Actor, case_id: UUID, code: str, reason: str) -> None:
    """Withdraw a result of a dossier that was wrong; whoever filed it reads why, and so does anyone who checks the paper."""
    view = cases.case_by_id(case_id, actor=by)
    by.demand(Permission.CASE_ACT, agency_id=view.line.agency_id)
    known = {each.code: each for each in results.results_of(view) if results.may_withdraw(by, view, each)}
    if code not in known:
        raise NoSlip()
    withdrawn = documents.withdraw(code=code, reason=reason, by=by)
    if view.parent_id:
        cases.note(by=by, case_id=case_id, message=_of_withdrawal(withdrawn), is_public=True)


def note_withdrawn(*, by: Actor, case_id: UUID, result: ResultView) -> None:
    """Write beside a dossier that a result of it was withdrawn, wherever that was done, and tell the national portal, which no step
    tells of it."""
    line = cases.case_by_id(case_id, actor=HOUSE).line
    # An agency that has a part cannot write by itself on the page of the whole, where whoever filed reads it.
    writer = by if by.may(Permission.CASE_ACT, agency_id=line.agency_id) else HOUSE
    cases.note(by=writer, case_id=case_id, message=_of_withdrawal(result), is_public=True, tells=states.RESULT_WITHDRAWN)
    counting.note_results(case_id=case_id)
    outbox.note_result("result_withdrawn", line, by=by)


def _of_withdrawal(result: ResultView) -> str:
    with translation.override("vi"):
        words = _("The result %(title)s was withdrawn and does not count any more. %(reason)s")
    return words % {"title": result.title, "reason": result.withdrawn_reason}


def _to_draw(by: Actor, case_id: UUID) -> tuple[CaseView, Said]:
    view = cases.case_by_id(case_id, actor=by)
    by.demand(Permission.CASE_ACT, agency_id=view.line.agency_id)
    if view.line.step not in results.DRAWN_AT:
        raise NotYet()
    return view, cases.said(by=by, case_id=case_id, purpose="result")


def _facts(view: CaseView, said: Said, drawing: Drawing, *, by: Actor, is_draft: bool = False) -> Result:
    row = Dossier.objects.get(case_id=results.whole_of(view))
    case_type = type_of(view.line)
    with translation.override("vi"):
        head = on_paper.heading(row, said, case_type, agency_id=view.line.agency_id, by=by)
        chosen = [each for each in results.answers_to_show(view) if each.name in drawing.fields]
        lines = tuple((str(each.heading), on_paper.answered(case_type, each.name, said)) for each in chosen)
    return Result(
        title=drawing.title.strip(),
        agency=head.agency,
        parent_agency=head.parent_agency,
        place=head.place,
        dossier=row.code,
        issued_at=timezone.now(),
        lines=lines,
        text=drawing.text.strip(),
        signed_by=head.signed_by,
        attached=tuple(_attached(drawing.documents)),
        is_draft=is_draft,
    )


def _attached(found: Sequence[UUID]) -> list[Attached]:
    return [
        Attached(each.name, formats.size(each.size), hashlib.sha256(documents.content(document_id=each.id, owner="")).hexdigest())
        for each in documents.refs(found)
    ]


def _demand_key(code: str, name: str, by: Actor) -> None:
    """Refuse now, not in the worker, where an agency has no key. In a demo city the agencies get theirs when they first sign."""
    if any(each.agency_code == code for each in documents.agency_keys()):
        return
    if not settings.DEMO:
        raise NoAgencyKey(agency_code=code, permanent=True)
    documents.give_agency_key(agency_code=code, official_name=name, by=by)
