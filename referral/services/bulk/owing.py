"""The deadlines of an invented case, with rungs that fell due as the sweep would have found them.

Limits, ladder and closing follow `referral.limits`, `common.ladder` and `services.deadlines`. In the history exercise
time is wall time (`world`), so running wall time is what has passed since the first day.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from common import ladder
from referral import limits
from referral.enums import Action, Basis, DeadlineKind, DeadlineState, ReminderState
from referral.models import Deadline, Reminder
from referral.services.bulk.building import OPEN, Act, Building, Owed, Rung, Told
from referral.services.deadlines import rung_columns

PENDING, FIRED = ReminderState.PENDING.value, ReminderState.FIRED.value
CANCELLED = ReminderState.CANCELLED.value
DESKS = 4
"""How many other things may lie on the desk of whoever owes: each adds to the human floor."""


@dataclass(slots=True)
class Due:
    """How many rungs of open deadlines are still to be left waiting though their time has come."""

    left: int


def owe(
    building: Building,
    kind: DeadlineKind,
    owes: int,
    at: datetime,
    *,
    other_side: int | None = None,
    handover: int | None = None,
    question: int | None = None,
    urgent: bool = False,
    due_at: datetime | None = None,
    opened_at: datetime | None = None,
) -> None:
    """What `deadlines.open_deadline` writes."""
    world, rows = building.world, building.rows
    opened = opened_at or at
    if due_at is None:
        country = world.names[owes]
        limit = limits.limit_for(kind, urgent=urgent, child=building.child)
        due_at = limit.due(opened, country, world.zones.get(country, "UTC"))
    due_at = max(due_at, opened)
    ran = at - world.registry.starts_at
    floor = ladder.human_floor(urgent, building.number % DESKS, reads_slowly=False)
    rungs = [
        Rung(rows.key(Reminder), one["rung"], one["due_at"], one["floor_ran"], one["state"].value)
        for one in rung_columns(opened, due_at, ran, floor, at)
    ]
    building.owed.append(
        Owed(rows.key(Deadline), kind.value, owes, other_side, handover, question, opened, due_at, ran, floor, rungs)
    )


def close(
    building: Building,
    at: datetime,
    *,
    kinds: Iterable[DeadlineKind] | None = None,
    handover: int | None = None,
    owes: int | None = None,
    cancelled: bool = False,
    reason: str = "",
) -> None:
    """What `deadlines.close_deadlines` writes."""
    wanted = None if kinds is None else {kind.value for kind in kinds}
    for owed in building.owed:
        if (
            owed.state != OPEN
            or (wanted is not None and owed.kind not in wanted)
            or (handover is not None and owed.handover != handover)
            or (owes is not None and owed.owes != owes)
        ):
            continue
        met = DeadlineState.MET if owed.due_at >= at else DeadlineState.MET_LATE
        owed.state = (DeadlineState.CANCELLED if cancelled else met).value
        owed.closed_at, owed.reason = at, reason


def settle(building: Building, due: Due) -> None:
    """Let every rung fall due, but for those that are to wait. Then the deadlines are rows."""
    for owed in building.owed:
        _fire(building, owed, due)
        _write(building, owed)


def _fire(building: Building, owed: Owed, due: Due) -> None:
    stop = owed.closed_at or building.world.until
    starts = building.world.registry.starts_at
    fires = []
    for rung in owed.rungs:
        at = max(rung.due_at, starts + rung.floor_ran)
        if rung.state == PENDING and at <= stop:
            fires.append((rung, at))
        elif owed.state != OPEN:
            rung.state = CANCELLED
    if owed.state == OPEN and due.left:
        waiting = min(due.left, len(fires))
        due.left -= waiting
        fires = fires[: len(fires) - waiting]
    for rung, at in fires:
        rung.state, rung.fired_at = FIRED, at
        _tell(building, owed, rung, at)
        if rung.name == ladder.Rung.COORDINATOR:
            _lapse(building, owed, at)


def _lapse(building: Building, owed: Owed, at: datetime) -> None:
    """At the last rung the handover is marked escalated, by the system."""
    state = ""
    if owed.handover is not None:
        state = [then for since, then in building.states[owed.handover] if since <= at][-1]
        building.escalated.setdefault(owed.handover, at)
    building.acts.append(Act(at, Action.LAPSE.value, None, owed.handover, owed.kind, from_state=state, to_state=state))


def _tell(building: Building, owed: Owed, rung: Rung, at: datetime) -> None:
    """Whom `reminders` tells of a rung."""
    world, kind = building.world, f"reminder_{rung.name}"
    readers = [(reader, kind) for reader in world.owing[owed.owes]]
    match ladder.LADDER[ladder.Rung(rung.name)].tells:
        case ladder.Audience.BOTH_SIDES:
            others = world.told[owed.other_side] if owed.other_side else []
            readers += [(reader, "reminder_unanswered") for reader in others]
        case ladder.Audience.DEPUTY:
            readers = [(reader, kind) for reader in world.deputies[owed.owes]]
        case ladder.Audience.COORDINATOR:
            readers = [(reader, kind) for reader in world.coordinators]
        case ladder.Audience.OWING:
            pass
    cause = f"reminder:{rung.key}"
    building.told += [
        Told(reader.user_id, reader.institution_id, said, cause, said, at, owed.handover, None)
        for reader, said in readers
    ]


def _write(building: Building, owed: Owed) -> None:
    registry = building.world.registry.pk
    building.add(
        Deadline,
        id=owed.key,
        registry_id=registry,
        case_id=building.case_id,
        handover_id=owed.handover,
        question_id=owed.question,
        kind=owed.kind,
        owes_id=owed.owes,
        other_side_id=owed.other_side,
        opened_at=owed.opened_at,
        due_at=owed.due_at,
        opened_ran=owed.opened_ran,
        floor=owed.floor,
        state=owed.state,
        closed_at=owed.closed_at,
        reason=owed.reason,
        basis=Basis.DEFAULT.value,
    )
    for rung in owed.rungs:
        building.add(
            Reminder,
            id=rung.key,
            registry_id=registry,
            deadline_id=owed.key,
            rung=rung.name,
            due_at=rung.due_at,
            floor_ran=rung.floor_ran,
            state=rung.state,
            fired_at=rung.fired_at,
            fired_wall=rung.fired_at,
        )
