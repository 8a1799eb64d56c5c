"""Pure decisions: what something costs on a day and why, how an attempt stands when money comes, how two books compare."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date

from motcham.blocks.payments.define import (
    AttemptState,
    Credit,
    Difference,
    DifferenceKind,
    Fee,
    FeeKind,
    FeeRule,
    Item,
    Offer,
    Reason,
    SentBack,
    Verdict,
    Way,
)

# No fee of the state is below this; a page that names less was read wrongly (700 for 700.000).
LEAST_FEE = 1000
# A page that says this beside "free" or beside a sum has not said what this city takes.
LEFT_TO_COUNCIL = "hội đồng nhân dân"


def fee(
    *,
    rules: Iterable[FeeRule],
    kinds: Mapping[str, FeeKind],
    fee_kind: str,
    procedure: str,
    channel: str,
    on: date,
    applicant: str = "",
    offer: Offer | None = None,
    units: int = 1,
    copies: int = 1,
) -> Fee:
    """Return what a procedure costs: the dated rule that fits best, else what its page says, else not published.

    A rule for a class of people goes before one for everybody, one for the procedure before one for the kind, one for the channel
    before one for all, the younger before the older. `units` are the pages of a copy where a rule counts pages.
    """
    fitting = [each for each in rules if _fits(each, fee_kind, procedure, channel, applicant) and each.is_in_force(on)]
    kind = kinds.get(fee_kind)
    name = kind.official_name if kind else ""
    if fitting:
        rule = max(fitting, key=lambda each: (bool(each.applicant), bool(each.procedure), bool(each.channel), each.valid_from))
        basis = f"{rule.legal_basis}, điều {rule.article}" if rule.article else rule.legal_basis
        return Fee(
            amount=copies * price(rule, units=units),
            reason=_reason(rule),
            fee_kind=fee_kind,
            kind_name=name,
            rule=rule.key,
            legal_basis=basis,
            trust=rule.trust,
            source=rule.source,
            text=rule.note,
            until=rule.valid_to,
            unit=rule.unit,
        )
    return _offered(offer, fee_kind, name)


def _fits(rule: FeeRule, fee_kind: str, procedure: str, channel: str, applicant: str) -> bool:
    about = rule.procedure == procedure if rule.procedure else bool(fee_kind) and rule.fee_kind == fee_kind
    return about and rule.channel in ("", channel) and rule.applicant in ("", applicant)


def _reason(rule: FeeRule) -> Reason:
    if rule.amount == 0 and rule.applicant:
        return Reason.EXEMPT_PERSON
    return Reason.EXEMPT_ONLINE if rule.amount == 0 and rule.channel == "online" else Reason.RULE


def _offered(offer: Offer | None, fee_kind: str, name: str) -> Fee:
    if offer is None or offer.kind not in ("free", "amount", "text"):
        return Fee(None, Reason.NOT_PUBLISHED, fee_kind=fee_kind, kind_name=name)
    amount, reason = _said(offer)
    text = offer.text or (str(offer.amount) if reason is Reason.PAGE_DOUBTFUL else "")
    return Fee(amount, reason, fee_kind=fee_kind, kind_name=name, trust="found", source="dichvucong.gov.vn", text=text)


def _said(offer: Offer) -> tuple[int | None, Reason]:
    if LEFT_TO_COUNCIL in offer.text.lower():
        return None, Reason.PAGE_LOCAL
    if offer.kind == "free":
        return 0, Reason.PAGE_FREE
    if offer.kind == "text" or offer.amount is None:
        return None, Reason.PAGE_TEXT
    if offer.amount < LEAST_FEE:
        return None, Reason.PAGE_DOUBTFUL
    return offer.amount, Reason.PAGE_AMOUNT


def price(rule: FeeRule, *, units: int = 1) -> int:
    """Return what one copy of so many units costs by a rule, in whole đồng.

    >>> from datetime import date
    >>> page = FeeRule("k", "", "2.000815", "", "", 2000, "page", 2, 1000, 200_000, date(2017, 1, 1), None, "", "", "", "", "")
    >>> [price(page, units=n) for n in (1, 2, 3, 300)]
    [2000, 4000, 5000, 200000]
    """
    if rule.unit == "dossier":
        return rule.amount
    first = units if rule.first is None else min(units, rule.first)
    found = first * rule.amount + (units - first) * (rule.amount if rule.amount_after is None else rule.amount_after)
    return found if rule.most is None else min(found, rule.most)


def total(items: Iterable[Item]) -> int:
    """Return the sum of a bill."""
    return sum(each.amount for each in items)


def after_money(state: AttemptState, *, amount: int, received: int, is_due: bool) -> AttemptState:
    """Return how an attempt stands when so much has come for it; `is_due` tells whether the bill still waits for money."""
    if state in (AttemptState.PAID, AttemptState.SURPLUS):
        return state
    if not is_due:
        return AttemptState.SURPLUS
    return AttemptState.PAID if received >= amount else AttemptState.UNDERPAID


def verdict(before: AttemptState, after: AttemptState) -> Verdict:
    """Return what a callback came to, by how the attempt stood before it and after it."""
    if after is AttemptState.SURPLUS or before is AttemptState.PAID:
        return Verdict.SURPLUS
    if after is AttemptState.UNDERPAID:
        return Verdict.SHORT
    return Verdict.LATE if before in (AttemptState.EXPIRED, AttemptState.CANCELLED, AttemptState.FAILED) else Verdict.TAKEN


def compare(
    *, here: Sequence[Credit], there: Sequence[Credit], elsewhere: Mapping[str, date], reported: Iterable[Credit] = ()
) -> tuple[int, list[Difference]]:
    """Compare our credits of a day with the report of the gateway, by order and reference of the bank; return how many agree and
    what does not. `elsewhere` says of references unknown on this day on which day we have them; `reported` are the lines that the
    report has of other days."""
    ours = {(each.order_code, each.reference): each for each in here}
    found: list[Difference] = []
    matched, seen = 0, set[tuple[int, str]]()
    for line in there:
        key = (line.order_code, line.reference)
        mine = ours.get(key)
        if key in seen:
            found.append(_difference(DifferenceKind.TWICE, mine, line))
        elif mine is None:
            kind = DifferenceKind.OTHER_DAY if line.reference in elsewhere else DifferenceKind.MISSING_HERE
            found.append(_difference(kind, None, line))
        elif mine.amount != line.amount:
            found.append(_difference(DifferenceKind.AMOUNT, mine, line))
        else:
            matched += 1
        seen.add(key)
    other_days = {(line.order_code, line.reference) for line in reported}
    for key, mine in ours.items():
        if key not in seen:
            kind = DifferenceKind.REPORTED_OTHER_DAY if key in other_days else DifferenceKind.MISSING_THERE
            found.append(_difference(kind, mine, None))
    return matched, found


def compare_refunds(*, here: Sequence[SentBack], there: Sequence[SentBack]) -> tuple[int, list[Difference]]:
    """Compare what we sent back through the gateway with what it says went out, by our own key; return how many agree and what does
    not. What is still on its way on a side is not compared; what the bank reversed went out on ours alone."""
    found: list[Difference] = []
    matched, listed = 0, {each.key: each for each in there}
    for mine in here:
        line = listed.pop(mine.key, None)
        if mine.gone is None or (line and line.gone is None):
            continue
        if line is None and mine.gone:
            found.append(Difference(DifferenceKind.REFUND_MISSING_THERE, mine.key, mine.order_code, mine.gone, None))
        elif line and line.gone != mine.gone:
            found.append(Difference(DifferenceKind.REFUND_AMOUNT, mine.key, mine.order_code, mine.gone, line.gone))
        else:
            matched += 1
    strange = (each for each in listed.values() if each.gone)
    found += [Difference(DifferenceKind.REFUND_MISSING_HERE, each.key, 0, None, each.gone) for each in strange]
    return matched, found


def _difference(kind: DifferenceKind, here: Credit | None, there: Credit | None) -> Difference:
    one = here or there
    assert one is not None
    return Difference(kind, one.reference, one.order_code, here.amount if here else None, there.amount if there else None)


def ask_again_after(asked: int) -> int:
    """Return after how many seconds the gateway is asked once more about an attempt of which it said nothing."""
    waits = (60, 120, 300, 900, 3600)
    return waits[min(asked, len(waits) - 1)]


def ways_back(way: Way) -> tuple[Way, ...]:
    """Return how money that came in one way may go back."""
    return (Way.CASH, Way.TRANSFER) if way is Way.CASH else (Way.GATEWAY, Way.TRANSFER, Way.CASH)
