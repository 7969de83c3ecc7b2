"""Write docs/states.md and docs/policy.md from the tables."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand
from django.utils import translation

from referral.documents import DOCUMENTS


class Command(BaseCommand):
    help = "Render docs/states.md and docs/policy.md from the tables in the code."
    requires_system_checks = ()

    def handle(self, *_args: Any, **_options: Any) -> None:
        with translation.override("en-gb"):
            for path, render in DOCUMENTS.items():
                (settings.BASE_DIR / path).write_text(render(), encoding="utf-8")
                self.stdout.write(path)
