"""What other blocks can follow."""

from motcham.blocks.payments.define import Paid, PaidBack
from motcham.kernel.events import Event

paid: Event[Paid] = Event("payments.paid")
paid_back: Event[PaidBack] = Event("payments.paid_back")
