"""What is written beside a case of a dossier, in the transaction of each of its acts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from motcham.apps.public_services import asking, data_used, limits, states
from motcham.apps.public_services.dossiers import actions_after, actions_money, actions_slips, counting, money, numbers
from motcham.apps.public_services.dossiers.models import Dossier
from motcham.apps.public_services.dossiers.refusals import NotPaidYet
from motcham.apps.public_services.national_portal import outbox
from motcham.blocks.cases import api as cases
from motcham.blocks.cases.define import REUSED, Happening
from motcham.blocks.identity import api as identity
from motcham.blocks.identity.define import Actor
from motcham.blocks.payments.define import BillState
from motcham.kernel.terms import Answers
from motcham.ui import formats

CHANNELS = {"direct": 1, "online": 2, "post": 3}
"""`KenhThucHien` of the national dictionary."""
SLIPS = {states.ACCEPTED: "receipt", states.ASKED: "supplement", states.NOT_ACCEPTED: "refusal", states.STOPPED: "stop"}
UNROUTED = "department.office"


def follow(happened: Happening, by: Actor, facts: Answers) -> None:
    """Keep the row of a dossier in step with its case; order the slips and make the bills that an act calls for."""
    outbox.note(happened, by)
    match happened.kind:
        case "opened":
            _file(happened, by, facts)
        case "step":
            _step(happened, by, facts)
        case "apologised":
            _act(happened, by, facts, slip="apology")
        case "transferred":
            Dossier.objects.filter(case_id=happened.case_id).update(is_unrouted=False)
        case "part_asked":
            # Whoever asks stands on the slip: the agency of the part, not the one that holds the whole.
            _act(replace(happened, agency_id=facts["part"]["agency"]), by, facts, slip="supplement")
        case "taken_back":
            _take_back(happened, by, facts)
        case "reopened":
            Dossier.objects.filter(case_id=happened.case_id).update(settled_at=None, handed_over_at=None)
        case "rated":
            actions_after.follow_rating(by=by, happened=happened, words=str(facts.get("message") or ""))
        case "filer_note" if facts.get("mended"):
            counting.recount(case_id=happened.case_id)


def _file(happened: Happening, by: Actor, answers: Answers) -> None:
    on, channel = formats.local(happened.at).date(), limits.channel_of(happened.channel)
    counted = counting.count(answers)
    code, _colon, version = happened.variant.partition("@")
    at_desk = channel != "online" and by.agency_ids
    row = Dossier(
        case_id=happened.case_id,
        agency_id=happened.agency_id,
        on=on,
        procedure=code or happened.category,
        version=int(version) if version else None,
        applicant=asking.NATIONAL_KINDS.get(str(answers.get(asking.APPLICANT) or asking.CITIZEN)),
        channel=CHANNELS[channel],
        taken_in_by_id=min(by.agency_ids) if at_desk else None,
        is_unrouted=happened.agency_id == identity.agency(code=UNROUTED).id,
        papers=counted.papers,
        digitised=counted.digitised,
        reused=len(answers.get(REUSED) or ()),
        sources=data_used.at_filing(answers),
        is_known_by_vneid=counting.is_known(by, channel),
        # The replay files as the house itself: nobody stands behind its dossiers.
        declare_at=None if by.is_system else happened.at,
    )
    numbers.register(row)
    actions_money.bill_before(by=by, row=row, agency_id=happened.agency_id, answers=answers)


def _step(happened: Happening, by: Actor, facts: Answers) -> None:
    changes: Mapping[str, Any] = {}
    if happened.step in (states.ACCEPTED, states.IN_PROGRESS):
        changes = _accepted(happened, by, facts)
    if happened.step == states.DONE:
        changes = {
            "settled_at": happened.at,
            "electronic_result": counting.has_electronic_result(happened.case_id, facts),
            "sources": counting.data_used_in(happened.case_id, facts),
        }
    if happened.step == states.HANDED_OVER:
        changes = {"handed_over_at": happened.at}
    if changes:
        Dossier.objects.filter(case_id=happened.case_id).update(**changes)
    if happened.step != states.ACCEPTED and (happened.step in SLIPS or happened.step == states.TO_PAY):
        _act(happened, by, facts, slip=SLIPS.get(happened.step, ""))
    was_to_pay = happened.before is not None and happened.before.step == states.TO_PAY
    if was_to_pay or happened.outcome in ("refused", "stopped", "withdrawn"):
        actions_money.withdraw_due(by=actions_money.HOUSE, case_id=happened.case_id, reason=happened.step)
    if facts.get("mended"):
        counting.recount(case_id=happened.case_id)


def _accepted(happened: Happening, by: Actor, facts: Answers) -> Mapping[str, Any]:
    """Note when a dossier was first accepted, give its receipt, and the receipt over nothing where it is free."""
    row = Dossier.objects.filter(case_id=happened.case_id, accepted_at=None).first()
    if row is None:
        return {}
    _demand_paid(row)
    row.accepted_at = happened.at
    said = cases.said(by=by, case_id=happened.case_id, purpose="receipt")
    actions_slips.order(by=by, kind="receipt", row=row, said=said, happened=happened, facts=facts)
    if not said.synthetic and not actions_money.bills_of(row.case_id):
        actions_money.bill_free(by=by, row=row, said=said, agency_id=happened.agency_id)
    return {"accepted_at": happened.at, "papers": counting.accepted(row, said, happened)}


def _demand_paid(row: Dossier) -> None:
    """Refuse the acceptance of a dossier whose fee comes first and is not paid."""
    first = money.comes_first_of(row)
    if first and (due := sum(each.total for each in actions_money.bills_of(row.case_id) if each.state is BillState.DUE)):
        raise NotPaidYet(sum=formats.money(due), law=first.basis)


def _act(happened: Happening, by: Actor, facts: Answers, *, slip: str) -> None:
    row = Dossier.objects.filter(case_id=happened.case_id).first()
    if row is None:
        return
    said = cases.said(by=by, case_id=happened.case_id, purpose=slip or "bill")
    if slip:
        actions_slips.order(by=by, kind=slip, row=row, said=said, happened=happened, facts=facts)
    elif not said.synthetic:
        actions_money.ask(by=by, row=row, said=said, agency_id=happened.agency_id, facts=facts)


def _take_back(happened: Happening, by: Actor, facts: Answers) -> None:
    """Forget what an act that was taken back had brought: the acceptance, the slip, what was to be paid."""
    was = str(facts.get("step"))
    slip = SLIPS.get(was, "")
    accepted_at = Dossier.objects.filter(case_id=happened.case_id).values_list("accepted_at", flat=True).first()
    # Its clock stands as before the acceptance: nothing was received yet.
    unbegun = happened.step == states.NEW or (accepted_at is not None and happened.received_at < accepted_at)
    if was in (states.ACCEPTED, states.IN_PROGRESS) and accepted_at is not None and unbegun:
        Dossier.objects.filter(case_id=happened.case_id).update(accepted_at=None)
        slip = "receipt"
    if slip:
        actions_slips.withdraw(by=by, case_id=happened.case_id, kind=slip, at=happened.at)
    if was == states.TO_PAY:
        actions_money.withdraw_due(by=by, case_id=happened.case_id, reason="taken_back")
