"""Decisions of the authority, health entries and what the person says, as one viewer of one case may read them."""

from __future__ import annotations

from referral.actor import Actor
from referral.enums import Action, Compartment, ProposalState, Role
from referral.models import Case, HealthEntry, Identification, Proposal, Voice
from referral.policy import allowed, reads
from referral.selectors.person import read_by


def identifications(actor: Actor, case: Case) -> list[Identification]:
    """Decisions made in the viewer's country, in order of time, for who reads what happened."""
    if not reads(actor.role, Compartment.D3):
        return []
    rows = Identification.objects.filter(read_by(actor, case), case=case)
    return list(rows.select_related("institution"))


def proposed_no(actor: Actor, case: Case) -> Proposal | None:
    """The negative decision that waits for a second person of the viewer's authority."""
    if not allowed(actor, Action.IDENTIFY, case):
        return None
    rows = Proposal.objects.filter(case=case, action=Action.IDENTIFY, state=ProposalState.OPEN)
    return rows.filter(institution=actor.institution_id).first()


def health_entries(actor: Actor, case: Case) -> list[HealthEntry]:
    """A health worker reads what her service wrote; a case manager what was written for her; nobody else reads any."""
    rows = HealthEntry.objects.filter(read_by(actor, case), case=case)
    if actor.role is Role.HEALTH_WORKER:
        rows = rows.filter(institution=actor.institution_id)
    elif actor.role is Role.CASE_MANAGER:
        rows = rows.filter(for_case_manager=True)
    else:
        return []
    return list(rows.select_related("institution").order_by("-recorded_at", "-pk"))


def hears(actor: Actor, case: Case) -> bool:
    """Whether the viewer reads what the person says: the adviser who passed it on, and whoever looks after the person."""
    return allowed(actor, Action.SPEAK, case) or (
        reads(actor.role, Compartment.D2) and allowed(actor, Action.REFER, case)
    )


def voices(actor: Actor, case: Case) -> list[Voice]:
    """What the person said in the viewer's country, newest first; an adviser reads what her own institution passed on."""
    if not hears(actor, case):
        return []
    rows = Voice.objects.filter(case=case, institution__country=actor.country_code)
    if actor.role is Role.SURVIVOR_ADVISER:
        rows = rows.filter(institution=actor.institution_id)
    return list(rows.select_related("institution").order_by("-recorded_at", "-pk"))
