"""What one viewer may read of one case: her compartments, and what her own country wrote or received.

What a former holder wrote and did not disclose stays sealed after a handover (`domain.md` section 3): records are read
only when their author institution sits in the viewer's country. Most of these functions ask the database nothing when
the case came from `selectors.cases.case_by_code`, which brings the rows along.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from operator import attrgetter
from typing import Any

from django.db.models import Q, QuerySet

from referral.actor import Actor
from referral.enums import (
    OPEN_STATES,
    Action,
    Compartment,
    DeadlineState,
    HandoverState,
    NeedKind,
    Safeguard,
    ServiceState,
)
from referral.models import (
    Assignment,
    BlockedRecipient,
    BreakGlass,
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
from referral.policy import CASE_RELATIONS, GLASS, GRANTS, Relation, allowed, reads
from referral.relations import opened_by
from referral.selectors import asked
from referral.selectors.facts import safeguards
from referral.tracks import kept_by
from referral.transitions import AFTER_ARRIVAL


def full_q(actor: Actor) -> Q:
    """The cases that the actor reads in full, not only as the stub of a past holder. It may join: use it in a sub-select.

    For lists, on which nothing stands that is open for a while only.
    """
    condition = Q(pk__in=())
    for grant in GRANTS[Action.VIEW_CASE]:
        if actor.role in grant.roles and grant.relation not in (Relation.PAST_HOLDER, Relation.BREAK_GLASS):
            condition |= CASE_RELATIONS[grant.relation].as_q(actor)
    return Q(registry_id=actor.registry_id) & condition


def sees_in_full(actor: Actor, case: Case) -> bool:
    """Whether the actor reads this case in full. Reads prefetched assignments."""
    return any(
        CASE_RELATIONS[grant.relation].matches(actor, case)
        for grant in GRANTS[Action.VIEW_CASE]
        if actor.role in grant.roles and grant.relation is not Relation.PAST_HOLDER
    )


def opening(actor: Actor, case: Case) -> BreakGlass | None:
    """The actor's own break-glass opening of this case, while it lasts at her instant. Reads prefetched openings."""
    if actor.wall is None or actor.role not in GLASS:
        return None
    mine = (row for row in case.openings.all() if opened_by(actor, row))
    return max(mine, key=lambda row: (row.until_wall, row.pk), default=None)


def read_by(actor: Actor, case: Case) -> Q:
    """Whose records the viewer reads: those of her own country or, while she has broken the glass, everybody's."""
    return Q() if opening(actor, case) is not None else Q(institution__country_id=actor.country_code)


def needs(actor: Actor, case: Case) -> list[Need]:
    """Needs that the viewer's country wrote down: open ones first, urgent before standard."""
    if not reads(actor.role, Compartment.D2):
        return []
    rows = Need.objects.filter(read_by(actor, case), case=case)
    return sorted(rows, key=lambda need: (need.met_at is not None, need.urgency != "urgent", need.opened_at, need.pk))


def services(actor: Actor, case: Case) -> list[Service]:
    """Services of the viewer's country, with their providers, in order of their beginning."""
    if not reads(actor.role, Compartment.D2):
        return []
    return _at_home(actor, case, case.services)


def service_of(actor: Actor, case: Case, pk: int) -> Service:
    """A service of this case that can still be ended. Raises Service.DoesNotExist."""
    rows = Service.objects.exclude(state=ServiceState.ENDED).select_related("provider")
    return rows.get(institution__country_id=actor.country_code, case=case, pk=pk)


def latest_screening(actor: Actor, case: Case) -> Screening | None:
    if not reads(actor.role, Compartment.D3):
        return None
    return max(_at_home(actor, case, case.screenings), key=lambda row: (row.at, row.pk), default=None)


def latest_risk(actor: Actor, case: Case) -> RiskAssessment | None:
    if not reads(actor.role, Compartment.D2):
        return None
    return max(_at_home(actor, case, case.risks), key=lambda row: (row.assessed_at, row.pk), default=None)


def consents(actor: Actor, case: Case) -> list[Consent]:
    """Decisions recorded in the viewer's country, newest first."""
    if not reads(actor.role, Compartment.D2):
        return []
    rows = Consent.objects.filter(read_by(actor, case), case=case).select_related("institution")
    return sorted(rows, key=lambda consent: (consent.given_at, consent.pk), reverse=True)


def legal_tracks(actor: Actor, case: Case) -> list[LegalTrack]:
    """Legal tracks that run, recorded in the viewer's country; a liaison reads those of its own law."""
    if not reads(actor.role, Compartment.D5) and not reads(actor.role, Compartment.D6):
        return []
    kinds = kept_by(actor.role)
    return [row for row in _at_home(actor, case, case.legal_tracks) if row.until_at is None and row.kind in kinds]


def child_file(actor: Actor, case: Case) -> ChildFile | None:
    """The child's file, where the viewer's country keeps it."""
    file: ChildFile | None = getattr(case, "child_file", None) if reads(actor.role, Compartment.D7) else None
    if file is None or opening(actor, case) is not None:
        return file
    return file if file.institution.country_id == actor.country_code else None


def working(actor: Actor, case: Case) -> list[Assignment]:
    """Who works on the case now in the viewer's country."""
    rows = [row for row in _at_home(actor, case, case.assignments) if row.until_at is None]
    return sorted(rows, key=lambda row: (row.since_at, row.pk))


def blocked(actor: Actor, case: Case) -> list[BlockedRecipient]:
    """Whom the person keeps out, whoever wrote it down: that counts for every holder. First written, first named."""
    if not reads(actor.role, Compartment.D7):
        return []
    return sorted(case.person.blocked.all(), key=attrgetter("pk"))


def open_release(actor: Actor, case: Case) -> Release | None:
    """The release from border or police that the viewer's country waits for."""
    waits = (row for row in case.releases.all() if row.released_at is None)
    return next((row for row in waits if row.released_to.country_id == actor.country_code), None)


def _at_home(actor: Actor, case: Case, related: Any) -> list[Any]:
    """The rows that the viewer's country wrote, or all while she has broken the glass (`read_by`)."""
    whole = opening(actor, case) is not None
    return [row for row in related.all() if whole or row.institution.country_id == actor.country_code]


def handovers(actor: Actor, case: Case) -> list[Handover]:
    """Handovers of the case that the viewer may open, newest first, each with its two sides and its packet."""
    return sorted((row for row in _sent(case) if allowed(actor, Action.VIEW_HANDOVER, row)), key=_number, reverse=True)


def open_handover(actor: Actor, case: Case) -> Handover | None:
    """The open handover, else the viewer's own draft."""
    rows = [row for row in handovers(actor, case) if row.state in (*OPEN_STATES, HandoverState.DRAFT)]
    return min(rows, key=lambda row: (row.state == HandoverState.DRAFT, -row.pk), default=None)


def packet_received(actor: Actor, case: Case) -> Packet | None:
    """The packet with which the viewer's country received the person last."""
    arrived = [row for row in _sent(case) if row.state in AFTER_ARRIVAL and row.receiver is not None]
    ours = [row for row in arrived if row.receiver.country_id == actor.country_code and row.received_at is not None]
    last = max(ours, key=lambda row: (row.received_at, row.pk), default=None)
    return getattr(last, "packet", None)


def asked_on_arrival(actor: Actor, case: Case) -> list[str]:
    """Kinds of need that the packet asked for and that the viewer's country has not written down yet."""
    if not reads(actor.role, Compartment.D2):
        return []
    packet = packet_received(actor, case)
    asked = packet.contents.get(Compartment.D2, {}).get("needs_on_arrival", ()) if packet is not None else ()
    written = {need.kind for need in needs(actor, case)} if asked else set()
    return [kind for kind in NeedKind.values if kind in asked and kind not in written]


def _sent(case: Case) -> list[Any]:
    """Handovers of the case that were not discarded; reads the rows that came with the case."""
    return [_of(case, row) for row in case.handovers.all() if row.state != HandoverState.DISCARDED]


def _of(case: Case, row: Any) -> Any:
    row.case = case  # one object for both ways to it, so that nothing is asked twice
    return row


def _number(row: Handover) -> int:
    return row.pk


def owed(actor: Actor, case: Case) -> list[Deadline]:
    """Open deadlines that the viewer's country owes or waits for, the next first."""
    return asked.rows(_owed, actor, case.pk)


def _owed(actor: Actor, case_id: int) -> QuerySet[Deadline]:
    mine = Q(owes__country_id=actor.country_code) | Q(other_side__country_id=actor.country_code)
    rows = Deadline.objects.filter(mine, case=case_id, state=DeadlineState.OPEN)
    return rows.select_related("owes", "handover", "enquiry", "request").order_by("due_at", "pk")


def disclosures(actor: Actor, case: Case) -> list[Disclosure]:
    """What left for whom, sent or received by the viewer's country, newest first.

    Whom a former holder asked for help at home stays with it, as everything that it did not disclose.
    """
    mine = (
        Q(referral__sender__country_id=actor.country_code)
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
