"""The reminder ladder: who hears what about a deadline, and when. Pure arithmetic, exact to the microsecond.

Each rung is a fraction of the elapsed time allowed. A rung is also held back until people have had time to read:
compressed exercise time would otherwise chase them within seconds (the human floor, in running wall time).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from fractions import Fraction

from common.clock import MICROSECOND, ClockMode, ClockState, exercise_at, ran_at, whole_microseconds


class Rung(StrEnum):
    """A step of the ladder, in order."""

    HALF = "half"
    NINE_TENTHS = "nine_tenths"
    OVERDUE = "overdue"
    DEPUTY = "deputy"
    COORDINATOR = "coordinator"


class Audience(StrEnum):
    """Who is told at a rung. The coordinator sees a stub without identity."""

    OWING = "owing"
    BOTH_SIDES = "both_sides"
    DEPUTY = "deputy"
    COORDINATOR = "coordinator"


@dataclass(frozen=True, slots=True)
class Step:
    """When a rung comes, as a fraction of the time allowed, and whom it tells."""

    fraction: Fraction
    tells: Audience


LADDER: Mapping[Rung, Step] = {
    Rung.HALF: Step(Fraction(1, 2), Audience.OWING),
    Rung.NINE_TENTHS: Step(Fraction(9, 10), Audience.OWING),
    Rung.OVERDUE: Step(Fraction(1), Audience.BOTH_SIDES),
    Rung.DEPUTY: Step(Fraction(5, 4), Audience.DEPUTY),
    Rung.COORDINATOR: Step(Fraction(2), Audience.COORDINATOR),
}

FLOOR = timedelta(seconds=180)
URGENT_FLOOR = timedelta(seconds=120)
FLOOR_PER_OTHER_ITEM = timedelta(seconds=90)
LONGEST_FLOOR = timedelta(seconds=600)
"""However much else is open. The last rung waits for twice the floor and must still come within the shortest run, the
twenty minutes of a taster (`workshop.md` section 1): a full seat is helped by its deputy, and not by silence."""


def _share(span: timedelta, fraction: Fraction) -> timedelta:
    """`fraction` of `span`, rounded up so that nothing is ever due early. In whole numbers: it is asked very often."""
    return -(-whole_microseconds(span) * fraction.numerator // fraction.denominator) * MICROSECOND


def rung_due_at(opened_at: datetime, due_at: datetime, rung: Rung) -> datetime:
    """The exercise instant of `rung` for a deadline opened and due at these exercise instants, human floor aside.

    Raises ValueError when the deadline is due before it was opened.
    """
    if due_at < opened_at:
        raise ValueError("A deadline cannot be due before it was opened.")
    return opened_at + _share(due_at - opened_at, LADDER[rung].fraction)


def human_floor(urgent: bool, other_open_items: int, reads_slowly: bool) -> timedelta:
    """Running wall time that people get before a deadline can be late: 180 s, urgent 120 s, plus 90 s for each other
    open item on the seat, at most 600 s, doubled for somebody who reads slowly."""
    floor = min((URGENT_FLOOR if urgent else FLOOR) + other_open_items * FLOOR_PER_OTHER_ITEM, LONGEST_FLOOR)
    return floor * 2 if reads_slowly else floor


def rung_floor(floor: timedelta, rung: Rung) -> timedelta:
    """The part of the human floor that must have run since the opening before `rung` may come."""
    return _share(floor, LADDER[rung].fraction)


def effective_at(
    state: ClockState, rung_at: datetime, opened_ran: timedelta, rung: Rung, floor: timedelta
) -> datetime | None:
    """The exercise instant at which `rung` becomes due: the later of its own time and its share of the human floor.

    `opened_ran` is the running wall time (`ran_at`, `ran_when`) when the deadline was opened. The answer is None
    when this state never reaches the floor: the clock is stopped or ends before it. In step mode nobody is hurried:
    people act while time stands still and move it on themselves, so nothing is held back (docs/decisions/0054). A floor
    reached before the anchor gives `rung_at`: every change of the clock settles what was due first, so only the stretch since
    the anchor matters. The answer holds until the next change of the clock.
    """
    lacking = opened_ran + _share(floor, LADDER[rung].fraction) - state.ran
    if lacking <= timedelta(0) or state.mode is ClockMode.STEP:
        return rung_at
    wall = state.anchor_wall + lacking
    if ran_at(state, wall) < state.ran + lacking:
        return None
    return max(rung_at, exercise_at(state, wall))


def is_overdue(state: ClockState, wall: datetime, due_at: datetime, opened_ran: timedelta, floor: timedelta) -> bool:
    """True when the due time has passed and people have had the human floor of running wall time.

    Pages ask this themselves and never wait for a sweep.
    """
    read = state.mode is ClockMode.STEP or ran_at(state, wall) - opened_ran >= floor
    return exercise_at(state, wall) > due_at and read
