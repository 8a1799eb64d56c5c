"""The acts of paper on its way: put dossiers into a bundle for the agency that settles them; receive it and say what differs."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from django.db import connection, transaction
from django.utils import timezone

from motcham.apps.public_services.counter import bundles
from motcham.apps.public_services.counter.actions_queue import COUNT
from motcham.apps.public_services.counter.models import Bundle, BundleLine
from motcham.apps.public_services.counter.refusals import BundleReceived, NoSuchBundle, NothingChosen, NotInHand
from motcham.blocks.identity.define import Actor, Permission
from motcham.blocks.ledger import api as ledger
from motcham.ui import formats

PAPER = "#"
"""The letter under which the bundles of a day are numbered: no kind of work has it."""


@transaction.atomic
def make(*, by: Actor, agency_id: int, to_agency_id: int, papers: Mapping[UUID, int], at: datetime | None = None) -> Bundle:
    """Put dossiers into a bundle: how many papers of each go with it. Raises NothingChosen or NotInHand."""
    by.demand(Permission.COUNTER_SERVE, agency_id=agency_id)
    if not papers:
        raise NothingChosen()
    at = at or timezone.now()
    on = formats.local(at).date()
    # The count of the day is the lock as well: of two who bundle at once, the second sees what the first took.
    with connection.cursor() as cursor:
        cursor.execute(COUNT, (agency_id, on, PAPER))
        (number,) = cursor.fetchone()
    there = {each.case_id for each in bundles.in_hand(agency_id) if each.agency_id == to_agency_id}
    if not set(papers) <= there:
        raise NotInHand()
    bundle = Bundle.objects.create(
        id=uuid.uuid4(), from_agency_id=agency_id, to_agency_id=to_agency_id, on=on, number=number, made_at=at
    )
    lines = [
        BundleLine(bundle=bundle, case_id=case_id, place=place, given=given)
        for place, (case_id, given) in enumerate(papers.items(), 1)
    ]
    BundleLine.objects.bulk_create(lines)
    said = {"from": agency_id, "to": to_agency_id, "number": bundle.code, "by": by.ref}
    said["papers"] = {str(case_id): given for case_id, given in papers.items()}
    ledger.append(kind="counter.bundled", subject=f"bundle:{bundle.id}", payload=said, at=at)
    return bundle


@transaction.atomic
def receive(
    *,
    by: Actor,
    bundle_id: UUID,
    came: Mapping[UUID, int],
    notes: Mapping[UUID, str] | None = None,
    note: str = "",
    at: datetime | None = None,
) -> Bundle:
    """Say which papers of a bundle came; a dossier that is not named did not come at all. Raises NoSuchBundle or BundleReceived."""
    at, notes = at or timezone.now(), notes or {}
    bundle = Bundle.objects.select_for_update().filter(id=bundle_id).first()
    if bundle is None or not by.may(Permission.COUNTER_SERVE, agency_id=bundle.to_agency_id):
        raise NoSuchBundle()
    if bundle.received_at:
        raise BundleReceived()
    lines = list(BundleLine.objects.filter(bundle=bundle))
    for line in lines:
        line.came, line.note = max(0, came.get(line.case_id, 0)), notes.get(line.case_id, "")[:300]
    BundleLine.objects.bulk_update(lines, ["came", "note"])
    bundle.received_at, bundle.note = at, note[:500]
    bundle.save(update_fields=["received_at", "note"])
    differ = {str(line.case_id): [line.given, line.came] for line in lines if line.came != line.given}
    said = {"number": bundle.code, "by": by.ref, "dossiers": len(lines), "differences": differ}
    ledger.append(kind="counter.bundle_received", subject=f"bundle:{bundle.id}", payload=said, at=at)
    return bundle
