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
BREAK_GLASS = ("glass_asked", "glass_opened", "glass_read", "glass_ended", "glass_dropped", "glass_refused")
"""Who asked for the case, opened and read it stands in the history, whoever it was: for the country that answers."""
OWN = ("glass_opened", "glass_read", "glass_ended")
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
    answers = case.holder is not None and case.holder.country_id == actor.country_code
    glass = Q(kind__in=(*BREAK_GLASS, Action.ASK_OVERDUE)) if answers else Q(pk__in=())
    # Who looked at a name in a packet, on either side, stands in the history for the country that answers.
    looks = Q(handover__in=opened, kind="identity_shown") if answers else Q(pk__in=())
    return (
        CaseEvent.objects.filter(
            system | Q(institution__country_id=actor.country_code) | acts | glass | looks,
            case=case,
            compartment__in=sorted(readable(actor.role)),
        )
        .exclude(Q() if reads(actor.role, Compartment.D2) else Q(kind__in=WHO_AND_WHERE))
        # The asking side reads its own openings, and nothing of what was refused to it or asked by others.
        .exclude(Q() if answers else Q(kind__in=BREAK_GLASS) & ~Q(institution=actor.institution_id, kind__in=OWN))
        .exclude(kind=Action.REPORT_PRESENCE, handover__receiver_id=actor.institution_id)
        .select_related("institution", "handover", "amends", "amendment")
        .prefetch_related("amended_by")
        .order_by("-seq")
    )
