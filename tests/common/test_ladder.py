from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from decimal import Decimal
from heapq import heappop, heappush

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from common.clock import (
    MICROSECOND,
    ClockMode,
    ClockState,
    exercise_at,
    jumped,
    paused,
    ran_at,
    ran_when,
    resumed,
)
from common.ladder import LADDER, Audience, Rung, effective_at, human_floor, is_overdue, rung_due_at
from tests.common.clocks import EXERCISE, WALL, Change, changes, rates, spans, standard, states
from tests.fixtures.needs import examples

HOUR = timedelta(hours=1)
FLOOR = timedelta(seconds=180)


def test_the_ladder_climbs_from_who_owes_to_the_coordinator() -> None:
    assert [step.fraction for step in LADDER.values()] == sorted(step.fraction for step in LADDER.values())
    assert [step.tells for step in LADDER.values()] == [
        Audience.OWING,
        Audience.OWING,
        Audience.BOTH_SIDES,
        Audience.DEPUTY,
        Audience.COORDINATOR,
    ]
    assert list(LADDER) == list(Rung)


@pytest.mark.parametrize(
    ("rung", "hours"),
    [
        (Rung.HALF, 24),
        (Rung.NINE_TENTHS, 43.2),
        (Rung.OVERDUE, 48),
        (Rung.DEPUTY, 60),
        (Rung.COORDINATOR, 96),
    ],
)
def test_a_late_receiver_is_reminded_at_each_share_of_the_time_allowed(rung: Rung, hours: float) -> None:
    assert rung_due_at(EXERCISE, EXERCISE + 48 * HOUR, rung) == EXERCISE + timedelta(hours=hours)


def test_a_share_is_rounded_up_so_that_nothing_is_due_early() -> None:
    assert rung_due_at(EXERCISE, EXERCISE + MICROSECOND, Rung.NINE_TENTHS) == EXERCISE + MICROSECOND


def test_a_deadline_due_before_it_was_opened_is_an_error() -> None:
    with pytest.raises(ValueError, match="before it was opened"):
        rung_due_at(EXERCISE, EXERCISE - MICROSECOND, Rung.HALF)


@pytest.mark.parametrize(
    ("urgent", "others", "slowly", "seconds"),
    [
        (False, 0, False, 180),
        (True, 0, False, 120),
        (False, 3, False, 450),
        (True, 1, True, 420),
        (False, 5, False, 600),
        (True, 500, False, 600),
        (False, 500, True, 1200),
    ],
)
def test_people_get_more_time_with_more_open_work_and_when_they_read_slowly(
    urgent: bool, others: int, slowly: bool, seconds: int
) -> None:
    assert human_floor(urgent, others, slowly) == timedelta(seconds=seconds)


def test_a_rung_waits_for_its_share_of_the_human_floor() -> None:
    state = standard(rate=Decimal(144))
    # Half of four exercise hours is fifty seconds of wall time at 144x; people get ninety.
    assert effective_at(state, EXERCISE + 2 * HOUR, timedelta(0), Rung.HALF, FLOOR) == EXERCISE + timedelta(
        seconds=90 * 144
    )


def test_a_rung_later_than_its_floor_keeps_its_own_time() -> None:
    assert effective_at(standard(), EXERCISE + 24 * HOUR, timedelta(0), Rung.HALF, FLOOR) == EXERCISE + 24 * HOUR


def test_a_floor_reached_before_the_anchor_gives_the_rung_its_own_time() -> None:
    state = standard(ran=FLOOR)
    assert effective_at(state, EXERCISE - HOUR, timedelta(0), Rung.OVERDUE, FLOOR) == EXERCISE - HOUR


def test_while_the_clock_stands_still_a_floor_is_not_reached() -> None:
    state = standard(mode=ClockMode.STOPPED, ran=FLOOR - MICROSECOND)
    assert effective_at(state, EXERCISE, timedelta(0), Rung.OVERDUE, FLOOR) is None
    assert effective_at(replace(state, ran=FLOOR), EXERCISE, timedelta(0), Rung.OVERDUE, FLOOR) == EXERCISE


def test_where_people_move_time_on_themselves_no_floor_holds_a_reminder_back() -> None:
    state = standard(mode=ClockMode.STEP)
    assert effective_at(state, EXERCISE - HOUR, timedelta(0), Rung.HALF, FLOOR) == EXERCISE - HOUR
    assert effective_at(state, EXERCISE + HOUR, timedelta(0), Rung.HALF, FLOOR) == EXERCISE + HOUR
    assert is_overdue(jumped(state, WALL, 2 * HOUR), WALL, EXERCISE + HOUR, timedelta(0), FLOOR)


def test_a_clock_that_ends_first_never_reaches_the_floor() -> None:
    state = standard(ends_at=EXERCISE + 2 * HOUR)
    assert effective_at(state, EXERCISE, timedelta(0), Rung.OVERDUE, FLOOR) is None


def test_a_jump_does_not_make_people_late_before_they_could_read() -> None:
    state = jumped(standard(), WALL, 48 * HOUR)
    assert not is_overdue(state, WALL, EXERCISE + HOUR, timedelta(0), FLOOR)
    assert not is_overdue(state, WALL + FLOOR - MICROSECOND, EXERCISE + HOUR, timedelta(0), FLOOR)
    assert is_overdue(state, WALL + FLOOR, EXERCISE + HOUR, timedelta(0), FLOOR)


def test_a_stop_of_fifteen_minutes_makes_nobody_late() -> None:
    stopped = paused(standard(), WALL + timedelta(seconds=100))
    back = WALL + timedelta(seconds=100) + timedelta(minutes=15)
    state = resumed(stopped, back)
    assert not is_overdue(state, back + timedelta(seconds=79), EXERCISE + HOUR, timedelta(0), FLOOR)
    assert is_overdue(state, back + timedelta(seconds=80), EXERCISE + HOUR, timedelta(0), FLOOR)


def test_at_the_due_instant_itself_nobody_is_late() -> None:
    state = standard(ran=FLOOR)
    assert not is_overdue(state, WALL, EXERCISE, timedelta(0), FLOOR)
    assert is_overdue(state, WALL + MICROSECOND, EXERCISE, timedelta(0), FLOOR)


@given(states(), spans, spans, spans)
def test_a_page_never_says_overdue_before_the_rung_is_due(
    state: ClockState, after: timedelta, limit: timedelta, floor: timedelta
) -> None:
    wall, due_at = state.anchor_wall + after, EXERCISE + limit
    if is_overdue(state, wall, due_at, state.ran, floor):
        effective = effective_at(state, due_at, state.ran, Rung.OVERDUE, floor)
        assert effective is not None
        assert effective <= exercise_at(state, wall)


@given(states(st.just(ClockMode.RUNNING)), spans, st.sampled_from(Rung), spans)
def test_when_a_rung_is_due_people_have_had_their_share_of_the_floor(
    state: ClockState, limit: timedelta, rung: Rung, floor: timedelta
) -> None:
    effective = effective_at(state, EXERCISE + limit, state.ran, rung, floor)
    if effective is not None and (state.ends_at is None or effective < state.ends_at):
        tick = timedelta(microseconds=1 + int(1 / state.rate))
        assert ran_when(state, effective) - state.ran >= floor * float(LADDER[rung].fraction) - tick


# --- The order and the stamps of what falls due do not depend on how often the sweep runs -----------------------


@dataclass(frozen=True)
class Deadline:
    """A deadline of the model: `follow_ups` more open, one at a time, when the overdue rung is applied."""

    name: str
    opened_at: datetime
    opened_ran: timedelta
    limit: timedelta
    floor: timedelta
    follow_ups: int


class Registry:
    """A registry that only reminds: settles before every change, as the product does, and into step mode at once."""

    def __init__(self, state: ClockState, deadlines: list[Deadline]) -> None:
        self.state = state
        self.waiting = [(deadline, rung) for deadline in deadlines for rung in Rung]
        self.log: list[tuple[datetime, str, Rung]] = []

    def _heap(self, at_once: datetime | None) -> list[tuple[datetime, str, int, Deadline, Rung]]:
        heap: list[tuple[datetime, str, int, Deadline, Rung]] = []
        for deadline, rung in self.waiting:
            own = rung_due_at(deadline.opened_at, deadline.opened_at + deadline.limit, rung)
            effective = effective_at(self.state, own, deadline.opened_ran, rung, deadline.floor)
            if at_once is not None and own <= at_once and (effective is None or effective > at_once):
                effective = at_once
            if effective is not None:
                heappush(heap, (effective, deadline.name, list(Rung).index(rung), deadline, rung))
        return heap

    def settle(self, wall: datetime, into: ClockMode = ClockMode.RUNNING) -> None:
        while heap := self._heap(exercise_at(self.state, wall) if into is ClockMode.STEP else None):
            at, name, _order, deadline, rung = heappop(heap)
            if at > exercise_at(self.state, wall):
                return
            self.waiting.remove((deadline, rung))
            self.log.append((at, name, rung))
            if rung is Rung.OVERDUE and deadline.follow_ups:
                child = replace(
                    deadline,
                    name=name + "+",
                    opened_at=at,
                    opened_ran=ran_when(self.state, at),
                    follow_ups=deadline.follow_ups - 1,
                )
                self.waiting += [(child, rung) for rung in Rung]

    def change(self, wall: datetime, change: Change) -> None:
        after = change[1](self.state, wall)
        self.settle(wall, after.mode)
        self.state = after


short = st.timedeltas(min_value=timedelta(0), max_value=timedelta(minutes=4))


@settings(max_examples=examples(60), deadline=None)
@given(
    rate=rates,
    ends_in=st.none() | spans,
    items=st.lists(st.tuples(spans, short, st.integers(0, 2)), min_size=1, max_size=4),
    series=st.lists(st.tuples(short, changes), max_size=6),
    tail=short,
)
def test_the_order_and_stamps_of_due_items_are_the_same_for_sweeps_of_1_5_and_60_seconds(
    rate: Decimal,
    ends_in: timedelta | None,
    items: list[tuple[timedelta, timedelta, int]],
    series: list[tuple[timedelta, Change]],
    tail: timedelta,
) -> None:
    ends_at = None if ends_in is None else EXERCISE + ends_in
    deadlines = [
        Deadline(f"d{number}", EXERCISE, timedelta(0), limit, floor, follow_ups)
        for number, (limit, floor, follow_ups) in enumerate(items)
    ]
    logs = []
    for every in (1, 5, 60):
        registry = Registry(standard(rate=rate, ends_at=ends_at), deadlines)
        wall, sweep = WALL, WALL
        for span, change in [*series, (tail, None)]:
            wall += span
            while sweep <= wall:
                registry.settle(sweep)
                sweep += timedelta(seconds=every)
            if change is not None:
                registry.change(wall, change)
        registry.settle(wall)
        logs.append((registry.log, exercise_at(registry.state, wall), ran_at(registry.state, wall)))
    assert logs[0] == logs[1] == logs[2]
    stamps = [at for at, _name, _rung in logs[0][0]]
    assert stamps == sorted(stamps)
