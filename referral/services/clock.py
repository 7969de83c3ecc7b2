"""Changes of a registry's clock: who stops, starts, speeds up or moves it, and what does so by itself.

A change takes the registry row for itself, so no command is in flight, fires everything that is due up to its
instant, and only then writes the new anchor and its segment. That is why a reminder only ever needs the stretch since
the last change (docs/decisions/0020).
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from decimal import Decimal
from enum import StrEnum

from django.db import transaction
from django.db.models import Max

from accounts.models import User
from common import clock, second_wall
from common.clock import ClockChange, ClockMode, ClockState
from referral.enums import RegistryKind, RegistryState
from referral.errors import RegistryEnded
from referral.models import CaseEvent, ClockSegment, Registry, Reminder
from referral.services import reminders
from referral.services.moment import moment_of

SILENCE = timedelta(seconds=60)
"""Without a sweep or a request for longer than this, the time in between was no exercise (`workshop.md` section 1)."""
IDLE = timedelta(minutes=3)
"""A demonstration that nobody has looked at for this long stops its clock."""
SEEN_EVERY = timedelta(seconds=15)
"""How exactly the last request is known; finer would write at every request."""

Change = Callable[[ClockState, datetime], ClockState]


class OwnReason(StrEnum):
    """Why the system itself stopped or started a clock; kept in the segment, which then has no user."""

    IDLE = "idle"
    SILENCE = "silence"
    VISITED = "visited"


def pause(registry_id: int, *, user: User | None, reason: str = "") -> Registry:
    """Stop the clock; commands are refused until it goes on. Pausing twice is pausing once."""
    return _change(registry_id, ClockChange.PAUSE, clock.paused, user, reason)


def resume(registry_id: int, *, user: User | None, reason: str = "") -> Registry:
    """Let time run again. Resuming twice is resuming once."""
    return _change(registry_id, ClockChange.RESUME, clock.resumed, user, reason)


def step(registry_id: int, *, user: User | None, reason: str = "") -> Registry:
    """Let time stand still while people act; `jump` moves it on."""
    return _change(registry_id, ClockChange.STEP, clock.stepped, user, reason)


def set_rate(registry_id: int, rate: Decimal, *, user: User | None, reason: str = "") -> Registry:
    """Set the speed in exercise seconds per second. Raises `RateOutOfRange`."""
    return _change(registry_id, ClockChange.RATE, lambda state, wall: clock.with_rate(state, wall, rate), user, reason)


def jump(registry_id: int, by: timedelta, *, user: User | None, reason: str = "") -> Registry:
    """Move exercise time forward. What falls due in between keeps its own time. Raises `BackwardJump`."""
    return _change(registry_id, ClockChange.JUMP, lambda state, wall: clock.jumped(state, wall, by), user, reason)


def wants_to_know(registry: Registry, wall: datetime) -> bool:
    """Whether a request at this wall instant has to be noted by `seen`; asks the database nothing."""
    known = registry.last_seen_wall
    return known is None or wall - known >= SEEN_EVERY or registry.mode == ClockMode.STOPPED


def seen(registry_id: int) -> None:
    """A signed-in user has asked for a page: note it, and start again a clock that the system had stopped.

    Call it at the edge, outside the command's transaction. A stop by a person is never undone here; nor is, outside
    the demonstration, one after a power cut: there a facilitator says when to go on.
    """
    registry = Registry.objects.get(pk=registry_id)
    wall = clock.wall_now()
    if _silent(registry, wall):
        recover_after_outage(registry)
    if registry.last_seen_wall is None or wall - registry.last_seen_wall > SEEN_EVERY:
        Registry.objects.filter(pk=registry_id).update(last_seen_wall=wall)
    if registry.kind == RegistryKind.DEMONSTRATION and _stopped_by_itself(registry):
        resume(registry_id, user=None, reason=OwnReason.VISITED)


def stop_idle(registry: Registry) -> bool:
    """Stop the clock of a demonstration that nobody has looked at for three minutes; says whether it did.

    `registry` is brought up to date.
    """
    wall = clock.wall_now()
    if not _idle(registry, wall):
        return False
    with transaction.atomic():
        held = _held(registry.pk)
        if _idle(held, clock.wall_now()):
            _write(held, ClockChange.PAUSE, clock.paused, clock.wall_now(), None, OwnReason.IDLE)
    registry.refresh_from_db()
    return not registry.clock.running


def recover_after_outage(registry: Registry) -> bool:
    """Bring a run back stopped at the last sign of life when nothing looked after it; says whether it did.

    A power cut is no exercise time: nobody could act, so nobody is late. Anchored at the last heartbeat, or at a
    later request or record, because time never runs backwards. A live registry is left alone: real time does not
    stop. `registry` is brought up to date.
    """
    if not _silent(registry, clock.wall_now()):
        return False
    with transaction.atomic():
        held = _held(registry.pk)
        if _silent(held, clock.wall_now()):
            _write(held, ClockChange.PAUSE, clock.paused, _last_life(held), None, OwnReason.SILENCE)
            Registry.objects.filter(pk=held.pk).update(heartbeat_wall=clock.wall_now())
    registry.refresh_from_db()
    return not registry.clock.running


def _change(registry_id: int, kind: ClockChange, change: Change, user: User | None, reason: str) -> Registry:
    with transaction.atomic(), second_wall.across("clock"):
        registry = _held(registry_id)
        if registry.state == RegistryState.ENDED:
            raise RegistryEnded
        return _write(registry, kind, change, clock.wall_now(), user, reason)


def _held(registry_id: int) -> Registry:
    """The registry row for this transaction alone: every command that shares it has ended."""
    return Registry.objects.select_for_update().get(pk=registry_id)


def _write(
    registry: Registry, kind: ClockChange, change: Change, wall: datetime, user: User | None, reason: str
) -> Registry:
    """Settle up to `wall`, change, and keep the segment. A change that changes nothing leaves no trace.

    Where people move time on themselves nobody needs time to read: what the human floor held back goes out at the change.
    """
    before = registry.clock
    # Looked at after the settling of what is due, a change of the clock is as good as a sweep.
    registry.heartbeat_wall = max(wall, registry.heartbeat_wall or wall)
    after = change(before, wall)
    reminders.settle(registry, moment_of(registry, wall), at_once=after.mode is ClockMode.STEP)
    if after.version != before.version:
        registry.anchor_wall = after.anchor_wall
        registry.anchor_exercise_at = after.anchor_exercise
        registry.rate = after.rate
        registry.mode = after.mode.value
        registry.clock_version = after.version
        registry.ran = after.ran
        ClockSegment.objects.create(
            registry=registry,
            version=after.version,
            kind=kind.value,
            wall=after.anchor_wall,
            from_at=clock.exercise_at(before, wall),
            to_at=after.anchor_exercise,
            rate=after.rate,
            user=user,
            reason=reason,
        )
    registry.save(
        update_fields=(
            "anchor_wall", "anchor_exercise_at", "rate", "mode", "clock_version", "ran", "heartbeat_wall",
        )
    )  # fmt: skip
    return registry


def _stopped_by_itself(registry: Registry) -> bool:
    """Whether the last change of a stopped clock was the system's own."""
    if registry.mode != ClockMode.STOPPED or registry.state == RegistryState.ENDED:
        return False
    last = ClockSegment.objects.filter(registry=registry, version=registry.clock_version).first()
    return last is not None and last.user_id is None and last.reason in (OwnReason.IDLE, OwnReason.SILENCE)


def _idle(registry: Registry, wall: datetime) -> bool:
    looked_at = max(registry.last_seen_wall or registry.anchor_wall, registry.anchor_wall)
    return registry.kind == RegistryKind.DEMONSTRATION and _runs(registry) and wall - looked_at > IDLE


def _silent(registry: Registry, wall: datetime) -> bool:
    signs = (registry.heartbeat_wall, registry.last_seen_wall, registry.anchor_wall)
    last = max(sign for sign in signs if sign is not None)
    return registry.kind != RegistryKind.LIVE and _runs(registry) and wall - last > SILENCE


def _runs(registry: Registry) -> bool:
    return registry.clock.running and registry.state == RegistryState.OPEN


def _last_life(registry: Registry) -> datetime:
    """The last wall instant at which the registry certainly lived: a sweep, a request, or something recorded."""
    recorded = CaseEvent.objects.filter(registry=registry).aggregate(last=Max("wall"))["last"]
    fired = Reminder.objects.filter(registry=registry).aggregate(last=Max("fired_wall"))["last"]
    signs = (registry.heartbeat_wall, registry.last_seen_wall, registry.anchor_wall, recorded, fired)
    return max(sign for sign in signs if sign is not None)
