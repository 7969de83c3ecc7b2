"""`python -m bench`: the commands."""

from __future__ import annotations

import argparse
import os
import platform
import signal
import sys
from pathlib import Path
from types import FrameType

from bench import pages, scale
from bench.serving import LOOPBACK, loopback
from bench.visitors import BenchRefused
from config.programs import EmbeddedRefused
from config.supervise import StartRefused

LIMIT = 3600
"""Seconds after which a measurement gives up, whatever it waits for."""


def main(arguments: list[str]) -> None:
    """Measure what is asked for and print it; a refusal is one sentence and status 1."""
    asked = _asked(arguments)
    try:
        loopback(asked.host)
        os.umask(0o077)
        for number in (signal.SIGALRM, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, _give_up)
        signal.alarm(LIMIT)
        print(machine(), flush=True)
        if asked.what == "scale":
            scale.measure(asked.host, small=asked.small, large=asked.large, rounds=asked.rounds or 20, seed=asked.seed)
        elif asked.what == "sweep":
            scale.measure_sweep(asked.host, open_rungs=asked.open, due_rungs=asked.due)
        elif asked.what == "wall":
            scale.measure_wall(asked.host, cases=asked.cases, rounds=asked.rounds or 20, seed=asked.seed)
        else:
            pages.measure(asked.host, rounds=asked.rounds or 4)
    except (BenchRefused, EmbeddedRefused, StartRefused) as refusal:
        sys.exit(f"bench: {refusal}")
    except KeyboardInterrupt:
        sys.exit("bench: stopped.")


def machine() -> str:
    """On what, and how busy it was before anything was started."""
    lines = Path("/proc/cpuinfo").read_text().splitlines() if Path("/proc/cpuinfo").exists() else []
    model = next((line.partition(":")[2].strip() for line in lines if line.startswith("model name")), "unknown")
    busy = " ".join(f"{load:.1f}" for load in os.getloadavg())
    return f"{model}, {os.cpu_count()} cores, {platform.system()}, Python {platform.python_version()}, load {busy}"


def _asked(arguments: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("what", nargs="?", choices=("pages", "scale", "sweep", "wall"), default="pages")
    parser.add_argument("--host", default=LOOPBACK, help="An address of loopback; any other is refused.")
    parser.add_argument(
        "--rounds", type=int, help="How often each kind of request has its turn; 4, for scale and wall 20."
    )
    parser.add_argument("--small", type=int, default=1_000, help="scale: cases in the small registry.")
    parser.add_argument("--large", type=int, default=100_000, help="scale: cases in the large one.")
    parser.add_argument("--cases", type=int, default=5_000, help="wall: cases in each of the two registries.")
    parser.add_argument("--seed", type=int, default=1, help="scale, wall: the seed of both.")
    parser.add_argument("--open", type=int, default=100_000, help="sweep: reminders that wait.")
    parser.add_argument("--due", type=int, default=5_000, help="sweep: reminders that are due.")
    return parser.parse_args(arguments)


def _give_up(number: int, _frame: FrameType | None) -> None:
    raise BenchRefused(f"ended after {LIMIT} seconds." if number == signal.SIGALRM else "told to stop.")


if __name__ == "__main__":
    main(sys.argv[1:])
