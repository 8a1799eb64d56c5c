"""Papers that whoever stands at the desk handed in before: looked for once they agreed, shown by question, used again as pages.

What was found is kept with what was typed, sealed as that is: the page is shown many times, and each dossier that was looked into
says so once. It is forgotten as soon as the form names somebody else.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.utils import timezone

from motcham.apps.public_services.counter.models import Intake, Scan
from motcham.apps.public_services.counter.refusals import NotNamedYet
from motcham.blocks.cases import api as cases
from motcham.blocks.cases.api import EarlierPaper
from motcham.blocks.documents import api as documents
from motcham.blocks.identity.define import Actor
from motcham.blocks.ledger import api as ledger
from motcham.kernel.terms import Answers, Field, Kind

FOUND = "earlier"
"""The name under which it lies with what was typed."""
OF_WHOM = ("personal_number", "name")


@dataclass(frozen=True)
class Found:
    """What was found for somebody: by question the papers, as they are kept with what was typed."""

    of: tuple[str, ...] = ()
    papers: Mapping[str, Sequence[Mapping[str, Any]]] | None = None

    def of_question(self, name: str) -> Sequence[Mapping[str, Any]]:
        """Return what was found for one question."""
        return (self.papers or {}).get(name, ())

    @property
    def is_sought(self) -> bool:
        """Tell whether it was looked for."""
        return self.papers is not None


def whom(fields: Iterable[Field], answers: Answers) -> tuple[str, ...]:
    """Return by what somebody's dossiers are known: the number and the name that the form has of whoever files."""
    named = {each.prefill: str(answers.get(each.name) or "") for each in fields if each.kind is not Kind.FILES}
    return tuple(named.get(each, "") for each in OF_WHOM)


def kept(raw: Mapping[str, Any], of: tuple[str, ...]) -> Found:
    """Return what was found for somebody, nothing where it was for somebody else."""
    said = raw.get(FOUND) or {}
    papers = {
        slot: [{**each, "when": datetime.fromisoformat(each["at"])} for each in found]
        for slot, found in (said.get("papers") or {}).items()
    }
    return Found(of, papers) if tuple(said.get("of") or ()) == of else Found(of)


def look(*, by: Actor, intake: Intake, fields: Sequence[Field], of: tuple[str, ...]) -> dict[str, Any]:
    """Look for the papers of whoever stands at the desk and agreed, with its entry; return what is to be kept with what was typed.
    Raises NotNamedYet where the form does not say who they are."""
    number, name = of
    if not number or not name:
        raise NotNamedYet()
    found = cases.earlier_papers(fields, by=by, name=name, personal_number=number)
    papers = {slot: [_as_data(each) for each in offered] for slot, offered in found.items() if offered}
    said = {"number": intake.ticket.label, "agreed": True, "found": sum(map(len, papers.values())), "by": by.ref}
    ledger.append(kind="counter.papers_looked_for", subject=f"ticket:{intake.ticket_id}", payload=said)
    return {"of": list(of), "papers": papers}


def use(*, by: Actor, intake: Intake, field: Field, chosen: Sequence[str], found: Found, room: int, until: datetime) -> int:
    """Use papers again that were found for a question, as pages of the form; return how many. What was not found is not used."""
    offered = {str(each["id"]): each for each in found.of_question(field.name)}
    used = 0
    for one in dict.fromkeys(chosen):
        offer = _offer(offered[one]) if one in offered and used < room else None
        if offer is None:
            continue
        again = cases.use_again(field, offer, by=by)
        documents.keep(document_ids=[again.copy.id], until=until)
        Scan.objects.create(
            intake=intake, field=field.name, document_id=again.copy.id, origin=again.origin, is_kept_as_is=True, at=timezone.now()
        )
        used += 1
    return used


def origins(intake: Intake) -> dict[str, str]:
    """Return by question where the papers come from that are used again."""
    rows = Scan.objects.filter(intake=intake).exclude(origin="").order_by("id")
    return dict(rows.values_list("field", "origin"))


def _as_data(offer: EarlierPaper) -> dict[str, Any]:
    return {
        "id": str(offer.document.id),
        "name": offer.document.name,
        "size": offer.document.size,
        "of": offer.owner,
        "part_of": str(offer.part_of),
        "at": offer.at.isoformat(),
        "is_result": offer.is_result,
    }


def _offer(said: Mapping[str, Any]) -> EarlierPaper | None:
    there = documents.refs([UUID(str(said["id"]))])
    at = datetime.fromisoformat(str(said["at"]))
    return EarlierPaper(there[0], str(said["of"]), said["part_of"], at, bool(said["is_result"])) if there else None
