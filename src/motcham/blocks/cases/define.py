"""The nouns of a case type: one file with one `CaseType` adds a kind of case to the house."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cached_property
from typing import Any, Protocol
from uuid import UUID

from motcham.blocks.cases.finders import Finder, Found, finders
from motcham.blocks.cases.panels import Panel, Panels, panels
from motcham.blocks.cases.refusals import (
    AnswersInvalid,
    CaseMerged,
    CaseMoved,
    ClosedDesk,
    KeyReused,
    LeaderWaits,
    NoDraft,
    NoExtensionLeft,
    NoLimitGiven,
    NoReceiver,
    NoSuchCase,
    NoSuchHolder,
    NoSuchLimit,
    NoSuchType,
    NotConfirmed,
    NotForRelease,
    NotItsDocument,
    NotJoinable,
    NotMergeable,
    NotNamed,
    NotRated,
    NotReopened,
    NotYours,
    OftenEnough,
    PartsOpen,
    PromiseInPast,
    ReasonMissing,
    ReopenTooLate,
    StepNotOpen,
    TooLateToSay,
    UnreadableQuery,
    WrongDay,
)
from motcham.blocks.identity.define import Actor
from motcham.kernel.errors import DefinitionError
from motcham.kernel.registry import Registry
from motcham.kernel.terms import Answers, Choice, Field, Kind, LegalBasis, Limit, Words

__all__ = [
    "ATTESTED", "A_RESULT", "CLOSED", "CONFIRMED", "FROM_ACCOUNT", "OF_A_CASE", "OPEN", "PAUSED", "REUSED", "REVIEW", "Advice", "AnswersInvalid", "CaseLine",
    "CaseMerged", "CaseMoved", "CaseType", "CaseTypes", "CaseView", "ClosedDesk", "Confirmer", "EventLine", "Filing", "Finder", "Found",
    "Happening", "Joined", "KeyReused", "LeaderWaits", "NearCase", "NewCase", "NoDraft", "NoExtensionLeft",
    "NoLimitGiven", "NoReceiver", "NoSuchCase", "NoSuchHolder", "NoSuchLimit", "NoSuchType", "NotConfirmed",
    "NotForRelease", "NotItsDocument", "NotJoinable", "NotMergeable", "NotNamed", "NotRated", "NotReopened", "NotYours",
    "OftenEnough", "Opened", "Panel", "Panels", "Part", "PartsOpen", "Place", "PromiseInPast", "PublicCase",
    "PublicPage", "ReasonMissing", "Released", "ReopenTooLate", "Retention", "Said", "SetLimit", "Step", "StepNotOpen",
    "Together", "TooLateToSay", "UnreadableQuery", "WrongDay", "case_types", "finders", "panels", "type_of",
]  # fmt: skip

OPEN, PAUSED, CLOSED = "open", "paused", "closed"
REVIEW = "review"
"""The page of a form on which everything is shown once more: its questions (a statement of truth) are asked there, at the end."""
CONFIRMED, ATTESTED = "confirmed", "attested"
"""The field in which is kept who confirmed a case of several people, and what an officer states who saw them."""
REUSED, FROM_ACCOUNT, OF_A_CASE, A_RESULT = "reused", "from_account", "case", "result"
"""In the answers of a case: by slot where the paper in it comes from, which was handed in or given before (`OF_A_CASE`, `A_RESULT`);
and the questions that are answered as the account of whoever filed has it."""


@dataclass(frozen=True)
class Step:
    """Where a case can stand. `roles` may take it from here to one of `leads_to`; arriving pauses the clock where the
    step `pauses` it (somebody else must act first) and ends the case where it has an `outcome`. `within` names the
    dated limit of this step alone. `asks` are what an officer fills in to arrive here; `tells` is the notice sent.
    Arriving at a step that `transfers` hands the case over: to the agency named, or back to the desk where it is the
    step of what no rule routes. `promises` names the date among what it asks that is a promise: it is kept by answering.
    `taken_by` are the roles that may take a case here, where that is not whoever may act at the step before. The clock of a
    case whose type has a step that `begins` stands until it arrives there: what counts is the acceptance, not the filing;
    `sets` then names the date asked for where nothing gave a limit. Where it `needs_all`, a case of several people comes here
    only after each of them confirmed. `at_most` names the dated number of how often a case may come here. `mends` names the
    choice among what it asks whose keys are the files to be sent anew."""

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
    taken_by: tuple[str, ...] = ()
    begins: bool = False
    sets: str = ""
    needs_all: bool = False
    at_most: str = ""
    mends: str = ""


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
class Confirmer:
    """Somebody whom a case names beside the one who filed it, and the personal number by which they prove to be meant."""

    key: str
    personal_number: str


@dataclass(frozen=True)
class Together:
    """That a case is of several people: whether it is, by the answers that lie open, and who they are, by all answers. Each
    confirms with an account of their own, or before an officer; what is kept of it stands in the field `CONFIRMED`."""

    is_asked: Callable[[Answers], bool]
    people: Callable[[Answers], Iterable[Confirmer]]


@dataclass(frozen=True)
class SetLimit:
    """The limit that a filing falls under where the definition itself says it: under what name, on what law. Without a
    `limit` nobody published one; with `months` it is counted by the calendar from when the clock begins."""

    key: str
    limit: Limit | None
    legal_basis: str
    months: int = 0


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
    """One kind of case. `limit` names a dated legal limit (`data/limits.csv`); `route` returns the code of the agency in
    charge, or None for the queue of what no rule routes; `title` is what lists show and must identify nobody; `category` is the
    name of the choice field by which figures are counted. `anyone_files` opens the public form, else the roles in `filed_by`
    file it. `parts` returns what other agencies answer, each with a partial limit; the whole closes after them. `asked_limit`
    returns the limit that the filing itself sets, where the law leaves it to whoever asks. `confidential` returns the code of
    the closed desk whose officers alone may see this case, or None; `closed_desk` is where officers hand a case in whose words
    nobody heard it. `joinable` says whether others may be shown this case near them and join it, once it is released. `advises`
    returns what the form says at once upon the answers so far. `reopen_limit` names the dated limit within which whoever it
    concerns may have a closed case opened again, at the step `reopens_at` or the first; without `reopened_by_filer` officers
    alone may, to correct a mistake. A type with `variants` is a family: it is filed by one of them, named `family:variant` in
    addresses, which the function makes of the name when asked; a case keeps the `variant` it was opened under, so that what
    changes later does not change it. `counted_as` is the category of every case of a type or variant that has no choice of its
    own; `labels` says what such a category is called. `sets_limit` returns the limit where it is not one row for all. `follows`
    is called in the transaction of every act in a case, with who did it and its facts. `apology` names the dated limit before
    the due date until which an officer may name a new one, as often as `extensions` says; an `extension_limit` that begins
    with a dot ends the name of the case's own limit. `place_of` returns where a case lies whose form asks for no place; `together` says whether others must confirm it too; `numbers_of` the numbers that agencies call
    a case by, beside its code, with what is to be said of it, and `numbered` the case of such a number. `desk_sends_on` says
    that whatever waits at the `desk` for its acceptance was routed by no rule, for the desk itself settles nothing of this
    kind. `cost` says before it is sent what it costs, or why nothing. `reasons` are offered with a rating in place of those of
    every kind. `apology_tells` is the notice sent with an apology or extension, `part_tells` that an agency has answered its part."""

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
    desk_sends_on: bool = False
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
    closed_desk: str = ""
    joinable: Callable[[Answers], bool] | None = None
    advises: Callable[[Answers], Iterable[Advice]] | None = None
    reopen_limit: str = ""
    reopens_at: str = ""
    reopened_by_filer: bool = True
    variants: Callable[[str], CaseType | None] | None = None
    variant: str = ""
    counted_as: str = ""
    labels: Callable[[str], str] | None = None
    sets_limit: Callable[[Filing], SetLimit] | None = None
    follows: Callable[[Happening, Actor, Answers], None] | None = None
    apology: str = ""
    place_of: Callable[[Answers], Place | None] | None = None
    numbers_of: Callable[[Collection[UUID]], Mapping[UUID, tuple[str, Words]]] | None = None
    numbered: Callable[[str], UUID | None] | None = None
    together: Together | None = None
    cost: Callable[[Filing], Words] | None = None
    reasons: tuple[Choice, ...] = ()
    apology_tells: str = ""
    part_tells: str = ""
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

    @property
    def family(self) -> str:
        """Return the key that cases of it are kept under: its own, or that of the type of which it is a variant."""
        return self.key.partition(":")[0]

    @cached_property
    def is_accepted_first(self) -> bool:
        """Tell whether its clock begins with an acceptance, not with the filing."""
        return any(step.begins for step in self.steps)

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
        self._verify_steps(file)
        names = [each.name for each in self.fields]
        if doubled := {name for name in names if names.count(name) > 1}:
            raise DefinitionError(f"{file}: {self.key} asks for {', '.join(sorted(doubled))} twice.")
        if wrong := [each.name for each in self.fields if each.instead_of and each.instead_of not in names]:
            raise DefinitionError(f"{file}: {self.key} asks for {', '.join(wrong)} instead of a field that it does not have.")
        if sum(each.kind is Kind.PLACE for each in self.fields) > 1:
            raise DefinitionError(f"{file}: {self.key} asks for two places; a case lies in one. Ask for the other as text.")
        if self.category:
            asked = self.field_named(self.category)
            if asked is None or asked.kind is not Kind.CHOICE:
                raise DefinitionError(f"{file}: {self.key} counts by '{self.category}', which is not one of its choice fields.")

    def _verify_steps(self, file: str) -> None:
        if len(self._steps) != len(self.steps) or not self.steps:
            raise DefinitionError(f"{file}: {self.key} needs at least one step and no two of the same key.")
        for step in self.steps:
            for target in step.leads_to:
                if target not in self._steps:
                    wrong = f"in {self.key} the step '{step.key}' leads to '{target}', which is not a step"
                    raise DefinitionError(f"{file}: {wrong}. Steps: {', '.join(self._steps)}.")
            if not step.leads_to and not step.outcome:
                raise DefinitionError(f"{file}: in {self.key} the step '{step.key}' leads nowhere and has no outcome.")
        if self.unrouted and self.unrouted not in self._steps:
            raise DefinitionError(f"{file}: {self.key} starts what no rule routes at '{self.unrouted}', which is not a step.")
        if self.reopens_at and self.reopens_at not in self._steps:
            raise DefinitionError(f"{file}: {self.key} is opened again at '{self.reopens_at}', which is not a step.")
        if self.is_accepted_first and not self.first.pauses:
            raise DefinitionError(f"{file}: the clock of {self.key} begins later, so its first step must pause.")


def _field_shape(each: Field) -> list[Any]:
    return [each.name, each.kind, each.required, [c.key for c in each.choices], [_field_shape(f) for f in each.fields]]


class CaseTypes(Registry[CaseType]):
    """The kinds of case by key; a variant by `family:variant`. Going through them meets families, never their variants."""

    def __getitem__(self, key: str) -> CaseType:
        return self._variant(key) or super().__getitem__(key)

    def __contains__(self, key: object) -> bool:
        return super().__contains__(key) or (isinstance(key, str) and self._variant(key) is not None)

    def get(self, key: str) -> CaseType | None:
        """Return the definition, or None where there is none."""
        return self._variant(key) or super().get(key)

    def _variant(self, key: str) -> CaseType | None:
        family, _colon, name = key.partition(":")
        found = super().get(family) if name else None
        return found.variants(name) if found and found.variants else None


case_types = CaseTypes("case type")


class _Kept(Protocol):
    # A row of the database or a line of a list.
    @property
    def type_key(self) -> str: ...
    @property
    def clock(self) -> Mapping[str, Any]: ...


def type_of(case: _Kept) -> CaseType:
    """Return the definition that a case was opened under."""
    variant = case.clock.get("variant")
    return case_types[f"{case.type_key}:{variant}" if variant else case.type_key]


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
    step: str = ""
    variant: str = ""


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
class Said:
    """What was said in a case, sealed answers too, for a paper about it; `code` is written as people read it."""

    code: str
    channel: str
    answers: Mapping[str, Any]
    filed_at: datetime
    due_at: datetime | None
    limit: Limit | None
    filer_account_id: int | None
    language: str
    synthetic: bool


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
