"""What the worker does for the figures."""

from __future__ import annotations

from motcham.blocks.indicators.actions import sweep
from motcham.kernel.sweeps import Sweep

sweep_fold = Sweep("indicators.fold", every=0.5, run=sweep)
