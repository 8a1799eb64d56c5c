"""What the worker does for the figures."""

from __future__ import annotations

from motcham.blocks.indicators import actions_closings
from motcham.blocks.indicators.actions import sweep
from motcham.kernel.sweeps import Sweep

sweep_fold = Sweep("indicators.fold", every=0.5, run=sweep)
sweep_close = Sweep("indicators.close_day", every=20, run=actions_closings.sweep)
