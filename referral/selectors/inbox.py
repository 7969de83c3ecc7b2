"""The inbox: who is not covered, what waits for an actor, what waits for others, what is decided.

Every list reads one index per relation and no more rows than a page shows, so that an institution with thousands of
people finds its inbox as fast as one with ten. Lists are counted up to COUNTED and no further.

A desk of a role takes its lists from here: `waiting` (things that wait for an actor, by due time), `uncovered_people`
and `people_worked_with` (cases that the actor's institution holds, works on or has just opened).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Generic, TypeVar

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import BooleanField, F, Func, IntegerField, OuterRef, Q, QuerySet, Subquery, Value, When
from django.db.models import Case as Choice
from django.db.models.functions import JSONObject

from common import ladder
from common.clock import ClockState
from referral.actor import Actor
from referral.enums import OVER_STATES, Action, DeadlineKind, DeadlineState, HandoverState, NotCovered
from referral.models import Case, Deadline, Handover, Notice, Registry
from referral.policy import Relation
from referral.selectors import due
from referral.selectors.cases import standing_q, standings
from referral.selectors.due import ACT_OF, states_of
from referral.selectors.people import COUNTED, gap_listed, uncovered

PAGE = 25
"""Things on one page of a list."""

SAMPLE = 10
"""People on the first page who are not covered; the rest is one link away."""

D = DeadlineKind
Row = TypeVar("Row")
WORKED = (Relation.HOLDER, Relation.OPENED, Relation.ASSIGNED)
ALONE = Q(kind=D.CONFIRM_ARRIVAL, handover__state=HandoverState.DEPARTED, handover__escort="")
"""The only gap that a receiver knows before receipt, because the handover itself says it: the person travels alone."""
ALONE_FIRST = Choice(When(ALONE, then=Value(True)), default=Value(False), output_field=BooleanField())


@dataclass(frozen=True, slots=True)
class Now:
    """Both times of a request, and the clock that ties them."""

    at: datetime
    wall: datetime
    clock: ClockState


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


@dataclass(frozen=True, slots=True)
class Page(Generic[Row]):
    """One page of a list, from 1 on, and whether another follows."""

    rows: Sequence[Row]
    number: int = 1
    more: bool = False


@dataclass(frozen=True, slots=True)
class Tally:
    """How long the lists are, each exact up to COUNTED (one more means "more than that"), and the reader's notices."""

    uncovered: int
    due: int
    others: int
    decided: int
    newest: int
    unread: int

    @property
    def waiting(self) -> int:
        """Things that wait for the actor: people who are not covered, and what is due."""
        return min(self.uncovered + self.due, COUNTED + 1)


@dataclass(frozen=True, slots=True)
class News:
    """Notices of a reader: the newest, and how many are newer than a version."""

    newest: int
    newer: int


def tally(actor: Actor, at: datetime) -> Tally:
    """The numbers of the inbox in one query, each read from an index and no further than COUNTED."""
    mine = Notice.objects.filter(user_id=actor.user_id, registry_id=actor.registry_id)
    lists = {
        "uncovered": uncovered_keys(actor, at, COUNTED + 1),
        "due": merged(due.waiting(actor, at), COUNTED + 1, "due_at", "pk"),
        "others": merged(_owed_by_others(actor), COUNTED + 1, "due_at", "pk"),
        "decided": merged(_decided(actor), COUNTED + 1, F("closed_at").desc(nulls_first=True), "-pk"),
        "unread": mine.filter(read_wall__isnull=True).order_by().values("pk")[: COUNTED + 1],
    }
    found = (
        Registry.objects.filter(pk=actor.registry_id)
        .annotate(newest=Subquery(mine.order_by("-pk").values("pk")[:1]), **{name: size(keys) for name, keys in lists.items()})
        .values("newest", *lists)
        .get()
    )
    newest = found.pop("newest") or 0
    return Tally(newest=newest, **{name: min(count, COUNTED + 1) for name, count in found.items()})


def size(keys: QuerySet[Any, Any] | None) -> Func:
    """How many keys a query finds, to be asked beside others in one query."""
    counted = ArraySubquery(keys if keys is not None else Case.objects.none().values("pk"))
    return Func(counted, function="cardinality", output_field=IntegerField())


def waiting(actor: Actor, now: Now, number: int = 1, kinds: Iterable[DeadlineKind] = ()) -> Page[Thing]:
    """What is due from the actor: people who travel to it alone first, then by due time. One query.

    `kinds` narrows to some kinds of deadline. People who are not covered stand in `uncovered_people`.
    """
    start, sets = (number - 1) * PAGE, due.waiting(actor, now.at, kinds)
    most = start + PAGE + 1
    alone = [rows.filter(ALONE) for rows in sets[:1]]
    keys = merged([*alone, *sets], most, "due_at", "pk")
    if keys is None:
        return Page(())
    rows = _with_rows(Deadline.objects.filter(pk__in=keys)).annotate(alone=ALONE_FIRST)
    return _page([_thing(row, now) for row in rows.order_by("-alone", "due_at", "pk")[start:most]], number)


def uncovered_people(actor: Actor, now: Now, number: int = 1, length: int = SAMPLE) -> Page[Thing]:
    """People whom the actor can make safe and who are not covered now, the longest first. One query.

    Each with the deadline of the first night where one is open.
    """
    start = (number - 1) * length
    keys = uncovered_keys(actor, now.at, start + length + 1)
    if keys is None:
        return Page(())
    return _page([_unsafe(case, now) for case in _with_tonight(keys)[start : start + length + 1]], number, length)


def uncovered_keys(actor: Actor, at: datetime, most: int) -> QuerySet[Any, Any] | None:
    """Keys of open cases whose person is not covered and whom the actor can make safe, the longest first, at most so many."""
    held = standings(actor, Action.RECORD_TONIGHT)
    open_now = Case.objects.filter(uncovered(at), closed_at__isnull=True)
    return merged([open_now.filter(standing_q(actor, relation)) for relation in held], most, "uncovered_from_at", "pk")


def people_worked_with(actor: Actor, now: Now, length: int = PAGE) -> Page[Thing]:
    """Open cases that the actor's institution holds, works on or has just opened. One query.

    Who is not covered comes first, the longest first; then whose bed ends soonest. Each with the deadline of the first
    night where one is open. Cases held before are left out: nothing in them waits for the actor.
    """
    held = [relation for relation in standings(actor, Action.VIEW_CASE) if relation in WORKED]
    sets = [Case.objects.filter(standing_q(actor, relation), closed_at__isnull=True) for relation in held]
    keys = merged(sets, length + 1, "uncovered_from_at", "pk")
    if keys is None:
        return Page(())
    return _page([_unsafe(case, now) for case in _with_tonight(keys)], 1, length)


def waiting_for_others(actor: Actor, now: Now, number: int = 1) -> Page[Thing]:
    """Open handovers of the actor's institution in which the other side has to act next, by due time. One query."""
    start = (number - 1) * PAGE
    keys = merged(_owed_by_others(actor), start + PAGE + 1, "due_at", "pk")
    if keys is None:
        return Page(())
    rows = _with_rows(Deadline.objects.filter(pk__in=keys)).order_by("due_at", "pk")
    return _page([_thing(row, now) for row in rows[start : start + PAGE + 1]], number)


def decided(actor: Actor, number: int = 1) -> Page[Handover]:
    """Handovers that are over, newest first: received, declined, withdrawn, stopped. One query."""
    start, newest = (number - 1) * PAGE, F("closed_at").desc(nulls_first=True)
    keys = merged(_decided(actor), start + PAGE + 1, newest, "-pk")
    if keys is None:
        return Page(())
    rows = Handover.objects.filter(pk__in=keys).select_related("case__person", "sender", "receiver", "packet")
    return _page(list(rows.order_by(newest, "-pk")[start : start + PAGE + 1]), number)


def news(actor: Actor, after: int = 0) -> News:
    """What the reader has been told since. One query; the status line asks it every few seconds."""
    newer = Notice.objects.filter(user_id=actor.user_id, registry_id=actor.registry_id, pk__gt=after)
    keys = list(newer.order_by("-pk").values_list("pk", flat=True)[:COUNTED])
    return News(keys[0] if keys else after, len(keys))


def notices(actor: Actor, number: int = 1) -> Page[Notice]:
    """What the reader was told in this registry, newest first. One query."""
    start = (number - 1) * PAGE
    rows = notices_of(actor).select_related("case__person", "handover__case__person").order_by("-pk")
    return _page(list(rows[start : start + PAGE + 1]), number)


def notices_of(actor: Actor) -> QuerySet[Notice]:
    """Every notice of the reader in this registry."""
    return Notice.objects.filter(user_id=actor.user_id, registry_id=actor.registry_id)


def is_overdue(deadline: Deadline, now: Now) -> bool:
    """Whether the due time has passed and people have had time to read."""
    return ladder.is_overdue(now.clock, now.wall, deadline.due_at, deadline.opened_ran, deadline.floor)


def _page(rows: Sequence[Row], number: int, length: int = PAGE) -> Page[Row]:
    return Page(rows[:length], number, len(rows) > length)


def merged(sets: Sequence[QuerySet[Any, Any]], most: int, *order: Any) -> QuerySet[Any, Any] | None:
    """Keys of the first rows of several sets together: each is read in its own order and cut, then they are merged."""
    cut = [rows.order_by(*order).values("pk")[:most] for rows in sets]
    return cut[0].union(*cut[1:]) if len(cut) > 1 else cut[0] if cut else None


def _thing(row: Any, now: Now) -> Thing:
    if row.handover is not None:
        row.handover.case = row.case  # one object for both ways to it, so that nothing is asked twice
    return Thing(row.case, NotCovered.ALONE if getattr(row, "alone", False) else None, row, is_overdue(row, now))


def _with_tonight(keys: QuerySet[Any, Any]) -> QuerySet[Any]:
    tonight = Deadline.objects.filter(case=OuterRef("pk"), kind=D.TONIGHT, state=DeadlineState.OPEN)
    columns = {field.attname: F(field.attname) for field in Deadline._meta.concrete_fields}
    return (
        Case.objects.filter(pk__in=keys)
        .select_related("person", "holder")
        .annotate(tonight=Subquery(tonight.values(whole=JSONObject(**columns))[:1]))
        .order_by("uncovered_from_at", "pk")
    )


def _unsafe(case: Any, now: Now) -> Thing:
    row = _deadline(case, case.tonight) if case.tonight else None
    return Thing(case, gap_listed(case, now.at), row, row is not None and is_overdue(row, now))


def _deadline(case: Case, found: Mapping[str, Any]) -> Deadline:
    fields = Deadline._meta.concrete_fields
    row = Deadline.from_db("default", [f.attname for f in fields], [f.to_python(found[f.attname]) for f in fields])
    row.case, row.handover = case, None
    return row


def _with_rows(rows: QuerySet[Deadline]) -> QuerySet[Deadline]:
    return rows.select_related(
        "case__person", "case__holder", "owes", "handover__sender", "handover__receiver", "handover__packet"
    )


def handover_sides(actor: Actor) -> list[Relation]:
    """Through which sides the actor's role sees the handovers of its own institution; none for roles at home."""
    sides = (Relation.SENDER, Relation.RECEIVER)
    return [relation for relation in standings(actor, Action.VIEW_HANDOVER) if relation in sides]


def _owed_by_others(actor: Actor) -> list[QuerySet[Deadline]]:
    rows = Deadline.objects.filter(other_side=actor.institution_id, state=DeadlineState.OPEN).filter(_possible())
    ours = {Relation.SENDER: Q(handover__sender=actor.institution_id), Relation.RECEIVER: Q(handover__receiver=actor.institution_id)}
    sides = handover_sides(actor)
    if not sides:
        return []
    return [rows.filter(handover__isnull=False) if len(sides) == len(ours) else rows.filter(ours[sides[0]])]


def _possible() -> Q:
    """What the other side can do in the handover's state."""
    condition = Q()
    for kind in ACT_OF:
        if states_of(kind):
            condition |= Q(kind=kind, handover__state__in=sorted(states_of(kind)))
    return condition


def _decided(actor: Actor) -> list[QuerySet[Handover]]:
    over = Handover.objects.filter(state__in=OVER_STATES)
    column = {Relation.SENDER: "sender", Relation.RECEIVER: "receiver"}
    return [over.filter(**{column[side]: actor.institution_id}) for side in handover_sides(actor)]

