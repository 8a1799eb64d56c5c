"""Sends what waits: of each dossier the oldest act first, so that the portal hears of them in order.

A message is claimed for a while before it is sent, and goes out under a key of its own by which the portal knows it again: a worker
that dies, or an answer that comes too late, costs a repeated call and nothing else. A dossier that says what the portal took last is
not sent again.
"""

from __future__ import annotations

import hashlib
import logging
import random
from datetime import timedelta

from django.db import connection, transaction
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
# Behind a message of the same dossier that is not settled, nothing goes out.
CLAIM = """
UPDATE national_portal_message SET next_at = %(until)s, tries = tries + 1 WHERE id IN (
    SELECT id FROM national_portal_message AS due WHERE next_at <= %(now)s AND NOT EXISTS (
        SELECT FROM national_portal_message AS before WHERE before.case_id = due.case_id AND before.id < due.id AND before.done_at IS NULL)
    ORDER BY next_at, id LIMIT %(most)s FOR UPDATE SKIP LOCKED)
RETURNING id
"""


def send_due(*, most: int = BATCH) -> int:
    """Send one batch of what is due; return how many were settled, taken or refused."""
    if not client.is_on():
        return 0
    now = timezone.now()
    with connection.cursor() as cursor:
        cursor.execute(CLAIM, {"now": now, "until": now + LEASE, "most": most})
        claimed = [row[0] for row in cursor.fetchall()]
    portal, done, away = client.portal(), 0, 0
    for message in Message.objects.filter(id__in=claimed).order_by("id"):
        if away >= AWAY:
            _give_back(message)
            continue
        try:
            send(message, portal)
            done, away = done + 1, 0
        except PortalDown as down:
            away += 1
            _put_off(message, down)
        except PortalRefused as refused:
            _refuse(message, str(refused.facts["refusal"]), str(refused.facts["said"]))
            done, away = done + 1, 0
    return done


def send(message: Message, portal: Portal) -> None:
    """Send the dossier of a message as it stands, unless the portal has it so, then the act. Raises PortalDown or PortalRefused."""
    view, row = cases.case_by_id(message.case_id, actor=SENDER), Dossier.objects.get(case_id=message.case_id)
    if view.line.synthetic and not client.is_made_up():
        # What was made up for the demonstration is never told to anybody outside.
        _settle(message, problem="made_up")
        return
    personal = cases.disclose(by=SENDER, case_id=message.case_id, fields=payload.personal_of(row, view), purpose=PURPOSE)
    said, act = payload.dossier(row, view, personal), payload.progress(message, row.code)
    _demand(dictionary.DOSSIER, said)
    _demand(dictionary.PROGRESS, act)
    digest = hashlib.sha256(client.canonical(said)).hexdigest()
    if digest != _known(message):
        receipt = portal.put_dossier(said, once=_once(message, said))
        _taken(message, digest, receipt, sorted(said))
    portal.put_progress(act, once=_once(message, act))
    _settle(message)


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
    message.save(update_fields=["next_at", "done_at", "problem", "said"])


@transaction.atomic
def _refuse(message: Message, code: str, said: str) -> None:
    # What comes from outside may quote the applicant.
    message.problem, message.said = code[:60], channels.mask(said)[:300]
    message.next_at, message.refused_at = None, timezone.now()
    message.save(update_fields=["problem", "said", "next_at", "refused_at"])
    ledger.append(
        kind="national_portal.refused", subject=f"case:{message.case_id}", payload={"code": message.problem, "by": SENDER.ref}
    )


def _put_off(message: Message, down: PortalDown) -> None:
    pause = min(FIRST_PAUSE * 2 ** min(message.tries - 1, 20), LONGEST_PAUSE)
    message.next_at = timezone.now() + pause * (0.8 + 0.4 * random.random())
    message.problem, message.said = down.code, channels.mask(str(down.facts["why"]))[:300]
    message.save(update_fields=["next_at", "problem", "said"])
    logger.warning("the national portal did not take message %s: %s", message.pk, message.problem)


def _give_back(message: Message) -> None:
    message.next_at, message.tries = timezone.now(), message.tries - 1
    message.save(update_fields=["next_at", "tries"])
