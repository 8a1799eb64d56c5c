"""Forgetting: what identifies people leaves a closed case when its retention ends; its figures and its proofs stay."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import connection, transaction
from django.db.models import Q
from django.utils import timezone

from motcham.blocks.cases.acting import clear_public, owner_of
from motcham.blocks.cases.define import CLOSED, CaseType, case_types
from motcham.blocks.cases.models import Case, Participant
from motcham.blocks.cases.timeline import record
from motcham.blocks.documents import api as documents
from motcham.blocks.identity.define import Actor
from motcham.blocks.ledger import api as ledger

ERASER = Actor.system("erasers")
YEAR = timedelta(days=365.25)


def erase_due(*, now: datetime | None = None, most: int = 200) -> int:
    """Erase one batch of closed cases whose retention has ended; return how many."""
    now = now or timezone.now()
    return sum(_erase_type(case_type, now, most) for case_type in case_types)


def _erase_type(case_type: CaseType, now: datetime, most: int) -> int:
    ended_before = now - case_type.retention.years * YEAR
    personal = [each.name for each in case_type.fields if each.is_personal]
    due = Case.objects.filter(type_key=case_type.key, state=CLOSED, closed_at__lt=ended_before, erased_at=None)
    # Whoever filed a merged report is reached by it until the case that it went into is closed and over.
    due = due.filter(Q(merged_into=None) | Q(merged_into__closed_at__lt=ended_before))
    with transaction.atomic():
        batch = list(due.select_for_update(skip_locked=True, of=("self",)).order_by("closed_at")[:most])
        for case in batch:
            _erase(case, personal, now)
    return len(batch)


def _erase(case: Case, personal: list[str], now: datetime) -> None:
    documents.erase(owner=owner_of(case.id), by=ERASER, reason="retention ended")
    case.answers = {name: value for name, value in case.answers.items() if name not in personal}
    case.sealed, case.contacts, case.documents, case.address = None, [], [], ""
    case.lon = case.lat = None
    case.filer_id, case.erased_at = None, now
    clear_public(case)
    case.save(force_update=True)
    Participant.objects.filter(case_id=case.id).update(sealed=None, contacts=[], account=None)
    with connection.cursor() as cursor:
        cursor.execute("UPDATE cases_event SET message = '', facts = '{}' WHERE case_id = %s", (case.id,))
    ledger.erase(subject=owner_of(case.id))
    # Written last, so that the entry which says that a case was forgotten is not forgotten with it.
    record(case, kind="erased", by=ERASER, at=now)
