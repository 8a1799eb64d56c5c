"""A case as pages show it: its clock, its timeline, its answers, each in the words of the reader."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from motcham.blocks.cases import queries, rules, titles, widgets
from motcham.blocks.cases.actions import owner_of
from motcham.blocks.cases.define import (
    CLOSED,
    OPEN,
    REUSED,
    CaseLine,
    CaseType,
    CaseView,
    EventLine,
    Place,
    Step,
    panels,
    type_of,
)
from motcham.blocks.cases.law import calendar
from motcham.blocks.channels import api as channels
from motcham.blocks.documents.define import DocumentRef
from motcham.blocks.identity import api as identity
from motcham.blocks.identity.define import Actor
from motcham.kernel.errors import Missing
from motcham.kernel.terms import Answers, Field, Kind, Unit, Visible, Words
from motcham.ui import formats
from motcham.ui.clock_bar import ClockBar

LOOK, LATE, OPENED, STEP, TRANSFERRED, EXTENDED = "look", "became_late", "opened", "step", "transferred", "extended"
RATED, NOTE, FILER_NOTE, DUE_CHANGED = "rated", "note", "filer_note", "due_changed"
REOPENED, RELEASED = "reopened", "released"
CONFIDED, HANDED_BACK, TOLD = queries.CONFIDED, queries.HANDED_BACK, queries.TOLD


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
    came = max((event.id for event in view.events if event.kind == CONFIDED), default=None)
    if came is None or not view.confidential:
        return {}
    given = {each.kind for each in type_of(view.line).fields if each.name in view.sealed_fields}
    told = next((event.at for event in view.events if event.kind == TOLD and event.id > came), None)
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


def _told(view: CaseView, case_type: CaseType) -> frozenset[int]:
    """Return the entries of the acts that whoever filed the case was told of."""
    telling = {each.key for each in case_type.steps if each.tells}
    # Most cases that are looked at are new: nothing was told yet, and nothing is asked of the database.
    if not any(event.kind == STEP and event.step in telling for event in view.events):
        return frozenset()
    return frozenset(each.entry_id for each in channels.notices(to=owner_of(view.line.id)))


class Teller:
    """Tells the timeline of one case to the one who filed it (`officer=False`) or to an officer of it."""

    def __init__(self, view: CaseView, *, files: Mapping[UUID, DocumentRef], href: Callable[[UUID], str], officer: bool) -> None:
        self.view, self.files, self.href, self.officer = view, files, href, officer
        self.type: CaseType = type_of(view.line)
        self.told = _told(view, self.type)

    def steps(self) -> list[dict[str, Any]]:
        """Return what happened and what comes, for the `timeline` component."""
        told = [step for event in self.view.events if self._is_shown(event) for step in self._tell(event)]
        if self.view.line.state == CLOSED or not told:
            return told
        last = max((place for place, step in enumerate(told) if step.get("moves")), default=len(told) - 1)
        told[last]["state"] = "now"
        told.append({"title": self._next(), "state": "next"})
        return told

    def photos(self) -> list[tuple[str, list[Photo]]]:
        """Return the photos of the case by when they were taken: what was reported, how far it is, how it is now."""
        groups: dict[str, list[Photo]] = {"before": [], "progress": [], "after": []}
        for event in self.view.events:
            when = "before" if event.kind in (OPENED, FILER_NOTE) else "progress"
            if event.kind == STEP and self._ends(event.step):
                when = "after"
            groups[when] += [each for each in self._photos(event) if each.thumbnail]
        words = {"before": _("As reported"), "progress": _("On the way"), "after": _("After the work")}
        return [(words[when], found) for when, found in groups.items() if found]

    def looks(self) -> list[dict[str, Any]]:
        """Return who opened the case, the last first: agency, what and why; never the officer's name. Equal looks of one officer
        on one day are one line with how often; in the log each stands by itself."""
        found: dict[tuple[object, ...], dict[str, Any]] = {}
        for event in reversed(self.view.events):
            if event.kind == LOOK:
                names = ", ".join(filter(None, (agency_name(each) for each in event.facts.get("agencies", ()))))
                nobody = _("This system by itself") if event.actor.startswith(Actor.SYSTEM) else _("An officer of the city")
                told = {
                    "agency": names or nobody,
                    "what": ", ".join(map(self._looked_at, str(event.facts.get("what", "")).split(", "))),
                    "purpose": purpose_words(str(event.facts.get("purpose", ""))),
                }
                key = (event.actor, timezone.localdate(event.at), *told.values())
                found.setdefault(key, told | {"at": event.at, "times": 0})["times"] += 1
        return list(found.values())

    def _looked_at(self, what: str) -> str:
        asked = self.type.field_named(what)
        return str(asked.heading) if asked else {"case": _("the whole case"), "file": _("a file")}.get(what, what)

    def _is_shown(self, event: EventLine) -> bool:
        if event.kind == LOOK:
            return False
        return self.officer or event.is_public or event.kind in (LATE, RATED, FILER_NOTE, CONFIDED)

    def _tell(self, event: EventLine) -> Iterable[dict[str, Any]]:
        said = event.message if self.officer or event.is_public else ""
        photos = self._photos(event)
        yield {
            "title": self._title(event),
            "at": event.at,
            "note": self._note(event),
            "said": said,
            "photos": photos,
            "state": "late" if event.kind == LATE else "done",
            "moves": event.kind in (STEP, TRANSFERRED, REOPENED, CONFIDED, HANDED_BACK),
            "ends": event.kind == STEP and self._ends(event.step),
        }
        if event.kind == OPENED:
            yield {
                "title": f"{self._label(event.step)}",
                "at": event.at,
                "note": agency_name(event.agency_id),
                "state": "done",
                "moves": True,
            }

    def _title(self, event: EventLine) -> str:
        agency = {"agency": agency_name(event.agency_id)}
        if self.officer:
            received = _("Received by %(channel)s") % {"channel": channel_label(self.view.channel)}
            told = {OPENED: received, FILER_NOTE: _("Added by the person who filed it")}
        else:
            told = {OPENED: _("You sent it"), FILER_NOTE: _("You added something")}
            if self.view.seen_by == queries.PARTICIPANT:
                told = {OPENED: _("Somebody reported it"), FILER_NOTE: _("Added by the person who filed it")}
        told |= {
            TRANSFERRED: _("Handed to %(agency)s") % agency,
            EXTENDED: _("The limit was extended"),
            "apologised": _("The agency apologised and named a new day"),
            LATE: _("The limit was passed without an answer"),
            DUE_CHANGED: _("The calendar changed; the due date was set again"),
            RATED: _("Rated %(stars)s of 5") % {"stars": event.facts.get("rating", "")},
            NOTE: _("Note of %(agency)s") % agency,
            "held": self._held(event),
            "taken_back": _("The last act was taken back"),
            "joined": _("Somebody else is concerned by it too"),
            "confirmed": _("Somebody who applies too confirmed it"),
            "participant_note": _("Added by somebody who joined"),
            "merged": _("Merged into an earlier report of the same thing"),
            "merged_in": _("Another report of the same thing was merged into this one"),
            "split": _("A second matter was split off"),
            "split_off": _("Split off from another report"),
            REOPENED: _("Opened again"),
            RELEASED: _("Published for everybody"),
            "withdrawn": _("Taken out of what is public"),
            "promise_broken": _("The promised day passed"),
            "excerpt": _("An excerpt went to an agency"),
            CONFIDED: self._confided(event),
            HANDED_BACK: _("The closed desk handed it to %(agency)s: it accuses nobody in office") % agency,
            TOLD: _("Told the new code by telephone"),
            "parted": _("Goes on by itself again"),
            "stands": _("It waits for something before the office answers"),
            "goes_on": _("What it waited for is there; the office answers now"),
            **self._of_part(event),
        }
        return told.get(event.kind) or self._label(event.step)

    def _confided(self, event: EventLine) -> str:
        if not self.officer:
            return _("Handed to the closed desk: it speaks of somebody in office")
        return _("Handed to the closed desk; it was with %(agency)s") % {"agency": agency_name(event.facts.get("from"))}

    def _of_part(self, event: EventLine) -> dict[str, str]:
        """Return what is said of a part of the case, where the event is of one."""
        said = event.facts.get("settled") or event.facts.get("part")
        if not said:
            return {}
        words = {
            "part_settled": _("%(agency)s settled its part: %(part)s"),
            "part_asked": _("%(agency)s asks for papers for its part: %(part)s"),
            "part_went_on": _("%(agency)s goes on with its part: %(part)s"),
            "part_extended": _("%(agency)s needs longer for its part: %(part)s"),
            "part_undone": _("%(agency)s took back its last step: %(part)s"),
        }
        if said.get("outcome") not in (None, "", "done"):
            words["part_settled"] = _("%(agency)s ended its part without settling it: %(part)s")
            words["part_went_on"] = _("%(agency)s waits no more for papers for its part: %(part)s")
        facts = {"agency": agency_name(said.get("agency")), "part": said.get("title", "")}
        return {event.kind: words[event.kind] % facts} if event.kind in words else {}

    def _held(self, event: EventLine) -> str:
        holder = event.facts.get("holder")
        found = identity.holders(post_ids=[holder]).get(holder) if holder and self.officer else None
        return _("Now the work of %(name)s") % {"name": found.name} if found else _("Nobody's work for now")

    def _ends(self, step: str) -> bool:
        return any(each.key == step and each.outcome for each in self.type.steps)

    def _label(self, step: str) -> str:
        known = {each.key: each for each in self.type.steps}
        return str(known[step].label) if step in known else step

    def _note(self, event: EventLine) -> str:
        notes = []
        if event.kind == STEP:
            notes.append(agency_name(event.agency_id))
        for name, value in event.facts.items():
            asked = self.type.field_named(name)
            if asked is not None and asked.kind is not Kind.FILES and (self.officer or asked.visible is not Visible.OFFICERS):
                notes.append(_fact(asked, value))
        if event.facts.get("due_at") and event.facts["due_at"] != "None":
            notes.append(_("due %(moment)s") % {"moment": formats.moment(datetime.fromisoformat(event.facts["due_at"]))})
        if event.entry_id in self.told:
            notes.append(_("the one who filed it was told") if self.officer else _("you were told"))
        count = len(event.facts.get("documents", ())) or (self._opened_with() if event.kind == OPENED else 0)
        if count:
            notes.append(ngettext("with %(count)s file", "with %(count)s files", count) % {"count": formats.number(count)})
        return " · ".join(note for note in notes if note)

    def _opened_with(self) -> int:
        return len(self._first_files())

    def _first_files(self) -> list[UUID]:
        """Return the files that came with the case itself, before any act added its own."""
        acts = (event for event in self.view.events if event.kind != RELEASED)
        later = {UUID(str(each)) for event in acts for each in event.facts.get("documents", ())}
        return [each for each in self.view.documents if each not in later]

    def _photos(self, event: EventLine) -> list[Photo]:
        if event.kind == RELEASED:
            return []  # what is published came with an earlier event and is shown there
        ids = self._first_files() if event.kind == OPENED else [UUID(str(each)) for each in event.facts.get("documents", ())]
        found = [self.files[each] for each in ids if each in self.files]
        return [
            Photo(self.href(each.id), each.name, f"{self.href(each.id)}?small" if each.kind.is_image else "") for each in found
        ]

    def _next(self) -> str:
        if "unbegun" in self.view.line.clock:
            return _("The office says whether it is accepted")
        if self.view.line.due_at is None:
            return _("The clock goes on when the question is answered")
        if self.view.line.due_at < timezone.now():
            return _("The answer is still owed")
        return _("Answer by %(moment)s") % {"moment": formats.moment(self.view.line.due_at)}


def _fact(asked: Field, value: Any) -> str:
    return f"{asked.heading}: {widgets.shown(asked, value)}"


def said_of(step: Step, facts: Mapping[str, Any], *, leave_out: Collection[str] = ()) -> list[str]:
    """Return what an officer filled in to take a case to a step, as whoever filed reads it."""
    asked = [each for each in step.asks if each.name not in leave_out and each.visible is not Visible.OFFICERS]
    return [_fact(each, facts[each.name]) for each in asked if facts.get(each.name)]


def asked_anew(view: CaseView) -> list[Field]:
    """Return the papers for which the agency of a case waits, while it does."""
    case_type = type_of(view.line)
    step = case_type.step(view.line.step)
    if not step.mends or view.line.state == CLOSED:
        return []
    came = (each for each in reversed(view.events) if each.kind == STEP and each.step == step.key)
    names = next((each.facts.get(step.mends) or () for each in came), ())
    return [each for each in case_type.fields if each.kind is Kind.FILES and each.name in names]


def panels_of(view: CaseView, officer: Actor | None = None, request: HttpRequest | None = None) -> list[SafeString]:
    """Return every part that is added to the page of a case, drawn; forms in it need the request."""
    found = (panel for each in panels for panel in each.of(view, officer))
    return [render_to_string(each.template, {"panel": each.facts}, request) for each in found]
