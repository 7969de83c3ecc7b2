"""Hypothesis strategies for registry clocks, and the changes that people make to them."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from decimal import Decimal

from hypothesis import strategies as st

from common.clock import (
    FASTEST_RATE,
    ClockMode,
    ClockState,
    jumped,
    paused,
    resumed,
    stepped,
    with_rate,
)

WALL = datetime(2026, 9, 7, 9, 0, tzinfo=UTC)
EXERCISE = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)
HALF_DAY = timedelta(hours=12)

Change = tuple[str, Callable[[ClockState, datetime], ClockState]]

rates = st.one_of(
    st.sampled_from([Decimal(1), Decimal(60), Decimal(72), Decimal(96), Decimal(144), Decimal(288)]),
    st.decimals(min_value=Decimal("0.001"), max_value=FASTEST_RATE, places=3),
)
spans = st.timedeltas(min_value=timedelta(0), max_value=HALF_DAY)
modes = st.sampled_from(ClockMode)
changes = st.one_of(
    st.just(("pause", paused)),
    st.just(("resume", resumed)),
    st.just(("step", stepped)),
    rates.map(lambda rate: ("rate", lambda state, wall: with_rate(state, wall, rate))),
    spans.map(lambda by: ("jump", lambda state, wall: jumped(state, wall, by))),
)


@st.composite
def states(draw: st.DrawFn, mode: st.SearchStrategy[ClockMode] = modes) -> ClockState:
    """A clock in any mode, at any rate, with or without an end."""
    anchor = EXERCISE + draw(spans)
    ends_in = draw(st.none() | st.timedeltas(min_value=timedelta(0), max_value=timedelta(days=400)))
    return ClockState(
        anchor_wall=WALL + draw(spans),
        anchor_exercise=anchor,
        rate=draw(rates),
        mode=draw(mode),
        version=draw(st.integers(min_value=0, max_value=99)),
        ends_at=None if ends_in is None else anchor + ends_in,
        ran=draw(spans),
    )


def standard(**changed: object) -> ClockState:
    """A clock at 60x, running from `WALL` and `EXERCISE`, without an end."""
    values: dict[str, object] = {
        "anchor_wall": WALL,
        "anchor_exercise": EXERCISE,
        "rate": Decimal(60),
        "mode": ClockMode.RUNNING,
        "version": 1,
        "ends_at": None,
        "ran": timedelta(0),
    }
    return ClockState(**(values | changed))  # type: ignore[arg-type]
