"""How a case went from country to country: which handovers it had, when, and how far they have come."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random

from accounts.countries import TABLE
from referral.enums import Action, Purpose
from referral.standards.record import CaseRecord
from referral.synthetic.bulk.paths import ARRIVED, DRAFT, MOVED, OPEN, PAST, PURPOSES, URGENT_PACE, Path
from referral.synthetic.draws import between, chance, pick, weighted

COUNTRIES = tuple(row.code for row in TABLE)
DESK = "PT"
"""This country has the same work in every filled registry, however large, so that its pages can be compared."""
BUSY = ("NG", "SN", "GM", "MR", "NE", "CI", "IT", "FR")
OTHERS = tuple(code for code in COUNTRIES if code != DESK)

PAST_SHARE, DRAFT_SHARE, ARRIVED_SHARE = 0.2, 0.03, 0.02
URGENT_SHARE = 0.2
SETTLED = timedelta(hours=3)
"""Between two things that a person goes through nothing else begins."""
ROOM_FOR_PAST = timedelta(days=45)
ROOM_FOR_OPEN = timedelta(hours=30)


@dataclass(frozen=True, slots=True)
class Story:
    """One handover: between whom, why, and the rows of the table that it went through, each at its instant."""

    sender: str
    receiver: str
    purpose: Purpose
    urgent: bool
    prepared_at: datetime
    steps: tuple[tuple[Action, datetime], ...]
    expected_at: datetime | None = None
    arrived_at: datetime | None = None

    def at(self, action: Action) -> datetime | None:
        """When this row was taken, if it was."""
        return next((at for taken, at in self.steps if taken is action), None)

    @property
    def departed_at(self) -> datetime | None:
        return self.at(Action.DEPART)

    @property
    def received_at(self) -> datetime | None:
        return self.at(Action.RECEIVE)

    @property
    def ended_at(self) -> datetime:
        return self.steps[-1][1] if self.steps else self.prepared_at


@dataclass(frozen=True, slots=True)
class Wish:
    """What the plan of the registry wants of one case."""

    open_handover: bool = False
    to_desk: bool = False
    """The open handover goes to the desk country."""
    at_desk: bool = False
    """The person lives in the desk country now, having come by a completed handover."""


def last_free(record: CaseRecord, until: datetime) -> datetime:
    """Until when something could happen: the end of the history, the closing, or when the person went missing."""
    missing = [item.happened_at for item in record.whereabouts if item.kind == "missing"]
    return min([until, *missing, *([record.closed_at] if record.closed_at else [])]) - timedelta(minutes=5)


def can_be_open(record: CaseRecord, until: datetime) -> bool:
    """Whether a handover of this person may be open at the end of the history."""
    if record.taken_at is None or record.closed_at is not None or record.stage == "missing":
        return False
    return record.taken_at + SETTLED + ROOM_FOR_OPEN < until and until - record.opened_at > timedelta(days=3)


def can_have_moved(record: CaseRecord, until: datetime) -> bool:
    """Whether the history leaves room for a handover that is over."""
    return record.taken_at is not None and last_free(record, until) - (record.taken_at + SETTLED) > ROOM_FOR_PAST


def stories_of(rng: Random, record: CaseRecord, until: datetime, wish: Wish) -> tuple[Story, ...]:
    """Every handover of a case in order of time; only the last one may still be open."""
    if record.taken_at is None:
        return ()
    told: list[Story] = []
    holder, free = record.found_in, record.taken_at + SETTLED
    latest = last_free(record, until)
    home = _way_home(rng, record, free, latest)
    if home is not None:
        told.append(home)
    elif can_have_moved(record, until) and (wish.at_desk or chance(rng, PAST_SHARE)):
        path = MOVED if wish.at_desk else weighted(rng, PAST)
        receiver = DESK if wish.at_desk else None
        before = latest - timedelta(days=2) - (ROOM_FOR_OPEN if wish.open_handover else timedelta(0))
        told.append(_past(rng, record, holder, path, (free, before), receiver))
    if told:
        holder = told[-1].receiver if told[-1].at(Action.RECEIVE) else holder
        free = told[-1].ended_at + SETTLED
    if not can_be_open(record, until):
        return tuple(told)
    now = weighted(rng, OPEN) if wish.open_handover else _still_beginning(rng)
    if now is not None and free + ROOM_FOR_OPEN < until and not wish.at_desk:
        told.append(_running(rng, record, holder, now, free, until, DESK if wish.to_desk else None))
    return tuple(told)


def _still_beginning(rng: Random) -> Path | None:
    if chance(rng, DRAFT_SHARE):
        return DRAFT
    return ARRIVED if chance(rng, ARRIVED_SHARE) else None


def _way_home(rng: Random, record: CaseRecord, free: datetime, latest: datetime) -> Story | None:
    """The handover behind a journey home that the case tells of."""
    if record.holder == record.found_in:
        return None
    escorted = [n for n, item in enumerate(record.whereabouts) if item.kind == "escorted"]
    if not escorted or escorted[0] + 1 >= len(record.whereabouts):
        return None
    departed = record.whereabouts[escorted[0]].happened_at
    arrived = record.whereabouts[escorted[0] + 1].happened_at
    received = arrived + timedelta(minutes=between(rng, 30, 500))
    feedback = received + timedelta(minutes=between(rng, 20 * 60, 160 * 60))
    if feedback >= latest or departed - free < timedelta(days=3):
        return None
    before = Path(MOVED.steps[:4])
    prepared, times = _laid(_spans(rng, before, urgent=False), free, departed)
    steps = (*zip((step.action for step in before.steps), times, strict=True),)
    return Story(
        record.found_in, record.holder, Purpose.RETURN_CHOSEN, False, prepared,
        (*steps[:3], (Action.DEPART, departed), (Action.RECEIVE, received), (Action.GIVE_FEEDBACK, feedback)),
        expected_at=arrived - timedelta(minutes=between(rng, -90, 90)), arrived_at=arrived,
    )  # fmt: skip


def _past(
    rng: Random, record: CaseRecord, holder: str, path: Path, room: tuple[datetime, datetime], receiver: str | None
) -> Story:
    spans = _spans(rng, path, urgent := chance(rng, URGENT_SHARE))
    free, before = room
    least = free + timedelta(minutes=sum(spans))
    end = least + (before - least) * rng.random() if least < before else before
    return _story(rng, record, holder, path, urgent, _laid(spans, free, end), receiver)


def _running(
    rng: Random, record: CaseRecord, holder: str, path: Path, free: datetime, until: datetime, receiver: str | None
) -> Story:
    spans = _spans(rng, path, urgent := chance(rng, URGENT_SHARE))
    pace = URGENT_PACE if urgent else 1
    wait = timedelta(minutes=between(rng, path.least_wait * 60, path.most_wait * 60) // pace + 5)
    end = max(until - wait, free + (until - free) / 2)
    return _story(rng, record, holder, path, urgent, _laid(spans, free, end), receiver)


def _spans(rng: Random, path: Path, urgent: bool) -> list[int]:
    """Minutes before each step."""
    pace = URGENT_PACE if urgent else 1
    return [between(rng, step.least_hours * 60, step.most_hours * 60) // pace + 1 for step in path.steps]


def _laid(spans: Sequence[int], free: datetime, end: datetime) -> tuple[datetime, tuple[datetime, ...]]:
    """When the draft was begun and when each step was taken, the last one at `end`; closer together where time is short."""
    room = int((end - free).total_seconds()) // 60
    total = sum(spans)
    minutes = [span * room // total for span in spans] if total > room else list(spans)
    at = prepared = end - timedelta(minutes=sum(minutes))
    times = []
    for span in minutes:
        at += timedelta(minutes=span)
        times.append(at)
    return prepared, tuple(times)


def _story(
    rng: Random,
    record: CaseRecord,
    holder: str,
    path: Path,
    urgent: bool,
    laid: tuple[datetime, tuple[datetime, ...]],
    receiver: str | None,
) -> Story:
    prepared, times = laid
    purpose, receiver = _whither(rng, record, holder, receiver)
    if not _backed(record, holder, purpose, prepared):
        purpose = Purpose.SAFETY
    steps = tuple(zip((step.action for step in path.steps), times, strict=True))
    departed = next((at for action, at in steps if action is Action.DEPART), None)
    received = next((at for action, at in steps if action is Action.RECEIVE), None)
    expected = departed + timedelta(minutes=between(rng, 300, 1900) // (2 if urgent else 1)) if departed else None
    arrived = departed + (received - departed) * (between(rng, 55, 95) / 100) if departed and received else None
    return Story(holder, receiver, purpose, urgent, prepared, steps, expected, arrived)


def _backed(record: CaseRecord, holder: str, purpose: Purpose, at: datetime) -> bool:
    """Whether the holder has written down by then what the gates ask for this purpose (`referral.purposes`)."""
    first = holder == record.found_in
    if purpose is Purpose.LEGAL_TRANSFER:
        return first and any(
            track.kind == "asylum" and track.since_at <= at and track.until_at is None for track in record.legal_tracks
        )
    return purpose is not Purpose.SERVICES or (first and any(need.opened_at <= at for need in record.needs))


def _whither(rng: Random, record: CaseRecord, holder: str, receiver: str | None) -> tuple[Purpose, str]:
    """Why and where to. Nothing goes where the person fears harm or must not be known."""
    closed = {holder, *record.feared_countries, *(item.country for item in record.blocked)}
    origin = next(iter(record.citizenships), "")
    purpose = weighted(rng, PURPOSES)
    if receiver is None and purpose is Purpose.RETURN_CHOSEN and origin in OTHERS and origin not in closed:
        return purpose, origin
    if purpose is Purpose.RETURN_CHOSEN:
        purpose = Purpose.SERVICES
    if receiver is None:
        open_to = [code for code in (BUSY if chance(rng, 0.45) else OTHERS) if code not in closed | {origin}]
        receiver = pick(rng, open_to)
    return purpose, receiver
