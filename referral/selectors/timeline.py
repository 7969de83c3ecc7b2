"""The record of a case as one viewer may read it."""

from __future__ import annotations

from django.db.models import Q, QuerySet

from referral.actor import Actor
from referral.models import Case, CaseEvent
from referral.policy import readable
from referral.selectors.cases import visible_handovers


def visible_events(actor: Actor, case: Case) -> QuerySet[CaseEvent]:
    """Events of the viewer's country and of the system, and those of handovers that she may open; newest first.

    Only in compartments that her role reads.
    """
    opened = visible_handovers(actor).filter(case=case).values("pk")
    system = Q(institution__isnull=True, handover__isnull=True)
    return (
        CaseEvent.objects.filter(
            system | Q(institution__country_id=actor.country_code) | Q(handover__in=opened),
            case=case,
            compartment__in=sorted(readable(actor.role)),
        )
        .select_related("institution", "handover", "amends")
        .prefetch_related("amended_by")
        .order_by("-seq")
    )
