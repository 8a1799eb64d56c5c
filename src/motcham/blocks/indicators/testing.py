"""What tests of other blocks need of the figures."""

from __future__ import annotations

from motcham.blocks.indicators import actions


def counted() -> None:
    """Fold all that waits, as the worker does within half a second."""
    while actions.fold():
        pass
