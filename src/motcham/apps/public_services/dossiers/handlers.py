"""Lets dossiers follow the money, and put their parts on the pages of cases."""

from __future__ import annotations

from motcham.apps.public_services.dossiers import actions_money
from motcham.apps.public_services.dossiers.showing import dossier_panels
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
