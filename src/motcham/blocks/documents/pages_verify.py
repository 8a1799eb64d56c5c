"""Pages where anyone checks a result: what it is by its code, and whether a file is it, to the last byte."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from motcham.blocks.documents import queries_results, rules, taken
from motcham.blocks.documents.define import MAX_BYTES, MOST_MEGABYTES, DocumentKind, NoResult, ResultView, TooLarge, Verification
from motcham.blocks.ledger import api as ledger
from motcham.kernel.access import public
from motcham.ui.forms import Question
from motcham.ui.throttle import Throttle
from motcham.ui.wording import wording

WHY = "Whoever is handed a paper may check it; the page names no person."
# Codes hold 65 random bits: a few misses are a slip of the hand, many are a search.
misses = Throttle(most=30, seconds=60)
# Looking through a file's signature takes a tenth of a second of our time.
checks = Throttle(most=60, seconds=600)


# Nothing is changed by these forms and nobody's rights are used, so no token is asked and the page needs no cookie.
@public(reason=WHY)
@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
def ask(request: HttpRequest) -> HttpResponse:
    """Ask for a code or a file, and lead to the result or say what the file is."""
    context: dict[str, object] = {}
    typed, status = request.POST.get("code", ""), 200
    if "file" in request.FILES:
        context["found"], context["problem"] = _checked(request)
        status = 200 if context["found"] else 422
    elif request.method == "POST":
        code = rules.read_code(typed)
        try:
            queries_results.result(code)
        except NoResult as error:
            _missed(request)
            context["error"], status = wording(error), 404
        else:
            misses.demand(request)
            return redirect("documents:result", code=rules.show_code(code))
    context["questions"] = [
        Question(
            "code",
            _("Code on the paper"),
            "text",
            typed[:60],
            hint=_("For example 7K2M-09QX-4T1ZB. It stands under the code to scan."),
            error=str(context.get("error", "")),
            width=20,
            autocomplete="off",
        )
    ]
    context["file_question"] = _file_question(str(context.get("problem") or ""))
    return _private(render(request, "documents/verify.html", context, status=status))


@public(reason=WHY)
@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
def result(request: HttpRequest, code: str) -> HttpResponse:
    """Show what a result is, whether it stands, and whether a file that is given is it."""
    try:
        row = queries_results.result(code)
    except NoResult:
        _missed(request)
        raise
    misses.demand(request)
    context: dict[str, object] = _about(row)
    status = 200
    if request.method == "POST":
        found, problem = _checked(request)
        context["found"], status = found, 200 if found else 422
        context["problem"] = problem
    context["file_question"] = _file_question(str(context.get("problem") or ""))
    return _private(render(request, "documents/result.html", context, status=status))


def _missed(request: HttpRequest) -> None:
    """Count a code that no result has, and write down that somebody tried; the code and who it was are not kept."""
    misses.count(request)
    ledger.append(kind="document.code_missed", subject="verify", payload={"by": "anonymous"})


def _about(row: ResultView) -> dict[str, object]:
    mark = ledger.proof_mark([row.entry_id]) if row.entry_id else None
    return {
        "result": row,
        "code": rules.show_code(row.code),
        "digest": " ".join(row.digest[at : at + 8] for at in range(0, 64, 8)) if row.digest else "",
        "proof_href": reverse("ledger:entry", args=[mark.last]) if mark and mark.last else "",
        "proof_waiting": bool(mark and mark.signed < mark.recorded),
    }


def _checked(request: HttpRequest) -> tuple[Verification | None, str]:
    upload = request.FILES.get("file")
    if upload is None or not upload.size:
        return None, _("Choose the PDF file that you were given.")
    if upload.size > MAX_BYTES:
        return None, wording(TooLarge(megabytes=MOST_MEGABYTES))
    checks.count(request)
    # The file is looked at and not kept.
    return queries_results.verify(upload.read()), ""


def _file_question(error: str) -> Question:
    return Question(
        "file",
        _("The file (PDF)"),
        "files",
        accept=DocumentKind.PDF,
        bounds=taken.bounds(at_most=1, accept=DocumentKind.PDF),
        multiple=False,
        error=error,
        hint=_("It is compared and not kept."),
    )


def _private(response: HttpResponse) -> HttpResponse:
    response["Cache-Control"] = "private, no-store"
    response["X-Robots-Tag"] = "noindex"
    return response
