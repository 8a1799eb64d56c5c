"""The intake while somebody is on the telephone: one page, what is known of the caller and of the place beside it, sent at once."""

from __future__ import annotations

import time
from dataclasses import replace
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from motcham.blocks.cases import (
    actions,
    actions_desk,
    actions_join,
    forms,
    lists,
    pages_form,
    pages_place,
    pages_review,
    queries,
    routing,
    rules,
    showing,
    spots,
    widgets,
)
from motcham.blocks.cases.define import CaseType, KeyReused, NewCase, NoSuchCase, Place, case_types
from motcham.blocks.cases.models import Case
from motcham.blocks.cases.pages_form import private
from motcham.blocks.identity.api import guarded
from motcham.blocks.identity.define import Actor, NotPermitted, Permission
from motcham.blocks.places import api as places
from motcham.kernel.errors import MotchamError
from motcham.kernel.terms import Field, Kind
from motcham.ui.wording import wording


def intake_type(asked: str) -> CaseType:
    """Return the kind of case that is taken in: the one asked for, else the first that a desk sends on."""
    taken_in = [each for each in case_types if each.unrouted and each.anyone_files and pages_form.is_open(each)]
    if not taken_in:
        raise Http404
    return next((each for each in taken_in if each.key == asked), taken_in[0])


def takes_in(actor: Actor) -> bool:
    """Tell whether somebody takes in reports of others: filing one's own needs no post."""
    return actor.scope(Permission.CASE_OPEN) != frozenset() and actor.may(Permission.CASE_TRANSFER)


def _demand(actor: Actor) -> None:
    if not takes_in(actor):
        raise NotPermitted(permission=Permission.CASE_OPEN)


@guarded(Permission.CASE_TRANSFER)
@require_http_methods(["GET", "HEAD", "POST"])
def intake(request: HttpRequest) -> HttpResponse:
    """Show the form, or open the case; where the caller joins a report that is there already, nothing is opened twice."""
    actor = request.actor  # type: ignore[attr-defined]
    _demand(actor)
    case_type = intake_type(request.POST.get("type") or request.GET.get("type", ""))
    fields = _fields(case_type)
    raw: dict[str, Any] = widgets.typed(fields, request.POST) if request.method == "POST" else {}
    errors: dict[str, str] = {}
    if request.method == "POST":
        parsed = forms.parse_answers(fields, raw, now=timezone.now())
        if "look" not in request.POST:
            errors = parsed.errors
            if not errors:
                return _take_in(request, case_type, parsed)
    return _page(request, case_type, fields, raw, errors)


def _fields(case_type: CaseType) -> list[Field]:
    """Return what is asked on the telephone: everything but photos, who calls first."""
    asked = [_as_heard(each) for each in case_type.fields if each.kind is not Kind.FILES]
    order = {each.name: place for place, each in enumerate(asked)}
    return sorted(asked, key=lambda each: (not each.identifies, each.kind is not Kind.PHONE, order[each.name]))


def _as_heard(each: Field) -> Field:
    """Return a field as an operator asks for it: the words of the form speak to the one who fills it in."""
    if not each.identifies:
        return replace(each, label=each.heading)
    labels = {"name": _("Name of the caller"), "phone": _("Telephone"), "email": _("E-mail")}
    return replace(each, label=labels.get(each.identifies, each.label), hint="")


def _take_in(request: HttpRequest, case_type: CaseType, parsed: forms.Parsed) -> HttpResponse:
    actor, channel = request.actor, request.POST.get("channel", "phone")  # type: ignore[attr-defined]
    new = NewCase(
        type_key=case_type.key,
        answers=parsed.answers,
        place=parsed.place,
        channel=channel if channel in pages_review.DESK_CHANNELS else "phone",
        idempotency_key=f"intake:{request.POST.get('key', '')[:60]}",
    )
    try:
        opened = actions.open_case(new, by=actor)
    except KeyReused:
        messages.error(request, _("This form was sent a moment ago. Begin the next call with a new form."))
        return redirect("cases:intake")
    code = rules.show_code(opened.code)
    if into := request.POST.get("into", ""):
        return _join(request, opened.id, into, code)
    messages.success(request, _("Opened. Tell the caller this code: %(code)s") % {"code": code})
    if not queries.exists_for(opened.id, actor=actor):
        return redirect("cases:intake")
    return redirect("cases:case", case_id=opened.id)


def _join(request: HttpRequest, case_id: Any, into: str, code: str) -> HttpResponse:
    """Merge what was just taken in into the report that it repeats; the caller keeps a code of their own."""
    actor = request.actor  # type: ignore[attr-defined]
    try:
        leader = actions_join.merge(by=actor, case_id=case_id, into=queries.case_by_id(_uuid(into), actor=actor).line.id)
    except MotchamError as error:
        messages.success(request, _("Opened. Tell the caller this code: %(code)s") % {"code": code})
        messages.error(request, wording(error))
        return redirect("cases:case", case_id=case_id)
    messages.success(request, _("The caller joined the earlier report. Tell them this code: %(code)s") % {"code": code})
    return redirect("cases:case", case_id=leader)


def _uuid(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        raise NoSuchCase() from None


def _page(
    request: HttpRequest, case_type: CaseType, fields: list[Field], raw: dict[str, Any], errors: dict[str, str]
) -> HttpResponse:
    read = forms.parse_answers(fields, raw, now=timezone.now())
    shown = [each for each in fields if each.when is None or each.when(read.answers)]
    asked = widgets.ask(shown, raw, errors)
    by_name = {each.name: one for each, one in zip(shown, asked, strict=True)}
    kept = case_type.category
    context = {
        "type": case_type,
        "caller": [by_name[each.name] for each in shown if each.identifies],
        "matter": [by_name[each.name] for each in shown if not (each.identifies or each.name == kept or each.kind is Kind.PLACE)],
        "where": next((by_name[each.name] for each in shown if each.kind is Kind.PLACE), None),
        "category": by_name.get(kept),
        "questions": [question for each in asked for question in each.questions()],
        "channels": [(key, showing.channel_label(key)) for key in pages_review.DESK_CHANNELS],
        "channel": request.POST.get("channel", "phone"),
        "key": request.POST.get("key") or str(rules.new_id()),
        "began": request.POST.get("began") or str(int(time.time())),
        **_around(request, case_type, raw),
    }
    return private(render(request, "cases/intake.html", context, status=422 if errors else 200))


@guarded(Permission.CASE_TRANSFER)
@require_POST
def around(request: HttpRequest) -> HttpResponse:
    """Show what is known beside the form while it is filled in: the caller's earlier cases, the place, reports near it, who is in charge."""
    _demand(request.actor)  # type: ignore[attr-defined]
    case_type = intake_type(request.POST.get("type", ""))
    raw = widgets.typed(_fields(case_type), request.POST)
    return private(render(request, "cases/intake_around.html", _around(request, case_type, raw)))


def _around(request: HttpRequest, case_type: CaseType, raw: dict[str, Any]) -> dict[str, Any]:
    actor, now = request.actor, timezone.now()  # type: ignore[attr-defined]
    fields = _fields(case_type)
    read = forms.parse_answers(fields, raw, now=now)
    phone = next((str(read.answers[each.name]) for each in fields if each.kind is Kind.PHONE and read.answers.get(each.name)), "")
    earlier = actions_desk.look_up_caller(by=actor, phone=phone) if phone else []
    rows = Case.objects.filter(id__in=earlier).order_by("-received_at")
    typed_place = next((raw.get(each.name) or {} for each in fields if each.kind is Kind.PLACE), {})
    words = str(typed_place.get("address") or "")
    candidates = places.offers(text=words)[: pages_place.OFFERED] if words else ()
    place, category = read.place, str(read.answers.get(case_type.category) or "")
    if place is not None and not place.area_code and len(candidates) == 1:
        # What an address can only mean is taken as said; the operator still chooses the ward.
        place = replace(place, area_code=candidates[0].code)
    return {
        "phone": phone,
        "earlier": [showing.row_of(queries.line_of(each), now) for each in rows],
        "candidates": candidates,
        "near": _near(case_type, category, place, actor),
        "suggested": routing.ranked(case_type, read.answers, place, channel="phone", at=now) if category else [],
        "advice": pages_form.advice_on(case_type, read),
        "spot": spots.spot_of(place),
    }


def _near(case_type: CaseType, category: str, place: Place | None, actor: Actor) -> list[Any]:
    if not category or place is None:
        return []
    if place.lon is not None and place.lat is not None:
        return routing.near(case_type.key, category, place.lon, place.lat, actor=actor)
    if not place.area_code:
        return []
    words = place.address
    wanted = lists.Wanted(queue=lists.Queue.DUE, type_key=case_type.key, category=category, area_code=place.area_code)
    page = lists.find(wanted, actor=actor, most=5, now=timezone.now())
    street = set(lists.WORDS.findall(widgets.plain(words)))
    found = [each for each in page.lines if street & set(lists.WORDS.findall(widgets.plain(each.title)))] or page.lines
    return [routing.Alike(each.id, each.title, None, each.received_at, each.agency_id, each.joined, False) for each in found]
