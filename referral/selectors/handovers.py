"""What the pages of a handover read: the rows around one handover, and what may be chosen for a draft."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from django.db.models import Exists, OuterRef, QuerySet

from accounts.countries import sort_key
from common import prepared
from referral import gates
from referral.actor import Actor
from referral.enums import (
    Action,
    Compartment,
    ConsentKind,
    DeadlineKind,
    DeadlineState,
    Gate,
    HandoverState,
    InstitutionKind,
)
from referral.gate_facts import GateView, newest
from referral.models import Case, CaseEvent, Deadline, Handover, Institution, Packet, Question, Service
from referral.packet import SHAREABLE
from referral.service_states import running_at
from referral.transitions import TRANSITIONS

VOID = Exists(Deadline.objects.filter(question=OuterRef("pk"), kind=DeadlineKind.ANSWER, state=DeadlineState.CANCELLED))
"""Of a question: a decision or conditions came without its answer, so nobody waits for it any more."""


@dataclass(frozen=True, slots=True)
class HandoverRows:
    """Everything around one handover that both sides may read; the page cuts it to its viewer."""

    questions: tuple[Question, ...]
    events: tuple[CaseEvent, ...]
    deadlines: tuple[Deadline, ...]
    packet: Packet | None


def rows_around(handover: Handover) -> HandoverRows:
    """Questions, events from the offer on, open deadlines and the frozen packet. Four queries."""
    events, packets = prepared.rows(_events, handover.pk), prepared.rows(_packets, handover.pk)
    return HandoverRows(
        questions=tuple(prepared.rows(_questions, handover.pk)),
        events=tuple(events),
        deadlines=tuple(prepared.rows(_open_deadlines, handover.pk)),
        packet=packets[0] if packets else None,
    )


def _events(handover: int) -> QuerySet[CaseEvent]:
    rows = CaseEvent.objects.filter(handover=handover, kind__in=[*TRANSITIONS, Action.LAPSE])
    return rows.select_related("institution").order_by("seq")


def _packets(handover: int) -> QuerySet[Packet]:
    return Packet.objects.filter(handover=handover)


def _questions(handover: int) -> QuerySet[Question]:
    return Question.objects.filter(handover=handover).annotate(void=VOID)


def _open_deadlines(handover: int) -> QuerySet[Deadline]:
    rows = Deadline.objects.filter(handover=handover, state=DeadlineState.OPEN)
    return rows.select_related("owes", "handled_by__user")


def receiving_countries(actor: Actor) -> list[tuple[str, str]]:
    """Code and name of every country with a focal point in the registry but one's own, by name in the reader's language."""
    seats = (
        Institution.objects.filter(registry=actor.registry_id, kind=InstitutionKind.FOCAL_POINT, country__isnull=False)
        .exclude(country=actor.country_code)
        .select_related("country")
    )
    names = [(seat.country.code, seat.country.name) for seat in seats if seat.country]
    return sorted(names, key=lambda pair: sort_key(pair[1]))


def open_drafts(case: Case, actor: Actor) -> list[Handover]:
    """Drafts of this case that the actor's institution has begun."""
    rows = Handover.objects.filter(case=case, sender=actor.institution_id, state=HandoverState.DRAFT)
    return list(rows.select_related("receiver").order_by("-pk"))


def running_services(handover: Handover, at: datetime) -> list[Service]:
    """Services that run in the sending country and need an answer before the person moves (gate 9)."""
    rows = Service.objects.filter(
        running_at(at), case=handover.case_id, institution__country=handover.sender.country_id
    )
    return list(rows.select_related("provider"))


def permitted(view: GateView) -> frozenset[Compartment]:
    """Compartments that the newest permission, or another stated basis, covers for this country and purpose now."""

    def covers(compartment: Compartment) -> bool:
        alone = replace(view, compartments=frozenset({compartment.value}))
        return all(result.passed for result in gates.check(alone, (Gate.PERMISSION,)))

    return frozenset(c for c in SHAREABLE if covers(c))


def permission_given_at(view: GateView) -> datetime | None:
    """When the permission that counts was given."""
    consent = newest(view, ConsentKind.SHARE) or newest(view, ConsentKind.LEGAL_BASIS)
    return consent.given_at if consent else None


def offer_gates(view: GateView) -> tuple[gates.GateResult, ...]:
    """Every gate of an offer with its result."""
    return gates.check(view, tuple(Gate), Action.OFFER)
