"""What officers do about what the national portal did not take: send it again once it is mended, or leave it; each with its entry."""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone

from motcham.apps.public_services.national_portal.define import NoSuchMessage
from motcham.apps.public_services.national_portal.models import Message
from motcham.blocks.identity.define import Actor, Permission
from motcham.blocks.ledger import api as ledger


@transaction.atomic
def send_again(*, by: Actor, message_id: int) -> None:
    """Have a refused message sent again, now. Raises NoSuchMessage."""
    message = _refused(by, message_id)
    message.next_at, message.refused_at, message.tries = timezone.now(), None, 0
    message.save(update_fields=["next_at", "refused_at", "tries"])
    _note("national_portal.sent_again", message, by)


@transaction.atomic
def leave(*, by: Actor, message_id: int) -> None:
    """Settle a refused message without the portal, so that what came after it goes out. Raises NoSuchMessage."""
    message = _refused(by, message_id)
    message.done_at = timezone.now()
    message.save(update_fields=["done_at"])
    _note("national_portal.left", message, by)


def _refused(by: Actor, message_id: int) -> Message:
    message = Message.objects.select_for_update().filter(id=message_id, refused_at__isnull=False, done_at=None).first()
    # Whoever may not act there is not told that it exists.
    if message is None or not by.may(Permission.CASE_ACT, agency_id=message.agency_id):
        raise NoSuchMessage()
    return message


def _note(kind: str, message: Message, by: Actor) -> None:
    said = {"message": message.pk, "problem": message.problem, "by": by.ref}
    ledger.append(kind=kind, subject=f"case:{message.case_id}", payload=said)
