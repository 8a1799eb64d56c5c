"""The nouns of a case type: one file with one `CaseType` adds a kind of case to the house."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cached_property
from typing import Any
from uuid import UUID

from motcham.kernel.errors import DefinitionError, Invalid, Missing, Overtaken, Refused
from motcham.kernel.registry import Registry
from motcham.kernel.terms import Answers, Field, Kind, LegalBasis, Limit, Words

OPEN, PAUSED, CLOSED = "open", "paused", "closed"


@dataclass(frozen=True)
class Step:
    """Where a case can stand. `roles` may take it from here to one of `leads_to`; arriving pauses the clock where the
    step `pauses` it (somebody else must act first) and ends the case where it has an `outcome`. `within` names the
    dated limit of this step alone. `asks` are what an officer fills in to arrive here; `tells` is the notice sent.
    Arriving at a step that `transfers` hands the case over: to the agency named, or back to the desk where it is the
    step of what no rule routes. `promises` names the date among what it asks that is a promise: it is kept by answering."""

    key: str
    label: Words
    roles: tuple[str, ...] = ()
    leads_to: tuple[str, ...] = ()
    act: Words = ""
    within: str = ""
    pauses: bool = False
    outcome: str = ""
    asks: tuple[Field, ...] = ()
    tells: str = ""
    transfers: bool = False
    message_required: bool = False
    promises: str = ""


@dataclass(frozen=True)
class Place:
    """Where something is: a point where one is known, its area as of the day of filing, the address in words."""

    lon: float | None
    lat: float | None
    area_code: str = ""
    area_from: date | None = None
    address: str = ""


@dataclass(frozen=True)
class Filing:
    """What routing and titles are computed from: the answers, the place, the channel and the time."""

    answers: Answers
    place: Place | None
    channel: str
    at: datetime


@dataclass(frozen=True)
class Retention:
    """How long a closed case keeps what identifies people, and why."""

    years: int
    legal_basis: LegalBasis


@dataclass(frozen=True)
class Part:
    """A piece of a case that another agency answers: its case type, the agency's code, its own dated limit, its answers."""

    case_type: str
    agency: str
    limit: str
    answers: Answers


@dataclass(frozen=True)
class Advice:
    """What a form says at once upon what was answered, holding nobody up; `calls` are telephone numbers, each with whose it is."""

    key: str
    title: Words
    text: Words = ""
    calls: tuple[tuple[str, Words], ...] = ()
    is_urgent: bool = False


@dataclass(frozen=True)
class CaseType:
    """One kind of case. `limit` names a dated legal limit (`data/limits.csv`); `route` returns the code of the agency
    in charge, or None for the queue of what no rule routes; `title` is what lists show and must identify nobody;
    `category` is the name of the choice field by which figures are counted. `anyone_files` opens the public form, else
    the roles in `filed_by` file it. `parts` returns what other agencies answer, each with a partial limit; the whole
    closes after them. `asked_limit` returns the limit that the filing itself sets, where the law leaves it to whoever asks.
    `confidential` returns the code of the closed desk whose officers alone may see this case, or None. `joinable` says whether
    others may be shown this case near them and join it, once it is released. `advises` returns what the form says at once
    upon the answers so far. `reopen_limit` names the dated limit within which
    whoever it concerns may have a closed case opened again."""

    key: str
    official_name: str
    label: Words
    legal_basis: LegalBasis
    limit: str
    fields: tuple[Field, ...]
    steps: tuple[Step, ...]
    route: Callable[[Filing], str | None]
    title: Callable[[Filing], str]
    retention: Retention
    in_force: date
    summary: Words = ""
    desk: str = ""
    unrouted: str = ""
    category: str = ""
    anyone_files: bool = True
    filed_by: tuple[str, ...] = ()
    parts: Callable[[Filing], Iterable[Part]] | None = None
    asked_limit: Callable[[Filing], Limit | None] | None = None
    rated: bool = False
    extensions: int = 0
    extension_limit: str = ""
    retired: date | None = None
    confidential: Callable[[Filing], str | None] | None = None
    joinable: Callable[[Answers], bool] | None = None
    advises: Callable[[Answers], Iterable[Advice]] | None = None
    reopen_limit: str = ""
    _steps: dict[str, Step] = field(default_factory=dict, init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        self._steps.update({step.key: step for step in self.steps})

    def step(self, key: str) -> Step:
        """Return the step of that key."""
        return self._steps[key]

    @property
    def first(self) -> Step:
        """Return the step at which a case starts."""
        return self.steps[0]

    def field_named(self, name: str) -> Field | None:
        """Return the field of that name, from the form or from what a step asks."""
        return next((each for each in self.every_field() if each.name == name), None)

    def every_field(self) -> Iterable[Field]:
        """Yield the fields of the form, then those that steps ask for."""
        yield from self.fields
        for step in self.steps:
            yield from step.asks

    def fingerprint(self) -> str:
        """Return a digest of the structure (fields, kinds, steps, limits): labels may be mended without changing it."""
        return self._fingerprint

    @cached_property
    def _fingerprint(self) -> str:
        structure = {
            "fields": [_field_shape(each) for each in self.fields],
            "steps": [
                [s.key, s.roles, s.leads_to, s.within, s.pauses, s.outcome, [_field_shape(f) for f in s.asks]] for s in self.steps
            ],
            "limit": self.limit,
        }
        return hashlib.sha256(json.dumps(structure, sort_keys=True).encode()).hexdigest()[:16]

    def verify(self, file: str) -> None:
        """Refuse a definition that cannot work, naming its file, the mistake and what would be right."""
        if len(self._steps) != len(self.steps) or not self.steps:
            raise DefinitionError(f"{file}: {self.key} needs at least one step and no two of the same key.")
        names = [each.name for each in self.fields]
        if doubled := {name for name in names if names.count(name) > 1}:
            raise DefinitionError(f"{file}: {self.key} asks for {', '.join(sorted(doubled))} twice.")
        for step in self.steps:
            for target in step.leads_to:
                if target not in self._steps:
                    raise DefinitionError(
                        f"{file}: in {self.key} the step '{step.key}' leads to '{target}', which is not a step. "
                        f"Steps: {', '.join(self._steps)}."
                    )
            if not step.leads_to and not step.outcome:
                raise DefinitionError(f"{file}: in {self.key} the step '{step.key}' leads nowhere and has no outcome.")
        if self.unrouted and self.unrouted not in self._steps:
            raise DefinitionError(f"{file}: {self.key} starts what no rule routes at '{self.unrouted}', which is not a step.")
        if wrong := [each.name for each in self.fields if each.instead_of and each.instead_of not in names]:
            raise DefinitionError(f"{file}: {self.key} asks for {', '.join(wrong)} instead of a field that it does not have.")
        if sum(each.kind is Kind.PLACE for each in self.fields) > 1:
            raise DefinitionError(f"{file}: {self.key} asks for two places; a case lies in one. Ask for the other as text.")
        if self.category:
            asked = self.field_named(self.category)
            if asked is None or asked.kind is not Kind.CHOICE:
                raise DefinitionError(f"{file}: {self.key} counts by '{self.category}', which is not one of its choice fields.")


def _field_shape(each: Field) -> list[Any]:
    return [each.name, each.kind, each.required, [c.key for c in each.choices], [_field_shape(f) for f in each.fields]]


case_types: Registry[CaseType] = Registry("case type")


@dataclass(frozen=True, slots=True)
class CaseLine:
    """A case as lists show it: nothing in it identifies anybody."""

    id: UUID
    type_key: str
    title: str
    agency_id: int
    area_code: str
    category: str
    step: str
    state: str
    received_at: datetime
    due_at: datetime | None
    late_at: datetime | None
    closed_at: datetime | None
    provisional: bool
    synthetic: bool
    joined: int
    clock: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class EventLine:
    """One line of a case's timeline; `message` is shown to the public only where `is_public`."""

    id: int
    at: datetime
    kind: str
    step: str
    agency_id: int | None
    actor: str
    message: str
    is_public: bool
    facts: Mapping[str, Any]
    entry_id: int


@dataclass(frozen=True, slots=True)
class CaseView:
    """A whole case as an officer in charge or the person who filed it may see it; identifying fields stay sealed
    until `api.reveal` opens them one at a time. `seen_by` is "officer", "filer" or "participant"; a participant sees of
    the filer nothing but what was released, and `code` is their own."""

    line: CaseLine
    code: str
    answers: Mapping[str, Any]
    sealed_fields: tuple[str, ...]
    place: Place | None
    channel: str
    filed_at: datetime
    version: int
    outcome: str
    limit: Limit
    rating: int | None
    parent_id: UUID | None
    sub_cases: tuple[CaseLine, ...]
    events: tuple[EventLine, ...]
    documents: tuple[UUID, ...]
    filer_account_id: int | None
    seen_by: str = "officer"
    participant_id: UUID | None = None
    confidential: bool = False
    released_at: datetime | None = None
    public_text: str = ""
    public_reply: str = ""
    public_documents: tuple[UUID, ...] = ()
    merged_into: UUID | None = None
    merged: tuple[CaseLine, ...] = ()
    split: tuple[CaseLine, ...] = ()
    reopened: int = 0


@dataclass(frozen=True, slots=True)
class PublicCase:
    """A released case as everybody may read it: what an officer released, and what nobody is known by. The point is
    rounded to about 11 m. `after` are those of its photos that show the work done, `documents` all of them."""

    public_ref: str
    type_key: str
    agency_id: int
    area_code: str
    category: str
    lon: float | None
    lat: float | None
    step: str
    state: str
    received_at: datetime
    due_at: datetime | None
    late_at: datetime | None
    closed_at: datetime | None
    outcome: str
    released_at: datetime
    changed_at: datetime
    joined: int
    reopened: int
    text: str
    reply: str
    documents: tuple[UUID, ...]
    after: tuple[UUID, ...]
    synthetic: bool
    is_joinable: bool

    @property
    def before(self) -> tuple[UUID, ...]:
        """Return the photos that show what was wrong."""
        return tuple(each for each in self.documents if each not in self.after)

    @property
    def step_label(self) -> Words:
        """Return where it stands, in words."""
        return case_types[self.type_key].step(self.step).label


@dataclass(frozen=True, slots=True)
class PublicPage:
    """One page of released cases; `after` is the key of the next one, None at the end."""

    cases: tuple[PublicCase, ...]
    after: tuple[datetime, UUID] | None


@dataclass(frozen=True, slots=True)
class NearCase:
    """A released case near a point, with its distance in metres."""

    case: PublicCase
    metres: float


@dataclass(frozen=True, slots=True)
class Happening:
    """What `cases.api.happened` tells the blocks above, inside the transaction of the act."""

    case_id: UUID
    kind: str
    at: datetime
    type_key: str
    agency_id: int
    area_code: str
    category: str
    channel: str
    received_at: datetime
    due_at: datetime | None
    late_at: datetime | None
    closed_at: datetime | None
    outcome: str
    rating: int | None
    before: Happening | None = None


@dataclass(frozen=True, slots=True)
class Opened:
    """What the one who filed gets back; `is_repeat` when this request had already opened its case."""

    id: UUID
    code: str
    agency_id: int
    due_at: datetime | None
    is_repeat: bool = False


@dataclass(frozen=True, slots=True)
class Joined:
    """What somebody who joined a case gets back: a code of their own; `is_repeat` when this account had joined it before."""

    participant_id: UUID
    code: str
    case_id: UUID
    is_repeat: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class NewCase:
    """A case as it is filed: its checked answers and where it came from. `is_screened` says that officers decided already
    that it is not confidential."""

    type_key: str
    answers: Mapping[str, Any]
    channel: str
    place: Place | None = None
    documents: Sequence[UUID] = ()
    at: datetime | None = None
    language: str = "vi"
    synthetic: bool = False
    agency_id: int | None = None
    parent_id: UUID | None = None
    limit: str = ""
    idempotency_key: str = ""
    split_from_id: UUID | None = None
    is_screened: bool = False


@dataclass(frozen=True, slots=True)
class Released:
    """What `cases.api.released` tells the apps, inside the transaction in which an officer published a case."""

    public_ref: str
    type_key: str
    category: str
    area_code: str
    at: datetime
    entry_id: int
    is_first: bool
    synthetic: bool


class NoSuchCase(Missing):
    """There is no case with this code. Codes have 13 letters and digits; check them against your receipt."""

    code = "case.missing"


class NoSuchType(Missing):
    """There is no kind of case called {key}. The list of services names every one that can be filed."""

    code = "case.no_such_type"


class UnreadableBody(Invalid):
    """The body is not the JSON that this address takes: {detail}. The API's description says what it takes."""

    code = "case.unreadable_body"


class StepNotOpen(Invalid):
    """The case cannot go to that step from where it stands now. Choose one of the acts offered on its page."""

    code = "case.step_not_open"
    status = 409


class CaseMoved(Overtaken):
    """Somebody else acted on this case a moment before you. Your text is kept below; look at what changed, then send it if it is still needed."""

    code = "case.overtaken"


class CaseMerged(Invalid):
    """This case was merged into another and goes on there. Open the case it was merged into."""

    code = "case.merged"
    status = 409


class KeyReused(Invalid):
    """This idempotency key was already used for something else. Send a new key with a new request."""

    code = "case.key_reused"
    status = 409


class AnswersInvalid(Invalid):
    """Some answers need mending. What you entered is kept; look at the fields marked."""

    code = "case.answers_invalid"


class PartsOpen(Invalid):
    """{open} part(s) of this case are still with other agencies. Close it when they have answered, or end them first."""

    code = "case.parts_open"
    status = 409


class NoReceiver(Invalid):
    """This act hands the case to another agency. Choose which one."""

    code = "case.no_receiver"


class NotYours(Refused):
    """Only an officer whose post handles this step may do this. Hand the case over, or ask the officer in charge."""

    code = "case.not_yours"


class ClosedDesk(Refused):
    """This report is confidential and stays at the closed desk. Write the agency an excerpt in your own words instead; it names nobody."""

    code = "case.closed_desk"


class PromiseInPast(Invalid):
    """A promise is for today or a day to come. Choose the day by which the work will be done."""

    code = "case.promise_in_past"


class NotJoinable(Invalid):
    """This case cannot be joined: it is not published, or it is closed. Send a report of your own; it will be handled."""

    code = "case.not_joinable"
    status = 409


class NotMergeable(Invalid):
    """These two cases cannot be merged. Choose two that are open, of one kind and not confidential, neither with parts at other agencies."""

    code = "case.not_mergeable"
    status = 409


class LeaderWaits(Invalid):
    """The earlier of the two waits for an answer, so its clock stands; merging would stop the clock of the other. Merge when it runs again."""

    code = "case.leader_waits"
    status = 409


class NotReopened(Invalid):
    """This case is not closed, or it was merged into another, so it cannot be opened again. Look at where it stands on its page."""

    code = "case.not_reopened"
    status = 409


class ReopenTooLate(Invalid):
    """This case could be opened again until {until}. Send a new report and name the code of this one."""

    code = "case.reopen_too_late"
    status = 409


class NotForRelease(Invalid):
    """This case cannot be published: it is confidential, merged into another, or erased. Nothing was published."""

    code = "case.not_for_release"
    status = 409


class NotItsDocument(Invalid):
    """One of the files chosen does not belong to this case. Reload the page and choose again."""

    code = "case.not_its_document"


class NotRated(Invalid):
    """A case can be rated once it is answered, and once only. Choose from 1 to 5."""

    code = "case.not_rated"
    status = 409


class NoSuchLimit(Invalid):
    """No legal limit called {key} is in force on {on}. Add its row, with its legal basis, to the table of limits."""

    code = "case.no_such_limit"


class NoExtensionLeft(Invalid):
    """The law allows {allowed} extension(s) for this kind of case, and they are used. Answer with what is known, and say when the rest follows."""

    code = "case.no_extension_left"
    status = 409


class NoSuchHolder(Invalid):
    """Nobody of this agency holds that post today. Choose a colleague from the list."""

    code = "case.no_such_holder"
