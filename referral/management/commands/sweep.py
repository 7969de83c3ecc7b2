"""`manage.py sweep`: fire due reminders, again and again; may run beside Celery and beside itself."""

from __future__ import annotations

import time
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from common import clock, second_wall
from referral.demonstration import script
from referral.management import passes
from referral.services import anchors, sweep

ANCHOR_SECONDS = 300.0
"""As often as Celery's beat rings for it."""


class Command(BaseCommand):
    """Loops the same pass that Celery's beat rings for."""

    help = "Fires due reminders in all open registries, every few seconds until stopped."

    def add_arguments(self, parser: ArgumentParser) -> None:
        passes.add_arguments(parser)
        parser.add_argument(
            "--recover", action="store_true", help="Only stop the clocks of runs that nothing looked after, then end."
        )

    def handle(self, *args: Any, **options: Any) -> None:
        if options["recover"]:
            with second_wall.system():
                self.stdout.write(f"Clocks stopped: {sweep.recover()}.")
            return
        self.stdout.write(f"Reminders fired: {passes.repeat(_Pass(), options)}.")


class _Pass:
    """One pass of the sweep, and of the anchors when their time has come."""

    def __init__(self) -> None:
        self._next = 0.0

    def __call__(self) -> int:
        fired = script.sweep_and_play()
        if time.monotonic() >= self._next:
            anchors.write_or_log(clock.wall_now())
            self._next = time.monotonic() + ANCHOR_SECONDS
        return fired
