"""Is the person covered? The one definition of `domain.md` section 3, for pages, pictures and measures. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise

from referral.enums import NotCovered, WhereaboutsKind

K = WhereaboutsKind


@dataclass(frozen=True, slots=True)
class Place:
    """What is known from `since` on."""

    since: datetime
    kind: WhereaboutsKind
    country: str
    support_running: bool = False


@dataclass(frozen=True, slots=True)
class Answering:
    """Which country's institution answers from `since` on; None after the chain is closed."""

    since: datetime
    country: str | None


@dataclass(frozen=True, slots=True)
class Stretch:
    """A stretch of exercise time in which the person is covered, or not and why."""

    since: datetime
    until: datetime
    gap: NotCovered | None

    @property
    def covered(self) -> bool:
        return self.gap is None


ALWAYS_A_GAP = {
    K.ALONE: NotCovered.ALONE,
    K.NO_SAFE_PLACE: NotCovered.NO_SAFE_PLACE,
    K.DETAINED: NotCovered.DETAINED,
    K.MISSING: NotCovered.MISSING,
    K.LEFT_BY_CHOICE: NotCovered.LEFT,
    K.ELSEWHERE: NotCovered.ELSEWHERE,
    K.DIED: NotCovered.DIED,
}


def gap_at(place: Place | None, answering: str | None) -> NotCovered | None:
    """Why a person in this place, with this country answering, is not covered; None when she is."""
    if place is None:
        return NotCovered.UNKNOWN
    if place.kind in ALWAYS_A_GAP:
        return ALWAYS_A_GAP[place.kind]
    if place.kind is K.ESCORTED:
        return None
    if place.kind is K.ARRIVED:
        # Met and safe, she is covered by the receiver, who owes urgent help before anything is recorded.
        return None if place.support_running else NotCovered.NOT_RECEIVED
    if place.country != answering:
        return NotCovered.ELSEWHERE
    if place.kind is K.SUPPORTED_PLACE and not place.support_running:
        return NotCovered.NO_SUPPORT
    return None


def stretches(
    places: Sequence[Place], chain: Sequence[Answering], *, now: datetime, bed_until: datetime | None = None
) -> tuple[Stretch, ...]:
    """Cover from the first link of the chain until `now` (or its closing), as touching stretches in order.

    `bed_until` cuts the last place: a bed that has ended covers nobody. Both sequences are in order of time.
    """
    if not chain:
        return ()
    ends = chain[-1].since if chain[-1].country is None else now
    if bed_until is not None and places and places[0].since < bed_until < ends:
        last = max(places[-1].since, bed_until)
        covered_last = gap_at(places[-1], chain[-1].country) is None
        ended = (last,) if covered_last and places[-1].kind is not K.ESCORTED else ()
    else:
        ended = ()
    times = {place.since for place in places} | {link.since for link in chain}
    cuts = sorted({chain[0].since, ends, *ended} | {at for at in times if chain[0].since < at < ends})
    found: list[Stretch] = []
    for since, until in pairwise(cuts):
        place = next((p for p in reversed(places) if p.since <= since), None)
        answering = next((a.country for a in reversed(chain) if a.since <= since), None)
        gap = gap_at(place, answering)
        if gap is None and ended and since >= ended[0]:
            gap = NotCovered.BED_ENDED
        if found and found[-1].gap == gap:
            found[-1] = Stretch(found[-1].since, until, gap)
        else:
            found.append(Stretch(since, until, gap))
    return tuple(found)


def gap_now(
    place: Place | None, answering: str | None, *, now: datetime, bed_until: datetime | None
) -> NotCovered | None:
    """Why the person is not covered at this instant, None when she is."""
    gap = gap_at(place, answering)
    if (
        gap is None
        and place is not None
        and place.kind is not K.ESCORTED
        and bed_until is not None
        and bed_until <= now
    ):
        return NotCovered.BED_ENDED
    return gap
