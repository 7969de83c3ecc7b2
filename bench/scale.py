"""`python -m bench scale` and `python -m bench sweep`: what a full registry costs."""

from __future__ import annotations

import json

from bench.serving import Served


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
    raise NotImplementedError
