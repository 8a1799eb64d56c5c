"""Stories of cases, written in YAML with officials and run as tests: what is filed, what is done when, what must follow.

A story files one case and acts in it, each act at its own time in the city. `expect` names what must then hold: `case_type`,
`step`, `state`, `agency`, `due`, `late`, `outcome`, `rating`, `title`, `refused` (the code of the refusal). `tells` lists
the notices in order, `ledger` the kinds of entries in the log. Roles act with a post in the agency that holds the case.
An act that names a `part` is done in the part of the case that this agency answers, and its `expect` is about that part.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

from motcham.blocks.cases import actions, actions_closed, forms
from motcham.blocks.cases.define import CaseType, NewCase, case_types, type_of
from motcham.blocks.cases.law import forget_calendar
from motcham.blocks.cases.models import Case, CaseEvent
from motcham.blocks.channels import api as channels
from motcham.blocks.identity import api as identity
from motcham.blocks.identity import testing as identity_testing
from motcham.blocks.identity.define import Actor
from motcham.blocks.ledger import api as ledger
from motcham.kernel.calendar import CITY
from motcham.kernel.errors import MotchamError

KNOWN = frozenset({"title", "case_type", "filed", "acts", "tells", "ledger"})
KNOWN_ACT = frozenset(
    {"at", "part", "by", "to", "note", "rate", "transfer", "extend", "late", "message", "answers", "agency", "expect"}
    | {"confide", "hand_back"}
)


class StoryDiffers(AssertionError):
    """What happened is not what the story tells; names the file, the act, and both."""


@dataclass
class Story:
    """One scenario file."""

    path: Path
    told: Mapping[str, Any]

    @classmethod
    def read(cls, path: Path) -> Story:
        """Read a scenario; a word it does not know is an error, for a misspelt expectation would never be checked."""
        import yaml  # only tests have it

        told = yaml.safe_load(path.read_text(encoding="utf-8"))
        unknown = set(told) - KNOWN
        for act in told.get("acts", ()):
            unknown |= set(act) - KNOWN_ACT
        if unknown:
            raise StoryDiffers(
                f"{path}: does not understand {', '.join(sorted(unknown))}. Known: {', '.join(sorted(KNOWN | KNOWN_ACT))}."
            )
        return cls(path, told)

    def run(self) -> None:
        """Play the story in the database and compare; raise `StoryDiffers` at the first difference."""
        forget_calendar()
        self._agencies()
        filed = self.told["filed"]
        case_id = self._file(filed)
        self._compare("filed", case_id, filed.get("expect", {}))
        for number, act in enumerate(self.told.get("acts", ()), 1):
            self._act(f"act {number}", self._part(case_id, str(act["part"])) if "part" in act else case_id, act)
        events = list(CaseEvent.objects.filter(case_id=case_id).order_by("at", "id"))
        if "ledger" in self.told:
            self._same("ledger", [ledger.opening(event.entry_id).kind for event in events], self.told["ledger"])
        if "tells" in self.told:
            self._same("tells", [each.template for each in channels.notices(to=actions.owner_of(case_id))], self.told["tells"])

    def _agencies(self) -> None:
        named = {self._type.desk, self._type.closed_desk, self.told["filed"].get("expect", {}).get("agency")}
        for act in self.told.get("acts", ()):
            named |= {
                act.get("part"),
                act.get("agency"),
                act.get("transfer"),
                act.get("hand_back"),
                act.get("expect", {}).get("agency"),
            }
        for code in sorted(filter(None, named)):
            kind = "ward" if code.startswith("ward.") else "desk" if code.startswith("desk.") else "department"
            identity_testing.an_agency(code=code, kind=kind)
        identity_testing.forget()

    @property
    def _type(self) -> CaseType:
        return case_types[str(self.told["case_type"])]

    def _file(self, filed: Mapping[str, Any]) -> UUID:
        at = moment(filed["at"])
        read = forms.parse_answers(self._type.fields, plain(filed["answers"]), now=at)
        self._same("filed: errors", read.errors, {})
        new = NewCase(type_key=self._type.key, answers=read.answers, place=read.place, channel=filed.get("channel", "web"), at=at)
        return actions.open_case(new, by=Actor.anonymous()).id

    def _part(self, case_id: UUID, code: str) -> UUID:
        return Case.objects.only("id").get(parent_id=case_id, agency_id=identity.agency(code=code).id).id

    def _act(self, where: str, case_id: UUID, act: Mapping[str, Any]) -> None:
        expect = act.get("expect", {})
        try:
            self._perform(case_id, act)
        except MotchamError as refused:
            self._same(f"{where}: refused", refused.code, expect.get("refused", "not refused"))
        else:
            self._same(f"{where}: refused", "not refused", expect.get("refused", "not refused"))
        self._compare(where, case_id, expect)

    def _perform(self, case_id: UUID, act: Mapping[str, Any]) -> None:
        at, by, message = moment(act["at"]), str(act.get("by", "clock")), str(act.get("message", ""))
        case = Case.objects.get(id=case_id)
        is_filer = by == "filer"
        actor = Actor.anonymous() if is_filer else identity_testing.actor((by, case.agency_id))
        if "late" in act:
            actions.became_late(now=at)
        elif "rate" in act:
            actions.rate(by=actor, case_id=case_id, rating=act["rate"], reason=message, at=at)
        elif "transfer" in act:
            receiver = identity.agency(code=act["transfer"]).id
            actions.transfer(by=actor, case_id=case_id, agency_id=receiver, message=message, at=at)
        elif "confide" in act:
            actions_closed.confide(by=actor, case_id=case_id, reason=str(act["confide"]), at=at)
        elif "hand_back" in act:
            receiver = identity.agency(code=act["hand_back"]).id
            actions_closed.hand_back(by=actor, case_id=case_id, agency_id=receiver, reason=message, at=at)
        elif "extend" in act:
            actions.extend(by=actor, case_id=case_id, reason=str(act["extend"]), at=at)
        elif "note" in act:
            actions.note(by=actor, case_id=case_id, message=str(act["note"]), at=at, is_public=is_filer, as_filer=is_filer)
        else:
            self._step(case_id, act, actor, is_filer=is_filer)

    def _step(self, case_id: UUID, act: Mapping[str, Any], actor: Actor, *, is_filer: bool) -> None:
        case_type = type_of(Case.objects.only("type_key", "clock").get(id=case_id))
        step, at = case_type.step(str(act["to"])), moment(act["at"])
        read = forms.parse_answers(step.asks, plain(act.get("answers", {})), now=at)
        self._same(f"answers of {step.key}", read.errors, {})
        receiver = identity.agency(code=act["agency"]).id if act.get("agency") else None
        actions.take_step(
            by=actor,
            case_id=case_id,
            to=step.key,
            message=str(act.get("message", "")),
            answers=read.answers,
            agency_id=receiver,
            at=at,
            as_filer=is_filer,
        )

    def _compare(self, where: str, case_id: UUID, expect: Mapping[str, Any]) -> None:
        case = Case.objects.get(id=case_id)
        found = {
            "case_type": case.type_key,
            "step": case.step,
            "state": case.state,
            "agency": identity.agency(id=case.agency_id).code,
            "due": local(case.due_at),
            "late": local(case.late_at),
            "outcome": case.outcome,
            "rating": case.rating,
            "title": case.title,
            "refused": expect.get("refused"),
        }
        for name, wanted in expect.items():
            if name not in found:
                raise StoryDiffers(f"{self.path}: {where} expects '{name}', which is none of {', '.join(found)}.")
            is_time = name in ("due", "late") and wanted is not None
            self._same(f"{where}: {name}", found[name], local(moment(wanted)) if is_time else wanted)

    def _same(self, what: str, found: object, wanted: object) -> None:
        if found != wanted:
            raise StoryDiffers(f"{self.path}: {what} is {found!r}; the story says {wanted!r}.")


def moment(given: object) -> datetime:
    """Return an instant of the story, which tells time as the city's clocks show it."""
    at = given if isinstance(given, datetime) else datetime.fromisoformat(str(given))
    return at if at.tzinfo else at.replace(tzinfo=CITY)


def local(at: datetime | None) -> str | None:
    """Return an instant as stories write it."""
    return at.astimezone(CITY).strftime("%Y-%m-%d %H:%M") if at else None


def plain(answers: Mapping[str, Any]) -> dict[str, Any]:
    """Return answers as a browser would send them: YAML reads dates and numbers, forms read words."""
    return {name: value.isoformat() if isinstance(value, date) else value for name, value in answers.items()}


def stories(folder: Path) -> list[Path]:
    """Return the scenario files under a folder."""
    return sorted(folder.glob("**/scenarios/*.yaml"))
