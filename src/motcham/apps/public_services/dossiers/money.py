"""What a dossier costs and why: by its procedure, how and when it was handed in, and by whom. Pure reading; bills are `actions_money`."""

from __future__ import annotations

from datetime import date, timedelta
from uuid import UUID

from django.utils.translation import gettext as _

from motcham.apps.public_services import law, limits, sources, states
from motcham.apps.public_services.define import FeeKind
from motcham.apps.public_services.dossiers.models import Dossier
from motcham.apps.public_services.sources import Offer, Procedure
from motcham.blocks.cases.define import Filing
from motcham.blocks.payments import api as payments
from motcham.blocks.payments.define import Applicant, Bill, BillState, Fee, Reason
from motcham.blocks.payments.define import Offer as Offered
from motcham.kernel.terms import Answers, Words
from motcham.ui import formats

COUNTED = {"2.000815": ("pages", "copies")}
"""Procedures whose fee counts something, with the questions that say how much of it."""
LISTED = {"1.004194": ("who_moves", "listed", "number_listed")}
"""Procedures whose fee is another one for a list of people: the question that says so, the answer, and how many they are."""
_KINDS = {FeeKind.FREE: "free", FeeKind.AMOUNT: "amount", FeeKind.UNSTATED: "no_info"}
_CHANNELS = {1: "direct", 2: "online", 3: "post"}


def procedure_of(row: Dossier) -> Procedure | None:
    """Return the procedure of a dossier in the version that it was filed under, with the law of that day."""
    return sources.find(code=row.procedure, version=row.version, on=row.on)


def quote_of(row: Dossier, answers: Answers, *, applicant: str = "") -> Fee:
    """Return what a dossier costs, by the law of the day on which it was handed in."""
    channel = _CHANNELS[row.channel]
    # Most fees have a dated rule: only for the others the page of the procedure is read.
    ruled = _ruled(row.procedure, channel, row.on, answers, applicant)
    if ruled.reason is not Reason.NOT_PUBLISHED:
        return ruled
    found = procedure_of(row)
    return quote(row.procedure, found, channel=channel, on=row.on, answers=answers, applicant=applicant)


def quote(code: str, procedure: Procedure | None, *, channel: str, on: date, answers: Answers, applicant: str = "") -> Fee:
    """Return what a procedure costs: a dated rule of the city or the state first, then the legal table of procedures, then what
    its page says; without any of them it is not published, which is not nothing."""
    found = _ruled(code, channel, on, answers, applicant)
    if found.reason is not Reason.NOT_PUBLISHED or procedure is None:
        return found
    offer = procedure.offer(channel)
    return _lawful(procedure, channel, on) or payments.fee(
        procedure=code[:8], channel=channel, on=on, applicant=applicant, offer=_offered(offer) if offer else None
    )


def _ruled(code: str, channel: str, on: date, answers: Answers, applicant: str) -> Fee:
    national = code[:8]
    pages, copies = (_count(answers.get(each)) for each in COUNTED.get(national, ("", "")))
    question, answer, number = LISTED.get(national, ("", "", ""))
    if question and answers.get(question) == answer and not applicant:
        applicant, pages = Applicant.LISTED, _count(answers.get(number))
    return payments.fee(procedure=national, channel=channel, on=on, applicant=applicant, units=pages, copies=copies)


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


def is_prepaid(code: str, *, channel: str, on: date) -> bool:
    """Tell whether the fee of a procedure is paid with its filing."""
    return any(law.fee_time(code, fact, on=on, channel=channel) for fact in (law.PREPAID, law.FIRST))


def is_prepaid_of(row: Dossier) -> bool:
    """Tell whether the fee of a dossier was to be paid with its filing."""
    return is_prepaid(row.procedure, channel=_CHANNELS[row.channel], on=row.on)


def comes_first(code: str, *, channel: str, on: date) -> law.FeeTime | None:
    """Return by what a dossier is accepted only once its fee is paid; None where nothing says so."""
    return law.fee_time(code, law.FIRST, on=on, channel=channel)


def comes_first_of(row: Dossier) -> law.FeeTime | None:
    """Return by what a dossier is accepted only once its fee is paid; None where nothing says so."""
    return comes_first(row.procedure, channel=_CHANNELS[row.channel], on=row.on)


def exemptions(row: Dossier, answers: Answers) -> dict[str, Fee]:
    """Return by which rule of the day each class of people is free of the fee of a dossier; a class that no rule names is not there."""
    found = {each.key: quote_of(row, answers, applicant=each.key) for each in states.EXEMPT}
    return {key: fee for key, fee in found.items() if fee.reason is Reason.EXEMPT_PERSON}


def is_fee_due(bill: Bill) -> bool:
    """Tell whether a bill is still due for a fee, and not only for what an officer named."""
    return bill.state is BillState.DUE and any(item.reason in set(Reason) for item in bill.items)


def dossier_of(subject: str) -> UUID | None:
    """Return the case of the dossier that bills and results name as theirs; None where it is nothing of ours."""
    kind, _colon, number = subject.partition(":")
    try:
        case_id = UUID(number) if kind == "case" else None
    except ValueError:
        return None
    return case_id if case_id and Dossier.objects.filter(case_id=case_id).exists() else None


def kept_by(row: Dossier) -> str:
    """Return by what the fee of a dossier does not go back where what was asked for is not granted; empty where nothing says so."""
    found = law.fee_time(row.procedure, law.KEPT, on=row.on)
    return str(found.basis) if found else ""


def said(fee: Fee) -> str:
    """Return what something costs and why, in one or two sentences."""
    why = payments.why(fee)
    return f"{formats.money(fee.amount)}. {why}" if fee.amount else why


def cost(procedure: Procedure, filing: Filing) -> Words:
    """Return what is said before a dossier is sent: what it costs and when that is paid, or why it is free."""
    on = formats.local(filing.at).date()
    known = sources.find(code=procedure.code, version=procedure.version, on=on) or procedure
    channel = limits.channel_of(filing.channel)
    fee = quote(procedure.code, known, channel=channel, on=on, answers=filing.answers)
    if not fee.is_known:
        counter = quote(procedure.code, known, channel="direct", on=on, answers=filing.answers)
        return f"{said(fee)} {_('Handed in at a counter: %(cost)s') % {'cost': said(counter)}}" if counter.is_known else said(fee)
    if not fee.amount:
        return said(fee)
    if comes_first(procedure.code, channel=channel, on=on):
        when = _("Pay as soon as it is sent, on the page of your dossier: the office accepts it once it is paid.")
    elif is_prepaid(procedure.code, channel=channel, on=on):
        when = _("It is paid with the filing: as soon as it is sent, on the page of your dossier, or at the counter.")
    else:
        when = _(
            "You pay when the agency asks for it, on the page of your dossier or at the counter; the clock stands meanwhile."
        )
    return f"{said(fee)} {when}"
