"""GET requests: the arguments of the specification turned into reads of what is released, and the rows that answer them."""

from __future__ import annotations

import re
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from threading import Lock
from typing import Any

from django.http import QueryDict
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from motcham.apps.feedback_1022.open311.define import REPORT, BadArguments, NoSuchRequest
from motcham.apps.feedback_1022.open311.models import Exchanged
from motcham.apps.feedback_1022.open311.render import member, moment
from motcham.apps.feedback_1022.open311.services import service, services
from motcham.blocks.cases import api as cases
from motcham.blocks.cases.define import CLOSED, NoSuchCase, PublicCase
from motcham.blocks.identity import api as identity
from motcham.blocks.identity.define import Actor
from motcham.blocks.places import api as places
from motcham.kernel.calendar import CITY
from motcham.kernel.errors import Missing

SPAN = timedelta(days=90)
MOST, DEEPEST, IDS, CODES = 1000, 10_000, 100, 40
READER = Actor.system("open311")
_LOST_PLUS = re.compile(r" (\d\d:?\d\d)$")

# Rows written are kept, per process, for at most so long: names of agencies may change as well.
KEPT, KEPT_FOR = 20_000, 300

Row = dict[str, object]
kept: dict[tuple[Any, ...], Any] = {}
_lock = Lock()


@dataclass(frozen=True)
class Asked:
    """What a list asks for."""

    ids: tuple[str, ...] = ()
    codes: tuple[str, ...] = ()
    since: datetime | None = None
    until: datetime | None = None
    state: str = ""
    order: str = "received_at"
    page: int = 1
    size: int = MOST
    extensions: bool = False


def read(given: QueryDict) -> Asked:
    """Return what the arguments ask for. Raises BadArguments naming every one that cannot be read."""
    wrong: dict[str, str] = {}
    ids, states = words(given, "service_request_id"), {each.lower() for each in words(given, "status")}
    size, page = number_of(given, "page_size", MOST, wrong), number_of(given, "page", DEEPEST, wrong)
    size, page = size or MOST, page or 1
    changed = time_of(given, "updated_after", wrong)
    since: datetime | None
    if changed:
        since, until = changed, time_of(given, "updated_before", wrong)
    else:
        since, until = span(time_of(given, "start_date", wrong), time_of(given, "end_date", wrong), wrong)
    if states - {"open", "closed"}:
        wrong["status"] = _("This can be open or closed.")
    if len(ids) > IDS:
        wrong["service_request_id"] = _("At most %(most)s at once.") % {"most": IDS}
    if page * size > DEEPEST and not wrong:
        wrong["page"] = _("Pages end here. Ask for a shorter time by start_date and end_date.")
    if wrong:
        raise BadArguments(fields=wrong)
    return Asked(
        ids=ids,
        codes=tuple(service(code).code for code in words(given, "service_code")[:CODES]),
        since=since,
        until=until,
        state=next(iter(states)) if len(states) == 1 else "",
        order="changed_at" if changed else "received_at",
        page=page,
        size=size,
        extensions=given.get("extensions", "").lower() == "true",
    )


def words(given: QueryDict, name: str) -> tuple[str, ...]:
    """Return the values of an argument that may be given several times, or with commas."""
    return tuple(dict.fromkeys(part.strip() for value in given.getlist(name) for part in value.split(",") if part.strip()))


def span(start: datetime | None, end: datetime | None, wrong: dict[str, str]) -> tuple[datetime | None, datetime | None]:
    """Return the range of receipt, at most 90 days: the last ones where nothing is said."""
    if start and end and not timedelta(0) <= end - start <= SPAN:
        wrong["end_date"] = _("From start_date to end_date there may be at most 90 days.")
        return None, None
    try:
        return (start, end or start + SPAN) if start else ((end or timezone.now()) - SPAN, end)
    except OverflowError:
        wrong["start_date"] = _("There is no such date.")
        return None, None


def number_of(given: QueryDict, name: str, most: int, wrong: dict[str, str]) -> int | None:
    """Return the number of an argument, or None, with a word in `wrong` where it is none."""
    text = given.get(name, "").strip()
    if not text:
        return None
    if text.isascii() and text.isdigit() and 1 <= int(text[:9]) <= most:
        return int(text[:9])
    wrong[name] = _("This is a whole number from 1 to %(most)s.") % {"most": most}
    return None


def time_of(given: QueryDict, name: str, wrong: dict[str, str]) -> datetime | None:
    """Return the time of an argument, or None, with a word in `wrong` where it is none."""
    text = given.get(name, "").strip()
    if not text:
        return None
    try:
        # A plus that was not escaped arrives as a blank.
        at = datetime.fromisoformat(_LOST_PLUS.sub(r"+\1", text))
        return (at if at.tzinfo else at.replace(tzinfo=CITY)).astimezone(CITY)
    except (ValueError, OverflowError):
        wrong[name] = _("Write it like 2026-11-22T00:00:00Z.")
        return None


def page(asked: Asked, form: str, root: str) -> tuple[list[Any], bool]:
    """Return the rows of one page written in a form, the latest first, and whether there are more. What was written of a
    case is kept until anything of it changes: a list then reads only which cases it has."""
    stamps = cases.public_stamps(
        type_key=REPORT,
        categories=asked.codes,
        state=asked.state,
        since=asked.since,
        until=asked.until + timedelta(microseconds=1) if asked.until else None,
        order=asked.order,
        skip=(asked.page - 1) * asked.size,
        most=asked.size + 1,
    )
    more, stamps = len(stamps) > asked.size, stamps[: asked.size]
    kind = (form, get_language(), root, asked.extensions, int(time.monotonic() / KEPT_FOR))
    written = {each: kept.get((*kind, *each)) for each in stamps}
    if missing := {cases.public_ref(each[0]): each for each, row in written.items() if row is None}:
        for case in cases.public_cases_of(list(missing)):
            row = row_of(case, root, extensions=asked.extensions)
            written[missing[case.public_ref]] = member("service_requests", row, form)
        with _lock:
            kept.update({(*kind, *each): row for each, row in written.items()})
            while len(kept) > KEPT:
                del kept[next(iter(kept))]
    return [row for row in written.values() if row is not None], more


def of_ids(ids: Sequence[str], root: str, *, extensions: bool = False) -> list[Row]:
    """Return the rows of some ids; what is not released answers with its state and times alone, what is unknown not at all."""
    released = {case.public_ref: case for case in cases.public_cases_of(ids) if case.type_key == REPORT}
    rows = []
    for each in ids:
        ref = each.upper()
        if ref in released:
            rows.append(row_of(released[ref], root, extensions=extensions))
            continue
        try:
            rows.append(of_id(each, root, extensions=extensions))
        except NoSuchRequest:
            continue
    return rows


def of_id(ref: str, root: str, *, extensions: bool = False) -> Row:
    """Return the row of one id. Raises NoSuchRequest."""
    try:
        case = cases.public_case(ref)
    except NoSuchCase:
        return unreleased(ref)
    if case.type_key != REPORT:
        raise NoSuchRequest(id=ref[:80])
    # What was merged into an earlier report goes on under the id by which its sender knows it.
    return {**row_of(case, root, extensions=extensions), "service_request_id": ref}


def unreleased(ref: str) -> Row:
    """Return what whoever holds the id of a report may know before an officer released it: where it stands, nothing of its
    content. What is kept in confidence answers as if it were not there."""
    case_id = cases.read_ref(ref)
    try:
        view = cases.case_by_id(case_id, actor=READER) if case_id else None
    except NoSuchCase:
        view = None
    if view is None or view.line.type_key != REPORT or view.confidential:
        raise NoSuchRequest(id=ref[:80])
    line = view.line
    kind = services().get(line.category)
    return {
        "service_request_id": ref,
        "status": "closed" if line.state == CLOSED else "open",
        "service_name": kind.name if kind else None,
        "service_code": line.category,
        "requested_datetime": moment(line.received_at),
        "updated_datetime": moment(line.closed_at or line.received_at),
        "expected_datetime": moment(line.due_at),
    }


def row_of(case: PublicCase, root: str, *, extensions: bool = False) -> Row:
    """Return a released case as the specification names its parts."""
    language = get_language() or "vi"
    photos = [f"{root}media/{case.public_ref}/{each}" for each in case.documents]
    kind = services().get(case.category)
    found: Row = {
        "service_request_id": case.public_ref,
        "status": "closed" if case.state == CLOSED else "open",
        "status_notes": case.reply or str(case.step_label),
        "service_name": kind.name if kind else None,
        "service_code": case.category,
        "description": case.text[:4000] or None,
        "agency_responsible": _agency(case.agency_id, language),
        "service_notice": None,
        "requested_datetime": moment(case.received_at),
        "updated_datetime": moment(case.closed_at or case.changed_at),
        "expected_datetime": moment(case.due_at),
        "address": _address(case.area_code),
        "address_id": case.area_code or None,
        "zipcode": None,
        "lat": case.lat,
        "long": case.lon,
        "media_url": photos[0] if photos else None,
    }
    if extensions:
        found["extended_attributes"] = {
            "detailed_status": case.step,
            "origin": origin(case),
            "late": case.late_at is not None,
            "joined": case.joined,
            "reopened": case.reopened,
            "photos": [{"media_url": each} for each in photos],
        }
    return found


def origin(case: PublicCase) -> str | None:
    """Return the jurisdiction of the installation that passed a request on to us, so that it does not take it back as another."""
    case_id = cases.read_ref(case.public_ref)
    assert case_id is not None, "a case that was read has a reference"
    link = Exchanged.objects.filter(case_id=case_id, is_ours=False).select_related("neighbour").first()
    return (link.neighbour.jurisdiction or link.neighbour.name) if link else None


def _agency(agency_id: int, language: str) -> str:
    agency = identity.agency(id=agency_id)
    return agency.name_en if language == "en" and agency.name_en else agency.official_name


@cache
def _address(code: str) -> str | None:
    try:
        return f"{places.area(code=code).name}, Thành phố Hồ Chí Minh" if code else None
    except Missing:
        return None
