"""The ways a handover can have gone, as rows of the handover table with how long each step takes. Pure data.

The hours are those of an ordinary case and our own choice; an urgent one goes `URGENT_PACE` times as fast.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from referral.enums import Action, Purpose

A = Action
URGENT_PACE = 8


@dataclass(frozen=True, slots=True)
class Step:
    """One row of the table, so many hours after the one before; the first counts from when the draft was begun."""

    action: Action
    least_hours: int
    most_hours: int


@dataclass(frozen=True, slots=True)
class Path:
    """Steps in order, and for how many hours the handover then has been where it is (only while something waits)."""

    steps: tuple[Step, ...]
    least_wait: int = 0
    most_wait: int = 0


def _path(*steps: tuple[Action, int, int], waits: tuple[int, int] = (0, 0)) -> Path:
    return Path(tuple(Step(*step) for step in steps), *waits)


OFFER, ACKNOWLEDGE, ACCEPT = (A.OFFER, 4, 90), (A.ACKNOWLEDGE, 1, 52), (A.ACCEPT, 12, 190)
CONDITIONS = (A.PUT_CONDITIONS, 12, 150)
ASK, ANSWER = (A.ASK, 2, 60), (A.ANSWER, 3, 22)
DEPART, RECEIVE, FEEDBACK = (A.DEPART, 30, 170), (A.RECEIVE, 10, 60), (A.GIVE_FEEDBACK, 20, 160)

OPEN: Mapping[Path, int] = {
    _path(OFFER, waits=(1, 90)): 24,
    _path(OFFER, ACKNOWLEDGE, waits=(1, 300)): 22,
    _path(OFFER, ACKNOWLEDGE, ASK, waits=(1, 150)): 14,
    _path(OFFER, ACKNOWLEDGE, ASK, ANSWER, waits=(1, 150)): 8,
    _path(OFFER, ACKNOWLEDGE, ACCEPT, waits=(1, 90)): 15,
    _path(OFFER, ACKNOWLEDGE, (A.STOP, 4, 90), waits=(1, 40)): 3,
    _path(OFFER, ACKNOWLEDGE, ACCEPT, (A.STOP, 4, 60), waits=(1, 40)): 2,
    _path(OFFER, ACKNOWLEDGE, (A.HOLD, 4, 90), waits=(1, 90)): 2,
    _path(OFFER, ACKNOWLEDGE, CONDITIONS, waits=(1, 90)): 4,
    _path(OFFER, ACKNOWLEDGE, ACCEPT, DEPART, waits=(1, 50)): 10,
    _path(OFFER, ACKNOWLEDGE, ACCEPT, DEPART, (A.REPORT_NOT_ARRIVED, 50, 70), waits=(1, 40)): 2,
}
"""Handovers in which something waits, with their shares (our own values)."""

MOVED = _path(OFFER, ACKNOWLEDGE, ACCEPT, DEPART, RECEIVE, FEEDBACK)
PAST: Mapping[Path, int] = {
    MOVED: 30,
    _path(OFFER, ACKNOWLEDGE, ASK, ANSWER, ACCEPT, DEPART, RECEIVE, FEEDBACK): 10,
    _path(OFFER, ACKNOWLEDGE, CONDITIONS, (A.AGREE_CONDITIONS, 3, 60), DEPART, RECEIVE, FEEDBACK): 4,
    _path(OFFER, ACKNOWLEDGE, (A.DECLINE, 8, 200)): 24,
    _path(OFFER, ACKNOWLEDGE, (A.WITHDRAW, 8, 200)): 14,
    _path(OFFER, ACKNOWLEDGE, ACCEPT, (A.STOP, 4, 60), (A.CONFIRM_STOP, 1, 20)): 8,
    _path(OFFER, ACKNOWLEDGE, (A.PROPOSE_FORWARD, 4, 60), (A.AGREE_FORWARD, 3, 60)): 4,
    _path(OFFER, ACKNOWLEDGE, (A.DIVERT, 8, 100)): 2,
    _path((A.DISCARD, 20, 200)): 14,
}
"""Handovers that are over, with their shares (our own values)."""

ARRIVED = _path(OFFER, ACKNOWLEDGE, ACCEPT, DEPART, RECEIVE, waits=(2, 190))
"""Arrived, and feedback is awaited."""
DRAFT = _path(waits=(2, 240))

PURPOSES: Mapping[Purpose, int] = {
    Purpose.RETURN_CHOSEN: 40,
    Purpose.SAFETY: 24,
    Purpose.FAMILY_UNITY: 14,
    Purpose.SERVICES: 16,
    Purpose.LEGAL_TRANSFER: 6,
}
"""Why people move (our own shares). A return is one only where the person is abroad and may go back; nobody who is made up
is under witness protection."""
