"""Which deadlines wait for an actor: one table from what is due to the act that meets it, and the conditions in SQL.

Who owes a deadline finds it through an index by institution and due time; nothing here looks at every open deadline.
A new kind of deadline needs one line in `ACT_OF`, one in `pages.handover_words.VERBS` and one in `pages.links`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from django.db.models import Q, QuerySet

from referral.actor import Actor
from referral.enums import QUIET_UNTIL_HALF, READ_APART, Action, DeadlineKind, DeadlineState, HandoverState
from referral.models import Deadline
from referral.policy import ON_HANDOVER, Relation
from referral.selectors.cases import standing_q, standings
from referral.transitions import TRANSITIONS

D = DeadlineKind
A = Action

ACT_OF: Mapping[DeadlineKind, Action] = {
    D.TONIGHT: A.RECORD_TONIGHT,
    D.TAKE: A.TAKE_CASE,
    D.RELEASE: A.RELEASE,
    D.SCREEN: A.SCREEN,
    D.CENTRE: A.RECORD_WHEREABOUTS,
    D.CHILD_NOTICE: A.ASSIGN,
    D.IDENTIFY: A.IDENTIFY,
    D.REVIEW_RISK: A.RECORD_RISK,
    D.REVIEW_CHILD: A.RECORD_CHILD,
    D.STALE_DRAFT: A.OFFER,
    D.ACKNOWLEDGE: A.ACKNOWLEDGE,
    D.DECIDE: A.ACCEPT,
    D.ANSWER: A.ANSWER,
    D.CONDITIONS: A.AGREE_CONDITIONS,
    D.FORWARD: A.AGREE_FORWARD,
    D.CHILD_ANSWER: A.CHILD_ANSWER,
    D.CONFIRM_STOP: A.CONFIRM_STOP,
    D.TRAVEL_PLAN: A.PLAN_TRAVEL,
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


def kinds_for(actor: Actor) -> tuple[DeadlineKind, ...]:
    """Every kind of deadline that the actor's role can meet, in the order of the table."""
    return tuple(kind for kind, action in ACT_OF.items() if standings(actor, action))


def states_of(kind: DeadlineKind) -> frozenset[HandoverState]:
    """The states of a handover in which the act is possible: "decide" waits until the offer is acknowledged.

    Empty for what no state hinders. The database keeps the answer in `Deadline.ready`, by a trigger with a copy of this
    table (migration 0009): a test fails when the two differ.
    """
    row = TRANSITIONS.get(ACT_OF[kind]) if kind not in IN_ANY_STATE else None
    return row.sources if row is not None else frozenset()


def waiting(
    actor: Actor, at: datetime, kinds: Iterable[DeadlineKind] = (), late: Q | None = None
) -> list[QuerySet[Deadline]]:
    """Open deadlines whose act the actor may do now, as sets that do not overlap, each with an index of its own.

    Who owes a deadline stands in the relation that its act asks for: what is owed moves with the case. A first night
    waits as a person who is not covered (`selectors.inbox.uncovered_people`). `kinds` narrows; `late` is a further
    condition.
    """
    mine = [kind for kind in kinds_for(actor) if kind is not D.TONIGHT and (not kinds or kind in set(kinds))]
    rows = Deadline.objects.filter(late or Q(), state=DeadlineState.OPEN)
    soon, quiet = [k for k in mine if k not in QUIET_UNTIL_HALF], [k for k in mine if k in QUIET_UNTIL_HALF]
    owed, found = rows.filter(owes=actor.institution_id), []
    if soon:
        found.append(owed.filter(~Q(kind__in=READ_APART), ready=True, kind__in=soon))
    if quiet:
        every = owed.filter(kind__in=QUIET_UNTIL_HALF, shown_from_at__lte=at)
        found.append(every if len(quiet) == len(QUIET_UNTIL_HALF) else every.filter(kind__in=quiet))
    shown = ~Q(kind__in=QUIET_UNTIL_HALF) | Q(shown_from_at__lte=at)
    return found + [rows.filter(shown, work) for work in _work(actor, mine)]


def owed_by_others(actor: Actor) -> QuerySet[Deadline]:
    """What another institution owes the actor's on a handover, and can do now."""
    return _owed_to(actor).filter(handover__isnull=False)


def enquiries_with_others(actor: Actor) -> QuerySet[Deadline]:
    """Enquiries of the actor's institution that the asked country has not answered; none for a role that cannot ask."""
    asks = bool(standings(actor, A.ENQUIRE))
    return _owed_to(actor).filter(enquiry__isnull=False) if asks else Deadline.objects.none()


def _owed_to(actor: Actor) -> QuerySet[Deadline]:
    return Deadline.objects.filter(other_side=actor.institution_id, state=DeadlineState.OPEN, ready=True)


def _work(actor: Actor, mine: Iterable[DeadlineKind]) -> list[Q]:
    """Work at home that another institution owes, on cases that the actor's institution works on or has just opened."""
    found = []
    for relation in (Relation.ASSIGNED, Relation.OPENED):
        kinds = [k for k in mine if ACT_OF[k] not in ON_HANDOVER and relation in standings(actor, ACT_OF[k])]
        if kinds:
            cases = _under("case__", standing_q(actor, relation))
            found.append(cases & ~Q(owes=actor.institution_id) & Q(kind__in=kinds, case__closed_at__isnull=True))
    return found


def _under(prefix: str, condition: Q) -> Q:
    """The same condition, asked through a foreign key."""
    children: Any = condition.children
    moved = [_under(prefix, one) if isinstance(one, Q) else (f"{prefix}{one[0]}", one[1]) for one in children]
    return Q(*moved, _connector=condition.connector, _negated=condition.negated)
