"""The dated legal table of procedures (`data/procedure_law.csv`): it goes before what a page says, and names what the page set aside."""

from __future__ import annotations

import time as wall
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, time
from functools import cache

from django.utils import timezone

from motcham import data
from motcham.apps.public_services.define import Conflict, FeeKind, Offer, Procedure
from motcham.apps.public_services.models import StatedFact
from motcham.apps.public_services.reading.words import clean
from motcham.blocks.payments import api as payments
from motcham.kernel.terms import LegalBasis
from motcham.ui import formats

LIMIT, FEE, CUTOFF, GONE, REPEALED = "limit", "fee", "cutoff", "gone", "repealed"
PREPAID, FIRST, KEPT = "prepaid", "first", "kept"
"""That a fee is paid with the filing, that nothing counts as filed before it is paid, and that it does not go back where what was asked
for is not granted."""
AGE = 5.0  # seconds after which a process looks whether an official entered something, or procedures were imported


@dataclass(frozen=True)
class LegalFact:
    """One row: what holds for a procedure (a code, `field:` and its field, or `*`) from a day on, by which law, how sure."""

    scope: str
    fact: str
    value: str
    unit: str
    channel: str
    basis: LegalBasis
    valid_from: date
    valid_to: date | None
    trust: str
    note: str

    def holds(self, procedure: Procedure, on: date) -> bool:
        """Tell whether the row speaks of a procedure on a day."""
        if not (self.valid_from <= on and (self.valid_to is None or on < self.valid_to)):
            return False
        return self.scope in ("*", procedure.code[:8], f"field:{procedure.field}")


@cache
def table() -> tuple[LegalFact, ...]:
    """Return every row of `data/procedure_law.csv`."""
    return tuple(
        LegalFact(
            scope=row["scope"],
            fact=row["fact"],
            value=row["value"],
            unit=row["unit"],
            channel=row["channel"],
            basis=LegalBasis(row["document"], row["article"], trust=row["trust"]),
            valid_from=date.fromisoformat(row["valid_from"]),
            valid_to=date.fromisoformat(row["valid_to"]) if row["valid_to"] else None,
            trust=row["trust"],
            note=row["note"],
        )
        for row in data.rows("procedure_law.csv")
    )


@dataclass(frozen=True)
class FeeTime:
    """One row of `data/fee_times.csv`: what a published procedure says of when its fee is paid, or whether it goes back."""

    fact: str
    channel: str
    said: str
    basis: LegalBasis
    valid_from: date
    valid_to: date | None

    def holds(self, on: date) -> bool:
        """Tell whether it is said on a day."""
        return self.valid_from <= on and (self.valid_to is None or on < self.valid_to)


@cache
def _fee_times() -> dict[str, tuple[FeeTime, ...]]:
    found: dict[str, list[FeeTime]] = {}
    for row in data.rows("fee_times.csv"):
        since, until = date.fromisoformat(row["valid_from"]), row["valid_to"]
        basis = LegalBasis(row["document"], trust=row["trust"])
        one = FeeTime(row["fact"], row["channel"], row["said"], basis, since, date.fromisoformat(until) if until else None)
        found.setdefault(row["procedure"], []).append(one)
    return {code: tuple(rows) for code, rows in found.items()}


def fee_time(code: str, fact: str, *, on: date, channel: str = "") -> FeeTime | None:
    """Return what a procedure says about when its fee is paid (`PREPAID`, by a channel or by any) or that it does not go back
    (`KEPT`), on a day; None where it says nothing of it."""
    for each in _fee_times().get(code[:8], ()):
        if each.fact == fact and each.holds(on) and (not channel or each.channel in ("", channel)):
            return each
    return None


def fee_times(code: str, on: date) -> tuple[FeeTime, ...]:
    """Return what a procedure says about paying its fee on a day, each sentence once."""
    rows = [each for each in _fee_times().get(code[:8], ()) if each.holds(on)]
    return tuple({each.said: each for each in rows}.values())


def stated(code: str = "") -> tuple[LegalFact, ...]:
    """Return what officials entered, of one procedure or of all."""
    global _stated
    now = wall.monotonic()
    if _stated is None or now - _stated[0] > AGE:
        _stated = (now, tuple(_entered(row) for row in StatedFact.objects.order_by("code", "valid_from", "id")))
    return tuple(each for each in _stated[1] if not code or each.scope == code)


_stated: tuple[float, tuple[LegalFact, ...]] | None = None


def forget_stated() -> None:
    """Read anew what officials entered: after one entered something, and between tests."""
    global _stated
    _stated = None


def _entered(row: StatedFact) -> LegalFact:
    return LegalFact(
        scope=row.code,
        fact=row.fact,
        value=str(row.value),
        unit=row.unit,
        channel=row.channel,
        basis=LegalBasis(row.document, row.article),
        valid_from=row.valid_from,
        valid_to=row.valid_to,
        trust="found",
        note="",
    )


@cache
def _remembered() -> dict[str, LegalBasis]:
    return {str(row.basis): row.basis for row in table() if row.trust.startswith("memory")}


def marked(basis: str) -> str:
    """Return what a page names as the law, marked where the row that says so rests on memory."""
    return formats.law(_remembered()[basis]) if basis in _remembered() else basis


def facts(procedure: Procedure, on: date | None = None) -> tuple[LegalFact, ...]:
    """Return the rows that hold for a procedure on a day, today if it is not given."""
    day = on or timezone.localdate()
    return tuple(each for each in (*table(), *stated()) if each.holds(procedure, day))


def applied(procedure: Procedure, on: date | None = None) -> Procedure:
    """Return a procedure with the limits, the hour of the cut-off and the fees that the law gives it on a day."""
    day = on or timezone.localdate()
    rows = facts(procedure, day)
    found = [_ruled(each, rows) for each in procedure.offers]
    known = {each.channel for each in found}
    for row in rows:
        if row.fact == LIMIT and row.channel and row.channel not in known:
            found.append(_ruled(Offer(row.channel, None, "", FeeKind.UNSTATED), rows))
    return replace(procedure, offers=tuple(dict.fromkeys(_priced(procedure.code[:8], each, day) for each in found)))


def offer(procedure: Procedure, channel: str, on: date | None = None) -> Offer | None:
    """Return what holds by a channel, one that the page does not name included: what the law says for every channel holds there."""
    told = procedure.offer(channel)
    if told is not None and told.value is not None:
        return told
    ruled = _ruled(told or Offer(channel, None, "", FeeKind.UNSTATED), facts(procedure, on))
    return ruled if ruled.basis else told


def _ruled(offer: Offer, rows: Sequence[LegalFact]) -> Offer:
    offer = replace(offer, cutoff=None)
    for row in rows:
        if row.channel not in ("", offer.channel):
            continue
        if row.fact == CUTOFF:
            offer = replace(offer, cutoff=time.fromisoformat(row.value))
        elif row.fact == LIMIT:
            offer = replace(offer, value=int(row.value), unit=row.unit, basis=str(row.basis))
        elif row.fact == FEE:
            amount = int(row.value)
            kind = FeeKind.AMOUNT if amount else FeeKind.FREE
            offer = replace(offer, fee_kind=kind, fee_vnd=amount, fee_text="", fee_basis=str(row.basis))
    return offer


def _priced(code: str, offer: Offer, on: date) -> Offer:
    """Return an offer with the fee of the dated rules, so that a page says what the bill will."""
    fee = payments.fee(procedure=code, channel=offer.channel, on=on)
    # What is paid in another currency is paid at a mission abroad: no rule of the state or the city for here touches it.
    if fee.amount is None or not fee.rule or offer.fee_kind == FeeKind.FOREIGN:
        return offer
    kind = FeeKind.FREE if not fee.amount else FeeKind.AMOUNT if fee.unit == "dossier" else FeeKind.EACH
    return replace(offer, fee_kind=kind, fee_vnd=fee.amount, fee_text=fee.text, fee_basis=fee.legal_basis)


def conflicts(procedure: Procedure, on: date | None = None) -> list[Conflict]:
    """Return where the page of a procedure says something else than the law of a day."""
    found: list[Conflict] = []
    for row in facts(procedure, on):
        if row.fact == LIMIT:
            said = {(each.value, each.unit) for each in procedure.offers if row.channel in ("", each.channel)}
            told = sorted(
                f"{value} {unit}" for value, unit in said if value is not None and (f"{value}", unit) != (row.value, row.unit)
            )
            if told:
                found.append(_conflict(procedure, "limit", row, "; ".join(told)))
        elif row.fact == GONE:
            lines = [each.name for each in procedure.papers if row.value in each.name.casefold()]
            lines += [] if row.value != "cấp huyện" else [each for each in procedure.agencies if row.value in each.casefold()]
            found += [_conflict(procedure, "papers", row, _around(line, row.value)) for line in dict.fromkeys(lines)]
        elif row.fact == REPEALED and row.value in {each.number for each in procedure.laws}:
            found.append(_conflict(procedure, "laws", row, row.value))
    return found


def gone(text: str, rows: Sequence[LegalFact]) -> tuple[str, ...]:
    """Return what to know of a paper that asks for what is no more."""
    words = text.casefold()
    return tuple(row.note for row in rows if row.fact == GONE and row.value in words)


def settles(procedure: Procedure, on: date | None = None) -> str:
    """Return the limits that the law gives a procedure on a day, with their basis; empty where it gives none."""
    return "; ".join(f"{each.value} {each.unit} ({each.basis})" for each in facts(procedure, on) if each.fact == LIMIT)


def _conflict(procedure: Procedure, field: str, row: LegalFact, set_aside: str) -> Conflict:
    shown = {LIMIT: f"{row.value} {row.unit}", GONE: row.note}.get(row.fact, row.basis.document)
    return Conflict(procedure.code, field, shown, set_aside, "page", f"law_{row.fact}: {row.basis}")


def _around(text: str, word: str) -> str:
    """Return the part of a text around a word, so that one sees how it is asked for."""
    at = text.casefold().find(word)
    return clean(("…" if at > 60 else "") + text[max(at - 60, 0) : at + 90] + ("…" if len(text) > at + 90 else ""))
