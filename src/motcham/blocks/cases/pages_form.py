"""The public form of a case type: one thing a page, a draft always kept, a review, sent once, a receipt."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from motcham.blocks.cases import actions, drafts, forms, law, pages_place, releasing, rules, showing, throttle, together, widgets
from motcham.blocks.cases.define import REVIEW, Advice, CaseType, KeyReused, NearCase, NewCase, case_types
from motcham.blocks.cases.drafts import Begun
from motcham.blocks.cases.models import Case
from motcham.blocks.cases.public import near as cases_near
from motcham.blocks.documents import api as documents
from motcham.blocks.documents.define import TakenAt
from motcham.blocks.identity.api import public
from motcham.blocks.identity.define import Actor, NotPermitted, Permission, SignInNeeded
from motcham.kernel.errors import MotchamError
from motcham.kernel.terms import Field, Kind

PREFILLED = (Kind.TEXT, Kind.LONG_TEXT, Kind.CHOICE)
DESK_CHANNELS = ("phone", "counter", "sms", "email", "zalo", "post")


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


def demand_filing(case_type: CaseType, actor: Actor) -> None:
    """Refuse whoever may not file this kind of case: some are for certain posts alone."""
    if case_type.anyone_files or any(actor.holds(role) for role in case_type.filed_by):
        return
    raise SignInNeeded if actor.is_anonymous else NotPermitted(permission=Permission.CASE_OPEN)


@public(reason="Anyone may file what the city takes from anyone; other kinds ask for a post.")
@require_http_methods(["GET", "HEAD", "POST"])
def form(request: HttpRequest, key: str, page: int = 1) -> HttpResponse:
    """Show or take one page of the form."""
    case_type = open_type(request, key)
    pages = widgets.pages_of(case_type)
    if not 1 <= page <= len(pages):
        raise Http404
    draft = drafts.find(request, case_type)
    if draft.case_id is not None:
        if request.method == "POST":
            return redirect("cases:receipt", key=key)
        draft = Begun(key)
    _prefill(draft, case_type, request)
    if request.method == "POST":
        return _take(request, case_type, draft, page)
    read = _read(case_type, draft)
    if page not in widgets.visible_pages(case_type, read.answers):
        return redirect("cases:new", key=key)
    return _page(request, case_type, draft, page, errors=read.errors if "mend" in request.GET else {})


def _take(request: HttpRequest, case_type: CaseType, draft: Begun, page: int) -> HttpResponse:
    fields = widgets.pages_of(case_type)[page - 1]
    draft.raw.update(widgets.typed(fields, request.POST))
    refused = _upload(request, fields, draft)
    asked_place = _help_place(request, fields, draft)
    if draft.is_new and request.actor.is_anonymous:  # type: ignore[attr-defined]
        throttle.drafts.count(request)
    draft.keep()
    read = _read(case_type, draft)
    mine = {each.name for each in fields}
    errors = {name: words for name, words in read.errors.items() if name.split("-")[0] in mine} | refused
    more = request.POST.get("more", "")
    if more or asked_place or errors:
        response = _page(request, case_type, draft, page, errors={} if more or asked_place else errors, more=more)
        response.status_code = 200 if more or asked_place else 422
    else:
        visible = widgets.visible_pages(case_type, read.answers)
        following = next((number for number in visible if number > page), None)
        to_review = following is None or "review" in request.GET
        onward = reverse("cases:review", args=[case_type.key])
        if not to_review:
            onward = reverse("cases:new_page", args=[case_type.key, following])
            if any(each.kind is Kind.PLACE for each in fields) and near_to(case_type, read):
                onward = reverse("cases:near", args=[case_type.key]) + f"?next={following}"
        response = redirect(onward)
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
    return not value["area"] and bool(pages_place.offers(address))


def near_to(case_type: CaseType, read: forms.Parsed) -> tuple[NearCase, ...]:
    """Return the released cases of the same kind near the place of a draft, where this kind may be shown to others."""
    place = read.place
    if place is None or place.lon is None or place.lat is None or not case_type.joinable or not case_type.joinable(read.answers):
        return ()
    category = str(read.answers.get(case_type.category) or "")
    return cases_near(lon=place.lon, lat=place.lat, type_key=case_type.key, category=category)


def _upload(request: HttpRequest, fields: list[Field], draft: Begun) -> dict[str, str]:
    """Keep the files that came with a page, take out those unticked; return what could not be kept, in words."""
    refused: dict[str, str] = {}
    for each in fields:
        if each.kind is not Kind.FILES:
            continue
        drafts.take_out(draft, each.name, request.POST.getlist(f"{each.name}-remove"))
        taken: list[TakenAt] = []
        kept, refused_words = receive(request, each, already=len(draft.raw[each.name]), taken=taken)
        if taken:
            draft.raw[widgets.PHOTO_AT] = [f"{taken[0].lon:.6f}", f"{taken[0].lat:.6f}"]
        draft.raw[each.name] += [str(one) for one in kept]
        draft.documents += kept
        if refused_words:
            refused[each.name] = refused_words
    return refused


def receive(
    request: HttpRequest, field: Field, *, already: int = 0, name: str = "", taken: list[TakenAt] | None = None
) -> tuple[list[UUID], str]:
    """Take in the uploads of one field; return their ids, and in words what could not be taken. Where the photos say they
    were taken is added to `taken`, and kept nowhere else."""
    kept: list[UUID] = []
    for upload in request.FILES.getlist(name or field.name):
        if already + len(kept) >= field.at_most:
            return kept, _("At most %(most)s files; the others were not kept.") % {"most": field.at_most}
        try:
            if request.actor.is_anonymous:  # type: ignore[attr-defined]
                throttle.uploads.count(request)
            found = documents.receive(stream=upload, filename=upload.name or "", by=request.actor, purpose=field.name)  # type: ignore[attr-defined]
        except MotchamError as error:
            return kept, f"{upload.name}: {showing.wording(error)}"
        kept.append(found.id)
        if taken is not None and found.taken_at_place:
            taken.append(found.taken_at_place)
    return kept, ""


def _page(
    request: HttpRequest, case_type: CaseType, draft: Begun, page: int, *, errors: dict[str, str], more: str = ""
) -> HttpResponse:
    read = _read(case_type, draft)
    visible = widgets.visible_pages(case_type, read.answers)
    fields = [each for each in widgets.pages_of(case_type)[page - 1] if each.when is None or each.when(read.answers)]
    asked = widgets.ask(fields, draft.raw, errors, more=more, alone=len(fields) == 1)
    place = visible.index(page) if page in visible else 0
    context = {
        "type": case_type,
        "asked": asked,
        "questions": [question for each in asked for question in each.questions()],
        "number": place + 1,
        "total": len(visible),
        "back": reverse("cases:new_page", args=[case_type.key, visible[place - 1]]) if place else "",
        "has_files": any(each.kind is Kind.FILES for each in fields),
        "has_place": any(each.kind is Kind.PLACE for each in fields),
        "file_href": reverse("cases:new", args=[case_type.key]) + "files/",
        "limit": law.law_of(case_type, widgets.today()),
        "public_list": releasing.public_list(case_type),
        "advice": advice_on(case_type, read),
        "listens": case_type.advises is not None and any(each.kind is Kind.LONG_TEXT for each in fields),
    }
    response = private(render(request, "cases/form.html", context))
    if not place and draft.is_new and request.method != "POST":
        # The door of a form is for search engines too; it shows nothing of anybody yet.
        del response["X-Robots-Tag"]
    return response


def advice_on(case_type: CaseType, read: forms.Parsed) -> list[Advice]:
    """Return what is to be said at once upon the answers so far."""
    return list(case_type.advises(read.answers)) if case_type.advises else []


@public(reason="Says at once what a text means for whoever writes it; nothing is kept.")
@require_POST
def advice(request: HttpRequest, key: str) -> HttpResponse:
    """Say what is to be said upon what is being written: the page asks while one types."""
    case_type = open_type(request, key)
    throttle.advice.count(request)
    fields = [each for each in case_type.fields if each.kind is Kind.LONG_TEXT]
    read = forms.Parsed(answers={each.name: request.POST.get(each.name, "")[: each.longest] for each in fields})
    return private(render(request, "cases/advice.html", {"advice": advice_on(case_type, read)}))


@public(reason="Anyone may file what the city takes from anyone; other kinds ask for a post.")
@require_http_methods(["GET", "HEAD", "POST"])
def review(request: HttpRequest, key: str) -> HttpResponse:
    """Show everything once more; sending it opens the case, once."""
    case_type = open_type(request, key)
    draft = drafts.find(request, case_type)
    if draft.case_id is not None:
        return redirect("cases:receipt", key=key)
    if draft.is_new:
        return redirect("cases:new", key=key)
    last = widgets.last_of(case_type)
    if request.method == "POST" and last:
        draft.raw.update(widgets.typed(last, request.POST))
        draft.keep()
    read = _read(case_type, draft)
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
    if request.method == "POST" and not read.errors:
        return _send(request, case_type, draft, read)
    return _once_more(request, case_type, draft, read)


def _once_more(request: HttpRequest, case_type: CaseType, draft: Begun, read: forms.Parsed) -> HttpResponse:
    """Show what was answered, and ask what is asked at the end; 422 where that was sent and is not complete."""
    key, is_sent = case_type.key, request.method == "POST"
    asked = widgets.ask(widgets.last_of(case_type), draft.raw, read.errors if is_sent else {})
    shown = [each for each in case_type.fields if each.page != REVIEW]
    rows = showing.answer_rows(shown, read.answers, place=read.place, own=True)
    numbers = {each.name: place for place, fields in enumerate(widgets.pages_of(case_type), 1) for each in fields}
    context = {
        "type": case_type,
        "rows": [(row, reverse("cases:new_page", args=[key, numbers[row.field.name]]) + "?review") for row in rows],
        "limit": law.law_of(case_type, widgets.today()),
        "channels": _channels(request),
        "files": documents.refs(read.documents),
        "file_href": reverse("cases:new", args=[key]) + "files/",
        "advice": advice_on(case_type, read),
        "questions": [question for each in asked for question in each.questions()],
    }
    return private(render(request, "cases/review.html", context, status=422 if is_sent else 200))


def _send(request: HttpRequest, case_type: CaseType, draft: Begun, read: forms.Parsed) -> HttpResponse:
    actor = request.actor  # type: ignore[attr-defined]
    if actor.is_anonymous:
        throttle.filings.count(request)
    channel = request.POST.get("channel", "")
    new = NewCase(
        type_key=case_type.key,
        answers=read.answers,
        place=read.place,
        documents=read.documents,
        channel=channel if channel in dict(_channels(request)) else "web",
        language=get_language() or "vi",
        idempotency_key=f"draft:{draft.id}",
    )
    try:
        opened = actions.open_case(new, by=actor)
        draft.finish(opened.id)
    except KeyReused:
        # The same draft was sent a moment ago with other words: the first sending stands.
        pass
    return redirect("cases:receipt", key=case_type.key)


def _channels(request: HttpRequest) -> list[tuple[str, str]]:
    """Return the channels an officer at a desk may name; a citizen's own filing is by web."""
    actor = request.actor  # type: ignore[attr-defined]
    if not actor.posts or not actor.may(Permission.CASE_OPEN):
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
        "case": case,
        "code": code,
        "address": request.build_absolute_uri(reverse("cases:case_of_code", args=[code])),
        "agency_name": showing.agency_name(case.agency_id),
        "bar": showing.bar(case, now=now),
        "first_answer": showing.first_answer(case),
        "number": case_type.number_of(case.id) if case_type.number_of else (),
        "confirm_href": reverse("cases:confirm", args=[code]) if together.unconfirmed(case, case_type) else "",
    }
    return private(render(request, "cases/receipt.html", context))


@public(reason="Shows this browser the files of its own draft, to nobody else.")
@require_safe
def draft_file(request: HttpRequest, key: str, document_id: UUID) -> HttpResponse:
    """Show a file of the draft in this browser."""
    draft = drafts.find(request, open_type(request, key))
    if document_id not in draft.documents:
        raise Http404
    return documents.response(document_id=document_id, owner="", thumbnail="small" in request.GET)


def _read(case_type: CaseType, draft: Begun) -> forms.Parsed:
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
