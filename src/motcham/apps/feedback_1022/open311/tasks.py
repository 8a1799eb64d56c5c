"""What time does here: the exchange with other installations."""

from motcham.apps.feedback_1022.open311.exchange import due
from motcham.kernel.sweeps import Sweep

sweep_exchange = Sweep("open311.exchange", every=15, run=due)
