"""Says in words why a fee is what it is, how a bill stands, what differs."""

from __future__ import annotations

from datetime import date

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from motcham.blocks.payments.define import (
    AttemptState,
    BillState,
    DifferenceKind,
    Fee,
    FeeNotPublished,
    Item,
    Reason,
    RefundState,
    Verdict,
    Way,
)
from motcham.ui import formats

WAYS: dict[Way, str | Promise] = {
    Way.GATEWAY: gettext_lazy("Paid online"),
    Way.TRANSFER: gettext_lazy("Bank transfer"),
    Way.CASH: gettext_lazy("Cash at the counter"),
    Way.NONE: gettext_lazy("Nothing to pay"),
}
BILLS: dict[BillState, tuple[str | Promise, str, str]] = {
    BillState.DUE: (gettext_lazy("Not paid yet"), "near", "pie"),
    BillState.PAID: (gettext_lazy("Paid"), "ok", "check"),
    BillState.FREE: (gettext_lazy("Free of charge"), "ok", "check"),
    BillState.CANCELLED: (gettext_lazy("Withdrawn"), "", "info"),
}
ATTEMPTS: dict[AttemptState, tuple[str | Promise, str]] = {
    AttemptState.OPEN: (gettext_lazy("Waiting for the money"), "near"),
    AttemptState.UNDERPAID: (gettext_lazy("Less than owed has come"), "late"),
    AttemptState.PAID: (gettext_lazy("Paid"), "ok"),
    AttemptState.SURPLUS: (gettext_lazy("Paid although nothing was owed: must go back"), "late"),
    AttemptState.EXPIRED: (gettext_lazy("The payment page has expired"), ""),
    AttemptState.CANCELLED: (gettext_lazy("Given up"), ""),
    AttemptState.FAILED: (gettext_lazy("Did not succeed"), ""),
}
REFUNDS: dict[RefundState, tuple[str | Promise, str]] = {
    RefundState.ASKED: (gettext_lazy("To be sent"), "near"),
    RefundState.SENT: (gettext_lazy("On its way"), "near"),
    RefundState.DONE: (gettext_lazy("Paid back"), "ok"),
    RefundState.FAILED: (gettext_lazy("Came back: try another way"), "late"),
}
DIFFERENCES: dict[DifferenceKind, str | Promise] = {
    DifferenceKind.MISSING_HERE: gettext_lazy("In the report of the gateway, not in our books"),
    DifferenceKind.MISSING_THERE: gettext_lazy("In our books, not in the report of the gateway"),
    DifferenceKind.AMOUNT: gettext_lazy("The amounts differ"),
    DifferenceKind.TWICE: gettext_lazy("Twice in the report of the gateway"),
    DifferenceKind.OTHER_DAY: gettext_lazy("In our books on another day"),
    DifferenceKind.REPORTED_OTHER_DAY: gettext_lazy("In the report of the gateway under another day"),
    DifferenceKind.REFUND_MISSING_HERE: gettext_lazy("Went out at the gateway, and is no refund in our books"),
    DifferenceKind.REFUND_MISSING_THERE: gettext_lazy("Refund in our books, not at the gateway"),
    DifferenceKind.REFUND_AMOUNT: gettext_lazy("Refund: another sum went out at the gateway, or it was reversed"),
}
STRANGE: dict[Verdict, str | Promise] = {
    Verdict.FORGED: gettext_lazy("not signed by the gateway, so nothing was believed"),
    Verdict.UNREADABLE: gettext_lazy("not to be read"),
    Verdict.UNKNOWN: gettext_lazy("about an order that is not ours, as in a trial of the gateway"),
}


def why(fee: Fee) -> str:
    """Return one or two sentences that tell why a fee is what it is."""
    facts = {
        "kind": fee.kind_name,
        "basis": fee.legal_basis,
        "until": formats.day(fee.until) if fee.until else "",
        "text": fee.text,
    }
    if fee.reason is Reason.EXEMPT_ONLINE and fee.until:
        return (
            _("Free because it is filed online: the city takes nothing for this kind of fee until %(until)s (%(basis)s).") % facts
        )
    sentences = {
        Reason.RULE: _("Set by %(basis)s.") if fee.amount else _("Free by law (%(basis)s)."),
        Reason.EXEMPT_ONLINE: _("Free because it is filed online: the city takes nothing for this kind of fee (%(basis)s)."),
        Reason.EXEMPT_PERSON: _("Free for you by law (%(basis)s). Bring the paper that shows it when you are asked."),
        Reason.PAGE_FREE: _("The national portal says that it is free."),
        Reason.PAGE_AMOUNT: _("As the national portal says; no rule of the city is known."),
        Reason.PAGE_TEXT: _("Not published as a sum. The national portal says: %(text)s"),
        Reason.PAGE_LOCAL: _(
            "Not published: the national portal leaves the amount to the city's council, and no source gives it."
        ),
        Reason.PAGE_DOUBTFUL: _("Not published: the national portal names a sum that cannot be right."),
        Reason.NOT_PUBLISHED: _("Not published. Ask the agency before you pay anything."),
    }
    return sentences[fee.reason] % facts


def item_of(fee: Fee, *, words: str) -> Item:
    """Return the line of a bill for a fee; its reason is kept, and said in the language of the reader. Raises FeeNotPublished: what
    nobody published cannot be asked of anybody, and is not nothing either."""
    if fee.amount is None:
        raise FeeNotPublished(what=words)
    return Item(
        words=words,
        amount=fee.amount,
        fee_kind=fee.fee_kind,
        reason=fee.reason,
        legal_basis=fee.legal_basis,
        text=fee.until.isoformat() if fee.until else "",
    )


def why_item(item: Item) -> str:
    """Return why a line of a bill is what it is, for bills made long ago as well."""
    if item.reason not in set(Reason):
        return item.text
    until = date.fromisoformat(item.text) if item.text else None
    return why(Fee(item.amount, Reason(item.reason), legal_basis=item.legal_basis, until=until))
