"""Takes what the gateway tells: by callback, whoever sent it, or by answering when it is asked. Told twice is taken once."""

from __future__ import annotations

import json
from collections.abc import Mapping
from contextlib import suppress
from datetime import timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone

from motcham.blocks.identity.define import Actor
from motcham.blocks.ledger import api as ledger
from motcham.blocks.payments import client, payos, rules, settling, vault
from motcham.blocks.payments.define import Answer, AttemptState, BillState, Credit, GatewayDown, Verdict, Way
from motcham.blocks.payments.models import Attempt, Bill, Callback

MOST_BYTES = 16 * 1024
# Callbacks that nobody signed are kept so that somebody sees them; so many in a minute are a flood, of which a sample is enough.
STRANGERS_KEPT = 60
ASKED_FOR = timedelta(days=2)
REFUSED = {Verdict.FORGED: (400, "signature"), Verdict.UNREADABLE: (400, "format")}


def callback(*, by: Actor, body: bytes) -> Answer:
    """Take a callback. The contract wants a 2xx for what was received; what is not believed gets 400 and changes nothing."""
    try:
        if len(body) > MOST_BYTES:
            raise ValueError("too long")
        sent: dict[str, Any] = dict(json.loads(body))
        data: dict[str, Any] = dict(sent["data"])
    except (ValueError, TypeError, KeyError, RecursionError):
        return _refused(by, Verdict.UNREADABLE, body, {})
    if not payos.is_signed(data, sent.get("signature"), client.checksum()):
        return _refused(by, Verdict.FORGED, body, data)
    try:
        credit = payos.credit_of(data)
    except ValueError:
        return _refused(by, Verdict.UNREADABLE, body, data)
    verdict = _take(by=by, credit=credit, succeeded=data.get("code") == payos.OK and sent.get("success") is not False, body=body)
    return Answer(200, {"code": payos.OK, "desc": "success", "verdict": verdict})


@transaction.atomic
def _refused(by: Actor, verdict: Verdict, body: bytes, data: Mapping[str, Any]) -> Answer:
    now = timezone.now()
    strangers = Callback.objects.filter(verdict__in=REFUSED, received_at__gt=now - timedelta(minutes=1))
    if strangers.count() < STRANGERS_KEPT:
        code = data.get("orderCode")
        known = code if isinstance(code, int) and not isinstance(code, bool) and 0 <= code <= payos.LARGEST else None
        row = Callback.objects.create(received_at=now, verdict=verdict, order_code=known)
        row.sealed = vault.seal(vault.CALLBACK, body[:MOST_BYTES], row.id)
        row.save(update_fields=["sealed"])
        payload = {"by": by.ref, "callback": row.id, "because": verdict}
        ledger.append(kind="payments.callback_refused", subject="payments:gateway", payload=payload, at=now)
    status, why = REFUSED[verdict]
    return Answer(status, {"code": "01", "desc": f"refused: {why}"})


@transaction.atomic
def _take(*, by: Actor, credit: Credit, succeeded: bool, body: bytes) -> Verdict:
    row = Callback(
        received_at=timezone.now(),
        verdict=Verdict.UNKNOWN,
        order_code=credit.order_code,
        reference=credit.reference,
        amount=credit.amount,
    )
    found = _locked(credit.order_code)
    if found is not None:
        bill, row.attempt = found
        row.verdict = _received(by, bill, row.attempt, credit) if succeeded and credit.amount else _failed(by, bill, row.attempt)
    row.save()
    row.sealed = vault.seal(vault.CALLBACK, body, row.id)
    row.save(update_fields=["sealed"])
    payload = {"by": by.ref, "callback": row.id, "order": credit.order_code, "as": row.verdict}
    ledger.append(kind="payments.callback", subject="payments:gateway", payload=payload)
    return Verdict(row.verdict)


def _locked(order_code: int) -> tuple[Bill, Attempt] | None:
    """Return an attempt with its bill, both held until the transaction ends: the bill first, as everywhere."""
    bill_id = Attempt.objects.filter(order_code=order_code).values_list("bill_id", flat=True).first()
    if bill_id is None:
        return None
    bill = settling.locked(bill_id)
    return bill, Attempt.objects.get(order_code=order_code)


def _received(by: Actor, bill: Bill, attempt: Attempt, credit: Credit) -> Verdict:
    return settling.take(by=by, bill=bill, attempt=attempt, credit=credit, way=Way.GATEWAY)


def _failed(by: Actor, bill: Bill, attempt: Attempt) -> Verdict:
    if attempt.state == AttemptState.OPEN:
        _close(by, bill, attempt, AttemptState.FAILED)
    return Verdict.FAILED


def _close(by: Actor, bill: Bill, attempt: Attempt, state: AttemptState) -> None:
    attempt.state = state
    attempt.save(update_fields=["state"])
    payload = {"by": by.ref, "order": attempt.order_code, "as": state}
    ledger.append(kind="payments.closed", subject=settling.subject_of(bill), payload=payload)


def ask(*, by: Actor, order_code: int) -> AttemptState:
    """Ask the gateway about an attempt whose callback never came, and take what it says. Raises GatewayDown."""
    gateway = client.gateway()
    standing = gateway.ask(order_code=order_code)
    if standing.status == "PENDING" and not Attempt.objects.filter(order_code=order_code, bill__state=BillState.DUE).exists():
        # Nothing is owed any more: whoever has the page open still should not pay what must then go back.
        with suppress(GatewayDown):
            gateway.close(order_code=order_code)
    with transaction.atomic():
        found = _locked(order_code)
        assert found is not None
        bill, attempt = found
        for credit in standing.credits:
            _received(by, bill, attempt, credit)
        now = timezone.now()
        is_over = attempt.expires_at is not None and attempt.expires_at < now
        if attempt.state == AttemptState.OPEN and (standing.status in ("EXPIRED", "CANCELLED", "FAILED") or is_over):
            _close(by, bill, attempt, AttemptState.CANCELLED if standing.status == "CANCELLED" else AttemptState.EXPIRED)
        _ask_later(attempt)
        ledger.append(
            kind="payments.asked",
            subject=settling.subject_of(bill),
            payload={"by": by.ref, "order": order_code, "said": standing.status[:20], "as": attempt.state},
        )
        return AttemptState(attempt.state)


def _ask_later(attempt: Attempt) -> None:
    """Say when to ask again: never where the money is here or two days are over."""
    now = timezone.now()
    attempt.asked += 1
    is_done = attempt.settled_at is not None or now - attempt.began_at > ASKED_FOR
    attempt.ask_at = None if is_done else now + timedelta(seconds=rules.ask_again_after(attempt.asked))
    attempt.save(update_fields=["asked", "ask_at"])


@transaction.atomic
def put_off(*, by: Actor, order_code: int) -> None:
    """Ask later about an attempt, since the gateway did not answer; a page that lived its time is over all the same."""
    found = _locked(order_code)
    assert found is not None
    bill, attempt = found
    if attempt.state == AttemptState.OPEN and attempt.expires_at is not None and attempt.expires_at < timezone.now():
        _close(by, bill, attempt, AttemptState.EXPIRED)
    _ask_later(attempt)
    payload = {"by": by.ref, "order": order_code, "said": "nothing"}
    ledger.append(kind="payments.asked", subject=settling.subject_of(bill), payload=payload)
