"""Handing out what was printed of a dossier: slips and results, to whoever holds its code and to the officers who may read it."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from motcham.apps.public_services.dossiers import actions_after, actions_slips, results
from motcham.apps.public_services.dossiers.models import Dossier, Slip
from motcham.apps.public_services.dossiers.refusals import NoSlip
from motcham.blocks.cases import api as cases
from motcham.blocks.cases.define import CaseView, NoSuchCase, type_of
from motcham.blocks.documents import api as documents
from motcham.blocks.identity.api import guarded, public
from motcham.blocks.identity.define import Permission
from motcham.kernel.terms import Field, Kind
from motcham.ui.forms import Option, Question
from motcham.ui.throttle import Throttle

HOLDER = "The code of a dossier is the key to it; it cannot be guessed, and whoever guesses is slowed down."
AGAIN = "2"
misses = Throttle(most=30, seconds=60)
filings = Throttle(most=10, seconds=600)
TEXT = Field("text", "", Kind.LONG_TEXT, longest=4000)


def of_code(request: HttpRequest, code: str) -> CaseView:
    """Return the dossier of a code; who misses often learns nothing for a while, not even that a code is right."""
    try:
        found = cases.case_by_code(code)
    except NoSuchCase:
        misses.count(request)
        raise
    misses.demand(request)
    return found


@public(reason=HOLDER)
@require_safe
def slip_of_code(request: HttpRequest, code: str, slip_id: int) -> HttpResponse:
    """Hand a slip to whoever holds the code."""
    return _slip(request, of_code(request, code).line.id, slip_id, is_withdrawn_shown=False)


@guarded(Permission.CASE_READ)
@require_safe
def slip(request: HttpRequest, case_id: UUID, slip_id: int) -> HttpResponse:
    """Hand a slip to an officer; it names who filed, so it is a look."""
    _look(request, case_id)
    return _slip(request, case_id, slip_id, is_withdrawn_shown=True)


def _slip(request: HttpRequest, case_id: UUID, slip_id: int, *, is_withdrawn_shown: bool) -> HttpResponse:
    found = Slip.objects.filter(id=slip_id, case_id=case_id).first()
    if found is None or (found.withdrawn_at and not is_withdrawn_shown):
        raise NoSlip()
    owner = f"case:{case_id}"
    printed = {each.id: each.document_id for each in documents.orders(owner=owner)}
    return _file(request, owner, printed.get(found.order_id))


@public(reason=HOLDER)
@require_safe
def result_of_code(request: HttpRequest, code: str, result: str) -> HttpResponse:
    """Hand a result to whoever holds the code; one that was withdrawn too, for its page says that it does not count."""
    return _result(request, of_code(request, code), result)


@guarded(Permission.CASE_READ)
@require_safe
def result(request: HttpRequest, case_id: UUID, result: str) -> HttpResponse:
    """Hand a result to an officer; it names who filed, so it is a look."""
    _look(request, case_id)
    return _result(request, cases.case_by_id(case_id, actor=request.actor), result)  # type: ignore[attr-defined]


def _result(request: HttpRequest, view: CaseView, code: str) -> HttpResponse:
    found = next((each for each in results.results_of(view) if each.code == code), None)
    if found is None:
        raise NoSlip()
    return _file(request, f"case:{results.whole_of(view)}", found.document_id)


def _look(request: HttpRequest, case_id: UUID) -> None:
    actor = request.actor  # type: ignore[attr-defined]
    purpose = "handling" if actor.may(Permission.CASE_ACT) else "oversight"
    cases.look(by=actor, case_id=case_id, purpose=purpose, what="file")


def _file(request: HttpRequest, owner: str, document_id: UUID | None) -> HttpResponse:
    if document_id is not None:
        return documents.response(document_id=document_id, owner=owner)
    # The worker prints within a second; the page asks again by itself, without a script.
    waiting = render(request, "dossiers/being_printed.html", status=202)
    waiting["Refresh"] = AGAIN
    return private(waiting)


@guarded(Permission.CASE_READ)
@require_POST
def control(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """Print the control slip of a dossier: its way through the offices until now."""
    name, page = actions_slips.control(by=request.actor, case_id=case_id)  # type: ignore[attr-defined]
    return pdf(name, page)


def pdf(name: str, page: bytes) -> HttpResponse:
    """Return a page that was printed at once, to be downloaded."""
    answer = HttpResponse(page, content_type="application/pdf")
    answer["Content-Disposition"] = content_disposition_header(True, f"{name}.pdf") or "attachment"
    answer["X-Content-Type-Options"] = "nosniff"
    return private(answer)


def private(response: HttpResponse) -> HttpResponse:
    """Keep what is about one person out of caches and search engines."""
    response["Cache-Control"] = "private, no-store"
    response["X-Robots-Tag"] = "noindex, nofollow"
    return response


# What it needs is the code in the address, which no other page knows and no browser adds by itself.
@public(reason="Whoever holds the code of a dossier may report about it.")
@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
def report(request: HttpRequest, code: str) -> HttpResponse:
    """Take a report about a dossier; it is answered like any other, under a code of its own."""
    view = of_code(request, code)
    if not actions_after.is_there() or view.line.synthetic or not Dossier.objects.filter(case_id=view.line.id).exists():
        raise NoSlip()
    title = str(type_of(view.line).label)
    typed = {name: request.POST.get(name, "") for name in ("about", "text")}
    errors: dict[str, str] = {}
    if request.method == "POST":
        filings.count(request)
        errors, text = _read(typed)
        if not errors:
            opened = actions_after.report(by=request.actor, case_id=view.line.id, about=typed["about"], text=text)  # type: ignore[attr-defined]
            return redirect("cases:case_of_code", code=opened.code)
    context = {"code": code, "title": title, "questions": _questions(typed, errors)}
    return private(render(request, "dossiers/report.html", context, status=422 if errors else 200))


def _read(typed: dict[str, str]) -> tuple[dict[str, str], str]:

    read = cases.parse_answers((TEXT,), {"text": typed["text"]}, now=timezone.now())
    errors = dict(read.errors)
    if typed["about"] not in {each.key for each in actions_after.ABOUT}:
        errors["about"] = _("Choose what it is about.")
    return errors, str(read.answers.get("text") or "")


def _questions(typed: dict[str, str], errors: dict[str, str]) -> list[Question]:

    options = tuple(Option(each.key, str(each.label)) for each in actions_after.ABOUT)
    return [
        Question(
            "about", _("What is your report about?"), "radios", typed["about"], options=options, error=errors.get("about", "")
        ),
        Question(
            "text",
            _("What happened?"),
            "textarea",
            typed["text"][:4000],
            hint=_("Please leave out names and numbers of other people."),
            longest=4000,
            error=errors.get("text", ""),
        ),
    ]
