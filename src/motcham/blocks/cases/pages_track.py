"""Following a case by its code: no account, no session, few queries; whoever holds the code may add to it and rate it."""

from __future__ import annotations

import hashlib
import re
import time
from collections import OrderedDict
from dataclasses import replace
from typing import Any
from uuid import UUID

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from motcham.blocks.cases import (
    acting,
    actions,
    actions_join,
    actions_parts,
    asked,
    following,
    forms,
    queries,
    rules,
    showing,
    telling,
    throttle,
    together,
)
from motcham.blocks.cases.asked import PHOTOS
from motcham.blocks.cases.define import CLOSED, CaseView, NoSuchCase, Opened, StepNotOpen, type_of
from motcham.blocks.cases.denied import guessed
from motcham.blocks.cases.pages_form import calls_upon, private
from motcham.blocks.cases.uploads import receive
from motcham.blocks.documents import api as documents
from motcham.blocks.identity.api import public
from motcham.blocks.identity.define import Actor
from motcham.blocks.ledger import api as ledger
from motcham.kernel.errors import Invalid, MotchamError
from motcham.kernel.terms import Field, Kind, Visible
from motcham.ui import codes, formats
from motcham.ui.forms import Question
from motcham.ui.wording import wording

MESSAGE = Field("message", "", Kind.LONG_TEXT, required=False, longest=asked.LONGEST)
NUMBER = re.compile(r"\S{1,40}-\d{6}-\d{4,}")
"""How agencies number dossiers, by whatever code of theirs."""


@public(reason="The code of a case is the key to it; it cannot be guessed.")
@require_http_methods(["GET", "HEAD", "POST"])
def track(request: HttpRequest) -> HttpResponse:
    """Ask for a code and lead to its case."""
    typed, error, status = "", "", 200
    if request.method == "POST":
        typed = request.POST.get("code", "")
        try:
            return redirect("cases:case_of_code", code=rules.show_code(found(request, typed).code))
        except NoSuchCase as missing:
            numbered = _(
                "This is the number of a dossier. Anybody could guess it, so it opens nothing here. Enter the code beside the square of dots on your receipt."
            )
            error, status = numbered if NUMBER.fullmatch(typed.strip()) else wording(missing), 404
    question = Question(
        "code",
        _("Code of the case"),
        "text",
        typed[:60],
        hint=_("For example 7K2M-09QX-4T1ZB."),
        error=error,
        width=20,
        autocomplete="off",
    )
    return render(request, "cases/track.html", {"questions": [question]}, status=status)


@public(reason="The code of a case is the key to it; it cannot be guessed.")
@require_safe
def case_of_code(request: HttpRequest, code: str) -> HttpResponse:
    """Show how a case stands: its clock, who holds it, what happened, what its holder can do."""
    state = queries.state_of_code(code)
    if state is None:
        throttle.misses.count(request)
        guessed()
        raise NoSuchCase()
    # Whoever missed too often learns nothing for a while, not even that a code is right.
    throttle.misses.demand(request)
    # What changes the page: the case, what happened to it, the minute of its clock, the language, who is signed in.
    is_stranger = settings.SESSION_COOKIE_NAME not in request.COOKIES
    key = (*state, int(time.time()) // 60, get_language())
    etag = _etag(key, request)
    if request.headers.get("If-None-Match") == etag:
        response = HttpResponse(status=304)
    else:
        body = _kept.get(key) if is_stranger else None
        if body is None:
            body = render_to_string(
                "cases/case_of_code.html", context_of(queries.case_by_code(code, as_participant=True)), request
            )
            if is_stranger:
                _keep(key, body)
        # Our own nginx, which nobody else reads, hands it out for one second to whoever has the code. This header comes
        # first, for nginx before 1.23 obeys the one that it meets first.
        response = private(HttpResponse(body, headers={"X-Accel-Expires": "1"} if is_stranger else None))
    # Kept by the reader's own browser alone, and asked for anew each time.
    response["Cache-Control"] = "private, no-cache"
    response["ETag"] = etag
    return response


# Pages of the last minute, for the many who look again: a page is the same for all strangers.
_kept: OrderedDict[tuple[object, ...], str] = OrderedDict()
_KEPT = 500


def _keep(key: tuple[object, ...], body: str) -> None:
    _kept[key] = body
    while len(_kept) > _KEPT:
        try:
            _kept.popitem(last=False)
        except KeyError:
            return


def _etag(key: tuple[object, ...], request: HttpRequest) -> str:
    visitor = request.COOKIES.get(settings.SESSION_COOKIE_NAME)
    return f'"{hashlib.sha256(repr((key, visitor)).encode()).hexdigest()[:24]}"'


def found(request: HttpRequest, code: str) -> CaseView:
    """Return the case of a code; whoever guesses at codes is counted."""
    try:
        case = queries.case_by_code(code, as_participant=True)
    except NoSuchCase:
        throttle.misses.count(request)
        guessed()
        raise
    throttle.misses.demand(request)
    return case


def context_of(case: CaseView, *, message: str = "", errors: dict[str, str] | None = None) -> dict[str, Any]:
    """Return what the page of a code shows, with what was typed where it was not taken."""
    case_type, code, now = type_of(case.line), rules.show_code(case.code), timezone.now()
    case = following.as_seen(case)
    files = {each.id: each for each in documents.refs(case.documents)} if case.documents else {}
    here = reverse("cases:case_of_code", args=[code])
    teller = telling.Teller(case, files=files, href=lambda one: f"{here}files/{one}/", officer=False)
    steps = teller.steps()
    entries = [event.entry_id for event in case.events if event.kind != telling.LOOK]
    mark = ledger.proof_mark(entries)
    is_closed = case.line.state == CLOSED
    answers = [step for step in steps if step.get("said") and step.get("ends")]
    words = ngettext("%(count)s step in the log", "%(count)s steps in the log", mark.recorded) % {
        "count": formats.number(mark.recorded)
    }
    return {
        "case": case,
        "type": case_type,
        "code": code,
        "bar": (bar := showing.bar(_Timed(case), now=now)),
        "days_off": showing.days_off(bar),
        "parts": showing.parts(case, now=now),
        "agency": showing.agency_name(case.line.agency_id),
        "steps": steps,
        "answer": (answers[-1] if answers else following.joint_reply(case)) if is_closed else None,
        "reopening": following.reopening(case, errors or {}) if is_closed else None,
        **following.beside(case, here),
        "papers": showing.papers(case_type, case.answers, files, lambda one: f"{here}files/{one}/"),
        "is_participant": case.seen_by == queries.PARTICIPANT,
        "rows": showing.answer_rows(case_type.fields, case.answers, place=case.place, seen=(Visible.PUBLIC, Visible.PARTIES)),
        "looks": teller.looks(),
        "panels": showing.panels_of(case),
        **_waiting(case),
        "confirm_href": f"{here}confirm/" if together.waits_for_others(case) else "",
        "rating": following.to_rate(case),
        "adding": () if is_closed else _adding(case, message, errors or {}),
        "errors": errors,
        "proof_words": words,
        "proof_href": reverse("ledger:entry", args=[mark.last]) if mark.last else "",
        "proof_waiting": mark.signed < mark.recorded,
        "legal_basis": case.line.clock.get("legal_basis", ""),
    }


def _waiting(case: CaseView) -> dict[str, Any]:
    """Return who waits for what: the agency or its parts for whoever filed, or they for its first answer."""
    return {
        "waits_for_you": asked.of_whole(case) if _is_asked(case) else None,
        "asked": asked.of(case),
        "first_answer": showing.first_answer(case.line),
        "stands": showing.stands_for(case),
    }


class _Timed:
    """A view as the clock bar reads it."""

    def __init__(self, case: CaseView) -> None:
        self.clock, self.received_at, self.closed_at = case.line.clock, case.line.received_at, case.line.closed_at


def _adding(case: CaseView, message: str, errors: dict[str, str]) -> list[Question]:
    is_asked = _is_asked(case) and bool(type_of(case.line).step(case.line.step).mends)
    return asked.questions(mends(case), errors, message, papers=is_asked)


def _waits(case: CaseView) -> str | None:
    """Return the step to which the one who filed takes the case by answering, where it waits for them."""
    if case.line.state == CLOSED or case.seen_by != queries.FILER:
        return None
    case_type = type_of(case.line)
    step = case_type.step(case.line.step)
    to = case_type.step(step.leads_to[0]) if step.pauses and step.leads_to else None
    return to.key if to and acting.filer_may(case.line.clock, step, to) else None


def _is_asked(case: CaseView) -> bool:
    """Tell whether the agency that holds the case waits for the one who filed. Where an officer alone goes on with it, as before
    its acceptance, what was sent since is the answer."""
    if _waits(case) is not None:
        return True
    if case.line.state == CLOSED or case.seen_by != queries.FILER:
        return False
    step = type_of(case.line).step(case.line.step)
    came = asked.came(case, step) if rules.asks_filer(step) else None
    return came is not None and not any(each.kind == telling.FILER_NOTE and each.id > came.id for each in case.events)


def mends(case: CaseView) -> list[Field]:
    """Return the files that the officer asked to be sent anew, as questions, while the case waits for them."""
    if case.seen_by != queries.FILER:
        return []
    wanted = telling.asked_anew(case)
    return [replace(each, name=f"mend-{each.name}", required=False, hint="") for each in wanted]


def _put(case: CaseView, actor: Actor, message: str, kept: list[UUID], mended: dict[str, list[UUID]]) -> Opened | None:
    if case.participant_id is not None:
        return actions.note(by=actor, case_id=case.line.id, message=message, documents=kept, participant_id=case.participant_id)
    if (to := _waits(case)) is not None:
        return actions_parts.take_on(
            by=actor, whole_id=case.line.id, to=to, message=message, files=kept, mended=mended, as_filer=True
        )
    return actions.note(
        by=actor, case_id=case.line.id, message=message, documents=kept, is_public=True, as_filer=True, mended=mended
    )


def _done(request: HttpRequest, case: CaseView, words: str, taken: Opened | None) -> HttpResponse:
    """Go back to the case; before that say whom to call where somebody is in danger, and the code of the report that the
    words became where the closed desk alone reads them."""
    code, calls = rules.show_code(case.code), calls_upon(type_of(case.line), words)
    if taken is None and not calls:
        return redirect("cases:case_of_code", code=code)
    context = {"advice": calls, "code": rules.show_code(taken.code) if taken else "", "back": code}
    return private(render(request, "cases/said.html", context))


# What these need is the code in the address, which nobody else's page can know and no browser adds by itself: there is no
# authority that a forged form could borrow. So the page needs no token, hence no cookie, and can be shared.
@public(reason="Whoever holds the code may add to the case.")
@csrf_exempt
@require_POST
def add(request: HttpRequest, code: str) -> HttpResponse:
    """Take words and photos of the one who filed; where the case waits for them, it goes on."""
    case = found(request, code)
    actor = request.actor  # type: ignore[attr-defined]
    if actor.is_anonymous:
        throttle.filings.count(request)
    read = forms.parse_answers((MESSAGE,), request.POST, now=timezone.now())
    message = read.answers.get("message", "")
    room = acting.most_files(type_of(case.line)) - len(case.documents)
    kept, refused = receive(request, PHOTOS, already=max(0, PHOTOS.at_most - room))
    errors = {**read.errors, **({"photos": refused} if refused else {})}
    mended: dict[str, list[UUID]] = {}
    for each in mends(case):
        sent, words = receive(request, each)
        mended |= {each.name.removeprefix("mend-"): sent} if sent else {}
        errors |= {each.name: words} if words else {}
    if not errors and not message and not kept and not mended:
        errors["message"] = _("Write something or add a photo.")
    if not errors:
        try:
            return _done(request, case, message, _put(case, actor, message, kept, mended))
        except Invalid as error:
            errors["message"] = wording(error)
    context = context_of(case, message=request.POST.get("message", ""), errors=errors)
    return private(render(request, "cases/case_of_code.html", context, status=422))


@public(reason="Whoever holds the code may rate the answer, once.")
@csrf_exempt
@require_POST
def rate(request: HttpRequest, code: str) -> HttpResponse:
    """Record how the answer was found."""
    case = found(request, code)
    given, reason, taken = request.POST.get("rating", ""), "", None
    if case.seen_by == queries.FILER and given in following.STARS:
        try:
            reason = following.reason_of(request.POST, type_of(case.line))
            taken = actions.rate(by=request.actor, case_id=case.line.id, rating=int(given), reason=reason)  # type: ignore[attr-defined]
        except MotchamError as error:
            if error.status >= 500:
                raise
    elif asked_again := following.to_rate(case, request.POST):
        return private(render(request, "cases/case_of_code.html", {**context_of(case), "rating": asked_again}, status=422))
    return _done(request, case, reason, taken)


@public(reason="Whoever holds the code of a case may withdraw it.")
@csrf_exempt
@require_POST
def leave(request: HttpRequest, code: str) -> HttpResponse:
    """Take back what one filed, where its kind lets one; the words are for the office."""
    case = found(request, code)
    actor = request.actor  # type: ignore[attr-defined]
    if actor.is_anonymous:
        throttle.filings.count(request)
    ways = {each.key for each in following.exits(case)}
    why = forms.clean_text(request.POST.get("why", ""), lines=True)[: MESSAGE.longest]
    try:
        if (to := request.POST.get("to", "")) not in ways:
            raise StepNotOpen()
        taken = actions.take_step(by=actor, case_id=case.line.id, to=to, message=why, as_filer=True)
    except Invalid as error:
        context = context_of(case, message=why, errors={"message": wording(error)})
        return private(render(request, "cases/case_of_code.html", context, status=error.status))
    return _done(request, case, why, taken)


@public(reason="Whoever filed a case or joined it may have it opened again.")
@csrf_exempt
@require_POST
def reopen(request: HttpRequest, code: str) -> HttpResponse:
    """Open a closed case again, with the reason and photos of whoever it concerns."""
    case = found(request, code)
    actor = request.actor  # type: ignore[attr-defined]
    if actor.is_anonymous:
        throttle.filings.count(request)
    reason = forms.clean_text(request.POST.get("why", ""), lines=True)[: MESSAGE.longest]
    kept, refused = receive(request, PHOTOS, name="proof")
    errors = {"proof": refused} if refused else {}
    if not reason:
        errors["why"] = _("Say what is not done.")
    if not errors:
        try:
            taken = actions_join.reopen(
                by=actor,
                case_id=case.line.id,
                reason=reason,
                documents=kept,
                as_filer=case.participant_id is None,
                participant_id=case.participant_id,
            )
            return _done(request, case, reason, taken)
        except Invalid as error:
            errors["why"] = wording(error)
    context = context_of(case, errors={**errors, "typed": reason})
    return private(render(request, "cases/case_of_code.html", context, status=422))


@public(reason="It draws the address that whoever asks has already; no case is looked up.")
@require_safe
def qr_of_code(request: HttpRequest, code: str) -> HttpResponse:
    """Draw the address of a tracking page as a QR code: by itself, so that the page costs no more."""
    read = rules.read_code(code)
    if len(read) != rules.CODE_LENGTH:
        raise NoSuchCase()
    address = request.build_absolute_uri(reverse("cases:case_of_code", args=[rules.show_code(read)]))
    response = HttpResponse(codes.draw(address), content_type="image/svg+xml")
    response["Cache-Control"] = "private, max-age=86400"
    return response


@public(reason="Whoever holds the code may see what belongs to the case.")
@require_safe
def file_of_code(request: HttpRequest, code: str, document_id: UUID) -> HttpResponse:
    """Show a file that the one who filed sent, or that came with a public answer."""
    case = found(request, code)
    hidden = {str(each) for event in case.events if not event.is_public for each in event.facts.get("documents", ())}
    if document_id not in case.documents or str(document_id) in hidden:
        raise NoSuchCase()
    return documents.response(document_id=document_id, owner=actions.owner_of(case.line.id), thumbnail="small" in request.GET)
