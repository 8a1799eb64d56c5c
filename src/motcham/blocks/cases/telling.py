"""What happened to a case and what comes, told to whoever filed it or to an officer."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from motcham.blocks.cases import queries, widgets
from motcham.blocks.cases.actions import owner_of
from motcham.blocks.cases.define import CLOSED, CaseType, CaseView, EventLine, Step, type_of
from motcham.blocks.cases.showing import Photo, agency_name, channel_label, purpose_words
from motcham.blocks.channels import api as channels
from motcham.blocks.documents.define import DocumentRef
from motcham.blocks.identity import api as identity
from motcham.blocks.identity.define import Actor
from motcham.kernel.terms import Field, Kind, Visible
from motcham.ui import formats

LOOK, LATE, OPENED, STEP, TRANSFERRED, EXTENDED = "look", "became_late", "opened", "step", "transferred", "extended"
RATED, NOTE, FILER_NOTE, DUE_CHANGED = "rated", "note", "filer_note", "due_changed"
REOPENED, RELEASED = "reopened", "released"
CONFIDED, HANDED_BACK, TOLD = queries.CONFIDED, queries.HANDED_BACK, queries.TOLD


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
