"""Bills of dossiers: made when the agency asks for the payment, settled when the money is there, withdrawn when it is not wanted."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from motcham.apps.public_services import states
from motcham.apps.public_services.dossiers import money
from motcham.apps.public_services.dossiers.models import Dossier
from motcham.apps.public_services.dossiers.refusals import NotExempt, NothingToPay, WrongFee
from motcham.blocks.cases import api as cases
from motcham.blocks.cases.define import CaseMoved, Said, StepNotOpen
from motcham.blocks.identity.define import Actor, Permission
from motcham.blocks.ledger import api as ledger
from motcham.blocks.payments import api as payments
from motcham.blocks.payments.define import AlreadySettled, Bill, BillState, Fee, Item, Paid, PaidBack, Reason, Way
from motcham.kernel.terms import Answers
from motcham.ui import formats

HOUSE = Actor.system("dossiers")
ONLINE, NOT_ONLINE = 2, 0
"""`DuocThanhToanTrucTuyen` of the national dictionary: through the gateway of the city, or not online."""
STATED = "stated"
MOST = 10_000_000_000


def bills_of(case_id: UUID) -> tuple[Bill, ...]:
    """Return the bills of a dossier, oldest first."""
    return payments.bills(subject=f"case:{case_id}")


def ask(*, by: Actor, row: Dossier, said: Said, agency_id: int, facts: Answers) -> Bill:
    """Make the bill of a dossier for which the agency asks the payment. Raises NothingToPay where it is free, FeeNotPublished where
    no rule names a sum and the officer named none, WrongFee where what they named is not complete."""
    fee = money.quote_of(row, said.answers, applicant=str(facts.get(states.FEE_CLASS) or ""))
    more = _stated(facts)
    items = [] if _is_billed(row, fee) else _ruled(fee, needed=not more)
    if not items and not more:
        due = [each for each in bills_of(row.case_id) if each.state is BillState.DUE]
        if due:
            return due[-1]
        raise NothingToPay(why=money.said(fee))
    return _bill(by=by, row=row, said=said, agency_id=agency_id, items=[*items, *more])


def bill_free(*, by: Actor, row: Dossier, said: Said, agency_id: int) -> Bill | None:
    """Make the receipt over 0 đồng of a dossier that is free, as the city asks of its agencies; nothing where it costs something."""
    fee = money.quote_of(row, said.answers)
    return _bill(by=by, row=row, said=said, agency_id=agency_id, items=_ruled(fee, needed=False)) if fee.amount == 0 else None


def bill_before(*, by: Actor, row: Dossier, agency_id: int, answers: Answers) -> Bill | None:
    """Make the bill of a dossier whose fee is paid with its filing; nothing where its procedure does not say so, or the sum is
    published nowhere: then the agency names it (6)."""
    fee = money.quote_of(row, answers) if money.is_prepaid_of(row) else None
    if fee is None or not fee.amount:
        return None
    said = cases.said(by=HOUSE, case_id=row.case_id, purpose="bill")
    if said.synthetic:
        return None
    bill = _bill(by=by, row=row, said=said, agency_id=agency_id, items=_ruled(fee, needed=False))
    if first := money.comes_first_of(row):
        with translation.override("vi"):
            words = _("It is accepted once %(sum)s is paid (%(law)s). Pay on the page of the dossier.")
        said_of = words % {"sum": formats.money(bill.total), "law": first.basis}
        cases.stand(by=HOUSE, case_id=row.case_id, reason=said_of, at=said.filed_at)
    return bill


def _bill(*, by: Actor, row: Dossier, said: Said, agency_id: int, items: list[Item]) -> Bill:
    payer = str(said.answers.get("company") or said.answers.get("household") or said.answers.get("name") or "")
    return payments.bill(
        by=by, subject=f"case:{row.case_id}", agency_id=agency_id, items=items, payer=payer, synthetic=said.synthetic
    )


def _ruled(fee: Fee, *, needed: bool) -> list[Item]:
    with translation.override("vi"):
        words = fee.kind_name or _("Fee of the procedure")
    if not needed and fee.amount is None:
        return []
    item = payments.item_of(fee, words=words)
    return [] if needed and not item.amount else [item]


def _stated(facts: Answers) -> list[Item]:
    """Return what the officer named: a sum with what it is for and the document that sets it."""
    amount, what = facts.get(states.FEE), str(facts.get(states.FEE_FOR) or "").strip()
    basis = str(facts.get(states.FEE_BASIS) or "").strip()
    if amount in (None, ""):
        return []
    if not what or not basis or not 0 < int(str(amount)) <= MOST:
        raise WrongFee()
    return [Item(what, int(str(amount)), reason=STATED, legal_basis=basis, text=basis)]


def _is_billed(row: Dossier, fee: Fee) -> bool:
    """Tell whether there is a bill of the fee itself, paid, to be paid or none of it for this person, so that only what came on top is asked for."""
    stands = [each for each in bills_of(row.case_id) if each.state is not BillState.CANCELLED]
    reasons = (fee.reason, Reason.EXEMPT_PERSON)
    return any(item.fee_kind == fee.fee_kind and item.reason in reasons for bill in stands for item in bill.items)


def paid(*, by: Actor, settled: Paid) -> None:
    """Note that a bill was paid, and take the dossier on that waited for it: once, whatever became of it meanwhile."""
    case_id = money.dossier_of(settled.subject)
    if settled.way is Way.NONE or case_id is None:
        return
    Dossier.objects.filter(case_id=case_id).update(payment=ONLINE if settled.way is Way.GATEWAY else NOT_ONLINE)
    with translation.override("vi"):
        words = _("Paid: %(sum)s.") % {"sum": formats.money(settled.amount)}
    take_on(by=by, case_id=case_id, words=words, at=settled.at)


def take_on(*, by: Actor, case_id: UUID, words: str, at: datetime) -> None:
    """Take a dossier on that waited for its bills alone, with the words in which its applicant is told; else only tell."""
    still_due = any(each.state is BillState.DUE for each in bills_of(case_id))
    if still_due or not (_goes_on(by, case_id, words, at) or cases.go_on(by=by, case_id=case_id, reason=words, at=at)):
        cases.note(by=by, case_id=case_id, message=words, is_public=True, at=at)


@transaction.atomic
def exempt(*, by: Actor, case_id: UUID, ground: str, paper: str) -> Bill:
    """Free whoever was billed from the fee by a rule for people like them: the bill is withdrawn, one of 0 đồng takes its place, and
    what else it asked for stays due. Raises NotExempt where no rule says so, nothing is due or no paper was seen."""
    view = cases.case_by_id(case_id, actor=by)
    by.demand(Permission.CASE_ACT, agency_id=view.line.agency_id)
    row = Dossier.objects.filter(case_id=case_id).first()
    fee = money.exemptions(row, view.answers).get(ground) if row else None
    due = [each for each in bills_of(case_id) if money.is_fee_due(each)]
    if row is None or fee is None or not due or not paper.strip():
        raise NotExempt()
    # The bills before the dossier, as when one is paid.
    for each in due:
        payments.withdraw(by=by, bill_id=each.id, reason=f"exempt: {ground}")
    said = cases.said(by=by, case_id=case_id, purpose="bill")
    others = [item for each in due for item in each.items if item.reason == STATED]
    bill = _bill(by=by, row=row, said=said, agency_id=view.line.agency_id, items=[*_ruled(fee, needed=False), *others])
    with translation.override("vi"):
        who = next(str(each.label) for each in states.EXEMPT if each.key == ground)
        words = _("Exempt from the fee by %(law)s: %(who)s. Paper that was seen: %(paper)s.")
        told = words % {"law": fee.legal_basis, "who": who, "paper": paper.strip()}
    payload = {"by": by.ref, "ground": ground, "rule": fee.rule, "law": fee.legal_basis, "bill": bill.id}
    ledger.append(kind="dossiers.exempted", subject=f"case:{case_id}", payload=payload)
    take_on(by=by, case_id=case_id, words=told, at=timezone.now())
    return bill


def paid_back(*, by: Actor, gone: PaidBack) -> None:
    """Note that money went back, so that whoever filed reads it with its reason where they read everything else."""
    case_id = money.dossier_of(gone.subject)
    if case_id is None:
        return
    with translation.override("vi"):
        words = _("Paid back: %(sum)s. %(reason)s") % {"sum": formats.money(gone.amount), "reason": gone.reason}
    cases.note(by=by, case_id=case_id, message=words, is_public=True, at=gone.at)


def _goes_on(by: Actor, case_id: UUID, words: str, at: datetime) -> bool:
    """Take a dossier that waits for its payment back to being settled; return whether it waited."""
    for _turn in range(3):
        line = cases.case_by_id(case_id, actor=by)
        if line.line.step != states.TO_PAY:
            return False
        try:
            cases.take_step(by=by, case_id=case_id, to=states.IN_PROGRESS, message=words, version=line.version, at=at)
            return True
        except (CaseMoved, StepNotOpen):
            # Somebody acted at the same moment: look again how it stands.
            continue
    return False


def withdraw_due(*, by: Actor, case_id: UUID, reason: str) -> None:
    """Withdraw what is still due of a dossier, once the act that makes it unwanted is committed: a payment locks the bill before
    the dossier, so the other way round two would wait for each other."""
    transaction.on_commit(lambda: _withdraw(by, case_id, reason))


def _withdraw(by: Actor, case_id: UUID, reason: str) -> None:
    for each in bills_of(case_id):
        if each.state is BillState.DUE:
            try:
                payments.withdraw(by=by, bill_id=each.id, reason=reason)
            except AlreadySettled:
                continue
