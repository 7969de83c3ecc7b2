"""The sweep: finds what is due in every registry and fires it. Any number of sweeps may run at once."""

from __future__ import annotations

import logging

from django.db import transaction

from common import clock
from referral.enums import RegistryState
from referral.models import Registry
from referral.services import glass, lifecycle, majority, reminders
from referral.services.clock import recover_after_outage, stop_idle
from referral.services.moment import Moment, moment_of

logger = logging.getLogger(__name__)

BATCH = 1000
"""Rungs per transaction: large enough that an outage becomes one message per reader, small enough to hold locks for
well under a second."""
BUDGET = 20
"""Batches of one registry in one pass: a backlog of one exercise must not keep the others waiting. The next pass follows
within seconds."""


def sweep() -> int:
    """One pass over all open registries; returns how many rungs fired. Safe to run twice at once, or to be killed.

    A registry that fails is logged and left to the next pass; the others are swept all the same.
    """
    fired = 0
    for registry in Registry.objects.filter(state=RegistryState.OPEN).order_by("pk"):
        try:
            recover_after_outage(registry)
            stop_idle(registry)
            fired += sweep_registry(registry.pk)
        except Exception:
            logger.exception("the sweep of registry %s failed", registry.pk)
    return fired


def recover() -> int:
    """At the start of a server: stop the clocks of runs that nothing looked after; returns how many."""
    return sum(recover_after_outage(registry) for registry in Registry.objects.filter(state=RegistryState.OPEN))


def sweep_registry(registry_id: int) -> int:
    """Fire what is due in one registry, batch by batch, each at its own instant; returns how many rungs fired.

    A registry whose clock is being changed, and cases that somebody works on, are left to the next pass; so is what is
    over the budget of this one. Every batch commits and leaves its sign of life: however long a pass takes, it is no
    silence.
    """
    fired = 0
    for _number in range(BUDGET):
        found = _batch(registry_id)
        fired += found
        beat(registry_id)
        if not found:
            break
    return fired


@transaction.atomic
def _batch(registry_id: int) -> int:
    # Shared with commands and other sweeps; a change of the clock, which needs the row for itself, waits or is waited for.
    rows = Registry.objects.raw(
        "SELECT * FROM referral_registry WHERE id = %s AND state = 'open' FOR KEY SHARE SKIP LOCKED", [registry_id]
    )
    return sum(_settle(registry, moment_of(registry)) for registry in rows)


def _settle(registry: Registry, moment: Moment) -> int:
    majority.settle(registry, moment, budget=BATCH)
    fired = reminders.settle(registry, moment, budget=BATCH, wait=False)
    lifecycle.discard_stale(registry, moment)
    glass.settle(registry, moment, budget=BATCH)
    return fired


def beat(registry_id: int) -> None:
    """Note that the registry has just been swept. Without this sign for a minute its clock is stopped."""
    Registry.objects.filter(pk=registry_id).update(heartbeat_wall=clock.wall_now())
