"""Pure figures: intervals, medians, ranks and classes; exact, or in decimal arithmetic that is the same everywhere."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
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
    return quantile_hours(buckets, Fraction(1, 2))


def quantile_hours(buckets: Mapping[int, int], share: Fraction) -> Fraction | None:
    """Return the time within which this share of the cases was handled, placed within its bucket as the median is.

    >>> quantile_hours({0: 9, 11: 1}, Fraction(9, 10))
    Fraction(1, 1)
    """
    total = sum(buckets.values())
    if total <= 0:
        return None
    before, wanted = 0, total * share
    for bucket in sorted(buckets):
        inside = buckets[bucket]
        if inside and before + inside >= wanted:
            low = EDGES[bucket]
            high = EDGES[bucket + 1] if bucket + 1 < len(EDGES) else low
            return low + (wanted - before) / inside * (high - low)
        before += inside
    return None


def step_of(value: Fraction | None, edges: Sequence[Fraction] = CLASSES) -> int | None:
    """Return the class of the map in which a value lies, 0 (lowest) up to the number of edges; None where there is none."""
    return None if value is None else sum(value >= edge for edge in edges)


def edges_of(values: Sequence[Fraction], classes: int = 6) -> tuple[Fraction, ...]:
    """Return edges that part values into classes of about as many members, rounded to two digits so that people can read them.

    >>> edges_of([Fraction(n) for n in range(1, 601)])
    (Fraction(100, 1), Fraction(200, 1), Fraction(300, 1), Fraction(400, 1), Fraction(500, 1))
    """
    ordered = sorted(values)
    if not ordered:
        return ()
    found = {_two_digits(ordered[len(ordered) * place // classes]) for place in range(1, classes)}
    # An edge at or under the least value would make a class with nobody in it.
    return tuple(sorted(edge for edge in found if edge > ordered[0]))


def _two_digits(value: Fraction) -> Fraction:
    unit = Fraction(1)
    while abs(value) >= 100 * unit:
        unit *= 10
    while 0 < abs(value) < 10 * unit:
        unit /= 10
    return Fraction(int(value / unit + Fraction(1, 2))) * unit


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
        surely_before = len(lows) - bisect_right(lows, float(high))
        surely_after = bisect_left(highs, float(low))
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
