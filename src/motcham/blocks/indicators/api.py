"""The verbs of figures: read what was counted, rank it, fold what waits, and count everything anew."""

from motcham.blocks.indicators.actions import fold, recompute
from motcham.blocks.indicators.actions_closings import close_day
from motcham.blocks.indicators.queries import (
    arrivals,
    arrivals_between,
    between,
    by_day,
    by_key,
    by_month,
    closing,
    handling,
    months,
    up_to,
    version,
)
from motcham.blocks.indicators.rules import edges_of, group_of, median_hours, quantile_hours, rank, step_of, wilson

__all__ = [
    "arrivals",
    "arrivals_between",
    "between",
    "by_day",
    "by_key",
    "by_month",
    "close_day",
    "closing",
    "edges_of",
    "fold",
    "group_of",
    "handling",
    "median_hours",
    "months",
    "quantile_hours",
    "rank",
    "recompute",
    "step_of",
    "up_to",
    "version",
    "wilson",
]
