"""What waits for an actor, what waits for others, and what is decided. A constant number of queries each."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, F, Max, Prefetch, Q, QuerySet

from common import ladder
from common.clock import ClockState
from referral.actor import Actor
from referral.enums import OPEN_STATES, Action, DeadlineKind, DeadlineState, HandoverState, NotCovered
from referral.models import Case, Deadline, Handover, Notice, Whereabouts
from referral.policy import ON_HANDOVER, SENT, Relation, allowed, as_q, faces, roles_that_may
from referral.selectors.facts import gap_now
from referral.selectors.people import people
from referral.transitions import TRANSITIONS

D = DeadlineKind


@dataclass(frozen=True, slots=True)
class Now:
    """Both times of a request, and the clock that ties them."""

    at: datetime
    wall: datetime
    clock: ClockState


ACT_OF: Mapping[DeadlineKind, Action] = {
    D.TONIGHT: Action.RECORD_TONIGHT,
    D.TAKE: Action.TAKE_CASE,
    D.RELEASE: Action.RELEASE,
    D.SCREEN: Action.SCREEN,
    D.CHILD_NOTICE: Action.ASSIGN,
    D.ACKNOWLEDGE: Action.ACKNOWLEDGE,
    D.DECIDE: Action.ACCEPT,
    D.ANSWER: Action.ANSWER,
    D.TRAVEL_PLAN: Action.DEPART,
    D.CONFIRM_ARRIVAL: Action.RECEIVE,
    D.FEEDBACK: Action.GIVE_FEEDBACK,
    D.CONFIRM_STOP: Action.CONFIRM_STOP,
    D.REVIEW_RISK: Action.RECORD_RISK,
    D.STALE_DRAFT: Action.OFFER,
}
"""The act that meets a deadline. Who may do it sees the deadline as a thing that waits."""

QUIET_UNTIL_HALF = frozenset({D.REVIEW_RISK})
"""Work that lies far ahead; it joins the list when half of its time has passed, as the first reminder does."""


@dataclass(frozen=True, slots=True)
class Thing:
    """One thing that waits. `deadline` is empty for a person who is not covered and for whom nothing else is open."""

    case: Case
    gap: NotCovered | None
    deadline: Deadline | None = None
    overdue: bool = False

    @property
    def handover(self) -> Handover | None:
        return self.deadline.handover if self.deadline else None


Cases = Sequence[tuple[Case, NotCovered | None]]
"""Cases, each with why its person is not covered now."""


@dataclass(frozen=True, slots=True)
class News:
    """Notices of a reader: the newest, and how many are unread or newer than a version."""

    newest: int
    unread: int
    newer: int


def latest_place() -> Prefetch:
    """Only the newest known place of each case: what `facts.gap_now` reads."""
    newest = Whereabouts.objects.order_by("case_id", "-happened_at", "-pk").distinct("case_id")
    return Prefetch("whereabouts", queryset=newest)


def my_cases(actor: Actor, at: datetime, *, only_uncovered: bool = False) -> Cases:
    """Open cases that the actor's institution holds, works on or has just opened, each with why it is not covered now.

    Three queries. Cases held before are left out: nothing in them waits for the actor. A country with thousands of
    people asks for those alone who are not covered.
    """
    rows = people(actor, at).filter(pk__in=_mine(actor).values("pk"))
    if only_uncovered:
        rows = rows.filter(is_covered=False)
    rows = rows.select_related("person", "holder").prefetch_related(latest_place(), "assignments")
    return [(case, gap_now(case, at)) for case in rows]


def _mine(actor: Actor) -> QuerySet[Case]:
    known = faces(Action.VIEW_CASE)
    mine = Q(pk__in=())
    for relation in (Relation.HOLDER, Relation.OPENED, Relation.ASSIGNED):
        mine |= known[relation].as_q(actor)
    return Case.objects.filter(as_q(actor, Action.VIEW_CASE) & mine, closed_at__isnull=True)


def waiting(actor: Actor, now: Now, cases: Cases) -> list[Thing]:
    """What waits for the actor: not covered first, then by due time. Two queries beside those of `my_cases`."""
    gaps = {case.pk: gap for case, gap in cases}
    things = [
        _thing(row, _gap_shown(actor, row, gaps), now)
        for row in _open_deadlines(actor)
        if _is_for(actor, row) and not _is_early(row, now.at)
    ]
    told = {thing.case.pk for thing in things if thing.deadline and thing.deadline.kind == D.TONIGHT}
    things += [
        Thing(case, gap)
        for case, gap in cases
        if gap is not None and case.pk not in told and allowed(actor, Action.RECORD_TONIGHT, case)
    ]
    return sorted(things, key=_order)


def waiting_for_others(actor: Actor, now: Now) -> list[Thing]:
    """Open handovers of the actor's institution in which the other side has to act next, by due time. One query."""
    rows = _with_rows(_owed_by_others(actor)).order_by("due_at", "pk")
    return [_thing(row, None, now) for row in rows if _is_current(row)]


def decided(actor: Actor) -> QuerySet[Handover]:
    """Handovers that are over, newest first: received, declined, withdrawn, stopped."""
    over = [state for state in SENT if state not in OPEN_STATES]
    return (
        Handover.objects.filter(as_q(actor, Action.VIEW_HANDOVER), state__in=over)
        .select_related("case__person", "sender", "receiver", "packet")
        .order_by(F("closed_at").desc(nulls_first=True), "-pk")
    )


def news(actor: Actor, after: int = 0) -> News:
    """What the reader has been told. One query; the status line asks it every few seconds."""
    found = Notice.objects.filter(user_id=actor.user_id, registry_id=actor.registry_id).aggregate(
        newest=Max("pk"),
        unread=Count("pk", filter=Q(read_wall__isnull=True)),
        newer=Count("pk", filter=Q(pk__gt=after)),
    )
    return News(found["newest"] or 0, found["unread"], found["newer"])


def notices(actor: Actor) -> QuerySet[Notice]:
    """What the reader was told in this registry, newest first."""
    rows = Notice.objects.filter(user_id=actor.user_id, registry_id=actor.registry_id)
    return rows.select_related("case__person", "handover__case__person").order_by("-at", "-pk")


def is_overdue(deadline: Deadline, now: Now) -> bool:
    """Whether the due time has passed and people have had time to read."""
    return ladder.is_overdue(now.clock, now.wall, deadline.due_at, deadline.opened_ran, deadline.floor)


def _thing(row: Deadline, gap: NotCovered | None, now: Now) -> Thing:
    if row.handover is not None:
        row.handover.case = row.case  # one object for both ways to it, so that nothing is asked twice
    return Thing(row.case, gap, row, is_overdue(row, now))


def _open_deadlines(actor: Actor) -> QuerySet[Deadline]:
    home = Q(handover__isnull=True, case__in=_mine(actor).values("pk"))
    kinds = [kind for kind, action in ACT_OF.items() if actor.role in roles_that_may(action)]
    rows = Deadline.objects.filter(
        Q(owes=actor.institution_id) | home, registry=actor.registry_id, state=DeadlineState.OPEN, kind__in=kinds
    )
    return _with_rows(rows).prefetch_related("case__assignments")


def _with_rows(rows: QuerySet[Deadline]) -> QuerySet[Deadline]:
    return rows.select_related(
        "case__person", "case__holder", "owes", "handover__sender", "handover__receiver", "handover__packet"
    )


def _owed_by_others(actor: Actor) -> QuerySet[Deadline]:
    ours = Handover.objects.filter(as_q(actor, Action.VIEW_HANDOVER), state__in=OPEN_STATES).values("pk")
    return Deadline.objects.filter(handover__in=ours, state=DeadlineState.OPEN).exclude(owes=actor.institution_id)


def _is_for(actor: Actor, row: Deadline) -> bool:
    """Whether the actor may do now what meets this deadline."""
    action = ACT_OF[DeadlineKind(row.kind)]
    return _is_current(row) and allowed(actor, action, row.handover if action in ON_HANDOVER else row.case)


def _is_current(row: Deadline) -> bool:
    """Whether the act is possible in the handover's state: "decide" waits until the offer is acknowledged."""
    action = ACT_OF.get(DeadlineKind(row.kind))
    return row.handover is None or action is None or row.handover.state in TRANSITIONS[action].sources


def _is_early(row: Deadline, at: datetime) -> bool:
    return row.kind in QUIET_UNTIL_HALF and at < ladder.rung_due_at(row.opened_at, row.due_at, ladder.Rung.HALF)


def _gap_shown(actor: Actor, row: Deadline, gaps: Mapping[int, NotCovered | None]) -> NotCovered | None:
    """Why the person is not covered, as far as the actor may know it.

    A receiver knows before receipt only what the handover itself says: that the person travels alone.
    """
    if row.case_id in gaps:
        return gaps[row.case_id]
    handover = row.handover
    receives = handover is not None and handover.receiver_id == actor.institution_id
    alone = handover is not None and handover.state == HandoverState.DEPARTED and not handover.escort
    return NotCovered.ALONE if receives and alone else None


def _order(thing: Thing) -> tuple[bool, bool, float, int]:
    due = thing.deadline.due_at.timestamp() if thing.deadline else 0.0
    return (thing.gap is None, thing.deadline is None, due, thing.case.pk)
