"""What time does to documents: pages that were ordered are printed; what was never attached goes after a day; old links go."""

from __future__ import annotations

import itertools
from datetime import timedelta

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from motcham.blocks.documents import actions, actions_orders, actions_shares
from motcham.blocks.documents.define import KEPT_UNATTACHED
from motcham.kernel.erasers import Eraser
from motcham.kernel.sweeps import Sweep
from motcham.kernel.terms import LegalBasis

SHARES_KEPT = timedelta(days=180)
_prefixes = itertools.cycle(f"{number:02x}" for number in range(256))


def erase_unattached() -> int:
    """Erase one batch of documents that nobody attached."""
    return actions.erase_unattached(before=timezone.now() - KEPT_UNATTACHED)


def sweep_files() -> int:
    """Look through one of the 256 folders; all of them take less than a day."""
    actions.sweep_files(prefix=next(_prefixes), before=timezone.now() - KEPT_UNATTACHED)
    return 0


def print_orders() -> int:
    """Print some of the pages that were ordered."""
    return actions_orders.fulfil()


def erase_shares() -> int:
    """Erase links that ended long ago, with the looks through them."""
    return actions_shares.erase_ended(before=timezone.now() - SHARES_KEPT)


sweep_orders = Sweep("documents.orders", every=0.5, run=print_orders)
sweep_unattached = Sweep("documents.unattached", every=600, run=erase_unattached)
sweep_orphans = Sweep("documents.orphans", every=300, run=sweep_files)
eraser = Eraser(
    key="documents.unattached",
    tables=("documents_document", "documents_order"),
    what=_(
        "Files that were sent and never attached; attached ones go with their owner, and so do the facts of pages not printed yet"
    ),
    retention=_("24 hours; those of a form that somebody has begun as long as the form"),
    legal_basis=LegalBasis("91/2025/QH15", trust="memory"),
    run=erase_unattached,
)
share_eraser = Eraser(
    key="documents.shares",
    tables=("documents_share", "documents_sharelook"),
    what=_("Links to papers of a wallet, with the times of looks through them; they go with their paper at the latest"),
    retention=_("180 days after the link ended"),
    legal_basis=LegalBasis("91/2025/QH15", trust="memory"),
    run=erase_shares,
)
