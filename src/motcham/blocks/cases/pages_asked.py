"""Answering one agency of several: its paper, its words, nothing of the rest of the case; from home, or on paper at a counter."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST

from motcham.blocks.cases import actions_parts, asked, brought, forms, looks, pages_track, queries, rules, showing, throttle
from motcham.blocks.cases.asked import PHOTOS, Asked
from motcham.blocks.cases.brought import Scan
from motcham.blocks.cases.define import CaseView, NoSuchCase
from motcham.blocks.cases.pages_form import private
from motcham.blocks.cases.uploads import receive
from motcham.blocks.identity.api import guarded, public
from motcham.blocks.identity.define import Actor, Permission
from motcham.kernel.errors import Invalid, Refused
from motcham.ui.forms import Question
from motcham.ui.wording import wording


@public(reason="Whoever holds the code may give an agency what it asked for of its part.")
@csrf_exempt
@require_POST
def answer(request: HttpRequest, code: str, part_id: UUID) -> HttpResponse:
    """Take what one agency asked for; its part goes on, the others never stood."""
    case = pages_track.found(request, code)
    if request.actor.is_anonymous:  # type: ignore[attr-defined]
        throttle.filings.count(request)
    chosen = next((each for each in asked.of(case) if each.part_id == part_id), None)
    if chosen is None:
        return _too_late(request, case, _typed(request, f"{asked.prefix_of(part_id)}message"))
    message = _typed(request, f"{chosen.prefix}message")
    files, mended, errors = _papers(request, chosen)
    if not (errors or message or files or mended):
        errors[chosen.wanted[0].name if chosen.wanted else "photos"] = _("Add the paper, or write why you cannot.")
    if errors:
        return _again(request, case, chosen, message, errors, status=422)
    try:
        actions_parts.answer(
            by=request.actor,  # type: ignore[attr-defined]
            whole_id=case.line.id,
            part_id=part_id,
            message=message,
            files=files,
            mended=mended,
        )
    except Refused:
        return _too_late(request, case, message)
    except Invalid as error:
        return _again(request, case, chosen, message, {"message": wording(error)}, status=error.status)
    return redirect("cases:case_of_code", code=rules.show_code(case.code))


@guarded(Permission.CASE_ACT)
@require_http_methods(["GET", "HEAD", "POST"])
def take_in(request: HttpRequest, case_id: UUID, part_id: UUID) -> HttpResponse:
    """Take in what somebody brings on paper for a part, at the office that holds the whole or at that of the part: scanned and
    looked at as at the counter, it goes there as if they had sent it."""
    actor = request.actor  # type: ignore[attr-defined]
    case, waiting = _desk_of(actor, case_id, part_id)
    chosen = next((each for each in waiting(case) if each.part_id == part_id), None)
    if chosen is None:
        messages.error(request, _("The agency does not wait for this any more."))
        return redirect("cases:case", case_id=case.line.id)
    message, errors, scans = _typed(request, f"{chosen.prefix}message"), dict[str, str](), dict[str, list[Scan]]()
    if request.method == "POST":
        scans, errors = _scans(request, chosen)
        if not errors:
            _hand_on(actor, case, chosen, scans, message)
            messages.success(request, _("Taken in. %(agency)s goes on with its part.") % {"agency": chosen.agency})
            return redirect("cases:case", case_id=case.line.id)
    looks.look(by=actor, case_id=case.line.id, purpose="handling")
    [one] = [each for each in waiting(case, errors=errors, typed={"message": message}) if each.part_id == part_id]
    rows = [(_of_officer(each), scans.get(each.name.removeprefix(one.prefix), [])) for each in one.questions]
    context = {"case": case, "one": one, "rows": rows, "questions": [each for each, _scanned in rows]}
    return private(render(request, "cases/take_in.html", context, status=422 if errors else 200))


def _desk_of(actor: Actor, whole_id: UUID, part_id: UUID) -> tuple[CaseView, Callable[..., list[Asked]]]:
    """Return the case on whose page the officer stands, and what is waited for as that page shows it: the whole, where they may
    read it, else the part alone. Raises NoSuchCase or NotPermitted."""
    waiting: Callable[..., list[Asked]]
    if queries.exists_for(whole_id, actor=actor):
        case, waiting = queries.case_by_id(whole_id, actor=actor), asked.of
    else:
        case, waiting = queries.case_by_id(part_id, actor=actor), asked.of_part
        if case.parent_id != whole_id:
            raise NoSuchCase()
    actor.demand(Permission.CASE_ACT, agency_id=case.line.agency_id)
    return case, waiting


def _scans(request: HttpRequest, chosen: Asked) -> tuple[dict[str, list[Scan]], dict[str, str]]:
    """Return the scans by question, and what is in the way of handing them on."""
    found, errors = dict[str, list[Scan]](), dict[str, str]()
    for each in (*chosen.wanted, PHOTOS):
        scans, words = brought.take(request, each, name=f"{chosen.prefix}{each.name}", salt=str(chosen.part_id))
        found |= {each.name: scans} if scans else {}
        errors |= {each.name: words} if words else {}
    if not found and not errors:
        errors[chosen.wanted[0].name if chosen.wanted else PHOTOS.name] = _("Scan the paper that was handed in.")
    return found, errors


def _hand_on(actor: Actor, case: CaseView, chosen: Asked, scans: dict[str, list[Scan]], message: str) -> None:
    office = showing.agency_name(case.line.agency_id)
    with translation.override(settings.LANGUAGE_CODE):
        words = _("Handed in on paper at %(office)s.") % {"office": office}
    found = {name: [each.file.id for each in pages] for name, pages in scans.items()}
    actions_parts.answer(
        by=actor,
        whole_id=chosen.whole_id,
        part_id=chosen.part_id,
        message=f"{words} {message}".strip(),
        files=found.pop(PHOTOS.name, []),
        mended=found,
    )


def _of_officer(question: Question) -> Question:
    """Return a question as the officer answers it who scans: there are no words in the place of a paper."""
    is_words = question.widget == "textarea"
    return replace(question, mark="" if is_words else question.mark and _("the agency asks for it"))


def _papers(request: HttpRequest, chosen: Asked) -> tuple[list[UUID], dict[str, list[UUID]], dict[str, str]]:
    """Return the files that were sent, those that take the place of others by question, and what is wrong with them."""
    files, refused = receive(request, PHOTOS, name=f"{chosen.prefix}photos")
    errors, mended = {"photos": refused} if refused else {}, dict[str, list[UUID]]()
    for each in chosen.wanted:
        sent, words = receive(request, each, name=f"{chosen.prefix}{each.name}")
        mended |= {each.name: sent} if sent else {}
        errors |= {each.name: words} if words else {}
    return files, mended, errors


def _typed(request: HttpRequest, name: str) -> str:
    return forms.clean_text(request.POST.get(name, ""), lines=True)[: asked.LONGEST]


def _again(
    request: HttpRequest, case: CaseView, chosen: Asked, message: str, errors: dict[str, str], *, status: int
) -> HttpResponse:
    again = asked.of(case, errors=errors, typed={"message": message})
    others = {each.part_id: each for each in asked.of(case)}
    shown = [each if each.part_id == chosen.part_id else others[each.part_id] for each in again]
    context = pages_track.context_of(case) | {"asked": shown}
    return private(render(request, "cases/case_of_code.html", context, status=status))


def _too_late(request: HttpRequest, case: CaseView, message: str) -> HttpResponse:
    """Say that the agency waits no more; what was written stands in the form by which anything can be added."""
    words = _(
        "The agency does not wait for this any more: perhaps you answered already. What you wrote can still be sent from here."
    )
    context = pages_track.context_of(case, message=message, errors={"message": words})
    return private(render(request, "cases/case_of_code.html", context, status=409))
