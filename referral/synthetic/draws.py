"""Draws that give the same result on every machine and every version of Python.

Python promises that only `Random.random()` keeps its sequence, so everything here is made from it alone.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from random import Random
from typing import TypeVar

T = TypeVar("T")


def chance(rng: Random, share: float) -> bool:
    """True in `share` (0 to 1) of all draws."""
    return rng.random() < share


def between(rng: Random, lowest: int, highest: int) -> int:
    """A whole number from `lowest` to `highest`, both included."""
    return lowest + int(rng.random() * (highest - lowest + 1))


def pick(rng: Random, choices: Sequence[T]) -> T:
    """One of the choices, each as likely as the others."""
    return choices[int(rng.random() * len(choices))]


def weighted(rng: Random, shares: Mapping[T, int]) -> T:
    """One of the keys, as likely as its share of the sum says. The order of the mapping is part of the result."""
    point = rng.random() * sum(shares.values())
    for choice, share in shares.items():
        point -= share
        if point < 0:
            return choice
    return choice  # rounding at the very end


def some(rng: Random, choices: Sequence[T], count: int) -> tuple[T, ...]:
    """`count` different choices, in the order in which the sequence has them."""
    left = list(range(len(choices)))
    taken = [left.pop(int(rng.random() * len(left))) for _ in range(min(count, len(choices)))]
    return tuple(choices[place] for place in sorted(taken))
