"""Pure figures: intervals, medians, ranks and classes; exact, or in decimal arithmetic that is the same everywhere."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Context, Decimal
from fractions import Fraction

from motcham.blocks.indicators.define import GROUPS, Counts, Standing

# Lower edges in hours of the buckets by which handling time is kept, from receipt to answer, days off included.
EDGES = (
    0, 1, 2, 3, 4, 6, 8, 10, 12, 16, 20, 24, 30, 36, 42, 48, 60, 72, 84, 96, 108, 120, 144, 168, 192, 216, 240,
    288, 336, 384, 432, 480, 600, 720, 960, 1200, 1440, 2160,
)  # fmt: skip
Z95 = Decimal("1.95996")
Z90 = Decimal("1.64485")
CLASSES = (Fraction(70, 100), Fraction(80, 100), Fraction(90, 100), Fraction(95, 100), Fraction(98, 100))

_EXACTLY = Context(prec=28)


def wilson(successes: int, total: int, z: Decimal = Z95) -> tuple[Fraction, Fraction]:
    """Return the Wilson interval of a share, to 28 decimal digits, the same on every machine.

    >>> [round(float(bound), 4) for bound in wilson(938, 1000)]
    [0.9213, 0.9513]
    """
    if not total:
        return Fraction(0), Fraction(1)
    c, square = _EXACTLY, _EXACTLY.multiply(z, z)
    spread = c.add(square, c.divide(Decimal(4 * successes * (total - successes)), Decimal(total)))
    half, middle = c.multiply(z, c.sqrt(spread)), c.add(Decimal(2 * successes), square)
    width = c.multiply(Decimal(2), c.add(Decimal(total), square))
    low, high = c.divide(c.subtract(middle, half), width), c.divide(c.add(middle, half), width)
    return max(Fraction(low), Fraction(0)), min(Fraction(high), Fraction(1))


def median_hours(buckets: Mapping[int, int]) -> Fraction | None:
    """Return the median of counts by bucket, placed within its bucket in proportion; the last bucket gives its lower edge.

    >>> median_hours({0: 1, 11: 2, 12: 1})
    Fraction(27, 1)
    """
    total = sum(buckets.values())
    if total <= 0:
        return None
    before, half = 0, Fraction(total, 2)
    for bucket in sorted(buckets):
        inside = buckets[bucket]
        if inside and before + inside >= half:
            low = EDGES[bucket]
            high = EDGES[bucket + 1] if bucket + 1 < len(EDGES) else low
            return low + (half - before) / inside * (high - low)
        before += inside
    return None


def step_of(share: Fraction | None) -> int | None:
    """Return the class of the map in which a share lies, 0 (worst) to 5; None where there is none."""
    return None if share is None else sum(share >= edge for edge in CLASSES)


def group_of(decided: int) -> int | None:
    """Return the volume group, 0 being the largest; None where there are too few cases to rank."""
    return next((place for place, least in enumerate(GROUPS) if decided >= least), None)


def rank(members: Mapping[str, Counts]) -> tuple[Standing, ...]:
    """Rank by the share answered within the limit, among members of like volume, with the places their 90 % interval allows.

    Somebody surely stands before another only where their intervals do not meet; equal shares get equal places.
    """
    groups: dict[int, list[tuple[Fraction, str, Counts, Fraction, Fraction]]] = {}
    for key, counts in members.items():
        place = group_of(counts.decided)
        if place is not None and counts.punctual is not None:
            low, high = wilson(counts.on_time, counts.decided, Z90)
            groups.setdefault(place, []).append((counts.punctual, key, counts, low, high))
    return tuple(each for place in sorted(groups) for each in _ranked(place, groups[place]))


def _ranked(group: int, members: Sequence[tuple[Fraction, str, Counts, Fraction, Fraction]]) -> list[Standing]:
    ordered = sorted(members, key=lambda each: (-each[0], -each[2].decided, each[1]))
    lows, highs = sorted(float(each[3]) for each in ordered), sorted(float(each[4]) for each in ordered)
    standings: list[Standing] = []
    for place, (share, key, counts, low, high) in enumerate(ordered, 1):
        tied = standings and standings[-1].counts.punctual == share
        surely_before = sum(bound > float(high) for bound in lows)
        surely_after = sum(bound < float(low) for bound in highs)
        standings.append(
            Standing(
                key,
                counts,
                low,
                high,
                standings[-1].rank if tied else place,
                1 + surely_before,
                len(ordered) - surely_after,
                group,
            )
        )
    return standings
