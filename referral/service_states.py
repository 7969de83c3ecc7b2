"""Where help stands at an instant of the exercise: what was promised runs from its day and ends with its day.

The row keeps what was said: planned, confirmed, running, ended. That a day has come is computed here and nowhere else, so
that packet, gate 9, picture and pages say the same at the same instant (docs/decisions/0074). Each answer has two
faces, for a row in hand and for a list. No query, no clock.
"""

from __future__ import annotations

from datetime import datetime

from django.db.models import Q

from referral.enums import Compartment, NeedKind, ServiceState
from referral.models import Handover, Service

PROMISED = frozenset({ServiceState.CONFIRMED, ServiceState.RUNNING})
"""What somebody has said yes to. A plan is nobody's promise: no day makes it run."""


def standing(service: Service, at: datetime) -> ServiceState:
    """Where the service stands at this exercise instant."""
    if service.state == ServiceState.ENDED or (service.until_at is not None and service.until_at <= at):
        return ServiceState.ENDED
    if service.state == ServiceState.PLANNED:
        return ServiceState.PLANNED
    return ServiceState.RUNNING if service.since_at <= at else ServiceState.CONFIRMED


def has_run(service: Service, at: datetime) -> bool:
    """Whether it has begun to help by this exercise instant. What was called off before its first day never did."""
    called_off = service.until_at is not None and service.until_at <= service.since_at
    return service.state != ServiceState.PLANNED and service.since_at <= at and not called_off


def promised_at(at: datetime) -> Q:
    """Services that run at this exercise instant, or will from their day on."""
    return Q(state__in=sorted(PROMISED)) & (Q(until_at__isnull=True) | Q(until_at__gt=at))


def running_at(at: datetime) -> Q:
    """Services that run at this exercise instant."""
    return promised_at(at) & Q(since_at__lte=at)


def asked_there(handover: Handover) -> list[str]:
    """Kinds of help for which the receiver says at the acceptance whether they begin on the first day.

    It is asked about what its packet told it. A place to sleep is confirmed with the acceptance itself.
    """
    packet = getattr(handover, "packet", None)
    told = packet.contents.get(Compartment.D2, {}).get("needs_on_arrival", ()) if packet is not None else ()
    return [kind for kind in NeedKind.values if kind in told and kind != NeedKind.SHELTER]


def confirmed_there(handover: Handover) -> frozenset[str]:
    """Kinds of help that the receiver said begin there on the first day (gate 9).

    Whoever accepted before this was asked said yes to what the draft asked for.
    """
    if not handover.place_confirmed:
        return frozenset()
    if handover.services_confirmed is None:
        return frozenset(handover.needs_on_arrival)
    return frozenset({NeedKind.SHELTER.value, *handover.services_confirmed})
