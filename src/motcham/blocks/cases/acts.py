"""What an officer can do on the page of a case: the acts its definition opens, each as a form, and how one is taken."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any
from uuid import UUID

from django.core import signing
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _

from motcham.blocks.cases import (
    acting,
    actions,
    actions_closed,
    actions_join,
    actions_parts,
    forms,
    law,
    lists,
    queries,
    replies,
    routing,
    rules,
    showing,
    telling,
    together,
    widgets,
)
from motcham.blocks.cases.define import ATTESTED, CLOSED, CaseType, CaseView, Step, type_of
from motcham.blocks.cases.replies import Reply
from motcham.blocks.cases.routing import Suggestion
from motcham.blocks.cases.uploads import receive
from motcham.blocks.identity import api as identity
from motcham.blocks.identity.define import Actor, Permission
from motcham.kernel.terms import Field, Kind
from motcham.ui import formats
from motcham.ui.forms import Option, Question

KEPT_SECONDS = 24 * 3600
AGENCY = "to_agency"
UNTIL = "until"
NOT_DONE = frozenset({"refused", "stopped", "withdrawn"})
"""Outcomes by which a case ends without what was asked for: no key of the keyboard leads there."""
CONFIDE, HAND_BACK, TELL = "confide", "hand_back", "tell"
PLAIN = ("note", "extend", "transfer", "reopen", "excerpt", CONFIDE, HAND_BACK, TELL)


@dataclass
class Act:
    """One act with its form; `key` is the step it leads to, or one of `PLAIN`. `is_told` says that the person who filed
    reads the message, and whoever joined with them."""

    key: str
    label: str
    fields: tuple[Field, ...]
    tone: str = ""
    raw: dict[str, Any] = field(default_factory=dict)
    errors: dict[str, str] = field(default_factory=dict)
    asked: list[widgets.Asked] = field(default_factory=list)
    tokens: list[tuple[str, str]] = field(default_factory=list)
    replies: list[Reply] = field(default_factory=list)
    suggested: list[Suggestion] = field(default_factory=list)
    is_open: bool = False
    is_told: bool = False
    shortcut: str = ""

    @property
    def questions(self) -> list[Question]:
        """Return its questions, for the summary of errors."""
        return [question for each in self.asked for question in each.questions()]

    @property
    def has_photos(self) -> bool:
        """Tell whether photos go with it: then a phone offers its camera."""
        return any(each.kind is Kind.FILES for each in self.fields)


def offered(view: CaseView, actor: Actor) -> list[Act]:
    """Return what this officer may do with the case now, the usual act first."""
    may_confide = bool(type_of(view.line).closed_desk) and not view.confidential
    code = showing.new_code(view)
    may_tell = code and code["untold"] and code["has_phone"] and actor.may(Permission.CASE_ACT, agency_id=view.line.agency_id)
    found = [*_handling(view, actor), *([_tell()] if may_tell else []), *([_confide()] if may_confide else [])]
    # A key opens one thing: of two pauses the first has it.
    first = {each.shortcut: each.key for each in reversed(found)}
    return [each if first[each.shortcut] == each.key else replace(each, shortcut="") for each in found]


def _handling(view: CaseView, actor: Actor) -> list[Act]:
    agency_id, case_type = view.line.agency_id, type_of(view.line)
    may_act = actor.may(Permission.CASE_ACT, agency_id=agency_id)
    found = _steps(view, case_type, actor) if may_act else []
    if view.line.state == CLOSED:
        return [*found, _reopen()] if may_act and lists.reopens_until(view) else found
    if may_act:
        found.append(
            Act("note", _("Write a note for colleagues"), (_message(required=True, label=_("Note, for officers alone")),))
        )
        if extension := _extension(view, case_type):
            found.append(extension)
    if view.confidential:
        if actor.may(Permission.CASE_TRANSFER, agency_id=agency_id):
            found.append(_excerpt())
            if not queries.asks_for_closed_desk(view.line, view.answers):
                found.append(_hand_back())
        return found
    hands_over = any(each.name == AGENCY for act in found for each in act.fields)
    if actor.may(Permission.CASE_TRANSFER, agency_id=agency_id) and not hands_over:
        found.append(Act("transfer", _("Hand to another agency"), (_agency_field(), _message(required=True)), shortcut="c"))
    return found


def _steps(view: CaseView, case_type: CaseType, actor: Actor) -> list[Act]:
    """Return the ways on that this officer may take; what was done as often as the law allows is not offered again."""
    step, agency_id = case_type.step(view.line.step), view.line.agency_id
    ways = []
    for each in map(case_type.step, step.leads_to):
        roles = (*(each.taken_by or step.roles), "agency_leader")
        is_over = each.at_most and _is_used_up(view, each)
        if (
            any(actor.holds(role, agency_id=agency_id) for role in roles)
            and not is_over
            and not (view.confidential and each.transfers)
        ):
            act = _act(case_type, _without_given(view, each), waits=each.needs_all and together.waits_for_others(view))
            ways.append(replace(act, fields=(*_brought(view, each.key).values(), *act.fields)))
    return ways


def _is_used_up(view: CaseView, step: Step) -> bool:
    done = acting.times(view.line.id, view.parent_id, view.line.agency_id, step.key)
    return done >= law.count_on(step.at_most, view.filed_at.date()).number


def _extension(view: CaseView, case_type: CaseType) -> Act | None:
    """Return the act by which the limit is extended, where the law of this case has one left."""
    if rules.CaseClock(view.line.clock).extended >= case_type.extensions:
        return None
    reason = _message(required=True, label=_("Reason, as the person will read it"))
    if not case_type.apology:
        row = law.extension_of(case_type, view.line.clock, view.line.received_at.date())
        if row is None:
            return None
        words = _("%(time)s more, once, by %(law)s.") % {"time": formats.limit(row.limit), "law": formats.law(row.legal_basis)}
        return Act("extend", _("Extend the limit"), (replace(reason, hint=words),), is_told=True)
    if view.line.due_at is None:
        return None
    day = Field(UNTIL, _("New day on which the result will be handed over"), Kind.DATE)
    return Act("extend", _("Apologise and name a new day"), (day, reason), is_told=True)


def _act(case_type: CaseType, step: Step, *, waits: bool) -> Act:
    # What an officer states of others who apply too is asked only where some of them have not confirmed.
    picks = (_agency_field(),) if step.transfers and step.key != case_type.unrouted else ()
    message = _message(required=step.message_required)
    asks = tuple(each for each in step.asks if each.name != ATTESTED or waits)
    is_refusal = step.outcome in NOT_DONE
    is_plain = not (picks or step.asks or step.pauses or step.transfers or step.message_required or step.outcome)
    shortcut = "t" if step.outcome and not is_refusal else "c" if picks else "a" if is_plain else ""
    return Act(
        step.key,
        str(step.act or step.label),
        (*picks, *asks, message),
        tone="danger" if is_refusal else "",
        shortcut="h" if step.pauses else shortcut,
        is_told=bool(step.tells),
    )


def _reopen() -> Act:
    return Act(
        "reopen",
        _("Open the case again"),
        (_message(required=True, label=_("Reason, as the person will read it")),),
        is_told=True,
    )


def _excerpt() -> Act:
    words = Field("text", _("What the agency is to know, in your own words"), Kind.LONG_TEXT, longest=5000)
    hint = _("Name nobody, and nothing by which the person who reported could be recognised.")
    return Act("excerpt", _("Write an excerpt for an agency"), (_agency_field(), replace(words, hint=hint)), shortcut="c")


def _confide() -> Act:
    hint = _(
        "It leaves your lists and everybody else's at once, and you cannot open it again. Whoever wrote it is told. "
        "Your reason is read by the closed desk alone."
    )
    reason = _message(required=True, label=_("Which words accuse whom?"))
    return Act(CONFIDE, _("It accuses somebody in office: to the closed desk"), (replace(reason, hint=hint),))


def _hand_back() -> Act:
    hint = _("The report goes there whole, with who wrote it. What was written in it here stays here.")
    reason = _message(required=True, label=_("Reason, as the person and the agency will read it"))
    return Act(
        HAND_BACK, _("It accuses nobody: hand it to an agency"), (replace(_agency_field(), hint=hint), reason), is_told=True
    )


def _tell() -> Act:
    return Act(
        TELL, _("They were told the new code by telephone"), (_message(required=False, label=_("Note, for officers alone")),)
    )


def _message(*, required: bool, label: str = "") -> Field:
    return Field("message", label or _("Message to the person who filed"), Kind.LONG_TEXT, required=required, longest=5000)


def _agency_field() -> Field:
    return Field(AGENCY, _("Agency in charge"), Kind.AGENCY)


def draw(found: list[Act], view: CaseView, actor: Actor) -> list[Act]:
    """Work out the questions of every act, with what was typed in them, the texts it can be answered with and suggestions."""
    texts = replies.texts(view) if any(_writes(act) for act in found) else []
    suggested = routing.suggest(view) if any(_hands_over(act) for act in found) else []
    for act in found:
        errors = {f"{act.key}-{name}": words for name, words in act.errors.items()}
        if _hands_over(act):
            act.suggested = suggested
            if suggested and view.line.step == type_of(view.line).unrouted:
                act.raw.setdefault(AGENCY, suggested[0].code)
        if act.key == HAND_BACK and (source := _source(view)):
            act.raw.setdefault(AGENCY, source)
        act.asked = [_suggesting(each, act) for each in widgets.ask(act.fields, act.raw, errors, prefix=f"{act.key}-")]
        if _writes(act):
            act.replies = [each for each in texts if each.step in ("", act.key)] if act.key not in PLAIN or act.is_told else []
    return found


def _source(view: CaseView) -> str:
    """Return the code of the agency from which a case came to the closed desk."""
    came = [event.facts["from"] for event in view.events if event.kind == queries.CONFIDED]
    return identity.agency(id=came[-1]).code if came else ""


def _writes(act: Act) -> bool:
    return any(each.name == "message" for each in act.fields)


def _hands_over(act: Act) -> bool:
    return any(each.name == AGENCY for each in act.fields)


def _suggesting(asked: widgets.Asked, act: Act) -> widgets.Asked:
    """Put the likeliest agencies first in their list, each with its reason."""
    if asked.question.name != f"{act.key}-{AGENCY}" or not act.suggested:
        return asked
    first = tuple(Option(each.code, f"{each.name} – {each.reason}") for each in act.suggested)
    codes = {each.value for each in first}
    others = tuple(each for each in asked.question.options if each.value not in codes)
    return replace(asked, question=replace(asked.question, options=(*first, *others)))


def read(act: Act, request: HttpRequest, view: CaseView) -> forms.Parsed:
    """Read the form of an act as it was sent, with the files it names or brings; mistakes stay with the act."""
    act.is_open = True
    act.raw = widgets.typed(act.fields, request.POST, f"{act.key}-")
    salt = f"act:{request.actor.ref}:{view.line.id}"  # type: ignore[attr-defined]
    known: list[UUID] = []
    for each in act.fields:
        if each.kind is Kind.FILES:
            known += _files(act, each, request, salt)
    parsed = forms.parse_answers(act.fields, act.raw, files=known, now=timezone.now())
    act.errors = {**parsed.errors, **act.errors}
    return parsed


def fill(act: Act, request: HttpRequest, view: CaseView, actor: Actor) -> None:
    """Put the chosen reply text below what was written, where no script did it; nothing is judged yet."""
    act.errors = {}
    chosen = next((each for each in replies.texts(view) if each.key == request.POST.get(f"{act.key}-reply")), None)
    if chosen:
        written = str(act.raw.get("message") or "").rstrip()
        act.raw["message"] = f"{written}\n\n{chosen.text}".lstrip()


def _files(act: Act, each: Field, request: HttpRequest, salt: str) -> list[UUID]:
    name = f"{act.key}-{each.name}"
    kept, gone = [], set(request.POST.getlist(f"{name}-remove"))
    for token in request.POST.getlist(f"{name}-kept"):
        try:
            kept.append(UUID(signing.loads(token, salt=salt, max_age=KEPT_SECONDS)))
        except signing.BadSignature:
            given_back = identity.kept_file(token=token, by=request.actor)  # type: ignore[attr-defined]
            kept += [given_back] if given_back else []
    kept = [one for one in kept if str(one) not in gone]
    fresh, refused = receive(request, each, already=len(kept), name=name)
    kept += fresh
    if refused:
        act.errors[each.name] = refused
    act.raw[each.name] = [str(one) for one in kept]
    act.tokens += [(f"{name}-kept", signing.dumps(str(one), salt=salt)) for one in kept]
    return kept


def perform(act: Act, parsed: forms.Parsed, *, by: Actor, view: CaseView, version: int | None) -> None:
    """Do what the form says."""
    answers = dict(parsed.answers)
    message, agency, until = answers.pop("message", ""), answers.pop(AGENCY, None), answers.pop(UNTIL, None)
    case_id, receiver = view.line.id, identity.agency(code=agency).id if agency else None
    match act.key:
        case "transfer":
            actions.transfer(by=by, case_id=case_id, agency_id=receiver or 0, message=message, version=version)
        case "extend":
            actions.extend(
                by=by, case_id=case_id, reason=message, until=date.fromisoformat(until) if until else None, version=version
            )
        case "note":
            actions.note(by=by, case_id=case_id, message=message)
        case "reopen":
            actions_join.reopen(by=by, case_id=case_id, reason=message)
        case "excerpt":
            actions_closed.excerpt(by=by, case_id=case_id, agency_id=receiver or 0, text=str(answers["text"]))
        case "confide":
            actions_closed.confide(by=by, case_id=case_id, reason=message, version=version)
        case "hand_back":
            actions_closed.hand_back(by=by, case_id=case_id, agency_id=receiver or 0, reason=message, version=version)
        case "tell":
            actions_closed.note_told(by=by, case_id=case_id, message=message, version=version)
        case step:
            kept = {name: value for name, value in answers.items() if not _is_files(act, name)}
            mended = {name: [UUID(one) for one in answers[name]] for name in _brought(view, step) if answers.get(name)}
            anew = {one for found in mended.values() for one in found}
            actions_parts.take_on(
                by=by,
                whole_id=case_id,
                to=step,
                message=message,
                answers=kept,
                files=[each for each in parsed.documents if each not in anew],
                mended=mended,
                agency_id=receiver,
                version=version,
            )


def _without_given(view: CaseView, step: Step) -> Step:
    """Return a step without the question for the day that becomes the limit, where a law or somebody gave one."""
    if not step.sets or not rules.CaseClock(view.line.clock).has_limit:
        return step
    return replace(step, asks=tuple(each for each in step.asks if each.name != step.sets))


def _brought(view: CaseView, to: str) -> dict[str, Field]:
    """Return the papers that were asked for, which somebody may bring to the counter: scanned, the case goes on with them."""
    step = type_of(view.line).step(view.line.step)
    if view.parent_id or not step.leads_to or to != step.leads_to[0]:
        return {}
    hint = _("If it was brought on paper: scan it here. It takes the place of the one sent before, which stays with the case.")
    return {each.name: replace(each, required=False, when=None, hint=hint) for each in telling.asked_anew(view)}


def _is_files(act: Act, name: str) -> bool:
    return any(each.name == name and each.kind is Kind.FILES for each in act.fields)
