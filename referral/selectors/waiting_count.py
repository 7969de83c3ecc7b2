"""How many things wait for an actor, for the bar on every page: the length of the inbox's list in two queries."""

from __future__ import annotations

from datetime import datetime

from django.db.models import DurationField, Exists, ExpressionWrapper, F, OuterRef, Q, QuerySet

from referral.actor import Actor
from referral.enums import Action, DeadlineKind, DeadlineState
from referral.models import Case, Deadline, Handover
from referral.policy import ON_HANDOVER, as_q, roles_that_may
from referral.selectors.inbox import ACT_OF, QUIET_UNTIL_HALF
from referral.selectors.people import people
from referral.transitions import TRANSITIONS


def waiting_count(actor: Actor, at: datetime) -> int:
    """As many as `len(selectors.inbox.waiting(…))`; a test holds the two together."""
    due = _deadlines(actor, at)
    if actor.role not in roles_that_may(Action.RECORD_TONIGHT):
        return due.count()
    mine = Case.objects.filter(as_q(actor, Action.RECORD_TONIGHT)).values("pk")
    told = Exists(due.filter(case=OuterRef("pk"), kind=DeadlineKind.TONIGHT))
    loose = people(actor, at).filter(~told, pk__in=mine, is_covered=False, closed_at__isnull=True)
    return due.count() + loose.count()


def _deadlines(actor: Actor, at: datetime) -> QuerySet[Deadline]:
    """Open deadlines whose act the actor may do now."""
    condition = Q(pk__in=())
    for kind, action in ACT_OF.items():
        if actor.role not in roles_that_may(action):
            continue
        if action in ON_HANDOVER:
            rows = Handover.objects.filter(as_q(actor, action), state__in=TRANSITIONS[action].sources)
            condition |= Q(kind=kind, handover__in=rows.values("pk"))
        else:
            cases = Case.objects.filter(as_q(actor, action), closed_at__isnull=True)
            condition |= Q(kind=kind, case__in=cases.values("pk"))
    return pressing(at).filter(condition, registry=actor.registry_id)


def pressing(at: datetime) -> QuerySet[Deadline]:
    """Open deadlines that are shown at this exercise instant: work that lies far ahead joins when half its time is over."""
    half = ExpressionWrapper((F("due_at") - F("opened_at")) / 2, output_field=DurationField())
    early = Q(kind__in=QUIET_UNTIL_HALF, half_at__gt=at)
    return Deadline.objects.annotate(half_at=F("opened_at") + half).filter(state=DeadlineState.OPEN).exclude(early)
