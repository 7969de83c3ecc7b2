"""The reader's own mark on what she was told. It changes nothing about the case, so no event is written."""

from __future__ import annotations

from datetime import datetime

from referral.actor import Actor
from referral.models import Notice


def mark_read(actor: Actor, wall: datetime, upto: int) -> int:
    """Mark the reader's notices up to this key as read; returns how many were unread. Newer ones stay unread."""
    return Notice.objects.filter(
        user_id=actor.user_id, registry_id=actor.registry_id, pk__lte=upto, read_wall__isnull=True
    ).update(read_wall=wall)
