"""Sends what waits: claims it, writes down that a contact is opened, hands it over, records the answer.

Nothing is sent twice. A delivery is claimed before it is sent; that it is about to be handed over is committed before the message
goes out, and the answer after. A worker that dies before that mark leaves what can be sent again; one that dies after it leaves
what may have arrived: it becomes uncertain, and only a person sends it again, under the same Message-ID.
"""

from __future__ import annotations

import json
import logging
import random
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import connection, transaction
from django.utils import timezone

from motcham.blocks.channels import mail as letters
from motcham.blocks.channels import rules, tokens, transports
from motcham.blocks.channels.books import SUBSCRIPTION, account_address, book_of, links_of
from motcham.blocks.channels.define import Contact, Link, Notice, NotSent, State, Topic, Uncertain, Unreachable
from motcham.blocks.channels.models import EMAIL, Delivery, Subscription
from motcham.blocks.channels.queries import topic_of
from motcham.blocks.identity.define import Actor
from motcham.blocks.ledger import api as ledger
from motcham.kernel.keyring import KeyMissing, SealBroken

logger = logging.getLogger("motcham.channels")
SENDER = Actor.system("sender")
BATCH = 100
# A batch that takes longer gives back what it has not begun; a claim is abandoned long after that.
BUDGET = 60.0
LEASE = timedelta(minutes=10)
AWAY = timedelta(seconds=45)

_READ = """
    UPDATE channels_delivery d SET state = 'sending', claimed_at = %(now)s, handed_at = NULL, attempts = attempts + 1,
           mail = coalesce(mail, {mail})
      FROM channels_notice n
     WHERE n.id = d.notice_id AND d.id IN ({chosen})
    RETURNING d.id, d.mail, d.recipient, d.account_id, d.language, d.attempts, n.id, n."to", n.language, n.template, n.facts,
              n.created_at, n.synthetic, n.entry_id
"""
_DUE = "state = 'waiting' AND channel = 'email' AND next_at <= %(now)s"
_SINGLE = _READ.format(
    mail="d.id",
    chosen=f"SELECT id FROM channels_delivery WHERE {_DUE} AND NOT digest ORDER BY next_at, id LIMIT %(most)s FOR UPDATE SKIP LOCKED",
)
_WHOSE = "coalesce('account:' || account_id, recipient)"
_DIGEST = _READ.format(
    mail="%(mail)s", chosen=f"SELECT id FROM channels_delivery WHERE {_DUE} AND digest AND {_WHOSE} = %(whose)s"
)
# One mail a reader: whoever holds the lock of a reader takes everything that waits for them.
_READERS = f"""
    SELECT whose, first FROM (
        SELECT {_WHOSE} AS whose, min(coalesce(mail, id)) AS first FROM channels_delivery WHERE {_DUE} AND digest
         GROUP BY 1 LIMIT %(most)s) found
     WHERE pg_try_advisory_xact_lock(hashtextextended('channels.digest ' || whose, 0))
"""


@dataclass(frozen=True)
class Claimed:
    """A delivery that this worker has claimed."""

    id: int
    mail: int
    recipient: str
    account_id: int | None
    language: str
    attempts: int
    notice: Notice


def send_due() -> int:
    """Send one batch of what is due; return how many mails that was."""
    if not transports.way():
        return 0
    recover()
    claimed_at = timezone.now()
    parcels = claim(claimed_at)
    if not parcels:
        return 0
    began, left = time.monotonic(), list(parcels)
    try:
        with transports.opened() as session:
            while left and time.monotonic() - began < BUDGET:
                _send(session, left[0], claimed_at)
                del left[0]
    except Unreachable as away:
        logger.warning("mail waits: %s", away)
        _give_back(left, wait=AWAY * (0.7 + 0.6 * random.random()), error="unreachable")
        return 0
    except BaseException:
        _stumbled(left[0])
        _give_back(left[1:], wait=timedelta(0), error="")
        raise
    _give_back(left, wait=timedelta(0), error="")
    return len(parcels)


def claim(now: datetime, *, most: int = BATCH) -> list[list[Claimed]]:
    """Claim what is due, the digests first, with one entry that says whose contacts are about to be opened and why."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(_READERS, {"now": now, "most": most})
        parcels = []
        for whose, first in cursor.fetchall():
            cursor.execute(_DIGEST, {"now": now, "whose": whose, "mail": first})
            parcels.append(sorted(map(_claimed, cursor.fetchall()), key=lambda each: each.id))
        if not parcels:
            cursor.execute(_SINGLE, {"now": now, "most": most})
            parcels = [[_claimed(row)] for row in cursor.fetchall()]
        parcels = [each for each in parcels if each]
        if parcels:
            ids = [each.id for parcel in parcels for each in parcel]
            opened = {"deliveries": ids, "purpose": "notice", "by": SENDER.ref}
            ledger.append(kind="channels.contacts_opened", subject="channels:sender", payload=opened)
    return parcels


def _claimed(row: tuple[Any, ...]) -> Claimed:
    facts = json.loads(row[10]) if isinstance(row[10], str) else row[10]
    return Claimed(row[0], row[1], row[2], row[3], row[4], row[5], Notice(row[6], row[7], row[8], row[9], facts, *row[11:]))


def _send(session: transports.Session, parcel: Sequence[Claimed], claimed_at: datetime) -> None:
    ids = [each.id for each in parcel]
    try:
        contact, links = _open(parcel)
    except (KeyMissing, SealBroken) as sealed:
        _failed(parcel, NotSent(answer="-", reason=sealed.code, permanent=False))
        return
    address = rules.address_of(contact.email) if contact else None
    if contact is None or address is None:
        _settle(parcel, State.DROPPED, error="no_address" if contact is None or not contact.email else "wrong_address")
        return
    first = parcel[0]
    said = [(each.notice.template, each.notice.facts, links[each.notice.to]) for each in parcel]
    mail = letters.Mail(first.mail, first.notice.created_at, address, first.language, said, stop_token(first))
    message = letters.compose(mail, now=timezone.now())

    def hand_over() -> bool:
        """Mark that these go out now, unless somebody took them over meanwhile."""
        mine = Delivery.objects.filter(id__in=ids, state=State.SENDING, claimed_at=claimed_at, handed_at=None)
        return mine.update(handed_at=timezone.now()) == len(ids)

    try:
        answer = session.send(message, sender=letters.sender(), to=address, hand_over=hand_over)
    except NotSent as failed:
        _failed(parcel, failed)
    except Uncertain:
        _settle(parcel, State.UNCERTAIN, error="uncertain", permanent=True)
    else:
        _settle(parcel, State.SENT, evidence={"message_id": mail.message_id, "answer": answer[:3]})


def _open(parcel: Sequence[Claimed]) -> tuple[Contact | None, Mapping[str, Link]]:
    """Open one contact: the confirmed address of an account before the one that was given with a case."""
    first = parcel[0]
    if first.account_id and (email := account_address(first.account_id)):
        links = links_of([each.notice.to for each in parcel], first.account_id)
        if len(links) == len({each.notice.to for each in parcel}):
            return Contact(email, links[first.notice.to]), links
    found: dict[str, Link] = {}
    contact = None
    for each in parcel:
        contact = book_of(each.notice.to).open(each.notice, each.recipient)
        if contact is None:
            return None, {}
        found[each.notice.to] = contact.link
    return contact, found


def stop_token(delivery: Claimed) -> str:
    """Return what the link to get no more mail is about; nothing for what cannot be put off."""
    topic = topic_of(delivery.notice.template)
    if topic is Topic.ALWAYS:
        return ""
    whose = f"account:{delivery.account_id}" if delivery.account_id else delivery.recipient
    return tokens.make(tokens.STOP, f"{whose} {topic} {delivery.notice.to}")


def _failed(parcel: Sequence[Claimed], failed: NotSent) -> None:
    reason, first, now = str(failed.facts.get("reason", "")), parcel[0], timezone.now()
    again = rules.retry_at(now, attempts=first.attempts, told_at=first.notice.created_at, chance=random.random())
    if failed.permanent or again is None:
        _settle(parcel, State.FAILED, error=reason, permanent=True)
        if reason.startswith("smtp_55") and first.recipient.startswith(SUBSCRIPTION):
            # Nobody is there any more: writing on would only harm what others get from us.
            Subscription.objects.filter(id=int(first.recipient.removeprefix(SUBSCRIPTION))).delete()
        return
    rows = Delivery.objects.filter(id__in=[each.id for each in parcel], state=State.SENDING)
    rows.update(state=State.WAITING, next_at=again, error=reason, handed_at=None)


def _stumbled(parcel: Sequence[Claimed]) -> None:
    """Set aside what the house itself could not send, so that it does not hold up what comes after it."""
    if Delivery.objects.filter(id=parcel[0].id, handed_at__isnull=False).exists():
        _settle(parcel, State.UNCERTAIN, error="worker_lost", permanent=True)
    else:
        _failed(parcel, NotSent(answer="-", reason="defect", permanent=False))


@transaction.atomic
def _settle(
    parcel: Sequence[Claimed],
    state: State,
    *,
    error: str = "",
    permanent: bool = False,
    evidence: Mapping[str, Any] | None = None,
) -> None:
    now = timezone.now()
    rows = Delivery.objects.filter(id__in=[each.id for each in parcel], state=State.SENDING)
    rows.update(state=state, settled_at=now, error=error, permanent=permanent)
    for each in parcel:
        said = {"delivery": each.id, "notice": each.notice.entry_id, "template": each.notice.template, "state": state.value}
        said |= {"attempts": each.attempts, "error": error, "by": SENDER.ref, **(evidence or {})}
        ledger.append(kind=f"notice.{state.value}", subject=each.notice.to, payload=said)


def _give_back(parcels: Sequence[Sequence[Claimed]], *, wait: timedelta, error: str) -> None:
    """Put back what was claimed and not begun; that is no try."""
    ids = [each.id for parcel in parcels for each in parcel]
    for delivery in Delivery.objects.filter(id__in=ids, state=State.SENDING):
        delivery.state, delivery.next_at, delivery.handed_at = State.WAITING, timezone.now() + wait, None
        delivery.attempts -= 1
        delivery.error = error
        delivery.save(update_fields=["state", "next_at", "handed_at", "attempts", "error"])


def recover(*, now: datetime | None = None) -> int:
    """Take up what dead workers had claimed: what never left is sent, what may have left is shown to a person."""
    now = now or timezone.now()
    lost = Delivery.objects.filter(state=State.SENDING, claimed_at__lt=now - LEASE)
    unsent = lost.filter(handed_at=None).update(state=State.WAITING, next_at=now, error="worker_lost")
    handed = 0
    with transaction.atomic():
        for row in lost.filter(handed_at__isnull=False).select_for_update(skip_locked=True).select_related("notice"):
            row.state, row.settled_at, row.error, row.permanent = State.UNCERTAIN, now, "worker_lost", True
            row.save(update_fields=["state", "settled_at", "error", "permanent"])
            said = {"delivery": row.id, "notice": row.notice.entry_id, "template": row.notice.template, "state": row.state}
            ledger.append(kind="notice.uncertain", subject=row.notice.to, payload={**said, "by": SENDER.ref})
            handed += 1
    return unsent + handed


def give_up_old(*, now: datetime | None = None) -> int:
    """Give up what has waited so long that it would no longer be news; so a house that gets its mail server late does not flood."""
    now = now or timezone.now()
    old = Delivery.objects.filter(state=State.WAITING, channel=EMAIL, notice__created_at__lt=now - rules.GIVEN_UP_AFTER)
    with transaction.atomic():
        rows = list(old.select_for_update(skip_locked=True, of=("self",)).select_related("notice")[:BATCH])
        for row in rows:
            said = {"delivery": row.id, "notice": row.notice.entry_id, "template": row.notice.template, "state": "failed"}
            ledger.append(kind="notice.failed", subject=row.notice.to, payload={**said, "error": "too_late", "by": SENDER.ref})
        found = Delivery.objects.filter(id__in=[each.id for each in rows])
        found.update(state=State.FAILED, error="too_late", permanent=True, settled_at=now)
    return len(rows)
