"""Writes: issue a result that an agency signs, withdraw one that was wrong."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.utils import timezone

from motcham.blocks.documents import actions_orders, agency_keys, events, queries_results, rules
from motcham.blocks.documents.define import AlreadyWithdrawn, HasRef, NoResult, ReasonNeeded, ResultView, Withdrawn
from motcham.blocks.documents.models import Result
from motcham.blocks.ledger import api as ledger

LONGEST_REASON = 500


@transaction.atomic
def issue(
    *,
    template: str,
    facts: Mapping[str, Any],
    title: str,
    agency_code: str,
    agency_name: str,
    owner: str,
    by: HasRef,
    holder: str = "",
    filename: str = "",
) -> ResultView:
    """Issue a result: it has its code at once; the worker prints it, signs it for the agency and keeps it. Raises NoAgencyKey.

    `title` is shown to whoever has the code, so it names the kind of paper and no person.
    """
    agency_keys.newest(agency_code)
    result = Result(
        code=rules.new_code(),
        title=title,
        agency_code=agency_code,
        agency_name=agency_name,
        owner=owner,
        issued_at=timezone.now(),
    )
    payload = {"title": title, "agency": agency_code, "owner": owner, "by": by.ref}
    receipt = ledger.append(kind="document.issued", subject=f"result:{result.code}", payload=payload)
    result.entry_id = receipt.entry_id
    result.save(force_insert=True)
    actions_orders.order(
        template=template, facts=facts, owner=owner, by=by, filename=filename or title, holder=holder, result=result
    )
    return queries_results.view(result)


@transaction.atomic
def withdraw(*, code: str, reason: str, by: HasRef) -> ResultView:
    """Withdraw a wrong result; its page says so, since when and why. The file stays; who may is decided by the owning block."""
    result = Result.objects.select_for_update().filter(code=rules.read_code(code)).first()
    if result is None:
        raise NoResult()
    if result.withdrawn_at:
        raise AlreadyWithdrawn()
    if not (words := reason.strip()[:LONGEST_REASON]):
        raise ReasonNeeded()
    result.withdrawn_at, result.withdrawn_reason = timezone.now(), words
    payload = {"reason": words, "agency": result.agency_code, "owner": result.owner, "by": by.ref}
    receipt = ledger.append(kind="document.withdrawn", subject=f"result:{result.code}", payload=payload)
    result.entry_id = receipt.entry_id
    result.save(update_fields=["withdrawn_at", "withdrawn_reason", "entry_id"])
    view = queries_results.view(result)
    events.withdrawn.publish(Withdrawn(result.owner, view, by))
    return view
