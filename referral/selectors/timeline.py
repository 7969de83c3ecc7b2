"""The record of a case as one viewer may read it."""

from __future__ import annotations

from django.db.models import Q, QuerySet

from referral.actor import Actor
from referral.enums import Action, Compartment
from referral.models import Case, CaseEvent
from referral.policy import readable, reads
from referral.selectors.cases import visible_handovers
from referral.transitions import TRANSITIONS

WHO_AND_WHERE = (Action.ASSIGN, "unassign", Action.RECORD_WHEREABOUTS, Action.RELEASE)
"""Events that tell who works on the case or where the person is: for those who read needs and plan."""
ACTS = tuple(kind for kind in (*TRANSITIONS, Action.LAPSE) if kind not in (Action.DROP_PROPOSAL, Action.RECORD_CALL))
"""Acts on a handover that the other side reads too: a call and a proposal stay within the institution."""


def visible_events(actor: Actor, case: Case) -> QuerySet[CaseEvent]:
    """Events of the viewer's country and of the system, and the acts on handovers that she may open; newest first.

    How the other side prepared its offer is its own.

    Only in compartments that her role reads.
    """
    opened = visible_handovers(actor).filter(case=case).values("pk")
    acts = Q(handover__in=opened, kind__in=ACTS)
    system = Q(institution__isnull=True, handover__isnull=True)
    return (
        CaseEvent.objects.filter(
            system | Q(institution__country_id=actor.country_code) | acts,
            case=case,
            compartment__in=sorted(readable(actor.role)),
        )
        .exclude(Q() if reads(actor.role, Compartment.D2) else Q(kind__in=WHO_AND_WHERE))
        .exclude(kind=Action.REPORT_PRESENCE, handover__receiver_id=actor.institution_id)
        .select_related("institution", "handover", "amends", "amendment")
        .prefetch_related("amended_by")
        .order_by("-seq")
    )
