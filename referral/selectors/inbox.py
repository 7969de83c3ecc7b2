"""The inbox: who is not covered, what waits for an actor, what waits for others, what is decided.

Every list reads one index per relation and no more rows than a page shows, so that an institution with thousands of
people finds its inbox as fast as one with ten. Lists are counted up to COUNTED and no further.

A desk of a role takes its lists from here: `waiting` (things that wait for an actor, by due time), `uncovered_people`
and `people_worked_with` (cases that the actor's institution holds, works on or has just opened).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Generic, TypeVar

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import BooleanField, F, Func, IntegerField, OuterRef, Q, QuerySet, Subquery, Value, When
from django.db.models import Case as Choice
from django.db.models.expressions import Combinable
from django.db.models.functions import JSONObject

from accounts.models import User
from common import ladder
from common.clock import ClockState
from referral.actor import Actor
from referral.enums import OVER_STATES, Action, DeadlineKind, DeadlineState, HandoverState, NotCovered
from referral.models import Case, Deadline, Handover, Membership, Notice, Registry
from referral.policy import Relation
from referral.selectors import asked, due, proposed
from referral.selectors.cases import standing_q, standings
from referral.selectors.people import COUNTED, gap_listed, uncovered

PAGE = 25
"""Things on one page of a list."""

SAMPLE = 10
"""People on the first page who are not covered; the rest is one link away."""

SOONEST = ("due_at", "pk")
LONGEST = ("uncovered_from_at", "pk")
NEWEST = (F("closed_at").desc(), "-pk")
"""Orders of the lists, each that of an index. What is not closed yet is newest: PostgreSQL puts it first by itself."""

D = DeadlineKind
Row = TypeVar("Row")
WORKED = (Relation.HOLDER, Relation.OPENED, Relation.ASSIGNED)
NOBODY_ALONG = Q(handover__escort="") | Q(handover__departed_at__isnull=True)  # an escort that was only planned is none
ALONE = Q(NOBODY_ALONG, kind=D.CONFIRM_ARRIVAL, handover__state=HandoverState.DEPARTED)
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


Keys = Sequence[int]


@dataclass(frozen=True, slots=True)
class Tally:
    """The first keys of every list, at most COUNTED + 1 from each index, and the reader's notices.

    Lists are as long as their keys, exact up to COUNTED; one more means "more than that". Lists of several indexes keep
    the keys of each apart: they are merged when a page of them is read.
    """

    uncovered_keys: tuple[Keys, ...]
    due_keys: tuple[Keys, ...]
    others_keys: tuple[Keys, ...]
    decided_keys: tuple[Keys, ...]
    to_confirm: tuple[proposed.Line, ...]
    newest: int
    unread: int

    @property
    def uncovered(self) -> int:
        return length(self.uncovered_keys)

    @property
    def due(self) -> int:
        return length(self.due_keys)

    @property
    def others(self) -> int:
        return length(self.others_keys)

    @property
    def decided(self) -> int:
        return length(self.decided_keys)

    @property
    def waiting(self) -> int:
        """Things that wait for the actor: people who are not covered, what colleagues proposed, and what is due."""
        return min(self.uncovered + len(self.to_confirm) + self.due, COUNTED + 1)


def length(keys: Sequence[Keys]) -> int:
    """How long the list of these keys is; a row that stands in two sets counts once."""
    return min(len({key for some in keys for key in some}), COUNTED + 1)


@dataclass(frozen=True, slots=True)
class News:
    """Notices of a reader: the newest, and how many are newer than a version."""

    newest: int
    newer: int


def tally(actor: Actor, at: datetime) -> Tally:
    """The lists of the inbox in one query, each read from its indexes and no further than COUNTED."""
    found = asked.rows(_lists, actor, at)[0]
    keys = {
        f"{name}_keys": tuple(value for column, value in found.items() if column.startswith(f"{name}_"))
        for name in ("uncovered", "due", "others", "decided")
    }
    proposals = tuple(found.get("to_confirm", ()))
    return Tally(newest=found["newest"] or 0, unread=found["unread"], to_confirm=proposals, **keys)


def _lists(actor: Actor, at: datetime) -> QuerySet[Any, Any]:
    mine = notices_of(actor)
    unread = mine.filter(read_wall__isnull=True).order_by().values("pk")[: COUNTED + 1]
    sets = {
        "uncovered": first_keys(uncovered_sets(actor, at), *LONGEST),
        "due": first_keys(due.waiting(actor, at), *SOONEST),
        "others": first_keys(_owed_by_others(actor), *SOONEST),
        "decided": first_keys(_decided(actor), *NEWEST),
    }
    arrays = {
        f"{name}_{number}": ArraySubquery(rows) for name, found in sets.items() for number, rows in enumerate(found)
    }
    arrays.update(("to_confirm", ArraySubquery(rows)) for rows in proposed.lines(actor, COUNTED + 1))
    last = Subquery(mine.order_by("-pk").values("pk")[:1])
    registry = Registry.objects.filter(pk=actor.registry_id).annotate(newest=last, unread=size([unread]), **arrays)
    return registry.values("newest", "unread", *arrays)


def size(sets: Sequence[QuerySet[Any, Any]]) -> Combinable:
    """How many keys several cut sets hold together, to be asked beside others in one query."""
    counted = [Func(ArraySubquery(rows), function="cardinality", output_field=IntegerField()) for rows in sets]
    return sum(counted, start=Value(0, output_field=IntegerField()))


def first_keys(sets: Sequence[QuerySet[Any, Any]], *order: Any) -> list[QuerySet[Any, Any]]:
    """The keys of the first rows of each set in this order, cut where counting ends."""
    return [rows.order_by(*order).values("pk")[: COUNTED + 1] for rows in sets]


def waiting(
    actor: Actor, now: Now, number: int = 1, kinds: Iterable[DeadlineKind] = (), known: Tally | None = None
) -> Page[Thing]:
    """What is due from the actor: people who travel to it alone first, then by due time.

    `kinds` narrows to some kinds of deadline. People who are not covered stand in `uncovered_people`. One query with
    the keys of `known`, else one more for each source.
    """
    keys = known.due_keys if known is not None and not kinds else None
    found = _keys_of(keys, lambda: due.waiting(actor, now.at, kinds), SOONEST, number)
    return _page(_due_rows, found, number, PAGE, lambda row: _thing(row, now), _name_institutions)


def _due_rows(keys: Keys) -> QuerySet[Deadline]:
    rows = _with_rows(Deadline.objects.filter(pk__in=keys)).annotate(alone=ALONE_FIRST)
    return rows.order_by("-alone", *SOONEST)


def uncovered_people(
    actor: Actor, now: Now, number: int = 1, length: int = SAMPLE, known: Tally | None = None
) -> Page[Thing]:
    """People whom the actor can make safe and who are not covered now, the longest first.

    Each with the deadline of the first night where one is open. One query with the keys of `known`.
    """
    keys = known.uncovered_keys if known is not None else None
    found = _keys_of(keys, lambda: uncovered_sets(actor, now.at), LONGEST, number, length)
    return _page(_with_tonight, found, number, length, lambda case: _unsafe(case, now))


def uncovered_sets(actor: Actor, at: datetime) -> list[QuerySet[Case]]:
    """Open cases whose person is not covered and whom the actor can make safe, one set for each relation."""
    open_now = Case.objects.filter(uncovered(at), closed_at__isnull=True)
    return [open_now.filter(standing_q(actor, relation)) for relation in standings(actor, Action.RECORD_TONIGHT)]


def people_worked_with(actor: Actor, now: Now, length: int = PAGE) -> Page[Thing]:
    """Open cases that the actor's institution holds, works on or has just opened.

    Who is not covered comes first, the longest first; then whose bed ends soonest. Each with the deadline of the first
    night where one is open. Cases held before are left out: nothing in them waits for the actor.
    """
    found = asked.rows(lambda actor: _worked_with(actor, length), actor, shape=length)
    return Page([_unsafe(case, now) for case in found[:length]], 1, len(found) > length)


def _worked_with(actor: Actor, length: int) -> QuerySet[Case]:
    held = [relation for relation in standings(actor, Action.VIEW_CASE) if relation in WORKED]
    sets = [Case.objects.filter(standing_q(actor, relation), closed_at__isnull=True) for relation in held]
    merged = [rows.order_by(*LONGEST).values("pk")[: length + 1] for rows in sets]
    keys = merged[0].union(*merged[1:]) if len(merged) > 1 else merged[0] if merged else ()
    return _with_tonight(keys)[: length + 1]


def waiting_for_others(actor: Actor, now: Now, number: int = 1, known: Tally | None = None) -> Page[Thing]:
    """Handovers and enquiries of the actor's institution in which the other side has to act next, by due time."""
    keys = known.others_keys if known is not None else None
    found = _keys_of(keys, lambda: _owed_by_others(actor), SOONEST, number)
    return _page(_others_rows, found, number, PAGE, lambda row: _thing(row, now), _name_institutions)


def _others_rows(keys: Keys) -> QuerySet[Deadline]:
    return _with_rows(Deadline.objects.filter(pk__in=keys)).order_by(*SOONEST)


def decided(actor: Actor, number: int = 1, known: Tally | None = None) -> Page[Handover]:
    """Handovers that are over, newest first: received, declined, withdrawn, stopped."""
    keys = known.decided_keys if known is not None else None
    found = _keys_of(keys, lambda: _decided(actor), NEWEST, number)
    return _page(_decided_rows, found, number, PAGE, lambda row: row)


def _decided_rows(keys: Keys) -> QuerySet[Handover]:
    rows = Handover.objects.filter(pk__in=keys).select_related("case__person", "sender", "receiver", "packet")
    return rows.order_by(*NEWEST)


def news(actor: Actor, after: int = 0) -> News:
    """What the reader has been told since. One query; the status line asks it every few seconds."""
    newer = Notice.objects.filter(user_id=actor.user_id, registry_id=actor.registry_id, pk__gt=after)
    keys = list(newer.order_by("-pk").values_list("pk", flat=True)[:COUNTED])
    return News(keys[0] if keys else after, len(keys))


def notices(actor: Actor, number: int = 1) -> Page[Notice]:
    """What the reader was told in this registry, newest first. One query."""
    start = (number - 1) * PAGE
    rows = notices_of(actor).select_related("case__person", "handover__case__person", "handover__sender", "institution")
    found = list(rows.order_by("-pk")[start : start + PAGE + 1])
    return Page(found[:PAGE], number, len(found) > PAGE)


def notices_of(actor: Actor) -> QuerySet[Notice]:
    """Every notice of the reader in this registry."""
    return Notice.objects.filter(user_id=actor.user_id, registry_id=actor.registry_id)


def is_overdue(deadline: Deadline, now: Now) -> bool:
    """Whether the due time has passed and people have had time to read."""
    return ladder.is_overdue(now.clock, now.wall, deadline.due_at, deadline.opened_ran, deadline.floor)


def _keys_of(
    known: Sequence[Keys] | None,
    sets: Callable[[], Sequence[QuerySet[Any, Any]]],
    order: Sequence[Any],
    number: int,
    length: int = PAGE,
) -> list[int]:
    """Keys among which the rows of a page are: the first of each set, as many as the page reaches.

    Those of a tally are enough up to COUNTED; the `sets` are put together only where they are not. Rows are then fetched by these keys, which is one plan for any registry.
    """
    most = number * length + 1
    if known is None or most > COUNTED + 1:
        known = [list(rows.order_by(*order).values_list("pk", flat=True)[:most]) for rows in sets()]
    return [key for some in known for key in some[:most]]


def _page(
    compose: Callable[[Keys], QuerySet[Any]],
    keys: Keys,
    number: int,
    length: int,
    shown: Callable[[Any], Row],
    complete: Callable[[Sequence[Any]], None] | None = None,
) -> Page[Row]:
    """The rows of these keys, in the order of the query that finds them. `complete` fetches what all of them lack."""
    start = (number - 1) * length
    cut = slice(start, start + length + 1)
    found = asked.by_keys(compose, keys, cut) if number == 1 else list(compose(keys)[cut])
    if complete is not None:
        complete(found[:length])
    return Page([shown(row) for row in found[:length]], number, len(found) > length)


def _thing(row: Any, now: Now) -> Thing:
    if row.handover is not None:
        row.handover.case = row.case  # one object for both ways to it, so that nothing is asked twice
    return Thing(row.case, NotCovered.ALONE if getattr(row, "alone", False) else None, row, is_overdue(row, now))


OF_A_HANDOVER = (
    "id", "registry", "case", "reference", "state", "version", "sender", "receiver", "receiver_country", "outside",
    "child", "needs_on_arrival", "offered_at",
)  # fmt: skip
"""What a line shows of a handover. The other sixty columns are as much to read as everything else of a line."""

LEFT_ALONE = [f"handover__{field.name}" for field in Handover._meta.concrete_fields if field.name not in OF_A_HANDOVER]

NAMED_BY = ("display_name", "email")
"""What a colleague is called by: who is on it is asked for in the same query."""


def _with_tonight(keys: Any) -> QuerySet[Any]:
    tonight = Deadline.objects.filter(case=OuterRef("pk"), kind=D.TONIGHT, state=DeadlineState.OPEN)
    columns = {field.attname: F(field.attname) for field in Deadline._meta.concrete_fields}
    columns |= {name: F(f"handled_by__user__{name}") for name in NAMED_BY}
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
    if row.handled_by_id is not None:
        officer = User(**{name: found[name] for name in NAMED_BY})
        row.handled_by = Membership(pk=row.handled_by_id, user=officer)
    return row


def _with_rows(rows: QuerySet[Deadline]) -> QuerySet[Deadline]:
    """With what a line shows, institutions aside: five more tables cost PostgreSQL a tenth of a second of planning."""
    named = ("case__person", "handover__packet", "referral", "enquiry", "request", "handled_by__user")
    return rows.select_related(*named).defer(*LEFT_ALONE)


def _name_institutions(rows: Sequence[Any]) -> None:
    """Give every row the institutions that it names. One query for all."""
    named = [
        (owner, name)
        for row in rows
        for owner, names in (
            (row, ("owes",)), (row.case, ("holder",)), (row.handover, ("sender", "receiver")), (row.enquiry, ("sender",)),
        )
        if owner is not None
        for name in names
    ]  # fmt: skip
    known = asked.institutions({key for owner, name in named if (key := getattr(owner, f"{name}_id"))})
    for owner, name in named:
        setattr(owner, name, known.get(getattr(owner, f"{name}_id")))


def handover_sides(actor: Actor) -> list[Relation]:
    """Through which sides the actor's role sees the handovers of its own institution; none for roles at home."""
    sides = (Relation.SENDER, Relation.RECEIVER)
    return [relation for relation in standings(actor, Action.VIEW_HANDOVER) if relation in sides]


def _owed_by_others(actor: Actor) -> list[QuerySet[Deadline]]:
    sides, rows = handover_sides(actor), due.owed_by_others(actor)
    column = {Relation.SENDER: "handover__sender", Relation.RECEIVER: "handover__receiver"}
    if len(sides) == len(column):
        return [rows, due.enquiries_with_others(actor)]
    return [rows.filter(**{column[side]: actor.institution_id}) for side in sides]


def _decided(actor: Actor) -> list[QuerySet[Handover]]:
    over = Handover.objects.filter(state__in=OVER_STATES)
    column = {Relation.SENDER: "sender", Relation.RECEIVER: "receiver"}
    return [over.filter(**{column[side]: actor.institution_id}) for side in handover_sides(actor)]
