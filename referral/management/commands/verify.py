"""Check the invariants of the registry and say in plain words what is wrong and where."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from common import second_wall
from referral.anchor_file import AnchorsUnreadable, short
from referral.selectors.anchored import Standing, standing
from referral.selectors.chained import erased_payloads
from referral.selectors.invariants import CHECKS, findings
from referral.services.anchors import folder


class Command(BaseCommand):
    help = "Check every invariant of the registry and the anchors of its record; exit 1 when one is broken."

    @second_wall.system()
    def handle(self, *_args: Any, **_options: Any) -> None:
        try:
            found, anchors = list(findings(anchors=folder())), standing(folder())
        except AnchorsUnreadable as problem:
            raise CommandError(str(problem)) from problem
        for finding in found:
            self.stdout.write(f"{finding.invariant}: {finding.words} ({finding.where})")
        if found:
            raise CommandError(f"{len(found)} finding(s). The registry does not hold what it promises.")
        names = sorted({check.invariant for check in CHECKS}, key=lambda name: int(name[1:]))
        self.stdout.write(self.style.SUCCESS(f"All is in order: {', '.join(names)} hold."))
        self.stdout.write(f"Payloads erased at the end of their retention: {erased_payloads()}.")
        self.stdout.write(_anchored(anchors))


def _anchored(anchors: Standing) -> str:
    if anchors.newest is None:
        return "No anchor has been written yet: a record that was cut off or made anew would not show."
    newest = f"the newest of {anchors.newest.wall}: {short(anchors.newest.digest)}"
    told = f"Anchors: {anchors.count} since {anchors.since}, {newest}. All anchored events are there"
    return f"{told}, but for {anchors.given_up} given up with a reason." if anchors.given_up else f"{told}."
