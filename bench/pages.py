"""`python -m bench`: what each kind of request costs, beside a bare view in the same run."""

from __future__ import annotations

from collections.abc import Mapping

from bench.figures import Block, figures, table
from bench.plan import from_json
from bench.serving import Served
from bench.visitors import Errand, errands

BARE = "bare view"
CONCURRENCY = (1, 8)
READS_PER_ROUND = {1: 20, 8: 64}
WRITES_PER_ROUND = {1: 3, 8: 16}
WARM = {1: 1, 8: 8}
"""Requests that are made first and not counted, so that every process and thread has its connection and templates."""


def measure(host: str, *, rounds: int) -> None:
    """Serve a copy, play the handovers that are needed, measure, and print a table for each concurrency."""
    writes = sum(rounds * WRITES_PER_ROUND[c] + WARM[c] for c in CONCURRENCY)
    print(f"Serving a copy; playing {3 * writes} handovers …", flush=True)
    with Served(host) as copy:
        plan = from_json(copy.run("-m", "bench.stage", str(writes)))
        here = errands(plan, copy.host, copy.port, max(CONCURRENCY))
        for concurrency in CONCURRENCY:
            found = in_turn(here, rounds, concurrency)
            rows = {name: figures(blocks) for name, blocks in found.items()}
            print(f"\n{concurrency} at a time\n\n{table(rows, BARE)}", flush=True)


def in_turn(here: Mapping[str, Errand], rounds: int, concurrency: int) -> dict[str, list[Block]]:
    """Each errand a little in each round, so that whatever else the machine does falls on all of them alike.

    The bare view has its turn before every other kind; it is what the others are compared with.
    """
    for errand in here.values():
        errand.stretch(WARM[concurrency], concurrency)
    found: dict[str, list[Block]] = {name: [] for name in here}
    others = [name for name in here if name != BARE]
    for _round in range(rounds):
        for name in others:
            for turn in (BARE, name):
                errand = here[turn]
                per_round = WRITES_PER_ROUND if errand.operation.writes else READS_PER_ROUND
                found[turn].append(errand.stretch(per_round[concurrency], concurrency))
    return found
