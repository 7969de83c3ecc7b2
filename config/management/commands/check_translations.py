"""`manage.py check_translations`: fails when a string is untranslated, or says what the product does not say."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from config.translation_check import all_faults


class Command(BaseCommand):
    """Reads sources and catalogues; changes nothing and needs no database."""

    help = "Checks that every string is translated in every offered language, in the words of the product."
    requires_system_checks: list[str] = []

    def handle(self, *args: Any, **options: Any) -> None:
        """Print each fault; a non-zero exit when there is one."""
        faults = all_faults()
        for fault in faults:
            self.stderr.write(fault)
        if faults:
            raise CommandError(f"{len(faults)} fault(s) in the words of the interface; see docs/translations.md")
        self.stdout.write("translations: complete")
