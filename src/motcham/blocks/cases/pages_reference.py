"""The reference of what can be asked of the city, and the inventory of personal data, both read from the definitions."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from motcham.blocks.cases import law, widgets
from motcham.blocks.cases.define import CaseType, Found, Step, case_types, finders
from motcham.blocks.cases.law import DatedLimit
from motcham.blocks.cases.pages_form import is_open
from motcham.blocks.identity import api as identity
from motcham.blocks.identity.api import public
from motcham.kernel.erasers import erasers
from motcham.kernel.terms import Field, Kind, Visible


@public(reason="What the city does is for everyone to read.")
@require_safe
@cache_control(private=True, max_age=60)
def services(request: HttpRequest) -> HttpResponse:
    """List what can be asked of the city; a search ignores tone marks."""
    sought = request.GET.get("q", "").strip()[:80]
    open_types = [each for each in case_types if each.anyone_files and is_open(each)]
    found = _search(open_types, sought) if sought else []
    more = [hit for finder in finders for hit in finder.find(sought)] if sought else []
    return render(request, "cases/services.html", {"types": open_types, "q": sought, "found": found, "more": more})


def _search(open_types: list[CaseType], sought: str) -> list[Found]:
    """Return the categories that hold most of the words, then the kinds of case that hold all of them."""
    words = widgets.plain(sought).split()
    hits: list[tuple[int, Found]] = []
    whole = []
    for each in open_types:
        asked = each.field_named(each.category) if each.category else None
        for choice in asked.choices if asked else ():
            held = widgets.plain(f"{choice.label} {choice.group}")
            # One word of two says little: of "khai sinh" waste has the half.
            if (rank := sum(word in held for word in words)) * 2 > len(words):
                hits.append((rank, Found(str(choice.label), str(each.label), f"/new/{each.key}/?{each.category}={choice.key}")))
        if all(word in widgets.plain(f"{each.label} {each.official_name} {each.summary}") for word in words):
            whole.append(Found(str(each.label), str(each.summary), f"/new/{each.key}/"))
    best = max((rank for rank, _found in hits), default=0)
    return [found for rank, found in hits if rank == best][:12] + whole


@public(reason="What the city does is for everyone to read.")
@require_safe
@cache_control(private=True, max_age=60)
def service(request: HttpRequest, key: str) -> HttpResponse:
    """Show how one kind of case is handled: steps, limit with its law, what is asked, what is kept and how long."""
    case_type = case_types.get(key)
    if case_type is None:
        raise Http404
    context = {
        "type": case_type,
        "limit": law.law_of(case_type, widgets.today()),
        "steps": [_step(each) for each in case_type.steps],
        "fields": [(each, who_sees(each)) for each in case_type.fields],
    }
    return render(request, "cases/service.html", context)


def _step(step: Step) -> dict[str, Any]:
    labels = {each.key: str(each.label) for each in identity.roles()}
    within: DatedLimit | None = law.limit_on(step.within, widgets.today()) if step.within else None
    return {
        "label": step.label,
        "roles": ", ".join(labels.get(role, _("the person who filed")) for role in step.roles),
        "within": within,
        "pauses": step.pauses,
        "ends": bool(step.outcome),
    }


def who_sees(field: Field) -> str:
    """Say in words who may see an answer."""
    if field.identifies:
        return _("only the officer in charge, each look recorded")
    return {
        Visible.PUBLIC: _("everyone"),
        Visible.PARTIES: _("you and the officers of the case"),
        Visible.OFFICERS: _("the officers of the case"),
    }[field.visible]


@public(reason="What is kept about people is for everyone to read.")
@require_safe
@cache_control(private=True, max_age=60)
def personal_data(request: HttpRequest) -> HttpResponse:
    """List every field about a person that any kind of case keeps: what for, who sees it, how long, how it ends."""
    rows = [
        (case_type, each, who_sees(each))
        for case_type in case_types
        for each in case_type.every_field()
        if each.is_personal or each.kind in (Kind.FILES, Kind.PLACE, Kind.LONG_TEXT)
    ]
    return render(request, "cases/personal_data.html", {"rows": rows, "erasers": list(erasers)})
