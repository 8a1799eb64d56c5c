"""Filing at the desk: the form on one page, papers scanned in with a word on their quality, and the paper with the code."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from motcham.apps.public_services import asking, making
from motcham.apps.public_services.counter import actions_filing, again, filing, once
from motcham.apps.public_services.counter.models import Intake, Scan, Ticket
from motcham.apps.public_services.counter.pages_desk import demand_ticket
from motcham.apps.public_services.counter.refusals import NotAtThisDesk
from motcham.apps.public_services.dossiers.models import Dossier
from motcham.blocks.cases import api as cases
from motcham.blocks.cases.define import REUSED, CaseType, NoSuchCase, case_types
from motcham.blocks.documents import api as documents
from motcham.blocks.documents.define import NoDocument, templates
from motcham.blocks.identity import api as identity
from motcham.blocks.identity.api import guarded
from motcham.blocks.identity.define import Actor, Permission
from motcham.blocks.payments import api as payments
from motcham.blocks.payments.define import Bill, BillState
from motcham.kernel.errors import MotchamError
from motcham.kernel.terms import Field, Kind
from motcham.ui.forms import Question
from motcham.ui.wording import wording

MOST_ORIGINALS = 99
LONGEST_LABEL = 80


def _type_of(code: str) -> CaseType:
    """Return the kind of case by which a procedure is filed, as long as it is taken."""
    found = case_types.get(making.form_of(code))
    if found is None or found.retired is not None or found.in_force > timezone.localdate():
        raise Http404
    return found


@guarded(Permission.COUNTER_SERVE)
@require_http_methods(["GET", "HEAD", "POST"])
def form(request: HttpRequest, ticket_id: UUID, code: str) -> HttpResponse:
    """Show the form of a procedure for whoever stands at the desk, check scans, or file it. What was typed is always kept."""
    ticket, case_type = demand_ticket(request, ticket_id), _type_of(code)
    is_served, sends = ticket.state in Ticket.SERVED, request.method == "POST"
    if not is_served and not sends:
        raise NotAtThisDesk()
    fields, page = filing.fields_at_counter(case_type), once.of(request)
    typed = {**cases.typed_answers(fields, request.POST), "originals": request.POST.get("originals", "")[:4]}
    if sends and (there := filing.filed_from(page, ticket, typed)):
        return redirect("counter:filed", ticket_id=ticket.id, case_id=there)
    intake = filing.in_hand(ticket, case_type, begins=sends, page=page)
    raw, errors = filing.typed_in(intake), {}
    if sends:
        raw = {**typed, again.FOUND: raw.get(again.FOUND)}
        filing.keep(intake, raw)
        errors = _take_scans(request, intake, fields, raw)
        if "earlier" in request.POST and is_served:
            errors |= _look_for_earlier(request, intake, fields, raw)
        if not is_served:
            messages.error(request, wording(NotAtThisDesk()))
            errors = {"": ""}
        elif "file" in request.POST and not errors:
            errors, opened = _file(request, intake, fields, raw)
            if opened:
                return redirect("counter:filed", ticket_id=ticket.id, case_id=opened)
    return _page(request, ticket, case_type, intake, fields=fields, raw=raw, errors=errors)


def _look_for_earlier(request: HttpRequest, intake: Intake, fields: tuple[Field, ...], raw: dict[str, Any]) -> dict[str, str]:
    """Look for papers that the applicant handed in before, where the officer says that they agreed; return what is in the way."""
    if "agrees" not in request.POST:
        return {"agrees": _("Ask the applicant first. Tick this only if they agree.")}
    try:
        raw[again.FOUND] = again.look(by=request.actor, intake=intake, fields=fields, of=_whom(raw, fields))  # type: ignore[attr-defined]
    except MotchamError as refused:
        return {"agrees": wording(refused)}
    filing.keep(intake, raw)
    return {}


def _whom(raw: Mapping[str, Any], fields: tuple[Field, ...]) -> tuple[str, ...]:
    return again.whom(fields, cases.parse_answers(fields, filing.answers_typed(raw, fields, {}), now=timezone.now()).answers)


def _take_scans(request: HttpRequest, intake: Intake, fields: tuple[Field, ...], raw: Mapping[str, Any]) -> dict[str, str]:
    """Keep the scans that came and the earlier papers that were chosen, drop those unticked; return by question what could not be
    taken."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    filing.decide(intake, dropped=request.POST.getlist("drop"), kept=request.POST.getlist("as_is"), by=actor)
    refused: dict[str, str] = {}
    there, found = filing.pages_of(intake), again.kept(raw, _whom(raw, fields))
    for each in fields:
        if chosen := request.POST.getlist(f"{each.name}-reuse"):
            room, until = each.at_most - len(there.get(each.name, ())), timezone.now() + filing.KEPT
            if again.use(by=actor, intake=intake, field=each, chosen=chosen, found=found, room=room, until=until):
                there = filing.pages_of(intake)
        uploads = request.FILES.getlist(each.name) if each.kind is Kind.FILES else []
        for number, upload in enumerate(uploads, len(there.get(each.name, ())) + 1):
            if number > each.at_most:
                refused[each.name] = _("At most %(most)s files; the others were not kept.") % {"most": each.at_most}
                break
            try:
                filing.add_scan(intake, each, upload, by=actor)
            except MotchamError as error:
                refused[each.name] = f"{upload.name}: {wording(error)}"
    return refused


def _file(
    request: HttpRequest, intake: Intake, fields: tuple[Field, ...], raw: Mapping[str, Any]
) -> tuple[dict[str, str], UUID | None]:
    """File it where nothing is missing; else return what is to be mended, by question."""
    scans = filing.pages_of(intake)
    files = filing.documents_of(scans)
    parsed = cases.parse_answers(fields, filing.answers_typed(raw, fields, scans), files=files, now=timezone.now())
    errors = dict(parsed.errors)
    for name, pages in scans.items():
        if any(page.holds_up for page in pages):
            errors[name] = _("Look at the pages marked below: scan them again, or say that they are kept as they are.")
    originals = str(raw.get("originals") or "0").strip()
    if not originals.isascii() or not originals.isdigit() or int(originals) > MOST_ORIGINALS:
        errors["originals"] = _("Write how many papers lie with the dossier, in figures; 0 where there are none.")
    if errors:
        return errors, None
    try:
        opened = actions_filing.file(
            by=request.actor,  # type: ignore[attr-defined]
            intake_id=intake.id,
            answers={**parsed.answers, **({REUSED: used} if (used := again.origins(intake)) else {})},
            place=parsed.place,
            documents=files,
            originals=int(originals),
            of=filing.digest({name: value for name, value in raw.items() if name != again.FOUND}),
        )
    except MotchamError as refused:
        if isinstance(refused, NotAtThisDesk):
            intake.refresh_from_db(fields=["case"])
            if intake.case_id:
                # The same press arrived twice, and the other was quicker.
                return {}, intake.case_id
        messages.error(request, wording(refused))
        return {"": ""}, None
    return {}, opened.id


def _page(
    request: HttpRequest,
    ticket: Ticket,
    case_type: CaseType,
    intake: Intake,
    *,
    fields: tuple[Field, ...],
    raw: dict[str, Any],
    errors: dict[str, str],
) -> HttpResponse:
    scans = filing.pages_of(intake)
    # The slots of papers are shown whether or not something was scanned: that is where one scans.
    said = {**filing.answers_typed(raw, fields, scans), asking.PAPERS_BY: asking.SENT}
    read = cases.parse_answers(fields, said, files=filing.documents_of(scans), now=timezone.now())
    shown = [each for each in fields if each.name != asking.PAPERS_BY and (each.when is None or each.when(read.answers))]
    asked = cases.ask(shown, {**said}, errors, more=request.POST.get("more", ""))
    found = again.kept(raw, _whom(raw, fields))
    papers = [
        (one, scans.get(each.name, []), () if scans.get(each.name) else found.of_question(each.name))
        for each, one in zip(shown, asked, strict=True)
        if each.kind is Kind.FILES
    ]
    rest = [one for each, one in zip(shown, asked, strict=True) if each.kind is not Kind.FILES and each.name != asking.TRUTH]
    truth = [one for each, one in zip(shown, asked, strict=True) if each.name == asking.TRUTH]
    originals, office = _originals(raw, errors), identity.agency(id=ticket.agency_id)
    context = {
        "ticket": ticket,
        "page": intake.id,
        "type": case_type,
        "office": office,
        "rest": rest,
        "papers": papers,
        "papers_depend": bool(read.errors) and any(each.kind is Kind.FILES for each in fields),
        "truth": truth,
        "sought": found,
        "is_offered": any(offered for _one, _pages, offered in papers),
        "may_seek": any(each.kind is Kind.FILES and each.prefill for each in shown),
        "seek_error": errors.get("agrees", ""),
        "questions": [
            *_seeking(errors),
            *(_in_summary(each) for each in (*(part for one in asked for part in one.questions()), originals)),
        ],
        "originals": originals,
        "back": reverse("counter:desk", args=[office.code, ticket.desk.number if ticket.desk else 0]),
    }
    response = render(request, "counter/form.html", context, status=422 if errors else 200)
    response["Cache-Control"] = "private, no-store"
    return response


def _originals(raw: Mapping[str, Any], errors: Mapping[str, str]) -> Question:
    return Question(
        "originals",
        _("How many papers stay here with the dossier?"),
        value=raw.get("originals", ""),
        hint=_("They are counted again when they are handed on. Leave it open where none stays."),
        error=errors.get("originals", ""),
        required=False,
        width=4,
        inputmode="numeric",
    )


def _seeking(errors: Mapping[str, str]) -> list[Question]:
    return [Question("agrees", _("Papers handed in before"), error=errors["agrees"])] if "agrees" in errors else []


def _in_summary(question: Question) -> Question:
    """Return a question as the list above a long form names it: with its label before what is wrong, which boxes have anyway."""
    if not question.error or question.widget == "checkboxes":
        return question
    label = question.label.rstrip("?")
    if len(label) > LONGEST_LABEL:
        label = label[:LONGEST_LABEL].rsplit(" ", 1)[0] + "…"
    return replace(question, error=_("%(label)s: %(error)s") % {"label": label, "error": question.error})


@guarded(Permission.COUNTER_SERVE)
@require_safe
def scan(request: HttpRequest, document_id: UUID) -> HttpResponse:
    """Show a scan of a form in hand, to the officers of that counter."""
    found = Scan.objects.select_related("intake__ticket").filter(document_id=document_id, intake__case=None).first()
    if found is None:
        raise Http404
    demand_ticket(request, found.intake.ticket_id)
    return documents.response(document_id=document_id, owner="", thumbnail="small" in request.GET)


@guarded(Permission.COUNTER_SERVE)
@require_safe
def filed(request: HttpRequest, ticket_id: UUID, case_id: UUID) -> HttpResponse:
    """Show what is handed to the applicant: the code on paper, by which anyone follows the dossier, and where its slips are."""
    ticket = demand_ticket(request, ticket_id)
    intake = Intake.objects.filter(ticket=ticket, case_id=case_id).first()
    if intake is None:
        raise NoSuchCase()
    actor: Actor = request.actor  # type: ignore[attr-defined]
    code = str(filing.typed_in(intake).get("code") or "")
    if not code:
        raise NoSuchCase()
    dossier = Dossier.objects.get(case_id=case_id)
    readable = case_id in cases.lines(actor=actor, case_ids=[case_id])
    printed = [each for each in documents.orders(owner=f"case:{case_id}") if each.document_id] if readable else []
    context = {
        "ticket": ticket,
        "office": identity.agency(id=ticket.agency_id),
        "agency": identity.agency(id=dossier.agency_id),
        "dossier": dossier,
        "title": making.called(dossier.procedure) or dossier.procedure,
        "legal_name": making.title_of(dossier.procedure),
        "code": code,
        "address": request.build_absolute_uri(reverse("cases:case_of_code", args=[code])),
        "originals": intake.originals,
        "filed_at": intake.at,
        "slips": [(templates[each.template].official_name, each) for each in printed],
        "readable": readable,
        "due": [_due(each, actor) for each in payments.bills(subject=f"case:{case_id}") if each.state is BillState.DUE],
        "desk": ticket.desk,
    }
    response = render(request, "counter/filed.html", context)
    response["Cache-Control"] = "private, no-store"
    return response


def _due(bill: Bill, actor: Actor) -> tuple[int, str]:
    """Return what is to be paid with the filing, and where the officer takes it, if they may there."""
    may = actor.may(Permission.PAYMENT_COLLECT, agency_id=bill.agency_id) and actor.may(
        Permission.PAYMENT_READ, agency_id=bill.agency_id
    )
    return bill.total, reverse("payments:desk_bill", args=[bill.id]) if may else ""


@guarded(Permission.COUNTER_SERVE)
@require_safe
def paper(request: HttpRequest, ticket_id: UUID, case_id: UUID, document_id: UUID) -> HttpResponse:
    """Give a slip of a dossier that was filed here, to be printed for the applicant: a look, for it names them."""
    ticket, owner = demand_ticket(request, ticket_id), f"case:{case_id}"
    if not Intake.objects.filter(ticket=ticket, case_id=case_id).exists():
        raise NoSuchCase()
    if document_id not in {each.document_id for each in documents.orders(owner=owner)}:
        raise NoDocument()
    cases.look(by=request.actor, case_id=case_id, purpose="counter", what="slip")  # type: ignore[attr-defined]
    return documents.response(document_id=document_id, owner=owner)
