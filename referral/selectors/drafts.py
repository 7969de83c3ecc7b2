"""What the pages of a draft read: countries without a seat, what lets information cross the border, who overrode what."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from accounts.countries import sort_key
from accounts.models import Country, User
from referral.actor import Actor
from referral.enums import (
    Action,
    AgreementKind,
    AgreementState,
    InstitutionKind,
    LegalTrackKind,
    ProposalState,
    TransferBasis,
)
from referral.limits import BINDING
from referral.models import Agreement, Handover, Institution, LegalTrack, Proposal
from referral.selectors.facts import transfer_basis


def countries_without_a_seat(actor: Actor) -> list[tuple[str, str]]:
    """Code and name of every country of the dialogues that has no focal point in the registry, by name."""
    seated = Institution.objects.filter(
        registry=actor.registry_id, kind=InstitutionKind.FOCAL_POINT, country__isnull=False
    )
    rows = Country.objects.exclude(pk__in=seated.values("country")).exclude(pk=actor.country_code)
    return sorted(((row.code, str(row.name)) for row in rows), key=lambda pair: sort_key(pair[1]))


@dataclass(frozen=True, slots=True)
class Agreed:
    """An agreement of the two countries, and whether it lets information cross."""

    name: str
    kind: AgreementKind
    state: AgreementState

    @property
    def counts(self) -> bool:
        """In force, and of a kind that binds."""
        return self.state is AgreementState.IN_FORCE and self.kind in BINDING


@dataclass(frozen=True, slots=True)
class Crossing:
    """What the law or agreements say about this border (gate 7)."""

    basis: TransferBasis | None
    agreed: tuple[Agreed, ...]


def crossing(handover: Handover) -> Crossing:
    """The basis that counts, and every agreement between the two countries, whether it counts or not."""
    rows = Agreement.objects.filter(registry=handover.registry_id, parties=handover.sender.country_id)
    found = rows.filter(parties=handover.receiver_country_id).order_by("name")
    return Crossing(
        transfer_basis(handover),
        tuple(Agreed(row.name, AgreementKind(row.kind), AgreementState(row.state)) for row in found),
    )


def reflection_until(handover: Handover) -> datetime | None:
    """When the running time of reflection ends by itself, if that is known."""
    track = (
        LegalTrack.objects.filter(case=handover.case_id, kind=LegalTrackKind.REFLECTION, until_at__isnull=True)
        .order_by("-since_at")
        .first()
    )
    return track.runs_until_at if track else None


def open_override(handover: Handover) -> Proposal | None:
    """What one person of the sender proposed to set aside, and nobody has confirmed."""
    rows = Proposal.objects.filter(
        handover=handover, action=Action.OVERRIDE, institution=handover.sender_id, state=ProposalState.OPEN
    )
    return rows.select_related("proposed_by").first()


def people_who_overrode(handover: Handover) -> Mapping[int, str]:
    """User → name for both people of every override. No query without one."""
    keys = {row[place] for row in handover.overrides for place in ("first", "second")}
    return {user.pk: str(user) for user in User.objects.filter(pk__in=keys)} if keys else {}
