"""Pages of whoever pays: the bill, what came of paying, the receipt; and the door for the gateway's callbacks."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from motcham.blocks.documents.define import Leading, origins_of
from motcham.blocks.identity import api as identity
from motcham.blocks.identity.define import Actor
from motcham.blocks.ledger import api as ledger
from motcham.blocks.payments import actions, actions_callback, client, queries, showing
from motcham.blocks.payments.define import (
    AlreadySettled,
    Attempt,
    AttemptState,
    BeingPrepared,
    Bill,
    BillState,
    GatewayDown,
    GatewayMissing,
    NoSuchBill,
    NoSuchReceipt,
    Receipt,
    Way,
)
from motcham.blocks.payments.models import Attempt as AttemptRow
from motcham.kernel.access import public
from motcham.ui.forms import Question
from motcham.ui.throttle import Throttle
from motcham.ui.wording import wording

GATEWAY = Actor.system("payos")
HOLDER = "The code of a bill holds 120 random bits; whoever has it is meant to pay."
LEAST_BETWEEN = 15
misses = Throttle(most=30, seconds=60)
"""Codes from one address that lead nowhere: a slip of the hand, or a search."""


@public(reason=HOLDER)
@require_safe
def bill(request: HttpRequest, code: str) -> HttpResponse:
    """Show what is owed, why that much, and how to pay."""
    return _private(render(request, "payments/bill.html", _bill_context(request, _bill(request, code))))


@public(reason="The same bill for programs, behind the same code.")
@require_safe
def bill_data(request: HttpRequest, code: str) -> HttpResponse:
    """Return a bill as data: what for, how it stands, and the code to scan while a payment page is open."""
    found = _bill(request, code)
    context = _bill_context(request, found)
    begun: Attempt | None = context["short"] or context["attempt"]
    data = {
        "code": found.code,
        "state": found.state,
        "total": found.total,
        "refunded": found.refunded,
        "currency": "VND",
        "agency": identity.agency(id=found.agency_id).official_name,
        "items": _items(found),
        "page": reverse("payments:bill", args=[found.code]),
        "receipt": reverse("payments:receipt_data", args=[found.receipt_code]) if found.receipt_code else None,
        "payment": {
            "amount": context["rest"] or begun.amount,
            "vietqr": context["rest_qr"] or begun.qr,
            "address": begun.address,
            "expires_at": begun.expires_at.isoformat() if begun.expires_at else None,
        }
        if begun
        else None,
    }
    return _private(JsonResponse(data, json_dumps_params={"ensure_ascii": False}))


def _items(found: Bill) -> list[dict[str, Any]]:
    return [
        {"words": each.words, "amount": each.amount, "legal_basis": each.legal_basis or None, "why": str(showing.why_item(each))}
        for each in found.items
    ]


@public(reason=HOLDER)
@require_POST
def pay(request: HttpRequest, code: str) -> HttpResponse:
    """Open the gateway's page and come back to the bill, which then shows its QR code and the way there."""
    found = _bill(request, code)
    here = reverse("payments:bill", args=[found.code])
    back = f"{settings.PUBLIC_URL or request.build_absolute_uri('/').rstrip('/')}{reverse('payments:result', args=[found.code])}"
    try:
        actions.pay(by=request.actor, bill_id=found.id, back=back)  # type: ignore[attr-defined]
    except (GatewayDown, GatewayMissing, AlreadySettled, BeingPrepared) as problem:
        messages.error(request, wording(problem))
    return redirect(f"{here}#pay")


@public(reason=HOLDER)
@require_safe
def result(request: HttpRequest, code: str) -> HttpResponse:
    """Show what came of paying. What the address says beside the code is believed in nothing: the gateway is asked."""
    found = _bill(request, code)
    if found.state is BillState.DUE:
        _ask_soon(found)
        found = queries.bill(code=code)
    context = _bill_context(request, found)
    return _private(render(request, "payments/result.html", {**context, "gave_up": request.GET.get("cancel") == "true"}))


def _bill(request: HttpRequest, code: str) -> Bill:
    misses.demand(request)
    try:
        return queries.bill(code=code)
    except NoSuchBill:
        _missed(request)
        raise


def _receipt(request: HttpRequest, code: str) -> Receipt:
    misses.demand(request)
    try:
        return queries.receipt(code=code)
    except NoSuchReceipt:
        _missed(request)
        raise


def _missed(request: HttpRequest) -> None:
    """Count a code that nothing has, and write down that somebody tried; the code and who it was are not kept."""
    misses.count(request)
    ledger.append(kind="payments.code_missed", subject="payments:codes", payload={"by": "anonymous"})


def _ask_soon(found: Bill) -> None:
    """Let the sweep ask the gateway now; a page that is loaded again and again does not make it ask more."""
    now = timezone.now()
    AttemptRow.objects.filter(
        bill_id=found.id, state=AttemptState.OPEN, ask_at__gt=now + timedelta(seconds=LEAST_BETWEEN)
    ).update(ask_at=now)


def _bill_context(request: HttpRequest, found: Bill) -> dict[str, Any]:
    words, tone, mark = showing.BILLS[found.state]
    attempts = queries.attempts(bill_id=found.id) if found.state is BillState.DUE else ()
    now = timezone.now()
    opened = next((each for each in reversed(attempts) if _is_open(each, now)), None)
    short = next((each for each in attempts if each.state is AttemptState.UNDERPAID and each.refundable > 0), None)
    return {
        "bill": found,
        "agency": identity.agency(id=found.agency_id).official_name,
        "from": _origin(request.actor, found),  # type: ignore[attr-defined]
        "state": {"words": words, "tone": tone, "sign": mark},
        "items": [{"item": each, "why": showing.why_item(each)} for each in found.items],
        "is_due": found.state is BillState.DUE,
        "is_set_up": client.is_set_up(),
        "attempt": opened,
        "short": short,
        "rest": short.amount - short.refundable if short else 0,
        "rest_qr": queries.code_of_rest(short) if short else "",
        "transfer": "" if client.is_set_up() else queries.transfer_code(found),
        "account": settings.PAYMENT_ACCOUNT.partition(":")[2],
        "is_demo": settings.DEMO and settings.PAYOS_URL == "demo",
    }


def _origin(actor: Actor, found: Bill) -> Leading | None:
    """Return where the reader follows what is paid for; the code of a bill alone, which anybody may be given who pays, leads nowhere."""
    if actor.account_id is None:
        return None
    return origins_of([found.subject], actor.account_id).get(found.subject)


def _is_open(attempt: Attempt, now: datetime) -> bool:
    in_time = attempt.expires_at is not None and attempt.expires_at > now
    return attempt.way is Way.GATEWAY and bool(attempt.address) and attempt.state is AttemptState.OPEN and in_time


@public(reason="A receipt is checked by whoever holds the paper; its code holds 120 random bits.")
@require_safe
def receipt(request: HttpRequest, code: str) -> HttpResponse:
    """Show a receipt, to be printed on A4 and checked by anyone who holds it."""
    found = _receipt(request, code)
    address = (
        f"{settings.PUBLIC_URL or request.build_absolute_uri('/').rstrip('/')}{reverse('payments:receipt', args=[found.code])}"
    )
    context = {
        "receipt": found,
        "address": address,
        "way": showing.WAYS[found.way],
        "items": [{"item": each, "why": showing.why_item(each)} for each in found.bill.items],
        "parts": [found.code[place : place + 4] for place in range(0, len(found.code), 4)],
    }
    return _private(render(request, "payments/receipt.html", context))


@public(reason="The same receipt for programs, behind the same code.")
@require_safe
def receipt_data(request: HttpRequest, code: str) -> HttpResponse:
    """Return a receipt as data."""
    return _private(JsonResponse(_data(_receipt(request, code)), json_dumps_params={"ensure_ascii": False}))


def _data(found: Receipt) -> dict[str, Any]:
    return {
        "number": found.name,
        "code": found.code,
        "amount": found.amount,
        "currency": "VND",
        "way": found.way,
        "agency": found.agency,
        "payer": found.payer or None,
        "issued_at": found.issued_at.isoformat(),
        "refunded": found.bill.refunded,
        "items": _items(found.bill),
    }


@public(reason="Anyone may check whether a receipt is real; it takes the code on the paper.")
@require_safe
def find_receipt(request: HttpRequest) -> HttpResponse:
    """Ask for the code of a receipt, and lead to it."""
    typed = request.GET.get("code", "")
    error = ""
    if typed:
        try:
            return redirect("payments:receipt", code=_receipt(request, typed).code)
        except NoSuchReceipt as missing:
            error = wording(missing)
    asked = Question("code", _("Code of the receipt"), value=typed, error=error, longest=60, width=20)
    return _private(render(request, "payments/find_receipt.html", {"question": asked}, status=404 if error else 200))


@public(reason="The payment gateway calls it; what it says is believed only under its signature.")
@csrf_exempt
@require_http_methods(["POST"])
def callback(request: HttpRequest) -> HttpResponse:
    """Take what the gateway tells, and answer as its contract says."""
    body = request.read(actions_callback.MOST_BYTES + 1)
    answer = actions_callback.callback(by=GATEWAY, body=body)
    return _private(JsonResponse(dict(answer.body), status=answer.status))


def _private(response: HttpResponse) -> HttpResponse:
    response["Cache-Control"] = "private, no-store"
    # Not no-referrer: a browser would then send its forms from the origin "null".
    response["Referrer-Policy"] = "same-origin"
    response["X-Robots-Tag"] = "noindex"
    return response
