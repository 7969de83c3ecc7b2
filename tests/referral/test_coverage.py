"""Covered or not: one definition, against a naive model that looks at every minute."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from referral.coverage import Answering, Place, Stretch, gap_at, gap_now, stretches
from referral.enums import NotCovered, WhereaboutsKind

K = WhereaboutsKind
START = datetime(2026, 3, 2, 8, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
END = 60


def at(minute: int) -> datetime:
    return START + minute * MINUTE


@pytest.mark.parametrize(
    ("kind", "at_home", "abroad"),
    [
        (K.SAFE_PLACE, None, NotCovered.ELSEWHERE),
        (K.SUPPORTED_PLACE, NotCovered.NO_SUPPORT, NotCovered.ELSEWHERE),
        (K.ESCORTED, None, None),
        (K.ALONE, NotCovered.ALONE, NotCovered.ALONE),
        (K.NO_SAFE_PLACE, NotCovered.NO_SAFE_PLACE, NotCovered.NO_SAFE_PLACE),
        (K.DETAINED, NotCovered.DETAINED, NotCovered.DETAINED),
        (K.MISSING, NotCovered.MISSING, NotCovered.MISSING),
        (K.LEFT_BY_CHOICE, NotCovered.LEFT, NotCovered.LEFT),
        (K.ELSEWHERE, NotCovered.ELSEWHERE, NotCovered.ELSEWHERE),
        (K.ARRIVED, NotCovered.NOT_RECEIVED, NotCovered.NOT_RECEIVED),
        (K.DIED, NotCovered.DIED, NotCovered.DIED),
    ],
)
def test_each_kind_of_place(kind: WhereaboutsKind, at_home: NotCovered | None, abroad: NotCovered | None) -> None:
    assert gap_at(Place(START, kind, "NG"), "NG") == at_home
    assert gap_at(Place(START, kind, "NE"), "NG") == abroad


def test_every_kind_is_decided() -> None:
    for kind in WhereaboutsKind:
        gap_at(Place(START, kind, "NG"), "NG")


def test_support_makes_a_supported_place_safe_and_nothing_else() -> None:
    assert gap_at(Place(START, K.SUPPORTED_PLACE, "NG", support_running=True), "NG") is None
    assert gap_at(Place(START, K.DETAINED, "NG", support_running=True), "NG") is NotCovered.DETAINED


def test_nobody_recorded_anything() -> None:
    assert gap_at(None, "NG") is NotCovered.UNKNOWN
    assert gap_now(None, "NG", now=START, bed_until=START) is NotCovered.UNKNOWN


def test_a_bed_covers_until_its_instant_and_not_at_it() -> None:
    place = Place(START, K.SAFE_PLACE, "NG")
    assert gap_now(place, "NG", now=at(9), bed_until=at(10)) is None
    assert gap_now(place, "NG", now=at(10), bed_until=at(10)) is NotCovered.BED_ENDED
    assert gap_now(Place(START, K.ESCORTED, "NG"), "NG", now=at(11), bed_until=at(10)) is None
    assert gap_now(Place(START, K.MISSING, "NG"), "NG", now=at(11), bed_until=at(10)) is NotCovered.MISSING


def test_after_the_chain_is_closed_nobody_is_counted() -> None:
    found = stretches([Place(START, K.SAFE_PLACE, "NG")], [Answering(START, "NG"), Answering(at(5), None)], now=at(END))
    assert found == (Stretch(START, at(5), None),)
    assert stretches([], [], now=at(END)) == ()


def test_a_journey_with_a_gap() -> None:
    found = stretches(
        [Place(START, K.SAFE_PLACE, "NG"), Place(at(10), K.ALONE, "NG"), Place(at(20), K.ARRIVED, "NE"), Place(at(25), K.SAFE_PLACE, "NE")],
        [Answering(START, "NG"), Answering(at(25), "NE")],
        now=at(40),
        bed_until=at(30),
    )  # fmt: skip
    assert found == (
        Stretch(START, at(10), None),
        Stretch(at(10), at(20), NotCovered.ALONE),
        Stretch(at(20), at(25), NotCovered.NOT_RECEIVED),
        Stretch(at(25), at(30), None),
        Stretch(at(30), at(40), NotCovered.BED_ENDED),
    )


minutes = st.integers(0, END)
places = st.lists(
    st.builds(Place, minutes.map(at), st.sampled_from(list(K)), st.sampled_from(["NG", "NE"]), st.booleans()),
    max_size=5,
).map(lambda rows: sorted(rows, key=lambda p: p.since))
links = st.lists(st.tuples(st.integers(1, END - 1), st.sampled_from(["NG", "NE"])), max_size=3).map(
    lambda rows: [Answering(START, "NG"), *(Answering(at(m), c) for m, c in sorted(rows))]
)


@given(places, links, st.none() | minutes)
def test_stretches_touch_and_cover_the_whole_chain(
    rows: list[Place], chain: list[Answering], closes: int | None
) -> None:
    if closes is not None and at(closes) > chain[-1].since:
        chain = [*chain, Answering(at(closes), None)]
    found = stretches(rows, chain, now=at(END))
    end = chain[-1].since if chain[-1].country is None else at(END)
    assert found[0].since == START
    assert found[-1].until == end
    for one, following in pairwise(found):
        assert one.until == following.since
        assert one.gap != following.gap, "two stretches that say the same are one"
    assert all(one.since < one.until for one in found)


@given(places, links)
def test_stretches_equal_a_model_that_looks_at_every_minute(rows: list[Place], chain: list[Answering]) -> None:
    found = stretches(rows, chain, now=at(END))
    for minute in range(END):
        known = [row for row in rows if row.since <= at(minute)]
        answering = [link for link in chain if link.since <= at(minute)][-1].country
        expected = gap_at(known[-1] if known else None, answering)
        assert [one.gap for one in found if one.since <= at(minute) < one.until] == [expected]


@given(places, links, minutes, minutes)
def test_the_last_stretch_is_what_the_page_says_of_now(
    rows: list[Place], chain: list[Answering], bed: int, past: int
) -> None:
    """A bed noted after the last move and that instant's own answer agree. Beds that ended before it are of the past."""
    now = at(END + 1)
    last = rows[-1].since if rows else START
    bed_until = max(at(bed), last + MINUTE)
    if bed_until >= now:
        return
    found = stretches(rows, chain, now=now, bed_until=bed_until)
    assert found[-1].gap == gap_now(rows[-1] if rows else None, chain[-1].country, now=now, bed_until=bed_until)


@given(places, links, minutes)
def test_a_bed_changes_nothing_before_it_ends(rows: list[Place], chain: list[Answering], bed: int) -> None:
    without = stretches(rows, chain, now=at(END))
    limited = stretches(rows, chain, now=at(END), bed_until=at(bed))

    def gap(found: tuple[Stretch, ...], minute: int) -> list[NotCovered | None]:
        return [one.gap for one in found if one.since <= at(minute) < one.until]

    for minute in range(END):
        if minute < bed or gap(without, minute) != [None]:
            assert gap(limited, minute) == gap(without, minute)
