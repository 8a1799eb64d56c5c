"""What Decision 766 counts of a dossier, from what happened: papers and how many are electronic, whether VNeID vouched, the result."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from uuid import UUID

from motcham.apps.public_services import data_used, states
from motcham.apps.public_services.dossiers import on_paper
from motcham.apps.public_services.dossiers.actions_money import HOUSE
from motcham.apps.public_services.dossiers.models import Dossier
from motcham.blocks.cases import api as cases
from motcham.blocks.cases.define import Happening, Said
from motcham.blocks.documents import api as documents
from motcham.blocks.identity.define import Actor
from motcham.kernel.terms import Answers


@dataclass(frozen=True)
class Counted:
    """How many papers a dossier has, and of how many of them there are files."""

    papers: int
    digitised: int


def _sent(answers: Answers) -> Iterator[str]:
    for name, value in answers.items():
        # Every list of a form is one of files, but for what was ticked.
        if isinstance(value, list) and value and all(_is_file(each) for each in value):
            yield name


def _is_file(value: object) -> bool:
    try:
        UUID(str(value))
    except ValueError:
        return False
    return True


def count(answers: Answers) -> Counted:
    """Return what was handed in with the form itself: until somebody accepts them, papers are those that were sent."""
    sent = sum(1 for _each in _sent(answers))
    return Counted(sent, sent)


def accepted(row: Dossier, said: Said, happened: Happening) -> int:
    """Return how many papers a dossier has once it is accepted: those sent, and those brought to a counter."""
    papers = on_paper.handed_in(on_paper.filed_as(happened), said.answers, row)
    return max(row.papers, len(papers))


def recount(*, case_id: UUID) -> None:
    """Count again after papers were sent anew."""
    found = count(cases.case_by_id(case_id, actor=HOUSE).answers)
    row = Dossier.objects.filter(case_id=case_id).first()
    if row is not None:
        papers = max(row.papers, found.papers)
        Dossier.objects.filter(case_id=case_id).update(papers=papers, digitised=found.digitised)


def is_known(by: Actor, channel: str) -> bool | None:
    """Tell whether an electronic identity vouched for whoever filed online; at a counter nobody asked the system, so it is not
    known."""
    if channel != "online" or by.is_system or by.posts:
        return None
    return by.kind == Actor.ACCOUNT and by.assurance > 0


def has_electronic_result(case_id: UUID, facts: Answers) -> bool | None:
    """Tell whether a dossier has an electronic result: one that was signed here and stands, or one of another system, as the
    officer says who settles it."""
    if any(each.withdrawn_at is None for each in documents.results(owner=f"case:{case_id}")):
        return True
    said = facts.get(states.ELECTRONIC)
    return None if said is None else said is True


def data_used_in(case_id: UUID, facts: Answers) -> list[str]:
    """Return which data a dossier was settled with: what was used before, and the databases that the officer states."""
    known = Dossier.objects.filter(case_id=case_id).values_list("sources", flat=True).first()
    return data_used.also(known or (), facts.get(states.LOOKED_UP))


def note_results(*, case_id: UUID) -> None:
    """Note anew whether a settled dossier has an electronic result, after one was signed or withdrawn."""
    stands = any(each.withdrawn_at is None for each in documents.results(owner=f"case:{case_id}"))
    Dossier.objects.filter(case_id=case_id).exclude(settled_at=None).update(electronic_result=stands)
