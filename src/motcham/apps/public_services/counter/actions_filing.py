"""The act that turns what was typed at the counter into a dossier."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from django.db import transaction

from motcham.apps.public_services import asking
from motcham.apps.public_services.counter import vault
from motcham.apps.public_services.counter.models import Intake, Ticket
from motcham.apps.public_services.counter.refusals import NotAtThisDesk
from motcham.blocks.cases import api as cases
from motcham.blocks.cases.define import NewCase, Opened, Place
from motcham.blocks.identity.define import Actor, Permission
from motcham.blocks.ledger import api as ledger


@transaction.atomic
def file(
    *,
    by: Actor,
    intake_id: UUID,
    answers: Mapping[str, Any],
    place: Place | None = None,
    documents: Sequence[UUID] = (),
    originals: int = 0,
    of: str = "",
) -> Opened:
    """File a dossier for whoever holds a number, once; `originals` papers stay at the counter to be handed on. `of` is a mark of
    what was typed, by which a second press of the button is known."""
    intake = Intake.objects.select_for_update(of=("self",)).select_related("ticket").filter(id=intake_id).first()
    if intake is None or intake.ticket.state not in Ticket.SERVED or intake.case_id is not None:
        raise NotAtThisDesk()
    ticket = intake.ticket
    by.demand(Permission.COUNTER_SERVE, agency_id=ticket.agency_id)
    by.demand(Permission.CASE_OPEN, agency_id=ticket.agency_id)
    new = NewCase(
        type_key=intake.type_key,
        answers=answers,
        place=place,
        documents=documents,
        channel="counter",
        idempotency_key=f"counter:{intake.id}",
    )
    opened = cases.open_case(new, by=by)
    intake.case_id, intake.originals = opened.id, originals
    # The code is printed again where a slip is lost, on this day and at this office.
    intake.sealed = vault.seal(vault.FORM, {"code": cases.show_code(opened.code), "of": of}, intake.id)
    intake.save(update_fields=["case", "sealed", "originals"])
    said = {"number": ticket.label, "case": str(opened.id), "originals": originals, "scans": len(documents), "by": by.ref}
    said["truth_signed_on_paper"] = bool(answers.get(asking.TRUTH))
    ledger.append(kind="counter.filed", subject=f"ticket:{ticket.id}", payload=said)
    return opened
