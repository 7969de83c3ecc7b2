"""Arithmetic of measurements: medians, percentiles, rates, ratios, and the table that shows them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import ceil
from statistics import median


@dataclass(frozen=True, slots=True)
class Sample:
    """One answered request: how long it took, and what the server says it cost."""

    seconds: float
    queries: int
    size: int


@dataclass(frozen=True, slots=True)
class Block:
    """Requests of one kind made in one stretch, `elapsed` seconds from the first to the last answer."""

    elapsed: float
    samples: tuple[Sample, ...]


@dataclass(frozen=True, slots=True)
class Figures:
    """What is told of one kind of request. Times are in milliseconds; `queries` and `size` are medians."""

    requests: int
    median: float
    p95: float
    per_second: float
    queries: int
    size: int


def percentile(values: Sequence[float], percent: float) -> float:
    """The smallest value that at least `percent` of the values do not exceed (nearest rank).

    Raises ValueError for no values or a percentage outside 0 to 100.
    """
    if not values or not 0 < percent <= 100:
        raise ValueError("A percentile needs values, and a percentage above 0 and at most 100.")
    return sorted(values)[ceil(len(values) * percent / 100) - 1]


def figures(blocks: Sequence[Block]) -> Figures:
    """The blocks of one kind of request taken together. The rate counts only the time inside the blocks."""
    samples = [sample for block in blocks for sample in block.samples]
    times = [sample.seconds * 1000 for sample in samples]
    return Figures(
        requests=len(samples),
        median=median(times),
        p95=percentile(times, 95),
        per_second=len(samples) / sum(block.elapsed for block in blocks),
        queries=round(median(sample.queries for sample in samples)),
        size=round(median(sample.size for sample in samples)),
    )


def ratio_of_rates(found: Figures, beside: Figures) -> float:
    """How many of these requests are answered in the time of one of the others."""
    return found.per_second / beside.per_second


def ratio_of_medians(one: Sequence[Block], other: Sequence[Block]) -> float:
    """How much longer `one` takes than `other`, when both were measured in turn, block beside block.

    The median of the ratios of neighbouring blocks: whatever slowed the machine down for a while slowed both of a pair.
    """
    if not one or len(one) != len(other):
        raise ValueError("Blocks that were measured in turn come in pairs.")
    return median(_median(first) / _median(second) for first, second in zip(one, other, strict=True))


def _median(block: Block) -> float:
    return median(sample.seconds for sample in block.samples)


def table(rows: Mapping[str, Figures], beside: str) -> str:
    """The rows as a Markdown table, each with its ratio to the row named `beside`."""
    lines = [
        "| request | requests | median ms | p95 ms | per second | of bare | queries | bytes |",
        "|---|--:|--:|--:|--:|--:|--:|--:|",
    ]
    lines += [
        f"| {name} | {row.requests} | {row.median:.1f} | {row.p95:.1f} | {row.per_second:.1f} "
        f"| {ratio_of_rates(row, rows[beside]):.2f} | {row.queries} | {row.size:,} |"
        for name, row in rows.items()
    ]
    return "\n".join(lines)
