"""What other blocks can follow."""

from motcham.blocks.payments.define import Paid
from motcham.kernel.events import Event

paid: Event[Paid] = Event("payments.paid")
