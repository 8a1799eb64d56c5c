"""A case as pages show it: its clock, its answers, its papers, each in the words of the reader."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from motcham.blocks.cases import queries, rules, titles, widgets
from motcham.blocks.cases.define import CLOSED, OPEN, REUSED, CaseLine, CaseType, CaseView, Place, panels, type_of
from motcham.blocks.cases.law import calendar
from motcham.blocks.documents.define import DocumentRef
from motcham.blocks.identity import api as identity
from motcham.blocks.identity.define import Actor
from motcham.kernel.errors import Missing
from motcham.kernel.terms import Answers, Field, Kind, Unit, Visible, Words
from motcham.ui import formats
from motcham.ui.clock_bar import ClockBar


def bar(case: Any, *, now: datetime) -> ClockBar:
    """Return the clock bar of a case."""
    clock = rules.CaseClock(case.clock)
    reading = clock.read(calendar(), started_at=case.received_at, now=now, ended_at=case.closed_at)
    limit = clock.limit if clock.has_limit else None
    return ClockBar.of(reading, start=case.received_at, now=now, ended=case.closed_at, limit=limit, awaits=not clock.has_begun)


def days_off(shown: ClockBar) -> str:
    """Return which days up to the due date do not count, as whoever counts them on a wall calendar wonders; else nothing."""
    if shown.due is None or shown.ended or shown.limit is None or shown.limit.unit is not Unit.WORKING_DAYS:
        return ""
    begun, days = formats.local(shown.start).date(), calendar()
    between = (begun + timedelta(days=each) for each in range((formats.local(shown.due).date() - begun).days))
    off = [each for each in between if not days.is_working(each)]
    feasts = [formats.day(each) for each in off if each.weekday() < 5]
    if not feasts:
        return _("weekends do not count") if off else ""
    words = (
        _("days off (%(days)s) do not count") if len(feasts) == len(off) else _("weekends and days off (%(days)s) do not count")
    )
    return words % {"days": ", ".join(feasts)}


def agency_name(agency_id: int | None) -> str:
    """Return the name of an agency in the reader's language, as short as people say it: Phường Nhiêu Lộc."""
    try:
        found = identity.agency(id=agency_id) if agency_id else None
    except Missing:
        return ""
    if found and found.name_en and formats.is_english():
        return found.name_en.removeprefix("People's Committee of ")
    return widgets.short_name(found.official_name) if found else ""


def row_of(line: CaseLine, now: datetime, *, at_home: Collection[int] = (), holder: str = "") -> dict[str, Any]:
    """Return a case as a list shows it; the agency is named where it is not the reader's own."""
    case_type = type_of(line)
    step = case_type._steps.get(line.step)
    agency = "" if len(at_home) == 1 and line.agency_id in at_home else agency_name(line.agency_id)
    joined = ngettext("%(count)s person joined", "%(count)s people joined", line.joined) if line.joined else ""
    parts = (
        # A dossier is called by its procedure, which is its kind.
        "" if titles.is_its_kind(line) else case_type.label,
        agency,
        step.label if step else line.step,
        joined and joined % {"count": formats.number(line.joined)},
    )
    return {
        "id": line.id,
        "title": line.title,
        "sub": " · ".join(str(part) for part in parts if part),
        "bar": bar(line, now=now),
        "within": within(line, now=now),
        "holder": holder,
        "synthetic": line.synthetic,
    }


@dataclass(frozen=True)
class Part:
    """What one agency answers of a case that several settle: what it is, who has it, how far it is, and its time."""

    title: str
    agency: str
    step: Words
    bar: ClockBar


def parts(view: CaseView, *, now: datetime) -> list[Part]:
    """Return the parts of a case for whoever follows it."""
    return [
        Part(titles.of_part(each), agency_name(each.agency_id), type_of(each).step(each.step).label, bar(each, now=now))
        for each in view.sub_cases
    ]


def holders_of(held: Mapping[UUID, int]) -> dict[UUID, str]:
    """Return the name of whoever holds each case, from the posts that hold them."""
    names = identity.holders(post_ids=held.values()) if held else {}
    return {case_id: names[post].name for case_id, post in held.items() if post in names}


def hours_left(line: CaseLine, now: datetime) -> str:
    """Return how long offices are still open before a case is due; nothing of one that is late or whose clock stands."""
    if line.state != OPEN or line.due_at is None or line.due_at < now:
        return ""
    days = calendar()
    start, end = (each.astimezone(days.tz).replace(tzinfo=None) for each in (now, line.due_at))
    hours = int(days.office_time(start, end).total_seconds() // 3600)
    if hours < 1:
        return _("under one working hour")
    return ngettext("%(count)s working hour", "%(count)s working hours", hours) % {"count": formats.number(hours)}


def within(line: CaseLine, *, now: datetime) -> dict[str, str] | None:
    """Return how the step's own time stands (the desk's five minutes), where the case stands at a step that has one."""
    kept = line.clock.get("within")
    if not kept or line.state == CLOSED:
        return None
    left = datetime.fromisoformat(kept["due"]) - now
    span = {"duration": formats.duration(left, parts=1)}
    is_answer = "unbegun" in line.clock
    if left.total_seconds() < 0:
        late = _("first answer %(duration)s late") if is_answer else _("to be sent on: %(duration)s late")
        return {"words": late % span, "tone": "late", "sign": "late"}
    words = _("first answer within %(duration)s") if is_answer else _("to be sent on within %(duration)s")
    return {"words": words % span, "tone": "near", "sign": "pie"}


def first_answer(case: Any) -> datetime | None:
    """Return by when whoever filed hears whether the case is accepted, while it is not."""
    kept = case.clock.get("within")
    return datetime.fromisoformat(kept["due"]) if kept and "unbegun" in case.clock else None


def new_code(view: CaseView) -> dict[str, Any]:
    """Return how whoever filed a case learns the code that it got at the closed desk: nothing where it kept its own."""
    came = max((event.id for event in view.events if event.kind == queries.CONFIDED), default=None)
    if came is None or not view.confidential:
        return {}
    given = {each.kind for each in type_of(view.line).fields if each.name in view.sealed_fields}
    told = next((event.at for event in view.events if event.kind == queries.TOLD and event.id > came), None)
    is_sent = bool(view.filer_account_id) or Kind.EMAIL in given
    return {"is_sent": is_sent, "told_at": told, "untold": not is_sent and told is None, "has_phone": Kind.PHONE in given}


def stands_for(view: CaseView) -> str:
    """Return why the office does not answer yet, as whoever filed reads it; empty where nothing holds it up."""
    if "stands" not in view.line.clock:
        return ""
    return next((each.message for each in reversed(view.events) if each.kind == "stands"), "")


def substitutes(actor: Actor) -> list[str]:
    """Return in whose stead somebody works today: the colleague and the agency of each post they stand in for."""
    posts = [post for post in actor.posts if post.stands_in]
    absent = identity.holders(post_ids=[post.post_id for post in posts])
    return [f"{absent[post.post_id].name} ({agency_name(post.agency_id)})" for post in posts if post.post_id in absent]


def purposes() -> list[tuple[str, str]]:
    """Return the purposes for which a field may be revealed."""
    return [
        ("contact", _("To contact the person about this case")),
        ("verify", _("To verify what was reported")),
        ("inspection", _("Inspection or complaint about the handling")),
    ]


def purpose_words(purpose: str) -> str:
    """Return why somebody looked, in words that the person looked at understands."""
    known = {
        "handling": _("to handle it"),
        "oversight": _("to watch over the handling"),
        "merging": _("to put it together with another report"),
        "splitting": _("to part it into two"),
        "api": _("by a program of the agency"),
        "papers_again": _("to use papers again, as you agreed at the counter"),
        "national_portal": _("to tell the national portal of the dossier"),
    }
    return {**dict(purposes()), **known}.get(purpose, purpose)


def channel_label(channel: str) -> str:
    """Return how a case came in."""
    return {
        "web": pgettext("channel", "website"),
        "app": pgettext("channel", "app"),
        "api": pgettext("channel", "another system"),
        "phone": pgettext("channel", "telephone"),
        "counter": pgettext("channel", "counter"),
        "desk": pgettext("channel", "counter"),
        "sms": pgettext("channel", "text message"),
        "email": pgettext("channel", "e-mail"),
        "zalo": pgettext("channel", "Zalo"),
        "post": pgettext("channel", "post"),
    }.get(channel, channel)


@dataclass(frozen=True)
class Row:
    """One answer on a page; sealed ones have no words until they are revealed."""

    field: Field
    label: str
    text: str
    is_sealed: bool = False


def answer_rows(
    fields: Iterable[Field],
    answers: Answers,
    *,
    place: Place | None,
    sealed: Sequence[str] = (),
    own: bool = False,
    seen: Sequence[Visible] = tuple(Visible),
) -> list[Row]:
    """Return the answers of a case in the order of the form; `own` shows those that identify to the one who typed them."""
    rows = []
    for each in fields:
        if each.visible not in seen or (each.kind is Kind.FILES and not own):
            continue
        if each.name in sealed and not own:
            rows.append(Row(each, str(each.heading), "", is_sealed=True))
            continue
        text = widgets.shown_place(place) if each.kind is Kind.PLACE else widgets.shown(each, answers.get(each.name))
        if each.kind is Kind.FILES:
            count = len(answers.get(each.name) or ())
            text = ngettext("%(count)s file", "%(count)s files", count) % {"count": formats.number(count)} if count else ""
        if own and each.kind is Kind.PLACE and place is not None and place.lon is not None:
            text = " · ".join((text, _("with its position on the map")))
        if text or (own and (each.when is None or each.when(answers))):
            rows.append(Row(each, str(each.label if own else each.heading), text))
    return rows


@dataclass(frozen=True)
class Photo:
    """A file beside an event."""

    href: str
    label: str
    thumbnail: str = ""


def has_papers(case_type: CaseType) -> bool:
    """Tell whether the files of a kind of case are papers, each in answer to a question, and not photos of something."""
    return bool(case_type.counted_as) or any(step.mends for step in case_type.steps)


def papers(
    case_type: CaseType, answers: Answers, files: Mapping[UUID, DocumentRef], href: Callable[[UUID], str]
) -> list[tuple[Words, list[Photo]]]:
    """Return the files of a case by the question that they answer, where its form is that of one procedure."""
    asked = [each for each in case_type.fields if each.kind is Kind.FILES and answers.get(each.name)]
    if not has_papers(case_type):
        return []
    again = answers.get(REUSED) or ()
    words = _("%(paper)s (used again from an earlier dossier)")
    labels = {each.name: words % {"paper": each.label} if each.name in again else each.label for each in asked}
    found = [
        (labels[each.name], [files[one] for one in map(UUID, answers.get(each.name) or ()) if one in files]) for each in asked
    ]
    return [(label, [Photo(href(each.id), each.name) for each in sent]) for label, sent in found if sent]


def panels_of(view: CaseView, officer: Actor | None = None, request: HttpRequest | None = None) -> list[SafeString]:
    """Return every part that is added to the page of a case, drawn; forms in it need the request."""
    found = (panel for each in panels for panel in each.of(view, officer))
    return [render_to_string(each.template, {"panel": each.facts}, request) for each in found]
