"""The catalogue for everybody: finding a procedure, a page for each in plain words, guides, and what the sources disagree about."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict
from datetime import date
from typing import Any
from urllib.parse import urlencode

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from motcham.apps.public_services import catalogue, law, levels, naming, words
from motcham.apps.public_services.define import Conflict, Doubt, NoSuchProcedure, Procedure, Summary
from motcham.apps.public_services.finding import find
from motcham.apps.public_services.law import LegalFact
from motcham.apps.public_services.life_events import LifeEvent, guides_with, life_event, life_events
from motcham.apps.public_services.making import form_of
from motcham.blocks.cases.define import case_types
from motcham.blocks.identity.api import public
from motcham.blocks.identity.define import Permission

MOST, ROWS, LIKELY = 20, 100, 60
WARD = "Cấp xã"
PARSED = "page_before_table"
"""Where only a table that somebody made of the page errs: of use to whoever mends it, not to whoever needs the procedure."""


@public(reason="What one may ask of the state is for everyone to read.")
@require_safe
@cache_control(private=True, max_age=60)
def procedures(request: HttpRequest) -> HttpResponse:
    """Find a procedure: by its words, its field, at which level it is settled; or begin with an event of one's life."""
    page = _page(request)
    # PostgreSQL takes no zero letter in a text.
    chosen = {name: request.GET.get(name, "").replace("\0", "").strip()[:300] for name in ("q", "field", "level", "agency")}
    found, number = _found(chosen, page) if any(chosen.values()) else ([], 0)
    context = {
        **chosen,
        "asked": any(chosen.values()),
        "found": [(each, naming.called(each.code, each.title), naming.legal(each.code, each.title)) for each in found],
        "number": number,
        "fields": catalogue.fields(),
        "levels": [(name, words.level_name(name), count) for name, count in catalogue.levels()],
        "events": life_events(),
        "loaded": catalogue.loaded(),
        "previous": _address(chosen, page - 1) if page else "",
        "following": _address(chosen, page + 1) if (page + 1) * MOST < number else "",
    }
    return render(request, "public_services/procedures.html", context)


def _page(request: HttpRequest) -> int:
    given = request.GET.get("page", "0")
    return min(int(given), 1000) if given.isascii() and given.isdigit() and len(given) < 5 else 0


def _address(chosen: dict[str, str], page: int) -> str:
    pairs = {key: value for key, value in {**chosen, "page": str(page) if page else ""}.items() if value}
    return f"{reverse('procedures:list')}?{urlencode(pairs)}"


def _found(chosen: dict[str, str], page: int) -> tuple[list[Summary], int]:
    """Return one page of the procedures that fit, and how many there are: first what the words mean, then whose title has them."""
    fits: dict[str, Any] = {"field": chosen["field"], "level": chosen["level"], "agency": chosen["agency"]}
    if not chosen["q"]:
        return catalogue.procedures(**fits, offset=page * MOST, most=MOST), catalogue.number(**fits)
    ranked = {hit.code: place for place, hit in enumerate(find(chosen["q"], LIKELY))}
    meant = sorted(catalogue.procedures(codes=ranked, **fits), key=lambda each: ranked[each.code])
    named = [each for each in catalogue.procedures(words=chosen["q"], **fits, most=LIKELY) if each.code not in ranked]
    found = [*meant, *named]
    return found[page * MOST : (page + 1) * MOST], len(found)


@public(reason="What one may ask of the state is for everyone to read.")
@require_safe
@cache_control(private=True, max_age=60)
def procedure(request: HttpRequest, code: str) -> HttpResponse:
    """Show one procedure in plain words: what is needed, how long, how much, where, what one gets, by which law."""
    on, number = _day(request.GET.get("on", "")), request.GET.get("version", "")
    if number.isascii() and number.isdigit() and len(number) < 5:
        found = catalogue.version(code=code, version=int(number))
        on = on or (found.valid_from if found.valid_to else None)
        found = law.applied(found, on)
    else:
        found = catalogue.procedure(code=code, on=on)
    test = levels.judge(found)
    conflicts = catalogue.conflicts(code=found.code, on=on)
    context = {
        "procedure": found,
        "title": naming.called(found.code, found.title),
        "legal_name": naming.legal(found.code, found.title),
        "groups": _groups(found, law.facts(found, on)),
        "offers": words.offer_lines(found),
        "fee_times": law.fee_times(found.code, on or timezone.localdate()),
        "time": words.shortest(found),
        "fee": words.cheapest(found),
        "short": words.in_short(found),
        "laws": found.laws,
        "level": words.LEVELS[test.level],
        "criteria": [
            (words.CRITERIA[each.key], words.VERDICTS[each.verdict], each.verdict, each.quote) for each in test.criteria
        ],
        "test_basis": levels.BASIS,
        "versions": catalogue.versions(code=found.code),
        "is_current": found.valid_to is None,
        "conflicts": [_conflict(each) for each in conflicts if each.rule != PARSED],
        "parsed": [_conflict(each) for each in conflicts if each.rule == PARSED],
        "doubts": [_doubt(each) for each in catalogue.doubts(code=found.code)],
        "at_the_ward": WARD in found.levels,
        "file": _filing(found),
        "guides": guides_with(found.code),
        "may_state": request.actor.may(Permission.SYSTEM_OPERATE),  # type: ignore[attr-defined]
        "loaded": catalogue.loaded(),
        "on": on or timezone.localdate(),
    }
    return render(request, "public_services/procedure.html", context)


@public(reason="What one may ask of the state is for everyone to read.")
@require_safe
@cache_control(public=True, max_age=300)
def as_json(request: HttpRequest, code: str) -> JsonResponse:
    """Return one procedure for programs, with its versions, where its sources disagree and what was not understood."""
    on = _day(request.GET.get("on", ""))
    found = catalogue.procedure(code=code, on=on)
    facts = {
        **asdict(found),
        "plain_name": dict(zip(("vi", "en"), naming.names().get(found.code, ()), strict=False)),
        "level": levels.judge(found).level,
        "versions": [
            {"version": number, "valid_from": since, "valid_to": until}
            for number, since, until in catalogue.versions(code=found.code)
        ],
        "conflicts": [asdict(each) for each in catalogue.conflicts(code=found.code, on=on)],
        "not_understood": [asdict(each) for each in catalogue.doubts(code=found.code)],
    }
    return JsonResponse(facts, json_dumps_params={"ensure_ascii": False})


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text) if len(text) == 10 else None
    except ValueError:
        return None


def _groups(found: Procedure, rows: Sequence[LegalFact]) -> list[dict[str, Any]]:
    """Return the papers by the case they are for: what is handed in, then what the source only explains."""
    groups = [
        {
            "name": name,
            "papers": [(each, law.gone(each.name, rows)) for each in papers if not each.is_note],
            "notes": [each for each in papers if each.is_note],
        }
        for name, papers in found.groups
    ]
    # What everybody brings comes first, what only explains comes last.
    return sorted(groups, key=lambda group: (not group["papers"], bool(group["name"])))


def _filing(found: Procedure) -> str:
    """Return where a dossier of this procedure is filed, by its full form where there is one; empty where none can be."""
    case_type = case_types.get(form_of(found.code))
    if case_type is None or case_type.retired or case_type.in_force > timezone.localdate() or found.valid_to is not None:
        return ""
    return reverse("cases:new", args=[case_type.key])


@public(reason="What one may ask of the state is for everyone to read.")
@require_safe
@cache_control(private=True, max_age=60)
def event(request: HttpRequest, key: str) -> HttpResponse:
    """Guide through an event of a life, step by step, each step a procedure."""
    found = life_event(key)
    if found is None:
        raise Http404
    return render(
        request,
        "public_services/event.html",
        {"event": found, "steps": _steps(found), "others": [each for each in life_events() if each != found]},
    )


def _steps(found: LifeEvent) -> list[dict[str, Any]]:
    steps = []
    for step in found.steps:
        try:
            one = catalogue.procedure(code=step.code)
        except NoSuchProcedure:
            # Another catalogue was imported: a step leads nowhere rather than to a guess.
            continue
        steps.append(
            {
                "what": step.what,
                "when": step.when,
                "procedure": one,
                "legal_name": " ".join(one.title.split()),
                "time": words.shortest(one),
                "fee": words.cheapest(one),
            }
        )
    return steps


@public(reason="Where published sources contradict each other concerns everyone who relies on them.")
@require_safe
@cache_control(private=True, max_age=60)
def conflicts(request: HttpRequest) -> HttpResponse:
    """List where the sources disagree, and by which rule one of them is shown."""
    rule = request.GET.get("rule", "")[:40]
    every = catalogue.conflicts()
    counts = Counter(_rule(each.rule) for each in every)
    rows = [_conflict(each) for each in every if not rule or _rule(each.rule) == rule]
    kinds = [{"key": key, "label": words.RULES.get(key, key), "count": count} for key, count in counts.most_common()]
    return _checks(request, "conflicts", rows, kinds, rule)


@public(reason="What the house did not understand of a published source is no secret.")
@require_safe
@cache_control(private=True, max_age=60)
def unread(request: HttpRequest) -> HttpResponse:
    """List what was not understood when the sources were read, and why."""
    reason = request.GET.get("rule", "")[:40]
    every = catalogue.doubts()
    counts = Counter(each.reason for each in every)
    rows = [_doubt(each) for each in every if not reason or each.reason == reason]
    kinds = [{"key": key, "label": words.REASONS.get(key, key), "count": count} for key, count in counts.most_common()]
    return _checks(request, "unread", rows, kinds, reason)


def _checks(request: HttpRequest, which: str, rows: Sequence[Any], kinds: Sequence[Any], rule: str) -> HttpResponse:
    page = _page(request)
    here = reverse(f"procedures:{which}")
    chosen = {"rule": rule} if rule else {}

    def address(number: int) -> str:
        return f"{here}?{urlencode({**chosen, 'page': number})}"

    context = {
        "which": which,
        "rows": rows[page * ROWS : (page + 1) * ROWS],
        "number": len(rows),
        "kinds": kinds,
        "rule": rule,
        "loaded": catalogue.loaded(),
        "previous": address(page - 1) if page else "",
        "following": address(page + 1) if (page + 1) * ROWS < len(rows) else "",
    }
    return render(request, "public_services/checks.html", context)


def _rule(rule: str) -> str:
    return rule.partition(":")[0]


def _conflict(each: Conflict) -> dict[str, Any]:
    key, _sign, basis = each.rule.partition(": ")
    times = each.field in ("limit", "channels")
    return {
        "code": each.code,
        "field": words.FIELDS.get(each.field, each.field),
        "shown": words.uncoded(each.shown) if times else each.shown,
        "set_aside": words.uncoded(each.set_aside) if times else each.set_aside,
        "why": words.RULES.get(key, key),
        "basis": law.marked(basis),
    }


def _doubt(each: Doubt) -> dict[str, Any]:
    return {
        "code": each.code,
        "field": words.FIELDS.get(each.field, each.field),
        "set_aside": each.text,
        "why": words.REASONS.get(each.reason, each.reason),
    }
