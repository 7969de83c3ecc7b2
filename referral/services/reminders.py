"""The ladder comes due: every rung fires once, at its own logical time, however late somebody looks.

Locks are taken in one order everywhere: registry, then case, then reminders (docs/decisions/0020).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import connection
from django.db.models import QuerySet

from common import ladder, prepared
from common.clock import ClockMode
from referral.asking_states import ENQUIRY_MOVES, EnquiryAct
from referral.enums import OPEN_STATES, Action, DeadlineState, ReminderState
from referral.models import Case, Deadline, Enquiry, Handover, Registry, Reminder
from referral.services import events, notify
from referral.services.moment import Moment
from referral.services.notify import Line
from referral.services.readers import Reader, Seats, seats

SEVERAL = "reminders"
UNANSWERED = "reminder_unanswered"
"""What the other side reads when the time has passed: it still protects the person and can act."""

# The guard that makes four sweepers at once fire each rung once: a row that is no longer pending is not claimed.
CLAIM = """
UPDATE referral_reminder AS reminder
   SET state = 'fired', fired_at = due.at, fired_wall = %s
  FROM unnest(%s::bigint[], %s::timestamptz[]) AS due(id, at)
 WHERE reminder.id = due.id AND reminder.state = 'pending'
RETURNING reminder.id
"""

ESCALATE = """
UPDATE referral_handover AS handover
   SET escalated_at = lapsed.at
  FROM unnest(%s::bigint[], %s::timestamptz[]) AS lapsed(id, at)
 WHERE handover.id = lapsed.id AND handover.escalated_at IS NULL AND handover.state = ANY(%s)
"""


@dataclass(frozen=True, slots=True)
class Due:
    """A rung and the exercise instant at which it became due."""

    at: datetime
    reminder_id: int
    case_id: int


@dataclass(frozen=True, slots=True)
class Heard:
    """What one reader hears of one fired rung."""

    reader: Reader
    kind: str
    at: datetime
    reminder: Reminder


def settle(
    registry: Registry,
    moment: Moment,
    *,
    case_id: int | None = None,
    budget: int | None = None,
    wait: bool = True,
    at_once: bool = False,
) -> int:
    """Fire what is due at the moment, in order of (logical time, id); returns how many rungs fired.

    The caller is in a transaction, holds the registry row and, when it names a case, that case's row. Otherwise the
    cases concerned are locked here; with `wait=False` a case that somebody works on is left to the next pass.
    `budget` bounds the number of rungs looked at, earliest first. The number of statements does not depend on how many
    rungs are due, nor on how many wait. `at_once` lifts the human floor: what it still holds back is due at the moment
    itself, so that nothing is stamped earlier than what has gone out before.
    """
    due = due_rungs(registry, moment, case_id=case_id, budget=budget, at_once=at_once)
    if due and case_id is None:
        held = lock_cases({rung.case_id for rung in due}, wait=wait)
        due = [rung for rung in due if rung.case_id in held]
    fired = claim(due, moment)
    if fired:
        _lapse(fired, moment)
        notify.write(_merged(_heard(registry, fired, moment)), registry_id=registry.pk, moment=moment)
    return len(fired)


def due_rungs(
    registry: Registry, moment: Moment, *, case_id: int | None = None, budget: int | None = None, at_once: bool = False
) -> list[Due]:
    """The pending rungs that are due at the moment, in order of (logical time, id); with `budget`, the first of them.

    Only the stretch since the last change of the clock matters for the human floor: every change settles first.
    With a budget no more rows are read than are wanted, as a rule: the index gives them by their own time, and none
    becomes due before its own time. Where the human floor holds so many back that this order says too little, more
    rows are read until it is certain which come first.
    """
    ran = None if at_once or moment.clock.mode is ClockMode.STEP else moment.ran
    window = budget
    while True:
        rows = _first_pending(window + 1 if window else None, registry.pk, moment.at, ran, case_id)
        found = sorted(_due(rows, moment, at_once), key=lambda rung: (rung.at, rung.reminder_id))
        if window is None or len(rows) <= window:
            return found[:budget]
        unread_from = (rows[-1][DUE_AT], rows[-1][PK])
        certain = [rung for rung in found if (rung.at, rung.reminder_id) < unread_from]
        if certain:
            return certain[:budget]
        window *= 4


ROW = ("pk", "rung", "due_at", "floor_ran", "deadline__case_id")
PK, DUE_AT = ROW.index("pk"), ROW.index("due_at")


def _pending(
    registry: int, at: datetime, ran: timedelta | None, case: int | None = None
) -> QuerySet[Reminder, tuple[Any, ...]]:
    """Pending rungs whose own time has come, in the order of the index that is kept for this question."""
    pending = Reminder.objects.filter(
        registry=registry, state=ReminderState.PENDING, due_at__lte=at, deadline__state=DeadlineState.OPEN
    )
    if ran is not None:
        pending = pending.filter(floor_ran__lte=ran)
    if case is not None:
        pending = pending.filter(deadline__case_id=case)
    return pending.order_by("due_at", "pk").values_list(*ROW)


def _first_pending(
    most: int | None, registry: int, at: datetime, ran: timedelta | None, case: int | None
) -> list[tuple[Any, ...]]:
    return prepared.rows(lambda *given: _pending(*given)[:most], registry, at, ran, case, shape=most)


def _due(rows: Iterable[tuple[Any, ...]], moment: Moment, at_once: bool) -> Iterable[Due]:
    for pk, rung, due_at, floor_ran, of_case in rows:
        at = ladder.effective_at(moment.clock, due_at, floor_ran, ladder.Rung(rung), timedelta(0))
        if at is not None and at <= moment.at:
            yield Due(at, pk, of_case)
        elif at_once:
            yield Due(moment.at, pk, of_case)


def lock_cases(case_ids: Iterable[int], *, wait: bool) -> set[int]:
    """Lock these cases in the order of their keys; without `wait`, only those that nobody holds. Returns the locked."""
    rows = Case.objects.select_for_update(skip_locked=not wait, no_key=True).filter(pk__in=list(case_ids))
    return set(rows.order_by("pk").values_list("pk", flat=True))


def claim(due: Sequence[Due], moment: Moment) -> list[tuple[datetime, Reminder]]:
    """Turn pending rungs into fired ones, each with its logical time; returns those that were still pending."""
    if not due:
        return []
    with connection.cursor() as cursor:
        cursor.execute(CLAIM, [moment.wall, [rung.reminder_id for rung in due], [rung.at for rung in due]])
        claimed = {row[0] for row in cursor.fetchall()}
    rows = Reminder.objects.select_related("deadline__owes", "deadline__other_side").in_bulk(claimed)
    return [(rung.at, rows[rung.reminder_id]) for rung in due if rung.reminder_id in rows]


def _lapse(fired: Sequence[tuple[datetime, Reminder]], moment: Moment) -> None:
    """At the last rung the handover is marked escalated, by the system. Its state stays, and so does who answers (I8)."""
    last = [(at, reminder.deadline) for at, reminder in fired if reminder.rung == ladder.Rung.COORDINATOR]
    if not last:
        return
    cases = Case.objects.in_bulk({deadline.case_id for _at, deadline in last})
    handovers = Handover.objects.in_bulk({deadline.handover_id for _at, deadline in last if deadline.handover_id})
    events.record_all(
        [_lapsed(at, row, cases[row.case_id], handovers.get(row.handover_id)) for at, row in last], moment
    )
    lapse = ENQUIRY_MOVES[EnquiryAct.LAPSE]
    Enquiry.objects.filter(
        pk__in=[row.enquiry_id for _at, row in last if row.enquiry_id], state__in=lapse.sources
    ).update(state=lapse.target)
    first: dict[int, datetime] = {}
    for at, deadline in last:
        if deadline.handover_id is not None:
            first.setdefault(deadline.handover_id, at)
    with connection.cursor() as cursor:
        cursor.execute(ESCALATE, [list(first), list(first.values()), sorted(OPEN_STATES)])


def _lapsed(at: datetime, deadline: Deadline, case: Case, handover: Handover | None) -> events.Entry:
    state = handover.state if handover else ""
    return events.Entry(
        case=case,
        kind=Action.LAPSE.value,
        at=at,
        handover=handover,
        code=deadline.kind,
        from_state=state,
        to_state=state,
    )


def _heard(registry: Registry, fired: Sequence[tuple[datetime, Reminder]], moment: Moment) -> list[Heard]:
    """Who hears what about these rungs, in their order."""
    here = seats(registry.pk, moment)
    known: dict[tuple[str, int, int | None], list[tuple[Reader, str]]] = {}
    found = []
    for at, reminder in fired:
        alike = (reminder.rung, reminder.deadline.owes_id, reminder.deadline.other_side_id)
        if alike not in known:
            known[alike] = _audience(reminder, here)
        for reader, kind in known[alike]:
            found.append(Heard(reader, kind, at, reminder))
    return found


def _audience(reminder: Reminder, here: Seats) -> list[tuple[Reader, str]]:
    rung, deadline = ladder.Rung(reminder.rung), reminder.deadline
    kind = f"reminder_{rung.value}"
    match ladder.LADDER[rung].tells:
        case ladder.Audience.OWING:
            return [(reader, kind) for reader in here.owing(deadline.owes)]
        case ladder.Audience.BOTH_SIDES:
            other = here.at(deadline.other_side) if deadline.other_side else []
            return [(reader, kind) for reader in here.owing(deadline.owes)] + [(reader, UNANSWERED) for reader in other]
        case ladder.Audience.DEPUTY:
            return [(reader, kind) for reader in here.deputies(deadline.owes)]
        case ladder.Audience.COORDINATOR:
            return [(reader, kind) for reader in here.coordinators()]


def _merged(heard: Iterable[Heard]) -> list[Line]:
    """One line per reader: after an outage several rungs become one message, which says the latest.

    The cause names the last rung in it. A rung fires once ever, so no repetition can tell the same thing twice.
    """
    by_user: dict[int, list[Heard]] = {}
    for item in heard:
        by_user.setdefault(item.reader.user_id, []).append(item)
    return [_one_line(items) for items in by_user.values()]


def _one_line(items: Sequence[Heard]) -> Line:
    last = items[-1]
    of_one_deadline = len({item.reminder.deadline_id for item in items}) == 1
    cases = {None if _unnamed(item) else item.reminder.deadline.case_id for item in items}
    handovers = {item.reminder.deadline.handover_id for item in items}
    kind = last.kind if of_one_deadline else SEVERAL
    return Line(
        reader=last.reader,
        kind=kind,
        cause=f"reminder:{last.reminder.pk}",
        template=kind,
        at=last.at,
        case_id=cases.pop() if len(cases) == 1 else None,
        handover_id=handovers.pop() if len(handovers) == 1 else None,
    )


def _unnamed(item: Heard) -> bool:
    """Whoever is asked for a place never learns which case it is."""
    deadline = item.reminder.deadline
    asked = deadline.enquiry_id is not None and deadline.other_side_id is not None
    return asked and item.reader.institution_id == deadline.owes_id
