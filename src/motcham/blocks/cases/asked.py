"""What agencies ask of whoever filed for their parts of a case: who asks for what since when, and the questions by which each is answered."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from motcham.blocks.cases import parts, queries, rules, showing, telling, widgets
from motcham.blocks.cases.define import CLOSED, CaseLine, CaseView, EventLine, Step, type_of
from motcham.kernel.terms import Field, Kind
from motcham.ui.forms import Question

LONGEST = 2000
PHOTOS = Field("photos", "", Kind.FILES, required=False, at_most=5)


@dataclass(frozen=True)
class Asked:
    """One agency that waits for an answer, in its own words; `wanted` are the papers that it named, as questions."""

    part_id: UUID
    whole_id: UUID
    title: str
    agency: str
    at: datetime | None
    message: str
    wanted: tuple[Field, ...]
    notes: tuple[str, ...]
    questions: tuple[Question, ...]

    @property
    def prefix(self) -> str:
        """Return how the names of its questions begin: several agencies may ask at the same time."""
        return prefix_of(self.part_id)


def prefix_of(part_id: UUID) -> str:
    """Return how the names of the questions of a part begin."""
    return f"part-{part_id.hex[-8:]}-"


def of(case: CaseView, *, errors: Mapping[str, str] | None = None, typed: Mapping[str, str] | None = None) -> list[Asked]:
    """Return which agencies wait for whoever filed: asked of them alone, and taken in by the office that holds the whole."""
    if case.line.state == CLOSED or case.seen_by == queries.PARTICIPANT:
        return []
    waiting = [(line, type_of(line).step(line.step)) for line in case.sub_cases]
    found = [line for line, step in waiting if rules.asks_filer(step)]
    return [_asked(line, case.line.id, _event(case, line.id), errors or {}, typed or {}) for line in found]


def of_part(part: CaseView, *, errors: Mapping[str, str] | None = None, typed: Mapping[str, str] | None = None) -> list[Asked]:
    """Return what the agency of a part waits for, as its own officers see it: of the part, and nothing of the whole."""
    step = type_of(part.line).step(part.line.step)
    if part.parent_id is None or part.line.state == CLOSED or not rules.asks_filer(step):
        return []
    return [_asked(part.line, part.parent_id, came(part, step), errors or {}, typed or {})]


@dataclass(frozen=True)
class Waiting:
    """What the agency that holds the case itself waits for: its words, and what it filled in."""

    at: datetime | None = None
    message: str = ""
    notes: tuple[str, ...] = ()


def of_whole(case: CaseView) -> Waiting:
    """Return what was said when a case came to the step at which it waits for whoever filed."""
    step = type_of(case.line).step(case.line.step)
    event = came(case, step)
    return Waiting(event.at, event.message, tuple(telling.said_of(step, event.facts))) if event else Waiting()


def came(case: CaseView, step: Step) -> EventLine | None:
    """Return how a case came to its step."""
    found = (each for each in reversed(case.events) if each.kind == telling.STEP and each.step == step.key and each.is_public)
    return next(found, None)


def _asked(line: CaseLine, whole_id: UUID, event: EventLine | None, errors: Mapping[str, str], typed: Mapping[str, str]) -> Asked:
    step = type_of(line).step(line.step)
    facts: Mapping[str, Any] = event.facts if event else {}
    names = facts.get(step.mends) or () if step.mends else ()
    fields = [each for each in type_of(line).fields if each.kind is Kind.FILES and each.name in names]
    asked = Asked(
        part_id=line.id,
        whole_id=whole_id,
        title=line.title,
        agency=showing.agency_name(line.agency_id),
        at=event.at if event else None,
        message=event.message if event else "",
        wanted=tuple(replace(each, required=False, hint="") for each in fields),
        notes=tuple(telling.said_of(step, facts, leave_out=(step.mends,))),
        questions=(),
    )
    return replace(asked, questions=tuple(questions(asked.wanted, errors, typed.get("message", ""), prefix=asked.prefix)))


def _event(case: CaseView, part_id: UUID) -> EventLine | None:
    """Return the last time that a part asked for something."""
    asking = (each for each in reversed(case.events) if each.kind == parts.ASKED)
    return next((each for each in asking if each.facts.get("part", {}).get("id") == str(part_id)), None)


def questions(
    wanted: Sequence[Field], errors: Mapping[str, str], message: str, *, prefix: str = "", papers: bool = True
) -> list[Question]:
    """Return what whoever filed may send: the papers that were named, which the agency asks for, and another file or words; where
    none was named, one of these two. Any of it is an answer. Whoever is not asked for `papers` adds words and photos."""
    named = [widgets.files(each, errors, name=f"{prefix}{each.name}", mark=_("the agency asks for it")) for each in wanted]
    mark = "" if named else _("one of the two")
    other = _("Another file, if one is needed") if named else _("The paper, as a photo or a PDF") if papers else _("Photos")
    files = widgets.files(replace(PHOTOS, label=other), errors, name=f"{prefix}photos", mark=mark)
    words = Question(
        f"{prefix}message",
        _("Your message"),
        "textarea",
        message,
        required=False,
        longest=LONGEST,
        error=errors.get("message", ""),
        mark=mark,
    )
    return [*named, files, words] if papers else [*named, words, files]
