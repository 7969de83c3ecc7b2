"""Which deadlines wait for an actor: one table from what is due to the act that meets it, and the conditions in SQL.

Who owes a deadline finds it through an index by institution and due time; nothing here looks at every open deadline.
A new kind of deadline needs one line in `ACT_OF`, one in `pages.handover_words.VERBS` and one in `pages.links`.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db.models import DurationField, ExpressionWrapper, F, Q, QuerySet

from referral.actor import Actor
from referral.enums import Action, DeadlineKind, DeadlineState, HandoverState
from referral.models import Deadline
from referral.policy import CASE_RELATIONS, HANDOVER_RELATIONS, ON_HANDOVER, Relation
from referral.selectors.cases import standing_q, standings
from referral.transitions import TRANSITIONS

D = DeadlineKind
A = Action

ACT_OF: Mapping[DeadlineKind, Action] = {
    D.TONIGHT: A.RECORD_TONIGHT,
    D.TAKE: A.TAKE_CASE,
    D.RELEASE: A.RELEASE,
    D.SCREEN: A.SCREEN,
    D.CHILD_NOTICE: A.ASSIGN,
    D.IDENTIFY: A.IDENTIFY,
    D.REVIEW_RISK: A.RECORD_RISK,
    D.STALE_DRAFT: A.OFFER,
    D.ACKNOWLEDGE: A.ACKNOWLEDGE,
    D.DECIDE: A.ACCEPT,
    D.ANSWER: A.ANSWER,
    D.CONDITIONS: A.AGREE_CONDITIONS,
    D.FORWARD: A.AGREE_FORWARD,
    D.CHILD_ANSWER: A.CHILD_ANSWER,
    D.CONFIRM_STOP: A.CONFIRM_STOP,
    D.TRAVEL_PLAN: A.DEPART,
    D.CONFIRM_ARRIVAL: A.RECEIVE,
    D.SEARCH: A.END_SEARCH,
    D.CORRECTION: A.AGREE_CORRECTION,
    D.OBJECTION: A.WRITE_MESSAGE,
    D.FEEDBACK: A.GIVE_FEEDBACK,
    D.FOLLOW_UP_30: A.FOLLOW_UP,
    D.FOLLOW_UP_90: A.FOLLOW_UP,
    D.ANSWER_ENQUIRY: A.ANSWER_ENQUIRY,
    D.REQUEST: A.ANSWER_REQUEST,
    D.REFERRAL: A.ANSWER_REFERRAL,
    D.REFERRAL_REPORT: A.ANSWER_REFERRAL,
}
"""The act that meets a deadline. Who may do it sees the deadline as a thing that waits."""

IN_ANY_STATE = frozenset({D.OBJECTION})
"""Kinds that wait whatever the handover's state is: talking meets them, not an act of the table."""

QUIET_UNTIL_HALF = frozenset({D.REVIEW_RISK, D.FOLLOW_UP_30, D.FOLLOW_UP_90})
"""Work that lies far ahead; it joins the list when half of its time has passed, as the first reminder does."""

REVIEW = Q(kind=D.REVIEW_RISK)
"""Reviews are as many as people, so they have an index of their own, and the rest is read without them."""

COLUMNS: Mapping[Relation, str] = {
    Relation.HOLDER: "case__",
    Relation.OPENED: "case__",
    Relation.SENDER: "handover__",
    Relation.RECEIVER: "handover__",
}
"""Relations that stand in columns of the row a deadline is about. Through any other, to owe a deadline is enough."""


@dataclass(frozen=True, slots=True)
class Kinds:
    """Kinds of deadline whose acts are done through the same relations in the same states."""

    relations: frozenset[Relation]
    states: frozenset[HandoverState]
    kinds: tuple[DeadlineKind, ...]


def kinds_for(actor: Actor) -> tuple[Kinds, ...]:
    """Every kind of deadline that the actor's role can meet, grouped."""
    groups: dict[tuple[frozenset[Relation], frozenset[HandoverState]], list[DeadlineKind]] = defaultdict(list)
    for kind, action in ACT_OF.items():
        relations = frozenset(standings(actor, action))
        if relations:
            groups[relations, states_of(kind)].append(kind)
    return tuple(Kinds(relations, states, tuple(kinds)) for (relations, states), kinds in groups.items())


def states_of(kind: DeadlineKind) -> frozenset[HandoverState]:
    """The states of a handover in which the act is possible: "decide" waits until the offer is acknowledged.

    Empty for what no state hinders.
    """
    row = TRANSITIONS.get(ACT_OF[kind]) if kind not in IN_ANY_STATE else None
    return row.sources if row is not None else frozenset()


def pressing(at: datetime) -> QuerySet[Deadline]:
    """Open deadlines that are shown at this exercise instant: work that lies far ahead joins when half its time is over."""
    half = ExpressionWrapper((F("due_at") - F("opened_at")) / 2, output_field=DurationField())
    early = Q(kind__in=sorted(QUIET_UNTIL_HALF), half_at__gt=at)
    return Deadline.objects.alias(half_at=F("opened_at") + half).filter(~early, state=DeadlineState.OPEN)


def waiting(actor: Actor, at: datetime, kinds: Iterable[DeadlineKind] = (), late: Q | None = None) -> list[QuerySet[Deadline]]:
    """Open deadlines whose act the actor may do now, as sets that do not overlap, each with an index of its own.

    A person who is not covered waits as a person (`selectors.inbox.uncovered_people`), so "tonight" is left out for
    her. `kinds` narrows; `late` is a further condition.
    """
    shown = pressing(at).exclude(uncovered_tonight(at)).filter(late or Q())
    if kinds:
        shown = shown.filter(kind__in=list(kinds))
    groups = kinds_for(actor)
    owed, at_home = _owed(actor, groups), _worked(actor, groups)
    mine = shown.filter(owes=actor.institution_id)
    found = [mine.filter(~REVIEW, owed), mine.filter(REVIEW, owed)] if owed else []
    return found + [shown.filter(condition).exclude(owes=actor.institution_id) for condition in at_home]


def uncovered_tonight(at: datetime) -> Q:
    """Deadlines of the first night of people who are not covered now."""
    return Q(kind=D.TONIGHT, case__closed_at__isnull=True, case__uncovered_from_at__lte=at)


def _owed(actor: Actor, groups: Iterable[Kinds]) -> Q:
    """What the actor's own institution owes and the actor may do."""
    condition = Q()
    for group in groups:
        own = Q(kind__in=sorted(group.kinds))
        if group.states:
            own &= Q(handover__state__in=sorted(group.states))
        if group.relations <= COLUMNS.keys():
            stands = Q()
            for relation in sorted(group.relations):
                stands |= _under(COLUMNS[relation], _face(relation, actor))
            own &= stands
        condition |= own
    return condition


def _worked(actor: Actor, groups: Iterable[Kinds]) -> list[Q]:
    """Work at home that another institution owes, on cases that the actor's institution works on or has just opened."""
    found = []
    for relation in (Relation.ASSIGNED, Relation.OPENED):
        kinds = [
            kind for group in groups if relation in group.relations for kind in group.kinds if ACT_OF[kind] not in ON_HANDOVER
        ]
        if kinds:
            about = _under("case__", standing_q(actor, relation))
            found.append(about & Q(kind__in=sorted(kinds), handover__isnull=True, case__closed_at__isnull=True))
    return found


def _face(relation: Relation, actor: Actor) -> Q:
    faces = HANDOVER_RELATIONS if relation in HANDOVER_RELATIONS else CASE_RELATIONS
    return faces[relation].as_q(actor)


def _under(prefix: str, condition: Q) -> Q:
    """The same condition, asked through a foreign key."""
    moved = [
        _under(prefix, child) if isinstance(child, Q) else (f"{prefix}{child[0]}", child[1]) for child in condition.children
    ]
    return Q(*moved, _connector=condition.connector, _negated=condition.negated)

