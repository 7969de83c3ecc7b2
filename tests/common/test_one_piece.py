"""Calls at every depth stay in one piece of the stack; without it some depth asks the system for memory at each call."""

from __future__ import annotations

import inspect
import resource
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest

from common.one_piece import in_one_piece

DEPTHS = range(250)
CALLS = 300


def leaf(first: int, second: int) -> int:
    third, fourth = first + second, first - second
    return third * fourth


def faults_at(depth: int) -> int:
    """Pages that the system handed out while so many calls deep a loop calls a function."""
    if depth:
        return faults_at(depth - 1)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_minflt
    for number in range(CALLS):
        leaf(number, 1)
    return resource.getrusage(resource.RUSAGE_SELF).ru_minflt - before


def most_faults(count: Callable[[int], int]) -> int:
    """At the depth where it is most, in a thread of its own: tests themselves run in one piece."""

    def measured() -> int:
        for depth in DEPTHS:  # what is touched for the first time is not what this measures
            count(depth)
        return max(map(count, DEPTHS))

    with ThreadPoolExecutor(1) as beside:
        return beside.submit(measured).result()


def test_no_depth_pays_for_its_calls() -> None:
    assert most_faults(in_one_piece(faults_at)) < CALLS / 10


def test_without_it_some_depth_pays_for_each_call() -> None:
    """The control: when this fails, CPython keeps its pieces by itself and `one_piece` can go."""
    assert most_faults(faults_at) >= CALLS


def test_the_function_stays_what_it_was() -> None:
    roomy = in_one_piece(leaf)
    assert roomy(3, 1) == leaf(3, 1) == 8
    assert roomy(first=3, second=1) == 8
    assert (roomy.__name__, inspect.signature(roomy)) == ("leaf", inspect.signature(leaf))


def test_what_goes_wrong_inside_comes_out() -> None:
    def refuses() -> None:
        raise ValueError("as ever")

    with pytest.raises(ValueError, match="as ever"):
        in_one_piece(refuses)()
