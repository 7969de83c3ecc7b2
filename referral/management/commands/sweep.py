"""`manage.py sweep`: fire due reminders, again and again; may run beside Celery and beside itself."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from common import second_wall
from referral.demonstration import script
from referral.management import passes
from referral.services import sweep


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
        self.stdout.write(f"Reminders fired: {passes.repeat(script.sweep_and_play, options)}.")
