"""Pure figures: intervals, medians, ranks, classes."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from math import sqrt
from statistics import NormalDist

from hypothesis import given
from hypothesis import strategies as st

from motcham.blocks.indicators import rules
from motcham.blocks.indicators.define import Counts

buckets = st.dictionaries(st.integers(0, len(rules.EDGES) - 1), st.integers(0, 50), max_size=8)


@given(total=st.integers(1, 10**7), share=st.floats(0, 1))
def test_the_interval_holds_the_share_and_agrees_with_the_textbook(total: int, share: float) -> None:
    successes = round(total * share)
    low, high = rules.wilson(successes, total)
    z, p = float(rules.Z95), successes / total
    middle = (p + z * z / (2 * total)) / (1 + z * z / total)
    half = z / (1 + z * z / total) * sqrt(p * (1 - p) / total + z * z / (4 * total * total))
    assert low <= Fraction(successes, total) + Fraction(1, 10**20) and high >= Fraction(successes, total) - Fraction(1, 10**20)
    assert abs(float(low) - max(middle - half, 0)) < 1e-9 and abs(float(high) - min(middle + half, 1)) < 1e-9


def test_the_quantiles_are_those_of_the_normal_distribution() -> None:
    assert abs(float(rules.Z95) - NormalDist().inv_cdf(0.975)) < 1e-5
    assert abs(float(rules.Z90) - NormalDist().inv_cdf(0.95)) < 1e-5


def test_without_cases_nothing_is_known() -> None:
    assert rules.wilson(0, 0) == (0, 1)
    assert rules.median_hours({}) is None
    assert rules.step_of(None) is None


@given(buckets)
def test_the_median_lies_in_the_bucket_that_holds_the_middle_case(counts: dict[int, int]) -> None:
    median = rules.median_hours(counts)
    hours = sorted(edge for bucket, n in counts.items() for edge in [rules.EDGES[bucket]] * n)
    if not hours:
        assert median is None
        return
    assert median is not None
    lower, upper = hours[(len(hours) - 1) // 2], hours[len(hours) // 2]
    top = rules.EDGES[min(rules.EDGES.index(upper) + 1, len(rules.EDGES) - 1)]
    assert lower <= median <= max(top, upper)


def test_the_median_is_placed_in_its_bucket_in_proportion() -> None:
    assert rules.median_hours({1: 4}) == Fraction(3, 2)
    assert rules.median_hours({len(rules.EDGES) - 1: 3}) == rules.EDGES[-1]


def test_classes_begin_at_their_lower_edge() -> None:
    assert [rules.step_of(Fraction(n, 100)) for n in (69, 70, 80, 90, 95, 98, 100)] == [0, 1, 2, 3, 4, 5, 5]


def test_each_case_is_decided_once_and_an_open_late_case_counts_against() -> None:
    kept = Counts(received=10, closed=8, on_time=6, late=3)
    assert kept.decided == 9
    assert kept.punctual == Fraction(2, 3)
    assert kept.overdue == 1
    assert kept.pending == 2


def test_only_members_of_like_volume_are_compared() -> None:
    large, small, tiny = Counts(on_time=900, late=100), Counts(on_time=30), Counts(on_time=19)
    standings = rules.rank({"large": large, "small": small, "tiny": tiny})
    assert [(each.key, each.rank, each.group) for each in standings] == [("large", 1, 0), ("small", 1, 2)]


def test_equal_shares_share_a_place_and_the_next_one_is_skipped() -> None:
    members = {"a": Counts(on_time=90, late=10), "b": Counts(on_time=180, late=20), "c": Counts(on_time=80, late=20)}
    assert [(each.key, each.rank) for each in rules.rank(members)] == [("b", 1), ("a", 1), ("c", 3)]


@given(st.lists(st.tuples(st.integers(0, 400), st.integers(0, 400)), max_size=30))
def test_a_place_lies_among_those_that_its_interval_allows(members: list[tuple[int, int]]) -> None:
    standings = rules.rank({str(place): Counts(on_time=good, late=bad) for place, (good, bad) in enumerate(members)})
    for group in {each.group for each in standings}:
        among = [each for each in standings if each.group == group]
        for each in among:
            assert 1 <= each.best <= each.rank <= each.worst <= len(among)
            assert each.best == 1 + sum(other.low > each.high for other in among)
            assert each.worst == len(among) - sum(other.high < each.low for other in among)


def test_arithmetic_does_not_depend_on_the_surrounding_context() -> None:
    from decimal import localcontext

    plain = rules.wilson(938, 1000)
    with localcontext() as context:
        context.prec = 5
        assert rules.wilson(938, 1000) == plain
    assert isinstance(rules.Z95, Decimal)
