"""What a person decides about a mail that did not arrive, or may have."""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone

from motcham.blocks.channels.books import desk_links
from motcham.blocks.channels.define import State
from motcham.blocks.channels.models import Delivery
from motcham.blocks.identity.define import Actor, Permission
from motcham.blocks.ledger import api as ledger
from motcham.kernel.errors import Missing


@transaction.atomic
def again(*, by: Actor, delivery_id: int) -> None:
    """Send a mail once more, under the same Message-ID, so that a second copy is recognised."""
    row = _stuck(by, delivery_id)
    row.state, row.next_at, row.settled_at, row.permanent, row.attempts = State.WAITING, timezone.now(), None, False, 0
    row.save()
    _record(row, "notice.again", by)


@transaction.atomic
def dealt_with(*, by: Actor, delivery_id: int) -> None:
    """Take a mail off the list: somebody told the person in another way, or nobody can."""
    row = _stuck(by, delivery_id)
    row.state = State.DROPPED
    row.save()
    _record(row, "notice.dealt_with", by)


def _stuck(by: Actor, delivery_id: int) -> Delivery:
    stuck = Delivery.objects.select_for_update(of=("self",)).filter(state__in=[State.FAILED, State.UNCERTAIN])
    row = stuck.filter(id=delivery_id).select_related("notice").first()
    if row is None or row.notice.to not in desk_links([row.notice.to], by):
        raise Missing()
    by.demand(Permission.CASE_ACT, agency_id=row.agency_id)
    return row


def _record(row: Delivery, kind: str, by: Actor) -> None:
    ledger.append(kind=kind, subject=row.notice.to, payload={"delivery": row.id, "notice": row.notice.entry_id, "by": by.ref})
