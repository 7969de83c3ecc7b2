"""What one viewer may read of one case: her compartments, and what her own country wrote or received.

What a former holder wrote and did not disclose stays sealed after a handover (`domain.md` section 3): records are read
only when their author institution sits in the viewer's country.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet

from referral.actor import Actor
from referral.enums import (
    OPEN_STATES,
    Action,
    Compartment,
    DeadlineState,
    HandoverState,
    Safeguard,
    ServiceState,
)
from referral.models import (
    Assignment,
    Case,
    ChildFile,
    Consent,
    Deadline,
    Disclosure,
    Handover,
    LegalTrack,
    Need,
    Packet,
    Release,
    RiskAssessment,
    Screening,
    Service,
)
from referral.policy import CASE_RELATIONS, GRANTS, Relation, reads
from referral.selectors.cases import visible_handovers
from referral.selectors.facts import safeguards


def full_q(actor: Actor) -> Q:
    """The cases that the actor reads in full, not only as the stub of a past holder. It may join: use it in a sub-select."""
    condition = Q(pk__in=())
    for grant in GRANTS[Action.VIEW_CASE]:
        if actor.role in grant.roles and grant.relation is not Relation.PAST_HOLDER:
            condition |= CASE_RELATIONS[grant.relation].as_q(actor)
    return Q(registry_id=actor.registry_id) & condition


def sees_in_full(actor: Actor, case: Case) -> bool:
    """Whether the actor reads this case in full. Reads prefetched assignments."""
    return any(
        CASE_RELATIONS[grant.relation].matches(actor, case)
        for grant in GRANTS[Action.VIEW_CASE]
        if actor.role in grant.roles and grant.relation is not Relation.PAST_HOLDER
    )


def with_full(actor: Actor, cases: QuerySet[Case]) -> QuerySet[Case]:
    """The cases with `full`: whether the actor reads them in full."""
    return cases.annotate(full=Exists(Case.objects.filter(full_q(actor), pk=OuterRef("pk"))))


def _home(actor: Actor) -> Q:
    return Q(institution__country_id=actor.country_code)


def needs(actor: Actor, case: Case) -> list[Need]:
    """Needs that the viewer's country wrote down: open ones first, urgent before standard."""
    if not reads(actor.role, Compartment.D2):
        return []
    rows = Need.objects.filter(_home(actor), case=case)
    return sorted(rows, key=lambda need: (need.met_at is not None, need.urgency != "urgent", need.opened_at, need.pk))


def services(actor: Actor, case: Case) -> list[Service]:
    """Services of the viewer's country, with their providers, in order of their beginning."""
    if not reads(actor.role, Compartment.D2):
        return []
    return list(Service.objects.filter(_home(actor), case=case).select_related("provider", "institution"))


def service_of(actor: Actor, case: Case, pk: int) -> Service:
    """A service of this case that can still be ended. Raises Service.DoesNotExist."""
    return (
        Service.objects.exclude(state=ServiceState.ENDED).select_related("provider").get(_home(actor), case=case, pk=pk)
    )


def latest_screening(actor: Actor, case: Case) -> Screening | None:
    if not reads(actor.role, Compartment.D3):
        return None
    return Screening.objects.filter(_home(actor), case=case).order_by("-at", "-pk").first()


def latest_risk(actor: Actor, case: Case) -> RiskAssessment | None:
    if not reads(actor.role, Compartment.D2):
        return None
    found = RiskAssessment.objects.filter(_home(actor), case=case).select_related("receiving_country")
    return found.order_by("-assessed_at", "-pk").first()


def consents(actor: Actor, case: Case) -> list[Consent]:
    """Decisions recorded in the viewer's country, newest first."""
    if not reads(actor.role, Compartment.D2):
        return []
    rows = Consent.objects.filter(_home(actor), case=case).select_related("institution")
    return sorted(rows, key=lambda consent: (consent.given_at, consent.pk), reverse=True)


def legal_tracks(actor: Actor, case: Case) -> list[LegalTrack]:
    """Legal tracks that run, recorded in the viewer's country."""
    if not reads(actor.role, Compartment.D5):
        return []
    return list(LegalTrack.objects.filter(_home(actor), case=case, until_at__isnull=True))


def child_file(actor: Actor, case: Case) -> ChildFile | None:
    if not reads(actor.role, Compartment.D7):
        return None
    return ChildFile.objects.filter(_home(actor), case=case).first()


def working(actor: Actor, case: Case) -> list[Assignment]:
    """Who works on the case now in the viewer's country."""
    rows = Assignment.objects.filter(_home(actor), case=case, until_at__isnull=True)
    return list(rows.select_related("institution").order_by("since_at", "pk"))


def open_release(case: Case) -> Release | None:
    return Release.objects.filter(case=case, released_at__isnull=True).select_related("held_by").first()


def handovers(actor: Actor, case: Case) -> list[Handover]:
    """Handovers of the case that the viewer may open, newest first."""
    rows = visible_handovers(actor).filter(case=case).exclude(state=HandoverState.DISCARDED)
    return list(rows.select_related("sender", "receiver", "case__person").order_by("-pk"))


def open_handover(actor: Actor, case: Case) -> Handover | None:
    """The open handover, else the viewer's own draft."""
    rows = visible_handovers(actor).filter(case=case, state__in=[*OPEN_STATES, HandoverState.DRAFT])
    return min(
        rows.select_related("sender", "receiver", "case__person"),
        key=lambda h: (h.state == HandoverState.DRAFT, -h.pk),
        default=None,
    )


def packet_received(actor: Actor, case: Case) -> Packet | None:
    """The packet with which the viewer's country received the person last."""
    rows = Packet.objects.filter(
        handover__case=case,
        handover__receiver__country_id=actor.country_code,
        handover__state__in=(HandoverState.RECEIVED, HandoverState.COMPLETED),
    )
    return rows.select_related("handover__sender").order_by("-handover__received_at").first()


def owed(actor: Actor, case: Case) -> list[Deadline]:
    """Open deadlines that the viewer's country owes or waits for, the next first."""
    mine = Q(owes__country_id=actor.country_code) | Q(other_side__country_id=actor.country_code)
    rows = Deadline.objects.filter(mine, case=case, state=DeadlineState.OPEN)
    return list(rows.select_related("owes", "handover").order_by("due_at", "pk"))


def disclosures(actor: Actor, case: Case) -> list[Disclosure]:
    """What left for whom, sent or received by the viewer's country, newest first."""
    mine = (
        Q(handover__isnull=True)
        | Q(handover__sender__country_id=actor.country_code)
        | Q(handover__receiver__country_id=actor.country_code)
    )
    rows = Disclosure.objects.filter(mine, case=case).select_related("recipient", "consent", "handover__sender")
    return sorted(rows, key=lambda row: (row.at, row.pk), reverse=True)


def route_is_hidden(actor: Actor, case: Case) -> bool:
    """For an asylum seeker the way through countries is D5; whoever does not read it sees her own country alone."""
    return Safeguard.ASYLUM in safeguards(case) and not reads(actor.role, Compartment.D5)


@dataclass(frozen=True, slots=True)
class Chain:
    """A link of the chain as a picture needs it."""

    country: str | None
    institution: str
    since: datetime
    until: datetime | None


def chain(case: Case) -> list[Chain]:
    """Who answered from when to when. Reads prefetched custody with institutions."""
    links: list[Any] = sorted(case.custody.all(), key=lambda link: link.seq)
    ends = [*(link.since_at for link in links[1:]), None]
    return [
        Chain(
            link.institution.country_id if link.institution else None,
            link.institution.name if link.institution else "",
            link.since_at,
            end,
        )
        for link, end in zip(links, ends, strict=True)
    ]
