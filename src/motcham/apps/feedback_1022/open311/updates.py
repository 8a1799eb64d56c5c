"""Updates of requests, after FixMyStreet's extension: what happened to those released, and word from those who work on them."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from django.http import HttpRequest, QueryDict
from django.utils import timezone
from django.utils.translation import gettext as _

from motcham.apps.feedback_1022.open311 import keys, listing
from motcham.apps.feedback_1022.open311.define import REPORT, BadArguments, KeyNeeded, NoSuchRequest, NotYourRequest
from motcham.apps.feedback_1022.open311.exchange import close
from motcham.apps.feedback_1022.open311.posting import sent
from motcham.apps.feedback_1022.open311.render import moment
from motcham.blocks.cases import api as cases
from motcham.blocks.cases.define import CLOSED, CaseView, NoSuchCase
from motcham.blocks.identity.define import Actor, Permission


def updates(given: QueryDict) -> list[dict[str, Any]]:
    """Return the last change of each released request in a time, the latest first."""
    wrong: dict[str, str] = {}
    start, end = (listing.time_of(given, name, wrong) for name in ("start_date", "end_date"))
    since, until = listing.span(start, end, wrong)
    if wrong:
        raise BadArguments(fields=wrong)
    page = cases.public_cases(type_key=REPORT, since=since, until=until, order="changed_at", most=listing.MOST)
    return [
        {
            "update_id": f"{case.public_ref}-{int(case.changed_at.timestamp())}",
            "service_request_id": case.public_ref,
            "status": "closed" if case.state == CLOSED else "open",
            "updated_datetime": moment(case.changed_at),
            "description": case.reply or str(case.step_label),
        }
        for case in page.cases
    ]


def take(request: HttpRequest) -> dict[str, Any]:
    """Take word of a request from the program that reported it, or from the agency in charge: the first adds to the report,
    the second may close it. Raises KeyNeeded, NotYourRequest, NoSuchRequest or BadArguments."""
    given, _files = sent(request)
    actor = keys.caller(request, given)
    if actor.is_anonymous:
        raise KeyNeeded()
    ref, words = given.get("service_request_id", "").strip(), given.get("description", "").strip()[:5000]
    is_closing = given.get("status", "").strip().lower() == "closed"
    if not words:
        raise BadArguments(fields={"description": _("Fill this in.")})
    case_id = cases.read_ref(ref)
    view = _view(case_id, ref)
    if actor.may(Permission.CASE_ACT, agency_id=view.line.agency_id):
        _from_agency(actor, view, words, is_closing=is_closing)
    elif view.events and view.events[0].actor == actor.ref:
        cases.note(by=actor, case_id=view.line.id, message=words, as_filer=True)
    else:
        raise NotYourRequest()
    return {"update_id": given.get("update_id", "").strip()[:100] or f"{ref}-{_now()}", "service_request_id": ref}


def _view(case_id: UUID | None, ref: str) -> CaseView:
    try:
        view = cases.case_by_id(case_id, actor=listing.READER) if case_id else None
    except NoSuchCase:
        view = None
    if view is None or view.line.type_key != REPORT:
        raise NoSuchRequest(id=ref[:80])
    return view


def _from_agency(actor: Actor, view: CaseView, words: str, *, is_closing: bool) -> None:
    if is_closing:
        close(actor, view.line.id, words)
    else:
        cases.note(by=actor, case_id=view.line.id, message=words, is_public=True)


def _now() -> int:
    at: datetime = timezone.now()
    return int(at.timestamp())
