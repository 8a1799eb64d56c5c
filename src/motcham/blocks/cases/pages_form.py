"""The public form of a case type: one thing a page, a draft always kept."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from motcham.blocks.cases import (
    details,
    drafts,
    forms,
    hints,
    law,
    pages_place,
    releasing,
    reuse,
    showing,
    throttle,
    uploads,
    widgets,
)
from motcham.blocks.cases.define import Advice, CaseType, NearCase, case_types
from motcham.blocks.cases.drafts import Begun
from motcham.blocks.cases.public import near as cases_near
from motcham.blocks.cases.uploads import receive
from motcham.blocks.documents import api as documents
from motcham.blocks.identity.api import public, to_sign_in
from motcham.blocks.identity.define import Actor, NotPermitted, Permission, SignInNeeded
from motcham.blocks.places import api as places
from motcham.kernel.terms import Field, Kind

__all__ = ["advice_on", "calls_upon", "demand_filing", "is_open", "may_file", "near_to", "open_type", "private", "receive"]
PREFILLED = (Kind.TEXT, Kind.LONG_TEXT, Kind.CHOICE)


def open_type(request: HttpRequest, key: str) -> CaseType:
    """Return a case type that this visitor may file; for others it has no form."""
    case_type = case_types.get(key)
    if case_type is None or not is_open(case_type):
        raise Http404
    demand_filing(case_type, request.actor)  # type: ignore[attr-defined]
    return case_type


def is_open(case_type: CaseType) -> bool:
    """Tell whether this kind of case is taken today: of a family its variants are."""
    return case_type.retired is None and case_type.in_force <= widgets.today() and not case_type.variants


def may_file(case_type: CaseType, actor: Actor) -> bool:
    """Tell whether somebody may file this kind of case."""
    return case_type.anyone_files or any(actor.holds(role) for role in case_type.filed_by)


def demand_filing(case_type: CaseType, actor: Actor) -> None:
    """Refuse whoever may not file this kind of case: some are for certain posts alone."""
    if not may_file(case_type, actor):
        raise SignInNeeded if actor.is_anonymous else NotPermitted(permission=Permission.CASE_OPEN)


@public(reason="Anyone may file what the city takes from anyone; other kinds ask for a post.")
@require_http_methods(["GET", "HEAD", "POST"])
def form(request: HttpRequest, key: str, page: int = 1) -> HttpResponseBase:
    """Show or take one page of the form."""
    case_type = open_type(request, key)
    pages = widgets.pages_of(case_type)
    if not 1 <= page <= len(pages):
        raise Http404
    draft = drafts.find(request, case_type)
    if draft.case_id is not None:
        # The way back after sending; a page that was shown empty since then begins the next one.
        if request.method == "POST" and request.POST.get(drafts.WHICH) != "":
            return redirect("cases:receipt", key=key)
        draft = Begun(key, account_id=drafts.own_account(request.actor))  # type: ignore[attr-defined]
    if request.method == "POST":
        if draft.is_away and request.POST.get(drafts.WHICH, "-"):
            return _sign_in_first(request, case_type, draft, page)
        return _take(request, case_type, draft, page)
    _prefill(draft, case_type, request)
    read = read_draft(case_type, draft)
    if page not in widgets.visible_pages(case_type, read.answers):
        return redirect("cases:new", key=key)
    return _page(request, case_type, draft, page, errors=read.errors if "mend" in request.GET else {})


def _sign_in_first(request: HttpRequest, case_type: CaseType, draft: Begun, page: int) -> HttpResponseBase:
    """Ask whoever was signed in when the form was begun to sign in again: what was sent comes back to them then. Where the browser
    knows no session any more to keep it in, it is kept as a draft of this browser."""
    response = to_sign_in(request)
    if urlencode({"next": reverse("account_kept")}) not in response.headers.get("Location", ""):
        _take(request, case_type, draft, page)
        drafts.remember(response, request, case_type, draft)
        messages.warning(
            request, _("Your session has ended. What you typed is kept: sign in as before and go on where you were.")
        )
    return response


def _take(request: HttpRequest, case_type: CaseType, draft: Begun, page: int) -> HttpResponse:
    fields = widgets.pages_of(case_type)[page - 1]
    typed = widgets.typed(fields, request.POST)
    if draft.is_new and not request.actor.posts:  # type: ignore[attr-defined]
        throttle.drafts.count(request)
    files = uploads.take_in(request, fields, draft)
    with drafts.held(draft):
        if draft.case_id is not None:
            return redirect("cases:receipt", key=case_type.key)
        _prefill(draft, case_type, request)
        is_put = draft.put(fields, typed, request.POST.get(drafts.SEEN, ""))
        asked_place = is_put and _help_place(request, fields, draft)
        uploads.put(request, files, draft)
        draft.keep()
    if not is_put:
        return _clash(request, case_type, draft, page, typed)
    read = read_draft(case_type, draft)
    mine = {each.name for each in fields}
    errors = {name: words for name, words in read.errors.items() if name.split("-")[0] in mine}
    errors |= {each.name: words for each, _kept, _again, words in files if words}
    more = request.POST.get("more", "")
    if more or asked_place or errors:
        response = _page(request, case_type, draft, page, errors={} if more or asked_place else errors, more=more)
        response.status_code = 200 if more or asked_place else 422
    else:
        response = redirect(_onward(request, case_type, read, page))
        for words in hints.twice(case_type, draft, fields):
            messages.warning(request, words)
    drafts.remember(response, request, case_type, draft)
    return response


def _onward(request: HttpRequest, case_type: CaseType, read: forms.Parsed, page: int) -> str:
    """Return where a page that is answered leads: the next one, what others reported near there, or the review."""
    visible = widgets.visible_pages(case_type, read.answers)
    following = next((number for number in visible if number > page), None)
    if following is None or "review" in request.GET:
        return reverse("cases:review", args=[case_type.key])
    fields = widgets.pages_of(case_type)[page - 1]
    if any(each.kind is Kind.PLACE for each in fields) and near_to(case_type, read):
        return reverse("cases:near", args=[case_type.key]) + f"?next={following}"
    return reverse("cases:new_page", args=[case_type.key, following])


def _clash(request: HttpRequest, case_type: CaseType, draft: Begun, page: int, typed: Mapping[str, Any]) -> HttpResponse:
    """Show both where another tab or device answered this page meanwhile: what is typed here in the form, what is kept beside it."""
    fields = [each for each in widgets.pages_of(case_type)[page - 1] if each.kind is not Kind.FILES]
    kept = {each.name for each in fields if drafts.mark_of([each], draft.stored) != drafts.mark_of([each], typed)}
    read = read_draft(case_type, draft)
    rows = showing.answer_rows([each for each in fields if each.name in kept], read.answers, place=read.place, own=True)
    draft.raw = {**draft.raw, **typed}
    response = _page(request, case_type, draft, page, errors={}, theirs=rows)
    response.status_code = 409
    drafts.remember(response, request, case_type, draft)
    return response


def _help_place(request: HttpRequest, fields: list[Field], draft: Begun) -> bool:
    """Help to say where it is, where that was asked for or the address alone leaves several areas; tell whether the page
    is to be shown once more."""
    each = next((one for one in fields if one.kind is Kind.PLACE), None)
    value = draft.raw.get(each.name) if each else None
    if each is None or not isinstance(value, dict):
        return False
    did = pages_place.act(each.name, value, request.POST)
    value["tapped"] = "1" if did == "map" else ""
    address, known = str(value.get("address") or ""), value.get("area") or value.get("lon")
    if did or known or not address or value.get("searched"):
        value["searched"] = "1" if did == "find" or (value.get("searched") and did != "pick") else ""
        return bool(did)
    value["area"] = pages_place.certain(address)
    value["searched"] = "1"
    return not value["area"] and bool(places.offers(text=address))


def near_to(case_type: CaseType, read: forms.Parsed) -> tuple[NearCase, ...]:
    """Return the released cases of the same kind near the place of a draft, where this kind may be shown to others."""
    place = read.place
    if place is None or place.lon is None or place.lat is None or not case_type.joinable or not case_type.joinable(read.answers):
        return ()
    category = str(read.answers.get(case_type.category) or "")
    return cases_near(lon=place.lon, lat=place.lat, type_key=case_type.key, category=category)


def _page(
    request: HttpRequest,
    case_type: CaseType,
    draft: Begun,
    page: int,
    *,
    errors: dict[str, str],
    more: str = "",
    theirs: list[showing.Row] | None = None,
) -> HttpResponse:
    read = read_draft(case_type, draft)
    visible = widgets.visible_pages(case_type, read.answers)
    fields = [each for each in widgets.pages_of(case_type)[page - 1] if each.when is None or each.when(read.answers)]
    place = visible.index(page) if page in visible else 0
    address = reverse("cases:new", args=[case_type.key])
    context = {
        "type": case_type,
        **_asked(request, fields, draft, errors, more),
        "is_wrong": bool(errors),
        "number": place + 1,
        # What the first answer is decides how many pages follow it.
        "total": len(visible) if not draft.is_new or len(visible) == len(widgets.pages_of(case_type)) else 0,
        "back": reverse("cases:new_page", args=[case_type.key, visible[place - 1]]) if place else "",
        "has_files": any(each.kind is Kind.FILES for each in fields),
        "has_place": any(each.kind is Kind.PLACE for each in fields),
        "file_href": f"{address}files/",
        "limit": law.law_of(case_type, widgets.today()),
        "public_list": releasing.public_list(case_type),
        "advice": [*advice_on(case_type, read), *hints.numbers_at_odds(fields, read.answers)],
        "listens": case_type.advises is not None and any(each.kind is Kind.LONG_TEXT for each in fields),
        "seen": drafts.mark_of(widgets.pages_of(case_type)[page - 1], draft.stored),
        "theirs": theirs,
        "draft": draft,
        "here": request.get_full_path(),
        "again": _again(request, bool(errors)),
        **drafts.beside(request.actor, case_type, draft),  # type: ignore[attr-defined]
    }
    response = private(render(request, "cases/form.html", context))
    if not place and draft.is_new and request.method != "POST":
        # The door of a form is for search engines too; it shows nothing of anybody yet.
        del response["X-Robots-Tag"]
    return response


def _again(request: HttpRequest, is_wrong: bool) -> str:
    """Return where a page that answers a form is found without sending it again, with what is to be mended; else nothing."""
    asked = [name for name, said in (("mend", is_wrong), ("review", "review" in request.GET)) if said]
    return f"{request.path}?{'&'.join(asked)}".rstrip("?") if request.method == "POST" else ""


def _asked(request: HttpRequest, fields: list[Field], draft: Begun, errors: dict[str, str], more: str) -> dict[str, Any]:
    """Return the questions of a page, filled in with the person's own details where nothing was typed, and the papers that may
    be used again."""
    actor = request.actor  # type: ignore[attr-defined]
    own = details.fill(fields, draft.raw, details.of(actor)) if any(each.prefill for each in fields) else frozenset()
    asked = [
        replace(one, question=replace(one.question, note=_("From your account"))) if one.question.name in own else one
        for one in widgets.ask(fields, draft.raw, errors, more=more, alone=len(fields) == 1)
    ]
    offered = reuse.offers(fields, by=actor, draft=draft)
    return {
        "asked": [replace(one, again=offered.get(one.question.name, ())) for one in asked],
        "questions": [question for each in asked for question in each.questions()],
        "is_filled": bool(own),
    }


def advice_on(case_type: CaseType, read: forms.Parsed) -> list[Advice]:
    """Return what is to be said at once upon the answers so far."""
    return list(case_type.advises(read.answers)) if case_type.advises else []


def calls_upon(case_type: CaseType, words: str) -> list[Advice]:
    """Return whom to call at once upon words that were written later."""
    names = [each.name for each in case_type.fields if each.kind is Kind.LONG_TEXT]
    said = advice_on(case_type, forms.Parsed(answers=dict.fromkeys(names, words)))
    return [each for each in said if each.is_urgent]


@public(reason="Says at once what a text means for whoever writes it; nothing is kept.")
@require_POST
def advice(request: HttpRequest, key: str) -> HttpResponse:
    """Say what is to be said upon what is being written: the page asks while one types."""
    case_type = open_type(request, key)
    throttle.advice.count(request)
    fields = [each for each in case_type.fields if each.kind is Kind.LONG_TEXT]
    read = forms.Parsed(answers={each.name: request.POST.get(each.name, "")[: each.longest] for each in fields})
    return private(render(request, "cases/advice.html", {"advice": advice_on(case_type, read)}))


@public(reason="Shows this browser the files of its own draft, to nobody else.")
@require_safe
def draft_file(request: HttpRequest, key: str, document_id: UUID) -> HttpResponse:
    """Show a file of the draft in this browser."""
    draft = drafts.find(request, open_type(request, key))
    if document_id not in draft.documents:
        raise Http404
    return documents.response(document_id=document_id, owner="", thumbnail="small" in request.GET)


def read_draft(case_type: CaseType, draft: Begun) -> forms.Parsed:
    return forms.parse_answers(case_type.fields, draft.raw, files=draft.documents, now=timezone.now())


def _prefill(draft: Begun, case_type: CaseType, request: HttpRequest) -> None:
    """Take what a link already knows (`?category=…&lon=…&lat=…`) as if it had been typed, where nothing was typed yet."""
    given: dict[str, Any] = {}
    for each in case_type.fields:
        if each.kind in PREFILLED and request.GET.get(each.name):
            given[each.name] = request.GET[each.name][: each.longest]
        elif each.kind is Kind.PLACE:
            parts = {part: request.GET[part][:300] for part in ("area", "address", "lon", "lat") if request.GET.get(part)}
            if parts:
                given[each.name] = parts
    for name, value in given.items():
        draft.raw.setdefault(name, value)


def private(response: HttpResponse) -> HttpResponse:
    """Keep a page about one person out of caches and search engines; the house's referrer policy tells other sites nothing."""
    response["Cache-Control"] = "private, no-store"
    response["X-Robots-Tag"] = "noindex, nofollow"
    return response
