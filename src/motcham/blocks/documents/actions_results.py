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
    """Give a result its code and order it to be printed and signed; NoAgencyKey where the agency cannot sign at all."""
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
    """Say of a result that it no longer counts, and why; its page tells so from now on. The file itself stays."""
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
