"""Check the invariants of the registry and say in plain words what is wrong and where."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from common import clock, second_wall
from common.errors import Refusal
from referral.anchor_file import AnchorsUnreadable, short
from referral.enums import MailState
from referral.models import Mail
from referral.selectors.anchored import Standing, standing
from referral.selectors.behind_the_wall import behind_the_wall
from referral.selectors.chained import erased_payloads
from referral.selectors.invariants import CHECKS, Finding, findings
from referral.services import identity_keys
from referral.services.anchors import folder

NOT_OPENED = (
    "A value of the identity does not open: changed outside the system, or in another place than it was written."
)
LONG = timedelta(hours=6)
"""Longer than the outbox goes on trying (`services.outbox.ATTEMPTS`)."""
NAMED = 20
"""Mails named at most."""


class Command(BaseCommand):
    help = "Check every invariant of the registry and the anchors of its record; exit 1 when one is broken."

    @second_wall.system()
    def handle(self, *_args: Any, **_options: Any) -> None:
        try:
            found, anchors = list(findings(anchors=folder())), standing(folder())
            found += [*behind_the_wall(), *sealed()]
        except AnchorsUnreadable as problem:
            raise CommandError(str(problem)) from problem
        for finding in found:
            self.stdout.write(f"{finding.invariant}: {finding.words} ({finding.where})")
        if found:
            raise CommandError(f"{len(found)} finding(s). The registry does not hold what it promises.")
        names = sorted({check.invariant for check in CHECKS}, key=lambda name: int(name[1:]))
        self.stdout.write(self.style.SUCCESS(f"All is in order: {', '.join(names)} hold."))
        self.stdout.write(f"Payloads erased at the end of their retention: {erased_payloads()}.")
        for line in _waiting():
            self.stdout.write(line)
        self.stdout.write(_anchored(anchors))


def sealed(limit: int = 20) -> Iterator[Finding]:
    """Values of the identity that do not open, at most `limit` of them, or keys that are not here."""
    try:
        places = identity_keys.check().broken
    except Refusal as refusal:
        yield Finding("Identity", str(refusal), "identity keys")
        return
    for place in places[:limit]:
        yield Finding("Identity", NOT_OPENED, place)


def _waiting() -> Iterator[str]:
    """Mails that nobody got: they break no promise as long as somebody sees them."""
    waiting = Mail.objects.filter(state=MailState.PENDING, notice__wall__lt=clock.wall_now() - LONG)
    for what, mails in (
        ("that could not be sent", Mail.objects.filter(state=MailState.DEAD)),
        (f"that wait for more than {LONG.seconds // 3600} hours", waiting),
    ):
        keys = [str(key) for key in mails.order_by("pk").values_list("pk", flat=True)[:NAMED]]
        if keys:
            more = mails.count() - len(keys)
            yield f"Mails {what}: {', '.join(keys)}{f' and {more} more' if more else ''}."


def _anchored(anchors: Standing) -> str:
    if anchors.newest is None:
        return "No anchor has been written yet: a record that was cut off or made anew would not show."
    newest = f"the newest of {anchors.newest.wall}: {short(anchors.newest.digest)}"
    told = f"Anchors: {anchors.count} since {anchors.since}, {newest}. All anchored events are there"
    return f"{told}, but for {anchors.given_up} given up with a reason." if anchors.given_up else f"{told}."
