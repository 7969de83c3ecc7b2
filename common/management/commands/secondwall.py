"""`manage.py secondwall`: put row level security up, or look whether it stands."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import connections

from common.second_wall_checks import weaknesses
from common.second_wall_sql import SecondWallIncomplete, secure


class Command(BaseCommand):
    """Both actions work as the owner of the tables."""

    help = (
        "Puts rights and row level security into the database, with this installation's key, or checks that they stand."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("action", choices=("install", "check"))

    def handle(self, *_args: Any, action: str, **_options: Any) -> None:
        if action == "install":
            try:
                changed = secure(connections["owner"])
            except SecondWallIncomplete as refusal:
                raise CommandError(str(refusal)) from refusal
            self.stdout.write("The second wall is up." if changed else "The second wall was up already.")
            return
        found = weaknesses(connections["owner"])
        if found:
            raise CommandError("\n".join(found))
        self.stdout.write("The second wall stands.")
