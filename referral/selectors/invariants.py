"""Whether the registry holds what it promises: every check, what is wrong in plain words, and where."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from django.db import connection, transaction

from common import clock
from referral.selectors.anchored import lost
from referral.selectors.chained import broken_events
from referral.selectors.invariant_checks import CHECKS, Check
from referral.selectors.retention import erased_early
from referral.selectors.sent import changed_contents

__all__ = ["CHECKS", "Check", "Finding", "findings"]


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is wrong: which invariant, in plain words, and where."""

    invariant: str
    words: str
    where: str


def findings(limit: int = 20, anchors: Path | None = None) -> Iterator[Finding]:
    """Everything that is wrong, at most `limit` places per check. Nothing found means that the invariants hold.

    `anchors` is the folder with the anchors of this database; without it the chains are compared with themselves alone.
    Each check is one statement over whole tables: its cost grows with the registry and not with its square, and what
    it cannot hold in memory PostgreSQL puts on disk.
    """
    for check in CHECKS:
        for where in _broken(check, limit):
            yield Finding(check.invariant, check.words, where)
    for broken in (*islice(broken_events(), limit), *islice(erased_early(clock.wall_now()), limit)):
        yield Finding("I10", broken.words, broken.where)
    for changed in islice(changed_contents(), limit):
        yield Finding("I9", changed.words, changed.where)
    for missing in islice(lost(anchors), limit) if anchors else ():
        yield Finding("I10", missing.words, missing.where)


def _broken(check: Check, limit: int) -> list[str]:
    with transaction.atomic(), connection.cursor() as cursor:
        # Room to sort and join a large registry in memory; compiling a plan takes longer than it saves here.
        cursor.execute("SET LOCAL work_mem = '64MB'; SET LOCAL jit = off")
        cursor.execute(f"SELECT * FROM ({check.sql}) AS broken LIMIT %s", [limit])  # noqa: S608
        return [where for (where,) in cursor.fetchall()]
