"""Lets dossiers follow the money and their results, and put their parts on the pages of cases."""

from __future__ import annotations

from motcham.apps.public_services.dossiers import actions_money, actions_results, money
from motcham.apps.public_services.dossiers.showing import dossier_panels
from motcham.blocks.documents import api as documents
from motcham.blocks.documents.define import Withdrawn
from motcham.blocks.identity.define import Actor
from motcham.blocks.payments import api as payments
from motcham.blocks.payments.define import Paid, PaidBack

__all__ = ["dossier_panels"]


@payments.paid.within
def take_on(settled: Paid) -> None:
    """Take a dossier on whose bill was paid, in the transaction that settles the bill."""
    actions_money.paid(by=actions_money.HOUSE, settled=settled)


@payments.paid_back.within
def note_paid_back(gone: PaidBack) -> None:
    """Write beside a dossier that money of it went back."""
    actions_money.paid_back(by=actions_money.HOUSE, gone=gone)


@documents.withdrawn.within
def note_withdrawn(gone: Withdrawn) -> None:
    """Write beside a dossier that a result of it does not count any more, whether an officer or the operator withdrew it."""
    case_id = money.dossier_of(gone.owner)
    if case_id:
        by = gone.by if isinstance(gone.by, Actor) else actions_money.HOUSE
        actions_results.note_withdrawn(by=by, case_id=case_id, result=gone.result)
