"""What time does to documents: what was never attached goes after a day, or with the form it was sent for, with its files."""

from __future__ import annotations

import itertools

from django.utils import timezone

from motcham.blocks.documents import actions
from motcham.blocks.documents.define import KEPT_UNATTACHED
from motcham.kernel.erasers import Eraser
from motcham.kernel.sweeps import Sweep
from motcham.kernel.terms import LegalBasis

_prefixes = itertools.cycle(f"{number:02x}" for number in range(256))


def erase_unattached() -> int:
    """Erase one batch of documents that nobody attached."""
    return actions.erase_unattached(before=timezone.now() - KEPT_UNATTACHED)


def sweep_files() -> int:
    """Look through one of the 256 folders; all of them take less than a day."""
    actions.sweep_files(prefix=next(_prefixes), before=timezone.now() - KEPT_UNATTACHED)
    return 0


sweep_unattached = Sweep("documents.unattached", every=600, run=erase_unattached)
sweep_orphans = Sweep("documents.orphans", every=300, run=sweep_files)
eraser = Eraser(
    key="documents.unattached",
    tables=("documents_document",),
    what="Files that were sent and never attached; attached ones go with their owner",
    retention="24 hours; those of a form that somebody has begun as long as the form",
    legal_basis=LegalBasis("91/2025/QH15", trust="memory"),
    run=erase_unattached,
)
