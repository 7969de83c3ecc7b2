"""A pytest plugin that asks of every small change to the core whether some test notices.

The tests run once as they are, which tells what each of them executes and how long it takes. Then, for every change,
a fork of this process applies it and runs the tests that execute the changed function, the quickest first, until one
fails. What no test notices is listed.
"""

from __future__ import annotations

import gc
import importlib
import os
import random
import signal
import sys
import time
from collections import defaultdict
from types import CodeType
from typing import Any

import pytest
from _pytest.runner import runtestprotocol

from tests.mutation.changes import Change, changes

NOTICED, UNNOTICED = 1, 0
SECONDS = 120
"""A change that makes the tests run longer than this is noticed."""
AT_MOST = 1_000
"""So many tests are tried against one change."""


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--core", action="append", default=[], help="a module to change")
    parser.addoption("--sample", type=int, default=0, help="so many changes, chosen at random; 0: all")
    parser.addoption("--least", type=float, default=0.0, help="the share that has to be noticed, in per cent")


@pytest.hookimpl(tryfirst=True)
def pytest_runtestloop(session: pytest.Session) -> bool:
    from django.db import connections

    modules = [importlib.import_module(name) for name in session.config.option.core]
    everything = [change for module in modules for change in changes(module)]
    size = session.config.option.sample
    chosen = random.Random(20260907).sample(everything, size) if 0 < size < len(everything) else everything
    executed, seconds = _as_they_are(session, {change.code for change in everything if change.code is not None})
    connections.close_all()
    gc.freeze()
    missed = defaultdict(list)
    for number, change in enumerate(chosen, 1):
        if change.code is None:
            items = sorted(session.items, key=lambda item: seconds[item.nodeid])
        else:
            items = sorted(executed[change.code], key=lambda item: seconds[item.nodeid])
        if _unnoticed(change, items[:AT_MOST]):
            missed[change.place].append(change.what)
            print(f"\n{number}/{len(chosen)} unnoticed: {change.place}: {change.what}", flush=True)
    count = sum(map(len, missed.values()))
    score = 100 * (len(chosen) - count) / max(1, len(chosen))
    print(f"\n{len(chosen)} of {len(everything)} changes, {count} unnoticed: {score:.1f} % noticed")
    if score < session.config.option.least:
        session.shouldfail = f"less than {session.config.option.least} % of the changes are noticed"
        raise session.Failed(session.shouldfail)
    return True


def _as_they_are(
    session: pytest.Session, core: set[CodeType]
) -> tuple[dict[CodeType, list[pytest.Item]], dict[str, float]]:
    executed: dict[CodeType, list[pytest.Item]] = defaultdict(list)
    seconds: dict[str, float] = {}
    for number, item in enumerate(session.items):
        ran: set[CodeType] = set()

        def called(frame: Any, event: str, _argument: Any, ran: set[CodeType] = ran) -> None:
            if event == "call" and frame.f_code in core:
                ran.add(frame.f_code)

        began = time.process_time()
        sys.setprofile(called)
        # The last test of a session would end its fixtures, so every test has one after it.
        following = session.items[number + 1] if number + 1 < len(session.items) else session.items[0]
        reports = runtestprotocol(item, log=False, nextitem=following)
        sys.setprofile(None)
        seconds[item.nodeid] = time.process_time() - began
        bad = [report for report in reports if report.failed]
        if bad:
            raise session.Failed(f"{item.nodeid} fails without any change:\n{bad[0].longreprtext[-3000:]}")
        for code in ran:
            executed[code].append(item)
    return executed, seconds


def _unnoticed(change: Change, items: list[pytest.Item]) -> bool:
    """Whether all of these tests pass with the change, in a process of its own."""
    child = os.fork()
    if not child:
        signal.signal(signal.SIGALRM, signal.SIG_DFL)
        signal.alarm(SECONDS)
        silent = os.open(os.devnull, os.O_WRONLY)
        os.dup2(silent, 1)
        os.dup2(silent, 2)
        try:
            change.apply()
            for item, following in zip(items, [*items[1:], items[0]], strict=True):
                if any(report.failed for report in runtestprotocol(item, log=False, nextitem=following)):
                    os._exit(NOTICED)
        except BaseException:
            os._exit(NOTICED)
        os._exit(UNNOTICED)
    _pid, status = os.waitpid(child, 0)
    return os.WIFEXITED(status) and os.WEXITSTATUS(status) == UNNOTICED
