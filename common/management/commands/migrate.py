"""`migrate`, on the owner's address unless told otherwise, followed by rights and row level security."""

from __future__ import annotations

from typing import Any

from django.core.management.base import CommandError, CommandParser
from django.core.management.commands.migrate import Command as DjangoMigrate
from django.db import connections

from common.second_wall_sql import SecondWallIncomplete, secure


class Command(DjangoMigrate):
    """Django's own command; only the default address differs, and rights and policies are made anew after each run."""

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        parser.set_defaults(database="owner")

    def handle(self, *args: Any, **options: Any) -> None:
        super().handle(*args, **options)
        reading_only = options["check_unapplied"] or options["plan"]
        if options["database"] == "owner" and not reading_only:
            try:
                secure(connections["owner"])
            except SecondWallIncomplete as refusal:
                raise CommandError(str(refusal)) from refusal
