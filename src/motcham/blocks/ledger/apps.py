"""The Django app of the block."""

from django.apps import AppConfig


class LedgerConfig(AppConfig):
    """The tables are named ledger_…"""

    name = "motcham.blocks.ledger"
    label = "ledger"
