"""Sends what waits: of each dossier the oldest act first, so that the portal hears of them in order.

What waits of a dossier is claimed for a while and told together: the dossier is read once, however many acts there were. Each
message goes out under a key of its own by which the portal knows it again: a worker that dies, or an answer that comes too late,
costs a repeated call and nothing else. A dossier that says what the portal took last is not sent again.
"""

from __future__ import annotations

import hashlib
import logging
import random
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import connection, transaction
from django.db.models import F
from django.utils import timezone

from motcham.apps.public_services.dossiers.models import Dossier
from motcham.apps.public_services.national_portal import client, dictionary, payload
from motcham.apps.public_services.national_portal.client import Portal
from motcham.apps.public_services.national_portal.define import PURPOSE, PortalDown, PortalRefused
from motcham.apps.public_services.national_portal.models import Message
from motcham.blocks.cases import api as cases
from motcham.blocks.channels import api as channels
from motcham.blocks.identity.define import Actor
from motcham.blocks.ledger import api as ledger

logger = logging.getLogger("motcham.national_portal")
SENDER = Actor.system("national_portal")
BATCH = 50
LEASE = timedelta(minutes=10)
FIRST_PAUSE, LONGEST_PAUSE = timedelta(seconds=30), timedelta(hours=1)
AWAY = 3
"""So many failures one after another, and the portal is taken to be down: the rest of the batch waits."""
UNKNOWN = "unknown_dossier"
"""By this a portal says that it lost a dossier which it had taken, or was put back to an earlier day."""
# Behind a message of the same dossier that is not settled, nothing is claimed by itself.
CLAIM = """
SELECT id, case_id FROM national_portal_message AS due WHERE next_at <= %(now)s AND NOT EXISTS (
    SELECT FROM national_portal_message AS before WHERE before.case_id = due.case_id AND before.id < due.id AND before.done_at IS NULL)
ORDER BY {order} LIMIT %(most)s FOR UPDATE OF due SKIP LOCKED
"""
OLDEST, LATEST = "next_at, id", "at DESC, id"


def send_due(*, most: int = BATCH) -> int:
    """Send what waits of so many dossiers; return how many messages were settled, taken or refused."""
    if not client.is_on():
        return 0
    portal, done, away = client.portal(), 0, 0
    until = timezone.now() + LEASE / 2
    for waiting in _claim(most):
        # Of a portal that answers slowly the rest is given back before the claim on it ends.
        if away >= AWAY or timezone.now() > until:
            _give_back(waiting)
            continue
        left = list(waiting)
        try:
            for message in send(waiting, portal):
                left.remove(message)
                done += 1
            away = 0
        except PortalDown as down:
            away += 1
            _put_off(left, down)
        except PortalRefused as refused:
            _refuse(left, str(refused.facts["refusal"]), str(refused.facts["said"]))
            done, away = done + 1, 0
    return done


@transaction.atomic
def _claim(most: int) -> list[list[Message]]:
    """Claim what is due of so many dossiers, each with what waits behind it."""
    now = timezone.now()
    # In the demo thousands of replayed dossiers wait: what somebody does now is told before them.
    claim = CLAIM.format(order=LATEST if client.is_made_up() else OLDEST)
    with connection.cursor() as cursor:
        cursor.execute(claim, {"now": now, "most": most})
        heads = dict(cursor.fetchall())
    # In two statements, for one that writes gives its rows back in no order.
    Message.objects.filter(id__in=heads).update(next_at=now + LEASE, tries=F("tries") + 1)
    waiting: dict[UUID, list[Message]] = {case_id: [] for case_id in heads.values()}
    for message in Message.objects.select_for_update().filter(case_id__in=waiting, done_at=None).order_by("id"):
        waiting[message.case_id].append(message)
    # A row that is written twice in one transaction locks the case that it belongs to, where an officer may be at work.
    behind = [each.pk for found in waiting.values() for each in found if each.pk not in heads]
    Message.objects.filter(id__in=behind).update(next_at=now + LEASE)
    return list(waiting.values())


def send(waiting: Sequence[Message], portal: Portal) -> Iterator[Message]:
    """Send a dossier as it stands, unless the portal has it so, then each act that waits; yield each message once it is settled.
    Raises PortalDown or PortalRefused for the one after the last that was yielded."""
    first = waiting[0]
    view, row = cases.case_by_id(first.case_id, actor=SENDER), Dossier.objects.get(case_id=first.case_id)
    if view.line.synthetic and not client.is_made_up():
        # What was made up for the demonstration is never told to anybody outside.
        for message in waiting:
            _settle(message, problem="made_up")
            yield message
        return
    personal = cases.disclose(by=SENDER, case_id=first.case_id, fields=payload.personal_of(row, view), purpose=PURPOSE)
    said = payload.dossier(row, view, personal)
    _demand(dictionary.DOSSIER, said)
    digest = hashlib.sha256(client.canonical(said)).hexdigest()
    is_told = digest == _known(first)
    if not is_told:
        _put(first, said, digest, portal)
    for message in waiting:
        act = payload.progress(message, row.code)
        _demand(dictionary.PROGRESS, act)
        try:
            receipt = portal.put_progress(act, once=_once(message, act))
        except PortalRefused as refused:
            if refused.facts["refusal"] != UNKNOWN or not is_told:
                raise
            _put(message, said, digest, portal)
            is_told = False
            receipt = portal.put_progress(act, once=_once(message, act))
        message.receipt = message.receipt or receipt
        _settle(message)
        yield message


def _put(message: Message, said: dict[str, Any], digest: str, portal: Portal) -> None:
    receipt = portal.put_dossier(said, once=_once(message, said))
    _taken(message, digest, receipt, sorted(said))


def _once(message: Message, said: dict[str, object]) -> str:
    """Return the key under which a call counts once: of this message, for a dossier may come back to what it was."""
    return hashlib.sha256(b"%d " % message.pk + client.canonical(said)).hexdigest()


def _demand(kind: str, said: dict[str, object]) -> None:
    if faults := dictionary.faults(kind, said):
        raise PortalRefused(refusal="dictionary", said=", ".join(f"{each.field}: {each.why}" for each in faults)[:300])


def _known(message: Message) -> str:
    """Return the digest of the dossier as the portal took it last."""
    taken = Message.objects.filter(case_id=message.case_id, id__lte=message.pk).exclude(digest="")
    return taken.order_by("-id").values_list("digest", flat=True).first() or ""


@transaction.atomic
def _taken(message: Message, digest: str, receipt: str, fields: list[str]) -> None:
    """Write down that the portal took a dossier: what it was told of, and none of what it was told."""
    now = timezone.now()
    message.digest, message.receipt = digest, receipt
    message.save(update_fields=["digest", "receipt"])
    Dossier.objects.filter(case_id=message.case_id).update(synced_at=now)
    told = {"digest": digest, "receipt": receipt, "fields": fields, "purpose": PURPOSE, "by": SENDER.ref}
    ledger.append(kind="national_portal.taken", subject=f"case:{message.case_id}", payload=told)


def _settle(message: Message, *, problem: str = "") -> None:
    message.next_at, message.done_at, message.problem, message.said = None, timezone.now(), problem, ""
    message.save(update_fields=["next_at", "done_at", "problem", "said", "receipt"])


@transaction.atomic
def _refuse(left: Sequence[Message], code: str, said: str) -> None:
    """Have a refused message wait for an officer; what stands behind it waits for that."""
    message, *behind = left
    # What comes from outside may quote the applicant.
    message.problem, message.said = code[:60], channels.mask(said)[:300]
    message.next_at, message.refused_at = None, timezone.now()
    message.save(update_fields=["problem", "said", "next_at", "refused_at"])
    _let_wait(behind, timezone.now())
    ledger.append(
        kind="national_portal.refused", subject=f"case:{message.case_id}", payload={"code": message.problem, "by": SENDER.ref}
    )


@transaction.atomic
def _put_off(left: Sequence[Message], down: PortalDown) -> None:
    message, *behind = left
    message.tries = max(message.tries, 1)
    pause = min(FIRST_PAUSE * 2 ** min(message.tries - 1, 20), LONGEST_PAUSE)
    message.problem, message.said = down.code, channels.mask(str(down.facts["why"]))[:300]
    message.next_at = timezone.now() + pause * (0.8 + 0.4 * random.random())
    message.save(update_fields=["next_at", "problem", "said", "tries"])
    _let_wait(behind, message.next_at)
    logger.warning("the national portal did not take message %s: %s", message.pk, message.said)


@transaction.atomic
def _give_back(waiting: Sequence[Message]) -> None:
    now, (first, *behind) = timezone.now(), waiting
    Message.objects.filter(id=first.pk).update(next_at=now, tries=F("tries") - 1)
    _let_wait(behind, now)


def _let_wait(messages: Sequence[Message], until: datetime) -> None:
    Message.objects.filter(id__in=[each.pk for each in messages]).update(next_at=until)
