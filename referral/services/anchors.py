"""Writing anchors: the heads of all chains that changed since the last time, into the file outside the database."""

from __future__ import annotations

import logging
from datetime import datetime
from itertools import islice
from pathlib import Path

from django.conf import settings
from django.db.models import Max

from referral.anchor_file import Anchor, AnchorsUnreadable, Head, appending
from referral.models import Registry
from referral.selectors.anchored import BEGUN_ANEW, begun_anew, heads, lost

logger = logging.getLogger(__name__)

HEADS_PER_ANCHOR = 1_000
"""So that a line stays short enough to be written and read at once."""


def folder() -> Path:
    """Where the anchors of this installation are."""
    return Path(settings.DATA_DIR) / "anchors"


def write(wall: datetime) -> list[Anchor]:
    """Anchor every chain that grew; nothing is written when none did. Any number of writers may run at once.

    Raises AnchorsUnreadable when the file cannot be written.
    """
    with appending(folder()) as file:
        changed = (head for head in heads() if file.known.get(head.case) != (head.seq, head.hash))
        kept = Registry.objects.aggregate(last=Max("heads_kept_wall"))["last"]
        reason = begun_anew(kept) if kept and file.empty else ""
        found: list[Anchor] = []
        while some := list(islice(changed, HEADS_PER_ANCHOR)):
            found.append(file.append(wall, some, reason="" if found else reason))
        slugs = {head.registry for anchor in found for head in anchor.heads}
        Registry.objects.filter(slug__in=slugs).update(heads_kept_wall=wall)
        return found


def write_or_log(wall: datetime) -> int:
    """`write` for a periodic job, which a full disk must not stop; returns how many heads were anchored."""
    try:
        return sum(len(anchor.heads) for anchor in write(wall))
    except AnchorsUnreadable as problem:
        logger.error("the chains were not anchored: %s", problem)
        return 0


def give_up(wall: datetime, reason: str) -> list[Head]:
    """Note that what is missing now is known to be gone, and why: a restored backup, a registry removed, a file lost.

    The note is an anchor itself, so who looks later sees what was given up, when and why.
    """
    with appending(folder()) as file:
        missing = list(lost(folder()))
        gone = [found.head for found in missing if found.head is not None]
        if gone or any(found.words == BEGUN_ANEW for found in missing):
            file.append(wall, (), gone, reason)
        return gone
