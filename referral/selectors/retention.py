"""Whether what was erased was due to be erased (I10), as the chained record tells it and not the row of the case alone."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django.db import connection

from common import clock
from referral import limits
from referral.models import CaseEvent, Registry
from referral.selectors.chained import ERASED, Broken

NOT_DUE = "A case was erased before its time was over, or in the time to come."
EARLY = """
SELECT 'case ' || e.case_id || ' event ' || e.seq
  FROM referral_caseevent e
  JOIN referral_case c ON c.id = e.case_id
  JOIN referral_registry r ON r.id = e.registry_id
  JOIN unnest(%(registries)s::bigint[], %(nows)s::timestamptz[]) AS n(registry_id, at) ON n.registry_id = r.id
  LEFT JOIN (SELECT registry_id, max(wall) AS wall FROM referral_caseevent WHERE kind <> %(erased)s GROUP BY registry_id) l
    ON l.registry_id = r.id
 WHERE e.kind = %(erased)s AND (e.wall > %(wall)s OR e.at > n.at
    OR NOT (r.state = 'ended' AND l.wall <= e.wall - %(after_the_end)s)
    AND EXISTS (SELECT 1 FROM referral_case o WHERE o.person_id = c.person_id AND o.opened_at <= e.at AND NOT EXISTS (
        SELECT 1 FROM referral_caseevent x WHERE x.case_id = o.id AND o.closed_at <= e.at - %(after_closing)s
           AND (x.at = o.closed_at AND x.kind = 'close_case' AND NOT starts_with(x.code, 'proposed:')
             OR x.at = o.closed_at AND x.kind = 'merge' AND x.code = 'ends'
             OR x.at >= o.closed_at AND x.kind = 'imported' AND x.seq = 1 AND x.to_state = 'closed'))))
 ORDER BY e.case_id, e.seq
"""
"""All files about a person were closed long enough by events of theirs, or the registry had ended. See `services.erasure`."""


def erased_early(wall: datetime) -> Iterator[Broken]:
    """Erasures that were not due, or that say a time after `wall`, which is now: in it anything would be due."""
    erasures = CaseEvent.objects.filter(kind=ERASED).order_by()
    registries = Registry.objects.filter(pk__in=erasures.values("registry"))
    nows = {registry.pk: clock.exercise_at(registry.clock, wall) for registry in registries}
    if not nows:
        return
    given: dict[str, Any] = {
        "registries": list(nows),
        "nows": list(nows.values()),
        "wall": wall,
        "erased": ERASED,
        "after_the_end": limits.ERASE_AFTER_THE_END,
        "after_closing": limits.ERASE_AFTER_CLOSING,
    }
    with connection.cursor() as cursor:
        cursor.execute(EARLY, given)
        for (where,) in cursor.fetchall():
            yield Broken(NOT_DUE, where)
