"""The acts of the replay: each by the verb that the pages of officers and citizens use."""

from __future__ import annotations

import logging
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.utils import timezone

from motcham.apps.demo import dossiers, filling, mapping
from motcham.apps.demo.acts import Act
from motcham.apps.demo.dossiers import Draws
from motcham.apps.demo.stream import Moment, date_of
from motcham.blocks.cases import api as cases
from motcham.blocks.cases.define import ATTESTED, CLOSED, NewCase, case_types, type_of
from motcham.blocks.identity import api as identity
from motcham.blocks.identity.define import Actor
from motcham.kernel.errors import MotchamError

logger = logging.getLogger("motcham.replay")
REPLAY = Actor.system("replay")
WARD = "ward."
# The steps of the national dictionary that the acts lead to, and the words that go with them (`texts.toml`).
STEPS = {
    Act.TAKE_IN: ("2", ""),
    Act.TURN_DOWN: ("3", "turned_down"),
    Act.BEGIN: ("4", ""),
    Act.ASK: ("5", "asked"),
    Act.REPLY: ("4", "replied"),
    Act.WITHDRAW: ("7", "withdrawn"),
    Act.STOP: ("8", "stopped"),
    Act.SETTLE: ("9", "settled"),
    Act.HAND_OVER: ("10", "handed_over"),
}
BY_FILER = (Act.REPLY, Act.WITHDRAW)


def act(moment: Moment, case_id: UUID, at: datetime | None) -> None:
    """Do what a moment says to its case; where a visitor was here first, what they did stands."""
    try:
        if moment.row >= dossiers.FIRST_ROW:
            _to_dossier(moment, case_id, at)
        else:
            _to_report(moment, case_id, at)
    except MotchamError as refused:
        logger.debug("replay %s/%s: %s", moment.loop, moment.row, refused)


def day_of(at: datetime | None) -> date:
    """Return the day of an act: today where it happens now."""
    return timezone.localdate(at or timezone.now())


def _to_report(moment: Moment, case_id: UUID, at: datetime | None) -> None:
    loop, row = moment.loop, moment.row
    match moment.act:
        case Act.CLASSIFY:
            area = mapping.area_of(loop, row, on=day_of(at))
            ward = identity.agency(code=f"{WARD}{area.code}")
            cases.take_step(by=REPLAY, case_id=case_id, to="assigned", agency_id=ward.id, at=at)
        case Act.ACCEPT:
            cases.take_step(by=REPLAY, case_id=case_id, to="accepted", at=at)
            _release(moment, case_id, at)
        case Act.ANSWER:
            cases.take_step(by=REPLAY, case_id=case_id, to="answered", message=mapping.answer(loop, row), at=at)
            _release(moment, case_id, at, reply=mapping.answer(loop, row))
        case Act.REFUSE:
            reason, words = mapping.refusal(loop, row)
            cases.take_step(by=REPLAY, case_id=case_id, to="refused", message=words, answers={"reason": reason}, at=at)
        case Act.RATE:
            cases.rate(by=REPLAY, case_id=case_id, rating=mapping.stars(loop, row), at=at)


def _release(moment: Moment, case_id: UUID, at: datetime | None, *, reply: str = "") -> None:
    """Release a share of the reports by the act that officers use, so that the public map is alive."""
    if mapping.is_released(moment.loop, moment.row):
        text = mapping.text(moment.loop, moment.row)
        cases.publish(by=REPLAY, case_id=case_id, text=text, reply=reply, at=at)


def new_dossier(moment: Moment, at: datetime | None) -> NewCase:
    """Return the dossier that a row of a day is, filled in as its definition asks."""
    plan, draws = planned(moment), _draws(moment)
    on = day_of(at)
    key = dossiers.form_of(plan.code)
    area = mapping.area_of(moment.loop, moment.row, on=on)
    said = {"area": area.code, "result_by": _result_by(plan.channel, draws)}
    answers = filling.answers(case_types[key].fields, draws, on=on, said=said)
    return NewCase(type_key=key, answers=answers, channel=plan.channel, at=at, synthetic=True)


def _result_by(channel: str, draws: Draws) -> str:
    match channel:
        case "desk":
            return "counter"
        case "post":
            return "post"
        case _:
            return "online" if draws("result by") < 0.8 else "counter"


def _to_dossier(moment: Moment, case_id: UUID, at: datetime | None) -> None:
    plan, draws = planned(moment), _draws(moment)
    match moment.act:
        case Act.SEND_ON:
            code = plan.to or f"{WARD}{mapping.area_of(moment.loop, moment.row, on=day_of(at)).code}"
            agency_id, words = identity.agency(code=code).id, _words("sent_on", draws)
            cases.transfer(by=REPLAY, case_id=case_id, agency_id=agency_id, message=words, at=at)
        case Act.APOLOGISE:
            _apologise(case_id, _words("apologised", draws), at)
        case Act.SETTLE_PART:
            settle_part(case_id, at)
        case Act.RATE:
            stars = draws.one_of("stars", [(int(stars), share) for stars, share in dossiers.numbers()["stars"].items()])
            cases.rate(by=REPLAY, case_id=case_id, rating=stars, at=at)
        case _:
            take(moment.act, case_id, code=plan.code, draws=draws, at=at)


def take(what: Act, case_id: UUID, *, code: str, draws: Draws, at: datetime | None) -> None:
    """Take a dossier to the step that an act leads to."""
    to, words = STEPS[what]
    cases.take_step(
        by=REPLAY,
        case_id=case_id,
        to=to,
        message=_words(words, draws) if words else "",
        answers=_facts(what, code, draws, day_of(at)),
        as_filer=what in BY_FILER,
        at=at,
    )


def _facts(what: Act, code: str, draws: Draws, on: date) -> dict[str, Any]:
    """Return what is filled in with an act: the kind of result, the day of the appointment where nothing gives a limit, the first
    paper where one is asked for."""
    if what not in (Act.TAKE_IN, Act.ASK, Act.SETTLE):
        return {}
    case_type = case_types[dossiers.form_of(code)]
    step = case_type.step(STEPS[what][0])
    if what is Act.SETTLE:
        facts: dict[str, Any] = {"electronic_result": draws("electronic") < dossiers.numbers()["turns"]["electronic"]}
        if draws("looked up") < dossiers.numbers()["turns"]["looked_up"]:
            facts["looked_up"] = ["population"]
        if case_type.together and case_type.together.is_asked(filling.USUAL):
            # Of those who apply together the officer says that all of them were there.
            facts |= {each.name: [each.choices[0].key] for each in step.asks if each.name == ATTESTED}
        return facts
    if what is Act.TAKE_IN and any(each.name == step.sets for each in step.asks):
        calendar = dossiers.calendar()
        return {step.sets: calendar.add_working_days(calendar.next_working(on), dossiers.NOTHING_GIVEN.amount).isoformat()}
    if what is Act.ASK and (papers := next((each for each in step.asks if each.name == step.mends and each.choices), None)):
        return {papers.name: [papers.choices[0].key]}
    return {}


def _apologise(case_id: UUID, words: str, at: datetime | None) -> None:
    """Name a new day three working days after the one that was named before."""
    due = cases.case_by_id(actor=REPLAY, case_id=case_id).line.due_at
    if due:
        until = dossiers.calendar().add_working_days(timezone.localdate(due), 3)
        cases.extend(by=REPLAY, case_id=case_id, reason=words, until=until, at=at)


def settle_part(case_id: UUID, at: datetime | None) -> None:
    """Have the next agency say that its part of a linked dossier is done."""
    parts = cases.case_by_id(actor=REPLAY, case_id=case_id).sub_cases
    part = next((each for each in parts if each.state != CLOSED), None)
    if part:
        done = next(step for step in type_of(part).steps if step.outcome == "done")
        cases.take_step(by=REPLAY, case_id=part.id, to=done.key, at=at)


def _words(which: str, draws: Draws) -> str:
    known = mapping.texts()["dossiers"][which]
    return str(known[int(draws(which) * len(known))])


def planned(moment: Moment) -> dossiers.Plan:
    """Return the dossier that a moment is about."""
    found = dossiers.plans(date_of(moment.loop))[moment.row - dossiers.FIRST_ROW]
    assert found, "only what the catalogue knows has a moment"
    return found


def _draws(moment: Moment) -> Draws:
    return Draws(date_of(moment.loop).toordinal(), moment.row)
