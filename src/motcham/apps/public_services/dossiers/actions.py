"""What officials enter about the codes of agencies, and taking out the register: each with its entry in the log."""

from __future__ import annotations

from datetime import date

from django.db import transaction
from django.utils import timezone

from motcham.apps.public_services.dossiers import numbers
from motcham.apps.public_services.dossiers.models import AgencyCode
from motcham.blocks.identity import api as identity
from motcham.blocks.identity.define import Actor, Permission
from motcham.blocks.ledger import api as ledger


@transaction.atomic
def enter_code(*, by: Actor, agency_id: int, code: str, valid_from: date, legal_basis: str) -> None:
    """Enter by which code an agency numbers its dossiers from a day on; numbers given before stay as they are."""
    by.demand(Permission.STAFF_MANAGE)
    code, agency = numbers.demand_official(code), identity.agency(id=agency_id)
    said = {"agency": agency.code, "code": code, "from": valid_from.isoformat(), "law": legal_basis, "by": by.ref}
    receipt = ledger.append(kind="dossiers.code_entered", subject=f"agency:{agency.code}", payload=said)
    values = {"code": code, "legal_basis": legal_basis, "entered_at": timezone.now(), "entry_id": receipt.entry_id}
    AgencyCode.objects.update_or_create(agency_id=agency_id, valid_from=valid_from, defaults=values)


def note_register(*, by: Actor, agency_id: int, day: date, rows: int) -> None:
    """Write that the register of a day was taken out as a file: by whom, how many rows."""
    by.demand(Permission.CASE_EXPORT, agency_id=agency_id)
    said = {"by": by.ref, "agency": agency_id, "day": day.isoformat(), "rows": rows}
    ledger.append(kind="dossiers.register_exported", subject=by.ref, payload=said)
