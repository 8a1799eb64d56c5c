"""The review of a form that was filled in, the one sending, and the receipt."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from motcham.blocks.cases import (
    actions,
    addresses,
    details,
    drafts,
    forms,
    hints,
    law,
    queries,
    reuse,
    rules,
    showing,
    throttle,
    titles,
    together,
    widgets,
)
from motcham.blocks.cases.define import FROM_ACCOUNT, REUSED, REVIEW, CaseType, Filing, KeyReused, NewCase
from motcham.blocks.cases.drafts import Begun
from motcham.blocks.cases.models import Case
from motcham.blocks.cases.pages_form import advice_on, open_type, private, read_draft
from motcham.blocks.documents import api as documents
from motcham.blocks.identity.api import public, to_sign_in
from motcham.blocks.identity.define import Permission
from motcham.kernel.terms import Words

WEB = "web"
DESK_CHANNELS = ("phone", "counter", "sms", "email", "zalo", "post")


@public(reason="Anyone may file what the city takes from anyone; other kinds ask for a post.")
@require_http_methods(["GET", "HEAD", "POST"])
def review(request: HttpRequest, key: str) -> HttpResponseBase:
    """Show everything once more; sending it opens the case, once."""
    case_type = open_type(request, key)
    draft = drafts.find(request, case_type)
    last, is_sent = widgets.last_of(case_type), request.method == "POST"
    if elsewhere_first := _before_review(request, case_type, draft):
        return elsewhere_first
    read = read_draft(case_type, draft)
    if gone := set(map(str, read.documents)) - {str(each.id) for each in documents.refs(read.documents)}:
        drafts.drop(draft, gone)
        messages.warning(request, _("Files are kept for a day before they are sent; some are gone. Add them again."))
        return redirect("cases:review", key=key)
    if elsewhere := [each for each in read.errors if each not in {one.name for one in last}]:
        name = elsewhere[0].split("-")[0]
        page = next(
            place for place, fields in enumerate(widgets.pages_of(case_type), 1) if name in {each.name for each in fields}
        )
        return redirect(reverse("cases:new_page", args=[key, page]) + "?mend&review")
    if is_sent and not read.errors:
        return _send(request, case_type, draft, read)
    return _once_more(request, case_type, draft, read)


def _before_review(request: HttpRequest, case_type: CaseType, draft: Begun) -> HttpResponseBase | None:
    """Take in what is asked at the end; return where somebody goes before there is a review to show or to send, else None."""
    is_sent, last = request.method == "POST", widgets.last_of(case_type)
    if draft.is_away and is_sent:
        return to_sign_in(request)
    if is_sent and last and not draft.is_new:
        with drafts.held(draft):
            if draft.case_id is None:
                draft.raw.update(widgets.typed(last, request.POST))
                draft.keep()
    if draft.is_new or draft.case_id is not None:
        return redirect("cases:new" if draft.is_new else "cases:receipt", key=case_type.key)
    return None


def _once_more(request: HttpRequest, case_type: CaseType, draft: Begun, read: forms.Parsed) -> HttpResponse:
    """Show what was answered, and ask what is asked at the end; 422 where that was sent and is not complete."""
    key, is_sent, desk = case_type.key, request.method == "POST", _channels(request, case_type)
    asked = widgets.ask(widgets.last_of(case_type), draft.raw, read.errors if is_sent else {})
    shown = [each for each in case_type.fields if each.page != REVIEW]
    rows = showing.answer_rows(shown, read.answers, place=read.place, own=True)
    numbers = {each.name: place for place, fields in enumerate(widgets.pages_of(case_type), 1) for each in fields}
    context = {
        "type": case_type,
        "rows": [(row, reverse("cases:new_page", args=[key, numbers[row.field.name]]) + "?review") for row in rows],
        "limit": law.law_of(case_type, widgets.today()),
        "identifies": any(each.identifies for each in case_type.fields),
        "channels": desk,
        "cost": _cost(case_type, read, desk[0][0] if desk else WEB),
        "files": documents.refs(read.documents),
        "file_href": reverse("cases:new", args=[key]) + "files/",
        "advice": [*advice_on(case_type, read), *hints.numbers_at_odds(case_type.fields, read.answers)],
        "questions": [question for each in asked for question in each.questions()],
        "doubled": hints.twice(case_type, draft, case_type.fields),
        "is_sent": is_sent,
        "to_keep": _to_keep(request, case_type, read),
        "draft": draft,
        "seen": _mark(case_type, draft),
    }
    return private(render(request, "cases/review.html", context, status=422 if is_sent else 200))


def _mark(case_type: CaseType, draft: Begun) -> str:
    """Return a mark of what a review shows; what is asked on the review itself is not among it."""
    return drafts.mark_of((each for each in case_type.fields if each.page != REVIEW), draft.stored)


def _to_keep(request: HttpRequest, case_type: CaseType, read: forms.Parsed) -> bool:
    """Tell whether the form says something new of whoever is signed in, which may be kept with the account if they want."""
    actor = request.actor  # type: ignore[attr-defined]
    if drafts.own_account(actor) is None:
        return False
    known, may = details.of(actor), {each.name for each in details.asked_of(actor)}
    return any(name in may and known.get(name) != value for name, value in details.said_in(case_type, read.answers).items())


def _cost(case_type: CaseType, read: forms.Parsed, channel: str) -> Words:
    return case_type.cost(Filing(read.answers, read.place, channel, timezone.now())) if case_type.cost else ""


def _send(request: HttpRequest, case_type: CaseType, draft: Begun, read: forms.Parsed) -> HttpResponse:
    actor = request.actor  # type: ignore[attr-defined]
    shown = request.POST.get(drafts.SEEN) or _mark(case_type, draft)
    if actor.is_anonymous:
        throttle.filings.count(request)
    channel = request.POST.get("channel", "")
    again = reuse.reused_slots(draft.raw, read.answers)
    same = details.same_in(case_type, read.answers, details.of(actor))
    new = NewCase(
        type_key=case_type.key,
        answers={**read.answers, **({REUSED: again} if again else {}), **({FROM_ACCOUNT: same} if same else {})},
        place=read.place,
        documents=read.documents,
        channel=channel if channel in dict(_channels(request, case_type)) else WEB,
        language=get_language() or "vi",
        idempotency_key=f"draft:{draft.id}",
    )
    try:
        with drafts.held(draft):
            if draft.case_id is None:
                if _mark(case_type, draft) != shown:
                    return _look_again(request, case_type)
                draft.finish(actions.open_case(new, by=actor).id)
                if "keep-details" in request.POST:
                    details.keep(details.said_in(case_type, read.answers), by=actor)
    except KeyReused:
        # The same draft was sent a moment ago with other words: the first sending stands.
        pass
    return redirect("cases:receipt", key=case_type.key)


def _look_again(request: HttpRequest, case_type: CaseType) -> HttpResponse:
    """Show the review once more: nobody signs for words that another tab or device wrote after they looked."""
    messages.warning(request, _("Something was changed on another tab or device since you looked. Check it again, then send."))
    return redirect("cases:review", key=case_type.key)


def _channels(request: HttpRequest, case_type: CaseType) -> list[tuple[str, str]]:
    """Return the channels by which an officer at a desk may say that something came in; one's own filing is by web."""
    actor = request.actor  # type: ignore[attr-defined]
    if not case_type.anyone_files or not actor.posts or not actor.may(Permission.CASE_OPEN):
        return []
    return [(key, showing.channel_label(key)) for key in DESK_CHANNELS]


@public(reason="Shows the code of what this browser sent a moment ago, to nobody else.")
@require_safe
def receipt(request: HttpRequest, key: str) -> HttpResponse:
    """Say that it arrived, under which code it can be followed, and by when it is due."""
    case_type = open_type(request, key)
    draft = drafts.find(request, case_type)
    case = Case.objects.filter(id=draft.case_id).first() if draft.case_id else None
    if case is None:
        return redirect("cases:new", key=key)
    now, code = timezone.now(), rules.show_code(case.code)
    context = {
        "type": case_type,
        "title": titles.called(case),
        "case": case,
        "code": code,
        "href": (href := addresses.page_of(case, case.code)),
        "address": request.build_absolute_uri(href),
        "agency_name": showing.agency_name(case.agency_id),
        "bar": (bar := showing.bar(case, now=now)),
        "days_off": showing.days_off(bar),
        "first_answer": showing.first_answer(case),
        "stands": showing.stands_for(queries.case_by_code(case.code)) if "stands" in case.clock else "",
        "number": titles.number_of(case_type, case.id),
        "confirm_href": reverse("cases:confirm", args=[code]) if together.unconfirmed(case, case_type) else "",
    }
    return private(render(request, "cases/receipt.html", context))
