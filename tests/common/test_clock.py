from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from math import ceil
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from common.clock import (
    MICROSECOND,
    BackwardJump,
    ClockMode,
    ClockState,
    RateOutOfRange,
    exercise_at,
    jumped,
    jumped_to,
    moved_wall,
    paused,
    ran_at,
    ran_when,
    resumed,
    snapshot,
    stepped,
    wall_at,
    wall_now,
    with_rate,
)
from tests.common.clocks import EXERCISE, WALL, Change, changes, rates, spans, standard, states

MINUTE = timedelta(minutes=1)
running = st.just(ClockMode.RUNNING)
standing = st.sampled_from([ClockMode.STEP, ClockMode.STOPPED])


def test_a_minute_at_sixty_times_is_an_exercise_hour() -> None:
    assert exercise_at(standard(), WALL + MINUTE) == EXERCISE + timedelta(hours=1)


def test_a_rate_that_floats_cannot_hold_loses_no_microsecond_in_a_year() -> None:
    state = standard(rate=Decimal("0.1"))
    year = timedelta(days=365)
    assert exercise_at(state, WALL + year) == EXERCISE + timedelta(days=36, hours=12)
    assert exercise_at(state, WALL + year - 10 * MICROSECOND) == EXERCISE + year / 10 - MICROSECOND


@given(states(), spans, spans)
def test_exercise_time_never_runs_backwards(state: ClockState, first: timedelta, more: timedelta) -> None:
    wall = state.anchor_wall + first
    assert exercise_at(state, wall) <= exercise_at(state, wall + more)
    assert ran_at(state, wall) <= ran_at(state, wall + more)


@given(states(), spans)
def test_a_wall_time_just_before_the_anchor_counts_as_the_anchor(state: ClockState, early: timedelta) -> None:
    assert exercise_at(state, state.anchor_wall - early) == exercise_at(state, state.anchor_wall)
    assert ran_at(state, state.anchor_wall - early) == state.ran
    assert snapshot(state, state.anchor_wall - early).anchor_wall == state.anchor_wall


@given(states(), spans, st.sampled_from([paused, resumed, stepped, snapshot]))
def test_a_change_of_mode_does_not_move_the_time_shown(state, after, change) -> None:  # type: ignore[no-untyped-def]
    wall = state.anchor_wall + after
    changed = change(state, wall)
    assert exercise_at(changed, wall) == exercise_at(state, wall)
    assert ran_at(changed, wall) == ran_at(state, wall)


@given(states(), spans, rates)
def test_a_change_of_rate_does_not_move_the_time_shown(state: ClockState, after: timedelta, rate: Decimal) -> None:
    wall = state.anchor_wall + after
    changed = with_rate(state, wall, rate)
    assert exercise_at(changed, wall) == exercise_at(state, wall)
    assert ran_at(changed, wall) == ran_at(state, wall)
    assert changed.rate == rate


@given(states(), spans, spans)
def test_a_snapshot_shows_the_same_times_within_a_microsecond(
    state: ClockState, after: timedelta, more: timedelta
) -> None:
    wall = state.anchor_wall + after
    lost = exercise_at(state, wall + more) - exercise_at(snapshot(state, wall), wall + more)
    assert timedelta(0) <= lost <= MICROSECOND


@given(states(running), spans)
def test_wall_time_can_be_found_back_within_one_tick(state: ClockState, after: timedelta) -> None:
    wall = state.anchor_wall + after
    shown = exercise_at(state, wall)
    back = wall_at(state, shown)
    assert back is not None
    assert back <= wall
    assert exercise_at(state, back) >= shown
    assert exercise_at(state, back) - shown < max(1, ceil(Fraction(state.rate))) * MICROSECOND
    if back > state.anchor_wall:
        assert exercise_at(state, back - MICROSECOND) < shown or shown == state.ends_at


@given(states(standing), spans)
def test_a_clock_that_stands_still_shows_no_other_time_and_has_no_inverse(state: ClockState, after: timedelta) -> None:
    assert exercise_at(state, state.anchor_wall + after) == state.anchor_exercise
    assert ran_at(state, state.anchor_wall + after) == state.ran
    assert wall_at(state, state.anchor_exercise) is None


def test_the_inverse_is_unknown_before_the_anchor_and_past_the_end() -> None:
    state = standard(ends_at=EXERCISE + timedelta(hours=2))
    assert wall_at(state, EXERCISE - MICROSECOND) is None
    assert wall_at(state, EXERCISE + timedelta(hours=2)) == WALL + 2 * MINUTE
    assert wall_at(state, EXERCISE + timedelta(hours=2, microseconds=1)) is None


@given(states(), st.lists(st.tuples(spans, changes), max_size=12), spans)
def test_no_series_of_changes_passes_the_end_or_goes_back(
    state: ClockState, series: list[tuple[timedelta, Change]], after: timedelta
) -> None:
    wall, shown = state.anchor_wall, exercise_at(state, state.anchor_wall)
    for span, (_name, change) in series:
        wall += span
        before = exercise_at(state, wall)
        assert before >= shown
        state = change(state, wall)
        shown = exercise_at(state, wall)
        assert shown >= before
    shown = exercise_at(state, wall + after)
    if state.ends_at is not None:
        assert shown <= state.ends_at


@given(states(), st.lists(st.tuples(spans, changes), max_size=12))
def test_running_wall_time_counts_only_the_stretches_that_ran(
    state: ClockState, series: list[tuple[timedelta, Change]]
) -> None:
    state = replace(state, ends_at=None)
    wall, expected = state.anchor_wall, state.ran
    for span, (_name, change) in series:
        wall += span
        expected += span if state.running else timedelta(0)
        state = change(state, wall)
        assert ran_at(state, wall) == expected


def test_running_wall_time_stops_at_the_end() -> None:
    state = standard(ends_at=EXERCISE + timedelta(hours=3))
    assert ran_at(state, WALL + timedelta(hours=1)) == 3 * MINUTE
    assert exercise_at(state, WALL + timedelta(hours=1)) == EXERCISE + timedelta(hours=3)


@given(states(), spans, spans)
def test_pausing_resuming_and_stepping_twice_is_once(state: ClockState, after: timedelta, more: timedelta) -> None:
    wall = state.anchor_wall + after
    for change in (paused, resumed, stepped):
        once = change(state, wall)
        assert change(once, wall + more) is once
        assert once.version == state.version + (once is not state)


@given(states(), spans)
def test_what_changes_nothing_keeps_the_version(state: ClockState, after: timedelta) -> None:
    wall = state.anchor_wall + after
    assert with_rate(state, wall, state.rate) is state
    assert jumped(state, wall, timedelta(0)) is state
    assert snapshot(state, wall).version == state.version


@given(states(), spans, spans)
def test_a_jump_moves_by_its_span_or_to_the_end_and_costs_no_running_time(
    state: ClockState, after: timedelta, by: timedelta
) -> None:
    wall = state.anchor_wall + after
    changed = jumped(state, wall, by)
    expected = exercise_at(state, wall) + by
    assert exercise_at(changed, wall) == (min(expected, state.ends_at) if state.ends_at else expected)
    assert ran_at(changed, wall) == ran_at(state, wall)
    assert changed.mode is state.mode


@given(states(), spans, st.timedeltas(min_value=MICROSECOND, max_value=timedelta(days=30)))
def test_a_backward_jump_is_refused_with_a_sentence(state: ClockState, after: timedelta, back: timedelta) -> None:
    wall = state.anchor_wall + after
    with pytest.raises(BackwardJump) as refused:
        jumped(state, wall, -back)
    with pytest.raises(BackwardJump):
        jumped_to(state, wall, exercise_at(state, wall) - back)
    assert refused.value.sentence is BackwardJump.sentence


@pytest.mark.parametrize("rate", [Decimal(0), Decimal(-1), Decimal("288.001")])
def test_a_rate_out_of_range_is_refused(rate: Decimal) -> None:
    with pytest.raises(RateOutOfRange):
        with_rate(standard(), WALL, rate)


@given(states(running), spans)
def test_running_time_at_a_logical_instant_does_not_depend_on_who_asks_when(
    state: ClockState, after: timedelta
) -> None:
    wall = state.anchor_wall + after
    shown = exercise_at(state, wall)
    assume(state.ends_at is None or shown < state.ends_at)
    assert timedelta(0) <= ran_at(state, wall) - ran_when(state, shown) <= ceil(1 / Fraction(state.rate)) * MICROSECOND
    assert ran_when(state, state.anchor_exercise - MINUTE) == state.ran


def test_wall_time_can_stand_at_an_instant() -> None:
    with moved_wall(WALL):
        assert wall_now() == WALL
        with moved_wall(WALL + MINUTE):
            assert wall_now() == WALL + MINUTE
        assert wall_now() == WALL


def test_wall_time_cannot_be_moved_to_an_instant_without_a_zone() -> None:
    with pytest.raises(ValueError, match="time zone"), moved_wall(datetime(2026, 9, 7, 9, 0)):
        pass


@pytest.mark.django_db
def test_wall_time_comes_from_the_database_and_moves_on_inside_a_transaction() -> None:
    first, second = wall_now(), wall_now()
    assert first < second
    assert first.tzinfo is UTC


@pytest.mark.django_db
def test_wall_time_can_be_shifted() -> None:
    real = wall_now()
    with moved_wall(timedelta(days=2)):
        assert timedelta(days=2) <= wall_now() - real < timedelta(days=2, minutes=1)
    assert wall_now() - real < MINUTE


@pytest.mark.django_db
def test_what_another_query_has_read_of_the_clock_is_not_asked_again(django_assert_num_queries: Any) -> None:
    with django_assert_num_queries(0):
        assert wall_now(WALL) == WALL
        with moved_wall(MINUTE):
            assert wall_now(WALL) == WALL + MINUTE
        with moved_wall(WALL + MINUTE):
            assert wall_now(WALL) == WALL + MINUTE
