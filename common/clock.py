"""The exercise clock: exact arithmetic between wall time and exercise time, and the one source of wall time.

    e(w) = min(Ae + p * r * (w - Aw), end)

`Aw` and `Ae` are the anchor in wall and exercise time, `r` the rate in exercise seconds per wall second
(0 < r <= 288), `p` 1 while running and 0 otherwise. Every change first takes a snapshot (moves the anchor to
now), so a state only ever describes the stretch since its last change. All arithmetic is in whole
microseconds and fractions: a float would lose instants, and two computers would disagree about what is due.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from math import ceil, floor

from django.db import connections
from django.db.models import DateTimeField, Func
from django.utils.translation import gettext_lazy as _

from common.errors import Refusal

MICROSECOND = timedelta(microseconds=1)
STILL = timedelta(0)

# The fastest preset is 144x; 288x leaves room to double it and is one exercise day in five minutes.
FASTEST_RATE = Decimal(288)


class ClockMode(StrEnum):
    """What the clock does: time runs; time stands still and people act; time stands still and writes are refused."""

    RUNNING = "running"
    STEP = "step"
    STOPPED = "stopped"


class ClockChange(StrEnum):
    """Why a clock segment ended. One segment is written for every change."""

    START = "start"
    PAUSE = "pause"
    RESUME = "resume"
    RATE = "rate"
    JUMP = "jump"
    STEP = "step"
    END = "end"


class BackwardJump(Refusal):
    """Exercise time never runs backwards; to play an earlier moment again, a run is forked."""

    sentence = _("The exercise clock cannot go back. To play an earlier moment again, start a new attempt from it.")


class RateOutOfRange(Refusal):
    """The rate is zero, negative or above `FASTEST_RATE`."""

    sentence = _("Choose a speed above 0 and not above 288 times real time.")


@dataclass(frozen=True, slots=True)
class ClockState:
    """The clock of one registry since its last change. Both anchors are aware datetimes."""

    anchor_wall: datetime
    anchor_exercise: datetime
    rate: Decimal
    mode: ClockMode
    version: int
    ends_at: datetime | None
    ran: timedelta
    """Running wall time accumulated from the registry's start up to `anchor_wall`."""

    def __post_init__(self) -> None:
        if not 0 < self.rate <= FASTEST_RATE:
            raise RateOutOfRange

    @property
    def running(self) -> bool:
        return self.mode is ClockMode.RUNNING


def whole_microseconds(span: timedelta) -> int:
    """`span` as an exact integer of microseconds."""
    return span // MICROSECOND


def _room(state: ClockState) -> int | None:
    """Exercise microseconds left until the end, never negative; None when the clock has no end."""
    if state.ends_at is None:
        return None
    return max(0, whole_microseconds(state.ends_at - state.anchor_exercise))


def _moved(state: ClockState, wall: datetime) -> int:
    """Wall microseconds for which the clock really ran between the anchor and `wall`.

    A `wall` before the anchor counts as the anchor: two connections can read the database's clock in one
    order and commit in the other. Past the end the clock no longer runs.
    """
    if not state.running:
        return 0
    moved = max(0, whole_microseconds(wall - state.anchor_wall))
    room = _room(state)
    return moved if room is None else min(moved, ceil(room / Fraction(state.rate)))


def exercise_at(state: ClockState, wall: datetime) -> datetime:
    """Exercise time at the instant `wall`: rounded down to the microsecond, never before the anchor or past the end."""
    gained = floor(Fraction(state.rate) * _moved(state, wall))
    room = _room(state)
    if room is not None:
        gained = min(gained, room)
    return state.anchor_exercise + gained * MICROSECOND


def wall_at(state: ClockState, exercise: datetime) -> datetime | None:
    """The first wall instant at which the clock shows `exercise` or later.

    None when this state never shows it: the clock stands still, the instant lies past the end, or it lies before
    the anchor (an earlier segment or a jump passed it).
    """
    if not state.running or exercise < state.anchor_exercise:
        return None
    if state.ends_at is not None and exercise > state.ends_at:
        return None
    gained = whole_microseconds(exercise - state.anchor_exercise)
    return state.anchor_wall + ceil(gained / Fraction(state.rate)) * MICROSECOND


def ran_at(state: ClockState, wall: datetime) -> timedelta:
    """Running wall time between the registry's start and `wall`; frozen while the clock does not run."""
    return state.ran + _moved(state, wall) * MICROSECOND


def ran_when(state: ClockState, exercise: datetime) -> timedelta:
    """Running wall time when the clock first showed `exercise`, an instant that it has reached.

    The measure to keep when something is opened at its logical time, so that it does not depend on when a sweep
    came by. An instant before the anchor was passed by a jump and counts as the anchor.
    """
    wall = wall_at(state, exercise)
    return state.ran if wall is None else ran_at(state, wall)


def snapshot(state: ClockState, wall: datetime) -> ClockState:
    """The same clock, anchored at `wall`. Shows the same time at every instant from `wall` on.

    Rounding down at the new anchor can cost less than one exercise microsecond; time never runs backwards.
    """
    return replace(
        state,
        anchor_wall=max(wall, state.anchor_wall),
        anchor_exercise=exercise_at(state, wall),
        ran=ran_at(state, wall),
    )


def _changed(state: ClockState, wall: datetime, **changes: object) -> ClockState:
    return replace(snapshot(state, wall), version=state.version + 1, **changes)  # type: ignore[arg-type]


def _in_mode(state: ClockState, wall: datetime, mode: ClockMode) -> ClockState:
    return state if state.mode is mode else _changed(state, wall, mode=mode)


def paused(state: ClockState, wall: datetime) -> ClockState:
    """The clock stopped at `wall`; the caller refuses writes. Pausing twice is pausing once."""
    return _in_mode(state, wall, ClockMode.STOPPED)


def resumed(state: ClockState, wall: datetime) -> ClockState:
    """The clock running again from `wall`. Resuming twice is resuming once."""
    return _in_mode(state, wall, ClockMode.RUNNING)


def stepped(state: ClockState, wall: datetime) -> ClockState:
    """The clock in step mode from `wall`: time stands still, people act, `jumped_to` moves on."""
    return _in_mode(state, wall, ClockMode.STEP)


def with_rate(state: ClockState, wall: datetime, rate: Decimal) -> ClockState:
    """The clock at another speed from `wall`. Raises `RateOutOfRange`."""
    return state if rate == state.rate else _changed(state, wall, rate=rate)


def jumped_to(state: ClockState, wall: datetime, exercise: datetime) -> ClockState:
    """The clock moved forward to `exercise`, or to its end when that comes first; the mode stays as it is.

    Raises `BackwardJump` when `exercise` has passed. What fell due in between keeps its own logical time.
    """
    here = exercise_at(state, wall)
    if exercise < here:
        raise BackwardJump
    if state.ends_at is not None:
        exercise = max(here, min(exercise, state.ends_at))
    return state if exercise == here else _changed(state, wall, anchor_exercise=exercise)


def jumped(state: ClockState, wall: datetime, by: timedelta) -> ClockState:
    """The clock moved forward by `by` of exercise time; like `jumped_to`."""
    return jumped_to(state, wall, exercise_at(state, wall) + by)


# Where tests have moved wall time to: an instant at which it stands, or how far it is shifted.
_moved_wall: ContextVar[datetime | timedelta | None] = ContextVar("moved_wall", default=None)


def wall_now(read: datetime | None = None, using: str = "default") -> datetime:
    """Wall time now, in UTC, from the database's `clock_timestamp()`.

    One clock for all processes: an application host whose own clock is wrong changes nothing. `read` is what that clock
    said in a query that was asked just before; then nothing is asked again.
    """
    moved = _moved_wall.get()
    if isinstance(moved, datetime):
        return moved
    return (read or _read(using)).astimezone(UTC) + (moved or STILL)


READ = Func(function="clock_timestamp", output_field=DateTimeField())
"""The same clock as part of another query, for `wall_now` to be told."""


def _read(using: str) -> datetime:
    with connections[using].cursor() as cursor:
        cursor.execute("SELECT clock_timestamp()")
        now: datetime = cursor.fetchone()[0]
    return now


@contextmanager
def moved_wall(to: datetime | timedelta) -> Iterator[None]:
    """For tests: inside the block wall time stands at the instant `to`, or is shifted by the span `to`.

    Holds for this thread and context only; a server or worker started elsewhere keeps real time.
    """
    if isinstance(to, datetime) and to.tzinfo is None:
        raise ValueError("Wall time needs a time zone.")
    token = _moved_wall.set(to)
    try:
        yield
    finally:
        _moved_wall.reset(token)
