"""Slips of dossiers: ordered in the transaction of the act that calls for one, taken back with it, or printed for an officer."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

import msgspec
from django.db import transaction
from django.utils import timezone

from motcham.apps.public_services.dossiers import on_paper
from motcham.apps.public_services.dossiers.definitions import declaration
from motcham.apps.public_services.dossiers.models import Dossier, Slip
from motcham.apps.public_services.dossiers.refusals import NoSlip
from motcham.apps.public_services.slips import issuing
from motcham.apps.public_services.slips.form import NoSuchSlip, form_of
from motcham.apps.public_services.slips.register import Register
from motcham.blocks.cases import api as cases
from motcham.blocks.cases.define import Happening, Said, type_of
from motcham.blocks.documents import api as documents
from motcham.blocks.identity.define import Actor
from motcham.blocks.ledger import api as ledger
from motcham.kernel.terms import Answers

DECLARATION = "declaration"
"""The kind of what was declared, which is no form of a circular."""


def order(*, by: Actor, kind: str, row: Dossier, said: Said, happened: Happening, facts: Answers) -> Slip | None:
    """Order the slip that an act calls for; None where no form of it was in force when the dossier was received, and where
    nobody stands behind the dossier."""
    if said.synthetic or not is_in_force(kind, row.on):
        return None
    holder = f"account:{said.filer_account_id}" if said.filer_account_id else ""
    order_id = issuing.slip(
        kind=kind,
        facts=on_paper.facts_of(kind, row, said, happened, by=by, facts=facts),
        owner=f"case:{row.case_id}",
        by=by,
        holder=holder,
    )
    return Slip.objects.create(case_id=row.case_id, kind=kind, at=happened.at, order_id=order_id)


@transaction.atomic
def declare(*, by: Actor, batch: int = 50) -> int:
    """Order the pages of what was declared in dossiers that were filed since; return how many. Filing leaves this to the worker."""
    waiting = Dossier.objects.filter(declare_at__isnull=False).order_by("declare_at")
    rows = list(waiting.select_for_update(skip_locked=True)[:batch])
    for row in rows:
        filer = cases.case_by_id(row.case_id, actor=by).filer_account_id
        order_id = documents.order(
            template=declaration.TEMPLATE,
            facts={"case": str(row.case_id)},
            owner=f"case:{row.case_id}",
            by=by,
            filename=f"{declaration.NAME} {row.code}",
            holder=f"account:{filer}" if filer else "",
        )
        Slip.objects.create(case_id=row.case_id, kind=DECLARATION, at=row.declare_at or timezone.now(), order_id=order_id)
    Dossier.objects.filter(case_id__in=[row.case_id for row in rows]).update(declare_at=None)
    return len(rows)


def name_of(kind: str, on: date) -> str:
    """Return what a page is called that was printed for a dossier received on a day."""
    return declaration.NAME if kind == DECLARATION else form_of(kind, on).name


def is_in_force(kind: str, on: date) -> bool:
    """Tell whether there was a form of this kind for dossiers received on a day."""
    try:
        form_of(kind, on)
    except NoSuchSlip:
        return False
    return True


def withdraw(*, by: Actor, case_id: UUID, kind: str, at: datetime) -> None:
    """Withdraw the last slip of a kind, since the act that called for it was taken back."""
    last = Slip.objects.filter(case_id=case_id, kind=kind, withdrawn_at=None).order_by("-at", "-id").first()
    if last is not None:
        last.withdrawn_at = at
        last.save(update_fields=["withdrawn_at"])
        documents.recall(order_id=last.order_id, by=by)


def control(*, by: Actor, case_id: UUID) -> tuple[str, bytes]:
    """Print the control slip of a dossier for those who work on it: its name and its page, kept nowhere."""
    view = cases.case_by_id(case_id, actor=by)
    row = Dossier.objects.filter(case_id=case_id).first()
    if row is None:
        raise NoSlip()
    cases.look(by=by, case_id=case_id, purpose="handling")
    said = cases.said(by=by, case_id=case_id, purpose="control")
    facts = on_paper.control_of(row, view, said, type_of(view.line), by=by)
    page = documents.render(template="public_services.control", data=msgspec.to_builtins(facts))
    ledger.append(kind="dossiers.control_printed", subject=f"case:{case_id}", payload={"by": by.ref})
    return f"{form_of('control', row.on).name} {row.code}", page


def register(*, by: Actor, facts: Register) -> tuple[str, bytes]:
    """Print the register of an agency for some days; the caller read only what the actor may."""
    page = documents.render(template="public_services.register", data=msgspec.to_builtins(facts))
    said = {"by": by.ref, "agency": facts.agency, "since": facts.since, "until": facts.until, "rows": len(facts.lines)}
    ledger.append(kind="dossiers.register_printed", subject=by.ref, payload=said, at=timezone.now())
    return form_of("register", facts.until).name, page
