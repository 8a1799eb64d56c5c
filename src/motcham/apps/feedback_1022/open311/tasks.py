"""What time does here: the exchange with other installations, and photos that were named by their address."""

from motcham.apps.feedback_1022.open311 import exchange, photos
from motcham.kernel.sweeps import Sweep

sweep_exchange = Sweep("open311.exchange", every=15, run=exchange.due)
sweep_photos = Sweep("open311.photos", every=10, run=photos.due)
