"""What time does to dossiers: pages of what was declared are ordered after the filing."""

from __future__ import annotations

from motcham.apps.public_services.dossiers import actions_slips
from motcham.apps.public_services.dossiers.actions_money import HOUSE
from motcham.kernel.sweeps import Sweep


def declare() -> int:
    """Order some of the pages that wait."""
    return actions_slips.declare(by=HOUSE)


sweep_declarations = Sweep("dossiers.declarations", every=1, run=declare)
