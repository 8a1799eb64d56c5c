"""Cases of several people: who must confirm one, who did, and how."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from motcham.blocks.cases import vault
from motcham.blocks.cases.define import ATTESTED, CLOSED, CONFIRMED, CaseType, CaseView, Confirmer, NotConfirmed, Step, type_of
from motcham.blocks.cases.models import Case

SEEN, ACCOUNT = "counter", "account"
"""How somebody confirmed: before an officer, or with an account of their own."""


def unconfirmed(case: Case, case_type: CaseType) -> list[Confirmer]:
    """Return those whom a case names and who did not confirm it yet."""
    # Nobody stands behind a case that is made up.
    if case_type.together is None or case.synthetic or not case_type.together.is_asked(case.answers):
        return []
    done = case.answers.get(CONFIRMED, ())
    if SEEN in done:
        return []
    named = case_type.together.people({**case.answers, **vault.unseal(case)})
    return [each for each in named if f"{each.key}:{ACCOUNT}" not in done]


def waits_for_others(view: CaseView) -> bool:
    """Tell whether somebody else must still confirm a case. No table is asked where a case is of one person alone."""
    asked = type_of(view.line).together
    if view.line.state == CLOSED or asked is None or view.line.synthetic or not asked.is_asked(view.answers):
        return False
    case = Case.objects.filter(id=view.line.id).first()
    return case is not None and bool(unconfirmed(case, type_of(case)))


def demand_all(case: Case, case_type: CaseType, step: Step, answers: Mapping[str, Any]) -> None:
    """Refuse a step that needs all whom a case names while somebody did not confirm; keep that an officer saw them."""
    missing = unconfirmed(case, case_type) if step.needs_all else []
    if missing and not answers.get(ATTESTED):
        raise NotConfirmed(missing=len(missing))
    if missing:
        keep(case, SEEN)


def keep(case: Case, how: str) -> None:
    """Keep that somebody confirmed, in the answers that lie open: a key and a way, and nobody's name."""
    case.answers = {**case.answers, CONFIRMED: [*case.answers.get(CONFIRMED, ()), how]}
