"""The arithmetic of measurements."""

from __future__ import annotations

import pytest

from bench.figures import Block, Sample, figures, percentile, ratio_of_medians, ratio_of_rates, table


def block(*milliseconds: float, elapsed: float = 1.0, queries: int = 5, size: int = 100) -> Block:
    return Block(elapsed, tuple(Sample(ms / 1000, queries, size) for ms in milliseconds))


@pytest.mark.parametrize(
    ("values", "percent", "wanted"),
    [([3.0], 95, 3.0), ([1.0, 2.0, 3.0, 4.0], 50, 2.0), (list(range(1, 101)), 95, 95), (list(range(1, 21)), 95, 19), ([2.0, 1.0], 100, 2.0)],
)  # fmt: skip
def test_a_percentile_is_the_smallest_value_that_so_many_do_not_exceed(
    values: list[float], percent: float, wanted: float
) -> None:
    assert percentile(values, percent) == wanted


@pytest.mark.parametrize(("values", "percent"), [([], 95), ([1.0], 0), ([1.0], 101)])
def test_a_percentile_of_nothing_is_refused(values: list[float], percent: float) -> None:
    with pytest.raises(ValueError):
        percentile(values, percent)


def test_blocks_are_taken_together_and_the_time_between_them_does_not_count() -> None:
    found = figures([block(10, 20, 30, elapsed=0.5), block(40, 1000, elapsed=1.5, queries=7)])
    assert (found.requests, found.median, found.p95, found.per_second) == (5, 30.0, 1000.0, 2.5)
    assert (found.queries, found.size) == (5, 100)


def test_a_ratio_compares_what_is_answered_in_the_same_time() -> None:
    bare, page = figures([block(1, 1, 1, 1, elapsed=1)]), figures([block(4, elapsed=1)])
    assert ratio_of_rates(page, bare) == 0.25
    assert ratio_of_rates(bare, bare) == 1


def test_a_disturbance_that_falls_on_both_of_a_pair_changes_no_ratio() -> None:
    small, large = [block(10), block(10), block(80)], [block(11), block(11), block(88)]
    assert ratio_of_medians(large, small) == pytest.approx(1.1)


def test_blocks_that_are_no_pairs_are_refused() -> None:
    with pytest.raises(ValueError):
        ratio_of_medians([block(1)], [])
    with pytest.raises(ValueError):
        ratio_of_medians([], [])


def test_the_table_shows_each_kind_beside_the_bare_view() -> None:
    rows = {"bare view": figures([block(1, 1, elapsed=0.1)]), "inbox": figures([block(2, elapsed=0.1, size=12_345)])}
    lines = table(rows, "bare view").splitlines()
    assert lines[2] == "| bare view | 2 | 1.0 | 1.0 | 20.0 | 1.00 | 5 | 100 |"
    assert lines[3] == "| inbox | 1 | 2.0 | 2.0 | 10.0 | 0.50 | 5 | 12,345 |"
