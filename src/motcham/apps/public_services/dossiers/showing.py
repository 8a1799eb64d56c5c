"""What the page of a dossier shows beside what every case has: its papers, its money, its results, reports about it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from motcham.apps.public_services import data_used, states
from motcham.apps.public_services.dossiers import actions_after, actions_money, actions_slips, money, results
from motcham.apps.public_services.dossiers.following import follow
from motcham.apps.public_services.dossiers.models import Dossier, Link, Slip
from motcham.blocks.cases import api as cases
from motcham.blocks.cases.define import CLOSED, CaseView, Panel, Panels, type_of
from motcham.blocks.documents.define import ResultView
from motcham.blocks.identity import api as identity
from motcham.blocks.identity.define import Actor, Permission
from motcham.blocks.payments import api as payments
from motcham.blocks.payments.define import Bill, BillState, Fee
from motcham.kernel.terms import Words
from motcham.ui import formats

NO_RESULT, NOT_GRANTED = ("refused", "stopped", "withdrawn"), ("refused", "stopped")
"""Outcomes without the result that was paid for, and those among them in which the agency did not grant it."""
CHANNELS = {
    1: pgettext_lazy("dossier", "at a counter"),
    2: pgettext_lazy("dossier", "online"),
    3: pgettext_lazy("dossier", "by post"),
}
ABOUT = frozenset(each.key for each in actions_after.ABOUT)
BILLS = {
    BillState.DUE: (_("Not paid yet"), "near", "pie"),
    BillState.PAID: (_("Paid"), "ok", "check"),
    BillState.FREE: (_("Free of charge"), "ok", "check"),
}


def panels(view: CaseView, officer: Actor | None) -> Iterator[Panel]:
    """Return what is added to the page of a dossier, and to that of a report about one."""
    if officer is None and view.seen_by != "filer":
        return
    # Most pages are of other cases: nothing is asked of the database for those.
    if view.parent_id and officer is not None:
        yield from _part(view, officer)
    elif type_of(view.line).follows is follow:
        row = Dossier.objects.filter(case_id=view.line.id).first()
        if row is not None:
            yield Panel("dossiers/panel.html", _dossier(row, view, officer))
    elif view.line.type_key == actions_after.REPORT and view.line.category in ABOUT:
        yield from _about(view, officer)


def _about(view: CaseView, officer: Actor | None) -> Iterator[Panel]:
    """Return which dossier a report is about, where it is about one."""
    link = Link.objects.filter(report_id=view.line.id).first()
    about = Dossier.objects.filter(case_id=link.dossier_id).first() if link else None
    if link and about:
        yield Panel("dossiers/about.html", {"code": about.code, "case_id": about.case_id if officer else None, "why": link.why})


def _part(view: CaseView, officer: Actor) -> Iterator[Panel]:
    """Return of which dossier a case is a part, for the agency that settles the part: it reads no more of the whole."""
    row = Dossier.objects.filter(case_id=view.parent_id).first() if view.parent_id else None
    if row is None or view.parent_id is None:
        return
    all_of_it = cases.case_by_id(view.parent_id, actor=actions_money.HOUSE)
    whole = all_of_it.line
    about = {
        "number": row.code,
        "title": whole.title,
        "agency": identity.agency(id=whole.agency_id).official_name,
        "step": type_of(whole).step(whole.step).label,
        "due_at": whole.due_at,
        "was_asked": any(states.ASKED in each.clock.get("visits", {}) for each in (whole, *all_of_it.sub_cases)),
        "may_ask": view.line.step == states.IN_PROGRESS,
    }
    yield Panel("dossiers/part.html", about)
    may_draw = results.may_draw(officer, view)
    yield Panel("dossiers/panel.html", {"results": list(_results(view, officer)), "may_draw": may_draw, "case_id": view.line.id})


def _dossier(row: Dossier, view: CaseView, officer: Actor | None) -> dict[str, Any]:
    bills = [each for each in actions_money.bills_of(row.case_id) if each.state in BILLS]
    return {
        "is_officer": officer is not None,
        "case_id": row.case_id,
        "code": view.code,
        "slips": list(_slips(row, view, officer)),
        "results": list(_results(view, officer)),
        "may_draw": officer is not None and results.may_draw(officer, view),
        "cost": "" if bills else _cost(row, view),
        "bills": [_bill(each, officer, view.line.agency_id) for each in bills],
        "to_pay_first": view.line.state != CLOSED and _is_unpaid(row, bills),
        "waits_by": _waits_by(row),
        "exempt": list(_exempt(row, view, officer, bills)),
        "pay_back": _pay_back(view, bills) if officer is not None else 0,
        "kept_by": money.kept_by(row) if view.outcome in NOT_GRANTED else "",
        "used": data_used.names(row.sources),
        "counted": list(_counted(row)) if officer is not None else [],
        "reports": list(_reports(row, officer)),
        "may_report": officer is None and actions_after.is_there() and not view.line.synthetic,
        "to_rate": officer is None and view.line.state == CLOSED and view.rating is None and actions_after.is_there(),
        "control": reverse("dossiers:control", args=[row.case_id]) if officer is not None else "",
    }


def _slips(row: Dossier, view: CaseView, officer: Actor | None) -> Iterator[dict[str, Any]]:
    for each in Slip.objects.filter(case_id=row.case_id).order_by("at", "id"):
        if officer is not None:
            href = reverse("dossiers:slip", args=[row.case_id, each.id])
        else:
            href = "" if each.withdrawn_at else reverse("dossiers:slip_of_code", args=[view.code, each.id])
        yield {"name": actions_slips.name_of(each.kind, row.on), "at": each.at, "href": href, "withdrawn_at": each.withdrawn_at}


def _results(view: CaseView, officer: Actor | None) -> Iterator[dict[str, Any]]:
    for each in results.results_of(view):
        name, key = ("dossiers:result", view.line.id) if officer is not None else ("dossiers:result_of_code", view.code)
        may_withdraw = officer is not None and results.may_withdraw(officer, view, each)
        yield {
            "result": each,
            "href": reverse(name, args=[key, each.code]),
            "verify": reverse("documents:result", args=[each.code]),
            "withdraw": reverse("dossiers:withdraw_result", args=[view.line.id, each.code]) if may_withdraw else "",
            "state": _standing(each),
        }


def _standing(result: ResultView) -> tuple[object, str, str]:
    if result.withdrawn_at:
        return _("Withdrawn: it does not count any more"), "late", "late"
    return (pgettext_lazy("result", "Signed"), "ok", "check") if result.signed_at else (_("Being signed"), "near", "pie")


def _cost(row: Dossier, view: CaseView) -> str:
    """Return what a dossier costs and why, before there is a bill; nothing where it ended without any."""
    return money.said(money.quote_of(row, view.answers)) if view.line.state != CLOSED else ""


def _bill(bill: Bill, officer: Actor | None, agency_id: int) -> dict[str, Any]:
    words, tone, sign = BILLS[bill.state]
    reads = officer is not None and officer.may(Permission.PAYMENT_READ, agency_id=agency_id)
    href = (
        reverse("payments:desk_bill", args=[bill.id]) if reads else "" if officer else reverse("payments:bill", args=[bill.code])
    )
    return {
        "total": bill.total,
        "items": [(each.words, each.amount, payments.why_item(each)) for each in bill.items],
        "words": words,
        "tone": tone,
        "sign": sign,
        "href": href,
        "is_due": bill.state is BillState.DUE,
        "receipt": reverse("payments:receipt", args=[bill.receipt_code]) if bill.receipt_code else "",
        "refunded": bill.refunded,
    }


def _is_unpaid(row: Dossier, bills: list[Bill]) -> bool:
    """Tell whether a fee that was to be paid with the filing was not paid yet."""
    return any(each.state is BillState.DUE for each in bills) and money.is_prepaid_of(row)


def _waits_by(row: Dossier) -> str:
    """Return by what the acceptance waits for the payment; empty where it does not."""
    first = money.comes_first_of(row)
    return str(first.basis) if first else ""


def _exempt(row: Dossier, view: CaseView, officer: Actor | None, bills: list[Bill]) -> Iterator[tuple[str, Words, Fee]]:
    """Return for which classes of people an officer may take back a fee that was billed, and by which rule."""
    may = officer is not None and officer.may(Permission.CASE_ACT, agency_id=view.line.agency_id)
    if may and view.line.state != CLOSED and any(map(money.is_fee_due, bills)):
        found = money.exemptions(row, view.answers)
        yield from ((each.key, each.label, found[each.key]) for each in states.EXEMPT if each.key in found)


def _counted(row: Dossier) -> Iterator[tuple[Words, Words]]:
    """Return what Decision 766 counts of a dossier, as it was recorded; what nobody recorded is said to be unknown."""
    yield _("Way of handing in"), CHANNELS[row.channel]
    yield _("Papers"), formats.number(row.papers)
    yield _("of them as files"), formats.number(row.digitised)
    yield _("of them used again"), formats.number(row.reused)
    yield _("Applicant known by an electronic identity"), _yes_or_no(row.is_known_by_vneid)
    yield _("Electronic result"), _yes_or_no(row.electronic_result)
    yield _("Fee paid online"), _yes_or_no(None if row.payment is None else row.payment > 0)
    yield _("National portal told"), formats.moment(row.synced_at) if row.synced_at else _("not yet")


def _yes_or_no(value: bool | None) -> Words:
    return _("not known") if value is None else _("Yes") if value else _("No")


def _pay_back(view: CaseView, bills: list[Bill]) -> int:
    """Return how much was paid for a dossier that ended without its result: whether it goes back is a question to the officer,
    for no rule that would answer it is known."""
    if view.outcome not in NO_RESULT:
        return 0
    return sum(each.total - each.refunded for each in bills if each.state is BillState.PAID)


def _reports(row: Dossier, officer: Actor | None) -> Iterator[dict[str, Any]]:
    links = list(Link.objects.filter(dossier_id=row.case_id).order_by("at"))
    # What an officer may not read, a report that only the closed desk sees, is not there for them at all.
    seen = cases.lines(actor=officer, case_ids=[each.report_id for each in links]) if officer is not None and links else {}
    for each in links:
        if officer is not None and each.report_id not in seen:
            continue
        href = reverse("cases:case", args=[each.report_id]) if officer is not None else _tracked(each.report_id)
        yield {"href": href, "at": each.at, "is_rating": each.why == Link.Why.RATED}


def _tracked(report_id: UUID) -> str:
    """Return where whoever holds the code of a dossier follows what they reported about it."""
    return reverse("cases:case_of_code", args=[cases.case_by_id(report_id, actor=actions_money.HOUSE).code])


dossier_panels = Panels("dossiers", panels)
