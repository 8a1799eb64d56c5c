"""Pages of officers: the money of a day, a bill to take money for or to pay back, the comparison with the gateway's report."""

from __future__ import annotations

from contextlib import suppress
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from motcham.blocks.identity import api as identity
from motcham.blocks.identity.api import guarded
from motcham.blocks.identity.define import Actor, Permission
from motcham.blocks.payments import actions, actions_callback, actions_reconcile, actions_refund, client, queries, rules, showing
from motcham.blocks.payments.define import (
    AttemptState,
    BillState,
    GatewayDown,
    GatewayMissing,
    NoSuchBill,
    RefundState,
    ReportOfOtherDay,
    Way,
    WrongReport,
)
from motcham.kernel.errors import MotchamError
from motcham.ui import formats
from motcham.ui.forms import Option, Question
from motcham.ui.wording import wording

TOOK = (AttemptState.PAID, AttemptState.UNDERPAID, AttemptState.SURPLUS)
"""How an attempt stands for which money came."""


def _read_day(text: str) -> date | None:
    """Return a day as people write it (22/11/2026) or as addresses do; None where it is none."""
    for form in ("%d/%m/%Y", "%Y-%m-%d"):
        with suppress(ValueError):
            found = datetime.strptime(text.strip()[:20], form).date()  # noqa: DTZ007 -- a day of the city, not an instant
            if date(2000, 1, 1) <= found <= date(2999, 12, 31):
                return found
    return None


@guarded(Permission.PAYMENT_READ)
@require_safe
def day(request: HttpRequest) -> HttpResponse:
    """Show what came in and went back on a day, what must go back, and whether the gateway agrees."""
    actor = request.actor  # type: ignore[attr-defined]
    typed, agencies = request.GET.get("day", "").strip()[:20], actor.scope(Permission.PAYMENT_READ)
    asked = _read_day(typed)
    on = asked or timezone.localdate()
    received, sums = queries.received(day=on, agencies=agencies, most=queries.LISTED), queries.sums(day=on, agencies=agencies)
    context = {
        "day": on,
        "not_a_day": typed if asked is None else "",
        "before": on - timedelta(days=1),
        "received": [
            {"money": row, "way": showing.WAYS[Way(row.way)], "agency": _name(row.attempt.bill.agency_id)} for row in received
        ],
        "listed": queries.LISTED if len(received) == queries.LISTED else 0,
        "sum": sum(sums.values()),
        "gone": queries.gone(day=on, agencies=agencies),
        "by_way": [(words, sums.get(way, 0)) for way, words in showing.WAYS.items()],
        "back": [{"attempt": row, "left": left} for row, left in queries.to_go_back(agencies=agencies)],
        "refunds": [
            {"refund": row, "state": showing.REFUNDS[RefundState(row.state)]}
            for row in queries.refunds_of(day=on, agencies=agencies)
        ],
        "may_reconcile": actor.may(Permission.PAYMENT_RECONCILE),
        **(_compared(on) if actor.may(Permission.PAYMENT_RECONCILE) else {}),
    }
    return render(request, "payments/desk.html", context)


def _name(agency_id: int) -> str:
    return identity.agency(id=agency_id).official_name


def _compared(on: date) -> dict[str, Any]:
    found = queries.reconciled(day=on)
    columns = (
        {"label": _("Difference")},
        {"label": _("Number of the payment")},
        {"label": _("Reference of the bank")},
        {"label": _("Our books"), "number": True},
        {"label": _("Report of the gateway"), "number": True},
    )
    rows = [
        (showing.DIFFERENCES[each.kind], str(each.order_code), each.reference, _sum(each.here), _sum(each.there))
        for each in (found.differences if found else ())
    ]
    strange = [(showing.STRANGE[each], calls) for each, calls in queries.strange_calls(on).items()]
    may_ask = client.is_set_up() and bool(queries.missing_here(day=on))
    return {"compared": found, "columns": columns, "rows": rows, "strange": strange, "may_ask": may_ask}


def _sum(amount: int | None) -> str:
    return "—" if amount is None else formats.money(amount)


@guarded(Permission.PAYMENT_RECONCILE)
@require_POST
def report(request: HttpRequest) -> HttpResponse:
    """Compare a day with the report that was uploaded."""
    on, file = _read_day(request.POST.get("day", "")), request.FILES.get("report")
    try:
        if file is None:
            raise WrongReport(why=_("no file was chosen"))
        if on is None:
            raise WrongReport(why=_("the day that it is compared with is missing"))
        found = actions_reconcile.reconcile(by=request.actor, day=on, report=file.read())  # type: ignore[attr-defined]
        if found.agrees:
            messages.success(request, _("Our books and the report of the gateway agree."))
        else:
            messages.error(request, _("Our books and the report of the gateway differ. Each difference is listed below."))
    except (WrongReport, ReportOfOtherDay) as wrong:
        messages.error(request, wording(wrong))
    return _to_day(on)


def _to_day(on: date | None) -> HttpResponse:
    return redirect(f"{reverse('payments:desk')}?day={(on or timezone.localdate()).isoformat()}#compared")


@guarded(Permission.PAYMENT_RECONCILE)
@require_POST
def ask(request: HttpRequest) -> HttpResponse:
    """Ask the gateway about the payments that its report has and our books do not."""
    on, took = _read_day(request.POST.get("day", "")) or timezone.localdate(), 0
    try:
        for order_code in queries.missing_here(day=on):
            took += actions_callback.ask(by=request.actor, order_code=order_code) in TOOK  # type: ignore[attr-defined]
    except (GatewayDown, GatewayMissing) as down:
        messages.error(request, wording(down))
    else:
        words = ngettext(
            "The gateway was asked: %(took)s payment came in.", "The gateway was asked: %(took)s payments came in.", took
        )
        messages.success(request, f"{words % {'took': took}} {_('Compare the day again to see how the books stand.')}")
    return _to_day(on)


def _of_mine(actor: Actor, bill_id: UUID, permission: Permission) -> Any:
    """Return a bill of an agency in which the actor has the permission; to others it is not there."""
    found = queries.bill(bill_id=bill_id)
    if not actor.may(permission, agency_id=found.agency_id):
        raise NoSuchBill()
    return found


@guarded(Permission.PAYMENT_READ)
@require_safe
def bill(request: HttpRequest, bill_id: UUID) -> HttpResponse:
    """Show a bill with everything that happened to it."""
    return _bill(request, bill_id)


def _bill(request: HttpRequest, bill_id: UUID, errors: MotchamError | None = None) -> HttpResponse:
    actor = request.actor  # type: ignore[attr-defined]
    found = _of_mine(actor, bill_id, Permission.PAYMENT_READ)
    words, tone, mark = showing.BILLS[found.state]
    attempts = queries.attempts(bill_id=bill_id)
    may_refund = actor.may(Permission.PAYMENT_REFUND, agency_id=found.agency_id)
    context = {
        "bill": found,
        "agency": _name(found.agency_id),
        "state": {"words": words, "tone": tone, "sign": mark},
        "items": [{"item": each, "why": showing.why_item(each)} for each in found.items],
        "attempts": [
            {"attempt": each, "way": showing.WAYS[each.way], "state": showing.ATTEMPTS[each.state]} for each in attempts
        ],
        "refunds": [
            {"refund": each, "way": showing.WAYS[each.way], "state": showing.REFUNDS[each.state]}
            for each in queries.refunds(bill_id=bill_id)
        ],
        "may_take": found.state is BillState.DUE and actor.may(Permission.PAYMENT_COLLECT, agency_id=found.agency_id),
        "take_questions": _take_questions(request, errors),
        "forms": [
            (each, _refund_questions(request, each, errors), _once(request) if errors else uuid4())
            for each in attempts
            if may_refund and each.refundable > 0
        ],
    }
    return render(request, "payments/desk_bill.html", context, status=errors.status if errors else 200)


def _once(request: HttpRequest) -> UUID:
    """Return by what a refund is known that was pressed for twice; a new one where the form had none."""
    try:
        return UUID(request.POST.get("once", ""))
    except ValueError:
        return uuid4()


def _error(errors: MotchamError | None, name: str) -> str:
    if errors is None or name not in getattr(errors, "fields", {}):
        return ""
    return wording(errors)


def _take_questions(request: HttpRequest, errors: MotchamError | None) -> list[Question]:
    ways = (
        Option(Way.CASH, str(showing.WAYS[Way.CASH])),
        Option(Way.TRANSFER, _("A transfer that stands in the bank's statement")),
    )
    typed = request.POST if "take-way" in request.POST else {}
    hint = _("Only for a transfer: what the bank calls it")
    return [
        Question("take-way", _("How was it paid?"), "radios", typed.get("take-way", Way.CASH), options=ways),
        Question(
            "take-reference", _("Reference of the bank"), value=typed.get("take-reference", ""), hint=hint, required=False,
            mark=_("needed for a transfer"), longest=100, error=_error(errors, "reference") if typed else "",
        ),
    ]  # fmt: skip


def _refund_questions(request: HttpRequest, attempt: Any, errors: MotchamError | None) -> list[Question]:
    is_this = request.POST.get("order_code") == str(attempt.order_code)
    typed = request.POST if is_this else {}
    wrong = errors if is_this else None

    def asked(name: str, label: str, **more: Any) -> Question:
        return Question(
            f"{name}", label, value=typed.get(name, more.pop("value", "")), error=_error(wrong, name), width=20, **more
        )

    ways = tuple(Option(way, str(_BACK[way]())) for way in rules.ways_back(attempt.way))
    questions = [
        asked("amount", _("Amount in đồng"), value=str(attempt.refundable), inputmode="numeric"),
        asked("reason", _("Reason, as the payer will read it"), longest=300),
        Question("way", _("How does it go back?"), "radios", typed.get("way", ways[0].value), options=ways),
    ]
    by_gateway = _("needed for the gateway")
    if Way.GATEWAY in {option.value for option in ways}:
        questions += [
            asked("bank", _("Bank (six digits)"), required=False, mark=by_gateway, inputmode="numeric"),
            asked("account", _("Account number"), required=False, mark=by_gateway),
        ]
    hint = _("Only for a transfer: what the bank calls it")
    return [
        *questions,
        asked("reference", _("Reference of the bank"), required=False, mark=_("needed for a transfer"), hint=hint),
    ]


_BACK = {
    Way.GATEWAY: lambda: _("By the gateway, to the account below"),
    Way.TRANSFER: lambda: _("By a transfer that was made already"),
    Way.CASH: lambda: _("In cash at the counter"),
}


@guarded(Permission.PAYMENT_COLLECT)
@require_POST
def take(request: HttpRequest, bill_id: UUID) -> HttpResponse:
    """Record that the sum of a bill was taken, and show the receipt."""
    actor = request.actor  # type: ignore[attr-defined]
    _of_mine(actor, bill_id, Permission.PAYMENT_COLLECT)
    way = Way.TRANSFER if request.POST.get("take-way") == Way.TRANSFER else Way.CASH
    try:
        made = actions.take(by=actor, bill_id=bill_id, way=way, reference=request.POST.get("take-reference", ""))
    except MotchamError as wrong:
        messages.error(request, wording(wrong))
        return _bill(request, bill_id, wrong)
    return redirect("payments:receipt", code=made.code)


@guarded(Permission.PAYMENT_REFUND)
@require_POST
def refund(request: HttpRequest, bill_id: UUID) -> HttpResponse:
    """Pay back a part of what came in, or all of it."""
    actor, sent = request.actor, request.POST  # type: ignore[attr-defined]
    _of_mine(actor, bill_id, Permission.PAYMENT_REFUND)
    codes = {str(each.order_code): each.order_code for each in queries.attempts(bill_id=bill_id)}
    if sent.get("order_code") not in codes:
        raise NoSuchBill()
    amount = "".join(sent.get("amount", "")[:20].replace(".", "").split())
    try:
        actions_refund.refund(
            by=actor,
            order_code=codes[sent["order_code"]],
            amount=int(amount) if amount.isascii() and amount.isdigit() else 0,
            reason=sent.get("reason", ""),
            way=Way(sent.get("way", "")) if sent.get("way") in set(_BACK) else Way.CASH,
            bank=sent.get("bank", "").strip(),
            account=sent.get("account", "").strip(),
            reference=sent.get("reference", ""),
            once=_once(request),
        )
    except MotchamError as wrong:
        messages.error(request, wording(wrong))
        return _bill(request, bill_id, wrong)
    messages.success(request, _("The refund is recorded."))
    return redirect("payments:desk_bill", bill_id=bill_id)
