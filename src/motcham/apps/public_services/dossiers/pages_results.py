"""Drawing the result of a dossier: what it says, a look at it before anything is signed, the signature; and withdrawing a wrong one."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core import signing
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from motcham.apps.public_services.dossiers import actions_results, money, results
from motcham.apps.public_services.dossiers.actions_results import LONGEST_TEXT, LONGEST_TITLE, Drawing
from motcham.apps.public_services.dossiers.models import Dossier
from motcham.apps.public_services.dossiers.pages_papers import pdf, private
from motcham.apps.public_services.dossiers.refusals import NoSlip, NotYet
from motcham.blocks.cases import api as cases
from motcham.blocks.cases.define import CaseView
from motcham.blocks.documents import api as documents
from motcham.blocks.documents.define import ACCEPT, NoAgencyKey
from motcham.blocks.identity.api import guarded
from motcham.blocks.identity.define import Actor, Permission
from motcham.kernel.errors import Invalid, MotchamError, Overtaken
from motcham.ui.forms import Option, Question
from motcham.ui.wording import wording

MOST_FILES = 5
KEPT_SECONDS = 24 * 3600


@guarded(Permission.CASE_ACT)
@require_http_methods(["GET", "HEAD", "POST"])
def draw(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """Show the form of a result; on a press print it unsigned to be looked at, or have it signed and the dossier settled."""
    actor = request.actor  # type: ignore[attr-defined]
    view = _drawable(actor, case_id)
    if request.method != "POST":
        cases.look(by=actor, case_id=case_id, purpose="handling")
        return _page(request, view, _begun(view), {})
    drawing, errors = _read(request, view)
    try:
        if not errors and "preview" in request.POST:
            return pdf(_("Preview"), actions_results.preview(by=actor, case_id=case_id, drawing=drawing))
        if not errors:
            version = request.POST.get("version", "")
            shown = int(version[:9]) if version.isdecimal() else view.version
            actions_results.issue(by=actor, case_id=case_id, drawing=drawing, version=shown)
            messages.success(request, _("Issued. It is being signed; its page shows it within a minute."))
            return redirect("cases:case", case_id=case_id)
    except Overtaken as refused:
        errors = {"text": wording(refused)}
        view = cases.case_by_id(case_id, actor=actor)
    except (Invalid, NoAgencyKey) as refused:
        errors = getattr(refused, "fields", {}) or {"text": wording(refused)}
    return _page(request, view, drawing, errors)


def _drawable(actor: Actor, case_id: UUID) -> CaseView:
    view = cases.case_by_id(case_id, actor=actor)
    actor.demand(Permission.CASE_ACT, agency_id=view.line.agency_id)
    if not Dossier.objects.filter(case_id=results.whole_of(view)).exists():
        raise NoSlip()
    if not results.may_draw(actor, view):
        raise NotYet()
    return view


def _begun(view: CaseView) -> Drawing:
    """Return what stands in the form at first: the paper that the procedure leads to, where its page names one."""
    if view.parent_id:
        return Drawing(view.line.title[:LONGEST_TITLE], "", ("child_name",))
    row = Dossier.objects.get(case_id=view.line.id)
    found = money.procedure_of(row)
    name = next((each.name for each in found.results if each.name), "") if found else ""
    return Drawing((name or view.line.title)[:LONGEST_TITLE], "", ("name",))


def _read(request: HttpRequest, view: CaseView) -> tuple[Drawing, dict[str, str]]:
    known = {each.name for each in results.answers_to_show(view)}
    chosen = tuple(each for each in request.POST.getlist("fields") if each in known)
    files, refused = _files(request, view)
    title, text = (request.POST.get(name, "").replace("\0", "").strip() for name in ("title", "text"))
    return Drawing(title, text, chosen, tuple(files)), {"files": refused} if refused else {}


def _files(request: HttpRequest, view: CaseView) -> tuple[list[UUID], str]:
    """Return the files that were sent now and those kept of the press before, which come back as tokens only this officer can use."""
    actor, salt = request.actor, _salt(request, view)  # type: ignore[attr-defined]
    found: list[UUID] = []
    for token in request.POST.getlist("kept"):
        try:
            found.append(UUID(signing.loads(token, salt=salt, max_age=KEPT_SECONDS)))
        except signing.BadSignature:
            continue
    sent = request.FILES.getlist("files")
    if len(found) + len(sent) > MOST_FILES:
        return found, _("At most %(most)s files.") % {"most": MOST_FILES}
    try:
        for each in sent:
            found.append(documents.receive(stream=each, filename=each.name or "", by=actor, purpose="result").id)
    except MotchamError as refused:
        return found, wording(refused)
    return found, ""


def _salt(request: HttpRequest, view: CaseView) -> str:
    return f"result:{request.actor.ref}:{view.line.id}"  # type: ignore[attr-defined]


def _page(request: HttpRequest, view: CaseView, drawing: Drawing, errors: dict[str, str]) -> HttpResponse:
    kept = documents.refs(drawing.documents)
    context: dict[str, Any] = {
        "view": view,
        "questions": _questions(view, drawing, errors),
        "kept": [(each.name, signing.dumps(str(each.id), salt=_salt(request, view))) for each in kept],
        "settles": view.line.state != "closed",
    }
    return private(render(request, "dossiers/draw.html", context, status=422 if errors else 200))


def _questions(view: CaseView, drawing: Drawing, errors: dict[str, str]) -> list[Question]:
    options = tuple(Option(each.name, str(each.heading)) for each in results.answers_to_show(view))
    files = Question(
        "files",
        _("Files that go with it"),
        "files",
        required=False,
        accept=ACCEPT,
        bounds=documents.bounds(at_most=MOST_FILES),
        hint=_("The signed paper names each with its fingerprint, so that nobody can exchange them."),
        error=errors.get("files", ""),
    )
    # Files go to the page of the whole, where an agency that has a part of it puts its paper alone.
    more = [] if view.parent_id else [files]
    return [
        Question(
            "title",
            _("Name of the paper"),
            value=drawing.title,
            longest=LONGEST_TITLE,
            hint=_("Everybody who checks the paper reads it, so it names the kind of paper and nobody."),
            error=errors.get("title", ""),
        ),
        Question(
            "fields",
            _("What stands in it of what was handed in"),
            "checkboxes",
            drawing.fields,
            required=False,
            options=options,
            hint=_("Each is opened for the paper alone, with an entry in the log."),
        ),
        Question("text", _("What it says"), "textarea", drawing.text, longest=LONGEST_TEXT, error=errors.get("text", "")),
        *more,
    ]


@guarded(Permission.CASE_ACT)
@require_POST
def withdraw(request: HttpRequest, case_id: UUID, result: str) -> HttpResponse:
    """Withdraw a wrong result, with the reason that everybody can read."""
    actor = request.actor  # type: ignore[attr-defined]
    try:
        actions_results.withdraw(by=actor, case_id=case_id, code=result, reason=request.POST.get("reason", "")[:500])
        messages.success(request, _("Withdrawn. Whoever checks the paper is told so from now on."))
    except Invalid as refused:
        messages.error(request, wording(refused))
    return redirect("cases:case", case_id=case_id)
