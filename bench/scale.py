"""`python -m bench scale`, `wall` and `sweep`: what a full registry costs, and what the second wall does."""

from __future__ import annotations

import json
from secrets import token_urlsafe
from time import perf_counter

from bench.figures import Block, figures, ratio_of_medians
from bench.plan import from_json
from bench.serving import Served
from bench.visitors import Errand, errands

SLUG = "full"
DESKS = {
    "PT": "A desk with the same work in both registries",
    "NG": "A desk whose work has grown with the registry",
}
"""Countries of the filled registry whose focal point reads (`caseload fill`)."""
WALLED = "PT"
WARM, STRETCH = 20, 10
"""Requests before the first round, and of each kind in each round."""


def measure_sweep(host: str, *, open_rungs: int, due_rungs: int) -> None:
    """Print how long the sweep takes for the due ones among those that wait, and for a pass that finds nothing."""
    print(f"Writing {open_rungs:,} reminders that wait and {due_rungs:,} that are due …", flush=True)
    with Served(host, serves=False) as copy:
        found = json.loads(copy.run("-m", "bench.sweeping", str(open_rungs), str(due_rungs)))
    *working, (_none, idle) = found["passes"]
    fired, seconds = sum(fired for fired, _took in working), sum(took for _fired, took in working)
    print(f"\n{fired:,} of {found['waiting']:,} reminders fired in {seconds:.1f} s, {len(working)} pass(es).")
    print(f"The pass after it found nothing due among {found['waiting'] - fired:,} in {1000 * idle:.0f} ms.")


def measure(host: str, *, small: int, large: int, rounds: int, seed: int) -> None:
    """Fill two registries of these sizes, read the same pages of both in turn, and print the ratios of their medians."""
    password = token_urlsafe(12)
    with Served(host, password=password) as one, Served(host, password=password) as other:
        for copy, cases in ((one, small), (other, large)):
            began = perf_counter()
            copy.run("manage.py", "caseload", "fill", "--cases", str(cases), "--seed", str(seed), "--registry", SLUG)
            print(f"{cases:,} cases filled in {perf_counter() - began:.0f} s", flush=True)
        for country, words in DESKS.items():
            here, there = (_errands(copy, country, password) for copy in (one, other))
            print(f"\n{words}, one at a time, {rounds} rounds\n", flush=True)
            print(f"| request | {small:,} cases, median ms | {large:,} cases, median ms | ratio | queries | bytes |")
            print("|---|--:|--:|--:|--:|--:|")
            for name in here:
                print(_row(name, *_pairs(here[name], there[name], rounds)), flush=True)


def measure_wall(host: str, *, cases: int, rounds: int, seed: int) -> None:
    """Fill two registries alike, take the second wall of one away, read the same pages of both in turn, and print the ratios."""
    password = token_urlsafe(12)
    with (
        Served(host, password=password) as shipped,
        Served(host, password=password, settings="bench.settings_lowered") as lowered,
    ):
        for copy in (shipped, lowered):
            copy.run("manage.py", "caseload", "fill", "--cases", str(cases), "--seed", str(seed), "--registry", SLUG)
        lowered.run("-m", "bench.lowered")
        here, there = (_errands(copy, WALLED, password) for copy in (shipped, lowered))
        print(f"\nOne at a time, {cases:,} cases, {rounds} rounds\n", flush=True)
        print("| request | without, median ms | with, median ms | ratio | queries | bytes |")
        print("|---|--:|--:|--:|--:|--:|")
        for name in here:
            print(_row(name, *_pairs(there[name], here[name], rounds)), flush=True)


def _errands(copy: Served, country: str, password: str) -> dict[str, Errand]:
    plan = from_json(copy.run("-m", "bench.desk", SLUG, country, password))
    return errands(plan, copy.host, copy.port, 1)


def _pairs(small: Errand, large: Errand, rounds: int) -> tuple[list[Block], list[Block]]:
    """Stretches of both in turn; who begins changes from round to round."""
    found: tuple[list[Block], list[Block]] = ([], [])
    for errand in (small, large):
        errand.stretch(WARM, 1)
    for number in range(rounds):
        for which in (0, 1) if number % 2 else (1, 0):
            found[which].append((small, large)[which].stretch(STRETCH, 1))
    return found


def _row(name: str, small: list[Block], large: list[Block]) -> str:
    one, other = figures(small), figures(large)
    return (
        f"| {name} | {one.median:.1f} | {other.median:.1f} | {ratio_of_medians(large, small):.2f} "
        f"| {one.queries}, {other.queries} | {one.size:,}, {other.size:,} |"
    )
