"""Commands that repeat a pass until they are asked to end: the world without Celery."""

from __future__ import annotations

import logging
import signal
from argparse import ArgumentParser
from collections.abc import Callable
from threading import Event
from typing import Any

from django.db import Error, close_old_connections

from common import second_wall

logger = logging.getLogger(__name__)


def add_arguments(parser: ArgumentParser) -> None:
    """`--once` and `--every SECONDS`."""
    parser.add_argument("--once", action="store_true", help="Do one pass and end.")
    parser.add_argument("--every", type=float, default=5.0, metavar="SECONDS", help="Pause between two passes (5).")


def repeat(one_pass: Callable[[], int], options: dict[str, Any]) -> int:
    """Do passes until SIGTERM or Ctrl-C, which end the command after the pass in hand; returns the sum of all passes.

    A database that is away is tried again at the next pass. With `--once` its error is raised instead.
    """
    if options["once"]:
        with second_wall.system():
            return one_pass()
    asked_to_end = Event()
    for name in (signal.SIGTERM, signal.SIGINT):
        signal.signal(name, lambda *_: asked_to_end.set())
    done = 0
    while not asked_to_end.is_set():
        close_old_connections()
        try:
            with second_wall.system():
                done += one_pass()
        except Error as error:
            logger.warning("this pass did not finish: %s", type(error).__name__)
        asked_to_end.wait(options["every"])
    return done
