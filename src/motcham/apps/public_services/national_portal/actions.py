"""What officers do about what the national portal did not take: send it again once it is mended, push what waits for its next try, or
leave it; each with its entry."""

from __future__ import annotations

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from motcham.apps.public_services.national_portal.define import NoSuchMessage
from motcham.apps.public_services.national_portal.models import Message
from motcham.blocks.identity.define import Actor, Permission
from motcham.blocks.ledger import api as ledger

REFUSED, TRIED = Q(refused_at__isnull=False), Q(next_at__isnull=False, tries__gt=0)


@transaction.atomic
def send_again(*, by: Actor, message_id: int) -> None:
    """Have a message that was refused, or that waits to be tried again, sent now. Raises NoSuchMessage."""
    message = _stuck(by, message_id, REFUSED | TRIED)
    now = timezone.now()
    message.next_at, message.refused_at, message.tries = now, None, 0
    message.save(update_fields=["next_at", "refused_at", "tries"])
    # What stands behind it waits for the same moment.
    Message.objects.filter(case_id=message.case_id, next_at__gt=now).update(next_at=now)
    _note("national_portal.sent_again", message, by)


@transaction.atomic
def leave(*, by: Actor, message_id: int) -> None:
    """Settle a refused message without the portal, so that what came after it goes out. Raises NoSuchMessage."""
    message = _stuck(by, message_id, REFUSED)
    message.done_at = timezone.now()
    message.save(update_fields=["done_at"])
    _note("national_portal.left", message, by)


def _stuck(by: Actor, message_id: int, *wanted: Q) -> Message:
    message = Message.objects.select_for_update().filter(*wanted, id=message_id, done_at=None).first()
    # Whoever may not act there is not told that it exists.
    if message is None or not by.may(Permission.CASE_ACT, agency_id=message.agency_id):
        raise NoSuchMessage()
    return message


def _note(kind: str, message: Message, by: Actor) -> None:
    said = {"message": message.pk, "problem": message.problem, "by": by.ref}
    ledger.append(kind=kind, subject=f"case:{message.case_id}", payload=said)
