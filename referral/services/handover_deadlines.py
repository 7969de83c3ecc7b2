"""Who owes what from a row of the handover table on."""

from __future__ import annotations

from datetime import datetime
from typing import TypedDict

from common.working_time import add_hours
from referral.enums import DeadlineKind, Urgency
from referral.limits import TRAVEL_PLAN_BEFORE_DEPARTURE
from referral.models import Handover
from referral.services import deadlines
from referral.services.command import Work
from referral.services.deadlines import Closing, Opening
from referral.transitions import Transition

OWED_BY_RECEIVER = frozenset(
    {DeadlineKind.ACKNOWLEDGE, DeadlineKind.DECIDE, DeadlineKind.CONFIRM_ARRIVAL, DeadlineKind.FEEDBACK}
)
"""The sender owes the rest. Of a country without a seat the sender chases the answer, and so owes that too."""
OPENED_BY_EFFECT = frozenset({DeadlineKind.ANSWER, DeadlineKind.CONFIRM_STOP})


class Pace(TypedDict):
    """Which limits apply: those of an urgent case, of a child, of both."""

    urgent: bool
    child: bool


class Times(TypedDict, total=False):
    """What does not simply start now."""

    due_at: datetime
    opened_at: datetime


def pace(handover: Handover) -> Pace:
    """Which limits apply: those of an urgent case, of a child, of both."""
    return {"urgent": handover.urgency == Urgency.URGENT, "child": handover.child}


def closings(handover: Handover, row: Transition) -> list[Closing]:
    """What this row meets or makes moot."""
    met = [kind for kind in row.meets if kind is not DeadlineKind.ANSWER]
    found = [Closing(handover=handover, kinds=met)] if met else []
    if row.cancels:
        found.append(Closing(handover=handover, kinds=row.cancels, cancelled=True, reason=row.action))
    if row.ends_all_deadlines:
        found.append(Closing(handover=handover, cancelled=True, reason=row.action))
    return found


def open_for(work: Work, handover: Handover, row: Transition) -> None:
    """Open what is owed from this row on."""
    found = [_opening(work, handover, kind) for kind in row.opens if kind not in OPENED_BY_EFFECT]
    if found:
        deadlines.open_all(found, work.moment)


def _opening(work: Work, handover: Handover, kind: DeadlineKind) -> Opening:
    owes, other = handover.sender, handover.receiver
    if kind in OWED_BY_RECEIVER and handover.receiver is not None:
        owes, other = handover.receiver, handover.sender
    which, times = pace(handover), times_of(handover, kind, work.moment.at)
    opening = Opening(
        case=work.case,
        kind=kind,
        owes=owes,
        other_side=other,
        handover=handover,
        urgent=which["urgent"],
        child=which["child"],
    )
    if "due_at" in times:
        opening["due_at"] = times["due_at"]
    if "opened_at" in times:
        opening["opened_at"] = times["opened_at"]
    return opening


def times_of(handover: Handover, kind: DeadlineKind, at: datetime) -> Times:
    """Deadlines that do not simply start now: the travel plan before the reception, the arrival after the expected one."""
    if kind is DeadlineKind.TRAVEL_PLAN and handover.expected_at is not None:
        # A plan stands: it is confirmed by a departure or replaced before the arrival that it names (exercise default).
        return {"due_at": max(at, handover.expected_at)}
    if kind is DeadlineKind.TRAVEL_PLAN:
        if handover.reception_from_at is None or handover.reception_from_at <= at:
            # No time was agreed, or it has passed, as after a journey that turned back: the next is planned from now.
            return {"due_at": add_hours(at, TRAVEL_PLAN_BEFORE_DEPARTURE.hours)}
        ahead = add_hours(handover.reception_from_at, -TRAVEL_PLAN_BEFORE_DEPARTURE.hours)
        urgent = handover.urgency == Urgency.URGENT or ahead <= at
        return {"due_at": max(at, handover.reception_from_at if urgent else ahead)}
    if kind is DeadlineKind.CONFIRM_ARRIVAL and handover.expected_at is not None:
        return {"opened_at": max(at, handover.expected_at)}
    return {}
