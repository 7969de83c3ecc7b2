"""Check the invariants of the registry and say in plain words what is wrong and where."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from common import second_wall
from referral.selectors.invariants import CHECKS, findings


class Command(BaseCommand):
    help = "Check every invariant of the registry; exit 1 when one is broken."

    @second_wall.system()
    def handle(self, *_args: Any, **_options: Any) -> None:
        found = list(findings())
        for finding in found:
            self.stdout.write(f"{finding.invariant}: {finding.words} ({finding.where})")
        if found:
            raise CommandError(f"{len(found)} finding(s). The registry does not hold what it promises.")
        names = sorted({check.invariant for check in CHECKS}, key=lambda name: int(name[1:]))
        self.stdout.write(self.style.SUCCESS(f"All is in order: {', '.join(names)} hold."))
