"""That somebody looks at a registry is noted every few seconds, by a transaction before the one of the request."""

from __future__ import annotations

from datetime import timedelta

from common import clock
from referral.models import Registry


def already_noted() -> None:
    """For as long as a test runs. Where requests are taken back the note goes with them, and each would make it anew."""
    Registry.objects.update(last_seen_wall=clock.wall_now() + timedelta(days=1))
