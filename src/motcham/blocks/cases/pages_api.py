"""The HTTP API of cases: open one, follow one, list one's work, act. No session, no templates; refusals are problem+json."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping
from typing import Any, Literal
from uuid import UUID

import msgspec
from django.core import signing
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from motcham.blocks.cases import actions, acts, forms, lists, looks, queries, rules, schema, telling, throttle
from motcham.blocks.cases.bodies import UNFIT, decode
from motcham.blocks.cases.define import (
    AnswersInvalid,
    CaseLine,
    CaseView,
    NewCase,
    NoSuchType,
    StepNotOpen,
    UnreadableQuery,
    case_types,
    type_of,
)
from motcham.blocks.cases.lists import Queue
from motcham.blocks.cases.pages_form import demand_filing, is_open
from motcham.blocks.cases.pages_inbox import read_key, write_key
from motcham.blocks.cases.pages_track import found
from motcham.blocks.documents import api as documents
from motcham.blocks.identity import api as identity
from motcham.blocks.identity.api import guarded, public
from motcham.blocks.identity.define import Actor, Permission
from motcham.kernel.terms import Field, Kind, Visible

CHANNELS = frozenset({"app", "web", "phone", "counter", "sms", "email", "zalo", "post", "api"})
FILE_SECONDS = 24 * 3600


class OpenBody(msgspec.Struct, forbid_unknown_fields=True):
    """What opens a case."""

    answers: dict[str, Any]
    channel: str = "api"
    language: Literal["vi", "en"] = "vi"


class ActBody(msgspec.Struct, forbid_unknown_fields=True):
    """What moves a case."""

    act: str
    version: int | None = None
    message: str = ""
    agency: str = ""
    answers: dict[str, Any] = {}


_encoder = msgspec.json.Encoder()
_open_decoder = msgspec.json.Decoder(OpenBody)
_act_decoder = msgspec.json.Decoder(ActBody)


def _json(body: object, *, status: int = 200) -> HttpResponse:
    return HttpResponse(_encoder.encode(body), status=status, content_type="application/json")


@public(
    reason="Anyone may file what the city takes from anyone, and follow a case whose code they hold; other kinds ask for a token."
)
@require_http_methods(["GET", "HEAD", "POST"])
def cases_at(request: HttpRequest, name: str) -> HttpResponse:
    """Open a case of the kind that the address names, or return the case of the code that it names."""
    return open_case(request, name) if request.method == "POST" else case_of_code(request, name)


def open_case(request: HttpRequest, key: str) -> HttpResponse:
    """Open a case; the same `Idempotency-Key` with the same body answers with the same case."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    case_type = case_types.get(key)
    if case_type is None or not is_open(case_type):
        raise NoSuchType(key=key)
    demand_filing(case_type, actor)
    if actor.is_anonymous:
        throttle.filings.count(request)
    body = decode(_open_decoder, request)
    read = _answers(case_type.fields, body.answers, actor)
    opened = actions.open_case(
        NewCase(
            type_key=key,
            answers=read.answers,
            place=read.place,
            documents=read.documents,
            channel=body.channel if body.channel in CHANNELS and not actor.is_anonymous else "api",
            language=body.language,
            idempotency_key=_key(request, actor),
        ),
        by=actor,
    )
    code = rules.show_code(opened.code)
    answer = {
        "code": code,
        "agency": identity.agency(id=opened.agency_id).code,
        "due_at": opened.due_at,
        "href": f"/api/v1/cases/{code}" if case_type.anyone_files else f"/api/v1/desk/cases/{opened.id}",
    }
    return _json(answer, status=200 if opened.is_repeat else 201)


def _key(request: HttpRequest, actor: Actor) -> str:
    """Return the key by which a repeated request is known. Strangers have no name of their own: for them what they send is part of it."""
    key = forms.clean_text(request.headers.get("Idempotency-Key", ""))[:100]
    return f"{hashlib.sha256(request.body).hexdigest()[:40]}:{key}"[:100] if key and actor.is_anonymous else key


def _answers(fields: tuple[Field, ...], given: Mapping[str, Any], actor: Actor) -> forms.Parsed:
    known = {each.name for each in fields}
    errors = {name[:80]: _("There is no such field.") for name in given if name not in known}
    raw, files = dict(given), []
    for each in fields:
        if each.kind is Kind.FILES and given.get(each.name):
            raw[each.name], found = _opened_tokens(given[each.name], actor)
            files += found
    read = forms.parse_answers(fields, raw, files=files, now=timezone.now())
    # A program sends a place or a date as one field, of which a form has several.
    errors |= {name.partition("-")[0]: why for name, why in read.errors.items()}
    if errors:
        raise AnswersInvalid(fields=errors)
    return read


def _opened_tokens(tokens: Any, actor: Actor) -> tuple[list[str], list[UUID]]:
    found = []
    for token in tokens if isinstance(tokens, list) else [tokens]:
        try:
            found.append(UUID(signing.loads(str(token), salt=f"attachment:{actor.ref}", max_age=FILE_SECONDS)))
        except (signing.BadSignature, ValueError):
            return ["unknown"], []
    return [str(each) for each in found], found


@public(reason="Anyone who may file may send a photo with it; what no case takes up goes after a day.")
@require_POST
def attach(request: HttpRequest) -> HttpResponse:
    """Keep a file and return the token by which the answers of a case name it."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    if actor.is_anonymous:
        throttle.filings.count(request)
    upload = request.FILES.get("file")
    if upload is None:
        raise AnswersInvalid(fields={"file": _("Add at least one file.")})
    kept = documents.receive(stream=upload, filename=upload.name or "", by=actor, purpose="api")
    token = signing.dumps(str(kept.id), salt=f"attachment:{actor.ref}")
    return _json({"token": token, "kind": kept.kind, "size": kept.size}, status=201)


def case_of_code(request: HttpRequest, code: str) -> HttpResponse:
    """Return a case as the one who filed it may see it."""
    response = _json(_whole(found(request, code), officer=False))
    response["Cache-Control"] = "private, no-store"
    return response


@guarded(Permission.CASE_READ)
@require_safe
def inbox(request: HttpRequest) -> HttpResponse:
    """Return one page of the cases that the caller may read."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    asked = _asked(request)
    page = lists.inbox(
        actor=actor,
        queue=Queue(asked.get("list", Queue.DUE)),
        agency_id=identity.agency(code=asked["agency"]).id if "agency" in asked else None,
        type_key=asked.get("type", ""),
        after=read_key(asked.get("after", "")),
        most=min(100, max(1, int(asked.get("most", "30")))),
        now=timezone.now(),
    )
    return _json({"cases": [_line(line) for line in page.lines], "next": write_key(page.after) or None})


def _asked(request: HttpRequest) -> dict[str, str]:
    """Return what narrows the list. A parameter that is not understood is refused: leaving it out would answer with other cases."""
    asked = {name: value for name in request.GET if (value := request.GET.get(name, ""))}
    fits: dict[str, Callable[[str], bool]] = {
        "list": lambda value: value in set(Queue),
        "type": lambda value: value in case_types,
        "agency": bool,
        "after": lambda value: read_key(value) is not None,
        "most": lambda value: value.isascii() and value.isdecimal() and len(value) <= 3,
    }
    wrong = {name[:80]: _("There is no such field.") for name in asked if name not in fits}
    wrong |= {name: _(UNFIT) for name, value in asked.items() if name in fits and not fits[name](value)}
    if wrong:
        raise UnreadableQuery(fields=wrong)
    return asked


@guarded(Permission.CASE_READ)
@require_safe
def case(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """Return a case to an officer; the look is written first."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    looks.look(by=actor, case_id=case_id, purpose=forms.clean_text(request.GET.get("purpose", "api"))[:80])
    return _json(_whole(queries.case_by_id(case_id, actor=actor), officer=True))


@guarded(Permission.CASE_READ)
@require_POST
def act(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """Take one act in a case."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    view = queries.case_by_id(case_id, actor=actor)
    body = decode(_act_decoder, request)
    chosen = next((each for each in acts.offered(view, actor) if each.key == body.act), None)
    if chosen is None:
        raise StepNotOpen()
    given = {**body.answers, "message": body.message}
    if body.agency:
        given[acts.AGENCY] = body.agency
    read = _answers(chosen.fields, given, actor)
    acts.perform(chosen, read, by=actor, view=view, version=view.version if body.version is None else body.version)
    if not queries.exists_for(case_id, actor=actor):
        return HttpResponse(status=204)
    return _json(_whole(queries.case_by_id(case_id, actor=actor), officer=True))


@public(reason="What the API takes is for everyone to read.")
@require_safe
@cache_control(public=True, max_age=300)
def openapi(request: HttpRequest) -> HttpResponse:
    """Return the OpenAPI document."""
    return HttpResponse(json.dumps(schema.openapi(), ensure_ascii=False, default=str), content_type="application/json")


def _line(line: CaseLine) -> dict[str, Any]:
    return {
        "id": line.id,
        "type": line.type_key,
        "title": line.title,
        "agency": identity.agency(id=line.agency_id).code,
        "area": line.area_code,
        "category": line.category,
        "step": line.step,
        "state": line.state,
        "received_at": line.received_at,
        "due_at": line.due_at,
        "late_at": line.late_at,
        "closed_at": line.closed_at,
        "provisional": line.provisional,
        "synthetic": line.synthetic,
    }


def _whole(view: CaseView, *, officer: bool) -> dict[str, Any]:
    fields = type_of(view.line).fields
    seen = {each.name for each in fields if officer or each.visible is not Visible.OFFICERS}
    events = [
        {
            "at": event.at,
            "kind": event.kind,
            "step": event.step,
            "agency": event.agency_id and identity.agency(id=event.agency_id).code,
            "message": event.message if officer or event.is_public else "",
            "entry": event.entry_id,
        }
        for event in view.events
        if event.kind != telling.LOOK
        and (officer or event.is_public or event.kind in (telling.LATE, telling.RATED, telling.CONFIDED))
    ]
    whole = {
        **_line(view.line),
        "code": rules.show_code(view.code),
        "channel": view.channel,
        "answers": {name: value for name, value in view.answers.items() if name in seen},
        "place": view.place,
        "outcome": view.outcome or None,
        "rating": view.rating,
        "legal_basis": view.line.clock.get("legal_basis", ""),
        "events": events,
    }
    if not officer:
        del whole["id"]
        return whole
    return {**whole, "version": view.version, "masked": view.sealed_fields, "parts": [_line(part) for part in view.sub_cases]}
