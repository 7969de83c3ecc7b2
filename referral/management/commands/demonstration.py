"""Load the demonstration."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from common import second_wall
from referral.demonstration.load import keep_password, load, loaded


class Command(BaseCommand):
    help = "Load the registry “Lagos demonstration” with its twelve stories and logins."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("act", choices=("load",))
        parser.add_argument("--if-empty", action="store_true", help="do nothing when it is loaded already")

    @second_wall.system()
    def handle(self, *_args: Any, **options: Any) -> None:
        if not settings.DEMONSTRATION:
            raise CommandError("The demonstration is loaded in training mode only (ALONGSIDE_TRAINING).")
        if not settings.DEMO_PASSWORD:
            raise CommandError("Set DEMO_PASSWORD, the password of the demonstration logins.")
        if loaded() is not None:
            if not options["if_empty"]:
                raise CommandError("The demonstration is loaded already. “make reset” starts it again.")
            keep_password(settings.DEMO_PASSWORD)
            return
        load(settings.DEMO_PASSWORD)
        self.stdout.write("The demonstration is loaded.")
