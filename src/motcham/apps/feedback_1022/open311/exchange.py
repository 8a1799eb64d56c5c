"""Exchange with another installation: what it has for us becomes a case here, what is not ours is sent there, and each hears how it ends."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from motcham.apps.feedback_1022.open311 import photos
from motcham.apps.feedback_1022.open311.client import identifier, words
from motcham.apps.feedback_1022.open311.define import CHANNEL, REPORT
from motcham.apps.feedback_1022.open311.models import Exchanged, Neighbour
from motcham.apps.feedback_1022.open311.neighbours import actor_of, endpoint_of
from motcham.apps.feedback_1022.open311.posting import fields_of
from motcham.blocks.cases import api as cases
from motcham.blocks.cases.define import CLOSED, CaseLine, CaseView, NewCase, NoSuchCase, Place, case_types
from motcham.blocks.channels import api as channels
from motcham.blocks.identity import api as identity
from motcham.blocks.identity.define import Actor
from motcham.kernel.errors import Invalid, MotchamError

BACK = timedelta(days=90)
# Clocks differ, and what was being written while we read is read at the next time.
OVERLAP = timedelta(minutes=5)
ASKED_AT_ONCE, SENT_AT_ONCE = 50, 100


def exchange(neighbour: Neighbour, *, now: datetime | None = None) -> Counter[str]:
    """Pull, push, follow and tell, in this order; return how many of each."""
    now = now or timezone.now()
    with translation.override(settings.LANGUAGE_CODE):
        return pull(neighbour, now=now) + push(neighbour, now=now) + follow(neighbour) + tell(neighbour)


def pull(neighbour: Neighbour, *, now: datetime, since: datetime | None = None) -> Counter[str]:
    """Open a case here for each request there of a service that we take, once."""
    done: Counter[str] = Counter()
    if not neighbour.takes:
        return done
    since = max(since or neighbour.pulled_to or now - BACK, now - BACK)
    for row in endpoint_of(neighbour).requests(since=since, now=now):
        done[_pulled(neighbour, row)] += 1
    neighbour.pulled_to = now - OVERLAP
    neighbour.save(update_fields=["pulled_to"])
    return done


def _pulled(neighbour: Neighbour, row: Mapping[str, Any]) -> str:
    remote_id = identifier(row)
    if reason := _passed_over(neighbour, row):
        return reason
    by = actor_of(neighbour)
    try:
        new = _case_of(neighbour, row, neighbour.takes[words(row, "service_code")])
        with transaction.atomic():
            opened = cases.open_case(new, by=by)
            Exchanged.objects.create(
                neighbour=neighbour,
                case_id=opened.id,
                is_ours=False,
                remote_id=remote_id,
                remote_status="open",
                at=timezone.now(),
            )
            if url := words(row, "media_url"):
                photos.want(opened.id, [url[:2000]])
    except Invalid:
        return "not to be placed here"
    except IntegrityError:
        return "known"
    return "pulled"


def _passed_over(neighbour: Neighbour, row: Mapping[str, Any]) -> str:
    """Return why a request there opens no case here; nothing where it does."""
    if Exchanged.objects.filter(neighbour=neighbour, remote_id=identifier(row)).exists():
        return "known"
    if words(row, "service_code") not in neighbour.takes:
        return "of no service we take"
    if words(row, "status").lower() == "closed":
        return "closed there"
    return "from here" if came_from_here(row) else ""


def _case_of(neighbour: Neighbour, row: Mapping[str, Any], category: str) -> NewCase:
    """Return a request as a case. What the other side did not ask is not asked again: only the place must be right."""
    fields = tuple(each if each.name in ("category", "place") else replace(each, required=False) for each in fields_of(category))
    said = words(row, "description") or words(row, "service_name")
    source = _("Passed on by %(name)s, where it is number %(id)s.") % {"name": neighbour.name, "id": identifier(row)}
    place = {"lon": words(row, "long"), "lat": words(row, "lat"), "address": words(row, "address")[:300]}
    read = cases.parse_answers(
        fields, {"category": category, "description": f"{said[:4500]}\n\n{source}", "place": place}, now=timezone.now()
    )
    if read.errors:
        raise Invalid(fields=read.errors)
    # A key has 100 letters; an id there may have more.
    once = hashlib.sha256(f"{neighbour.pk}:{identifier(row)}".encode()).hexdigest()
    return NewCase(type_key=REPORT, answers=read.answers, place=read.place, channel=CHANNEL, idempotency_key=once)


def came_from_here(row: Mapping[str, Any]) -> bool:
    """Tell whether a request there is one that an installation of this city passed on: it must not come back as another case."""
    extended = row.get("extended_attributes")
    return isinstance(extended, Mapping) and str(extended.get("origin", "")).lower() in settings.GEOREPORT_JURISDICTIONS


def push(neighbour: Neighbour, *, now: datetime) -> Counter[str]:
    """Send the open cases of the categories that are theirs, and those that no rule routes where they take them; each once."""
    done: Counter[str] = Counter()
    for line, code in _theirs(neighbour):
        link = Exchanged.objects.filter(case_id=line.id).first()
        if link is None:
            link = Exchanged.objects.create(neighbour=neighbour, case_id=line.id, is_ours=True, at=now)
        if link.is_ours and link.neighbour_id == neighbour.pk and not link.remote_id:
            done[_sent(neighbour, link, code)] += 1
    return done


def _theirs(neighbour: Neighbour) -> Iterator[tuple[CaseLine, str]]:
    report = case_types[REPORT]
    for category, code in neighbour.sends.items():
        desk = identity.agency(code=report.desk).id if not category else None
        behind = cases.Behind(figure=cases.Figure.PENDING, type_key=REPORT, category=category, agency_id=desk)
        after, left = None, SENT_AT_ONCE
        while left > 0:
            page = cases.counted(behind, actor=actor_of(neighbour), after=after, most=SENT_AT_ONCE)
            for line in page.lines:
                if line.received_at >= neighbour.added_at and (category or line.step == report.unrouted):
                    left -= 1
                    yield line, str(code)
            after = page.after
            if after is None:
                break


def _sent(neighbour: Neighbour, link: Exchanged, code: str) -> str:
    """Send one case: its words and its place, nothing that identifies who filed it. The look is written first."""
    by, endpoint = actor_of(neighbour), endpoint_of(neighbour)
    if link.token:
        return _taken(neighbour, link, endpoint.id_of(link.token))
    try:
        cases.look(by=by, case_id=link.case_id, purpose=f"open311:{neighbour.name}")
        view = _open_view(link.case_id, by)
    except NoSuchCase:
        link.delete()
        return "not ours to send"
    said = channels.mask(str(view.answers.get("description", "")))
    given = {"service_code": code, "description": said[:4000], **_where(view.place)}
    answer = endpoint.post(given, once=f"motcham-{link.pk}-{link.case_id.hex}")
    if token := words(answer, "token"):
        link.token = token[:120]
        link.save(update_fields=["token"])
    return _taken(neighbour, link, identifier(answer))


def _open_view(case_id: UUID, by: Actor) -> CaseView:
    """Return a case as an exchange may see it: what the closed desk has is not there for any other installation."""
    view = cases.case_by_id(case_id, actor=by)
    if view.confidential:
        raise NoSuchCase()
    return view


def _where(place: Place | None) -> dict[str, str]:
    if place is None:
        return {}
    point = {"lat": str(place.lat), "long": str(place.lon)} if place.lat is not None else {}
    return {**point, **({"address_string": place.address} if place.address else {})}


def _taken(neighbour: Neighbour, link: Exchanged, remote_id: str) -> str:
    if not remote_id:
        return "waiting for its id"
    link.remote_id, link.remote_status, link.told = remote_id, "open", ""
    link.save()
    message = _("Passed on to %(name)s, where it is number %(id)s.") % {"name": neighbour.name, "id": remote_id}
    cases.note(by=actor_of(neighbour), case_id=link.case_id, message=message, is_public=True)
    return "sent"


def follow(neighbour: Neighbour) -> Counter[str]:
    """Ask how those that were sent go on; what is closed there is answered here in their words."""
    done: Counter[str] = Counter()
    links = {
        each.remote_id: each
        for each in Exchanged.objects.filter(neighbour=neighbour, is_ours=True)
        .exclude(remote_id="")
        .exclude(remote_status="closed")
    }
    ids = list(links)
    for first in range(0, len(ids), ASKED_AT_ONCE):
        for row in endpoint_of(neighbour).requests_of(ids[first : first + ASKED_AT_ONCE]):
            link = links.get(identifier(row))
            if link is not None and words(row, "status").lower() == "closed":
                done[_ended(neighbour, link, words(row, "status_notes"))] += 1
    return done


def _ended(neighbour: Neighbour, link: Exchanged, notes: str) -> str:
    by = actor_of(neighbour)
    message = _("%(name)s has closed it: %(notes)s") % {"name": neighbour.name, "notes": notes or _("no words were given")}
    with transaction.atomic():
        link.remote_status = "closed"
        link.save(update_fields=["remote_status"])
        return close(by, link.case_id, channels.mask(message)[:5000])


def close(by: Actor, case_id: UUID, message: str) -> str:
    """Answer a case where it may be answered from where it stands, else note it for whoever is in charge."""
    try:
        view = _open_view(case_id, by)
    except NoSuchCase:
        return "gone"
    if view.line.state == CLOSED:
        return "known"
    steps = case_types[view.line.type_key]
    answered = next((key for key in steps.step(view.line.step).leads_to if steps.step(key).outcome == "answered"), None)
    if answered is None:
        cases.note(by=by, case_id=case_id, message=message, is_public=True)
        return "noted"
    cases.take_step(by=by, case_id=case_id, to=answered, message=message)
    return "answered"


def tell(neighbour: Neighbour) -> Counter[str]:
    """Tell them what became of what we took over, by FixMyStreet's extension, where they take it."""
    done: Counter[str] = Counter()
    if not neighbour.tells:
        return done
    for link in Exchanged.objects.filter(neighbour=neighbour, is_ours=False).exclude(told=CLOSED):
        try:
            view = _open_view(link.case_id, actor_of(neighbour))
        except NoSuchCase:
            continue
        if view.line.state != CLOSED:
            continue
        said = next((event.message for event in reversed(view.events) if event.is_public and event.message), "")
        given = {
            "service_request_id": link.remote_id,
            "update_id": f"{cases.public_ref(link.case_id)}-{view.version}",
            "updated_datetime": (view.line.closed_at or timezone.now()).isoformat(timespec="seconds"),
            "status": "CLOSED",
            "description": channels.mask(said)[:4000],
        }
        endpoint_of(neighbour).update(given, once=given["update_id"])
        link.told = CLOSED
        link.save(update_fields=["told"])
        done["told"] += 1
    return done


def due(*, now: datetime | None = None) -> int:
    """Exchange with one neighbour whose time has come; return how many that were. What fails is tried again later and later."""
    now = now or timezone.now()
    for neighbour in Neighbour.objects.exclude(next_at__gt=now).order_by("next_at", "id")[:1]:
        # Whoever moves its time has it: others pass it by, and nothing is locked while the other side thinks.
        claim = Neighbour.objects.filter(pk=neighbour.pk, next_at=neighbour.next_at)
        if not claim.update(next_at=now + timedelta(minutes=10)):
            continue
        try:
            exchange(neighbour, now=now)
            neighbour.failures, neighbour.problem = 0, ""
            wait = timedelta(seconds=neighbour.every)
        except MotchamError as error:
            neighbour.failures, neighbour.problem = min(neighbour.failures + 1, 60), str(error)[:300]
            wait = min(timedelta(minutes=2 ** min(neighbour.failures, 11)), timedelta(days=1))
        neighbour.next_at = now + wait
        neighbour.save(update_fields=["failures", "problem", "next_at"])
        return 1
    return 0
