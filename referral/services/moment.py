"""The instant of a command: both times, taken once and handed down."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from common import clock
from referral.models import Registry


@dataclass(frozen=True, slots=True)
class Moment:
    """`at` is exercise time, `wall` real time of the database, `ran` the running wall time of the registry."""

    at: datetime
    wall: datetime
    ran: timedelta
    clock: clock.ClockState


def moment_of(registry: Registry, wall: datetime | None = None) -> Moment:
    """The registry's instant at `wall`, by default the database's now. Reads no application host's clock (I13)."""
    instant = clock.wall_now() if wall is None else wall
    state = registry.clock
    return Moment(
        at=clock.exercise_at(state, instant),
        wall=instant,
        ran=clock.ran_at(state, instant),
        clock=state,
    )
