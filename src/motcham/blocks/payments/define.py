"""The nouns of payments: a fee with its reason, a bill and its items, money that came, a refund, a receipt, a day compared."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from motcham.kernel.errors import Invalid, Missing, Overtaken, Refused, Upstream


class Channel(StrEnum):
    """How a dossier is filed, where the fee depends on it."""

    ONLINE = "online"
    DIRECT = "direct"
    POST = "post"


class Applicant(StrEnum):
    """The classes of people that some fee rules name."""

    ANYONE = ""
    POOR_HOUSEHOLD = "poor_household"
    MERIT = "merit"
    DISABLED = "disabled"
    DIGITAL_CITIZEN = "digital_citizen"
    LISTED = "listed"
    """People whom somebody registers by a list, each of them counted."""


class Reason(StrEnum):
    """Why a fee is what it is."""

    RULE = "rule"
    """A dated local or national rule sets it."""
    EXEMPT_ONLINE = "exempt_online"
    """The city takes nothing where the dossier is filed online."""
    EXEMPT_PERSON = "exempt_person"
    """The law exempts this class of people."""
    PAGE_FREE = "page_free"
    """The page of the national portal says that it is free; no dated rule says otherwise."""
    PAGE_AMOUNT = "page_amount"
    """The page of the national portal names the amount; no dated rule says otherwise."""
    PAGE_TEXT = "page_text"
    """The page describes the fee in words that no sum follows from."""
    PAGE_LOCAL = "page_local"
    """The page leaves the amount to the council of the province, and no source gives that of the city."""
    PAGE_DOUBTFUL = "page_doubtful"
    """The page names a sum that cannot be right, so it is not used."""
    NOT_PUBLISHED = "not_published"
    """No source names it."""


@dataclass(frozen=True, slots=True)
class Offer:
    """What the page of a procedure says about the fee for one way of filing: kind is free, amount, text or no_info."""

    kind: str
    amount: int | None = None
    text: str = ""


@dataclass(frozen=True, slots=True)
class FeeRule:
    """One dated row: the fee of a kind or of one procedure, for a channel and a class of people (empty: any).

    The first `first` units cost `amount` each, the others `amount_after`; `most` is the most for one copy.
    """

    key: str
    fee_kind: str
    procedure: str
    channel: str
    applicant: str
    amount: int
    unit: str
    first: int | None
    amount_after: int | None
    most: int | None
    valid_from: date
    valid_to: date | None
    legal_basis: str
    article: str
    trust: str
    source: str
    note: str

    def is_in_force(self, on: date) -> bool:
        """Tell whether the rule holds on a day; the last day counts."""
        return self.valid_from <= on and (self.valid_to is None or on <= self.valid_to)


@dataclass(frozen=True, slots=True)
class FeeKind:
    """A kind of fee as the law names it."""

    key: str
    official_name: str
    legal_basis: str
    trust: str


@dataclass(frozen=True, slots=True)
class Fee:
    """What something costs on a day and why. `amount` is None where nobody published it, which is not the same as nothing."""

    amount: int | None
    reason: Reason
    fee_kind: str = ""
    kind_name: str = ""
    rule: str = ""
    legal_basis: str = ""
    trust: str = ""
    source: str = ""
    text: str = ""
    until: date | None = None
    unit: str = ""
    """What the rule counts: a dossier, or each page, copy or person."""

    @property
    def is_known(self) -> bool:
        """Tell whether the fee was published."""
        return self.amount is not None


@dataclass(frozen=True, slots=True)
class Item:
    """One line of a bill: what for, how much, and why."""

    words: str
    amount: int
    fee_kind: str = ""
    reason: str = ""
    legal_basis: str = ""
    text: str = ""


class BillState(StrEnum):
    """How a bill stands. What is free is settled when it is made."""

    DUE = "due"
    PAID = "paid"
    FREE = "free"
    CANCELLED = "cancelled"


class AttemptState(StrEnum):
    """How one attempt to pay stands. Money may come in any state but `failed` at once, and is never lost."""

    OPEN = "open"
    UNDERPAID = "underpaid"
    PAID = "paid"
    SURPLUS = "surplus"
    """Money came for a bill that was settled or withdrawn already: it must go back."""
    EXPIRED = "expired"
    CANCELLED = "cancelled"
    FAILED = "failed"


class Way(StrEnum):
    """How money moves."""

    GATEWAY = "gateway"
    TRANSFER = "transfer"
    CASH = "cash"
    NONE = "none"


class Verdict(StrEnum):
    """What became of a callback."""

    TAKEN = "taken"
    AGAIN = "again"
    LATE = "late"
    SHORT = "short"
    SURPLUS = "surplus"
    FAILED = "failed"
    UNKNOWN = "unknown"
    FORGED = "forged"
    UNREADABLE = "unreadable"


class RefundState(StrEnum):
    """How far a refund has come."""

    ASKED = "asked"
    SENT = "sent"
    DONE = "done"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Attempt:
    """One attempt to pay a bill; `address` is the gateway's page, `qr` what a banking app reads."""

    id: int
    order_code: int
    way: Way
    state: AttemptState
    amount: int
    received: int
    refunded: int
    address: str
    qr: str
    began_at: datetime
    expires_at: datetime | None

    @property
    def refundable(self) -> int:
        """How much of it can still go back."""
        return self.received - self.refunded


@dataclass(frozen=True, slots=True)
class Bill:
    """What somebody owes for a subject."""

    id: UUID
    code: str
    subject: str
    agency_id: int
    state: BillState
    total: int
    items: tuple[Item, ...]
    made_at: datetime
    settled_at: datetime | None
    refunded: int
    receipt_code: str
    synthetic: bool


@dataclass(frozen=True, slots=True)
class Receipt:
    """That money was received: its number has no gap before it, its code cannot be guessed."""

    number: int
    year: int
    code: str
    bill: Bill
    amount: int
    way: Way
    payer: str
    agency: str
    issued_at: datetime

    @property
    def name(self) -> str:
        """Return the number as it is printed."""
        return f"{self.year}/{self.number:06}"


@dataclass(frozen=True, slots=True)
class Refund:
    """Money on its way back."""

    id: UUID
    bill_id: UUID
    amount: int
    reason: str
    way: Way
    state: RefundState
    reference: str
    asked_at: datetime
    settled_at: datetime | None


@dataclass(frozen=True, slots=True)
class Paid:
    """A bill was settled; published in the transaction that settles it."""

    bill_id: UUID
    subject: str
    amount: int
    way: Way
    at: datetime


@dataclass(frozen=True, slots=True)
class PaidBack:
    """Money of a bill went back; published in the transaction that records it."""

    bill_id: UUID
    subject: str
    amount: int
    reason: str
    way: Way
    at: datetime


@dataclass(frozen=True, slots=True)
class Credit:
    """One sum that a bank received, as the gateway tells it."""

    order_code: int
    reference: str
    amount: int
    at: datetime
    description: str = ""
    payer_bank: str = ""
    payer_account: str = ""
    payer_name: str = ""


class DifferenceKind(StrEnum):
    """How the report of the gateway and our books can differ."""

    MISSING_HERE = "missing_here"
    MISSING_THERE = "missing_there"
    AMOUNT = "amount"
    TWICE = "twice"
    OTHER_DAY = "other_day"
    REPORTED_OTHER_DAY = "reported_other_day"
    REFUND_MISSING_HERE = "refund_missing_here"
    REFUND_MISSING_THERE = "refund_missing_there"
    REFUND_AMOUNT = "refund_amount"


@dataclass(frozen=True, slots=True)
class Difference:
    """One line on which the two do not agree."""

    kind: DifferenceKind
    reference: str
    order_code: int
    here: int | None
    there: int | None


@dataclass(frozen=True, slots=True)
class SentBack:
    """Money that goes back through the gateway, as one side knows it: how much went out for good, None while it is on its way."""

    key: str
    gone: int | None
    order_code: int = 0


@dataclass(frozen=True, slots=True)
class Reconciled:
    """What comparing one day came to; `refunds` of it agree, None where the gateway could not be asked about them."""

    day: date
    at: datetime
    matched: int
    sum_here: int
    sum_there: int
    differences: tuple[Difference, ...]
    refunds: int | None = None

    @property
    def agrees(self) -> bool:
        """Tell whether nothing differs."""
        return not self.differences


@dataclass(frozen=True, slots=True)
class Answer:
    """What is answered to a callback: the status of HTTP and its body."""

    status: int
    body: Mapping[str, object]


class FeeNotPublished(Invalid):
    """The fee for {what} is not published yet, so no bill can be made. Ask the agency for its amount, or enter the rule that sets it."""

    code = "payments.fee_not_published"


class WrongItems(Invalid):
    """A bill needs at least one line, each with words and a whole amount of 0 đồng or more. Mend the lines and send again."""

    code = "payments.wrong_items"


class NoSuchBill(Missing):
    """There is no bill with this code. Check the code or open the link in your dossier again."""

    code = "payments.no_such_bill"


class NoSuchReceipt(Missing):
    """There is no receipt with this code. Type the code as it stands on the paper; if it is right, the paper is not ours."""

    code = "payments.no_such_receipt"


class AlreadySettled(Overtaken):
    """This bill is settled already or was withdrawn, so nothing more is taken. Look at the bill as it is now."""

    code = "payments.already_settled"


class BeingPrepared(Overtaken):
    """The payment page is being prepared at this moment. Wait a few seconds, then open the bill again; you pay only once."""

    code = "payments.being_prepared"


class GatewayDown(Upstream):
    """The payment gateway does not answer right now. No money was taken: try again in a minute, or pay at the counter."""

    code = "payments.gateway_down"


class GatewayMissing(Refused):
    """Paying online is not set up here yet. Pay at the counter of the agency, which gives you a receipt."""

    code = "payments.gateway_missing"


class TooMuch(Invalid):
    """Only {most} đồng can still be paid back of this payment. Enter that much or less."""

    code = "payments.too_much"


class WrongRefund(Invalid):
    """A refund needs an amount, a reason and where the money goes. Mend the fields named; nothing was paid back."""

    code = "payments.wrong_refund"


class WrongReport(Invalid):
    """The report cannot be read: {why}. Export it again from the gateway with its own column names, then send it again."""

    code = "payments.wrong_report"


class ReportOfOtherDay(Invalid):
    """This report is of {days}, not of {day}. Export that of the day, or choose the day that it is of; nothing was compared."""

    code = "payments.report_of_other_day"


class WrongPayload(Invalid):
    """This is no VietQR code: {why}. Scan it again, or ask for a new one."""

    code = "payments.wrong_payload"


class ReferenceUsed(Invalid):
    """This transfer stands in the books already, for another bill, and one transfer pays one bill. Compare it with the bank's statement; nothing was recorded."""

    code = "payments.reference_used"


class WrongReference(Invalid):
    """Write what the bank calls this transfer, so that it can be found in its statement. Nothing was recorded."""

    code = "payments.wrong_reference"
