"""What a dossier costs and why: by its procedure, how and when it was handed in, and by whom. Pure reading; bills are `actions_money`."""

from __future__ import annotations

from datetime import date, timedelta
from functools import cache

from django.utils.translation import gettext as _

from motcham.apps.public_services import law, limits, sources
from motcham.apps.public_services.define import FeeKind
from motcham.apps.public_services.dossiers.models import Dossier
from motcham.apps.public_services.sources import Offer, Procedure
from motcham.blocks.cases.define import Filing
from motcham.blocks.payments import api as payments
from motcham.blocks.payments.define import Applicant, Fee, Reason
from motcham.blocks.payments.define import Offer as Offered
from motcham.kernel.terms import Answers, Words
from motcham.ui import formats

COUNTED = {"2.000815": ("pages", "copies")}
"""Procedures whose fee counts something, with the questions that say how much of it."""
LISTED = {"1.004194": ("who_moves", "listed", "number_listed")}
"""Procedures whose fee is another one for a list of people: the question that says so, the answer, and how many they are."""
PREPAID = "prepaid"
"""The fact of the legal table that says that a fee is paid before the dossier is looked at."""
_KINDS = {FeeKind.FREE: "free", FeeKind.AMOUNT: "amount", FeeKind.UNSTATED: "no_info"}
_CHANNELS = {1: "direct", 2: "online", 3: "post"}


def procedure_of(row: Dossier) -> Procedure | None:
    """Return the procedure of a dossier in the version that it was filed under, with the law of that day."""
    return sources.find(code=row.procedure, version=row.version, on=row.on)


def quote_of(row: Dossier, answers: Answers, *, applicant: str = "") -> Fee:
    """Return what a dossier costs, by the law of the day on which it was handed in."""
    found = procedure_of(row)
    return quote(row.procedure, found, channel=_CHANNELS[row.channel], on=row.on, answers=answers, applicant=applicant)


def quote(code: str, procedure: Procedure | None, *, channel: str, on: date, answers: Answers, applicant: str = "") -> Fee:
    """Return what a procedure costs: a dated rule of the city or the state first, then the legal table of procedures, then what
    its page says; without any of them it is not published, which is not nothing."""
    national = code[:8]
    pages, copies = (_count(answers.get(each)) for each in COUNTED.get(national, ("", "")))
    question, answer, number = LISTED.get(national, ("", "", ""))
    if question and answers.get(question) == answer and not applicant:
        applicant, pages = Applicant.LISTED, _count(answers.get(number))
    found = payments.fee(procedure=national, channel=channel, on=on, applicant=applicant, units=pages, copies=copies)
    if found.reason is not Reason.NOT_PUBLISHED or procedure is None:
        return found
    offer = procedure.offer(channel)
    return _lawful(procedure, channel, on) or payments.fee(
        procedure=national, channel=channel, on=on, applicant=applicant, offer=_offered(offer) if offer else None
    )


def _lawful(procedure: Procedure, channel: str, on: date) -> Fee | None:
    for row in reversed(law.facts(procedure, on)):
        if row.fact == law.FEE and row.channel in ("", channel):
            until = row.valid_to - timedelta(days=1) if row.valid_to else None
            return Fee(int(row.value), Reason.RULE, legal_basis=str(row.basis), trust=row.trust, until=until)
    return None


def _offered(offer: Offer) -> Offered:
    return Offered(_KINDS.get(FeeKind(offer.fee_kind), "text"), offer.fee_vnd, offer.fee_text)


def _count(given: object) -> int:
    return int(str(given)) if str(given).isdecimal() else 1


def is_prepaid(procedure: Procedure | None, on: date) -> bool:
    """Tell whether the law says that the fee of a procedure is paid before its dossiers are looked at; no source says so of any
    yet."""
    return procedure is not None and any(each.fact == PREPAID for each in law.facts(procedure, on))


@cache
def has_prepaid() -> bool:
    """Tell whether the legal table says so of anything: filing need not look any further where it does not."""
    return any(each.fact == PREPAID for each in law.table())


def said(fee: Fee) -> str:
    """Return what something costs and why, in one or two sentences."""
    why = payments.why(fee)
    return f"{formats.money(fee.amount)}. {why}" if fee.amount else why


def cost(procedure: Procedure, filing: Filing) -> Words:
    """Return what is said before a dossier is sent: what it costs and when that is paid, or why it is free."""
    on = formats.local(filing.at).date()
    known = sources.find(code=procedure.code, version=procedure.version, on=on) or procedure
    fee = quote(procedure.code, known, channel=limits.channel_of(filing.channel), on=on, answers=filing.answers)
    if not fee.amount:
        return said(fee)
    if is_prepaid(known, on):
        when = _("You pay as soon as it is sent; it is looked at after that.")
    else:
        when = _(
            "You pay when the agency asks for it, on the page of your dossier or at the counter; the clock stands meanwhile."
        )
    return f"{said(fee)} {when}"
