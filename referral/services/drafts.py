"""Preparing a handover over days: a draft that tells nobody and moves nothing until it is sent."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from referral import codes
from referral.actor import Actor
from referral.chain import digest
from referral.enums import Action, DeadlineKind, HandoverState, InstitutionKind
from referral.errors import (
    BothSides,
    ChangedMeanwhile,
    NotInThisState,
    NotTaken,
    PacketChanged,
    RecipientBlocked,
    TravelsTogether,
)
from referral.models import Handover, Institution
from referral.selectors.facts import blocked_countries, packet_contents
from referral.services import deadlines
from referral.services.act import CaseOutcome, Entry, Facts, changed, on_case
from referral.services.command import Work

SECTIONS = (
    "purpose", "urgency", "options_compared", "needs_on_arrival", "compartments", "message", "capacity_confirmed_by",
    "safety_plan", "medicine_lasts", "reflection", "vital_interests",
)  # fmt: skip
WHAT_THE_PACKET_SHOWS = frozenset({"purpose", "compartments", "needs_on_arrival", "safety_plan"})


def start(
    actor: Actor, case_id: int, *, receiver_country: str, purpose: str, urgency: str, submission: UUID | None
) -> CaseOutcome:
    """Start a draft towards another country's focal point. Nothing is ticked yet: what is shared is a step of its own.

    A country without a seat becomes an outside receiver: the sender writes down what it answers.
    Raises NotTaken before the case is taken, RecipientBlocked, and BothSides for the own country.
    """

    def write(work: Work) -> Entry:
        return Entry(handover=begin_draft(work, receiver_country, purpose, urgency))

    return on_case(actor, case_id, Action.PREPARE, write, submission=submission, kind="start_draft")


def begin_draft(work: Work, receiver_country: str, purpose: str, urgency: str) -> Handover:
    """A draft of the locked case. Raises as `start` does."""
    actor = work.actor
    if work.case.taken_at is None:
        raise NotTaken
    if receiver_country == actor.country_code:
        raise BothSides
    if receiver_country in blocked_countries(work.case.person.blocked.select_related("institution")):
        raise RecipientBlocked
    receiver = Institution.objects.filter(
        registry=work.registry, country=receiver_country, kind=InstitutionKind.FOCAL_POINT
    ).first()
    handover = Handover.objects.create(
        registry=work.registry,
        case=work.case,
        reference=codes.reference("H"),
        sender_id=actor.institution_id,
        receiver=receiver,
        outside=receiver is None,
        receiver_country_id=receiver_country,
        purpose=purpose,
        urgency=urgency,
    )
    deadlines.open_deadline(
        case=work.case, kind=DeadlineKind.STALE_DRAFT, owes=handover.sender, handover=handover, moment=work.moment
    )
    return handover


def save(
    actor: Actor, handover_id: int, facts: Facts, *, version: int | None = None, submission: UUID | None = None
) -> CaseOutcome:
    """Save one step of a draft. A change of what the packet shows asks for a new preview.

    Raises NotInThisState once it is sent, ChangedMeanwhile when somebody else saved it first, and TravelsTogether for
    another purpose or urgency than that of the family.
    """

    def write(work: Work) -> Entry:
        handover = _draft(actor, handover_id, version)
        if handover.family_group is not None and _other_journey(handover, facts):
            raise TravelsTogether
        names = changed(handover, facts, SECTIONS)
        if "capacity_confirmed_by" in facts:
            handover.capacity_confirmed_at = work.moment.at if facts["capacity_confirmed_by"] else None
        if WHAT_THE_PACKET_SHOWS & set(names):
            handover.preview_seen_at = None
        handover.version += 1
        handover.save(update_fields=["capacity_confirmed_at", "preview_seen_at", "version"])
        return Entry(content={"facts": names}, handover=handover)

    return on_case(actor, _case_of(actor, handover_id), Action.PREPARE, write, submission=submission, kind="save_draft")


def preview_digest(handover: Handover, at: datetime) -> str:
    """The fingerprint of what would leave at this exercise instant. A page carries it, so that a click counts for what was on it."""
    return digest(packet_contents(handover, at))


def see_preview(
    actor: Actor, handover_id: int, *, submission: UUID | None, seen: str = "", version: int | None = None
) -> CaseOutcome:
    """The sender has looked at the packet as the other side will see it (gate 8). It counts for this packet alone.

    `seen` is the fingerprint of what the page showed; without one, what would leave now counts as seen.
    Raises PacketChanged when something else would leave now, ChangedMeanwhile when the draft was saved since.
    """

    def write(work: Work) -> Entry:
        handover = _draft(actor, handover_id, version)
        # The lock of the case read its person in the same statement, and so perhaps before the lock was ours.
        work.case.person.refresh_from_db()
        handover.case = work.case
        found = preview_digest(handover, work.moment.at)
        if seen and seen != found:
            raise PacketChanged
        handover.preview_seen_at = work.moment.at
        handover.preview_digest = found
        handover.version += 1
        handover.save(update_fields=["preview_seen_at", "preview_digest", "version"])
        return Entry(handover=handover)

    return on_case(
        actor, _case_of(actor, handover_id), Action.PREPARE, write, submission=submission, kind="see_preview"
    )


def _other_journey(handover: Handover, facts: Facts) -> bool:
    return any(name in facts and facts[name] != getattr(handover, name) for name in ("purpose", "urgency"))


def _case_of(actor: Actor, handover_id: int) -> int:
    return Handover.objects.values_list("case_id", flat=True).get(
        pk=handover_id, registry=actor.registry_id, sender=actor.institution_id
    )


def _draft(actor: Actor, handover_id: int, version: int | None) -> Handover:
    handover = Handover.objects.select_for_update(of=("self",)).get(pk=handover_id, sender=actor.institution_id)
    if handover.state != HandoverState.DRAFT:
        raise NotInThisState
    if version is not None and version != handover.version:
        raise ChangedMeanwhile
    return handover
