"""The verbs of figures: read what was counted, rank it, fold what waits, and count everything anew."""

from motcham.blocks.indicators.actions import fold, recompute
from motcham.blocks.indicators.queries import arrivals, by_day, by_key, by_type, handling, months, of, version
from motcham.blocks.indicators.rules import group_of, median_hours, rank, step_of, wilson

__all__ = [
    "arrivals",
    "by_day",
    "by_key",
    "by_type",
    "fold",
    "group_of",
    "handling",
    "median_hours",
    "months",
    "of",
    "rank",
    "recompute",
    "step_of",
    "version",
    "wilson",
]
